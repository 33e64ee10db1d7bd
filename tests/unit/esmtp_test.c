/* SPDX-License-Identifier: ISC */
/* esmtp_test.c - what SMTP and LMTP share. */
#include <stdlib.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "esmtp.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

static const struct asked nothing = { .verb = NULL };

/* In memory of its very size, so that reading behind it is found. */
static char *
copy(const char *line, size_t n)
{
	char *p = malloc(n + (n == 0));

	assert_non_null(p);
	memcpy(p, line, n);
	return p;
}

static void
test_agrees(void **state)
{
	static const struct {
		const char *line;
		bool agrees;
	} rows[] = {
		{ "220", true },
		{ "220 ", true },
		{ "220 go ahead", true },
		{ "220-go", false },
		{ "2200", false },
		{ "220\tgo", false },
		{ "220go", false },
		{ "", false },
		{ "2", false },
		{ "22", false },
		{ " 220 go", false },
		{ "221 go", false },
		{ "250 go", false },
		{ "354 go", false },
		{ "+OK", false },
		{ "454 220 go", false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		size_t n = strlen(rows[i].line);
		char *line = copy(rows[i].line, n);

		if (esmtp_agrees(&nothing, line, n) != rows[i].agrees)
			fail_msg("\"%s\"", rows[i].line);
		free(line);
	}
}

static void
test_secret(void **state)
{
	static const struct {
		const char *line;
		size_t at;
	} rows[] = {
		{ "AUTH PLAIN AGEAYg==", 11 },
		{ "auth plain AGEAYg==", 11 },
		{ "AUTH  PLAIN   AGEAYg==", 14 },
		{ "AUTH\tPLAIN\tAGEAYg==", 11 },
		{ "AUTH PLAIN x y", 11 },
		{ "AUTH PLAIN =", 11 },
		{ " AUTH PLAIN AGEAYg==", 12 },
		{ "\tAUTH\rPLAIN AGEAYg==", 12 },
		{ "AUTH PLAIN", 10 },
		{ "AUTH PLAIN ", 11 },
		{ "AUTH", 4 },
		{ "AUTH ", 5 },
		{ "", 0 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct asked auth = { .flags = VERB_SECRET };
		struct wants w = { .literal = false };
		size_t n = strlen(rows[i].line), at;
		char *line = copy(rows[i].line, n);

		w.secret = n;
		esmtp_ask(&auth, &w, line, n);
		at = w.secret;
		if (at != rows[i].at)
			fail_msg("\"%s\": %zu", rows[i].line, at);
		free(line);
	}
}

static void
test_greets(void **state)
{
	static const struct {
		const char *line;
		int smtp, lmtp;
	} rows[] = {
		{ "220 mail.example.org ESMTP", 2, 0 },
		{ "220-mail.example.org ESMTP", 2, 0 },
		{ "220", 1, 0 },
		{ "220 mail.example.org LMTP ready", 0, 2 },
		{ "220 lmtp", 1, 0 },
		{ "220 lmtp.example.org ESMTP", 2, 0 },
		{ "220-x LMTP", 0, 2 },
		{ "554 no service", 1, 0 },
		{ "554 x LMTP no service", 0, 2 },
		{ "421 busy", 1, 0 },
		{ "2200 ESMTP", 0, 0 },
		{ "220ESMTP", 0, 0 },
		{ "250 ESMTP", 0, 0 },
		{ "", 0, 0 },
		{ "22", 0, 0 },
		{ "+OK POP3", 0, 0 },
		{ "* OK IMAP4rev1 LMTP", 0, 0 },
		{ "HTTP/1.1 220 a", 0, 0 },
		{ "SSH-2.0-x", 0, 0 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		size_t n = strlen(rows[i].line);
		char *line = copy(rows[i].line, n);

		if (esmtp_greets(line, n, false) != rows[i].smtp ||
		    esmtp_greets(line, n, true) != rows[i].lmtp)
			fail_msg("\"%s\"", rows[i].line);
		free(line);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_agrees),
		cmocka_unit_test(test_secret),
		cmocka_unit_test(test_greets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
