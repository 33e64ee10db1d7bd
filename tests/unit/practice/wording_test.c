/* SPDX-License-Identifier: ISC */
/* wording_test.c - what can be said by a server, and what it means. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "practice/wording.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

/* By their first line; that they are right is another matter. */
static void
test_service(void **state)
{
	static const struct {
		const char *reply, *service;
	} rows[] = {
		{ "250 fine", "smtp" },
		{ "550", "smtp" },
		{ "700-x", "smtp" },
		{ "250-a\n250 b", "smtp" },
		{ "5501 x", NULL },
		{ "55 x", NULL },
		{ "550x", NULL },
		{ "+OK", "pop3" },
		{ "-ERR no", "pop3" },
		{ "+OKAY", NULL },
		{ "OK yes", "imap" },
		{ "bad x", "imap" },
		{ "* 1 EXISTS\nNO", "imap" },
		{ "+ go", "imap" },
		{ "BYE", "imap" },
		{ "NOT x", NULL },
		{ "hello world", NULL },
		{ "", NULL },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		const char *got = wording_service(rows[i].reply);

		assert_string_equal(got == NULL ? "" : got,
		    rows[i].service == NULL ? "" : rows[i].service);
	}
}

/* What it means: A it agrees, E it ends all, - neither. */
static void
test_right(void **state)
{
	static const struct {
		const char *service, *reply, *means;
	} rows[] = {
		{ "smtp", "250 fine", "A" },
		{ "smtp", "250", "A" },
		{ "smtp", "250-a\n250-\n250 c", "A" },
		{ "smtp", "559 x", "-" },
		{ "smtp", "421 4.3.2 busy", "E" },
		{ "smtp", "450-4.2.1\n450", "-" },
		{ "pop3", "+OK", "A" },
		{ "pop3", "+OK a\n..\n.", "A" },
		{ "pop3", "-ERR no", "-" },
		{ "imap", "OK yes", "A" },
		{ "imap", "no", "-" },
		{ "imap", "BAD what", "-" },
		{ "imap", "* 1 EXISTS\n* 2 EXISTS\nOK x", "A" },
		{ "imap", "BYE bye", "E" },
		{ "imap", "* 1 EXISTS\n* BYE", "E" },
		{ "greeting", "OK hello", "A" },
		{ "greeting", "* OK hello", "A" },
		{ "greeting", "* BYE no", "E" },
		{ "greeting", "bye", "E" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		bool hello = strcmp(rows[i].service, "greeting") == 0;
		const char *service = hello ? "imap" : rows[i].service;
		const char *why = wording_wrong(service, rows[i].reply, hello);

		if (why != NULL)
			fail_msg("%s: %s", rows[i].reply, why);
		if (wording_agrees(service, rows[i].reply) !=
			(rows[i].means[0] == 'A') ||
		    wording_ends(service, rows[i].reply) !=
			(rows[i].means[0] == 'E'))
			fail_msg("%s: not %s", rows[i].reply, rows[i].means);
	}
}

static void
test_wrong(void **state)
{
	static const struct {
		const char *service, *reply, *why;
	} rows[] = {
		{ "smtp", "700 x", "of SMTP, as 550" },
		{ "smtp", "650 x", "of SMTP" },
		{ "smtp", "950 x", "of SMTP" },
		{ "smtp", "050 x", "of SMTP" },
		{ "smtp", "560 x", "of SMTP" },
		{ "smtp", "25 x", "of SMTP" },
		{ "smtp", "NO x", "of SMTP" },
		{ "smtp", "+OK", "of SMTP" },
		{ "smtp", "", "of SMTP" },
		{ "smtp", "250-multi", "of SMTP" },
		{ "smtp", "250x", "of SMTP" },
		{ "smtp", "250 a\n250 b", "of SMTP" },
		{ "smtp", "250-a\n251 b", "of SMTP" },
		{ "smtp", "250-a\n250", NULL },
		{ "smtp", "250-a\n", "of SMTP" },
		{ "smtp", "150 x", "asks for more" },
		{ "smtp", "354 go", "asks for more" },
		{ "pop3", "550 x", "of POP3, as -ERR" },
		{ "pop3", "OK", "of POP3" },
		{ "pop3", "+OK a\nb", "of POP3" },
		{ "pop3", "+OK a\n.\nb\n.", "of POP3" },
		{ "pop3", "-ERR a\n.", "of POP3" },
		{ "imap", "550 x", "of IMAP, as NO" },
		{ "imap", "-ERR x", "of IMAP" },
		{ "imap", "PREAUTH", "of IMAP" },
		{ "imap", "* 1 EXISTS", "of IMAP" },
		{ "imap", "* OK x", "of IMAP" },
		{ "imap", "OK x\nOK y", "of IMAP" },
		{ "imap", "* 1 EXISTS\n", "of IMAP" },
		{ "imap", "+ go", "asks for more" },
		{ "greeting", "NO x", "greeting of IMAP, as OK" },
		{ "greeting", "PREAUTH x", "greeting of IMAP" },
		{ "greeting", "+ x", "greeting of IMAP" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		bool hello = strcmp(rows[i].service, "greeting") == 0;
		const char *why = wording_wrong(
		    hello ? "imap" : rows[i].service, rows[i].reply, hello);

		if ((why == NULL) != (rows[i].why == NULL) ||
		    (why != NULL && strstr(why, rows[i].why) == NULL))
			fail_msg("%s: %s", rows[i].reply,
			    why == NULL ? "fine" : why);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_service),
		cmocka_unit_test(test_right),
		cmocka_unit_test(test_wrong),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
