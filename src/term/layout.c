/* SPDX-License-Identifier: ISC */
/* layout.c - rows and columns of an edited line. */
#include <wctype.h>

#include "term/layout.h"

enum { TAB_WIDTH = 8 };

/* The cell that is drawn next. */
struct spot {
	unsigned row, column, columns;
};

/* A row is full as soon as its last cell is. */
static void
spot_cells(struct spot *s, unsigned n)
{
	s->column += n;
	s->row += s->column / s->columns;
	s->column %= s->columns;
}

static void
spot_tab(struct spot *s)
{
	do
		spot_cells(s, 1);
	while (s->column % TAB_WIDTH != 0);
}

static bool
is_control(wchar_t c)
{
	return c >= 0 && c < 0x100 && iswcntrl((wint_t)c);
}

/* How many cells a character takes that is neither line feed nor TAB. */
static unsigned
cells(wchar_t c)
{
	int width;

	if (is_control(c))
		return 2;
	if (iswprint((wint_t)c)) {
		width = wcwidth(c);
		return width < 0 ? 0 : (unsigned)width;
	}
	return c > 0xffff ? 8 : 7;
}

static bool
is_wide(wchar_t c)
{
	return !is_control(c) && wcwidth(c) == 2;
}

/* A wide character that does not fit begins the next row. */
static bool
does_not_fit(const struct spot *s, wchar_t c)
{
	return is_wide(c) && s->column + 2 > s->columns && s->columns > 1;
}

static void
spot_draw(struct spot *s, wchar_t c)
{
	if (c == L'\n') {
		s->row++;
		s->column = 0;
	} else if (c == L'\t') {
		spot_tab(s);
	} else {
		if (does_not_fit(s, c))
			spot_cells(s, s->columns - s->column);
		spot_cells(s, cells(c));
	}
}

/* The cursor is on this character; it is where that will be drawn. */
static void
put_cursor(struct layout *l, const struct spot *s, wchar_t c)
{
	bool next = does_not_fit(s, c);

	l->row = s->row + next;
	l->column = next ? 0 : s->column;
}

void
layout_measure(struct layout *l, const struct layout_text *text)
{
	struct spot s = { 0, 0, text->columns > 0 ? text->columns : 80 };
	unsigned bottom = text->rows > 0 ? text->rows - 1 : 0;
	wchar_t before = L'\n';
	size_t i;

	l->wide = false;
	for (i = 0; text->prompt[i] != L'\0'; i++)
		spot_draw(&s, text->prompt[i]);
	for (i = 0; i < text->len; i++) {
		if (i == text->cursor)
			put_cursor(l, &s, text->line[i]);
		l->wide = l->wide || is_wide(text->line[i]);
		before = text->line[i];
		spot_draw(&s, before);
	}
	if (text->cursor >= text->len)
		put_cursor(l, &s, L'\0');
	l->full = text->cursor >= text->len && s.column == 0 && before != L'\n';
	l->last = s.row > bottom ? bottom : s.row;
	if (l->row > l->last)
		l->row = l->last;
}
