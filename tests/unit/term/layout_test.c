/* SPDX-License-Identifier: ISC */
/* layout_test.c - on which row the cursor is. */
#include <locale.h>
#include <wchar.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "term/layout.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

static void
test_rows(void **state)
{
	static const struct {
		const wchar_t *prompt, *line;
		unsigned cursor, columns, rows;
		unsigned row, last;
		bool wide, full;
	} rows[] = {
		{ L"", L"", 0, 10, 24, 0, 0, false, false },
		{ L"p> ", L"abcdef", 6, 10, 24, 0, 0, false, false },
		{ L"p> ", L"abcdefg", 7, 10, 24, 1, 1, false, true },
		{ L"p> ", L"abcdefg", 6, 10, 24, 0, 1, false, false },
		{ L"p> ", L"abcdefgh", 7, 10, 24, 1, 1, false, false },
		{ L"p> ", L"abcdefgh", 0, 10, 24, 0, 1, false, false },
		{ L"0123456789", L"", 0, 10, 24, 1, 1, false, false },
		{ L"p> ", L"ab\ncd", 5, 10, 24, 1, 1, false, false },
		{ L"p> ", L"ab\n", 3, 10, 24, 1, 1, false, false },
		/* TAB goes to the next multiple of eight or the row's end. */
		{ L"p> ", L"\tx", 1, 10, 24, 0, 0, false, false },
		{ L"p> ", L"\t", 1, 16, 24, 0, 0, false, false },
		{ L"p> ", L"\t\tx", 3, 12, 24, 1, 1, false, false },
		/* Controls are two cells wide, numbers seven or eight. */
		{ L"p> ", L"\001\001\001x", 4, 10, 24, 1, 1, false, true },
		{ L"p> ", L"\xdcff", 1, 10, 24, 1, 1, false, true },
		{ L"p> ", L"\xdcff", 1, 11, 24, 0, 0, false, false },
		{ L"p> ", L"\x40000301", 1, 11, 24, 1, 1, false, true },
		{ L"p> ", L"\x40000301", 1, 12, 24, 0, 0, false, false },
		/* Wide ones are not cut in halves. */
		{ L"p> ", L"\x4e2d\x4e2d\x4e2d", 3, 10, 24, 0, 0, true, false },
		{ L"p> ", L"\x4e2d\x4e2d\x4e2d", 3, 9, 24, 1, 1, true, true },
		{ L"p> ", L"\x4e2d\x4e2d\x4e2d\x4e2d", 3, 10, 24, 1, 1, true,
		    false },
		{ L"p> ", L"\x4e2d\x4e2d\x4e2d\x4e2d", 2, 10, 24, 0, 1, true,
		    false },
		{ L"\x4e2d", L"abc", 3, 10, 24, 0, 0, false, false },
		/* No more rows than there are. */
		{ L"p> ", L"aaaaaaaaaaaaaaaaaaaa", 20, 5, 3, 2, 2, false,
		    false },
		{ L"p> ", L"aaaaaaaaaaaaaaaaaaaa", 0, 5, 3, 0, 2, false,
		    false },
		{ L"p> ", L"a", 1, 0, 0, 0, 0, false, false },
		{ L"", L"\x4e2d", 1, 1, 9, 2, 2, true, true },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct layout_text text = { rows[i].prompt, rows[i].line,
			wcslen(rows[i].line), rows[i].cursor, rows[i].columns,
			rows[i].rows };
		struct layout l;

		layout_measure(&l, &text);
		assert_int_equal(l.row, rows[i].row);
		assert_int_equal(l.last, rows[i].last);
		assert_int_equal(l.wide, rows[i].wide);
		assert_int_equal(l.full, rows[i].full);
	}
}

static void
test_columns(void **state)
{
	static const struct {
		const wchar_t *line;
		unsigned cursor, row, column;
	} rows[] = {
		{ L"", 0, 0, 3 },
		{ L"abc", 0, 0, 3 },
		{ L"abc", 2, 0, 5 },
		{ L"abcdefg", 7, 1, 0 },
		{ L"a\tb", 2, 0, 8 },
		{ L"\001b", 1, 0, 5 },
		{ L"\x4e2d\x4e2d", 1, 0, 5 },
		{ L"\x4e2d\x4e2d\x4e2d\x4e2d", 3, 1, 0 },
		{ L"\x4e2d\x4e2d\x4e2d\x4e2d", 4, 1, 2 },
		{ L"ab\ncd", 4, 1, 1 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct layout_text text = { L"p> ", rows[i].line,
			wcslen(rows[i].line), rows[i].cursor, 10, 24 };
		struct layout l;

		layout_measure(&l, &text);
		assert_int_equal(l.row, rows[i].row);
		assert_int_equal(l.column, rows[i].column);
	}
}

static void
test_search(void **state)
{
	static const struct {
		const wchar_t *line;
		size_t end;
	} rows[] = {
		{ L"", 0 },
		{ L"abc", 3 },
		{ L"bck:a", 5 },
		{ L"abc\nbck:", 3 },
		{ L"abc\nfwd:a", 3 },
		{ L"a\nb\nbck:a", 3 },
		{ L"abc\n/a", 3 },
		{ L"abc\n?", 3 },
		{ L"abc\nbck", 7 },
		{ L"abc\nx", 5 },
		{ L"abc\n", 4 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		const wchar_t *line = rows[i].line;

		assert_int_equal(layout_end(line, line + wcslen(line)) - line,
		    rows[i].end);
	}
}

/* 23 columns with the prompt, or 20 when it is cut. */
#define LINE L"abcdefghijklmnopqrst"
#define WIDE L"abcdefghijklmnopqr\x4e2d"

enum { NOT_TOLD = -1 };

static void
test_change(void **state)
{
	static const struct {
		const wchar_t *line;
		unsigned cursor;
		unsigned from, over, to; /* columns */
		int at;
		unsigned back;
		bool crossed;
		bool open;
		unsigned above;
	} rows[] = {
		/* One row before and after. */
		{ LINE, 20, 80, 80, 40, 23, 0, false, false, 0 },
		{ LINE, 20, 80, 80, 40, NOT_TOLD, 0, false, false, 0 },
		/* Wrapped anew: the column says so. */
		{ LINE, 20, 80, 80, 10, 3, 0, false, false, 2 },
		{ LINE, 5, 80, 80, 10, 8, 0, false, false, 0 },
		{ LINE, 20, 10, 10, 80, 23, 0, false, false, 0 },
		{ LINE, 20, 12, 12, 9, 5, 0, false, false, 2 },
		/* Not wrapped: cut off, the cursor at the edge or beyond. */
		{ LINE, 20, 80, 80, 10, 9, 0, false, false, 0 },
		{ LINE, 20, 80, 80, 10, 23, 0, false, false, 0 },
		{ LINE, 20, 80, 8, 10, 7, 0, false, false, 0 },
		{ LINE, 20, 10, 10, 80, 3, 0, false, false, 2 },
		{ LINE, 20, 12, 12, 9, 8, 0, false, false, 1 },
		/* Both would be in this column, or none is. */
		{ LINE, 20, 20, 20, 10, 3, 0, false, true, 1 },
		{ LINE, 20, 20, 20, 10, 3, 2, false, true, 2 },
		{ LINE, 20, 20, 20, 10, 3, 3, false, true, 1 },
		{ LINE, 20, 12, 12, 9, 2, 0, false, true, 0 },
		{ LINE, 20, 12, 12, 9, 2, 1, false, true, 1 },
		/* It says nothing: the least. */
		{ LINE, 20, 12, 12, 9, NOT_TOLD, 0, false, false, 1 },
		{ LINE, 20, 9, 9, 12, NOT_TOLD, 0, false, false, 1 },
		/* Behind a full row, or on the next. */
		{ LINE, 17, 80, 80, 10, 0, 0, false, false, 2 },
		{ L"abcdefghijklmnopq", 17, 80, 80, 10, 0, 0, false, false, 2 },
		{ L"abcdefghijklmnopq", 17, 9, 9, 10, 10, 0, false, false, 1 },
		{ L"abcdefghijklmnopq", 17, 9, 9, 10, 9, 0, false, false, 1 },
		/* Output met the change. */
		{ LINE, 20, 80, 80, 10, 3, 0, true, true, 0 },
		{ LINE, 20, 80, 80, 10, 3, 2, true, true, 2 },
		{ LINE, 20, 80, 80, 10, NOT_TOLD, 0, true, false, 0 },
		/* Nobody knows where wide characters are wrapped. */
		{ WIDE, 19, 80, 80, 10, 3, 0, false, true, 0 },
		{ WIDE, 19, 80, 80, 10, 3, 2, false, true, 2 },
		{ WIDE, 19, 80, 80, 40, 23, 0, false, false, 0 },
		/* The kernel does not know a size. */
		{ LINE, 20, 80, 0, 80, 23, 0, false, false, 0 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct layout_text text = { L"p> ", rows[i].line,
			wcslen(rows[i].line), rows[i].cursor, rows[i].from,
			24 };
		struct layout_change *c = layout_keep(&text);

		layout_anew(c, rows[i].over, 24);
		layout_anew(c, rows[i].to, 24);
		c->crossed = rows[i].crossed;
		c->told = rows[i].at != NOT_TOLD;
		c->at = (unsigned)rows[i].at;
		c->back = rows[i].back;
		assert_int_equal(layout_is_open(c), rows[i].open);
		assert_int_equal(layout_above(c), rows[i].above);
		layout_forget(&c);
		assert_null(c);
		layout_forget(&c);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_columns),
		cmocka_unit_test(test_search),
		cmocka_unit_test(test_change),
	};

	/* How wide a character is. */
	if (setlocale(LC_CTYPE, "C.UTF-8") == NULL)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
