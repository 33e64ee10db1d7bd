/* SPDX-License-Identifier: ISC */
/* judge_test.c - unknown recipients, and strangers that come again. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "practice/judge.h"

static bool
is_user(void *arg, const char *user)
{
	(void)arg;
	return strcmp(user, "alice") == 0;
}

static void
test_known(void **state)
{
	struct judge j = { .known = true, .is_user = is_user };

	(void)state;
	assert_null(judge_recipient(&j, "", "alice@x.org", 0));
	assert_null(judge_recipient(&j, "", "Postmaster", 0));
	assert_null(judge_recipient(&j, "", "postmaster@x.org", 0));
	assert_non_null(judge_recipient(&j, "", "bob@x.org", 0));
	assert_non_null(judge_recipient(&j, "", "", 0));
	j.known = false;
	assert_null(judge_recipient(&j, "", "bob@x.org", 0));
	judge_free(&j);
}

static void
test_greylist(void **state)
{
	struct judge j = { .greylist = 10 };
	char to[32];
	int i;

	(void)state;
	assert_string_equal(judge_recipient(&j, "a@x", "b@x", 100),
	    "451 4.7.1 Greylisted: who means it comes again in 10 s");
	assert_string_equal(judge_recipient(&j, "a@x", "b@x", 109),
	    "451 4.7.1 Greylisted: who means it comes again in 1 s");
	assert_null(judge_recipient(&j, "a@x", "b@x", 110));
	assert_null(judge_recipient(&j, "a@x", "b@x", 111));
	assert_non_null(judge_recipient(&j, "b@x", "a@x", 111));
	assert_non_null(judge_recipient(&j, "", "a@x>b@x", 111));
	for (i = 0; i < JUDGE_PAIRS; i++) {
		snprintf(to, sizeof to, "u%d@x", i);
		assert_non_null(judge_recipient(&j, "a@x", to, 200));
	}
	/* Forgotten, because so many came since. */
	assert_non_null(judge_recipient(&j, "a@x", "b@x", 300));
	assert_null(judge_recipient(&j, "a@x", to, 300));
	judge_free(&j);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known),
		cmocka_unit_test(test_greylist),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
