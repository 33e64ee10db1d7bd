/* SPDX-License-Identifier: ISC */
/* imapsay_test.c - strings that may be quoted, and others. */
#include <string.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "crlf.h"
#include "practice/imapsay.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

static void
test_strings(void **state)
{
	static const struct {
		const char *text;
		size_t len;
		const char *said;
	} rows[] = {
		{ "", 0, "\"\"" },
		{ "a b", 3, "\"a b\"" },
		{ "a\"b\\", 4, "\"a\\\"b\\\\\"" },
		{ "\t\x7f", 2, "\"\t\x7f\"" },
		{ "a\nb", 3, "{3}\r\na\nb" },
		{ "a\r", 2, "{2}\r\na\r" },
		{ "caf\xc3\xa9", 5, "{5}\r\ncaf\xc3\xa9" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct buf out = { 0 };

		buf_adds(&out, "x");
		imapsay_string(&out, rows[i].text, rows[i].len);
		buf_adds(&out, " ");
		imapsay_nstring(&out, rows[i].text, rows[i].len);
		imapsay_nstring(&out, NULL, 0);
		assert_int_equal(out.len, 2 * strlen(rows[i].said) + 5);
		assert_memory_equal(buf_bytes(&out) + 1, rows[i].said,
		    strlen(rows[i].said));
		assert_memory_equal(buf_bytes(&out) + out.len - 3 -
			strlen(rows[i].said),
		    rows[i].said, strlen(rows[i].said));
		assert_memory_equal(buf_bytes(&out) + out.len - 3, "NIL", 3);
		buf_free(&out);
	}
}

static void
test_nul_and_length(void **state)
{
	char text[1001];
	struct buf out = { 0 };

	(void)state;
	memset(text, 'a', sizeof text);
	imapsay_string(&out, text, 1000);
	assert_int_equal(out.len, 1002);
	assert_int_equal(buf_bytes(&out)[0], '"');
	buf_clear(&out);
	imapsay_string(&out, text, 1001);
	assert_int_equal(out.len, strlen("{1001}\r\n") + 1001);
	assert_memory_equal(buf_bytes(&out), "{1001}\r\na", 9);
	buf_clear(&out);
	imapsay_string(&out, "a\0b", 3);
	assert_int_equal(out.len, 8);
	assert_memory_equal(buf_bytes(&out), "{3}\r\na\0b", 8);
	buf_clear(&out);
	imapsay_literal(&out, "", 0);
	assert_int_equal(out.len, 5);
	assert_memory_equal(buf_bytes(&out), "{0}\r\n", 5);
	buf_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_strings),
		cmocka_unit_test(test_nul_and_length),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
