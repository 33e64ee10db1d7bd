/* SPDX-License-Identifier: ISC */
/* stopwatch_test.c - which command took how long, and the summary. */
#include <stdio.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "buf.h"
#include "stopwatch.h"

static struct stopwatch watch;

static int
begin(void **state)
{
	(void)state;
	stopwatch_begin(&watch, 1000);
	return 0;
}

static void
summary_is(int64_t now, const char *wanted)
{
	struct buf text = { 0 };

	stopwatch_lines(&watch, now, &text);
	buf_add(&text, "", 1);
	assert_string_equal(buf_bytes(&text), wanted);
	buf_free(&text);
}

static void
each_command_has_its_own_time(void **state)
{
	(void)state;
	stopwatch_sent(&watch, 1, 2000);
	stopwatch_sent(&watch, 3, 2500);
	/* What is there already keeps its time. */
	stopwatch_sent(&watch, 3, 9000);
	assert_int_equal(stopwatch_took(&watch, 1, 3000), 1000);
	assert_int_equal(stopwatch_took(&watch, 2, 3000), 500);
	assert_int_equal(stopwatch_took(&watch, 3, 4000), 1500);
}

static void
the_greeting_is_awaited(void **state)
{
	(void)state;
	assert_int_equal(stopwatch_took(&watch, 0, 1700), 700);
	stopwatch_await(&watch, 5000);
	assert_int_equal(stopwatch_took(&watch, 0, 5100), 100);
}

static void
the_ring_holds_the_last(void **state)
{
	unsigned i;

	(void)state;
	for (i = 1; i <= 3 * STOPWATCH_RING; i++)
		stopwatch_sent(&watch, i, 1000 + i);
	assert_int_equal(stopwatch_took(&watch, 3 * STOPWATCH_RING, 5000),
	    5000 - (1000 + 3 * STOPWATCH_RING));
	assert_int_equal(stopwatch_took(&watch, 2 * STOPWATCH_RING + 1, 5000),
	    5000 - (1001 + 2 * STOPWATCH_RING));
	/* One that is forgotten counts from the beginning. */
	assert_int_equal(stopwatch_took(&watch, 5, 5000), 4000);
}

static void
many_at_once(void **state)
{
	(void)state;
	stopwatch_sent(&watch, 1000000, 2000);
	assert_int_equal(stopwatch_took(&watch, 1000000, 2100), 100);
	assert_int_equal(stopwatch_took(&watch, 1000000 - 1023, 2100), 100);
}

static void
numbers_begin_again(void **state)
{
	(void)state;
	watch.last = UINT32_MAX - 1;
	stopwatch_sent(&watch, 2, 4000);
	assert_int_equal(stopwatch_took(&watch, UINT32_MAX, 4500), 500);
	assert_int_equal(stopwatch_took(&watch, 2, 4600), 600);
}

static void
the_summary_has_phases_and_commands(void **state)
{
	(void)state;
	stopwatch_phase(&watch, PHASE_LOOKUP, 1500);
	stopwatch_phase(&watch, PHASE_GREETING, 20000);
	stopwatch_phase(&watch, PHASE_GREETING, 1000);
	stopwatch_lap(&watch, "EHLO", 3000);
	stopwatch_lap(&watch, "RCPT", 1000);
	stopwatch_lap(&watch, "RCPT", 9000);
	assert_int_equal(watch.slowest, 20000);
	summary_is(101000,
	    "  look-up               1.5 ms\n"
	    "  greeting             21.0 ms\n"
	    "  EHLO                  3.0 ms\n"
	    "  RCPT                 10.0 ms  2 times, at most 9.0 ms\n"
	    "  in all              100.0 ms\n");
}

/* A tarpit makes its client wait for the greeting alone. */
static void
the_greeting_is_a_reply(void **state)
{
	(void)state;
	stopwatch_phase(&watch, PHASE_LOOKUP, 50000);
	stopwatch_phase(&watch, PHASE_CONNECT, 50000);
	stopwatch_phase(&watch, PHASE_TLS, 50000);
	assert_int_equal(watch.slowest, 0);
	stopwatch_phase(&watch, PHASE_GREETING, 20000);
	stopwatch_lap(&watch, "EHLO", 3000);
	assert_int_equal(watch.slowest, 20000);
	stopwatch_phase(&watch, PHASE_GREETING, 10000);
	assert_int_equal(watch.slowest, 20000);
}

/* The commands of NNTP have long names; all those of one are one row. */
static void
long_words_are_counted_too(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		stopwatch_lap(&watch, "LIST DISTRIBUTIONS", 2000);
		stopwatch_lap(&watch, "A WORD THAT IS LONGER THAN ANY", 1000);
	}
	summary_is(2000,
	    "  LIST DISTRIBUTIONS    4.0 ms  2 times, at most 2.0 ms\n"
	    "  A WORD THAT IS LONGER T 2.0 ms  2 times, at most 1.0 ms\n"
	    "  in all                1.0 ms\n");
}

static void
nothing_happened(void **state)
{
	(void)state;
	summary_is(3000, "  in all                2.0 ms\n");
}

static void
a_flood_of_words_stays_small(void **state)
{
	char word[32];
	unsigned i;

	(void)state;
	for (i = 0; i < 1000; i++) {
		snprintf(word, sizeof word, "VERB%uWITHALONGNAME", i);
		stopwatch_lap(&watch, word, 10);
	}
	assert_int_equal(watch.nlaps, STOPWATCH_ROWS);
	assert_string_equal(watch.laps[STOPWATCH_ROWS].word, "others");
	assert_int_equal(watch.laps[STOPWATCH_ROWS].count,
	    1000 - STOPWATCH_ROWS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(each_command_has_its_own_time, begin),
		cmocka_unit_test_setup(the_greeting_is_awaited, begin),
		cmocka_unit_test_setup(the_ring_holds_the_last, begin),
		cmocka_unit_test_setup(many_at_once, begin),
		cmocka_unit_test_setup(numbers_begin_again, begin),
		cmocka_unit_test_setup(the_summary_has_phases_and_commands,
		    begin),
		cmocka_unit_test_setup(the_greeting_is_a_reply, begin),
		cmocka_unit_test_setup(long_words_are_counted_too, begin),
		cmocka_unit_test_setup(nothing_happened, begin),
		cmocka_unit_test_setup(a_flood_of_words_stays_small, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
