/* SPDX-License-Identifier: ISC */
/* scene.h - a transcript played against lines of a server, in memory. */
#ifndef SCENE_H
#define SCENE_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "begun.h"
#include "buf.h"
#include "fail.h"
#include "line.h"
#include "play.h"
#include "protos.h"
#include "report.h"
#include "transcript.h"
#include "vars.h"
#include "verdict.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

/*
 * The server's lines, LF behind each; one is said whenever something is
 * waited for.  Some are none:
 *
 *	!close		the connection ends
 *	!hush TEXT	TEXT is said during a silence, or while it should close
 *	!more TEXT	TEXT comes together with the line before it
 *	!bare TEXT	TEXT has no line end
 *	!tls no		the handshake that follows fails
 *	!slow 3		it takes so many seconds, also within a silence
 *	!flood 20	so many MiB come
 *
 * What is done is written down, as "EHLO x|MAIL FROM:<>|HUSH 2|"; what is
 * secret in it in brackets; and what was checked: "2 4 -9 " says that the
 * checks named by the lines 2 and 4 were good, and that by 9 was not.
 */
struct scene {
	const char *server; /* what it will say */
	const struct proto *proto;
	enum match_mode mode;
	struct vars vars;
	struct transcript in;
	struct play play;
	struct dialog dialog; /* the live one */
	struct line line;
	bool open, tls, verified, no_tls, undecided;
	int64_t now, said_at;
	size_t most;      /* the most that ever waited in the inbox */
	struct buf done;  /* what was done */
	struct buf found; /* the checks, by line */
	struct buf told;  /* ... and all of their text */
};

static inline void
scene_tell(void *arg, const struct check *c)
{
	struct scene *s = arg;

	buf_addf(&s->found, "%s%lu ", c->good ? "" : "-", c->line);
	buf_addf(&s->told, "%lu: %.*s", c->line, (int)c->what_len, c->what);
	if (c->expected != NULL)
		buf_addf(&s->told, " - %.*s", (int)c->expected_len,
		    c->expected);
	if (c->got != NULL)
		buf_addf(&s->told, " + %.*s", (int)c->got_len, c->got);
	if (c->why != NULL)
		buf_addf(&s->told, " ! %s", c->why);
	buf_adds(&s->told, "\n");
}

/* A whole line, as hear.c deals with it. */
static inline struct heard
scene_line(struct scene *s, const char *text, size_t len)
{
	const struct proto *told;

	if (s->undecided) {
		told = protos_greeting(s->dialog.proto, text, len);
		if (told != NULL)
			dialog_again(&s->dialog, told, true);
		s->undecided = false;
	}
	return verdict_line(&s->dialog, text, len);
}

/* Bytes of the server come. */
static inline void
scene_bytes(struct scene *s, const char *p, size_t n)
{
	while (n > 0) {
		uint64_t due = verdict_octets(&s->dialog);
		size_t used = due < n ? (size_t)due : n;
		struct heard h = { .last = false };
		struct line_piece piece;
		const char *from = p;
		bool last = false;

		s->line.end = s->dialog.proto->cut;
		if (due > 0) {
			h = verdict_took(&s->dialog, used);
			p += used;
			n -= used;
			last = h.last;
			if (used == due)
				line_reset(&s->line);
		} else if (line_next(&s->line, &p, &n, &piece) && piece.last) {
			h = scene_line(s, piece.text, piece.len);
			last = true;
		}
		s->play.trial.since_said = (double)(s->now - s->said_at) / 1000;
		trial_heard(&s->play.trial, &s->dialog, from,
		    (size_t)(p - from), last ? &h : NULL);
	}
	if (s->play.trial.inbox.text.len > s->most)
		s->most = s->play.trial.inbox.text.len;
}

static inline void
scene_flood(struct scene *s, unsigned long mib)
{
	static char block[65536];
	size_t i;

	for (i = 0; i < sizeof block; i += 64)
		memcpy(block + i,
		    "250-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
		    "xxxxxxxxxxxxxxxxxxx\r\n",
		    64);
	for (i = 0; i < mib * 16; i++)
		scene_bytes(s, block, sizeof block);
}

/* The next line of the server's, without its end; false: there is none. */
static inline bool
scene_next(struct scene *s, const char *word, const char **text, size_t *len)
{
	size_t n = strlen(word);
	const char *end = strchr(s->server, '\n');

	if (*s->server == '\0' || strncmp(s->server, word, n) != 0)
		return false;
	*text = s->server + n;
	*len = (size_t)(end - *text);
	s->server = end + 1;
	return true;
}

static inline void
scene_say(struct scene *s, const char *text, size_t len)
{
	struct buf line = { 0 };

	buf_add(&line, text, len);
	buf_adds(&line, "\r\n");
	scene_bytes(s, buf_bytes(&line), line.len);
	buf_free(&line);
}

/* The server does what it does next; false if that is nothing. */
static inline bool
scene_serve(struct scene *s)
{
	const char *text;
	size_t len;

	if (!s->open)
		return false;
	if (scene_next(s, "!close", &text, &len)) {
		struct heard h = verdict_closed(&s->dialog);

		s->open = false;
		if (h.last)
			trial_heard(&s->play.trial, &s->dialog, "", 0, &h);
	} else if (scene_next(s, "!tls no", &text, &len)) {
		s->no_tls = true;
	} else if (scene_next(s, "!slow ", &text, &len)) {
		s->now += strtol(text, NULL, 10) * 1000;
	} else if (scene_next(s, "!flood ", &text, &len)) {
		scene_flood(s, strtoul(text, NULL, 10));
	} else if (scene_next(s, "!bare ", &text, &len)) {
		scene_bytes(s, text, len);
	} else if (scene_next(s, "", &text, &len)) {
		scene_say(s, text, len);
	} else {
		return false;
	}
	while (scene_next(s, "!more ", &text, &len))
		scene_say(s, text, len);
	return true;
}

static inline void
scene_hush(struct scene *s, const char *what)
{
	int64_t until = s->now + (int64_t)(s->play.seconds * 1000);
	const char *text;
	size_t len;

	buf_addf(&s->done, "%s|", what);
	for (;;) {
		if (scene_next(s, "!slow ", &text, &len))
			s->now += strtol(text, NULL, 10) * 1000;
		else if (scene_next(s, "!hush ", &text, &len))
			scene_say(s, text, len);
		else
			break;
	}
	if (s->now < until)
		s->now = until;
}

/* A line of ours goes out, as say.c deals with it. */
static inline void
scene_said(struct scene *s)
{
	const struct play *p = &s->play;
	const char *at = p->text, *end = p->text + p->len;
	size_t open = p->open < p->len ? p->open : p->len;

	s->said_at = s->now;
	buf_addf(&s->done, "%s%.*s", p->joined ? "+" : "", (int)open, p->text);
	if (open < p->len)
		buf_addf(&s->done, "[%.*s]", (int)(p->len - open),
		    p->text + open);
	buf_adds(&s->done, p->bare ? "\\c|" : "|");
	for (;;) {
		const char *lf = memmem(at, (size_t)(end - at), "\r\n", 2);

		begun_said(&s->dialog, at,
		    (size_t)((lf == NULL ? end : lf) - at),
		    lf == NULL && p->bare);
		if (lf == NULL || (lf + 2 == end && p->bare))
			break;
		at = lf + 2;
	}
	s->undecided = false;
}

/* The handshake, where both want it. */
static inline void
scene_settle(struct scene *s)
{
	if (!s->open || dialog_turn(&s->dialog) != TURN_UPGRADE)
		return;
	s->open = s->tls = !s->no_tls;
	if (s->tls)
		dialog_upgraded(&s->dialog);
}

static inline enum play_step
scene_step(struct scene *s)
{
	struct play_state st;
	enum play_step step;

	scene_settle(s);
	st = (struct play_state){ .dialog = &s->dialog,
		.open = s->open,
		.tls = s->tls,
		.verified = s->tls && s->verified };
	step = play_next(&s->play, &st);
	switch (step) {
	case PLAY_SAY:
		scene_said(s);
		break;
	case PLAY_FILE:
		buf_addf(&s->done, "FILE %.*s|", (int)s->play.len,
		    s->play.text);
		break;
	case PLAY_WAIT:
		if (!scene_serve(s))
			play_fault(&s->play, "nothing came");
		break;
	case PLAY_HUSH:
		scene_hush(s, "HUSH");
		break;
	case PLAY_ENDS:
		scene_hush(s, "ENDS");
		scene_serve(s);
		break;
	case PLAY_AUTH:
		buf_addf(&s->done, "AUTH %.*s|", (int)s->play.len,
		    s->play.text);
		play_passed(&s->play);
		break;
	case PLAY_PROTO:
		buf_addf(&s->done, "PROTO %s|", s->play.proto->name);
		dialog_again(&s->dialog, s->play.proto, false);
		break;
	case PLAY_CLOSE:
		buf_adds(&s->done, "CLOSE|");
		s->open = false;
		break;
	default:
		break;
	}
	return step;
}

/* Play a transcript; false, with a sentence in `told`, if it cannot be read.
 * The caller has set server, proto, mode and vars, all else is zero. */
static inline bool
scene_play(struct scene *s, const char *text, size_t n)
{
	struct fail f;

	if (transcript_text(&s->in, "t", text, n, &f) < 0) {
		buf_adds(&s->told, f.text);
		return false;
	}
	s->open = true;
	s->undecided = s->proto == NULL;
	dialog_start(&s->dialog, s->proto == NULL ? protos_raw() : s->proto,
	    s->proto != NULL && !s->proto->mute);
	play_start(&s->play, &s->in, &s->vars, s->proto, s->mode);
	s->play.trial.check = scene_tell;
	s->play.trial.arg = s;
	while (scene_step(s) != PLAY_END)
		;
	while (scene_serve(s))
		scene_settle(s);
	play_over(&s->play);
	return true;
}

static inline void
scene_end(struct scene *s)
{
	play_end(&s->play);
	dialog_end(&s->dialog);
	line_free(&s->line);
	transcript_close(&s->in);
	vars_free(&s->vars);
	buf_free(&s->done);
	buf_free(&s->found);
	buf_free(&s->told);
}

/* Is it this text? */
static inline bool
scene_is(const struct buf *b, const char *text)
{
	return b->len == strlen(text) &&
	    (b->len == 0 || memcmp(buf_bytes(b), text, b->len) == 0);
}

static inline const char *
scene_some(const struct buf *b)
{
	return b->len == 0 ? "" : buf_bytes(b);
}

/* Does this stand somewhere in it?  NULL does. */
static inline bool
scene_has(const struct buf *b, const char *text)
{
	return text == NULL ||
	    memmem(scene_some(b), b->len, text, strlen(text)) != NULL;
}

static inline bool
scene_agrees(const struct scene *s, const char *done, const char *found,
    const char *told)
{
	return scene_is(&s->done, done) && scene_is(&s->found, found) &&
	    scene_has(&s->told, told);
}

/* It went otherwise. */
static inline void
scene_show(const struct scene *s, const char *name)
{
	print_error("%s: did %.*s\n\tfound %.*s\n\t%.*s\n", name,
	    (int)s->done.len, scene_some(&s->done), (int)s->found.len,
	    scene_some(&s->found), (int)s->told.len, scene_some(&s->told));
}

#endif
