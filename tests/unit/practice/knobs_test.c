/* SPDX-License-Identifier: ISC */
/* knobs_test.c - what can be set, and what cannot. */
#include <stdbool.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "buf.h"
#include "fail.h"
#include "identity.h"
#include "practice/knobs.h"

static void
test_set(void **state)
{
	static const char *const texts[] = { "strict", "auth", "known",
		"no-starttls", "greylist=7", "slow=100", "size=1000",
		"mailbox=2000", "certificate=wrong-name",
		"certificate=expired" };
	struct knobs k;
	struct fail f;
	size_t i;

	(void)state;
	knobs_init(&k);
	assert_false(k.strict || k.auth || k.known || k.no_starttls);
	assert_int_equal(k.faults + k.slow + (size_t)k.greylist, 0);
	assert_true(k.size > 0 && k.box > k.size);
	for (i = 0; i < sizeof texts / sizeof texts[0]; i++)
		assert_int_equal(knobs_set(&k, texts[i], &f), 0);
	assert_true(k.strict && k.auth && k.known && k.no_starttls);
	assert_int_equal(k.greylist, 7);
	assert_int_equal(k.slow, 100);
	assert_int_equal(k.size, 1000);
	assert_int_equal(k.box, 2000);
	assert_int_equal(k.faults, IDENTITY_WRONG_NAME | IDENTITY_EXPIRED);
	assert_int_equal(knobs_set(&k, "greylist", &f), 0);
	assert_int_equal(k.greylist, 10);
	knobs_free(&k);
}

static void
test_wrong(void **state)
{
	static const char *const texts[] = { "", "nothing", "strict=yes",
		"size", "size=", "size=0", "size=x", "slow=-1", "greylist=0",
		"certificate", "certificate=good", "user",
		"user=", "user=alice", "user=:x", "user=alice:" };
	struct knobs k;
	struct fail f;
	size_t i;

	(void)state;
	knobs_init(&k);
	for (i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		assert_int_equal(knobs_set(&k, texts[i], &f), -1);
		assert_int_equal(f.status, STATUS_USAGE);
	}
	assert_string_equal(knobs_password(&k, "alice"), "wonderland");
	knobs_free(&k);
}

static void
test_users(void **state)
{
	struct knobs k;
	struct fail f;

	(void)state;
	knobs_init(&k);
	assert_string_equal(knobs_password(&k, "alice"), "wonderland");
	assert_null(knobs_password(&k, "bob"));
	assert_int_equal(knobs_set(&k, "user=bob:a:b", &f), 0);
	assert_int_equal(knobs_set(&k, "user=carol:c", &f), 0);
	assert_null(knobs_password(&k, "alice"));
	assert_string_equal(knobs_password(&k, "bob"), "a:b");
	assert_string_equal(knobs_password(&k, "carol"), "c");
	knobs_free(&k);
}

static void
test_help(void **state)
{
	struct buf text = { 0 };

	(void)state;
	knobs_help(&text);
	buf_add(&text, "", 1);
	assert_non_null(strstr(buf_bytes(&text), "  greylist[=SECONDS] "));
	assert_non_null(strstr(buf_bytes(&text), "  strict "));
	buf_free(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_set),
		cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_users),
		cmocka_unit_test(test_help),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
