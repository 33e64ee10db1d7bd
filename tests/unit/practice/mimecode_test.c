/* SPDX-License-Identifier: ISC */
/* mimecode_test.c - encodings undone, and words of headers. */
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "buf.h"
#include "practice/mimecode.h"

static void
assert_is(struct buf *b, const char *want)
{
	buf_add(b, "", 1);
	assert_string_equal(buf_bytes(b), want);
	buf_free(b);
}

static void
test_words(void **state)
{
	static const char *const rows[][2] = {
		{ "plain words", "plain words" },
		{ "", "" },
		{ "=?utf-8?Q?caf=C3=A9?=", "caf\xc3\xa9" },
		{ "=?UTF-8?q?a_b=5F?= c", "a b_ c" },
		{ "=?utf-8?B?Y2Fmw6k=?= x", "caf\xc3\xa9 x" },
		{ "=?iso-8859-1?Q?caf=E9?=", "caf\xc3\xa9" },
		{ "=?us-ascii?q?a?=  =?us-ascii?q?b?=", "ab" },
		{ "a =?us-ascii?q?b?= c", "a b c" },
		{ "=?koi8-r?Q?=C3?=", "=?koi8-r?Q?=C3?=" },
		{ "=?utf-8?X?a?=", "=?utf-8?X?a?=" },
		{ "=?utf-8?B?!?=", "=?utf-8?B?!?=" },
		{ "=?utf-8?Q?a", "=?utf-8?Q?a" },
		{ "=?utf-8?Q?a?", "=?utf-8?Q?a?" },
		{ "=?us-ascii?q?a?= =?utf-8?X?a?=", "a =?utf-8?X?a?=" },
		{ "  blanks  ", "  blanks  " },
		{ "=?=?=?=?=?", "=?=?=?=?=?" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct buf b = { 0 };

		mimecode_words(&b, rows[i][0], strlen(rows[i][0]));
		assert_is(&b, rows[i][1]);
	}
}

static void
test_quoted(void **state)
{
	static const char *const rows[][2] = {
		{ "a=3Db_c", "a=b_c" },
		{ "soft=\r\nbreak", "softbreak" },
		{ "soft=  \r\nbreak", "softbreak" },
		{ "soft=\nbreak", "softbreak" },
		{ "=C3=a9", "\xc3\xa9" },
		{ "=XY =4", "=XY =4" },
		{ "=", "=" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct buf b = { 0 };

		mimecode_quoted(&b, rows[i][0], strlen(rows[i][0]), false);
		assert_is(&b, rows[i][1]);
	}
}

static void
test_base64(void **state)
{
	struct buf b = { 0 };

	(void)state;
	assert_true(mimecode_base64(&b, "aGVs\r\nbG8=\r\n", 12));
	assert_true(mimecode_base64(&b, " ", 1));
	assert_false(mimecode_base64(&b, "aGVsb", 5));
	assert_is(&b, "hello");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_quoted),
		cmocka_unit_test(test_base64),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
