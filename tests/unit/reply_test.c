/* SPDX-License-Identifier: ISC */
/* reply_test.c - replies of three digits. */
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "proto.h"
#include "reply.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

static void
test_code(void **state)
{
	static const struct {
		const char *line;
		int code;
	} rows[] = {
		{ "250", 250 },
		{ "250 ", 250 },
		{ "250 ok", 250 },
		{ "250-ok", 250 },
		{ "250-", 250 },
		{ "100 a", 100 },
		{ "599 a", 599 },
		{ "555", 555 },
		{ "", 0 },
		{ "2", 0 },
		{ "25", 0 },
		{ "2500", 0 },
		{ "250ok", 0 },
		{ "250\tok", 0 },
		{ "250\rok", 0 },
		{ "250+ok", 0 },
		{ "000 a", 0 },
		{ "099 a", 0 },
		{ "600 a", 0 },
		{ "999 a", 0 },
		{ "2x0 a", 0 },
		{ "25x a", 0 },
		{ " 250 a", 0 },
		{ "-250 a", 0 },
		{ "+OK", 0 },
		{ "25 0", 0 },
		{ "\xb2\xb5\xb0 a", 0 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		int code = reply_code(rows[i].line, strlen(rows[i].line));

		if (code != rows[i].code)
			fail_msg("\"%s\": %d", rows[i].line, code);
	}
	/* Lengths count, not NULs. */
	assert_int_equal(reply_code("2500", 3), 250);
	assert_int_equal(reply_code("250 ok", 2), 0);
	assert_int_equal(reply_code("250\0x", 5), 0);
	assert_int_equal(reply_code("2\0 0 x", 6), 0);
}

static void
test_class(void **state)
{
	static const struct {
		int code;
		enum reply_class class;
	} rows[] = {
		{ 100, CLASS_PRELIMINARY },
		{ 199, CLASS_PRELIMINARY },
		{ 200, CLASS_OK },
		{ 299, CLASS_OK },
		{ 354, CLASS_MORE },
		{ 421, CLASS_TRANSIENT },
		{ 500, CLASS_PERMANENT },
		{ 599, CLASS_PERMANENT },
		{ 0, CLASS_NONE },
		{ 99, CLASS_NONE },
		{ 600, CLASS_NONE },
		{ -1, CLASS_NONE },
		{ -250, CLASS_NONE },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++)
		assert_int_equal(reply_class_of(rows[i].code), rows[i].class);
}

/* Lines one after the other; the last of a reply closes it. */
static void
test_judge(void **state)
{
	static const struct {
		const char *line;
		enum reply_class class;
		int code;
		bool more;
	} rows[] = {
		{ "220-a", CLASS_OK, 220, true },
		{ "220 b", CLASS_OK, 220, false },
		{ "hello", CLASS_NONE, 0, false },
		{ "", CLASS_NONE, 0, false },
		{ "250-", CLASS_OK, 250, true },
		{ "no code", CLASS_OK, 250, true },
		{ "", CLASS_OK, 250, true },
		{ "2500", CLASS_OK, 250, true },
		{ "250", CLASS_OK, 250, false },
		{ "no code", CLASS_NONE, 0, false },
		{ "354 go", CLASS_MORE, 354, false },
		{ "120 soon", CLASS_PRELIMINARY, 120, false },
		{ "550-a", CLASS_PERMANENT, 550, true },
		{ "421 b", CLASS_TRANSIENT, 421, false },
	};
	struct hold hold = { 0 };
	const struct asked asked = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct judged j = reply_judge(&hold, &asked, rows[i].line,
		    strlen(rows[i].line));

		if (j.class != rows[i].class || j.code != rows[i].code ||
		    j.more != rows[i].more)
			fail_msg("row %zu: %d %d %d", i, (int)j.class, j.code,
			    j.more);
		assert_int_equal(hold.code != 0, rows[i].more);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_code),
		cmocka_unit_test(test_class),
		cmocka_unit_test(test_judge),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
