/* SPDX-License-Identifier: ISC */
/* chance_test.c - numbers by chance, each as likely as the others. */
#include <stdbool.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "chance.h"

enum { THROWS = 6000 };

static void
test_range(void **state)
{
	static const uint32_t rows[] = { 1, 2, 3, 1000, 65536, 0x80000000,
		0x80000001, UINT32_MAX };
	size_t i, k;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		for (k = 0; k < 50; k++)
			assert_true(chance_below(NULL, rows[i]) < rows[i]);
	}
}

/* Of a fair die no side is off by a tenth of what is expected: that is 3.5
 * standard deviations here, so three throws in a row must fail. */
static void
test_fair(void **state)
{
	int bad = 0, round;

	(void)state;
	for (round = 0; round < 3; round++) {
		unsigned sides[6] = { 0 };
		bool even = true;
		size_t i;

		for (i = 0; i < THROWS; i++)
			sides[chance_below(NULL, 6)]++;
		for (i = 0; i < 6; i++)
			even = even && sides[i] > 900 && sides[i] < 1100;
		bad += !even;
	}
	assert_true(bad < 3);
}

/* What is above half of all numbers is where a wrong rest would show: every
 * third number would come twice as often. */
static void
test_high(void **state)
{
	const uint32_t n = 0xC0000000;
	unsigned low = 0;
	size_t i;

	(void)state;
	for (i = 0; i < THROWS; i++)
		low += chance_below(NULL, n) < 0x40000000;
	/* A third, not a half. */
	assert_true(low > THROWS / 4 && low < THROWS * 5 / 12);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_range),
		cmocka_unit_test(test_fair),
		cmocka_unit_test(test_high),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
