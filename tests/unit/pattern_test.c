/* SPDX-License-Identifier: ISC */
/* pattern_test.c - what matches, on any bytes, and what is no pattern. */
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "fail.h"
#include "pattern.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])
#define LINE(text) text, sizeof(text) - 1

static const struct {
	const char *pattern;
	const char *line;
	size_t len;
	bool matches;
} rows[] = {
	{ "^220[ -]", LINE("220 mail.example.org ESMTP"), true },
	{ "^220[ -]", LINE("220-mail.example.org ESMTP"), true },
	{ "^220[ -]", LINE("250 220 is no greeting"), false },
	{ "^(220|5)", LINE("554 go away"), true },
	{ "^250[- ]AUTH .*PLAIN", LINE("250-AUTH LOGIN PLAIN"), true },
	{ "auth", LINE("250 AUTH"), false },
	{ "^$", LINE(""), true },
	{ "^$", LINE(" "), false },
	{ "a$", LINE("ba"), true },
	{ ".*", LINE(""), true },
	{ "[]x]", LINE("]"), true },
	{ "[^]x]y", LINE("]y"), false },
	{ "[]\\d]", LINE("d"), true },
	{ "[^]\\d]", LINE("x"), true },
	{ "[[:digit:]]{3}", LINE("ab250"), true },
	{ "[[.-.]]", LINE("-"), true },
	{ "[\\d]", LINE("\\"), true },
	{ "\\.\\*\\\\", LINE(".*\\"), true },
	{ "^x{998,}$", LINE("xxx"), false },
	/* A byte is a character. */
	{ "^..$", LINE("\xc3\xbc"), true },
	{ "\xc3\xbc", LINE("gr\xc3\xbc\xc3\x9f"), true },
	{ "^a.c$",
	    LINE("a\xff"
		 "c"),
	    true },
	{ "[^a]", LINE("\x80"), true },
	/* So is a NUL, and the line goes on behind it. */
	{ "^a.c$", LINE("a\0c"), true },
	{ "^.$", LINE("\0"), true },
	{ "[[:print:][:cntrl:]]", LINE("\0"), false },
	{ "^a$", LINE("a\0"), false },
	{ "end$", LINE("\0\0the end"), true },
	/* A line may have the end of another in it. */
	{ "^b", LINE("a\nb"), false },
	{ "a.b", LINE("a\nb"), true },
};

static void
check_rows(void)
{
	struct fail f;
	size_t i;

	for (i = 0; i < ROWS(rows); i++) {
		/* Nothing behind them, so that reading too far is seen. */
		size_t len = strlen(rows[i].pattern);
		char *text = malloc(len), *line = malloc(rows[i].len + 1);
		struct pattern *p;

		memcpy(text, rows[i].pattern, len);
		memcpy(line + 1, rows[i].line, rows[i].len);
		p = pattern_open(text, len, &f);
		free(text);
		assert_non_null(p);
		if (pattern_matches(p, line + 1, rows[i].len) !=
		    rows[i].matches)
			fail_msg("/%s/, row %zu", rows[i].pattern, i);
		pattern_close(p);
		free(line);
	}
}

static void
test_matches(void **state)
{
	(void)state;
	check_rows();
	/* A locale of the user's changes nothing. */
	if (setlocale(LC_ALL, "C.UTF-8") != NULL) {
		check_rows();
		setlocale(LC_ALL, "C");
	}
}

static void
test_refused(void **state)
{
	static const struct {
		const char *pattern;
		size_t len;
		const char *why;
	} bad[] = {
		{ LINE(""), "the pattern is empty (\".*\" matches anything)" },
		{ LINE("a\0b"), "the pattern has a NUL in it" },
		{ LINE("^\\d+"),
		    "POSIX patterns have no \"\\d\" (a digit is [0-9], a "
		    "blank [[:space:]])" },
		{ LINE("(a)\\1"),
		    "POSIX patterns have no \"\\1\" (a digit is [0-9], a "
		    "blank [[:space:]])" },
		{ LINE("[[:alpha:]\\]\\<"),
		    "POSIX patterns have no \"\\<\" (a digit is [0-9], a "
		    "blank [[:space:]])" },
		{ LINE("(a{1,100}){1,100}"),
		    "the pattern repeats too much (at most 2000 characters)" },
		{ LINE("a{1}{50}*{50}"),
		    "the pattern repeats too much (at most 2000 characters)" },
		{ LINE("(|[[:alpha:]]\\.){1,10000}"),
		    "the pattern repeats too much (at most 2000 characters)" },
		{ LINE("x{99999999999999999999}"),
		    "the pattern repeats too much (at most 2000 characters)" },
		{ LINE("((x{2}){2}y){500}"),
		    "the pattern repeats too much (at most 2000 characters)" },
	};
	struct fail f;
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(bad); i++) {
		f.text[0] = '\0';
		assert_null(pattern_open(bad[i].pattern, bad[i].len, &f));
		assert_string_equal(f.text, bad[i].why);
		assert_int_equal(f.status, STATUS_USAGE);
	}
}

/* What the library says of these is its own. */
static void
test_ill_formed(void **state)
{
	static const char *const bad[] = { "(", "[", "[a", "a\\", "a{2,1}",
		"(a", "*a{", "[[:none:]]", "[[.", "[[:alpha", "a{1", "[b-a]" };
	static const char begins[] = "this is no pattern: ";
	struct fail f;
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(bad); i++) {
		f.text[0] = '\0';
		if (pattern_check(bad[i], strlen(bad[i]), &f) == 0)
			fail_msg("/%s/ is a pattern", bad[i]);
		assert_memory_equal(f.text, begins, sizeof begins - 1);
		assert_true(f.text[sizeof begins - 1] != '\0');
		assert_int_equal(f.status, STATUS_USAGE);
	}
}

static void
test_sizes(void **state)
{
	static const char *const good[] = { "x{1000,}", "^[a-z]{1,255}$",
		"(a{1,30}){1,30}", "a{0}b", "(a|b){3}c{,5}" };
	char text[1002];
	struct fail f;
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(good); i++)
		assert_int_equal(pattern_check(good[i], strlen(good[i]), &f),
		    0);
	memset(text, 'x', sizeof text);
	assert_int_equal(pattern_check(text, 1000, &f), 0);
	assert_int_equal(pattern_check(text, 1001, &f), -1);
	assert_string_equal(f.text, "the pattern is longer than 1000 bytes");
	memset(text, '(', sizeof text);
	assert_int_equal(pattern_check(text, 1000, &f), -1);
	memset(text, ')', sizeof text);
	pattern_check(text, 1000, &f);
	memset(text, '(', 500);
	assert_int_equal(pattern_check(text, 1000, &f), 0);
	pattern_close(NULL);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_matches),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_ill_formed),
		cmocka_unit_test(test_sizes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
