/* SPDX-License-Identifier: ISC */
/* layout.c - rows and columns of an edited line. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <wctype.h>

#include "fail.h"
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

const wchar_t *
layout_end(const wchar_t *line, const wchar_t *end)
{
	const wchar_t *p = end;

	while (p > line && p[-1] != L'\n')
		p--;
	if (p == line)
		return end;
	if ((end - p >= 4 &&
		(memcmp(p, L"bck", 3 * sizeof *p) == 0 ||
		    memcmp(p, L"fwd", 3 * sizeof *p) == 0)) ||
	    (end > p && wcschr(L"/?", *p) != NULL))
		return p - 1;
	return end;
}

struct layout_change *
layout_keep(const struct layout_text *text)
{
	struct layout_change *c = xmalloc(sizeof *c);
	size_t prompt = wcslen(text->prompt);

	c->len = prompt + text->len;
	c->cursor = prompt + text->cursor;
	c->drawn = xmalloc((c->len + 1) * sizeof *c->drawn);
	wmemcpy(c->drawn, text->prompt, prompt);
	if (text->len > 0)
		wmemcpy(c->drawn + prompt, text->line, text->len);
	c->narrowest = text->columns;
	c->crossed = c->told = false;
	c->back = 0;
	layout_measure(&c->was, text);
	return c;
}

void
layout_forget(struct layout_change **c)
{
	if (*c != NULL)
		free((*c)->drawn);
	free(*c);
	*c = NULL;
}

void
layout_anew(struct layout_change *c, unsigned columns, unsigned rows)
{
	struct layout_text text = { L"", c->drawn, c->len, c->cursor, columns,
		rows };

	c->columns = columns;
	if (columns > 0 && columns < c->narrowest)
		c->narrowest = columns;
	layout_measure(&c->is, &text);
}

/* Can the cursor be in this column?  Behind a full row it is said to be in
 * the row's last one or in one more. */
static bool
can_be_at(const struct layout_change *c, unsigned column)
{
	return !c->told || c->at == column ||
	    (column == c->columns && c->at + 1 == column);
}

/*
 * The first and the last row that the cursor can be in; false: in none.
 * Where wide characters are, a row may have been ended before it was full.
 */
static bool
can_be_in(const struct layout_change *c, unsigned *first, unsigned *last)
{
	unsigned edge = c->narrowest > 0 ? c->narrowest - 1 : 0;
	const struct {
		bool possible;
		unsigned row, column;
	} places[] = {
		/* The text was wrapped anew. */
		{ true, c->is.row, c->is.column },
		/* The same, and the cursor stayed behind a full row. */
		{ c->is.full && c->is.row > 0, c->is.row - 1, c->columns },
		/* The rows stayed, and what did not fit was cut off; the
		 * cursor then is in the last column or beyond. */
		{ true, c->was.row, c->was.column },
		{ c->was.column > edge, c->was.row, edge },
	};
	size_t i;

	*first = UINT_MAX;
	*last = 0;
	for (i = 0; i < sizeof places / sizeof places[0]; i++) {
		if (c->crossed || (c->is.wide && c->is.row + c->was.row > 0))
			break;
		if (!places[i].possible || !can_be_at(c, places[i].column))
			continue;
		if (places[i].row < *first)
			*first = places[i].row;
		if (places[i].row > *last)
			*last = places[i].row;
	}
	return *first <= *last;
}

bool
layout_is_open(const struct layout_change *c)
{
	unsigned first, last;

	return c->told && (!can_be_in(c, &first, &last) || first < last);
}

unsigned
layout_above(const struct layout_change *c)
{
	unsigned first, last;

	if (c->back > 0 && c->back <= c->is.row)
		return c->back;
	return can_be_in(c, &first, &last) ? first : 0;
}
