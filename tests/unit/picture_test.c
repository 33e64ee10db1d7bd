/* SPDX-License-Identifier: ISC */
/* picture_test.c - rows of a picture, and how they are folded. */
#include <stdlib.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "buf.h"
#include "picture.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

static void
test_show(void **state)
{
	static const struct {
		bool ascii;
		unsigned columns;
		const char *text, *shown;
	} rows[] = {
		{ false, 10, "", "" },
		{ false, 10, "250 OK", "250 OK" },
		{ false, 10, "1234567890", "1234567890" },
		{ false, 10, "12345678901", "1234567..." },
		{ false, 3, "1234", "..." },
		{ false, 10, "a\tb", "a b" },
		{ false, 10, "\x1b[1m", "\\x1b[1m" },
		{ false, 10, "\x1b\x1b\x1b", "\\x1b..." },
		{ false, 10, "\xff", "\\xff" },
		{ false, 10, "\xc3", "\\xc3" },
		{ false, 10, "\xe2\x80\xae", "\\u{202E}" },
		{ false, 10, "gr\xc3\xbc\xc3\x9f", "gr\xc3\xbc\xc3\x9f" },
		{ true, 20, "gr\xc3\xbc\xc3\x9f", "gr\\u{FC}\\u{DF}" },
		{ true, 10, "gr\xc3\xbc\xc3\x9f", "gr..." },
		/* Two columns each. */
		{ false, 6, "\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2",
		    "\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2" },
		{ false, 5, "\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2",
		    "\xe6\xbc\xa2..." },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct picture p = { .ascii = rows[i].ascii };
		char *shown = picture_show(&p, rows[i].text,
		    strlen(rows[i].text), rows[i].columns);

		assert_string_equal(shown, rows[i].shown);
		assert_true(picture_columns(shown) <= rows[i].columns);
		free(shown);
	}
}

/* Each letter is a line: data or (P) plain. */
static void
test_fold(void **state)
{
	static const struct {
		const char *lines, *left;
	} rows[] = {
		{ "P", "P" },
		{ "D", "D" },
		{ "DD", "DD" },
		{ "DDD", "D2" },
		{ "DDDDDDDDDDDDDDDDDDDDDD", "D21" },
		{ "PDDDDP", "PD3P" },
		{ "DDDPDDD", "D2PD2" },
		{ "PPPPPPPP", "PPPPPPPP" },
		{ "PPPPPPPPP", "PPPPPP2P" },
		{ "PPPPPPPPPPPP", "PPPPPP5P" },
		{ "PPPPPPPPPD", "PPPPPP3D" },
		{ "DDDDPPPPPPPPP", "D3PPPP4P" },
		{ "PPPPPPPDDDP", "PPPPPP4P" },
	};
	size_t i, k;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct picture p = { 0 };
		struct buf left = { 0 };
		struct row *row = picture_row(&p, ROW_SAID, -1);
		const char *c;

		for (c = rows[i].lines; *c != '\0'; c++)
			picture_line(&p, *c == 'D' ? LINE_DATA : LINE_PLAIN, c,
			    1);
		for (k = 0; k < row->count; k++) {
			const char *text = row->lines[k].text;

			if (row->lines[k].style == LINE_FOLD)
				buf_addf(&left, "%lu", row->lines[k].stands);
			else
				buf_adds(&left, text);
		}
		buf_add(&left, "", 1);
		assert_string_equal(buf_bytes(&left), rows[i].left);
		buf_free(&left);
		picture_free(&p);
	}
}

static void
test_time(void **state)
{
	static const struct {
		double seconds;
		const char *text;
	} rows[] = {
		{ 0, "+0.000 s" },
		{ 0.2144, "+0.214 s" },
		{ 99.999, "+99.999 s" },
		{ 99.9996, "+100.0 s" },
		{ 9999.94, "+9999.9 s" },
		{ 9999.96, "+10000 s" },
		{ 999999, "+999999 s" },
		{ 1e6, "+12 d" },
		{ 1e300, "+99999 d" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		char text[10];

		picture_time(text, sizeof text, rows[i].seconds);
		assert_string_equal(text, rows[i].text);
	}
}

/* Rows that are left out take their lines with them. */
static void
test_too_many(void **state)
{
	struct picture p = { 0 };
	char *missing;
	int i;

	(void)state;
	assert_null(picture_missing(&p));
	for (i = 0; i < PICTURE_ROWS + 2; i++) {
		struct row *row = picture_row(&p, ROW_HEARD, i);

		assert_int_equal(row == NULL, i >= PICTURE_ROWS);
		assert_ptr_equal(picture_open(&p), row);
		picture_line(&p, LINE_PLAIN, "a", 1);
	}
	assert_int_equal(p.count, PICTURE_ROWS);
	assert_int_equal(p.rows[p.count - 1].count, 1);
	missing = picture_missing(&p);
	assert_string_equal(missing, "left out: 2 more rows");
	free(missing);
	picture_free(&p);
}

static void
test_words(void **state)
{
	struct picture p = { .commands = 1, .refused = 2 };
	char client[] = "telex", server[] = "example.org", about[] = "smtp";
	char *words;

	(void)state;
	p.client = client;
	p.server = server;
	words = picture_words(&p);
	assert_string_equal(words,
	    "telex talks to example.org: 1 command, 2 refused.");
	free(words);
	p.about = about;
	p.commands = 0;
	words = picture_words(&p);
	assert_string_equal(words,
	    "telex talks to example.org (smtp): 0 commands, 2 refused.");
	free(words);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_show),
		cmocka_unit_test(test_fold),
		cmocka_unit_test(test_time),
		cmocka_unit_test(test_too_many),
		cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
