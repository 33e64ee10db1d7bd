/* SPDX-License-Identifier: ISC */
/* console_test.c - local commands about the terminal. */
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "local.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

static void
test_toggles(void **state)
{
	static const struct local_row rows[] = {
		{ "on", { "^time on", "^time on" }, "",
		    "* time is on\n* time is on\n" },
		{ "off", { "^time off" }, "", "* time is off\n" },
		{ "the other", { "^time", "^time" }, "",
		    "* time is on\n* time is off\n" },
		{ "neither", { "^time what", "^time" }, "",
		    "telex: time: say on or off\n* time is on\n" },
		{ "raw", { "^raw" }, "", "* raw is on\n" },
		{ "color", { "^color on", "^color" }, "",
		    "* color is on\n\033[2m* color is off\033[0m\n" },
	};

	(void)state;
	local_rows(rows, ROWS(rows));
}

/* They do what they say, too. */
static void
test_effects(void **state)
{
	static const char *const raw[] = { "^raw on", "S:220 \033[1mx\r\n",
		NULL };
	static const char *const harmless[] = { "^raw on", "^raw off",
		"S:220 \033[1mx\r\n", NULL };
	static const char *const color[] = { "^color on", "S:220 x\r\n", NULL };
	static const char *const watch[] = { "S:220 x\r\n", "^time on",
		"C:NOOP", "S:250 y\r\n", NULL };
	static struct desk d;

	(void)state;
	local_play(&d, raw);
	assert_non_null(strstr(buf_bytes(&d.seen), "220 \033[1mx"));
	desk_free(&d);
	local_play(&d, harmless);
	assert_null(strstr(buf_bytes(&d.seen), "\033[1mx"));
	assert_non_null(strstr(buf_bytes(&d.seen), "220 "));
	desk_free(&d);
	d.opt.color = WHEN_NEVER;
	local_play(&d, color);
	assert_non_null(strstr(buf_bytes(&d.seen), "m220 x\033["));
	desk_free(&d);
	local_play(&d, watch);
	assert_int_equal(strncmp(d.st.err, "* time is on\n* ", 15), 0);
	assert_non_null(strstr(d.st.err, " s\n"));
	desk_free(&d);
}

static void
test_history(void **state)
{
	static const struct {
		const char *arg, *err;
	} rows[] = {
		{ "", "one\ntwo\nthree\n" },
		{ "2", "two\nthree\n" },
		{ "9", "one\ntwo\nthree\n" },
		{ "0", "telex: history: how many lines?\n" },
		{ "x", "telex: history: how many lines?\n" },
	};
	static const char *const lines[] = { "one", "two", "three" };
	static struct desk d;
	size_t i, k;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		char line[40];

		desk_begin(&d, &proto_smtp, NULL);
		for (k = 0; k < ROWS(lines); k++)
			term_remember(d.term, lines[k], strlen(lines[k]));
		snprintf(line, sizeof line, "history %s", rows[i].arg);
		command_run(&d.typing.local, line, strlen(line));
		desk_end(&d);
		assert_string_equal(d.st.err, rows[i].err);
		desk_free(&d);
	}
}

/* A program has the terminal, with the words behind the "!". */
static void
test_shell(void **state)
{
	static const struct local_row rows[] = {
		{ "a command", { "^!echo 'a  b' >&2" }, "", "a  b\n" },
		{ "a blank", { "^! echo c >&2" }, "", "c\n" },
		{ "a program that fails", { "^!exit 3" }, "", "" },
	};

	(void)state;
	unsetenv("SHELL");
	local_rows(rows, ROWS(rows));
	setenv("SHELL", "/bin/sh", 1);
	local_rows(rows, ROWS(rows));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_toggles),
		cmocka_unit_test(test_effects),
		cmocka_unit_test(test_history),
		cmocka_unit_test(test_shell),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
