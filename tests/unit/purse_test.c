/* SPDX-License-Identifier: ISC */
/* purse_test.c - secrets that came in the environment. */
#include <stdlib.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "purse.h"
#include "vars.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

extern char **environ;

/* The longest name of a secret, and one that is too long. */
#define LONGEST \
	"TELEX_SECRET_" \
	"12345678901234567890123456789012345678901234567890" \
	"1234567"

static const struct {
	const char *name, *value;
	bool kept, taken;
} rows[] = {
	{ "TELEX_PASSWORD", "hunter2", true, true },
	{ "TELEX_PROXY_PASSWORD", "a=b", true, true },
	{ "TELEX_SECRET_1", "one", true, true },
	{ "TELEX_SECRET_mrose", "", true, true },
	{ "TELEX_SECRET_TELEX_SECRET_", "x", true, true },
	{ LONGEST, "x", true, true },
	{ LONGEST "8", "nobody can ask for it", false, true },
	{ "TELEX_SECRET_a-b", "nor for this", false, true },
	{ "TELEX_SECRET_", "no name", false, false },
	{ "TELEX_PASSWORDS", "another", false, false },
	{ "XTELEX_PASSWORD", "another", false, false },
	{ "TELEX_PASSWOR", "another", false, false },
	{ "TELEX_VAR_name", "open", false, false },
	{ "TELEX_COLORS", "ok=32", false, false },
};

/* Each is taken and kept, whatever stands beside it. */
static void
test_rows(void **state)
{
	struct vars purse = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++)
		assert_int_equal(setenv(rows[i].name, rows[i].value, 1), 0);
	purse_take(&purse);
	for (i = 0; i < ROWS(rows); i++) {
		const char *left = getenv(rows[i].name);
		const char *kept = purse_get(&purse, rows[i].name);

		if ((left == NULL) != rows[i].taken ||
		    (kept != NULL) != rows[i].kept)
			fail_msg("%s is %s and %s", rows[i].name,
			    left == NULL ? "taken" : "left",
			    kept == NULL ? "lost" : "kept");
		if (left != NULL)
			assert_string_equal(left, rows[i].value);
		if (kept != NULL)
			assert_string_equal(kept, rows[i].value);
		unsetenv(rows[i].name);
	}
	vars_free(&purse);
}

static void
test_get(void **state)
{
	struct vars purse = { 0 };

	(void)state;
	assert_null(purse_get(NULL, "TELEX_PASSWORD"));
	assert_null(purse_get(&purse, "TELEX_PASSWORD"));
	purse_take(&purse);
	assert_int_equal(purse.count, 0);
	vars_free(&purse);
}

/* Where it stood, nothing stands any more, and nobody is in the way. */
static void
test_place(void **state)
{
	char first[] = "TELEX_PASSWORD=first";
	char bare[] = "TELEX_PASSWORD";
	char again[] = "TELEX_PASSWORD=second";
	char other[] = "OTHER=third";
	char *own[] = { first, bare, again, other, NULL };
	char *none[] = { NULL };
	char **before = environ;
	struct vars purse = { 0 };

	(void)state;
	environ = own;
	purse_take(&purse);
	environ = before;
	assert_string_equal(purse_get(&purse, "TELEX_PASSWORD"), "first");
	assert_string_equal(first, "TELEX_PASSWORD=");
	assert_int_equal(first[sizeof first - 2], '\0');
	assert_string_equal(again, "TELEX_PASSWORD=");
	assert_string_equal(other, "OTHER=third");
	vars_free(&purse);
	environ = none;
	purse_take(&purse);
	environ = NULL;
	purse_take(&purse);
	environ = before;
	assert_int_equal(purse.count, 0);
}

/* What was asked for is kept for that question, and not for long. */
static void
test_kept(void **state)
{
	struct vars purse = { 0 };

	(void)state;
	assert_null(purse_kept(NULL, "who"));
	purse_keep(NULL, "who", "me");
	assert_null(purse_kept(&purse, "who"));
	assert_null(purse_kept(&purse, ""));
	purse_keep(&purse, "who", "me");
	assert_string_equal(purse_kept(&purse, "who"), "me");
	assert_null(purse_kept(&purse, "what"));
	assert_null(purse_get(&purse, "TELEX_PASSWORD"));
	purse_keep(&purse, "what", "it");
	assert_string_equal(purse_kept(&purse, "what"), "it");
	assert_null(purse_kept(&purse, "who"));
	purse_forget(&purse);
	assert_null(purse_kept(&purse, "what"));
	vars_free(&purse);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_get),
		cmocka_unit_test(test_place),
		cmocka_unit_test(test_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
