/* SPDX-License-Identifier: ISC */
/* posting_test.c - what of a message has been said. */
#include <stdlib.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "posting.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])
#define T "Content-Type: "
#define M T "multipart/mixed; boundary="
#define B70 \
	"0123456789012345678901234567890123456789012345678901234567890123456789"

static const struct row {
	const char *said, *boundary;
	enum posting_place place;
	enum posting_kind kind;
} rows[] = {
	{ "", "", POSTING_HEADER, POSTING_UNTOLD },
	{ "Subject: x\r\n", "", POSTING_HEADER, POSTING_UNTOLD },
	{ "\r\n", "", POSTING_BODY, POSTING_UNTOLD },
	{ "no field\r\n", "", POSTING_BODY, POSTING_UNTOLD },
	{ " no field\r\n", "", POSTING_BODY, POSTING_UNTOLD },
	{ "S: x\r\n y\r\n", "", POSTING_HEADER, POSTING_UNTOLD },
	{ T "text/html\r\n", "", POSTING_HEADER, POSTING_OTHER },
	{ "content-type:TEXT/html\r\n", "", POSTING_HEADER, POSTING_OTHER },
	{ T "multipart/mixed\r\n", "", POSTING_HEADER, POSTING_MULTIPART },
	{ M "b\r\n", "b", POSTING_HEADER, POSTING_MULTIPART },
	{ M "\"a b\"\r\n", "a b", POSTING_HEADER, POSTING_MULTIPART },
	{ M "\"a\\\"b;c\"; x=y\r\n", "a\"b;c", POSTING_HEADER,
	    POSTING_MULTIPART },
	{ M "b; x=y\r\n", "b", POSTING_HEADER, POSTING_MULTIPART },
	{ M "b (comment)\r\n", "b", POSTING_HEADER, POSTING_MULTIPART },
	{ T "multipart/x;\r\n\tx=\"; boundary=no\" ; Boundary = b\r\n", "b",
	    POSTING_HEADER, POSTING_MULTIPART },
	{ T "multipart/x; boundaryx=no; boundary=b\r\n", "b", POSTING_HEADER,
	    POSTING_MULTIPART },
	{ T "multipart/x;\r\n", "", POSTING_HEADER, POSTING_MULTIPART },
	{ T "multipart/x; boundary\r\n", "", POSTING_HEADER,
	    POSTING_MULTIPART },
	{ T "multipart/x; boundary=\r\n", "", POSTING_HEADER,
	    POSTING_MULTIPART },
	{ T "multipart/x; boundary=\"\r\n", "", POSTING_HEADER,
	    POSTING_MULTIPART },
	{ M B70 "\r\n", B70, POSTING_HEADER, POSTING_MULTIPART },
	{ M B70 "x\r\n", "", POSTING_HEADER, POSTING_MULTIPART },
	/* The second one counts, as it does for most readers. */
	{ M "b\r\n" T "text/plain\r\n", "", POSTING_HEADER, POSTING_OTHER },
	{ M "b\r\n\r\n", "b", POSTING_BODY, POSTING_MULTIPART },
	{ M "b\r\n\r\n--b\r\n", "b", POSTING_PART, POSTING_MULTIPART },
	{ M "b\n\n--b \t\n", "b", POSTING_PART, POSTING_MULTIPART },
	{ M "b\r\n\r\n--bb\r\n", "b", POSTING_BODY, POSTING_MULTIPART },
	{ M "b\r\n\r\n --b\r\n", "b", POSTING_BODY, POSTING_MULTIPART },
	{ M "b\r\n\r\n--b\r\nX: y\r\n", "b", POSTING_PART_HEADER,
	    POSTING_MULTIPART },
	{ M "b\r\n\r\n--b\r\n\r\n", "b", POSTING_BODY, POSTING_MULTIPART },
	{ M "b\r\n\r\n--b\r\nX: y\r\n\r\n" T "x/y\r\n", "b", POSTING_BODY,
	    POSTING_MULTIPART },
	{ M "b\r\n\r\n--b\r\nX: y\r\n--b\r\n", "b", POSTING_PART,
	    POSTING_MULTIPART },
	{ M "b\r\n\r\n--b--\r\n", "b", POSTING_ENDED, POSTING_MULTIPART },
	{ M "b\r\n\r\n--b-- \r\n--b\r\n", "b", POSTING_ENDED,
	    POSTING_MULTIPART },
	{ M "b\r\n\r\n--b--x\r\n", "b", POSTING_BODY, POSTING_MULTIPART },
	{ M "b\r\n\r\n--b", "b", POSTING_BODY, POSTING_MULTIPART },
};

static void
say(struct posting *p, const char *text, size_t n, size_t piece)
{
	size_t len;

	posting_begin(p);
	for (; n > 0; text += len, n -= len) {
		len = n < piece ? n : piece;
		posting_said(p, text, len);
	}
}

static void
test_places(void **state)
{
	static const size_t pieces[] = { 1, 2, 7, 1000 };
	struct posting *p = malloc(sizeof *p);
	size_t i, j;

	(void)state;
	assert_non_null(p);
	for (i = 0; i < ROWS(rows); i++) {
		for (j = 0; j < ROWS(pieces); j++) {
			say(p, rows[i].said, strlen(rows[i].said), pieces[j]);
			if (p->place != rows[i].place ||
			    p->kind != rows[i].kind)
				fail_msg("\"%s\": %d, %d", rows[i].said,
				    (int)p->place, (int)p->kind);
			assert_string_equal(p->boundary, rows[i].boundary);
		}
	}
	free(p);
}

static void
test_version(void **state)
{
	struct posting p;

	(void)state;
	say(&p, "X: MIME-Version: 1.0\r\n", 22, 5);
	assert_false(p.version);
	posting_said(&p, "mime-version: 1.0\r\n", 19);
	assert_true(p.version);
}

static void
test_divides(void **state)
{
	static const struct {
		const char *line;
		bool divides;
	} lines[] = {
		{ "--b", true },
		{ "--b--", true },
		{ "--b ", true },
		{ "--b-- \t", true },
		{ "", false },
		{ "-", false },
		{ "--", false },
		{ "--c", false },
		{ "--b-", false },
		{ "--b--b", false },
	};
	struct posting p;
	size_t i;

	(void)state;
	say(&p, M "b\r\n", strlen(M "b\r\n"), 100);
	for (i = 0; i < ROWS(lines); i++)
		assert_int_equal(
		    posting_divides(&p, lines[i].line, strlen(lines[i].line)),
		    lines[i].divides);
	posting_begin(&p);
	assert_false(posting_divides(&p, "--", 2));
}

/* Fields and lines without an end are cut, and nothing is written behind. */
static void
test_long_lines(void **state)
{
	enum { SIZE = 200000 };
	struct posting *p = malloc(sizeof *p);
	char *text = malloc(SIZE);
	size_t at, piece;

	(void)state;
	assert_non_null(p);
	assert_non_null(text);
	for (piece = 1; piece <= SIZE; piece = piece * 9 + 1) {
		memset(text, 'x', SIZE);
		memcpy(text, M, strlen(M));
		for (at = 100; at < SIZE; at += 100)
			memcpy(text + at, "\r\n ", 3);
		say(p, text, SIZE, piece);
		assert_int_equal(p->place, POSTING_HEADER);
		assert_int_equal(strspn(p->boundary, "x"), strlen(p->boundary));
		memset(text, '-', SIZE);
		memcpy(text, M "b\r\n\r\n", strlen(M "b\r\n\r\n"));
		say(p, text, SIZE, piece);
		posting_said(p, "\r\n--b\r\n", 7);
		assert_int_equal(p->place, POSTING_PART);
	}
	free(text);
	free(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_version),
		cmocka_unit_test(test_divides),
		cmocka_unit_test(test_long_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
