/* SPDX-License-Identifier: ISC */
/* saslprep_test.c - names and passwords as they are sent. */
#include <stdlib.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "saslprep.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

static void
test_rows(void **state)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		/* The examples of RFC 4013, section 3, but for NFKC. */
		{ "I\xc2\xadX", "IX" },
		{ "user", "user" },
		{ "USER", "USER" },
		{ "\x07", NULL },
		/* ASCII is what it is. */
		{ "", "" },
		{ " a  b ", " a  b " },
		{ "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~",
		    "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~" },
		{ "a\tb", NULL },
		{ "a\nb", NULL },
		{ "a\r", NULL },
		{ "\x1f", NULL },
		{ "\x7f", NULL },
		/* Blanks are blanks, and some characters are nothing. */
		{ "a\xc2\xa0z", "a z" },
		{ "a\xe3\x80\x80z", "a z" },
		{ "a\xe2\x80\x8bz", "a z" },
		{ "a\xe2\x80\x8dz", "az" },
		{ "\xef\xbb\xbf", "" },
		/* Others stay, or are prohibited. */
		{ "gr\xc3\xbc\xc3\x9f", "gr\xc3\xbc\xc3\x9f" },
		{ "\xf0\x9f\x94\x91", "\xf0\x9f\x94\x91" },
		{ "a\xc2\x85", NULL },
		{ "a\xe2\x80\xae", NULL },
		{ "a\xe2\x80\xa8", NULL },
		{ "a\xef\xbf\xbe", NULL },
		/* No UTF-8. */
		{ "gr\xfc\xdf", NULL },
		{ "a\xc3", NULL },
		{ "\xc0\xa0", NULL },
		{ "\xed\xa0\x80", NULL },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		char *got = saslprep(rows[i].text);

		if (rows[i].want == NULL && got != NULL)
			fail_msg("row %zu is accepted", i);
		if (rows[i].want != NULL) {
			assert_non_null(got);
			assert_string_equal(got, rows[i].want);
		}
		free(got);
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
