/* SPDX-License-Identifier: ISC */
/* value_test.c - the values of options, checked and put in their place. */
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "args.h"
#include "fail.h"
#include "options.h"
#include "value.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

#define PIN "0123456789abcdefABCDEF0123456789abcdef0123456789abcdef0123456789"

typedef int setter(struct options *o, const struct args_row *row,
    const char *value, struct fail *f);

enum { BEFORE = 77 };

/* Those that put an int into o->escape. */
static void
test_numbers(void **state)
{
	static const struct {
		setter *set;
		const char *value;
		int want; /* BEFORE: refused, and left as it was */
	} rows[] = {
		{ value_seconds, "30", 30000 },
		{ value_seconds, "0", 0 },
		{ value_seconds, "0.0", 0 },
		{ value_seconds, "0.5", 500 },
		{ value_seconds, ".5", BEFORE },
		{ value_seconds, "1.25", 1250 },
		{ value_seconds, "0.001", 1 },
		/* The smallest fraction is a limit all the same. */
		{ value_seconds, "0.0001", 1 },
		{ value_seconds, "1.0009", 1000 },
		{ value_seconds, "1000000", 1000000000 },
		{ value_seconds, "1000001", BEFORE },
		{ value_seconds, "99999999", BEFORE },
		{ value_seconds, "", BEFORE },
		{ value_seconds, "1.", BEFORE },
		{ value_seconds, "1.5x", BEFORE },
		{ value_seconds, "-1", BEFORE },
		{ value_seconds, " 1", BEFORE },
		{ value_seconds, "1e3", BEFORE },
		{ value_upto, "1", 1 },
		{ value_upto, "64", 64 },
		{ value_upto, "0", BEFORE },
		{ value_upto, "65", BEFORE },
		{ value_upto, "-1", BEFORE },
		{ value_upto, "", BEFORE },
		{ value_upto, "2 ", BEFORE },
		{ value_number, "any", 64 },
		{ value_count, "any", BEFORE + 1 },
		{ value_key, "none", -1 },
		{ value_key, "^]", 0x1d },
		{ value_key, "^a", 1 },
		{ value_key, "^A", 1 },
		{ value_key, "^?", 0x7f },
		{ value_key, "^_", 0x1f },
		{ value_key, "^@", BEFORE },
		{ value_key, "^`", BEFORE },
		{ value_key, "~", '~' },
		{ value_key, "^", '^' },
		{ value_key, "", BEFORE },
		{ value_key, "ab", BEFORE },
		{ value_key, "\xc3", BEFORE },
		{ value_choice, "auto", 0 },
		{ value_choice, "always", 1 },
		{ value_choice, "never", 2 },
		{ value_choice, "=never", 2 },
		{ value_choice, NULL, 0 },
		{ value_choice, "", BEFORE },
		{ value_choice, "al", BEFORE },
		{ value_choice, "alwaysx", BEFORE },
		{ value_choice, "auto|always", BEFORE },
	};
	const struct args_row row = { .name = "it",
		.value = "[=auto|always|never]",
		.at = offsetof(struct options, escape),
		.number = 64 };
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct options o = { .escape = BEFORE };
		struct fail f = { .text = "" };
		int rc = rows[i].set(&o, &row, rows[i].value, &f);

		if (o.escape != rows[i].want ||
		    rc != (rows[i].want == BEFORE ? -1 : 0))
			fail_msg("row %zu, \"%s\": %d, %d", i, rows[i].value,
			    rc, o.escape);
		if (rc == -1 &&
		    (f.status != STATUS_USAGE ||
			strncmp(f.text, "--it takes ", 11) != 0))
			fail_msg("row %zu: \"%s\"", i, f.text);
	}
}

/* Limits of time, which a fast server has in microseconds. */
static void
test_micros(void **state)
{
	static const struct {
		const char *value;
		int64_t want; /* BEFORE: refused, and left as it was */
	} rows[] = {
		{ "30", 30000000 },
		{ "0", 0 },
		{ "0.5", 500000 },
		{ "0.000181", 181 },
		{ "0.0001", 100 },
		{ "0.000001", 1 },
		{ "0.0000001", 1 },
		{ "1.0000019", 1000001 },
		{ "1000000", INT64_C(1000000000000) },
		{ "1000000.000001", INT64_C(1000000000001) },
		{ "1000001", BEFORE },
		{ "x", BEFORE },
		{ "1.", BEFORE },
		{ "-1", BEFORE },
	};
	const struct args_row row = { .name = "it",
		.at = offsetof(struct options, limits[MEASURE_REPLY].crit) };
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct options o = { .act = ACT_RUN };
		struct fail f = { .text = "" };
		int64_t is;
		int rc;

		o.limits[MEASURE_REPLY].crit = BEFORE;
		rc = value_micros(&o, &row, rows[i].value, &f);
		is = o.limits[MEASURE_REPLY].crit;
		if (is != rows[i].want ||
		    rc != (rows[i].want == BEFORE ? -1 : 0))
			fail_msg("\"%s\": %d, %lld", rows[i].value, rc,
			    (long long)is);
		if (rc == -1)
			assert_string_equal(f.text,
			    "--it takes seconds, such as 30 or 0.5");
	}
}

/* Those that put a text into o->dns. */
static void
test_texts(void **state)
{
	static const char before[] = "before";
	static const struct {
		setter *set;
		bool there; /* something was set before */
		const char *value;
		bool good;
	} rows[] = {
		{ value_text, false, "x", true },
		{ value_text, true, "x", true },
		{ value_text, false, "", false },
		{ value_text, true, "", false },
		{ value_once, false, "x", true },
		{ value_once, true, "x", false },
		{ value_once, false, "", false },
		{ value_pin, false, "sha256:" PIN, true },
		{ value_pin, false, "sha256:01:23" PIN, false },
		{ value_pin, false, "sha256:" PIN "0", false },
		{ value_pin, false, "sha1:00" PIN, false },
		{ value_pin, false, PIN, false },
		{ value_pin, false, "", false },
		{ value_pin, false,
		    "sha256:"
		    "g123456789abcdefABCDEF0123456789abcdef0123456789abcdef"
		    "0123456789",
		    false },
		{ value_pin, false,
		    "sha256:"
		    "01:23:45:67:89:ab:cd:ef:AB:CD:EF:01:23:45:67:89:ab:cd:"
		    "ef:01:23:45:67:89:ab:cd:ef:01:23:45:67:89",
		    true },
	};
	const struct args_row row = { .name = "it",
		.value = "TEXT",
		.at = offsetof(struct options, dns) };
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		const char *was = rows[i].there ? before : NULL;
		struct options o = { .dns = was };
		struct fail f = { .text = "" };
		int rc = rows[i].set(&o, &row, rows[i].value, &f);

		if (rc != (rows[i].good ? 0 : -1) ||
		    o.dns != (rows[i].good ? rows[i].value : was))
			fail_msg("row %zu, \"%s\": %d, \"%s\"", i,
			    rows[i].value, rc, f.text);
	}
}

static void
test_others(void **state)
{
	const struct args_row row = { .name = "it",
		.at = offsetof(struct options, quiet) };
	struct options o = { .quiet = false };
	struct options before = o;
	struct fail f;

	(void)state;
	assert_int_equal(value_ignored(&o, &row, NULL, &f), 0);
	assert_memory_equal(&o, &before, sizeof o);
	assert_int_equal(value_flag(&o, &row, NULL, &f), 0);
	assert_true(o.quiet);
}

/* A word of the user's is shown harmless and not too long. */
static void
test_refuse(void **state)
{
	char word[200];
	struct fail f;

	(void)state;
	memset(word, 'x', sizeof word);
	word[0] = '\033';
	word[sizeof word - 1] = '\0';
	assert_int_equal(value_refuse(&f, "not ", word, " here"), -1);
	assert_int_equal(f.status, STATUS_USAGE);
	assert_memory_equal(f.text, "not \\x1bxxx", 11);
	assert_string_equal(f.text + strlen(f.text) - 5, " here");
	assert_true(strlen(f.text) < 90);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_micros),
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_others),
		cmocka_unit_test(test_refuse),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
