/* SPDX-License-Identifier: ISC */
/* idn_test.c - A-labels as RFC 3492 and other programs make them. */
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "idn.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

static void
test_names(void **state)
{
	static const struct {
		const char *name, *want;
	} rows[] = {
		{ "mail.example", "mail.example" },
		{ "MAIL.Example.", "MAIL.Example." },
		{ "", "" },
		{ "bücher.example", "xn--bcher-kva.example" },
		{ "Bücher.example", "xn--bcher-kva.example" },
		{ "BÜCHER.example", "xn--bcher-kva.example" },
		{ "mail.bücher", "mail.xn--bcher-kva" },
		{ "ü", "xn--tda" },
		{ "straße.de", "xn--strae-oqa.de" },
		{ "ПРИМЕР.рф", "xn--e1afmkfd.xn--p1ai" },
		{ "ΕΛΛΑΔΑ.gr", "xn--mxaaic4aa.gr" },
		{ "ŁÓDŹ.pl", "xn--d-uga0v4h.pl" },
		{ "ツ。a.b.", "xn--bdk.a.b." },
		{ "他们为什么不说中文", "xn--ihqwcrb4cv8a8dqg056pqjye" },
		{ "3年b組金八先生", "xn--3b-ww4c5e180e575a65lsy2b" },
		{ "パフィーdeルンバ", "xn--de-jg4avhby1noc0d" },
		{ "😀.example", "xn--e28h.example" },
	};
	char out[256];
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		assert_null(idn_ascii(rows[i].name, out, sizeof out));
		assert_string_equal(out, rows[i].want);
	}
}

static void
test_no_names(void **state)
{
	static const struct {
		const char *name, *want;
	} rows[] = {
		{ "b\xfc"
		  "cher",
		    "UTF-8" },
		{ "bü\xc3", "UTF-8" },
		{ "bu\xcc\x88"
		  "cher",
		    "accent" },
		{ "bü\xe2\x80\xae", "no letter" },
		{ "bü cher", "no letter" },
		{ "bü\033", "no letter" },
		{ "ü123456789012345678901234567890123456789012345678901234567",
		    "too long" },
		{ "ü1234567890123456789012345678901234567890123456789012345678"
		  "9012345678901234567890",
		    "too long" },
	};
	char out[256];
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		const char *why = idn_ascii(rows[i].name, out, sizeof out);

		assert_non_null(why);
		assert_non_null(strstr(why, rows[i].want));
	}
}

/* A room of any size is either enough, with the NUL, or said to be small. */
static void
test_sizes(void **state)
{
	static const char *const names[] = { "ü.ü.ü.", "a.ü", "abc", "ü",
		"a.b.c.ü.d" };
	char whole[64], out[64];
	size_t i, size;

	(void)state;
	for (i = 0; i < ROWS(names); i++) {
		assert_null(idn_ascii(names[i], whole, sizeof whole));
		for (size = 1; size < sizeof out; size++) {
			memset(out, '#', sizeof out);
			if (idn_ascii(names[i], out, size) == NULL) {
				assert_true(size > strlen(whole));
				assert_string_equal(out, whole);
			} else {
				assert_true(size <= strlen(whole) + 1);
			}
			if (out[size] != '#')
				fail_msg("%s: byte %zu", names[i], size);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_no_names),
		cmocka_unit_test(test_sizes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
