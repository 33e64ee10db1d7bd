/* SPDX-License-Identifier: ISC */
/* shown_test.c - hostile bytes in TAP, XML and JSON. */
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "buf.h"
#include "shown.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

static void
assert_shown(shown *form, const char *p, size_t n, size_t most,
    const char *wanted)
{
	struct buf b = { 0 };

	buf_adds(&b, ">");
	form(&b, p, n, most);
	buf_add(&b, "", 1);
	assert_string_equal(buf_bytes(&b) + 1, wanted);
	buf_free(&b);
}

static void
test_forms(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		const char *tap, *xml, *json;
	} rows[] = {
		{ "", 0, "", "", "" },
		{ "250 Ok", 6, "250 Ok", "250 Ok", "250 Ok" },
		{ "# SKIP", 6, "\\# SKIP", "# SKIP", "# SKIP" },
		{ "a\\#", 3, "a\\\\\\#", "a\\#", "a\\\\#" },
		{ "<a&\"'>", 6, "<a&\"'>", "&#60;a&#38;&#34;&#39;&#62;",
		    "<a&\\\"'>" },
		{ "]]>", 3, "]]>", "]]&#62;", "]]>" },
		{ "\r\n\t", 3, "\\\\x0d\\\\x0a\\\\x09", "\\x0d\\x0a\\x09",
		    "\\u000d\\u000a\\u0009" },
		{ "\033[m", 3, "\\\\x1b[m", "\\x1b[m", "\\u001b[m" },
		{ "a\0b", 3, "a\\\\x00b", "a\\x00b", "a\\u0000b" },
		{ "\177", 1, "\\\\x7f", "\\x7f", "\\u007f" },
		{ "\xc3\xa9", 2, "\xc3\xa9", "\xc3\xa9", "\xc3\xa9" },
		{ "\xe9t", 2, "\\\\xe9t", "\\xe9t", "\\ufffdt" },
		{ "\xe2\x80", 2, "\\\\xe2\\\\x80", "\\xe2\\x80",
		    "\\ufffd\\ufffd" },
		{ "\xed\xa0\x80", 3, "\\\\xed\\\\xa0\\\\x80", "\\xed\\xa0\\x80",
		    "\\ufffd\\ufffd\\ufffd" },
		{ "\xc2\x9b", 2, "\\\\u{9B}", "\\u{9B}", "\\u009b" },
		{ "\xe2\x80\xae", 3, "\\\\u{202E}", "\\u{202E}", "\\u202e" },
		{ "\xef\xbf\xbf", 3, "\\\\u{FFFF}", "\\u{FFFF}", "\\uffff" },
		{ "\xf0\x9f\x98\x80", 4, "\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80",
		    "\xf0\x9f\x98\x80" },
		{ "\xf3\xa0\x80\x81", 4, "\\\\u{E0001}", "\\u{E0001}",
		    "\\udb40\\udc01" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		const char *p = rows[i].bytes;
		size_t n = rows[i].len;

		assert_shown(shown_tap, p, n, n, rows[i].tap);
		assert_shown(shown_xml, p, n, n, rows[i].xml);
		assert_shown(shown_json, p, n, n, rows[i].json);
	}
}

static void
test_cuts(void **state)
{
	static shown *const forms[] = { shown_tap, shown_xml, shown_json };
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(forms); i++) {
		assert_shown(forms[i], "12345", 5, 5, "12345");
		assert_shown(forms[i], "12345", 5, 4, "1234...");
		assert_shown(forms[i], "12345", 5, SIZE_MAX, "12345");
		assert_shown(forms[i], "1\xc3\xa9", 3, 2, "1...");
		assert_shown(forms[i], "1\xc3\xa9", 3, 3, "1\xc3\xa9");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_cuts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
