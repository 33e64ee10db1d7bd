/* SPDX-License-Identifier: ISC */
/* preamble_test.c - refusals in words. */
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "buf.h"
#include "preamble.h"

static void
test_refuse(void **state)
{
	static const struct {
		const char *in;
		size_t n;
		const char *why;
	} rows[] = {
		{ "", 0, "no" },
		{ "\r\n", 2, "no" },
		{ "a b\r\n", 5, "no: \"a b\"" },
		{ "a\nb\n\n", 5, "no: \"a\\x0ab\"" },
		{ "\x1b[31m\x9b", 6, "no: \"\\x1b[31m\\x9b\"" },
		{ "a\0b", 3, "no: \"a\\x00b\"" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct buf why = { 0 };
		struct preamble_talk t = { .why = &why };

		assert_int_equal(
		    preamble_refuse(&t, "no", rows[i].in, rows[i].n),
		    PREAMBLE_REFUSED);
		buf_add(&why, "", 1);
		assert_string_equal(buf_bytes(&why), rows[i].why);
		buf_free(&why);
	}
}

static void
test_refuse_quotes_little(void **state)
{
	struct buf why = { 0 };
	struct preamble_talk t = { .why = &why };
	char much[5000];

	(void)state;
	memset(much, 'x', sizeof much);
	preamble_refuse(&t, "no", much, sizeof much);
	assert_true(why.len < 400);
	buf_free(&why);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refuse),
		cmocka_unit_test(test_refuse_quotes_little),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
