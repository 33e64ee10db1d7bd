/* SPDX-License-Identifier: ISC */
/* desk.h - a session with a person at a terminal of its own: the test is the
 * person, and the server. */
#ifndef DESK_H
#define DESK_H

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "signals.h"
#include "stage.h"
#include "term/term.h"
#include "turns.h"

/*
 * What happens, one after the other, each when the terminal waits for a key
 * and nothing else is under way; NULL ends it:
 *
 *	K:text	that is typed, "\r" for Enter
 *	S:text	the server says it
 *	INT	^C, which a terminal makes a signal
 *	TERM	the signal of this name comes
 *	HANGUP	the terminal is gone
 *	LATE	so much time passes that what waits is said
 *	TYPES	... that the transcript types what it can, or Enter
 *	CLOSE	the server closes; it always does so in the end
 *
 * `log` has what was said, the server's words in braces, and no CR: "{220
 * hello\n}NOOP\n".  `st.err` has telex's own words, `seen` what was on the
 * terminal.  As with a stage, nothing may be asserted before desk_end.
 */
struct desk {
	struct stage st;
	struct options opt;
	struct typing typing;
	struct term *term;
	int keys, was_in; /* the other end of the terminal, and stdin */
	const char *const *part;
	bool pressed; /* keys, or ^C, that were not read yet */
	bool closed;
	struct buf log, seen;
};

static inline void
desk_look(struct desk *d)
{
	char block[4096];
	ssize_t n;

	while ((n = read(d->keys, block, sizeof block)) > 0)
		buf_add(&d->seen, block, (size_t)n);
}

/* What has come to the server. */
static inline void
desk_hear(struct desk *d)
{
	char block[4096];
	ssize_t n, i;

	while (
	    (n = recv(d->st.server, block, sizeof block, MSG_DONTWAIT)) > 0) {
		for (i = 0; i < n; i++) {
			if (block[i] != '\r')
				buf_add(&d->log, block + i, 1);
		}
	}
}

static inline void
desk_says(struct desk *d, const char *text)
{
	const char *p;

	desk_hear(d);
	buf_adds(&d->log, "{");
	for (p = text; *p != '\0'; p++) {
		if (*p != '\r')
			buf_add(&d->log, p, 1);
	}
	buf_adds(&d->log, "}");
	if (send(d->st.server, text, strlen(text), MSG_NOSIGNAL) < 0)
		abort();
}

/* The next thing happens. */
static inline void
desk_next(struct desk *d)
{
	const char *what = *d->part;

	if (what == NULL || strcmp(what, "CLOSE") == 0) {
		shutdown(d->st.server, SHUT_WR);
		d->closed = true;
		return;
	}
	d->part++;
	if (strncmp(what, "K:", 2) == 0) {
		d->pressed = true;
		if (write(d->keys, what + 2, strlen(what + 2)) < 0)
			abort();
	} else if (strcmp(what, "INT") == 0 || strcmp(what, "TERM") == 0) {
		d->pressed = true;
		raise(what[0] == 'I' ? SIGINT : SIGTERM);
	} else if (strcmp(what, "HANGUP") == 0) {
		d->pressed = true;
		close(d->keys);
		d->keys = -1;
	} else if (strncmp(what, "S:", 2) == 0) {
		desk_says(d, what + 2);
	} else if (strcmp(what, "LATE") == 0) {
		d->typing.since -= 60000;
		d->typing.closing -= d->typing.closing > 0 ? 60000 : 0;
	} else if (strcmp(what, "TYPES") == 0) {
		d->pressed = true;
		d->typing.cue.began -= 600000;
	} else {
		abort();
	}
}

/* The terminal's hook: turns_wait, but for what happens in between. */
static inline int
desk_wait(void *arg, int fd, int ms)
{
	struct desk *d = arg;
	int rc = 0;

	desk_look(d);
	/* Who waits for some time waits for the rest of a key. */
	while (rc == 0 && ms < 0 && !d->pressed && !d->closed) {
		desk_next(d);
		if (!d->pressed)
			rc = turns_wait(&d->typing, fd, 0);
	}
	if (rc == 0)
		rc = turns_wait(&d->typing, fd, ms);
	if (rc > 0 || (rc == 0 && ms < 0))
		d->pressed = false;
	return rc;
}

static inline void
desk_offers(void *arg, const char *line, size_t len, struct complete *c)
{
	struct desk *d = arg;

	turns_complete(&d->typing, line, len, c);
}

/* A terminal of 80 columns is stdin and stdout. */
static inline void
desk_terminal(struct desk *d)
{
	struct term_plan plan = {
		.hooks = { desk_wait, desk_offers, d },
		.escape = 0x1d,
	};
	char why[128];
	int fd;

	d->keys = posix_openpt(O_RDWR | O_NOCTTY);
	if (d->keys < 0 || grantpt(d->keys) < 0 || unlockpt(d->keys) < 0 ||
	    (fd = open(ptsname(d->keys), O_RDWR | O_NOCTTY)) < 0 ||
	    fcntl(d->keys, F_SETFL, O_NONBLOCK) < 0)
		abort();
	d->was_in = dup(STDIN_FILENO);
	dup2(fd, STDIN_FILENO);
	dup2(fd, STDOUT_FILENO);
	close(fd);
	/* What libtinfo makes of some other types it never frees. */
	setenv("TERM", "xterm-color", 1);
	d->term = term_open(&plan, why);
	if (d->term == NULL)
		abort();
}

/* The caller has set d->opt, and all else is zero. */
static inline void
desk_begin(struct desk *d, const struct proto *proto, const char *const *part)
{
	static const char *const nothing[] = { NULL };

	alarm(60);
	d->part = part == NULL ? nothing : part;
	unsetenv("NO_COLOR");
	unsetenv("CLICOLOR_FORCE");
	unsetenv("TELEX_COLORS");
	signals_open(NULL);
	stage_dark(&d->st);
	desk_terminal(d);
	stage_open(&d->st, &d->opt, true, proto);
	d->st.s.out.term = d->term;
	snprintf(d->st.s.peer.address, sizeof d->st.s.peer.address,
	    "127.0.0.1");
	d->typing.connected = true;
	d->typing.s = d->typing.local.s = &d->st.s;
	d->typing.term = d->typing.local.term = d->typing.cue.term = d->term;
	d->typing.local.opt = &d->opt;
	d->typing.local.step = d->typing.cue.step = &d->typing.step;
}

/* A transcript, "t", is gone through. */
static inline void
desk_lesson(struct desk *d, const char *transcript)
{
	struct ready r = { .open = true };
	struct vars v = { 0 };
	struct fail f;

	if (transcript_text(&r.in, "t", transcript, strlen(transcript), &f) < 0)
		abort();
	step_begin(&d->typing.step, &d->st.s, &r, &v, MATCH_BY_CLASS);
}

/* "after 12 s" becomes "after 0 s": how fast the machine is, nobody knows. */
static inline void
desk_no_time(char *text, const char *word)
{
	char *at = text, *end;

	while ((at = strstr(at, word)) != NULL) {
		at += strlen(word);
		end = at + strspn(at, "0123456789");
		if (end > at && strncmp(end, " s", 2) == 0) {
			*at = '0';
			memmove(at + 1, end, strlen(end) + 1);
		}
	}
}

static inline void
desk_end(struct desk *d)
{
	struct typing *t = &d->typing;

	outlet_flush(&d->st.s.out);
	step_free(&t->step);
	cue_end(&t->cue);
	queue_free(&t->queue);
	d->st.s.out.term = NULL;
	desk_hear(d);
	term_close(d->term);
	desk_look(d);
	if (d->keys >= 0)
		close(d->keys);
	dup2(d->was_in, STDIN_FILENO);
	close(d->was_in);
	stage_end(&d->st);
	desk_no_time(d->st.err, " after ");
	desk_no_time(d->st.err, " for ");
	signals_close();
	buf_add(&d->log, "", 1);
	buf_add(&d->seen, "", 1);
	alarm(0);
}

static inline void
desk_free(struct desk *d)
{
	buf_free(&d->log);
	buf_free(&d->seen);
	memset(d, 0, sizeof *d);
}

#endif
