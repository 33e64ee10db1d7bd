/* SPDX-License-Identifier: ISC */
/* rules_test.c - VERB:REPLY, and which command it is for. */
#include <stdbool.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "fail.h"
#include "practice/rules.h"

static void
test_read(void **state)
{
	static const struct {
		const char *text, *service, *verb;
		unsigned percent;
		int delay;
		bool close;
		const char *reply;
	} rows[] = {
		{ "EHLO:250-a\\n250 SIZE", "smtp", "EHLO", 100, 0, false,
		    "250-a\n250 SIZE" },
		{ "RCPT:550 5.1.1 no such user", "smtp", "RCPT", 100, 0, false,
		    "550 5.1.1 no such user" },
		{ "RCPT:20%:451 4.7.1 greylisted", "smtp", "RCPT", 20, 0, false,
		    "451 4.7.1 greylisted" },
		{ "DATA:+2s", "", "DATA", 100, 2000, false, NULL },
		{ "QUIT:close", "", "QUIT", 100, 0, true, NULL },
		{ "smtp/QUIT:5%:+500ms:close", "smtp", "QUIT", 5, 500, true,
		    NULL },
		{ "PASS:-ERR no", "pop3", "PASS", 100, 0, false, "-ERR no" },
		{ "login:NO [ALERT] no", "imap", "login", 100, 0, false,
		    "NO [ALERT] no" },
		{ "CONNECT:421 4.3.2 busy", "smtp", "CONNECT", 100, 0, true,
		    "421 4.3.2 busy" },
		{ "NOOP:* 1 EXISTS\\nBYE", "imap", "NOOP", 100, 0, true,
		    "* 1 EXISTS\nBYE" },
		{ ".:452 full", "smtp", ".", 100, 0, false, "452 full" },
		{ "*:1%:close", "", "*", 1, 0, true, NULL },
		{ "pop3/*:-ERR odd", "pop3", "*", 100, 0, false, "-ERR odd" },
		{ "CONNECT:BYE no", "imap", "CONNECT", 100, 0, true, "BYE no" },
		{ "RCPT:250 fine", "smtp", "RCPT", 100, 0, false, "250 fine" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct rules r = { NULL, 0 };
		const struct rule *got;
		struct fail f;

		assert_int_equal(rules_add(&r, rows[i].text, &f), 0);
		assert_int_equal(r.count, 1);
		got = &r.list[0];
		assert_string_equal(got->service, rows[i].service);
		assert_string_equal(got->verb, rows[i].verb);
		assert_int_equal(got->percent, rows[i].percent);
		assert_int_equal(got->delay, rows[i].delay);
		assert_int_equal(got->close, rows[i].close);
		assert_int_equal(got->reply == NULL, rows[i].reply == NULL);
		if (rows[i].reply != NULL)
			assert_string_equal(got->reply, rows[i].reply);
		assert_int_equal(got->agrees,
		    got->reply != NULL && got->reply[0] == '2');
		rules_free(&r);
	}
}

static void
test_wrong(void **state)
{
	static const char *const rows[] = { "", "RCPT", "RCPT:", ":550 x",
		"R PT:550 x", "ftp/RCPT:550 x", "RCPT:101%:450 x",
		"RCPT:%:450 x", "RCPT:20%", "RCPT:20%:", "RCPT:+s:450 x",
		"RCPT:+2m:450 x", "RCPT:+601s:450 x", "RCPT:+1s:+2s",
		"RCPT:5501 x", "RCPT:55 x", "RCPT:no\r\nway", "RCPT:maybe",
		"RCPT:closed", "ABCDEFGHIJKLMNOPQRSTUVWXYZ:450 x" };
	struct rules r = { NULL, 0 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct fail f;

		assert_int_equal(rules_add(&r, rows[i], &f), -1);
		assert_int_equal(f.status, STATUS_USAGE);
		assert_int_equal(r.count, 0);
	}
	rules_free(&r);
}

/* What is wrong is told, with what would be right. */
static void
test_reasons(void **state)
{
	static const struct {
		const char *text, *why;
	} rows[] = {
		{ "RCPT:150%:450 x", "0% to 100%" },
		{ "RCPT:101%", "0% to 100%" },
		{ "RCPT:+601s:450 x", "+600s at most" },
		{ "RCPT:5%:+600001ms", "+600s at most" },
		{ "RCPT:50 x", "that is no reply" },
		{ "RCPT:+2m:450 x", "that is no reply" },
		{ "RCPT:700 x", "no reply of SMTP" },
		{ "RCPT:250-multi", "no reply of SMTP" },
		{ "pop3/*:450 odd", "no reply of POP3" },
		{ "imap/SELECT:550 x", "no reply of IMAP" },
		{ "imap/CONNECT:NO", "no greeting of IMAP" },
		{ "connect:PREAUTH x", "no greeting of IMAP" },
		{ "DATA:20%:+1s:354 go", "asks for more" },
		{ "RCTP:550 x", "RCTP: no such command (CONNECT, the gre" },
		{ "RCTP:550 x", "smtp: AUTH BDAT" },
		{ "imap/RCPT:+1s", "imap: APPEND" },
		{ "RCPT:-ERR x", "pop3: APOP" },
		{ "PASS:550 x", "smtp: " },
		{ "RCP:+1s", "; pop3: APOP" },
	};
	struct rules r = { NULL, 0 };
	struct fail f;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_int_equal(rules_add(&r, rows[i].text, &f), -1);
		assert_int_equal(f.status, STATUS_USAGE);
		if (strstr(f.text, rows[i].why) == NULL)
			fail_msg("%s: %s", rows[i].text, f.text);
	}
	assert_int_equal(rules_add(&r, "xclient:550 x", &f), 0);
	assert_int_equal(rules_add(&r, "uid:+600s", &f), 0);
	assert_int_equal(rules_add(&r, "connect:0%:close", &f), 0);
	rules_free(&r);
}

static unsigned
thrown(void *arg)
{
	return *(unsigned *)arg;
}

static void
test_find(void **state)
{
	static const struct {
		const char *service, *verb;
		unsigned dice;
		int found; /* -1: none */
	} rows[] = {
		{ "smtp", "rcpt", 0, 0 },
		{ "smtp", "RCPT", 19, 0 },
		{ "smtp", "RCPT", 20, 1 },
		{ "smtp", "RCP", 0, 3 },
		{ "pop3", "QUIT", 99, 2 },
		{ "smtp", "QUIT", 99, 2 },
		{ "imap", "NOOP", 0, -1 },
		{ "smtp", "CONNECT", 0, -1 },
		{ "smtp", ".", 0, -1 },
		{ "smtp", "", 0, 3 },
	};
	struct rules r = { NULL, 0 };
	struct fail f;
	size_t i;

	(void)state;
	assert_int_equal(rules_add(&r, "RCPT:20%:451 a", &f), 0);
	assert_int_equal(rules_add(&r, "RCPT:550 b", &f), 0);
	assert_int_equal(rules_add(&r, "QUIT:close", &f), 0);
	assert_int_equal(rules_add(&r, "*:500 all", &f), 0);
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		unsigned dice = rows[i].dice;
		struct rules_case what = { rows[i].service, rows[i].verb,
			strlen(rows[i].verb), thrown, &dice };
		const struct rule *rule = rules_find(&r, &what);

		if (rows[i].found < 0)
			assert_null(rule);
		else
			assert_ptr_equal(rule, &r.list[rows[i].found]);
	}
	rules_free(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_reasons),
		cmocka_unit_test(test_find),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
