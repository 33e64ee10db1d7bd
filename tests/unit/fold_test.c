/* SPDX-License-Identifier: ISC */
/* fold_test.c - where lines of ours are broken. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "buf.h"
#include "fold.h"

static void
test_fold(void **state)
{
	static const struct {
		const char *text;
		size_t columns;
		const char *folded;
	} rows[] = {
		{ "", 10, "" },
		{ "one two", 7, "one two" },
		{ "one two", 6, "one\n  two" },
		{ "one two three", 8, "one two\n  three" },
		{ "one   two", 8, "one\n  two" },
		{ "one two ", 7, "one two " },
		/* What follows counts from the indent. */
		{ "aaaa bb cc dd", 7, "aaaa bb\n  cc dd" },
		{ "aaaa bb cc ddd", 7, "aaaa bb\n  cc\n  ddd" },
		{ "  aaaa bb", 8, "  aaaa\n  bb" },
		/* What cannot be helped. */
		{ "abcdefghij", 4, "abcdefghij" },
		{ "  abcdefghij", 4, "  abcdefghij" },
		{ "a abcdefghij k", 4, "a abcdefghij\n  k" },
		{ "one two", 0, "one\n  two" },
		{ "\xc3\xa4\xc3\xb6\xc3\xbc b", 5,
		    "\xc3\xa4\xc3\xb6\xc3\xbc b" },
		{ "\xc3\xa4\xc3\xb6\xc3\xbc b", 4,
		    "\xc3\xa4\xc3\xb6\xc3\xbc\n  b" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct buf to = { 0 };

		buf_add(&to, "<", 1);
		fold_text(&to, rows[i].text, rows[i].columns, 2);
		buf_add(&to, "", 1);
		assert_string_equal(buf_bytes(&to) + 1, rows[i].folded);
		buf_free(&to);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fold),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
