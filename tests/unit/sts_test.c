/* SPDX-License-Identifier: ISC */
/* sts_test.c - the TXT record that announces MTA-STS. */
#include <stdbool.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "buf.h"
#include "sts.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])
#define LETTERS_32 "abcdefghijklmnopqrstuvwxyz012345"

static void
test_is(void **state)
{
	static const struct {
		const char *text;
		size_t n;
		bool is;
	} rows[] = {
		{ "v=STSv1; id=1;", 0, true },
		{ "v=STSv1;", 0, true },
		{ "v=STSv1 \t;", 0, true },
		{ "v=STSv1", 0, false },
		{ "v=STSv1 ", 0, false },
		{ "v=STSv10; id=1", 0, false },
		{ "v=stsv1; id=1", 0, false },
		{ " v=STSv1; id=1", 0, false },
		{ "v=STSv1\0;", 9, false },
		{ "v=spf1 -all", 0, false },
		{ "", 0, false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		size_t n = rows[i].n > 0 ? rows[i].n : strlen(rows[i].text);

		if (sts_is(rows[i].text, n) != rows[i].is)
			fail_msg("\"%s\"", rows[i].text);
	}
}

static void
test_read(void **state)
{
	static const struct {
		const char *text;
		size_t n;
		const char *id;  /* NULL: it is ill-formed */
		const char *why; /* ... because of this */
	} rows[] = {
		{ "v=STSv1; id=20160831085700Z;", 0, "20160831085700Z", NULL },
		{ "v=STSv1;id=1", 0, "1", NULL },
		{ "v=STSv1 \t; id=" LETTERS_32 " ; ", 0, LETTERS_32, NULL },
		{ "v=STSv1; a_b-c.d=x/y:z; id=A; e=1", 0, "A", NULL },
		{ "v=STSv1;", 0, NULL, "it has no id" },
		{ "v=STSv1; ", 0, NULL, "it has no id" },
		{ "v=STSv1; x=1", 0, NULL, "it has no id" },
		{ "v=STSv1; ID=1", 0, NULL, "it has no id" },
		{ "v=STSv1; id=1; id=2", 0, NULL, "it has two ids" },
		{ "v=STSv1; id=1; ; x=1", 0, NULL, "\"\" is no field" },
		{ "v=STSv1; id=1;;", 0, NULL, "\"\" is no field" },
		{ "v=STSv1; id=", 0, NULL, "\"id=\" is no field" },
		{ "v=STSv1; id = 1", 0, NULL, "\"id = 1\" is no field" },
		{ "v=STSv1; id=1 2", 0, NULL, "\"id=1 2\" is no field" },
		{ "v=STSv1; id=1=2", 0, NULL, "\"id=1=2\" is no field" },
		{ "v=STSv1; -a=1; id=1", 0, NULL, "\"-a=1\" is no field" },
		{ "v=STSv1; id=1; \033[2J", 0, NULL,
		    "\"\\x1b[2J\" is no field" },
		{ "v=STSv1; id=1\0", 14, NULL, "\"id=1\\x00\" is no field" },
		{ "v=STSv1; a\0=1; id=1", 19, NULL,
		    "\"a\\x00=1\" is no field" },
		{ "v=STSv1; id=1-2", 0, NULL,
		    "its id is not of 1 to 32 letters and digits" },
		{ "v=STSv1; id=" LETTERS_32 "6", 0, NULL,
		    "its id is not of 1 to 32 letters and digits" },
		{ "v=STSv1; id=1; " LETTERS_32 "=1", 0, "1", NULL },
		{ "v=STSv1; id=1; " LETTERS_32 "6=1", 0, NULL,
		    "\"" LETTERS_32 "6=1\" is no field" },
	};
	struct buf why = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		const char *text = rows[i].text;
		size_t n = rows[i].n > 0 ? rows[i].n : strlen(text);
		struct sts sts;
		bool good;

		assert_true(sts_is(text, n));
		good = sts_read(&sts, text, n, &why);
		buf_add(&why, "", 1);
		assert_string_equal(buf_bytes(&why),
		    rows[i].why == NULL ? "" : rows[i].why);
		assert_int_equal(good, rows[i].id != NULL);
		if (!good)
			continue;
		assert_int_equal(sts.len, strlen(rows[i].id));
		assert_memory_equal(sts.id, rows[i].id, sts.len);
	}
	buf_free(&why);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_is),
		cmocka_unit_test(test_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
