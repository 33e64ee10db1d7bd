/* SPDX-License-Identifier: ISC */
/* fill_test.c - templates with something in place of what is not known. */
#include <stdbool.h>
#include <string.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "buf.h"
#include "fill.h"
#include "vars.h"

static void
fills(void **state)
{
	static const struct {
		const char *text, *want;
		bool ended, counts;
	} rows[] = {
		{ "", "", true, false },
		{ "220 hello", "220 hello", true, false },
		{ "${}", "1", true, false },
		{ "${nobody}", "1", true, false },
		{ "a${}b${x}c${nobody}", "a1bXc1", true, false },
		{ "${x}${x}", "XX", true, false },
		{ "\\${x} \\\\${x} $x", "${x} \\X $x", true, false },
		{ "${}\\c", "1", false, false },
		{ "${secret:s}", "S", true, false },
		{ "${secret:t}", "1", true, false },
		{ "* ${n} FETCH ({${}}", "* 1 FETCH ({42}", true, true },
		{ "{${n}}", "{42}", true, true },
		{ "{${x}}", "{X}", true, false },
		{ "{${}})", "{1})", true, false },
		{ "{a${}}", "{a1}", true, false },
		{ "${}${}}", "11}", true, false },
		{ "{${}${}}", "{11}", true, false },
	};
	struct vars v = { 0 };
	size_t i;

	(void)state;
	vars_set(&v, "x", 1, "X", 1);
	vars_set(&v, "secret:s", 8, "S", 1);
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		size_t n = strlen(rows[i].text);
		struct buf b = { 0 };
		bool ended;

		buf_adds(&b, "=");
		ended = fill_text(&v, rows[i].text, n, 42, &b);
		buf_add(&b, "", 1);
		if (strcmp(buf_bytes(&b) + 1, rows[i].want) != 0 ||
		    ended != rows[i].ended ||
		    fill_counts(&v, rows[i].text, n) != rows[i].counts)
			fail_msg("row %zu: %s", i, buf_bytes(&b));
		buf_free(&b);
	}
	vars_free(&v);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fills),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
