/* SPDX-License-Identifier: ISC */
/* cue.c - the line that a transcript puts at the prompt. */
#include <string.h>

#include "cue.h"
#include "step.h"
#include "term/term.h"
#include "text.h"

/* So many characters could be typed in the time before the first of them: who
 * looks on reads the reply; and before Enter. */
enum { LEAD = 8, LEAD_DATA = 2, TRAIL = 2 };

/* The line that is typed, as far as it is. */
static bool
is_line(const struct cue *c, const char *text, size_t len)
{
	struct buf half = { 0 };
	bool is;

	term_half(c->term, &half);
	is = half.len == len &&
	    (len == 0 || memcmp(buf_bytes(&half), text, len) == 0);
	buf_free(&half);
	return is;
}

/* The offer that is at the prompt, if it still holds. */
static const struct offer *
offer_here(const struct cue *c)
{
	const struct offer *o = step_offer(c->step);

	return o != NULL && o->serial == c->serial ? o : NULL;
}

/* Say what is next where the line cannot show it. */
static void
hint(struct cue *c, const struct offer *o)
{
	const struct step *st = c->step;
	struct buf text = { 0 };

	if (c->hidden)
		buf_addf(&text, "the secret of %s:%lu", st->name, o->line);
	else
		offer_hint(o, &st->s->dialog, &text);
	outlet_note(&st->s->out, 0, "next: %.*s (Enter does it)", (int)text.len,
	    buf_bytes(&text));
	buf_free(&text);
}

static void
put(struct cue *c, const struct offer *o)
{
	const struct dialog *live = &c->step->s->dialog;

	c->serial = o->serial;
	c->typed = c->count = 0;
	c->lead = o->turn == TURN_DATA ? LEAD_DATA : LEAD;
	c->began = c->speed > 0 ? session_now() : 0;
	if (c->hidden || !offer_show(o, live, &c->text))
		hint(c, o);
	if (c->began == 0) {
		term_offer(c->term, c->text.len == 0 ? "" : buf_bytes(&c->text),
		    c->text.len);
		c->typed = c->text.len;
	}
}

void
cue_show(struct cue *c, bool hidden)
{
	const struct offer *o = step_offer(c->step);

	if (o != NULL && o->serial == c->serial && hidden == c->hidden)
		return;
	if (c->serial != 0 && term_offered(c->term))
		term_offer(c->term, "", 0);
	/* Somebody's own half line stays. */
	if (!hidden && !is_line(c, "", 0))
		return;
	c->serial = 0;
	c->hidden = hidden;
	buf_wipe(&c->text);
	if (o != NULL)
		put(c, o);
}

bool
cue_waits(const struct cue *c)
{
	const struct offer *o = step_offer(c->step);

	return o != NULL && o->serial != c->serial && is_line(c, "", 0);
}

/* What a line that is made of the offer says; how much of it is open. */
static size_t
read_line(const struct cue *c, const struct offer *o, const char *line,
    size_t len, struct buf *to)
{
	const char *text = o->text.len == 0 ? "" : buf_bytes(&o->text);

	if (len > 0 && !c->hidden)
		return offer_edited(o, &c->step->s->dialog, line, len, to);
	buf_add(to, len > 0 ? line : text, len > 0 ? len : o->text.len);
	return len > 0 ? 0 : o->open;
}

/* An empty line is no command: Enter was pressed too early. */
static bool
is_idle(const struct cue *c)
{
	const struct dialog *d;

	if (c->step->s == NULL)
		return false;
	d = &c->step->s->dialog;
	return d->proto->judge != NULL &&
	    (d->state == TURN_COMMAND || d->state == TURN_OVER);
}

enum cue_line
cue_take(struct cue *c, const char *line, size_t len, struct buf *to,
    size_t *open)
{
	const struct offer *o = offer_here(c);
	bool here = c->serial != 0;
	bool made = here &&
	    (c->hidden || (c->text.len > 0 ? term_offered(c->term) : len == 0));

	c->serial = 0;
	c->began = 0;
	if (!made && len == 0 && is_idle(c))
		return CUE_NONE;
	if (!here || (!made && len > 0))
		return CUE_OWN;
	if (!made || o == NULL)
		return CUE_NONE;
	*open = read_line(c, o, line, len, to);
	return CUE_PLAY;
}

/* What is due after so many characters, in milliseconds. */
static int64_t
due(const struct cue *c)
{
	size_t n = c->lead + c->count;

	if (c->typed == c->text.len)
		n += TRAIL;
	return c->began + (int64_t)n * 1000 / c->speed;
}

int
cue_left(const struct cue *c)
{
	int64_t left;

	if (c->began == 0)
		return -1;
	left = due(c) - session_now();
	return left < 0 ? 0 : left > 60000 ? 60000 : (int)left;
}

bool
cue_type(struct cue *c)
{
	const char *text = c->text.len == 0 ? "" : buf_bytes(&c->text);
	size_t from = c->typed;

	if (c->began != 0 && offer_here(c) == NULL)
		c->began = 0;
	if (cue_left(c) != 0)
		return false;
	if (c->typed == c->text.len) {
		c->began = 0;
		term_enter(c->term);
		return true;
	}
	do {
		uint32_t code;
		int n =
		    text_utf8(text + c->typed, c->text.len - c->typed, &code);

		c->typed += n > 0 ? (size_t)n : 1;
		c->count++;
	} while (c->typed < c->text.len && cue_left(c) == 0);
	term_type(c->term, text + from, c->typed - from);
	return true;
}

void
cue_stop(struct cue *c)
{
	const char *text = c->text.len == 0 ? "" : buf_bytes(&c->text);

	c->began = 0;
	term_ignore(c->term);
	if (c->typed < c->text.len)
		term_type(c->term, text + c->typed, c->text.len - c->typed);
	c->typed = c->text.len;
}

void
cue_end(struct cue *c)
{
	const char *text = c->text.len == 0 ? "" : buf_bytes(&c->text);

	if (c->serial != 0 && is_line(c, text, c->typed))
		term_offer(c->term, "", 0);
	buf_free(&c->text);
	c->serial = 0;
	c->began = 0;
}
