/* SPDX-License-Identifier: ISC */
/* imapdate_test.c - days and times, there and back. */
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "buf.h"
#include "practice/imapdate.h"
#include "practice/imapin.h"

static void
test_times(void **state)
{
	static const struct {
		const char *text;
		time_t when; /* -1: none */
		const char *said;
	} rows[] = {
		{ "\"17-Jul-1996 02:44:25 -0700\"", 837596665,
		    "\"17-Jul-1996 09:44:25 +0000\"" },
		{ "\" 1-Jan-1970 00:00:00 +0000\"", 0,
		    "\" 1-Jan-1970 00:00:00 +0000\"" },
		{ "\"29-Feb-2024 23:59:59 +0530\"", 1709231399,
		    "\"29-Feb-2024 18:29:59 +0000\"" },
		{ "\"31-dec-1969 12:00:00 +0000\"", -43200,
		    "\"31-Dec-1969 12:00:00 +0000\"" },
		{ "17-Jul-1996 02:44:25 -0700", -1, NULL },
		{ "\"17-Jul-1996 02:44:25\"", -1, NULL },
		{ "\"17-Jul-1996 24:44:25 +0000\"", -1, NULL },
		{ "\"32-Jul-1996 02:44:25 +0000\"", -1, NULL },
		{ "\"17-Foo-1996 02:44:25 +0000\"", -1, NULL },
		{ "\"17-Jul-1996 02:44:25 0000\"", -1, NULL },
		{ "", -1, NULL },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct imapin in = { rows[i].text, strlen(rows[i].text), 0 };
		struct buf b = { 0 };
		time_t when = -1;

		assert_int_equal(imapdate_time(&in, &when),
		    rows[i].said != NULL);
		assert_int_equal(when, rows[i].when);
		assert_int_equal(in.at, rows[i].said == NULL ? 0 : in.len);
		if (rows[i].said == NULL)
			continue;
		imapdate_say(&b, when);
		buf_add(&b, "", 1);
		assert_string_equal(buf_bytes(&b), rows[i].said);
		buf_free(&b);
	}
}

static void
test_days(void **state)
{
	static const struct {
		const char *text;
		long day; /* -1000: none */
	} rows[] = {
		{ "1-Jan-1970", 0 },
		{ "2-Feb-1970", 32 },
		{ "\"1-Mar-1972\"", 790 },
		{ "01-MAR-2000", 11017 },
		{ "1-Mar-2100", 47541 },
		{ "31-Dec-1969", -1 },
		{ "yesterday", -1000 },
		{ "\"1-Jan-1970", -1000 },
		{ "1 Jan 1970", -1000 },
		{ "0-Jan-1970", -1000 },
		{ "1-Jan-10000", -1000 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct imapin in = { rows[i].text, strlen(rows[i].text), 0 };
		long day = -1000;

		assert_int_equal(imapdate_read(&in, &day),
		    rows[i].day != -1000);
		if (rows[i].day != -1000)
			assert_int_equal(day, rows[i].day);
	}
	assert_int_equal(imapdate_day(0), 0);
	assert_int_equal(imapdate_day(86399), 0);
	assert_int_equal(imapdate_day(86400), 1);
	assert_int_equal(imapdate_day(-1), -1);
	assert_int_equal(imapdate_day(-86400), -1);
	assert_int_equal(imapdate_day(-86401), -2);
}

static void
test_fields(void **state)
{
	static const struct {
		const char *text;
		bool good;
	} rows[] = {
		{ "Wed, 17 Jul 1996 02:44:25 -0700", true },
		{ "17 Jul 1996 23:44:25 -0700 (PDT)", true },
		{ "Wed,17 Jul 1996", true },
		{ "July 17th", false },
		{ "", false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		long day = 0;

		assert_int_equal(
		    imapdate_field(rows[i].text, strlen(rows[i].text), &day),
		    rows[i].good);
		if (rows[i].good)
			assert_int_equal(day, 9694);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_days),
		cmocka_unit_test(test_fields),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
