/* SPDX-License-Identifier: ISC */
/* bare_test.c - a secret without the marks around it. */
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "bare.h"

static void
test_rows(void **state)
{
	static const struct {
		const char *text, *bare;
	} rows[] = {
		{ "hunter2", "hunter2" },
		{ "", "" },
		{ "\"hunter2\"", "hunter2" },
		{ "\"a b\"", "a b" },
		{ "\"x\"", "x" },
		{ "\"\"", "\"\"" },
		{ "\"", "\"" },
		{ "\"a", "\"a" },
		{ "a\"", "a\"" },
		{ "xa\"", "xa\"" },
		{ "\"a\\\"b\"", "\"a\\\"b\"" },
		{ "\"a\" \"b\"", "\"a\" \"b\"" },
		{ "\"a\\\\\"", "\"a\\\\\"" },
		{ "AGEAYg==</auth>", "AGEAYg==" },
		{ "pw</password></query></iq>", "pw" },
		{ "\"pw\"</password>", "\"pw\"" },
		{ "pw</a", "pw</a" },
		{ "pw</>", "pw</>" },
		{ "pw</a>", "pw" },
		{ "pw<b>", "pw<b>" },
		{ "pw<abc>", "pw<abc>" },
		{ "pw>", "pw>" },
		{ "pw</a>x", "pw</a>x" },
		{ "</auth>", "</auth>" },
		{ "a<b</auth>", "a<b</auth>" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		size_t at = 99, len = 99;

		bare_find(rows[i].text, strlen(rows[i].text), &at, &len);
		if (len != strlen(rows[i].bare) ||
		    memcmp(rows[i].text + at, rows[i].bare, len) != 0)
			fail_msg("%s: %zu at %zu", rows[i].text, len, at);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
