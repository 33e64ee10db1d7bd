/* SPDX-License-Identifier: ISC */
/* events.c - a session as objects of JSON, one a line. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "chain.h"
#include "clock.h"
#include "events.h"
#include "fail.h"
#include "options.h"
#include "shown.h"
#include "stopwatch.h"
#include "text.h"
#include "verdict.h"

/* Bytes gathered before they are written, where nobody waits for them. */
enum { ENOUGH = 65536 };

/* The most bytes that a character has. */
enum { CHARACTER = 4 };

/* "key":"text" behind a comma. */
static void
add_text(struct buf *to, const char *key, const char *p, size_t n)
{
	buf_addf(to, ",\"%s\":\"", key);
	shown_json(to, p, n, SIZE_MAX);
	buf_adds(to, "\"");
}

static void
add_word(struct buf *to, const char *key, const char *word)
{
	add_text(to, key, word, strlen(word));
}

static void
add_flag(struct buf *to, const char *key, bool is)
{
	buf_addf(to, ",\"%s\":%s", key, is ? "true" : "false");
}

/* Seconds since the connection, or milliseconds that something took. */
static void
add_time(struct buf *to, const char *key, int64_t us, double unit)
{
	buf_addf(to, ",\"%s\":%.*f", key, unit > 1000 ? 6 : 3,
	    (double)us / unit);
}

/* Begin an object; its time is that since the session began. */
static struct buf *
begin(struct events *e, const char *event)
{
	buf_addf(&e->text, "{\"event\":\"%s\"", event);
	add_time(&e->text, "at", clock_us() - e->s->watch->began, 1e6);
	return &e->text;
}

static void
flush(struct events *e)
{
	struct session *s = e->s;

	if (e->text.len > 0)
		outlet_report(&s->out, buf_bytes(&e->text), e->text.len);
	buf_clear(&e->text);
	if (!s->out.deaf)
		return;
	/* Nobody reads: the session has no purpose. */
	s->over = true;
	if (s->status == 0)
		s->status = STATUS_NETWORK;
}

/* Is it all text? */
static bool
is_utf8(const char *p, size_t n)
{
	uint32_t code;
	int k;

	for (; n > 0; p += k, n -= (size_t)k) {
		k = (unsigned char)*p < 0x80 ? 1 : text_utf8(p, n, &code);
		if (k <= 0)
			return false;
	}
	return true;
}

/* A line, or a piece of one: `last` if its end is behind it. */
static void
tell_line(struct events *e, const char *from, struct events_line *l, bool last)
{
	struct buf *to = begin(e, "line");
	const char *p = buf_bytes(&l->text);
	size_t n = l->text.len;
	bool crlf = n > 1 && p[n - 1] == '\n' && p[n - 2] == '\r';

	if (last)
		n -= crlf ? 2 : 1;
	add_word(to, "from", from);
	add_text(to, "text", n > 0 ? p : "", n);
	/* What no text can hold is there exactly, too. */
	if (!is_utf8(p, n)) {
		buf_adds(to, ",\"base64\":\"");
		text_base64(to, p, n);
		buf_adds(to, "\"");
	}
	if (l->secret)
		add_flag(to, "secret", true);
	if (!last)
		add_flag(to, "more", true);
	else if (!crlf)
		add_word(to, "end", "lf");
	buf_adds(to, "}\n");
	buf_clear(&l->text);
	if (last)
		l->secret = false;
}

/*
 * How many bytes at the end of a piece belong to the next: a CR may be that
 * of the line's end, and a character may have begun.
 */
static size_t
unfinished(const char *p, size_t n)
{
	uint32_t code;
	size_t k;

	if (p[n - 1] == '\r')
		return 1;
	for (k = 1; k < CHARACTER && k < n; k++) {
		if (((unsigned char)p[n - k] & 0xc0) != 0x80)
			return text_utf8(p + n - k, k, &code) == 0 ? k : 0;
	}
	return 0;
}

static void
tell_piece(struct events *e, const char *from, struct events_line *l)
{
	char rest[CHARACTER];
	size_t n = unfinished(buf_bytes(&l->text), l->text.len);

	l->text.len -= n;
	memcpy(rest, buf_bytes(&l->text) + l->text.len, n);
	tell_line(e, from, l, false);
	buf_add(&l->text, rest, n);
}

/* n bytes of one side; whole lines of them are told. */
static void
take(struct events *e, struct events_line *l, const char *p, size_t n)
{
	const char *from = l == &e->ours ? "client" : "server";

	while (n > 0) {
		const char *end = memchr(p, '\n', n);
		size_t k = end != NULL ? (size_t)(end - p) + 1 : n;
		bool last = end != NULL;

		if (l->text.len + k > EVENTS_PIECE) {
			k = EVENTS_PIECE - l->text.len;
			last = false;
		}
		buf_add(&l->text, p, k);
		if (last)
			tell_line(e, from, l, true);
		else if (l->text.len == EVENTS_PIECE)
			tell_piece(e, from, l);
		p += k;
		n -= k;
	}
}

/* What is left of a line that never ended. */
static void
take_rest(struct events *e, struct events_line *l)
{
	if (l->text.len > 0 || l->secret)
		tell_line(e, l == &e->ours ? "client" : "server", l, false);
	l->secret = false;
}

static void
events_said(void *arg, const char *p, size_t n, size_t open)
{
	struct events *e = arg;

	take(e, &e->ours, p, open);
	if (open < n) {
		e->ours.secret = true;
		/* The line's own end is no secret. */
		if (p[n - 1] == '\n')
			take(e, &e->ours, "\r\n", 2);
	}
	if (dialog_turn(&e->s->dialog) != TURN_DATA || e->text.len >= ENOUGH)
		flush(e);
}

static void
tell_reply(struct events *e, const struct heard *h)
{
	static const char *const classes[] = {
		[CLASS_NONE] = "none",
		[CLASS_PRELIMINARY] = "preliminary",
		[CLASS_OK] = "positive",
		[CLASS_MORE] = "intermediate",
		[CLASS_TRANSIENT] = "transient",
		[CLASS_PERMANENT] = "permanent",
	};
	struct buf *to = begin(e, "reply");

	if (h->unsolicited)
		add_flag(to, "unsolicited", true);
	else
		add_word(to, "to",
		    h->greeting         ? "greeting" :
			h->message      ? "message" :
			h->verb != NULL ? h->verb->word :
					  "unknown");
	if (h->code > 0)
		buf_addf(to, ",\"code\":%d", h->code);
	add_word(to, "class", classes[h->class]);
	if (!h->unsolicited)
		add_time(to, "ms",
		    stopwatch_took(e->s->watch, h->id, clock_us()), 1e3);
	buf_adds(to, "}\n");
}

static void
events_heard(void *arg, const char *p, size_t n, const struct heard *h)
{
	struct events *e = arg;

	take(e, &e->theirs, p, n);
	if (h != NULL && h->last)
		tell_reply(e, h);
	/* What was read at once is written at once. */
	e->told += n;
	if (e->told >= e->s->wire.received || e->text.len >= ENOUGH)
		flush(e);
}

static void
tell_connect(struct events *e)
{
	const struct session *s = e->s;
	struct buf *to = begin(e, "connect");
	const char *host = session_host(s);
	char text[32];
	struct tm tm;
	time_t now = time(NULL);

	strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &tm));
	add_word(to, "time", text);
	if (s->opt->unix_path == NULL)
		add_word(to, "host", host);
	add_word(to, "address", s->peer.address);
	if (s->opt->unix_path == NULL)
		buf_addf(to, ",\"port\":%u", (unsigned)s->peer.port);
	if (!s->undecided)
		add_word(to, "protocol", s->dialog.proto->name);
	add_time(to, "lookup_ms", s->peer.lookup, 1e3);
	add_time(to, "connect_ms", s->peer.connect, 1e3);
	buf_adds(to, "}\n");
}

static void
tell_tls(struct events *e, bool accepted)
{
	const struct tls_report *r = &e->s->tls;
	struct buf *to = begin(e, "tls");
	struct tls_chain chain;

	add_word(to, "version", r->version);
	add_word(to, "cipher", r->cipher);
	if (r->alpn[0] != '\0')
		add_word(to, "alpn", r->alpn);
	add_flag(to, "accepted", accepted);
	add_flag(to, "verified", r->verified);
	if (r->why[0] != '\0')
		add_word(to, "problem", r->why);
	add_word(to, "subject", r->subject);
	add_word(to, "until", r->until);
	buf_addf(to, ",\"days\":%d", r->days);
	add_word(to, "sha256", r->sha256);
	add_word(to, "key_sha256", r->key256);
	add_time(to, "ms", e->s->watch->phases[PHASE_TLS], 1e3);
	if (e->s->opt->show_certs != CERTS_NONE) {
		wire_chain(&e->s->wire, &chain);
		buf_adds(to, ",\"chain\":");
		chain_json(to, r, &chain);
		tls_chain_free(&chain);
	}
	buf_adds(to, "}\n");
}

static void
tell_close(struct events *e)
{
	const struct session *s = e->s;
	struct buf *to;

	take_rest(e, &e->ours);
	take_rest(e, &e->theirs);
	to = begin(e, "close");
	add_word(to, "by", s->by_server ? "server" : "client");
	buf_addf(to, ",\"commands\":%u,\"refused\":%u", s->dialog.commands,
	    s->dialog.refused);
	buf_addf(to, ",\"sent\":%llu,\"received\":%llu}\n",
	    (unsigned long long)s->wire.sent,
	    (unsigned long long)s->wire.received);
}

static void
events_changed(void *arg, enum change what)
{
	struct events *e = arg;

	e->told = e->s->wire.received;
	switch (what) {
	case CHANGE_OPENED:
		tell_connect(e);
		break;
	case CHANGE_TLS:
	case CHANGE_REFUSED:
		tell_tls(e, what == CHANGE_TLS);
		break;
	case CHANGE_PLAIN:
		begin(e, "plain");
		buf_adds(&e->text, "}\n");
		break;
	case CHANGE_CLOSED:
		tell_close(e);
		break;
	}
	flush(e);
}

static void
events_authenticated(void *arg, const char *mechanism, const char *user)
{
	struct events *e = arg;
	struct buf *to = begin(e, "auth");

	e->told = e->s->wire.received;
	add_word(to, "mechanism", mechanism);
	if (user != NULL)
		add_word(to, "user", user);
	buf_adds(to, "}\n");
	flush(e);
}

int
events_open(struct events *e, struct session *s, struct fail *f)
{
	if (s->out.term != NULL && s->out.terminal)
		return fail_set(f, STATUS_USAGE,
		    "--json writes to standard output, where somebody types "
		    "(telex --json ... > FILE)");
	session_time(s);
	e->s = s;
	s->out.mute = true;
	s->out.terminal = false;
	e->follower = (struct follower){ .said = events_said,
		.heard = events_heard,
		.changed = events_changed,
		.authenticated = events_authenticated,
		.arg = e };
	session_follow(s, &e->follower);
	return 0;
}

void
events_close(struct events *e)
{
	struct session *s = e->s;

	if (s == NULL)
		return;
	session_unfollow(s, &e->follower);
	begin(e, "end");
	buf_addf(&e->text, ",\"status\":%d", session_status(s));
	if (s->status != 0)
		add_word(&e->text, "error", s->why.text);
	buf_adds(&e->text, "}\n");
	flush(e);
	buf_free(&e->ours.text);
	buf_free(&e->theirs.text);
	buf_free(&e->text);
}
