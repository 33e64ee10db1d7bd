/* SPDX-License-Identifier: ISC */
/* screen.c - the one way of a server's bytes to a terminal. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "screen.h"
#include "text.h"

/* A part of the display: its name in TELEX_COLORS and its default. */
static const struct part {
	const char *name;
	const char *sgr;
	size_t field;
} parts[] = {
	{ "ok", "32", offsetof(struct screen, ok) },
	{ "more", "36", offsetof(struct screen, more) },
	{ "temp", "33", offsetof(struct screen, temporary) },
	{ "perm", "31", offsetof(struct screen, permanent) },
	{ "note", "2", offsetof(struct screen, note) },
};

/* What telex's own lines begin with, and their colour. */
static const struct mark {
	const char *text;
	size_t field;
} marks[] = {
	{ "* ", offsetof(struct screen, note) },
	{ "! ", offsetof(struct screen, temporary) },
	{ "telex: ", offsetof(struct screen, permanent) },
};

enum { MARK_NOTE, MARK_WARNING, MARK_ERROR };

/* The digits and semicolons behind "name=" in a list, copied to `to`. */
static void
color_find(const char *list, const char *name, char *to, size_t size)
{
	size_t len = strlen(name);

	while (list != NULL && *list != '\0') {
		size_t n = strcspn(list, ":");

		if (n > len && strncmp(list, name, len) == 0 &&
		    list[len] == '=' && n - len - 1 < size &&
		    strspn(list + len + 1, "0123456789;") >= n - len - 1) {
			memcpy(to, list + len + 1, n - len - 1);
			to[n - len - 1] = '\0';
		}
		list += n + (list[n] == ':');
	}
}

void
screen_init(struct screen *s, bool terminal, bool raw, bool color,
    const char *colors)
{
	size_t i;

	memset(s, 0, sizeof *s);
	s->terminal = terminal;
	s->raw = raw;
	s->color = color;
	for (i = 0; i < sizeof parts / sizeof parts[0]; i++) {
		char *sgr = (char *)s + parts[i].field;

		memcpy(sgr, parts[i].sgr, strlen(parts[i].sgr) + 1);
		color_find(colors, parts[i].name, sgr, SCREEN_SGR);
	}
}

const char *
screen_sgr(const struct screen *s, enum reply_class class)
{
	const char *const sgr[] = { NULL, NULL, s->ok, s->more, s->temporary,
		s->permanent };

	return !s->color || sgr[class] == NULL || sgr[class][0] == '\0' ?
	    NULL :
	    sgr[class];
}

static void
sgr_begin(const struct screen *s, struct buf *to, const char *sgr)
{
	if (s->color && sgr != NULL && sgr[0] != '\0')
		buf_addf(to, "\033[%sm", sgr);
}

static void
sgr_end(const struct screen *s, struct buf *to, const char *sgr)
{
	if (s->color && sgr != NULL && sgr[0] != '\0')
		buf_adds(to, "\033[0m");
}

/* How many of n bytes may be copied as they are: printable ASCII. */
static size_t
plain_run(const char *p, size_t n)
{
	size_t i = 0;

	while (i < n && p[i] >= 0x20 && p[i] < 0x7f)
		i++;
	return i;
}

/* One character or bad byte of n; returns the bytes used, 0: more needed. */
static size_t
clean_one(struct buf *to, const char *p, size_t n)
{
	uint32_t code;
	int len = text_utf8(p, n, &code);

	if (len == 0)
		return 0;
	if (len < 0) {
		buf_addf(to, "\\x%02x", (unsigned char)p[0]);
		return 1;
	}
	if (text_harmless(code))
		buf_add(to, p, (size_t)len);
	else if (code < 0x80)
		buf_addf(to, "\\x%02x", (unsigned)code);
	else
		buf_addf(to, "\\u{%X}", (unsigned)code);
	return (size_t)len;
}

/* What is left of a character that never came whole, as bytes. */
static void
clean_rest(struct screen *s, struct buf *to)
{
	size_t i;

	for (i = 0; i < s->part_len; i++)
		buf_addf(to, "\\x%02x", (unsigned char)s->part[i]);
	s->part_len = 0;
}

/* The character that began in the piece before; returns the bytes used. */
static size_t
clean_part(struct screen *s, struct buf *to, const char *p, size_t n)
{
	size_t had = s->part_len;
	size_t used;

	if (had == 0)
		return 0;
	while (s->part_len < sizeof s->part && s->part_len - had < n) {
		s->part[s->part_len] = p[s->part_len - had];
		s->part_len++;
	}
	used = clean_one(to, s->part, s->part_len);
	if (used == 0)
		return n;
	/* A bad first byte; the next ones cannot begin a character. */
	while (used < had)
		used += clean_one(to, s->part + used, s->part_len - used);
	s->part_len = 0;
	return used - had;
}

static void
clean(struct screen *s, struct buf *to, const char *p, size_t n)
{
	size_t i = clean_part(s, to, p, n);

	while (i < n) {
		size_t len = plain_run(p + i, n - i);

		buf_add(to, p + i, len);
		i += len;
		if (i == n)
			break;
		len = clean_one(to, p + i, n - i);
		if (len == 0) {
			s->part_len = n - i;
			memcpy(s->part, p + i, n - i);
			break;
		}
		i += len;
	}
}

/* Does any parameter of this change what is seen?  "", "0" and "39" do not. */
static bool
sgr_is_seen(const char *sgr)
{
	while (*sgr != '\0') {
		size_t n = strcspn(sgr, ";");
		long value = strtol(sgr, NULL, 10);

		/* 0 and 22 to 29 end what is not begun, 39 and 49 too. */
		if (value != 0 && (value < 22 || value > 29) && value != 39 &&
		    value != 49)
			return true;
		sgr += n + (sgr[n] == ';');
	}
	return false;
}

static const char *
mark_sgr(const struct screen *s, const struct mark *m)
{
	return (const char *)s + m->field;
}

/*
 * Each line of IMAP that nobody asked for begins with "* ": where no colour
 * tells our notes from them, notes have one star more.
 */
static const char *
mark_text(const struct screen *s, const struct mark *m)
{
	if (s->stars && m == &marks[MARK_NOTE] &&
	    !(s->color && sgr_is_seen(s->note)))
		return "** ";
	return m->text;
}

/* Is the server's line, in its colour, unlike one of ours with this mark? */
static bool
mark_is_told(const struct screen *s, const struct mark *m)
{
	const char *ours = mark_sgr(s, m);
	const char *theirs = screen_sgr(s, s->class);

	return s->color && sgr_is_seen(ours) &&
	    (theirs == NULL || strcmp(ours, theirs) != 0);
}

/*
 * Where no colour does, nothing but its first bytes tells a line of telex's
 * own from the server's: such a line of the server shows its first byte as
 * \xHH.
 */
static size_t
unmark(const struct screen *s, struct buf *to, const char *p, size_t n,
    bool last)
{
	size_t i;

	for (i = 0; i < sizeof marks / sizeof marks[0]; i++) {
		const char *text = mark_text(s, &marks[i]);
		size_t len = strlen(text);

		/* A short piece may go on as a mark does. */
		if (n > 0 && (n >= len || !last) &&
		    strncmp(p, text, n < len ? n : len) == 0 &&
		    !mark_is_told(s, &marks[i])) {
			buf_addf(to, "\\x%02x", (unsigned char)p[0]);
			return 1;
		}
	}
	return 0;
}

void
screen_server(struct screen *s, struct buf *to, const char *p, size_t n,
    bool last)
{
	const char *sgr = screen_sgr(s, s->class);

	if (s->raw) {
		buf_add(to, p, n);
		if (last)
			buf_adds(to, "\r\n");
		s->open = !last;
		return;
	}
	if (!s->open) {
		size_t used = unmark(s, to, p, n, last);

		p += used;
		n -= used;
	}
	sgr_begin(s, to, sgr);
	clean(s, to, p, n);
	if (last)
		clean_rest(s, to);
	sgr_end(s, to, sgr);
	s->open = !last;
	if (last)
		buf_adds(to, "\n");
}

void
screen_finish(struct screen *s, struct buf *to)
{
	if (!s->open)
		return;
	clean_rest(s, to);
	buf_adds(to, "\n");
	s->open = false;
}

/* A line of our own; control characters in it would be a mistake. */
static void
own_line(struct screen *s, struct buf *to, const struct mark *m,
    const char *text)
{
	const char *sgr = mark_sgr(s, m);

	screen_finish(s, to);
	sgr_begin(s, to, sgr);
	buf_adds(to, mark_text(s, m));
	buf_adds(to, text);
	sgr_end(s, to, sgr);
	buf_adds(to, "\n");
}

void
screen_aside(struct screen *s, struct buf *to, const char *text)
{
	screen_finish(s, to);
	sgr_begin(s, to, s->note);
	buf_adds(to, text);
	sgr_end(s, to, s->note);
	buf_adds(to, "\n");
}

void
screen_note(struct screen *s, struct buf *to, const char *text)
{
	own_line(s, to, &marks[MARK_NOTE], text);
}

void
screen_warning(struct screen *s, struct buf *to, const char *text)
{
	own_line(s, to, &marks[MARK_WARNING], text);
}

void
screen_error(struct screen *s, struct buf *to, const char *text)
{
	own_line(s, to, &marks[MARK_ERROR], text);
}

bool
screen_wants_color(int when, bool terminal)
{
	const char *no = getenv("NO_COLOR");
	const char *force = getenv("CLICOLOR_FORCE");
	const char *term = getenv("TERM");

	if (when >= 0)
		return when > 0;
	if (no != NULL && no[0] != '\0')
		return false;
	if (force != NULL && force[0] != '\0' && strcmp(force, "0") != 0)
		return true;
	return terminal && term != NULL && term[0] != '\0' &&
	    strcmp(term, "dumb") != 0;
}
