/* SPDX-License-Identifier: ISC */
/* score.c - a transcript in memory, for the server's part. */
#include <stdlib.h>
#include <string.h>

#include "fail.h"
#include "score.h"
#include "text.h"

static bool
is_handshake(const struct item *item)
{
	return item->kind == ITEM_EVENT && item->event == EVENT_UPGRADE &&
	    (item->accepts & (ACCEPT_TLS | ACCEPT_VERIFIED)) != 0;
}

/* Is there something to do for a server? */
static bool
is_wanted(const struct item *item)
{
	static const enum event done[] = { EVENT_PROTOCOL, EVENT_MATCH,
		EVENT_UPGRADE, EVENT_CLOSE, EVENT_PAUSE, EVENT_SET };
	size_t i;

	if (item->kind != ITEM_EVENT)
		return item->kind == ITEM_SAY || item->kind == ITEM_FILE ||
		    item->kind == ITEM_HEAR;
	for (i = 0; i < sizeof done / sizeof done[0]; i++) {
		if (item->event == done[i])
			return true;
	}
	return false;
}

/* One more; there is room for the next power of two. */
static void
add(struct score *s, const struct item *item)
{
	size_t n = s->count;

	buf_add(&s->text, item->text, item->len);
	if ((n & (n - 1)) == 0)
		s->items =
		    xrealloc(s->items, (n == 0 ? 1 : 2 * n) * sizeof *s->items);
	s->items[n] = *item;
	s->items[n].label = "";
	s->count++;
	if (is_handshake(item))
		s->tls = true;
}

/* The text moves no more. */
static void
point(struct score *s)
{
	const char *at = buf_bytes(&s->text);
	size_t i;

	for (i = 0; i < s->count; i++) {
		s->items[i].text = at;
		at += s->items[i].len;
	}
}

static int
read_all(struct score *s, struct transcript *t, struct fail *f)
{
	struct item item;
	int rc;

	while ((rc = transcript_next(t, &item, f)) > 0) {
		if (item.kind == ITEM_EVENT && item.event == EVENT_AUTH)
			return fail_set(f, STATUS_USAGE,
			    "%.200s:%lu: <auth> cannot be served: its lines "
			    "are not in the file",
			    t->name, item.line);
		/* One client is served, on one connection. */
		if (s->count > 0 && item.kind == ITEM_EVENT &&
		    item.event == EVENT_CONNECT)
			return 0;
		if (is_wanted(&item))
			add(s, &item);
	}
	return rc;
}

int
score_load(struct score *s, const char *name, struct fail *f)
{
	struct transcript t;
	int rc;

	memset(s, 0, sizeof *s);
	if (transcript_open(&t, name, f) < 0)
		return -1;
	rc = read_all(s, &t, f);
	transcript_close(&t);
	if (rc < 0)
		score_free(s);
	else
		point(s);
	return rc;
}

void
score_free(struct score *s)
{
	free(s->items);
	buf_free(&s->text);
	memset(s, 0, sizeof *s);
}
