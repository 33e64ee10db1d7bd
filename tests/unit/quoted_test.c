/* SPDX-License-Identifier: ISC */
/* quoted_test.c - text made quoted-printable. */
#include <stdlib.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "buf.h"
#include "practice/mimecode.h"
#include "quoted.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])
#define X10 "xxxxxxxxxx"
#define X70 X10 X10 X10 X10 X10 X10 X10

/* All of it, given in pieces of so many bytes; ended by a NUL. */
static void
encode(struct buf *to, struct quoted *q, const char *p, size_t n, size_t piece)
{
	size_t len;

	buf_clear(to);
	for (; n > 0; p += len, n -= len) {
		len = n < piece ? n : piece;
		buf_grew(to,
		    quoted_add(q, buf_room(to, QUOTED_MOST * len + QUOTED_HELD),
			p, len));
	}
	buf_grew(to, quoted_end(q, buf_room(to, QUOTED_HELD), true));
	buf_add(to, "", 1);
}

/* RFC 2045, section 6.7, by its rules. */
static void
test_rules(void **state)
{
	static const struct {
		const char *text, *want;
		bool stuff;
	} rows[] = {
		{ "", "", false },
		{ "plain !~", "plain !~\r\n", false },
		/* (1) */
		{ "=", "=3D\r\n", false },
		{ "gr\303\274n\f\177", "gr=C3=BCn=0C=7F\r\n", false },
		/* (3) */
		{ "blank \n", "blank=20\r\n", false },
		{ "blank \r\n", "blank=20\r\n", false },
		{ "tab\t\n", "tab=09\r\n", false },
		{ "two  \n", "two =20\r\n", false },
		{ "last ", "last=20\r\n", false },
		{ " first\n", " first\r\n", false },
		/* (4) */
		{ "a\nb\r\nc", "a\r\nb\r\nc\r\n", false },
		{ "\n\n", "\r\n\r\n", false },
		{ "a\rb\r", "a=0Db=0D\r\n", false },
		{ "a\r\r\n", "a=0D\r\n", false },
		/* (5) */
		{ X70 "12345", X70 "12345\r\n", false },
		{ X70 "123456", X70 "12345=\r\n6\r\n", false },
		{ X70 "12=", X70 "12=3D\r\n", false },
		{ X70 "123=", X70 "123=\r\n=3D\r\n", false },
		{ X70 "1234 \n", X70 "1234=\r\n=20\r\n", false },
		/* Dots, where they begin a line as it is sent. */
		{ ".\n..\na.", "..\r\n...\r\na.\r\n", true },
		{ ".\n", ".\r\n", false },
		{ X70 "12345.", X70 "12345=\r\n..\r\n", true },
	};
	struct buf b = { 0 };
	size_t i, piece;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		for (piece = 1; piece < 4; piece++) {
			struct quoted q = { .stuff = rows[i].stuff };

			encode(&b, &q, rows[i].text, strlen(rows[i].text),
			    piece);
			assert_string_equal(buf_bytes(&b), rows[i].want);
		}
	}
	buf_free(&b);
}

static void
test_one_line(void **state)
{
	struct quoted q = { .endless = true };
	char to[QUOTED_MOST * 100 + QUOTED_HELD];
	size_t n = quoted_add(&q, to, X70 X10 " ", 81);

	(void)state;
	n += quoted_end(&q, to + n, false);
	to[n] = '\0';
	assert_string_equal(to, X70 X10 "=20");
}

/* What the text is with its line ends as they travel. */
static void
canonical(struct buf *to, const char *p, size_t n)
{
	size_t i;

	buf_clear(to);
	for (i = 0; i < n; i++) {
		if (p[i] == '\n' && (i == 0 || p[i - 1] != '\r'))
			buf_adds(to, "\r");
		buf_add(to, p + i, 1);
	}
	if (n > 0 && p[n - 1] != '\n')
		buf_adds(to, "\r\n");
}

static void
assert_lines(const struct buf *b)
{
	const char *p = buf_bytes(b);
	size_t i, columns = 0;

	for (i = 0; i + 1 < b->len; i++) {
		if (p[i] == '\n') {
			assert_int_equal(p[i - 1], '\r');
			assert_true(columns <= 77);
			assert_true(i < 2 || !strchr(" \t", p[i - 2]));
			columns = 0;
			continue;
		}
		assert_true(p[i] == '\r' || p[i] == '\t' ||
		    (p[i] >= ' ' && p[i] <= '~'));
		columns++;
	}
}

/* Any text comes back, however it is cut. */
static void
test_there_and_back(void **state)
{
	static const char letters[] = "  \t\r\n\n.==ax~\303\274";
	struct buf b = { 0 }, back = { 0 }, want = { 0 };
	char text[300];
	unsigned round;
	size_t i;

	(void)state;
	srand(1);
	for (round = 0; round < 3000; round++) {
		struct quoted q = { .columns = 0 };
		size_t n = (size_t)rand() % sizeof text;

		for (i = 0; i < n; i++)
			text[i] =
			    letters[(size_t)rand() % (sizeof letters - 1)];
		encode(&b, &q, text, n, 1 + round % 7);
		assert_lines(&b);
		buf_clear(&back);
		mimecode_quoted(&back, buf_bytes(&b), b.len - 1, false);
		canonical(&want, text, n);
		assert_int_equal(back.len, want.len);
		assert_true(want.len == 0 ||
		    memcmp(buf_bytes(&back), buf_bytes(&want), want.len) == 0);
	}
	buf_free(&b);
	buf_free(&back);
	buf_free(&want);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rules),
		cmocka_unit_test(test_one_line),
		cmocka_unit_test(test_there_and_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
