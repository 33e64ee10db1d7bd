/* SPDX-License-Identifier: ISC */
/* picture.c - the rows of a sequence diagram, each folded to a few lines. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "fail.h"
#include "picture.h"
#include "text.h"

/* Two columns wide, as Unicode's East Asian Width has it, roughly. */
static const struct {
	uint32_t first, last;
} wide[] = {
	{ 0x1100, 0x115f },
	{ 0x231a, 0x231b },
	{ 0x2e80, 0x303e },
	{ 0x3041, 0xa4cf },
	{ 0xa960, 0xa97f },
	{ 0xac00, 0xd7a3 },
	{ 0xf900, 0xfaff },
	{ 0xfe10, 0xfe19 },
	{ 0xfe30, 0xfe6f },
	{ 0xff00, 0xff60 },
	{ 0xffe0, 0xffe6 },
	{ 0x1f000, 0x1faff },
	{ 0x20000, 0x3fffd },
};

/* The text in a block of its own. */
static char *
made(struct buf *text)
{
	char *string;

	buf_add(text, "", 1);
	string = xstrdup(buf_bytes(text));
	buf_free(text);
	return string;
}

static unsigned
code_columns(uint32_t code)
{
	size_t i;

	for (i = 0; i < sizeof wide / sizeof wide[0]; i++) {
		if (code >= wide[i].first && code <= wide[i].last)
			return 2;
	}
	return 1;
}

unsigned
picture_columns(const char *text)
{
	size_t n = strlen(text), i = 0;
	unsigned columns = 0;

	while (i < n) {
		uint32_t code = 0;
		int len = text_utf8(text + i, n - i, &code);

		columns += code_columns(code);
		i += len > 0 ? (size_t)len : 1;
	}
	return columns;
}

/* Append what stands for the first character of n bytes; its length. */
static size_t
show_one(const struct picture *p, struct buf *to, const char *text, size_t n)
{
	uint32_t code = 0;
	int len = text_utf8(text, n, &code);
	size_t used = len > 1 ? (size_t)len : 1;

	if (text[0] == '\t')
		buf_adds(to, " ");
	else if (p->ascii && used > 1)
		buf_addf(to, "\\u{%X}", (unsigned)code);
	else
		text_quote(to, text, used, used);
	return used;
}

char *
picture_show(const struct picture *p, const char *text, size_t len,
    unsigned columns)
{
	struct buf to = { 0 };
	size_t i = 0, fits = 0;
	unsigned used = 0;

	while (i < len && used <= columns) {
		size_t before = to.len;

		i += show_one(p, &to, text + i, len - i);
		buf_add(&to, "", 1);
		used += picture_columns(buf_bytes(&to) + before);
		to.len--;
		if (used + 3 <= columns)
			fits = to.len;
	}
	if (used > columns) {
		to.len = fits;
		buf_adds(&to, "...");
	}
	return made(&to);
}

struct row *
picture_open(const struct picture *p)
{
	return p->open && p->left_out == 0 ? &p->rows[p->count - 1] : NULL;
}

struct row *
picture_row(struct picture *p, enum row_kind kind, double at)
{
	struct row *row;

	p->open = true;
	p->kind = kind;
	if (p->count == PICTURE_ROWS) {
		p->left_out++;
		return NULL;
	}
	if (p->count == p->size) {
		p->size = p->size == 0 ? 64 : p->size * 2;
		p->rows = xrealloc(p->rows, p->size * sizeof *p->rows);
	}
	row = &p->rows[p->count++];
	memset(row, 0, sizeof *row);
	row->kind = kind;
	row->at = at;
	return row;
}

/* The line stands for so many lines more than itself. */
static void
fold(struct row_line *line, unsigned long more)
{
	struct buf text = { 0 };

	line->stands += more;
	line->style = LINE_FOLD;
	buf_addf(&text, "... %lu more lines", line->stands);
	free(line->text);
	line->text = made(&text);
	line->columns = picture_columns(line->text);
}

void
picture_line(struct picture *p, enum row_style style, const char *text,
    size_t len)
{
	struct row *row = picture_open(p);
	struct row_line *line;

	if (row == NULL)
		return;
	row->data = style == LINE_DATA ? row->data + 1 : 0;
	if (row->data > 2) {
		fold(&row->lines[row->count - 1], 1);
		return;
	}
	/* The last line stays: there a reply of IMAP has its status. */
	if (row->count == ROW_LINES) {
		line = &row->lines[ROW_LINES - 1];
		fold(line - 1, line->stands);
		free(line->text);
		row->count--;
	}
	line = &row->lines[row->count++];
	line->style = style;
	line->stands = 1;
	line->text = picture_show(p, text, len, PICTURE_COLUMNS);
	line->columns = picture_columns(line->text);
}

void
picture_close(struct picture *p)
{
	p->open = false;
}

void
picture_free(struct picture *p)
{
	size_t i, k;

	for (i = 0; i < p->count; i++) {
		for (k = 0; k < p->rows[i].count; k++)
			free(p->rows[i].lines[k].text);
	}
	free(p->rows);
	free(p->client);
	free(p->server);
	free(p->about);
	memset(p, 0, sizeof *p);
}

void
picture_time(char *text, size_t size, double seconds)
{
	if (seconds < 99.9995)
		snprintf(text, size, "+%.3f s", seconds);
	else if (seconds < 9999.95)
		snprintf(text, size, "+%.1f s", seconds);
	else if (seconds < 999999.5)
		snprintf(text, size, "+%.0f s", seconds);
	else
		snprintf(text, size, "+%.0f d",
		    seconds < 8e9 ? seconds / 86400 : 99999.0);
}

static void
add_count(struct buf *to, unsigned long n, const char *what)
{
	buf_addf(to, "%lu %s%s", n, what, n == 1 ? "" : "s");
}

char *
picture_words(const struct picture *p)
{
	struct buf text = { 0 };

	buf_addf(&text, "%s talks to %s", p->client, p->server);
	if (p->about != NULL)
		buf_addf(&text, " (%s)", p->about);
	buf_adds(&text, ": ");
	add_count(&text, p->commands, "command");
	buf_addf(&text, ", %lu refused.", p->refused);
	return made(&text);
}

char *
picture_missing(const struct picture *p)
{
	struct buf text = { 0 };

	if (p->left_out == 0)
		return NULL;
	buf_adds(&text, "left out: ");
	add_count(&text, p->left_out, "more row");
	return made(&text);
}
