/* SPDX-License-Identifier: ISC */
/* hop_test.c - what is awaited of a proxy, and how it is quoted. */
#include <stdio.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "hop.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])
#define TEN "0123456789"

/* Messages of so many bytes, taken from pieces. */
static void
test_take(void **state)
{
	static const struct {
		size_t want, had; /* of it */
		const char *piece;
		bool complete;
		const char *in, *left;
	} rows[] = {
		{ 2, 0, "", false, "", "" },
		{ 2, 0, "a", false, "a", "" },
		{ 2, 0, "ab", true, "ab", "" },
		{ 2, 0, "abc", true, "ab", "c" },
		{ 5, 3, "a", false, "---a", "" },
		{ 5, 3, "abcd", true, "---ab", "cd" },
		{ 3, 3, "a", true, "---", "a" },
		{ 2, 3, "a", true, "---", "a" },
		{ 0, 0, "a", true, "", "a" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct hop h = { .want = rows[i].want };
		const char *p = rows[i].piece;
		size_t n = strlen(p);

		buf_add(&h.in, "---", rows[i].had);
		assert_int_equal(hop_take(&h, &p, &n), rows[i].complete);
		assert_string_equal(p, rows[i].left);
		assert_int_equal(n, strlen(rows[i].left));
		buf_add(&h.in, "", 1);
		assert_string_equal(buf_bytes(&h.in), rows[i].in);
		hop_next(&h, 7);
		assert_int_equal(h.want, 7);
		assert_int_equal(h.in.len, 0);
		hop_free(&h);
	}
}

/* The first line alone, 80 bytes of it, in harmless words. */
static void
test_quote(void **state)
{
	static const struct {
		const char *in, *more, *quoted;
	} rows[] = {
		{ "", "", "" },
		{ "H", "TTP/1.1 400\r\nA: b\r\n", "HTTP/1.1 400" },
		{ "HTTP/1.1 400\nA", ": b", "HTTP/1.1 400" },
		{ "a\rb", "", "a" },
		{ "", "\r\n", "" },
		{ "\033[31m", "\x7f", "\\x1b[31m\\x7f" },
		{ "", TEN TEN TEN TEN TEN TEN TEN TEN,
		    TEN TEN TEN TEN TEN TEN TEN TEN },
	};
	char want[300];
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct hop h = { .want = 0 };

		buf_adds(&h.why, "what was there before");
		buf_adds(&h.in, rows[i].in);
		assert_int_equal(
		    hop_quote(&h, "no: ", rows[i].more, strlen(rows[i].more)),
		    HOP_REFUSED);
		buf_add(&h.why, "", 1);
		snprintf(want, sizeof want, "no: \"%s\"", rows[i].quoted);
		assert_string_equal(buf_bytes(&h.why), want);
		hop_free(&h);
	}
}

/* A sentence has an end, whatever came. */
static void
test_quote_of_much(void **state)
{
	static char much[100000];
	struct hop h = { .want = 0 };

	(void)state;
	memset(much, 'x', sizeof much);
	hop_quote(&h, "", much, sizeof much);
	assert_in_range(h.in.len, 80, 200);
	assert_in_range(h.why.len, 80, 120);
	assert_memory_equal(buf_bytes(&h.why), "\"xxxx", 5);
	hop_free(&h);
}

static void
test_refuse(void **state)
{
	struct hop h = { .want = 0 };

	(void)state;
	assert_int_equal(hop_refuse(&h, "no"), HOP_REFUSED);
	assert_int_equal(hop_refuse(&h, "never"), HOP_REFUSED);
	buf_add(&h.why, "", 1);
	assert_string_equal(buf_bytes(&h.why), "never");
	hop_free(&h);
}

/* Secrets are gone, and so is all else. */
static void
test_forgotten(void **state)
{
	struct hop h = { .want = 0 };

	(void)state;
	buf_adds(&h.in, "a");
	buf_adds(&h.say, "secret");
	buf_adds(&h.why, "b");
	hop_free(&h);
	assert_null(buf_bytes(&h.in));
	assert_null(buf_bytes(&h.say));
	assert_null(buf_bytes(&h.why));
	assert_int_equal(h.in.len + h.say.len + h.why.len, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_take),
		cmocka_unit_test(test_quote),
		cmocka_unit_test(test_quote_of_much),
		cmocka_unit_test(test_refuse),
		cmocka_unit_test(test_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
