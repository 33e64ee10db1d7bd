/* SPDX-License-Identifier: ISC */
/* tally_test.c - checks that go through a file. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "fail.h"
#include "report.h"
#include "tally.h"

static const struct check checks[] = {
	{ .line = 2,
	    .what = "EHLO a",
	    .what_len = 6,
	    .good = true,
	    .seconds = 0.5 },
	{ .line = 4,
	    .what = "a\0b",
	    .what_len = 3,
	    .expected = "250",
	    .expected_len = 3,
	    .got = "",
	    .got_len = 0 },
	{ .line = 5,
	    .what = "",
	    .what_len = 0,
	    .expected = "",
	    .expected_len = 0,
	    .why = "nothing came" },
};

/* What a report says, at once or through a file. */
static char *
report_of(bool tally, size_t *n)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, n), *file = tmpfile();
	struct report r;
	struct fail f;
	size_t i;

	assert_non_null(out);
	assert_non_null(file);
	assert_int_equal(report_open(&r, REPORT_JSON, out, NULL, &f), 0);
	report_file(&r, "x.telex");
	for (i = 0; i < sizeof checks / sizeof checks[0]; i++) {
		if (tally)
			tally_check(file, &checks[i]);
		else
			report_check(&r, &checks[i]);
	}
	if (tally) {
		tally_end(file, OUTCOME_FAILED, 7, "because", 1.5);
		assert_int_equal(tally_report(file, &r), 7);
	} else {
		report_file_end(&r, OUTCOME_FAILED, "because", 1.5);
	}
	assert_int_equal(report_close(&r, &f), 0);
	fclose(file);
	fclose(out);
	return text;
}

static void
test_same(void **state)
{
	size_t n, m;
	char *direct = report_of(false, &n), *tally = report_of(true, &m);

	(void)state;
	assert_true(n > 100);
	assert_string_equal(direct, tally);
	free(direct);
	free(tally);
}

/* Who wrote it died: what is there is reported, and nothing of what is not. */
static void
test_cut(void **state)
{
	FILE *whole = tmpfile(), *out = fopen("/dev/null", "w");
	struct report r;
	struct fail f;
	long first, second, size, at;

	(void)state;
	assert_non_null(whole);
	assert_non_null(out);
	tally_check(whole, &checks[0]);
	first = ftell(whole);
	tally_check(whole, &checks[1]);
	second = ftell(whole);
	tally_end(whole, OUTCOME_SAME, 0, "why", 0);
	size = ftell(whole);
	assert_int_equal(report_open(&r, REPORT_TAP, out, NULL, &f), 0);
	for (at = size; at >= 0; at--) {
		unsigned long before = r.count;
		int rc;

		fflush(whole);
		assert_int_equal(ftruncate(fileno(whole), at), 0);
		report_file(&r, "x");
		rc = tally_report(whole, &r);
		assert_int_equal(rc, at == size ? 0 : -1);
		assert_int_equal(r.count - before,
		    (at >= first) + (at >= second));
		if (rc < 0)
			report_file_end(&r, OUTCOME_FAILED, "it died", 0);
	}
	assert_int_equal(report_close(&r, &f), 0);
	fclose(whole);
	fclose(out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same),
		cmocka_unit_test(test_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
