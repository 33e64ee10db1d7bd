/* SPDX-License-Identifier: ISC */
/* words_test.c - capabilities as they come, and too many of them. */
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "words.h"

static void
test_add(void **state)
{
	struct words w = { .len = 0 };

	(void)state;
	assert_null(words_at(&w, 0));
	words_add(&w, "SIZE 1000", 9);
	words_add(&w, "", 0);
	words_add(&w, "a\0b", 3);
	words_add_each(&w, "  IMAP4rev1\tAUTH=PLAIN  ", 24);
	assert_string_equal(words_at(&w, 0), "SIZE 1000");
	assert_string_equal(words_at(&w, 1), "IMAP4rev1");
	assert_string_equal(words_at(&w, 2), "AUTH=PLAIN");
	assert_null(words_at(&w, 3));
	words_clear(&w);
	assert_null(words_at(&w, 0));
}

static void
test_have(void **state)
{
	static const struct {
		const char *name;
		bool have;
	} rows[] = {
		{ "STARTTLS", true },
		{ "starttls", true },
		{ "START", false },
		{ "STARTTLSX", false },
		{ "AUTH", true },
		{ "AUTH TLS", true },
		{ "AUTH TLSX", false },
		{ "PLAIN", false },
		{ "SASL", true },
		{ "", false },
	};
	struct words w = { .len = 0 };
	size_t i;

	(void)state;
	words_add(&w, "STARTTLS", 8);
	words_add(&w, "AUTH TLS;TLS-C", 14);
	words_add(&w, "AUTH TLS", 8);
	words_add(&w, "SASL=PLAIN", 10);
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		if (words_have(&w, rows[i].name) != rows[i].have)
			fail_msg("\"%s\"", rows[i].name);
	}
}

/* Exactly as much as there is room for, and a byte more. */
static void
test_full(void **state)
{
	char text[WORDS_MOST];
	struct words w = { .len = 0 };

	(void)state;
	memset(text, 'x', sizeof text);
	words_add(&w, text, sizeof text);
	assert_int_equal(w.len, 0);
	words_add(&w, text, sizeof text - 1);
	assert_int_equal(w.len, sizeof text);
	words_add(&w, "y", 1);
	assert_int_equal(w.len, sizeof text);
	assert_null(words_at(&w, 1));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_add),
		cmocka_unit_test(test_have),
		cmocka_unit_test(test_full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
