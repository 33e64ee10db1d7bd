/* SPDX-License-Identifier: ISC */
/* cutoff_test.c - replies that end with the connection. */
#include <stdlib.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "court.h"
#include "cutoff.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

static const struct item closed = { .kind = ITEM_EVENT,
	.event = EVENT_UPGRADE,
	.accepts = ACCEPT_CLOSED,
	.source = "<closed>",
	.source_len = 8,
	.line = 9 };

/* The server closes where the file says so. */
static void
cut(struct court *k)
{
	cutoff_reply(&k->trial, &k->live, &closed);
}

/* What stands on paper, from line 1 on, and what came. */
struct row {
	const char *wants[3], *came[3], *checks;
};

static void
play_rows(const struct row *rows, size_t count, enum match_mode mode)
{
	size_t i;

	for (i = 0; i < count; i++) {
		const struct row *r = &rows[i];
		struct court k;
		size_t n;

		court_begin(&k, "smtp");
		k.trial.mode = mode;
		for (n = 0; n < ROWS(r->wants) && r->wants[n] != NULL; n++)
			court_want(&k, n + 1, r->wants[n]);
		for (n = 0; n < ROWS(r->came) && r->came[n] != NULL; n++)
			court_hear(&k, r->came[n]);
		cut(&k);
		assert_int_equal(k.trial.arm, ARM_NONE);
		assert_int_equal(k.trial.settled, r->checks[0] != '\0');
		assert_int_equal(k.trial.match.count, 0);
		court_end(&k, r->checks);
	}
}

static void
test_status(void **state)
{
	static const struct row rows[] = {
		{ { NULL }, { NULL }, "" },
		{ { NULL }, { "220-a" }, "" },
		{ { "S: 220-a" }, { "220-x" }, "1 " },
		{ { "S: 220-a", "S: 220-b" }, { "220-x" }, "2 " },
		{ { "S: 220-a" }, { "220-x", "220-y" }, "1 " },
		{ { "S: 220-a" }, { "220 x" }, "1 " },
		{ { "S: 220-a" }, { "421-x" }, "-1 " },
		{ { "S: 220-a" }, { "421 x" }, "-1 " },
		{ { "S: 220-a" }, { NULL }, "-1 " },
		{ { "S% 220-a\\c" }, { NULL }, "9 " },
		/* The line without an end goes by that of the event. */
		{ { "S: 220-a", "S% 220-b\\c" }, { "220-x" }, "9 " },
		{ { "S: 220-a", "S% 220-b\\c" }, { "421-x" }, "-1 " },
		{ { "S: 220-a", "S~ -y$" }, { "220-x", "220-y" }, "2 " },
		{ { "S: 220-a", "S~ -y$" }, { "220-x" }, "-2 " },
		{ { "S! -y$", "S: 220-a" }, { "220-y" }, "-1 " },
		{ { "S$ 220-${}y" }, { "220-xy" }, "1 " },
	};

	(void)state;
	play_rows(rows, ROWS(rows), MATCH_BY_STATUS);
}

static void
test_text(void **state)
{
	static const struct row rows[] = {
		{ { "S: 220-a" }, { "220-a" }, "1 " },
		{ { "S: 220-a" }, { "220-x" }, "-1 " },
		{ { "S: 220-a" }, { "220-a", "220-b" }, "-1 " },
		{ { "S: 220-a", "S: 220-b" }, { "220-a" }, "-2 " },
		{ { "S: 220-a", "S% 220-\\x62\\c" }, { "220-a", "220-b" },
		    "9 " },
		{ { "S: 220-a", "S% 220-b\\c" }, { "220-a", "220-bc" }, "-9 " },
	};

	(void)state;
	play_rows(rows, ROWS(rows), MATCH_BY_TEXT);
}

/* What is armed already waits for its own. */
static void
test_armed(void **state)
{
	struct court k;

	(void)state;
	court_begin(&k, "smtp");
	court_want(&k, 1, "S: 220 a");
	cut(&k);
	assert_int_equal(k.trial.arm, ARM_REPLY);
	assert_int_equal(k.trial.settled, 0);
	court_hear(&k, "220 x");
	assert_true(trial_judge(&k.trial));
	court_end(&k, "1 ");
}

/* It is named by the command that it answers, and timed. */
static void
test_command(void **state)
{
	struct court k;

	(void)state;
	court_begin(&k, "smtp");
	court_want(&k, 1, "S: 220 a");
	court_hear(&k, "220 x");
	assert_true(trial_judge(&k.trial));
	court_say(&k, "EHLO me");
	k.trial.within = 2;
	k.trial.since = 3;
	court_want(&k, 4, "S: 250-a");
	k.trial.since_said = 1;
	court_hear(&k, "250-x");
	k.trial.since_said = 7;
	cut(&k);
	assert_int_equal(k.trial.asked, k.trial.paper.dialog.id);
	court_end(&k, "1 3 4 ");
}

/* That the reply before it was as this one should be is nothing. */
static void
test_nothing(void **state)
{
	static const char *const wants[] = { "S: 220-a", "S% 220-a\\c" };
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(wants); i++) {
		struct court k;

		court_begin(&k, "smtp");
		court_want(&k, 1, "S: 220 a");
		court_hear(&k, "220 x");
		assert_true(trial_judge(&k.trial));
		court_say(&k, "NOOP");
		court_want(&k, 3, wants[i]);
		cut(&k);
		/* Half a line has no status that could differ. */
		court_end(&k, i == 0 ? "1 -3 " : "1 9 ");
	}
}

/* Nothing of the connection before is left. */
static void
test_all(void **state)
{
	static const char *const wants[] = { "S$ 250-${}b\\c", "S% 250-b\\c" };
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(wants); i++) {
		struct court k;

		court_begin(&k, "smtp");
		court_want(&k, 1, "S: 220 a");
		court_hear(&k, "220 x");
		assert_true(trial_judge(&k.trial));
		court_say(&k, "EHLO me");
		court_want(&k, 3, "S: 250-a");
		court_want(&k, 4, wants[i]);
		court_hear(&k, "250-x");
		court_hear(&k, "250 x");
		trial_follow(&k.trial);
		k.trial.within = 2;
		cutoff_all(&k.trial);
		assert_int_equal(k.trial.arm, ARM_NONE);
		assert_int_equal(k.trial.asked, 0);
		assert_int_equal(inbox_size(&k.trial.inbox), 0);
		assert_true(k.trial.paper.undecided);
		assert_false(k.trial.paper.spoken);
		dialog_again(&k.live, k.live.proto, true);
		k.trial.since_said = 9;
		court_want(&k, 7, "S: 220 b");
		k.trial.mode = MATCH_BY_TEXT;
		court_hear(&k, "220 b");
		assert_true(trial_judge(&k.trial));
		court_end(&k, "1 7 ");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_status),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_armed),
		cmocka_unit_test(test_command),
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
