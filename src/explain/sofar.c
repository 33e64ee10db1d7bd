/* SPDX-License-Identifier: ISC */
/* sofar.c - which commands have been accepted, and not undone again. */
#include <string.h>

#include "explain/codes.h"
#include "explain/found.h"
#include "explain/sofar.h"
#include "proto.h"
#include "text.h"
#include "words.h"

enum { WORD_MOST = 32 };

/* Where a verb stands among its protocol's; SOFAR_VERBS: nowhere. */
static size_t
place_of(const struct proto *p, const char *word, size_t len)
{
	const struct verb *v = p->verbs;
	size_t i;

	for (i = 0; i < SOFAR_VERBS && v != NULL && v[i].word != NULL; i++) {
		if (text_is(word, len, v[i].word))
			return i;
	}
	return SOFAR_VERBS;
}

static bool
has(const struct sofar *s, const struct proto *p, const char *word, size_t len)
{
	size_t i = place_of(p, word, len);

	if (text_is(word, len, "TLS"))
		return s->tls;
	if (text_is(word, len, "AWAY"))
		return s->turned_away;
	if (text_is(word, len, "ALONE"))
		return s->alone;
	return i < SOFAR_VERBS && (s->done[i / 64] >> i % 64 & 1) != 0;
}

static void
set(struct sofar *s, const struct proto *p, const char *word, size_t len,
    bool done)
{
	size_t i = place_of(p, word, len);
	uint64_t bit = (uint64_t)1 << i % 64;

	if (i == SOFAR_VERBS)
		return;
	s->done[i / 64] &= ~bit;
	if (done)
		s->done[i / 64] |= bit;
}

static void
set_all(struct sofar *s, const struct proto *p, const char *list, bool done)
{
	while (list != NULL && *list != '\0') {
		size_t n = strcspn(list, "|");

		set(s, p, list, n, done);
		list += n + (list[n] == '|');
	}
}

bool
sofar_lists(const char *list, const char *word, size_t len)
{
	while (*list != '\0') {
		size_t n = strcspn(list, "|");

		if (n == len && memcmp(list, word, n) == 0)
			return true;
		list += n + (list[n] == '|');
	}
	return false;
}

void
sofar_reply(struct sofar *s, const struct proto *p, const struct verb *verb,
    enum sofar_reply how)
{
	const struct verb *trying = s->trying;

	s->trying = NULL;
	/* What answers a challenge is no verb: it is about the one before. */
	if (verb == NULL)
		verb = trying;
	if (verb == NULL || how == SOFAR_REFUSED)
		return;
	if (how == SOFAR_GOES_ON && (verb->flags & VERB_CHALLENGE) != 0)
		s->trying = verb;
	else
		set(s, p, verb->word, strlen(verb->word), true);
	/* Under TLS the session begins anew (RFC 3207, 4.2). */
	if ((verb->flags & VERB_UPGRADE) != 0)
		memset(s, 0, sizeof *s);
}

void
sofar_mark(struct sofar *s, const struct proto *p, const struct codes *t,
    const struct verb *verb, const struct found *f)
{
	const struct code_mark *m = t->marks;

	for (; m != NULL && m->word != NULL; m++) {
		if (m->word[0] != '\0' && !text_is(f->word, f->len, m->word))
			continue;
		if (m->on != NULL &&
		    (verb == NULL ||
			!sofar_lists(m->on, verb->word, strlen(verb->word))))
			continue;
		set_all(s, p, m->undoes, false);
		set_all(s, p, m->does, true);
	}
}

static bool
offered(const struct words *offers, const char *word, size_t len)
{
	char name[WORD_MOST];

	if (offers == NULL || len >= sizeof name)
		return false;
	memcpy(name, word, len);
	name[len] = '\0';
	return words_have(offers, name);
}

/* One of them. */
static bool
holds(const struct sofar *s, const struct proto *p, const struct words *offers,
    const char *term, size_t len)
{
	bool is = strchr("+-", term[0]) != NULL ?
	    has(s, p, term + 1, len - 1) :
	    offered(offers, term + 1, len - 1);

	return is == (strchr("+?", term[0]) != NULL);
}

bool
sofar_is(const struct sofar *s, const struct proto *p,
    const struct words *offers, const char *when)
{
	while (when != NULL && *when != '\0') {
		size_t n = strcspn(when, "|");

		if (!holds(s, p, offers, when, n))
			return false;
		when += n + (when[n] == '|');
	}
	return true;
}
