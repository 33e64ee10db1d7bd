/* SPDX-License-Identifier: ISC */
/* clock_test.c - a clock that goes on, in two units. */
#include <poll.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "clock.h"

static void
goes_on(void **state)
{
	int64_t before = clock_us(), after;

	(void)state;
	poll(NULL, 0, 20);
	after = clock_us();
	assert_in_range(after - before, 19000, 60000000);
}

static void
milliseconds_are_thousands(void **state)
{
	int64_t us = clock_us(), ms = clock_ms();

	(void)state;
	assert_in_range(ms - us / 1000, 0, 60000);
}

/* Long ago is a minute. */
static void
since_is_whole_and_has_an_end(void **state)
{
	int64_t before = clock_us();

	(void)state;
	assert_in_range(clock_since(before), 0, 59999);
	assert_in_range(clock_since(before - 7000), 7, 59999);
	assert_in_range(clock_since(before - 20000 * 1000), 20000, 59999);
	assert_int_equal(clock_since(before - 60000 * 1000), 60000);
	assert_int_equal(clock_since(before - INT64_C(100000000000000)), 60000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(goes_on),
		cmocka_unit_test(milliseconds_are_thousands),
		cmocka_unit_test(since_is_whole_and_has_an_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
