/* SPDX-License-Identifier: ISC */
/* craft.c - local commands that make text, or send what no line is. */
#include <string.h>
#include <time.h>

#include "buf.h"
#include "compose.h"
#include "craft.h"
#include "hear.h"
#include "practice/mimecode.h"
#include "quoted.h"
#include "say.h"
#include "session.h"
#include "term/term.h"
#include "text.h"

void
craft_send(struct command *c, const char *arg)
{
	struct buf bytes = { 0 };
	struct session *s = c->s;

	if (strcmp(arg, "now") == 0) {
		c->now = true;
	} else if (strcmp(arg, "eof") == 0) {
		if (wire_shut(&s->wire) < 0)
			hear_broken(s);
	} else if (compose_bytes(&bytes, arg) < 0) {
		outlet_error(&s->out,
		    "send: now, eof, or any of crlf lf cr "
		    "nul tab esc and pairs of hex digits (send 41 42 crlf)");
	} else {
		say_bytes(s, buf_bytes(&bytes), bytes.len);
		outlet_note(&s->out, 0, "%zu byte%s sent", bytes.len,
		    bytes.len == 1 ? "" : "s");
	}
	buf_free(&bytes);
}

/* A command that turns text into other text was given none. */
static void
of_what(struct command *c, const char *name)
{
	outlet_error(&c->s->out, "%s: of what? (%s TEXT)", name, name);
}

/* What was made goes into the line that is being typed. */
static void
put(struct command *c, struct buf *text, const char *name)
{
	if (text->len == 0)
		of_what(c, name);
	else if (!term_insert(c->term, buf_bytes(text), text->len))
		outlet_note(&c->s->out, 0,
		    "it is in the line that is not shown; Enter sends it");
	buf_free(text);
}

void
craft_date(struct command *c, const char *arg)
{
	struct buf text = { 0 };

	(void)arg;
	compose_date(&text, time(NULL));
	put(c, &text, "date");
}

void
craft_msgid(struct command *c, const char *arg)
{
	struct buf text = { 0 };

	(void)arg;
	compose_msgid(&text);
	put(c, &text, "msgid");
}

void
craft_base64(struct command *c, const char *arg)
{
	struct buf text = { 0 };

	text_base64(&text, arg, strlen(arg));
	put(c, &text, "base64");
}

void
craft_unbase64(struct command *c, const char *arg)
{
	struct buf bytes = { 0 };
	struct buf text = { 0 };

	if (arg[0] == '\0') {
		of_what(c, "unbase64");
		return;
	}
	if (text_unbase64(&bytes, arg, strlen(arg)) < 0) {
		outlet_error(&c->s->out, "unbase64: this is no base64");
		return;
	}
	text_quote(&text, buf_bytes(&bytes), bytes.len, 4096);
	buf_free(&bytes);
	outlet_note(&c->s->out, 0, "%.*s", (int)text.len, buf_bytes(&text));
	buf_free(&text);
}

void
craft_qp(struct command *c, const char *arg)
{
	struct quoted q = { .endless = true };
	struct buf text = { 0 };
	size_t n = strlen(arg);
	char *to = buf_room(&text, QUOTED_MOST * n + QUOTED_HELD);
	size_t len = quoted_add(&q, to, arg, n);

	len += quoted_end(&q, to + len, false);
	buf_grew(&text, len);
	if (len > QUOTED_COLUMNS)
		outlet_note(&c->s->out, 0,
		    "qp: %zu columns are too many for a line, 76 is the most "
		    "(\"=\" at its end goes on in the next)",
		    len);
	put(c, &text, "qp");
}

void
craft_unqp(struct command *c, const char *arg)
{
	struct buf bytes = { 0 }, text = { 0 };

	if (arg[0] == '\0') {
		of_what(c, "unqp");
		return;
	}
	mimecode_quoted(&bytes, arg, strlen(arg), false);
	text_quote(&text, bytes.len == 0 ? "" : buf_bytes(&bytes), bytes.len,
	    4096);
	buf_free(&bytes);
	outlet_note(&c->s->out, 0, "%.*s", (int)text.len,
	    text.len == 0 ? "" : buf_bytes(&text));
	buf_free(&text);
}
