/* SPDX-License-Identifier: ISC */
/* imapin_test.c - strings in their three forms. */
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "buf.h"
#include "practice/imapin.h"

static void
test_strings(void **state)
{
	static const struct {
		const char *text;
		const char *is; /* NULL: no string */
		const char *rest;
	} rows[] = {
		{ "abc d", "abc", " d" },
		{ "a]b", "a]b", "" },
		{ "\"a b\" c", "a b", " c" },
		{ "\"a\\\"b\\\\\"", "a\"b\\", "" },
		{ "\"\"", "", "" },
		{ "\"abc", NULL, "\"abc" },
		{ "\"abc\\", NULL, "\"abc\\" },
		{ "\"a\rb\"", NULL, "\"a\rb\"" },
		{ "{3}\r\na\"b x", "a\"b", " x" },
		{ "{3+}\r\nabc", "abc", "" },
		{ "{0}\r\n", "", "" },
		{ "{4}\r\nabc", NULL, "{4}\r\nabc" },
		{ "{}\r\nabc", NULL, "{}\r\nabc" },
		{ "{3}\nabc", NULL, "{3}\nabc" },
		{ "{3", NULL, "{3" },
		{ "{99999999999999999999}\r\n", NULL,
		    "{99999999999999999999}\r\n" },
		{ "(", NULL, "(" },
		{ "*", NULL, "*" },
		{ "", NULL, "" },
		{ "caf\xc3\xa9", "caf\xc3\xa9", "" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct imapin in = { rows[i].text, strlen(rows[i].text), 0 };
		struct buf b = { 0 };
		bool good = imapin_string(&in, "]", &b);

		if (good != (rows[i].is != NULL))
			print_error("row %zu\n", i);
		assert_int_equal(good, rows[i].is != NULL);
		assert_int_equal(b.len, good ? strlen(rows[i].is) : 0);
		if (good && b.len > 0)
			assert_memory_equal(buf_bytes(&b), rows[i].is, b.len);
		assert_string_equal(in.p + in.at, rows[i].rest);
		buf_free(&b);
	}
}

static void
test_pieces(void **state)
{
	const char *text = "FETCH  12 (flags";
	struct imapin in = { text, strlen(text), 0 }, atom;
	uint32_t n = 7;
	struct buf b = { 0 };

	(void)state;
	assert_false(imapin_blank(&in));
	assert_true(imapin_atom(&in, "", &atom));
	assert_true(imapin_is(&atom, "fetch"));
	assert_false(imapin_is(&atom, "fetc"));
	assert_false(imapin_end(&in));
	assert_true(imapin_blank(&in));
	assert_true(imapin_number(&in, &n));
	assert_int_equal(n, 12);
	assert_false(imapin_number(&in, &n));
	assert_true(imapin_blank(&in));
	assert_false(imapin_atom(&in, "", &atom));
	assert_true(imapin_skip(&in, "(FL"));
	assert_false(imapin_skip(&in, "AGSX"));
	imapin_show(&in, &b);
	assert_int_equal(b.len, 3);
	assert_memory_equal(buf_bytes(&b), "ags", 3);
	buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_strings),
		cmocka_unit_test(test_pieces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
