/* SPDX-License-Identifier: ISC */
/* vars_test.c - names, values and what hides secret ones. */
#include <stdio.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "buf.h"
#include "vars.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

static void
set(struct vars *v, const char *name, const char *value)
{
	vars_set(v, name, strlen(name), value, strlen(value));
}

static void
assert_value(const struct vars *v, const char *name, const char *value)
{
	const struct var *var = vars_get(v, name, strlen(name));

	assert_non_null(var);
	assert_string_equal(var->name, name);
	assert_int_equal(var->len, strlen(value));
	assert_memory_equal(var->value, value, var->len);
}

static void
test_names(void **state)
{
	static const struct {
		const char *name;
		bool good, secret;
	} rows[] = {
		{ "a", true, false },
		{ "DATE", true, false },
		{ "0_9", true, false },
		{ "secret:1", true, true },
		{ "secret:", true, false },
		{ "secret", true, false },
		{ "Secret:1", true, false },
		{ "a:secret:1", true, false },
		{ "", false, false },
		{ "a b", false, false },
		{ "a-b", false, false },
		{ "a.b", false, false },
		{ "a}", false, false },
		{ "@", false, false },
		{ "[", false, false },
		{ "`", false, false },
		{ "/", false, false },
		{ ";", false, false },
		{ "\xc3\xa9", false, false },
	};
	char longest[VARS_NAME_MOST + 1];
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		size_t n = strlen(rows[i].name);

		assert_int_equal(vars_name(rows[i].name, n), rows[i].good);
		assert_int_equal(vars_is_secret(rows[i].name, n),
		    rows[i].secret);
	}
	assert_false(vars_name("a\0b", 3));
	memset(longest, 'x', sizeof longest);
	assert_true(vars_name(longest, VARS_NAME_MOST));
	assert_false(vars_name(longest, VARS_NAME_MOST + 1));
}

static void
test_set_and_get(void **state)
{
	struct vars v = { 0 };
	const struct var *var;

	(void)state;
	assert_null(vars_get(&v, "a", 1));
	set(&v, "a", "1");
	set(&v, "ab", "2");
	set(&v, "secret:x", "3");
	assert_value(&v, "a", "1");
	assert_value(&v, "ab", "2");
	assert_value(&v, "secret:x", "3");
	assert_false(vars_get(&v, "a", 1)->secret);
	assert_true(vars_get(&v, "secret:x", 8)->secret);
	assert_null(vars_get(&v, "b", 1));
	assert_null(vars_get(&v, "abc", 3));
	assert_null(vars_get(&v, "secret", 6));
	assert_null(vars_get(&v, "", 0));
	set(&v, "a", "longer than before");
	assert_value(&v, "a", "longer than before");
	assert_int_equal(v.count, 3);
	var = vars_get(&v, "a", 1);
	vars_set(&v, "a", 1, var->value + 7, 4);
	assert_value(&v, "a", "than");
	set(&v, "a", "");
	assert_value(&v, "a", "");
	vars_set(&v, "nul", 3, "a\0b", 3);
	assert_int_equal(vars_get(&v, "nul", 3)->len, 3);
	assert_memory_equal(vars_get(&v, "nul", 3)->value, "a\0b", 3);
	vars_free(&v);
	assert_int_equal(v.count, 0);
	assert_null(vars_get(&v, "a", 1));
}

static void
test_many(void **state)
{
	struct vars v = { 0 };
	char name[16];
	int i;

	(void)state;
	for (i = 0; i < 300; i++) {
		snprintf(name, sizeof name, "v%d", i);
		set(&v, name, name);
	}
	for (i = 0; i < 300; i++) {
		snprintf(name, sizeof name, "v%d", i);
		assert_value(&v, name, name);
	}
	vars_free(&v);
}

static void
test_copy(void **state)
{
	struct vars from = { 0 }, to = { 0 };

	(void)state;
	set(&from, "a", "new");
	set(&from, "secret:b", "hidden");
	set(&to, "a", "old");
	set(&to, "c", "kept");
	vars_copy(&to, &from);
	vars_free(&from);
	assert_value(&to, "a", "new");
	assert_value(&to, "secret:b", "hidden");
	assert_true(vars_get(&to, "secret:b", 8)->secret);
	assert_value(&to, "c", "kept");
	vars_free(&to);
}

static void
test_mask(void **state)
{
	static const struct {
		const char *text, *shown;
	} rows[] = {
		{ "", "" },
		{ "nothing", "nothing" },
		{ "open", "open" },
		{ "abc", "********" },
		{ "PASS abc now", "PASS ******** now" },
		{ "ab abc", "ab ********" },
		{ "abcabc", "****************" },
		{ "abcde", "********" },
		{ "abcdef", "********f" },
		{ "cdeabc", "****************" },
		{ "xyzw", "********" },
		{ "xyzwv", "********" },
		{ "xyz", "x********" },
		{ "yz", "********" },
		{ "xyz!", "x********!" },
		{ "ababc", "ab********" },
	};
	struct vars v = { 0 };
	struct buf b = { 0 };
	size_t i;

	(void)state;
	set(&v, "public", "open");
	set(&v, "secret:empty", "");
	set(&v, "secret:1", "abc");
	set(&v, "secret:2", "cde");
	set(&v, "secret:3", "xyzw");
	set(&v, "secret:4", "yz");
	set(&v, "secret:5", "xyzwv");
	for (i = 0; i < ROWS(rows); i++) {
		buf_clear(&b);
		buf_adds(&b, "> ");
		vars_mask(&v, &b, rows[i].text, strlen(rows[i].text));
		buf_add(&b, "", 1);
		assert_string_equal(buf_bytes(&b) + 2, rows[i].shown);
	}
	buf_free(&b);
	vars_free(&v);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_set_and_get),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_copy),
		cmocka_unit_test(test_mask),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
