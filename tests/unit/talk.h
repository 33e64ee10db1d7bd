/* SPDX-License-Identifier: ISC */
/* talk.h - a conversation as a table, played line by line. */
#ifndef TALK_H
#define TALK_H

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dialog.h"
#include "proto.h"
#include "verdict.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

enum { STEPS = 40 };

/*
 * One step of a conversation:
 *
 *	C:line		a line of ours
 *	S:line		a line of the server
 *	O:number	so many octets of the server
 *	CLOSED		the server has closed
 *	TLS, PLAIN	TLS has begun, has ended
 *	STALE		see dialog_stale
 *	UNGREETED	see verdict_ungreeted
 *	HAS:, LACKS:	a capability is known, or is not
 *
 * Behind it the turn that follows, and what the line was found to be, as
 * talk_heard and talk_said write it; NULL where that does not matter.
 */
struct step {
	const char *line;
	enum turn turn;
	const char *what;
};

struct talk {
	const char *name;
	const struct proto *proto;
	bool greeting;
	struct step steps[STEPS];
};

static void
talk_add(char *to, size_t size, const char *word)
{
	size_t len = strlen(to);

	snprintf(to + len, size - len, " %s", word);
}

/* "ok 250- EHLO": the class, the code with "-" if the reply goes on, the
 * verb, each flag that is set, and the octets that follow. */
static void
talk_heard(char *to, size_t size, const struct heard *h, const struct dialog *d)
{
	static const char *const classes[] = { "none", "prelim", "ok", "more",
		"temp", "perm" };
	uint64_t octets = verdict_octets(d);
	char number[40];

	snprintf(to, size, "%s %d%s", classes[h->class], h->code,
	    h->last ? "" : "-");
	if (h->verb != NULL)
		talk_add(to, size, h->verb->word);
	if (h->greeting)
		talk_add(to, size, "greeting");
	if (h->unsolicited)
		talk_add(to, size,
		    h->junk      ? "junk" :
			h->aside ? "aside" :
				   "unasked");
	if (h->data)
		talk_add(to, size, "data");
	if (h->data_refused)
		talk_add(to, size, "no-data");
	if (h->upgrade_refused)
		talk_add(to, size, "no-tls");
	if (h->disagreed)
		talk_add(to, size, "odd-tls");
	snprintf(number, sizeof number, "octets %" PRIu64, octets);
	if (octets == OCTETS_TO_END)
		talk_add(to, size, "octets to the end");
	else if (octets > 0)
		talk_add(to, size, number);
}

/* "AUTH hide 11": the verb or kind, where a secret begins, and "bare" if its
 * line end is not sent. */
static void
talk_said(char *to, size_t size, const struct said *s, size_t len)
{
	static const char *const kinds[] = { "?", "data", "end", "literal",
		"more", "secret", "free" };

	snprintf(to, size, "%s",
	    s->verb != NULL ? s->verb->word : kinds[s->kind]);
	if (s->secret < len)
		snprintf(to + strlen(to), size - strlen(to), " hide %zu",
		    s->secret);
	if (s->bare)
		talk_add(to, size, "bare");
	assert_true(s->secret <= len);
	assert_true(s->verb == NULL || s->kind == SAID_COMMAND);
}

static void
talk_ours(struct dialog *d, const char *line, char *to, size_t size)
{
	size_t len = strlen(line);
	struct said would = dialog_would(d, line, len);
	struct said s = dialog_said(d, line, len);

	assert_int_equal(would.kind, s.kind);
	assert_ptr_equal(would.verb, s.verb);
	assert_int_equal(would.secret, s.secret);
	talk_said(to, size, &s, len);
}

static void
talk_step(struct dialog *d, const char *line, char *to, size_t size)
{
	struct heard h;

	to[0] = '\0';
	if (strncmp(line, "S:", 2) == 0) {
		h = verdict_line(d, line + 2, strlen(line + 2));
		talk_heard(to, size, &h, d);
	} else if (strncmp(line, "O:", 2) == 0) {
		h = verdict_took(d, strtoul(line + 2, NULL, 10));
		talk_heard(to, size, &h, d);
	} else if (strcmp(line, "CLOSED") == 0) {
		h = verdict_closed(d);
		talk_heard(to, size, &h, d);
	} else if (strncmp(line, "C:", 2) == 0) {
		talk_ours(d, line + 2, to, size);
	} else if (strncmp(line, "HAS:", 4) == 0) {
		assert_true(words_have(&d->words, line + 4));
	} else if (strncmp(line, "LACKS:", 6) == 0) {
		assert_false(words_have(&d->words, line + 6));
	} else if (strcmp(line, "TLS") == 0) {
		dialog_upgraded(d);
	} else if (strcmp(line, "PLAIN") == 0) {
		dialog_plain(d);
	} else if (strcmp(line, "UNGREETED") == 0) {
		verdict_ungreeted(d);
	} else {
		assert_string_equal(line, "STALE");
		dialog_stale(d);
	}
}

/* Play them all and say which lines went otherwise. */
static void
play_talks(const struct talk *talks, size_t n)
{
	char got[100];
	unsigned wrong = 0;
	size_t i, k;

	for (i = 0; i < n; i++) {
		const struct talk *t = &talks[i];
		struct dialog d;

		dialog_start(&d, t->proto, t->greeting);
		for (k = 0; k < STEPS && t->steps[k].line != NULL; k++) {
			const struct step *s = &t->steps[k];
			enum turn turn;

			talk_step(&d, s->line, got, sizeof got);
			turn = dialog_turn(&d);
			if (turn == s->turn &&
			    (s->what == NULL || strcmp(got, s->what) == 0))
				continue;
			wrong++;
			print_error("%s, line %zu, %s: turn %d for %d, "
				    "\"%s\" for \"%s\"\n",
			    t->name, k + 1, s->line, (int)turn, (int)s->turn,
			    got, s->what != NULL ? s->what : "any");
		}
		dialog_end(&d);
	}
	assert_int_equal(wrong, 0);
}

#endif
