/* SPDX-License-Identifier: ISC */
/* owing.c - a ring of unanswered commands. */
#include <stdlib.h>
#include <string.h>

#include "fail.h"
#include "owing.h"

void
owing_init(struct owing *q)
{
	memset(q, 0, sizeof *q);
	q->ring = xmalloc(OWING_MOST * sizeof *q->ring);
}

void
owing_free(struct owing *q)
{
	free(q->ring);
	memset(q, 0, sizeof *q);
}

void
owing_clear(struct owing *q)
{
	q->count = q->replies = 0;
}

static struct owed *
at(const struct owing *q, size_t i)
{
	return &q->ring[(q->first + i) % OWING_MOST];
}

struct owed *
owing_push(struct owing *q, enum owed_kind kind, unsigned id,
    const struct asked *asked)
{
	struct owed *o;

	if (q->ring == NULL || q->count == OWING_MOST)
		return NULL;
	o = at(q, q->count++);
	o->kind = kind;
	o->id = id;
	o->replies = 1;
	o->asked = *asked;
	q->replies++;
	return o;
}

struct owed *
owing_first(const struct owing *q)
{
	return q->count == 0 ? NULL : at(q, 0);
}

struct owed *
owing_last(const struct owing *q)
{
	return q->count == 0 ? NULL : at(q, q->count - 1);
}

struct owed *
owing_find(const struct owing *q, const char *tag, size_t len)
{
	size_t known = len < TAG_MOST ? len : TAG_MOST;
	size_t i;

	for (i = 0; i < q->count; i++) {
		struct owed *o = at(q, i);

		if (o->replies > 0 && o->asked.tag_len == len &&
		    memcmp(o->asked.tag, tag, known) == 0)
			return o;
	}
	return NULL;
}

void
owing_more(struct owing *q, struct owed *o, unsigned n)
{
	o->replies += n;
	q->replies += n;
}

void
owing_answered(struct owing *q, struct owed *o)
{
	o->replies--;
	q->replies--;
	while (q->count > 0 && at(q, 0)->replies == 0) {
		q->first = (q->first + 1) % OWING_MOST;
		q->count--;
	}
}

const char *
owing_awaited(const struct owing *q)
{
	const struct owed *o = owing_first(q);

	if (o == NULL)
		return NULL;
	switch (o->kind) {
	case OWED_GREETING:
		return "the greeting";
	case OWED_DATA_END:
		return "the reply to the mail data";
	case OWED_SECRET:
		return "the reply to the hidden line";
	default:
		return o->asked.verb == NULL ? "the reply to the last command" :
					       o->asked.verb->word;
	}
}
