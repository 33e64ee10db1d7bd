/* SPDX-License-Identifier: ISC */
/* say.c - what goes to the server. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "begun.h"
#include "hear.h"
#include "negotiate.h"
#include "options.h"
#include "protos.h"
#include "say.h"
#include "session.h"
#include "text.h"

/* Lines of a transcript go out together up to this many bytes. */
enum { BATCH_MOST = 65536 };

/* Send n bytes, of which `open` may be shown under -vvv. */
static int
send_bytes(struct session *s, const char *p, size_t n, size_t open)
{
	if (!session_is_open(s))
		return -1;
	outlet_hex(&s->out, "> ", p, open);
	session_said(s, p, n, open);
	if (negotiate_write(s, p, n) == 0)
		return 0;
	hear_broken(s);
	return -1;
}

int
say_bytes(struct session *s, const char *p, size_t n)
{
	return send_bytes(s, p, n, n);
}

/* May a secret go out?  By script it is warned about once, or refused. */
static bool
secret_allowed(struct session *s)
{
	if (session_forbids_secrets(s)) {
		session_fail(s, STATUS_TLS,
		    "a secret was not sent: TLS was asked for and does not "
		    "protect this connection");
		return false;
	}
	/* At the editor the user was asked. */
	if (s->out.term != NULL || s->warned_secret || !session_is_clear(s))
		return true;
	s->warned_secret = true;
	outlet_warning(&s->out, "a secret goes out %s",
	    wire_is_tls(&s->wire) ? "to an unverified server" :
				    "in plain text (-S protects it)");
	return true;
}

/* The protocol that this command begins, when none was named. */
static void
guess_by_command(struct session *s, const char *line, size_t len)
{
	struct dialog *d = &s->dialog;
	const struct proto *told;
	struct buf whole = { 0 };

	if (s->opt->proto_given || dialog_owed(d) > 0 ||
	    dialog_turn(d) != TURN_COMMAND)
		return;
	line = begun_line(d, line, &len, &whole);
	told = protos_hello(line, len);
	if (told != NULL && told != d->proto &&
	    (d->proto == protos_raw() ||
		protos_verb(d->proto, line, len) == NULL))
		dialog_proto(d, told);
	buf_free(&whole);
}

static void
show_sent(struct session *s, const struct said *said, const char *line,
    size_t len)
{
	struct buf text = { 0 };

	if (s->out.verbose == 0 || (s->person && said->kind == SAID_DATA))
		return;
	text_quote(&text, line, said->secret < len ? said->secret : len, 1000);
	if (said->secret < len)
		buf_adds(&text, "********");
	buf_adds(&text, "\n");
	outlet_text(&s->out, "C: ", 3);
	outlet_text(&s->out, buf_bytes(&text), text.len);
	buf_free(&text);
}

/* What telex cannot do it does not say. */
static bool
is_possible(struct session *s, const struct verb *verb)
{
	if (verb == NULL || (verb->flags & VERB_NEVER) == 0)
		return true;
	if (s->person)
		outlet_error(&s->out, "not sent: telex cannot do %s",
		    verb->word);
	else
		session_fail(s, STATUS_USAGE,
		    "%s was not sent: telex cannot do it", verb->word);
	return false;
}

/* What is already there cannot be the answer to STARTTLS. */
static int
clear_the_way(struct session *s, const struct verb *verb)
{
	if (verb == NULL || (verb->flags & VERB_UPGRADE) == 0)
		return 0;
	hear_drain(s);
	if (!session_is_open(s))
		return -1;
	if (line_is_open(&s->line))
		dialog_stale(&s->dialog);
	return 0;
}

/* A line that is about to go out. */
struct saying {
	const char *line;
	size_t len;
	bool part;   /* it has no end of its own */
	size_t open; /* becomes the number of its bytes that are no secret */
	bool bare;   /* ... and whether its line end is left out */
};

/* Tell the dialogue of the line, and whoever wants to see it. */
static int
say_told(struct session *s, struct saying *it)
{
	const char *line = it->line;
	size_t len = it->len;
	struct said said;

	if (!session_is_open(s))
		return -1;
	guess_by_command(s, line, len);
	s->undecided = false;
	said = begun_would(&s->dialog, line, len);
	if (s->hide < said.secret)
		said.secret = s->hide;
	s->hide = SIZE_MAX;
	if (said.secret < len && !secret_allowed(s))
		return -1;
	if (!is_possible(s, said.verb) || clear_the_way(s, said.verb) < 0)
		return -1;
	begun_said(&s->dialog, line, len, it->part);
	if (said.kind != SAID_DATA)
		s->said_at = session_now();
	show_sent(s, &said, line, len);
	it->open = said.secret < len ? said.secret : len;
	it->bare = said.bare || it->part;
	return 0;
}

int
say_block(struct session *s, const char *p, size_t n, bool hidden)
{
	if (hidden && !secret_allowed(s))
		return -1;
	return send_bytes(s, p, n, hidden ? 0 : n);
}

/* Does a tag stand before the verb already? */
static bool
has_tag(const struct proto *proto, const char *line, size_t len)
{
	size_t at = text_blanks(line, len);
	size_t word = text_word(line + at, len - at);

	return protos_verb(proto, line, len) != NULL &&
	    protos_verb(proto, line + at, word) == NULL;
}

/* "a1 " before the verb that a beginner typed without a tag. */
static void
add_tag(struct session *s, const char *line, size_t len)
{
	struct dialog *d = &s->dialog;
	char tag[16];

	if (!s->opt->imap_tags || !d->proto->tagged ||
	    d->state != TURN_COMMAND || d->begun.len > 0 ||
	    has_tag(d->proto, line, len))
		return;
	snprintf(tag, sizeof tag, "a%u ", d->commands + 1);
	buf_adds(&s->send, tag);
}

int
say_begin(struct session *s, const char *line, size_t len)
{
	struct saying it = { .line = line, .len = len };

	if (say_told(s, &it) < 0)
		return -1;
	s->hide_rest = it.open < len;
	return send_bytes(s, line, len, it.open);
}

int
say_rest(struct session *s, const char *p, size_t n)
{
	return send_bytes(s, p, n, s->hide_rest ? 0 : n);
}

int
say_line(struct session *s, const char *line, size_t len)
{
	struct saying it = { .line = "" };

	/* One write: a line and its end in two packets meet Nagle's rule. */
	buf_clear(&s->send);
	add_tag(s, line, len);
	buf_add(&s->send, line, len);
	it.len = s->send.len;
	if (it.len > 0)
		it.line = buf_bytes(&s->send);
	if (say_told(s, &it) < 0)
		return -1;
	if (!it.bare)
		buf_adds(&s->send, "\r\n");
	if (it.open == it.len)
		it.open = s->send.len;
	return send_bytes(s, buf_bytes(&s->send), s->send.len, it.open);
}

int
say_flush(struct session *s)
{
	struct buf *b = &s->batch;
	int rc = 0;

	if (b->len == 0)
		return 0;
	if (!session_is_open(s))
		rc = -1;
	else if (negotiate_write(s, buf_bytes(b), b->len) < 0) {
		hear_broken(s);
		rc = -1;
	}
	buf_clear(b);
	return rc;
}

/* One of the lines of say_lines. */
static int
gather(struct session *s, struct saying *it)
{
	struct buf *b = &s->batch;
	size_t before = b->len, n;

	if (say_told(s, it) < 0)
		return -1;
	buf_add(b, it->line, it->len);
	if (!it->bare)
		buf_adds(b, "\r\n");
	n = b->len - before;
	if (it->open == it->len)
		it->open = n;
	if (n > 0) {
		outlet_hex(&s->out, "> ", buf_bytes(b) + before, it->open);
		session_said(s, buf_bytes(b) + before, n, it->open);
	}
	return b->len >= BATCH_MOST ? say_flush(s) : 0;
}

/* The first CR LF in n bytes; NULL if there is none. */
static const char *
line_end(const char *p, size_t n)
{
	const char *end = p + n;

	while ((p = memchr(p, '\r', (size_t)(end - p))) != NULL) {
		if (end - p > 1 && p[1] == '\n')
			return p;
		p++;
	}
	return NULL;
}

int
say_lines(struct session *s, const char *text, size_t len, size_t open,
    bool bare)
{
	for (;;) {
		const char *end = line_end(text, len);
		struct saying it = { .line = text, .len = len, .part = bare };

		if (end != NULL) {
			it.len = (size_t)(end - text);
			it.part = false;
		}
		s->hide = open < it.len ? open : SIZE_MAX;
		if (gather(s, &it) < 0)
			return -1;
		if (end == NULL)
			return 0;
		open = open > it.len + 2 ? open - it.len - 2 : 0;
		text = end + 2;
		len -= it.len + 2;
		if (len == 0 && bare)
			return 0;
	}
}

void
say_answer(struct session *s)
{
	enum turn turn = dialog_turn(&s->dialog);
	struct buf line = s->answer;

	if (line.len == 0 || (turn != TURN_SERVER && turn != TURN_COMMAND))
		return;
	memset(&s->answer, 0, sizeof s->answer);
	say_line(s, buf_bytes(&line), line.len);
	buf_free(&line);
}
