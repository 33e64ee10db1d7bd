/* SPDX-License-Identifier: ISC */
/* trial_test.c - what is held against what, and what is kept of it. */
#include <stdlib.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "court.h"

/* Lines wait until a reply is complete on paper, and it is held against the
 * reply that is complete live. */
static void
test_reply(void **state)
{
	struct court k;

	(void)state;
	court_begin(&k, "smtp");
	court_hear(&k, "220-a");
	court_want(&k, 1, "S: 220-x");
	assert_int_equal(k.trial.arm, ARM_NONE);
	court_want(&k, 2, "S: 220 y");
	assert_int_equal(k.trial.arm, ARM_REPLY);
	assert_false(trial_judge(&k.trial));
	court_hear(&k, "220 b");
	court_hear(&k, "250 early");
	assert_true(trial_judge(&k.trial));
	assert_int_equal(k.trial.arm, ARM_NONE);
	assert_int_equal(k.trial.settled, 1);
	court_say(&k, "NOOP");
	court_want(&k, 4, "S: 250 z");
	/* It was said too early, but it is what comes next. */
	assert_true(trial_judge(&k.trial));
	court_end(&k, "2 4 ");
}

/* A reply that the paper leaves out is heard on it, too. */
static void
test_follow(void **state)
{
	struct court k;

	(void)state;
	court_begin(&k, "smtp");
	assert_true(trial_tail(&k.trial, false));
	trial_follow(&k.trial);
	assert_false(trial_judge(&k.trial));
	court_hear(&k, "220-a");
	assert_false(trial_judge(&k.trial));
	assert_int_equal(dialog_turn(&k.trial.paper.dialog), TURN_SERVER);
	court_hear(&k, "220 a");
	assert_true(trial_judge(&k.trial));
	assert_int_equal(dialog_turn(&k.trial.paper.dialog), TURN_COMMAND);
	court_say(&k, "DATA");
	trial_follow(&k.trial);
	court_hear(&k, "503 no");
	assert_true(trial_judge(&k.trial));
	assert_int_equal(k.trial.astray, ASTRAY);
	assert_int_equal(k.trial.paper.dialog.state, TURN_COMMAND);
	court_end(&k, "");
}

/* What stands before a line of ours, or an event. */
static void
test_tail(void **state)
{
	static const struct {
		const char *proto, *wants[2];
		bool event, tail;
		enum trial_arm arm;
	} rows[] = {
		{ "smtp", { NULL, NULL }, false, true, ARM_NONE },
		{ "smtp", { "S~ ^2", NULL }, false, false, ARM_FOLLOW },
		{ "smtp", { "S! ^2", NULL }, true, false, ARM_FOLLOW },
		{ "smtp", { "S: 220-a", NULL }, false, false, ARM_FOLLOW },
		{ "smtp", { "S: 220-a", NULL }, true, true, ARM_NONE },
		{ "smtp", { "S: what", NULL }, false, false, ARM_FOLLOW },
		{ "imap", { "S: * NO a", NULL }, false, false, ARM_FOLLOW },
		{ "irc", { "S: :a 372 me :b", NULL }, false, true, ARM_NONE },
		{ "irc", { "S: :a 372 me :b", "S~ c" }, false, false,
		    ARM_LINES },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct court k;
		size_t n;

		court_begin(&k, rows[i].proto);
		for (n = 0; n < 2 && rows[i].wants[n] != NULL; n++)
			court_want(&k, n + 1, rows[i].wants[n]);
		if (trial_tail(&k.trial, rows[i].event) != rows[i].tail ||
		    k.trial.arm != rows[i].arm)
			fail_msg("row %zu: armed %d", i, (int)k.trial.arm);
		court_end(&k, "");
	}
}

/* What counts is when the last byte of the reply came, and of no other. */
static void
test_time(void **state)
{
	static const struct {
		double came[3];
		const char *checks;
	} rows[] = {
		{ { 0.5, 2.5, 9 }, "-7 8 10 " },
		{ { 0.5, 2, 9 }, "7 8 10 " },
		{ { 2.5, 1, 9 }, "7 8 10 " },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct court k;

		court_begin(&k, "smtp");
		k.trial.within = 2;
		k.trial.since = 7;
		k.trial.since_said = rows[i].came[0];
		court_hear(&k, "220-a");
		k.trial.since_said = rows[i].came[1];
		court_hear(&k, "220 a");
		k.trial.since_said = rows[i].came[2];
		court_hear(&k, "250-early");
		court_want(&k, 8, "S: 220");
		assert_true(trial_judge(&k.trial));
		court_say(&k, "NOOP");
		court_want(&k, 10, "S: 250");
		court_hear(&k, "250 a");
		/* It was about the one reply. */
		assert_true(trial_judge(&k.trial));
		court_end(&k, rows[i].checks);
	}
}

static void
test_over(void **state)
{
	struct court k;

	(void)state;
	court_begin(&k, "smtp");
	watch_add(&k.trial.watch, 1, "^250", 4);
	watch_add(&k.trial.watch, 2, "^550", 4);
	watch_add(&k.trial.watch, 3, "b$", 2);
	watch_add(&k.trial.watch, 9, "^55", 3);
	court_want(&k, 4, "S: 220");
	court_hear(&k, "220 b");
	assert_true(trial_judge(&k.trial));
	court_hear(&k, "550 b");
	trial_over(&k.trial);
	court_end(&k, "-3 4 -2 -9 1 ");
}

/* A secret is masked before the line is cut. */
static void
test_masked(void **state)
{
	char secret[2000], line[2100];
	struct court k;

	(void)state;
	court_begin(&k, "smtp");
	memset(secret, 's', sizeof secret - 1);
	secret[sizeof secret - 1] = '\0';
	vars_set(&k.vars, "secret:x", 8, secret, sizeof secret - 1);
	snprintf(line, sizeof line, "550 %s", secret);
	court_want(&k, 1, "S: 220");
	court_hear(&k, line);
	assert_true(trial_judge(&k.trial));
	assert_int_equal(k.got.len, 12);
	assert_memory_equal(buf_bytes(&k.got), "550 ********", 12);
	court_end(&k, "-1 ");
}

/* What nobody waits for is not kept without end. */
static void
test_flood(void **state)
{
	static char line[1001];
	struct court k;
	size_t i;

	(void)state;
	memset(line, 'x', sizeof line - 1);
	court_begin(&k, "smtp");
	for (i = 0; i < 20000; i++)
		court_hear(&k, line);
	assert_true(k.trial.flooded);
	assert_true(inbox_size(&k.trial.inbox) <= 17 << 20);
	court_end(&k, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reply),
		cmocka_unit_test(test_follow),
		cmocka_unit_test(test_tail),
		cmocka_unit_test(test_time),
		cmocka_unit_test(test_over),
		cmocka_unit_test(test_masked),
		cmocka_unit_test(test_flood),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
