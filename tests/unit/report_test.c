/* SPDX-License-Identifier: ISC */
/* report_test.c - what each form of a report says, to the byte. */
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

#define TEN "0123456789"
#define HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN

/* A replay of four files. */

static void
check(struct report *r, unsigned long line, const char *what,
    const char *expected, const char *got)
{
	const struct check c = {
		.line = line,
		.what = what,
		.what_len = strlen(what),
		.good = expected == NULL,
		.expected = expected,
		.expected_len = expected == NULL ? 0 : strlen(expected),
		.got = got,
		.got_len = got == NULL ? 0 : strlen(got),
		.seconds = 0.0123,
	};

	report_check(r, &c);
}

static void
check_why(struct report *r, const char *why)
{
	const struct check c = {
		.line = 14,
		.what = "<silence 2>",
		.what_len = 11,
		.why = why,
		.seconds = 2,
	};

	report_check(r, &c);
}

static void
play(struct report *r)
{
	report_file(r, "relay.telex");
	check(r, 4, "HELO stranger.example", NULL, NULL);
	check(r, 10, "RCPT TO:<victim@example.net>", "550 5.7.1 ${}",
	    "554 5.7.1 <victim@example.net>: Relay access denied");
	report_file_end(r, OUTCOME_DIFFERS, NULL, 0.034);
	report_file(r, "good.telex");
	check(r, 1, "", NULL, NULL);
	check(r, 3, "NOOP # SKIP \\", NULL, NULL);
	report_file_end(r, OUTCOME_SAME, NULL, 0.25);
	report_file(r, "a & \033b.telex");
	check(r, 7, "EHLO \"\033[31m\xff\"", "250 <a>\\r", "250 \033]0;x\a");
	check(r, 9, "QUIT", "221", NULL);
	check_why(r, "\"250 x\" came");
	report_file_end(r, OUTCOME_FAILED, "connection refused", 1);
	report_file(r, "later.telex");
	report_file_end(r, OUTCOME_SKIPPED, "no STARTTLS & no AUTH", 0);
}

static const char text[] =
    "relay.telex:10: RCPT TO:<victim@example.net>\n"
    "  - 550 5.7.1 ${}\n"
    "  + 554 5.7.1 <victim@example.net>: Relay access denied\n"
    "relay.telex: 2 checks, 1 differs, 0.03 s\n"
    "good.telex: 2 checks, all as expected, 0.25 s\n"
    "a & \\x1bb.telex:7: EHLO \"\\x1b[31m\\xff\"\n"
    "  - 250 <a>\\r\n"
    "  + 250 \\x1b]0;x\\x07\n"
    "a & \\x1bb.telex:9: QUIT\n"
    "  - 221\n"
    "  ! nothing came\n"
    "a & \\x1bb.telex:14: <silence 2>\n"
    "  ! \"250 x\" came\n"
    "a & \\x1bb.telex: not played to its end: connection refused\n"
    "later.telex: skipped: no STARTTLS & no AUTH\n"
    "4 files: 1 as expected, 1 differs, 1 not played, 1 skipped\n";

static const char tap[] =
    "TAP version 13\n"
    "ok 1 - relay.telex:4: HELO stranger.example\n"
    "not ok 2 - relay.telex:10: RCPT TO:<victim@example.net>\n"
    "# -550 5.7.1 ${}\n"
    "# +554 5.7.1 <victim@example.net>: Relay access denied\n"
    "ok 3 - good.telex:1: \n"
    "ok 4 - good.telex:3: NOOP \\# SKIP \\\\\n"
    "not ok 5 - a & \\\\x1bb.telex:7: EHLO \"\\\\x1b[31m\\\\xff\"\n"
    "# -250 <a>\\r\n"
    "# +250 \\x1b]0;x\\x07\n"
    "not ok 6 - a & \\\\x1bb.telex:9: QUIT\n"
    "# -221\n"
    "# !nothing came\n"
    "not ok 7 - a & \\\\x1bb.telex:14: <silence 2>\n"
    "# !\"250 x\" came\n"
    "not ok 8 - a & \\\\x1bb.telex: connection refused\n"
    "ok 9 - later.telex # SKIP no STARTTLS & no AUTH\n"
    "1..9\n";

#define AB "{\"file\":\"a & \\u001bb.telex\","
static const char json[] =
    "{\"file\":\"relay.telex\",\"line\":4,\"what\":\"HELO stranger.example\","
    "\"ok\":true,\"seconds\":0.012}\n"
    "{\"file\":\"relay.telex\",\"line\":10,"
    "\"what\":\"RCPT TO:<victim@example.net>\",\"ok\":false,"
    "\"expected\":\"550 5.7.1 ${}\","
    "\"got\":\"554 5.7.1 <victim@example.net>: Relay access denied\","
    "\"seconds\":0.012}\n"
    "{\"file\":\"relay.telex\",\"checks\":2,\"bad\":1,"
    "\"outcome\":\"differs\",\"seconds\":0.034}\n"
    "{\"file\":\"good.telex\",\"line\":1,\"what\":\"\",\"ok\":true,"
    "\"seconds\":0.012}\n"
    "{\"file\":\"good.telex\",\"line\":3,\"what\":\"NOOP # SKIP \\\\\","
    "\"ok\":true,\"seconds\":0.012}\n"
    "{\"file\":\"good.telex\",\"checks\":2,\"bad\":0,\"outcome\":\"same\","
    "\"seconds\":0.250}\n" AB
    "\"line\":7,\"what\":\"EHLO \\\"\\u001b[31m\\ufffd\\\"\",\"ok\":false,"
    "\"expected\":\"250 <a>\\\\r\",\"got\":\"250 \\u001b]0;x\\u0007\","
    "\"seconds\":0.012}\n" AB
    "\"line\":9,\"what\":\"QUIT\",\"ok\":false,\"expected\":\"221\","
    "\"seconds\":0.012}\n" AB
    "\"line\":14,\"what\":\"<silence 2>\",\"ok\":false,"
    "\"why\":\"\\\"250 x\\\" came\",\"seconds\":2.000}\n" AB
    "\"checks\":3,\"bad\":3,\"outcome\":\"failed\","
    "\"why\":\"connection refused\",\"seconds\":1.000}\n"
    "{\"file\":\"later.telex\",\"checks\":0,\"bad\":0,"
    "\"outcome\":\"skipped\",\"why\":\"no STARTTLS & no AUTH\","
    "\"seconds\":0.000}\n";

#define CASE_AB "\" classname=\"a &#38; \\x1bb.telex\" time=\""
static const char junit[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<testsuites>\n"
    "<testsuite name=\"relay.telex\" tests=\"2\" failures=\"1\" errors=\"0\" "
    "skipped=\"0\" time=\"0.034\">\n"
    "<testcase name=\"4: HELO stranger.example\" classname=\"relay.telex\" "
    "time=\"0.012\"/>\n"
    "<testcase name=\"10: RCPT TO:&#60;victim@example.net&#62;\" "
    "classname=\"relay.telex\" time=\"0.012\">\n"
    "<failure message=\"554 5.7.1 &#60;victim@example.net&#62;: Relay access "
    "denied\">-550 5.7.1 ${}\n"
    "+554 5.7.1 &#60;victim@example.net&#62;: Relay access denied\n"
    "</failure>\n"
    "</testcase>\n"
    "</testsuite>\n"
    "<testsuite name=\"good.telex\" tests=\"2\" failures=\"0\" errors=\"0\" "
    "skipped=\"0\" time=\"0.250\">\n"
    "<testcase name=\"1: \" classname=\"good.telex\" time=\"0.012\"/>\n"
    "<testcase name=\"3: NOOP # SKIP \\\" classname=\"good.telex\" "
    "time=\"0.012\"/>\n"
    "</testsuite>\n"
    "<testsuite name=\"a &#38; \\x1bb.telex\" tests=\"4\" failures=\"3\" "
    "errors=\"1\" skipped=\"0\" time=\"1.000\">\n"
    "<testcase name=\"7: EHLO &#34;\\x1b[31m\\xff&#34;" CASE_AB "0.012\">\n"
    "<failure message=\"250 \\x1b]0;x\\x07\">-250 &#60;a&#62;\\r\n"
    "+250 \\x1b]0;x\\x07\n"
    "</failure>\n"
    "</testcase>\n"
    "<testcase name=\"9: QUIT" CASE_AB "0.012\">\n"
    "<failure message=\"nothing came\">-221\n"
    "!nothing came\n"
    "</failure>\n"
    "</testcase>\n"
    "<testcase name=\"14: &#60;silence 2&#62;" CASE_AB "2.000\">\n"
    "<failure message=\"&#34;250 x&#34; came\">!&#34;250 x&#34; came\n"
    "</failure>\n"
    "</testcase>\n"
    "<testcase name=\"a &#38; \\x1bb.telex" CASE_AB "1.000\">\n"
    "<error message=\"connection refused\"/>\n"
    "</testcase>\n"
    "</testsuite>\n"
    "<testsuite name=\"later.telex\" tests=\"1\" failures=\"0\" errors=\"0\" "
    "skipped=\"1\" time=\"0.000\">\n"
    "<testcase name=\"later.telex\" classname=\"later.telex\" "
    "time=\"0.000\">\n"
    "<skipped message=\"no STARTTLS &#38; no AUTH\"/>\n"
    "</testcase>\n"
    "</testsuite>\n"
    "</testsuites>\n";

/* A report in memory. */
struct paper {
	struct report report;
	FILE *file;
	char *text;
	size_t len;
};

static void
begin(struct paper *p, enum report_form form, bool color)
{
	struct fail f;

	p->file = open_memstream(&p->text, &p->len);
	assert_non_null(p->file);
	assert_int_equal(report_open(&p->report, form, p->file, NULL, &f), 0);
	p->report.color = color;
}

static void
assert_end(struct paper *p, const char *wanted)
{
	struct fail f;

	assert_int_equal(report_close(&p->report, &f), 0);
	fclose(p->file);
	assert_string_equal(p->text, wanted);
	free(p->text);
}

static void
test_forms(void **state)
{
	static const char *const wanted[] = {
		[REPORT_TEXT] = text,
		[REPORT_TAP] = tap,
		[REPORT_JSON] = json,
	};
	enum report_form form;

	(void)state;
	for (form = REPORT_TEXT; form <= REPORT_JSON; form++) {
		struct paper p;

		begin(&p, form, false);
		play(&p.report);
		assert_int_equal(p.report.count, 7);
		assert_int_equal(p.report.bad, 4);
		assert_end(&p, wanted[form]);
	}
}

static void
test_color(void **state)
{
	struct paper p;

	(void)state;
	begin(&p, REPORT_TEXT, true);
	report_file(&p.report, "a");
	check(&p.report, 1, "NOOP", "250", "500 \033[m");
	check(&p.report, 2, "NOOP", NULL, NULL);
	check(&p.report, 3, "QUIT", "221", NULL);
	report_file_end(&p.report, OUTCOME_DIFFERS, NULL, 0);
	assert_end(&p,
	    "a:1: NOOP\n"
	    "  \033[31m- 250\033[0m\n"
	    "  \033[32m+ 500 \\x1b[m\033[0m\n"
	    "a:3: QUIT\n"
	    "  \033[31m- 221\033[0m\n"
	    "  \033[33m! nothing came\033[0m\n"
	    "a: 3 checks, 2 differ, 0.00 s\n");
}

/* One and many, and none. */
static void
test_words(void **state)
{
	struct paper p;

	(void)state;
	begin(&p, REPORT_TEXT, false);
	report_file(&p.report, "a");
	check(&p.report, 1, "NOOP", NULL, NULL);
	report_file_end(&p.report, OUTCOME_SAME, NULL, 0.005);
	report_file(&p.report, "b");
	report_file_end(&p.report, OUTCOME_SAME, NULL, 12.3456);
	report_file(&p.report, "c");
	report_file_end(&p.report, OUTCOME_FAILED, "refused", 0);
	report_file(&p.report, "d");
	report_file_end(&p.report, OUTCOME_FAILED, NULL, 0);
	assert_end(&p,
	    "a: 1 check, as expected, 0.01 s\n"
	    "b: no checks, 12.35 s\n"
	    "c: not played: refused\n"
	    "d: not played: nobody said why\n"
	    "4 files: 2 as expected, 2 not played\n");
	begin(&p, REPORT_TAP, false);
	assert_end(&p, "TAP version 13\n1..0\n");
	begin(&p, REPORT_TEXT, false);
	assert_end(&p, "");
}

/* What is long is cut at 300 bytes, but for names and our own words. */
static void
test_cuts(void **state)
{
	struct paper p;

	(void)state;
	begin(&p, REPORT_TEXT, false);
	report_file(&p.report, HUNDRED HUNDRED HUNDRED "a");
	check(&p.report, 1, HUNDRED HUNDRED HUNDRED "a",
	    HUNDRED HUNDRED HUNDRED, HUNDRED HUNDRED HUNDRED HUNDRED);
	report_file_end(&p.report, OUTCOME_DIFFERS, NULL, 0);
	assert_end(&p,
	    HUNDRED HUNDRED HUNDRED "a:1: " HUNDRED HUNDRED HUNDRED "...\n"
				    "  - " HUNDRED HUNDRED HUNDRED "\n"
				    "  + " HUNDRED HUNDRED HUNDRED
				    "...\n" HUNDRED HUNDRED HUNDRED
				    "a: 1 check, 1 differs, 0.00 s\n");
}

/* A place for a file of JUnit's. */
static char *
temporary(char *name)
{
	const char *folder = getenv("TMPDIR");
	int fd;

	snprintf(name, 256, "%s/report_test.XXXXXX",
	    folder == NULL ? "/tmp" : folder);
	fd = mkstemp(name);
	assert_true(fd >= 0);
	close(fd);
	return name;
}

static void
test_junit(void **state)
{
	char name[256], got[2 * sizeof junit];
	struct report r;
	struct fail f;
	FILE *file, *null = fopen("/dev/null", "w");

	(void)state;
	assert_non_null(null);
	assert_int_equal(
	    report_open(&r, REPORT_TEXT, null, temporary(name), &f), 0);
	play(&r);
	assert_int_equal(report_close(&r, &f), 0);
	file = fopen(name, "r");
	unlink(name);
	assert_non_null(file);
	got[fread(got, 1, sizeof got - 1, file)] = '\0';
	fclose(file);
	fclose(null);
	assert_string_equal(got, junit);
}

/* More cases than any buffer holds, file after file; memory stays. */
static void
test_junit_long(void **state)
{
	enum { CHECKS = 20000, FILES = 2 };
	char name[256], line[256];
	unsigned long cases = 0, suites = 0;
	struct report r;
	struct fail f;
	FILE *file, *null = fopen("/dev/null", "w");
	int i, j;

	(void)state;
	assert_int_equal(
	    report_open(&r, REPORT_TEXT, null, temporary(name), &f), 0);
	for (i = 0; i < FILES; i++) {
		report_file(&r, "a");
		for (j = 0; j < CHECKS; j++)
			check(&r, 1, "NOOP", NULL, NULL);
		report_file_end(&r, OUTCOME_SAME, NULL, 0);
	}
	assert_true(r.text.size <= 65536);
	assert_int_equal(report_close(&r, &f), 0);
	file = fopen(name, "r");
	unlink(name);
	while (fgets(line, sizeof line, file) != NULL) {
		cases += strncmp(line, "<testcase ", 10) == 0;
		suites += strncmp(line, "<testsuite ", 11) == 0;
	}
	assert_int_equal(cases, FILES * CHECKS);
	assert_int_equal(suites, FILES);
	fclose(file);
	fclose(null);
}

static void
test_cannot_open(void **state)
{
	struct report r;
	struct fail f;

	(void)state;
	assert_int_equal(
	    report_open(&r, REPORT_TEXT, stdout, "/nowhere/\033.xml", &f), -1);
	assert_int_equal(f.status, STATUS_USAGE);
	assert_string_equal(f.text,
	    "/nowhere/\\x1b.xml: cannot write the report: no such file or "
	    "directory");
}

/* A full disk is reported once, at the end. */
static void
test_cannot_write(void **state)
{
	struct report r;
	struct fail f;
	FILE *full = fopen("/dev/full", "w");
	FILE *null = fopen("/dev/null", "w");

	(void)state;
	if (full == NULL) {
		print_message("# skipped: there is no /dev/full\n");
		fclose(null);
		skip();
	}
	assert_int_equal(report_open(&r, REPORT_TAP, full, NULL, &f), 0);
	play(&r);
	assert_int_equal(report_close(&r, &f), -1);
	assert_int_equal(f.status, STATUS_NETWORK);
	assert_string_equal(f.text,
	    "cannot write the report: no space left on device");
	fclose(full);
	assert_int_equal(report_open(&r, REPORT_TEXT, null, "/dev/full", &f),
	    0);
	play(&r);
	assert_int_equal(report_close(&r, &f), -1);
	assert_int_equal(f.status, STATUS_NETWORK);
	assert_string_equal(f.text,
	    "/dev/full: cannot write the report: no space left on device");
	fclose(null);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_color),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_cuts),
		cmocka_unit_test(test_junit),
		cmocka_unit_test(test_junit_long),
		cmocka_unit_test(test_cannot_open),
		cmocka_unit_test(test_cannot_write),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
