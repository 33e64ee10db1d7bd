/* SPDX-License-Identifier: ISC */
/* literal_test.c - lines that announce octets, and those that only look so. */
#include <stdlib.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "literal.h"

static void
test_ends(void **state)
{
	static const struct {
		const char *line;
		int64_t octets; /* -1: none */
		bool now;
	} rows[] = {
		{ "a1 LOGIN {5}", 5, false },
		{ "a1 LOGIN {5+}", 5, true },
		{ "a1 LOGIN {5-}", 5, true },
		{ "{0}", 0, false },
		{ "a APPEND x ~{310}", 310, false },
		{ "a APPEND x ~{310+}", 310, true },
		{ "NO {197}", 197, false },
		{ "{9223372036854775}", 9223372036854775, false },
		{ "{99999999999999999999}", -1, false },
		{ "{}", -1, false },
		{ "{+}", -1, false },
		{ "{5} ", -1, false },
		{ "{5}x", -1, false },
		{ "5}", -1, false },
		{ "}", -1, false },
		{ "", -1, false },
		{ "{-5}", -1, false },
		{ "{5++}", -1, false },
		{ "{ 5}", -1, false },
		{ "{5 }", -1, false },
		{ "{a}", -1, false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		size_t n = strlen(rows[i].line);
		char *line = malloc(n + 1);
		uint64_t octets = 77;
		bool now = false;
		bool ends;

		/* In memory of its very size. */
		memcpy(line, rows[i].line, n);
		line = realloc(line, n == 0 ? 1 : n);
		ends = literal_ends(line, n, &octets, &now);
		free(line);
		if (ends != (rows[i].octets >= 0) ||
		    (ends &&
			(octets != (uint64_t)rows[i].octets ||
			    now != rows[i].now)))
			fail_msg("\"%s\": %d %llu %d", rows[i].line, ends,
			    (unsigned long long)octets, now);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
