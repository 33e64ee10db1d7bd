/* SPDX-License-Identifier: ISC */
/* stroke.c - the lines of a transcript, as arrows without secrets. */
#include <stdlib.h>
#include <string.h>

#include "picture.h"
#include "protos.h"
#include "stroke.h"
#include "template.h"
#include "text.h"

static const char mask[] = "********";

/* Never NULL, though nothing was ever put in. */
static const char *
bytes_of(const struct buf *b)
{
	return b->len > 0 ? buf_bytes(b) : "";
}

/* The row that is open, if it is of this kind, or else a new one. */
static struct row *
row_of(struct stroke *s, enum row_kind kind, bool again)
{
	if (again && s->p->open && s->p->kind == kind)
		return picture_open(s->p);
	return picture_row(s->p, kind, s->now);
}

/* A row of one line. */
void
stroke_note(struct stroke *s, enum row_kind kind, const char *before,
    const char *text, size_t len)
{
	struct buf line = { 0 };

	buf_adds(&line, before);
	buf_add(&line, text, len);
	picture_row(s->p, kind, s->now);
	picture_line(s->p, LINE_PLAIN, bytes_of(&line), line.len);
	picture_close(s->p);
	buf_free(&line);
}

/* A template that is being appended. */
struct putting {
	struct stroke *s;
	const char *at; /* up to here that is done */
	size_t stars;   /* that stand for a secret */
};

/* Variables keep their names, for nothing is known of their values. */
static void
put_variable(void *arg, const char *name, size_t len)
{
	struct putting *put = arg;
	struct stroke *s = put->s;
	const char *from = name - strlen("${"), *end = name + len + strlen("}");

	template_unescape(put->at, (size_t)(from - put->at), &s->line);
	put->at = end;
	if (!vars_is_secret(name, len)) {
		buf_add(&s->line, from, (size_t)(end - from));
		return;
	}
	if (s->open > s->line.len)
		s->open = s->line.len;
	memset(buf_room(&s->line, put->stars), '*', put->stars);
	buf_grew(&s->line, put->stars);
}

/* Append what a template says; true unless \c stood at its end. */
static bool
put_in(struct stroke *s, const char *text, size_t len, size_t stars)
{
	struct putting put = { s, text, stars };

	template_names(text, len, put_variable, &put);
	return template_unescape(put.at, (size_t)(text + len - put.at),
	    &s->line);
}

/* Append the bytes of a line; is it complete? */
static bool
expand(struct stroke *s, const struct item *item)
{
	size_t before = s->line.len, stars = strlen(mask);
	uint64_t octets = s->paper.dialog.octets;
	bool ends;

	if (item->how == TEXT_VERBATIM) {
		buf_add(&s->line, item->text, item->len);
		return true;
	}
	if (item->how == TEXT_ESCAPED)
		return template_unescape(item->text, item->len, &s->line);
	ends = put_in(s, item->text, item->len, stars);
	/* A secret that is a literal has as many octets as were announced. */
	if (item->kind == ITEM_SAY && s->open >= before &&
	    s->open != SIZE_MAX &&
	    dialog_turn(&s->paper.dialog) == TURN_LITERAL &&
	    octets > s->open - before && octets <= LINE_MOST) {
		stars = (size_t)octets - (s->open - before);
		s->line.len = before;
		put_in(s, item->text, item->len, stars);
	}
	return ends;
}

static bool
is_data(enum said_kind kind)
{
	return kind == SAID_DATA || kind == SAID_LITERAL;
}

/* Show a line of ours up to where its secret begins. */
static void
show_said(struct stroke *s, enum said_kind kind, const char *text, size_t len,
    size_t secret)
{
	bool more = is_data(kind) || kind == SAID_DATA_END || kind == SAID_MORE;
	bool again = more && s->in_data;
	struct buf shown = { 0 };

	s->in_data = more && kind != SAID_DATA_END;
	/* The end of the line that a literal stands in. */
	if (again && kind == SAID_MORE && len == 0)
		return;
	row_of(s, ROW_SAID, again);
	veil_put(&s->veil, &shown, text, secret);
	if (secret < len)
		buf_adds(&shown, mask);
	picture_line(s->p, is_data(kind) ? LINE_DATA : LINE_PLAIN,
	    bytes_of(&shown), shown.len);
	buf_free(&shown);
}

/* A line of ours; from `open` on it is a secret that was not told. */
static void
say(struct stroke *s, const char *text, size_t len, size_t open, bool bare)
{
	struct said said = paper_said(&s->paper, text, len, bare);
	size_t secret = said.secret;

	if (!s->begun && (said.kind == SAID_COMMAND || said.kind == SAID_FREE))
		s->p->commands++;
	if (said.kind == SAID_FREE)
		secret = s->hiding ? 0 : veil_guess(&s->veil, text, len);
	if (secret > len)
		secret = len;
	if (open > len)
		veil_remember(&s->veil, text + secret, len - secret);
	else if (open < secret)
		secret = open;
	s->begun = bare && s->paper.dialog.proto->cut == '\0';
	s->hiding = s->begun && secret < len;
	show_said(s, said.kind, text, len, secret);
}

/* A write of ours may have several lines; bare: the last one has no end. */
static void
say_all(struct stroke *s, bool bare)
{
	const char *p = bytes_of(&s->line);
	size_t n = s->line.len, at = 0;

	while (at < n + (bare ? 0 : 1)) {
		const char *end = at < n ? memchr(p + at, '\n', n - at) : NULL;
		size_t next = end == NULL ? n : (size_t)(end - p);
		size_t len = next - at;
		size_t open =
		    s->open >= at && s->open < next ? s->open - at : SIZE_MAX;

		if (end != NULL && len > 0 && p[next - 1] == '\r')
			len--;
		say(s, p + at, len, open, bare && end == NULL);
		at = next + 1;
	}
}

/* Not isalpha, which a locale may widen. */
static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* "mail.example.org": letters are behind the last of its dots. */
static bool
is_host(const char *p, size_t n)
{
	static const char others[] = "0123456789-.";
	size_t i, dots = 0, letters = 0;

	for (i = 0; i < n; i++) {
		if (!is_letter(p[i]) &&
		    memchr(others, p[i], sizeof others - 1) == NULL)
			return false;
		letters = is_letter(p[i]) ? letters + 1 : 0;
		dots += i > 0 && p[i] == '.' ? 1 : 0;
	}
	return dots > 0 && letters > 1 && p[n - letters - 1] == '.';
}

/* The server's name, if the greeting has one: "220 mail.example.org". */
static void
name_server(struct stroke *s, const char *text, size_t len)
{
	size_t i, n;

	for (i = 0; i < len; i += text_nth(text + i, len - i, 1)) {
		n = text_word(text + i, len - i);
		if (is_host(text + i, n)) {
			s->p->server =
			    picture_show(s->p, text + i, n, STROKE_NAME);
			return;
		}
	}
}

/* Show a line of the server; the row it is in, if that is drawn. */
static struct row *
show_heard(struct stroke *s, const char *text, size_t len)
{
	const struct dialog *d = &s->paper.dialog;
	bool data = verdict_octets(d) > 0 || verdict_is_data(d, text, len);
	const struct row *open = picture_open(s->p);
	/* What is said unasked belongs together if it came together. */
	bool again = dialog_owed(d) > 0 || (open != NULL && open->at == s->now);
	struct row *row = row_of(s, ROW_HEARD, again);
	struct buf shown = { 0 };

	veil_put(&s->veil, &shown, text, len);
	picture_line(s->p, data ? LINE_DATA : LINE_PLAIN, bytes_of(&shown),
	    shown.len);
	buf_free(&shown);
	return row;
}

/* A line of the server, or what there is of one. */
static void
hear(struct stroke *s, const char *text, size_t len, bool bare)
{
	struct row *row = show_heard(s, text, len);
	struct heard h;
	unsigned replies = paper_heard(&s->paper, text, len, bare, &h);

	veil_heard(&s->veil, text, len);
	if (h.greeting && s->p->server == NULL)
		name_server(s, text, len);
	if (row != NULL && h.last && (replies > 0 || h.class != CLASS_NONE))
		row->class = h.class;
	if (replies == 0)
		return;
	if (h.class == CLASS_TRANSIENT || h.class == CLASS_PERMANENT)
		s->p->refused++;
	picture_close(s->p);
}

/* Whatever line has not ended now has. */
void
stroke_flush(struct stroke *s, bool bare)
{
	if (s->whose == ITEM_SAY)
		say_all(s, bare);
	else if (s->whose == ITEM_HEAR)
		hear(s, bytes_of(&s->line), s->line.len, bare);
	buf_clear(&s->line);
	s->open = SIZE_MAX;
	s->whose = ITEM_TIME;
}

/* Has TLS begun or ended, though no event of the transcript says so? */
static void
settle(struct stroke *s)
{
	enum turn turn = dialog_turn(&s->paper.dialog);

	if (turn == TURN_UPGRADE)
		stroke_note(s, ROW_TLS, "TLS", "", 0);
	else if (turn == TURN_PLAIN)
		stroke_note(s, ROW_PLAIN, "TLS ends", "", 0);
	paper_settle(&s->paper);
}

void
stroke_line(struct stroke *s, const struct item *item)
{
	if (s->whose != item->kind) {
		stroke_flush(s, true);
		settle(s);
	}
	s->whose = item->kind;
	if (expand(s, item))
		stroke_flush(s, false);
	else if (s->line.len >= LINE_MOST)
		stroke_flush(s, true);
}

void
stroke_file(struct stroke *s, const struct item *item)
{
	struct buf line = { 0 };
	struct row *row;

	row = row_of(s, ROW_SAID, s->in_data);
	buf_adds(&line, "the lines of ");
	buf_add(&line, item->text, item->len);
	picture_line(s->p, LINE_FOLD, buf_bytes(&line), line.len);
	if (row != NULL)
		s->in_data = true;
	buf_free(&line);
}

/* What is expected of a reply stands in it. */
void
stroke_expected(struct stroke *s, const struct item *item)
{
	struct buf line = { 0 };

	row_of(s, ROW_HEARD, true);
	if (item->kind == ITEM_REST)
		buf_adds(&line, "...");
	else
		buf_addf(&line, "expect%s /",
		    item->kind == ITEM_NONE ? " no" : "");
	if (item->kind != ITEM_REST) {
		buf_add(&line, item->text, item->len);
		buf_adds(&line, "/");
	}
	picture_line(s->p, LINE_FAINT, buf_bytes(&line), line.len);
	buf_free(&line);
}

void
stroke_start(struct stroke *s, struct picture *p, const struct proto *proto)
{
	*s = (struct stroke){ .p = p,
		.open = SIZE_MAX,
		.whose = ITEM_TIME,
		.now = -1 };
	paper_start(&s->paper, proto);
}

void
stroke_end(struct stroke *s)
{
	paper_end(&s->paper);
	veil_free(&s->veil);
	buf_free(&s->line);
}
