/* SPDX-License-Identifier: ISC */
/* field_test.c - fields whole, folded and ill-formed. */
#include <string.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "crlf.h"
#include "practice/field.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

/* The text, with bytes behind it that nobody should look at. */
static struct buf
guarded(const char *text, const char *behind)
{
	struct buf b = crlf_text(text);

	buf_adds(&b, behind);
	b.len -= strlen(behind);
	return b;
}

/* All fields of a header: "[A=b][C=d]"; then what is left of it. */
static void
test_next(void **state)
{
	static const char *const rows[][3] = {
		{ "", "", "" },
		{ "\nA: b\n", "", "\nA: b\n" },
		{ "A: b\nC:d\n\nE: f\n", "[A=b][C=d]", "\nE: f\n" },
		{ "A: b\n c\n\td\nE: f\n", "[A=b c\td][E=f]", "" },
		{ "A: b\n \n\nbody\n", "[A=b]", "\nbody\n" },
		{ "A: b", "[A=b]", "" },
		{ "A: b\n c", "[A=b c]", "" },
		{ "A:\nB: \t \n", "[A=][B=]", "" },
		{ "A \t: b : c\n", "[A=b : c]", "" },
		{ ": b\n \t: c\n", "[=b \t: c]", "" },
		{ "no colon\nA: b\n", "[=no colon][A=b]", "" },
		{ "no\n colon: b\nA: b\n", "[=no colon: b][A=b]", "" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct buf in = guarded(rows[i][0], " x"), out = { 0 };
		struct field f;
		size_t at = 0, before = 0;

		while (field_next(buf_bytes(&in), in.len, &at, &f)) {
			assert_ptr_equal(f.name, buf_bytes(&in) + before);
			assert_int_equal(f.len, at - before);
			buf_addf(&out, "[%.*s=", (int)f.name_len, f.name);
			field_unfold(&f, &out);
			buf_adds(&out, "]");
			before = at;
		}
		assert_string_equal(crlf_bare(&out), rows[i][1]);
		buf_drop(&in, at);
		assert_string_equal(crlf_bare(&in), rows[i][2]);
		buf_free(&in);
		buf_free(&out);
	}
}

/* Lines may end in LF alone, and a body has its line ends. */
static void
test_bare_line_ends(void **state)
{
	static const char head[] = "A: b\n c\nD: e\n\nF: g\n";
	struct field f;
	size_t at = 0;

	(void)state;
	assert_true(field_next(head, strlen(head), &at, &f));
	assert_int_equal(f.body_len, 6);
	assert_memory_equal(f.body, " b\n c\n", 6);
	assert_true(field_next(head, strlen(head), &at, &f));
	assert_false(field_next(head, strlen(head), &at, &f));
	assert_string_equal(head + at, "\nF: g\n");
}

static void
test_find(void **state)
{
	static const char head[] = "To: a\r\nto: b\r\nToo: c\r\nX: To: d\r\n"
				   "\r\nSubject: none\r\n";
	static const struct {
		const char *name;
		const char *body; /* NULL: not there */
	} rows[] = {
		{ "TO", " a\r\n" },
		{ "too", " c\r\n" },
		{ "T", NULL },
		{ "Subject", NULL },
		{ "X", " To: d\r\n" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct field f;
		bool there = field_find(head, strlen(head), rows[i].name, &f);

		assert_int_equal(there, rows[i].body != NULL);
		if (!there)
			continue;
		assert_int_equal(f.body_len, strlen(rows[i].body));
		assert_memory_equal(f.body, rows[i].body, f.body_len);
	}
}

static void
test_lengths(void **state)
{
	static const struct {
		const char *text;
		size_t line, header;
	} rows[] = {
		{ "", 0, 0 },
		{ "\n", 1, 1 },
		{ "\r\n", 2, 2 },
		{ "\rA\nb", 3, 4 },
		{ "a", 1, 1 },
		{ "A: b\r\nC: d\r\n\r\ne\r\n\r\nf", 6, 14 },
		{ "A: b\n\ne\n\n", 5, 6 },
		{ "A: b\r\n \r\nc", 6, 10 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		size_t n = strlen(rows[i].text);

		assert_int_equal(field_line(rows[i].text, n), rows[i].line);
		assert_int_equal(field_header(rows[i].text, n), rows[i].header);
	}
}

/* How much of it is a header; all, when that ends as it should. */
static void
test_stray(void **state)
{
	static const struct {
		const char *text;
		size_t at; /* 99: all of it */
	} rows[] = {
		{ "", 99 },
		{ "A: b\r\n", 99 },
		{ "A: b\r\n\r\nc\r\n", 99 },
		{ "\r\nc\r\n", 99 },
		{ "A: b\r\n c\r\n\td\r\nE:f\r\n", 99 },
		{ "A \t: b\r\n", 99 },
		{ "Hi Bob,\r\nhow: are you?\r\n", 0 },
		{ " A: b\r\n", 0 },
		{ ": b\r\n", 0 },
		{ "Hi Bob: hello\r\n", 0 },
		{ "\xc3\xa4: b\r\n", 0 },
		{ "\033: b\r\n", 0 },
		{ "\177: b\r\n", 0 },
		{ "A: b\r\nHi Bob,\r\n\r\n", 6 },
		{ "A: b\r\n c\r\nd\r\n", 10 },
		{ "a", 0 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		size_t n = strlen(rows[i].text);

		assert_int_equal(field_stray(rows[i].text, n),
		    rows[i].at == 99 ? n : rows[i].at);
	}
}

static void
test_skip(void **state)
{
	static const struct {
		const char *text, *rest;
	} rows[] = {
		{ "", "" },
		{ "a", "a" },
		{ " \t\n a b", "a b" },
		{ "(c) a", "a" },
		{ "(c (d) e)f", "f" },
		{ "(c\\)d) (e) f", "f" },
		{ "(c\\(d)e", "e" },
		{ "(open (never) closed", "" },
		{ "(ends in\\", "" },
		{ ")", ")" },
		{ "\"(\"", "\"(\"" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct buf in = guarded(rows[i].text, "))");
		size_t end = field_skip(buf_bytes(&in), in.len, 0);

		assert_in_range(end, 0, in.len);
		buf_drop(&in, end);
		assert_string_equal(crlf_bare(&in), rows[i].rest);
		buf_free(&in);
	}
	assert_int_equal(field_skip("(a) b", 5, 1), 1);
	assert_int_equal(field_skip("a  b", 4, 1), 3);
}

static void
test_quoted(void **state)
{
	static const struct {
		const char *text, *content, *rest;
	} rows[] = {
		{ "\"\"", "", "" },
		{ "\"a b\"c", "a b", "c" },
		{ "\"a\\\"b\\\\\"; c", "a\"b\\", "; c" },
		{ "\"never closed", "never closed", "" },
		{ "\"ends in\\", "ends in\\", "" },
		{ "\"", "", "" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct buf in = guarded(rows[i].text, "\"\""), b = { 0 };
		size_t n = in.len, end = field_quoted(buf_bytes(&in), n, 0, &b);

		assert_in_range(end, 0, n);
		assert_int_equal(field_quoted(buf_bytes(&in), n, 0, NULL), end);
		assert_string_equal(crlf_bare(&b), rows[i].content);
		buf_drop(&in, end);
		assert_string_equal(crlf_bare(&in), rows[i].rest);
		buf_free(&in);
		buf_free(&b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_next),
		cmocka_unit_test(test_bare_line_ends),
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_lengths),
		cmocka_unit_test(test_stray),
		cmocka_unit_test(test_skip),
		cmocka_unit_test(test_quoted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
