/* SPDX-License-Identifier: ISC */
/* mailtext_test.c - texts and days looked for in messages. */
#include <string.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "client.h"
#include "practice/mailtext.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

static const char *const letters[] = {
	"From: Alice <alice@example.org>\nSubject: Lunch\n today\n"
	"X-Empty:\nsubject: again\n\nSoup for\nAlice?\n",
	"Subject: =?utf-8?Q?caf=C3=A9?= =?utf-8?B?IGNyw6htZQ==?=\n"
	"Content-Type: multipart/mixed; boundary=x\n\n"
	"preamble\n--x\nX-Inner: yes\n\nplain\n"
	"--x\nContent-Type: text/html\n"
	"Content-Transfer-Encoding: quoted-printable\n\n<p>a=3Db\n"
	"--x\nContent-Type: application/pdf\n"
	"Content-Transfer-Encoding: base64\n\naGVsbG8=\n"
	"--x\nContent-Transfer-Encoding: base64\n\nd29ybGQ=\n"
	"--x\nContent-Transfer-Encoding: x-own\n\nowned\n--x--\n",
	"",
	NULL,
};

static void
test_fields(void **state)
{
	static const struct {
		size_t letter;
		const char *name, *text;
		bool so;
	} rows[] = {
		{ 0, "From", "ALICE@", true },
		{ 0, "from", "soup", false },
		{ 0, "To", "alice", false },
		{ 0, "To", "", false },
		{ 0, "Subject", "lunch today", true },
		{ 0, "SUBJECT", "again", true },
		{ 0, "Subj", "again", false },
		{ 0, "X-Empty", "", true },
		{ 0, "X-Empty", "a", false },
		{ 0, "From", "From", false },
		{ 0, NULL, "From: A", true },
		{ 0, NULL, "lunch today", true },
		{ 0, NULL, "soup", false },
		{ 0, NULL, "", true },
		{ 1, "Subject", "caf\xc3\xa9 cr\xc3\xa8me", true },
		{ 1, "Subject", "=?UTF-8?q?caf=c3", true },
		{ 1, NULL, "\xc3\xa9 cr", true },
		{ 1, NULL, "X-Inner", false },
		{ 2, NULL, "x", false },
		{ 2, NULL, "", true },
		{ 2, "From", "", false },
	};
	struct mailbox box = { .most = 0 };
	size_t i;

	(void)state;
	client_fill(&box, letters);
	for (i = 0; i < ROWS(rows); i++) {
		if (mailtext_field(box.list[rows[i].letter], rows[i].name,
			rows[i].text) != rows[i].so)
			fail_msg("row %zu: %s", i, rows[i].text);
	}
	mailbox_free(&box);
}

static void
test_bodies(void **state)
{
	static const struct {
		size_t letter;
		const char *text;
		bool so;
	} rows[] = {
		{ 0, "soup FOR\r\nalice?", true },
		{ 0, "Lunch", false },
		{ 0, "", true },
		{ 1, "preamble", true },
		{ 1, "X-Inner", true },
		{ 1, "plain", true },
		{ 1, "a=3Db", true },
		{ 1, "<P>a=b", true },
		{ 1, "aGVsbG8=", true },
		/* Only of text is the encoding undone. */
		{ 1, "hello", false },
		{ 1, "WORLD", true },
		{ 1, "owned", true },
		{ 1, "multipart", false },
		{ 2, "", true },
		{ 2, "x", false },
	};
	struct mailbox box = { .most = 0 };
	size_t i;

	(void)state;
	client_fill(&box, letters);
	for (i = 0; i < ROWS(rows); i++) {
		if (mailtext_body(box.list[rows[i].letter], rows[i].text) !=
		    rows[i].so)
			fail_msg("row %zu: %s", i, rows[i].text);
	}
	mailbox_free(&box);
}

static void
test_days(void **state)
{
	static const char *const dated[] = {
		"Date: Thu, 1 Jan 1970 23:59:59 -1200\n\n",
		"Subject: x\ndate:\n 2 Jan 1970\n 00:00 +0000\n\n",
		"Date: Wed, 31 Dec 1969 00:00:00 +0000\nDate: 1 Jan 1970 "
		"00:00 +0000\n\n",
		"Date: some day\n\n",
		"Date:\n\n",
		"Subject: x\n\nDate: Thu, 1 Jan 1970 00:00:00 +0000\n",
		NULL,
	};
	static const long days[] = { 0, 1, -1, 99, 99, 99 }; /* 99: unknown */
	struct mailbox box = { .most = 0 };
	size_t i;

	(void)state;
	client_fill(&box, dated);
	for (i = 0; i < ROWS(days); i++) {
		long day = 99;

		assert_int_equal(mailtext_day(box.list[i], &day),
		    days[i] != 99);
		assert_int_equal(day, days[i]);
	}
	mailbox_free(&box);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_bodies),
		cmocka_unit_test(test_days),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
