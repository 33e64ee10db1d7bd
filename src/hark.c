/* SPDX-License-Identifier: ISC */
/* hark.c - what the client says, held against a transcript. */
#include <string.h>
#include <strings.h>

#include "begun.h"
#include "buf.h"
#include "guest.h"
#include "hark.h"
#include "protos.h"
#include "template.h"
#include "text.h"
#include "transcript.h"

/* How many bytes up to the n-th of these ends; 0: it is not there yet. */
static size_t
marked(const struct conn *c, char end, size_t n)
{
	const char *p = buf_bytes(&c->in);
	size_t i;

	for (i = 0; i < c->in.len; i++) {
		if (p[i] == end && --n == 0)
			return i + 1;
	}
	return 0;
}

static size_t
count(const char *p, size_t len, char byte)
{
	size_t n = 0, i;

	for (i = 0; i < len; i++)
		n += p[i] == byte;
	return n;
}

/*
 * Wait for a whole line; returns its length with its end, 0 for -1.  In XML
 * it is as many tags as are expected; see struct proto, `cut`.
 */
static size_t
whole_line(struct guest *g, const struct cue *c, size_t *len)
{
	char cut = g->paper.dialog.proto->cut;
	size_t marks = cut == '\0' ? 0 : count(c->text, c->len, cut);
	size_t n;

	for (;;) {
		if (marks > 0) {
			guest_skip_ends(g);
			n = *len = marked(&g->conn, cut, marks);
		} else {
			n = conn_line(&g->conn, len);
		}
		if (n > 0)
			return n;
		if (guest_more(g, c->item) < 0)
			return 0;
	}
}

/* The client's command and the transcript's go by different tags. */
static void
remember_tag(struct guest *g, const struct cue *c, const char *line, size_t len)
{
	const struct proto *proto = g->paper.dialog.proto;
	struct alias *a = &g->aliases[g->tags % GUEST_TAGS];

	if (!proto->tagged || protos_verb_at(proto, line, len) == 0 ||
	    protos_verb_at(proto, c->text, c->len) == 0)
		return;
	a->len = text_word(c->text, c->len);
	a->own_len = text_word(line, len);
	if (a->len > TAG_MOST || a->own_len > TAG_MOST)
		return;
	memcpy(a->tag, c->text, a->len);
	memcpy(a->own, line, a->own_len);
	g->tags++;
}

/* Are both lines the same command, whatever its arguments? */
static bool
same_verb(const struct proto *proto, const struct cue *c, const char *line,
    size_t len)
{
	const struct verb *verb = protos_verb(proto, c->text, c->len);
	size_t at, own, n;

	if (verb != protos_verb(proto, line, len))
		return false;
	if (verb != NULL)
		return true;
	at = protos_verb_at(proto, c->text, c->len);
	own = protos_verb_at(proto, line, len);
	n = text_word(c->text + at, c->len - at);
	return n == text_word(line + own, len - own) &&
	    strncasecmp(c->text + at, line + own, n) == 0;
}

/* The same, where these lines may end one that was begun. */
static bool
same_command(const struct guest *g, const struct cue *c, const char *line,
    size_t len)
{
	const struct dialog *d = &g->paper.dialog;
	struct buf wanted = { 0 }, came = { 0 };
	struct cue whole = *c;
	bool same;

	whole.text = begun_line(d, c->text, &whole.len, &wanted);
	line = begun_line(d, line, &len, &came);
	same = same_verb(d->proto, &whole, line, len);
	buf_free(&wanted);
	buf_free(&came);
	return same;
}

static bool
is_as_expected(struct guest *g, const struct cue *c, const char *line,
    size_t len)
{
	const struct item *item = c->item;

	if (c->whole && item->how == TEXT_TEMPLATE &&
	    template_fits(&g->vars, item->text, item->len, line, len))
		return true;
	if (g->exact)
		return (!c->whole || item->how != TEXT_TEMPLATE) &&
		    len == c->len && memcmp(line, c->text, len) == 0;
	return (c->kind != SAID_COMMAND && c->kind != SAID_FREE) ||
	    same_command(g, c, line, len);
}

/* The dialogue as it is wants more of the client at once. */
static bool
goes_on(const struct guest *g)
{
	enum turn turn = dialog_turn(&g->paper.dialog);

	return turn == TURN_DATA || turn == TURN_LITERAL || turn == TURN_MORE;
}

/* Does the same follow as on paper: octets, lines, or nothing? */
static bool
goes_on_alike(const struct guest *g, const struct cue *c)
{
	return goes_on(g) == c->goes_on &&
	    (g->paper.dialog.state == TURN_LITERAL) == c->octets;
}

/* A line, as the transcript has one. */
static int
hear_line(struct guest *g, const struct cue *c)
{
	bool command = c->kind == SAID_COMMAND;
	bool begins = g->paper.dialog.begun.len == 0;
	size_t len = 0;
	size_t n = whole_line(g, c, &len);
	const char *line = buf_bytes(&g->conn.in);

	if (n == 0)
		return -1;
	g->lf = n == len + 1;
	if (!is_as_expected(g, c, line, len))
		return guest_differs(g, c->item);
	/* What was begun has the tag of the transcript. */
	if (command && begins)
		remember_tag(g, c, line, len);
	paper_said(&g->paper, line, len, false);
	if (command && !g->exact && !goes_on_alike(g, c))
		return guest_differs(g, c->item);
	buf_drop(&g->conn.in, n);
	return 0;
}

/*
 * Mail data up to its end, which is of CR LF and nothing else (RFC 5321,
 * 2.3.8) unless the client ends all its lines in another way.
 */
static int
hear_data(struct guest *g, const struct cue *c)
{
	const char *end = g->lf ? "\n.\n" : "\r\n.\r\n";
	size_t n = strlen(end), dot = g->lf ? 1 : 2;
	struct buf *in = &g->conn.in;
	bool first = true;

	for (;;) {
		const char *p = in->len == 0 ? "" : buf_bytes(in);
		const char *found = memmem(p, in->len, end, n);
		size_t used = 0;

		if (first && in->len >= n - dot &&
		    memcmp(p, end + dot, n - dot) == 0)
			used = n - dot;
		else if (found != NULL)
			used = (size_t)(found - p) + n;
		if (used > 0) {
			paper_said(&g->paper, ".", 1, false);
			buf_drop(in, used);
			return 0;
		}
		first = first && in->len < n - dot;
		if (in->len >= n)
			buf_drop(in, in->len - n + 1);
		if (guest_more(g, c->item) < 0)
			return -1;
	}
}

/* As many octets as were announced. */
static int
hear_octets(struct guest *g, const struct cue *c)
{
	struct dialog *d = &g->paper.dialog;
	struct buf *in = &g->conn.in;
	bool ended = false;

	d->as_is = true;
	while (!ended) {
		if (in->len == 0 && guest_more(g, c->item) < 0)
			return -1;
		buf_drop(in,
		    dialog_block(d, buf_bytes(in), in->len, false, &ended));
	}
	d->as_is = false;
	return 0;
}

/* Data, octets and further lines of a command, whatever they are. */
static int
hear_rest(struct guest *g, const struct cue *c)
{
	struct cue line = { .item = c->item, .text = "" };

	while (goes_on(g)) {
		enum turn turn = dialog_turn(&g->paper.dialog);
		size_t n, len;

		if (turn != TURN_MORE) {
			if ((turn == TURN_DATA ? hear_data(g, c) :
						 hear_octets(g, c)) < 0)
				return -1;
			continue;
		}
		n = whole_line(g, &line, &len);
		if (n == 0)
			return -1;
		paper_said(&g->paper, buf_bytes(&g->conn.in), len, false);
		buf_drop(&g->conn.in, n);
	}
	return 0;
}

/* Octets that no line end follows, one by one. */
static int
hear_bytes(struct guest *g, const struct cue *c)
{
	struct buf *in = &g->conn.in;
	size_t n;

	for (;;) {
		n = in->len < c->len ? in->len : c->len;
		if (n > 0 && memcmp(buf_bytes(in), c->text, n) != 0)
			return guest_differs(g, c->item);
		if (n == c->len)
			break;
		if (guest_more(g, c->item) < 0)
			return -1;
	}
	paper_said(&g->paper, c->text, c->len, true);
	buf_drop(in, n);
	return 0;
}

int
hark(struct guest *g, const struct cue *c)
{
	bool part = c->kind == SAID_MORE || c->kind == SAID_LITERAL ||
	    c->kind == SAID_DATA || c->kind == SAID_DATA_END;

	if (part && (c->loose || !g->exact))
		return c->goes_on ? 0 : hear_rest(g, c);
	return c->bare && g->paper.dialog.proto->cut == '\0' ?
	    hear_bytes(g, c) :
	    hear_line(g, c);
}
