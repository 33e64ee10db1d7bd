/* SPDX-License-Identifier: ISC */
/* parley.c - a command that telex says by itself, and its reply. */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "dialog.h"
#include "hear.h"
#include "parley.h"
#include "say.h"
#include "text.h"
#include "verdict.h"

/* For struct follower: bytes came. */
static void
heard(void *arg, const char *bytes, size_t n, const struct heard *h)
{
	struct parley *p = arg;
	size_t room = PARLEY_MOST - p->reply.len;

	if (p->complete)
		return;
	buf_add(&p->reply, bytes, n < room ? n : room);
	if (h == NULL || !h->last)
		return;
	if (h->unsolicited || h->aside) {
		buf_clear(&p->reply);
		return;
	}
	p->complete = true;
	p->class = h->class;
	p->code = h->code;
}

void
parley_begin(struct parley *p, struct session *s)
{
	memset(p, 0, sizeof *p);
	p->s = s;
	p->ear.heard = heard;
	p->ear.arg = p;
	p->ear.backstage = true;
	session_follow(s, &p->ear);
	s->offstage = true;
}

void
parley_end(struct parley *p)
{
	p->s->offstage = false;
	session_unfollow(p->s, &p->ear);
	/* The last line may have been a password. */
	buf_wipe(&p->s->send);
	buf_free(&p->reply);
}

int
parley_fail(struct parley *p, enum status status, const char *fmt, ...)
{
	struct session *s = p->s;
	char text[900];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	fail_set(&s->why, status, "%s", text);
	if (!s->judged)
		outlet_error(&s->out, "auth: %s", text);
	return -1;
}

int
parley_turn(struct parley *p)
{
	struct session *s = p->s;

	while (session_is_open(s) && !p->complete &&
	    (dialog_turn(&s->dialog) == TURN_SERVER ||
		dialog_owed(&s->dialog) > 0)) {
		if ((hear_wait(s, -1, -1) & HEAR_SIGNAL) != 0)
			return parley_fail(p, STATUS_NETWORK, "interrupted");
	}
	/* Whoever ended it has said why. */
	return session_is_open(s) || p->complete ? 0 : -1;
}

int
parley_say(struct parley *p, const char *text, size_t len, size_t open)
{
	struct session *s = p->s;
	size_t at = 0, n;

	p->complete = false;
	p->class = CLASS_NONE;
	p->code = 0;
	buf_clear(&p->reply);
	for (; at <= len; at += n + 2) {
		const char *end = memmem(text + at, len - at, "\r\n", 2);

		n = end == NULL ? len - at : (size_t)(end - text) - at;
		s->hide =
		    open < at + n ? (open > at ? open - at : 0) : SIZE_MAX;
		if (say_line(s, text + at, n) < 0)
			return -1;
	}
	return parley_turn(p);
}

int
parley_refusal(struct parley *p)
{
	bool passing = p->class == CLASS_TRANSIENT;
	const char *reply = p->reply.len == 0 ? "" : buf_bytes(&p->reply);
	size_t n = p->reply.len;
	struct buf text = { 0 };

	while (n > 0 && (reply[n - 1] == '\r' || reply[n - 1] == '\n'))
		n--;
	text_quote(&text, reply, n, 300);
	parley_fail(p, passing ? STATUS_TRANSIENT : STATUS_PERMANENT,
	    "the server refused: %.*s", (int)text.len,
	    text.len == 0 ? "" : buf_bytes(&text));
	buf_free(&text);
	return -1;
}
