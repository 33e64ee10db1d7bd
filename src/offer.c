/* SPDX-License-Identifier: ISC */
/* offer.c - a step of a transcript, as somebody is to do it. */
#include <string.h>

#include "begun.h"
#include "offer.h"
#include "text.h"

/* What is longer is not for an editor. */
enum { EDIT_MOST = 4000, SHOWN = 300 };

/* A secret in a line that is shown. */
static const char mask[] = "********";

enum { MASK = sizeof mask - 1 };

void
offer_take(struct offer *o, const struct play *p, enum play_step what)
{
	o->what = what;
	buf_wipe(&o->text);
	o->open = 0;
	o->bare = false;
	o->turn = TURN_SERVER;
	o->line = p->item.line;
	if (what == PLAY_CLOSE)
		return;
	buf_add(&o->text, p->text, p->len);
	o->open = p->len;
	o->turn = p->turn;
	o->line = p->line;
	if (what != PLAY_SAY)
		return;
	o->open = p->open;
	o->bare = p->bare;
}

static const char *
text_of(const struct offer *o)
{
	return o->text.len == 0 ? "" : buf_bytes(&o->text);
}

/* Data, a secret, ... or a command. */
static enum turn
kind(enum turn turn)
{
	return turn == TURN_DATA || turn == TURN_LITERAL || turn == TURN_MORE ||
		turn == TURN_SECRET ?
	    turn :
	    TURN_COMMAND;
}

bool
offer_fits(const struct offer *o, const struct dialog *live)
{
	return live->proto->judge == NULL || o->turn == TURN_SERVER ||
	    kind(o->turn) == kind(live->state);
}

bool
offer_is_stray(const struct offer *o, const struct dialog *live)
{
	return !offer_fits(o, live) && kind(live->state) == TURN_COMMAND;
}

const char *
offer_kind(const struct offer *o)
{
	static const char *const kinds[] = { [TURN_COMMAND] = "a command",
		[TURN_DATA] = "data",
		[TURN_LITERAL] = "octets",
		[TURN_MORE] = "the rest of a command",
		[TURN_SECRET] = "a secret" };

	return kinds[kind(o->turn)];
}

/* How many bytes may be shown, as the file and the protocol say. */
static size_t
open_bytes(const struct offer *o, const struct dialog *live)
{
	size_t secret = begun_would(live, text_of(o), o->text.len).secret;

	return secret < o->open ? secret : o->open;
}

/* Are these bytes shown as what they are? */
static bool
is_plain(const char *p, size_t n)
{
	size_t i = 0;

	while (i < n) {
		uint32_t code;
		int len = text_utf8(p + i, n - i, &code);

		if (len <= 0 || !text_harmless(code))
			return false;
		i += (size_t)len;
	}
	return true;
}

bool
offer_show(const struct offer *o, const struct dialog *live, struct buf *to)
{
	size_t open = open_bytes(o, live);
	const char *text = text_of(o);

	if (o->what != PLAY_SAY || o->bare || o->text.len > EDIT_MOST ||
	    !is_plain(text, open))
		return false;
	buf_add(to, text, open);
	if (open < o->text.len)
		buf_adds(to, mask);
	return true;
}

void
offer_hint(const struct offer *o, const struct dialog *live, struct buf *to)
{
	size_t open = open_bytes(o, live);

	switch (o->what) {
	case PLAY_FILE:
		buf_adds(to, "the lines of ");
		text_quote(to, text_of(o), o->text.len, SHOWN);
		break;
	case PLAY_AUTH:
		buf_adds(to, "authentication, ");
		text_quote(to, text_of(o), o->text.len, SHOWN);
		break;
	case PLAY_CLOSE:
		buf_adds(to, "our half of the connection is closed");
		break;
	default:
		buf_adds(to, "\"");
		text_quote(to, text_of(o), open, SHOWN);
		if (open < o->text.len)
			buf_adds(to, mask);
		buf_adds(to, "\"");
		if (o->bare)
			buf_adds(to, " without a line end");
		break;
	}
}

size_t
offer_edited(const struct offer *o, const struct dialog *live, const char *line,
    size_t len, struct buf *to)
{
	size_t open = open_bytes(o, live);
	bool masked = open < o->text.len && len >= MASK &&
	    memcmp(line + len - MASK, mask, MASK) == 0;

	if (!masked) {
		buf_add(to, line, len);
		return len;
	}
	buf_add(to, line, len - MASK);
	buf_add(to, text_of(o) + open, o->text.len - open);
	return len - MASK;
}
