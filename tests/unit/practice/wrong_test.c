/* SPDX-License-Identifier: ISC */
/* wrong_test.c - what a student says instead of commands. */
#include <string.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "crlf.h"
#include "practice/peer.h"
#include "practice/wrong.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])
#define TEN "abcdefghij"

static void
test_verbs(void **state)
{
	static const struct {
		const char *line, *reply;
	} rows[] = {
		{ "", "500 5.5.2 That line is empty" },
		{ " NOOP", "500 5.5.2 No blank stands before" },
		{ "\tNOOP", "500 5.5.2 No blank stands before" },
		{ "C: NOOP", "500 5.5.2 C: and S: tell" },
		{ "S:250 ok", "500 5.5.2 C: and S: tell" },
		{ "^]status", "500 5.5.1 That is a word to telex" },
		{ "STATUS", "500 5.5.1 That is a word to telex" },
		{ "file a.txt", "500 5.5.1 That is a word to telex" },
		{ "Subject: x", "500 5.5.2 That looks like a line of a" },
		{ "X-A:b", "500 5.5.2 That looks like a line of a" },
		{ "D:x", "500 5.5.2 That looks like a line of a" },
		{ "statusx", "500 5.5.1 There is no command \"statusx\";" },
		{ "Subject:", "500 5.5.1 There is no command \"Subject:\";" },
		{ ": x", "500 5.5.1 There is no command \":\";" },
		{ "Sub ject: x", "500 5.5.1 There is no command \"Sub\";" },
		{ "^x", "500 5.5.1 There is no command \"^x\";" },
		{ "C", "500 5.5.1 There is no command \"C\";" },
		{ "^", "500 5.5.1 There is no command \"^\";" },
		{ "caf\303\251\377 x",
		    "500 5.5.1 There is no command \"caf\303\251\\xff\";" },
		{ "User alice", "500 5.5.1 This is SMTP, and USER is of POP3" },
		{ "LIST", "500 5.5.1 This is SMTP, and LIST is of POP3 and" },
		{ "a1 LOGIN a b", "500 5.5.1 This is SMTP, and LOGIN is of I" },
		{ "a1 USER alice", "500 5.5.1 There is no command \"a1\";" },
		{ "Subject: LIST", "500 5.5.2 That looks like a line of a" },
		{ TEN TEN TEN TEN "k",
		    "500 5.5.1 There is no command \"" TEN TEN TEN TEN
		    "...\";" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct peer p = { .state = NULL };
		const char *reply;

		wrong_verb(&p, rows[i].line, strlen(rows[i].line));
		reply = crlf_bare(&p.out);
		if (strncmp(reply, rows[i].reply, strlen(rows[i].reply)) != 0)
			fail_msg("%s: %s", rows[i].line, reply);
		/* One line. */
		assert_ptr_equal(strchr(reply, '\n'),
		    reply + strlen(reply) - 1);
		buf_free(&p.out);
	}
}

static void
test_ports(void **state)
{
	static const struct {
		const char *own, *line;
		const char *word, *of; /* NULL: of none that is known */
	} rows[] = {
		{ "IMAP", "ehlo x", "EHLO", "SMTP" },
		{ "IMAP", "a1 MAIL FROM:<a>", "MAIL", "SMTP" },
		{ "IMAP", "QUIT", "QUIT", "SMTP and POP3" },
		{ "IMAP", "GET / HTTP/1.0", "GET", "HTTP" },
		{ "IMAP", "a1 LIST \"\" *", NULL, NULL },
		{ "IMAP", "STARTTLS", NULL, NULL },
		{ "IMAP", "RETR LOGIN", "RETR", "POP3" },
		{ "IMAP", "a1 b2 EHLO", NULL, NULL },
		{ "IMAP", "EHLOO", NULL, NULL },
		{ "IMAP", "", NULL, NULL },
		{ "POP3", "a1 LOGIN a b", "LOGIN", "IMAP" },
		{ "POP3", "LOGIN a b", "LOGIN", "IMAP" },
		{ "POP3", "STARTTLS", "STARTTLS", "SMTP and IMAP" },
		{ "POP3", "a1 STARTTLS", "STARTTLS", "SMTP and IMAP" },
		{ "POP3", "a1 EHLO x", NULL, NULL },
		{ "POP3", "LIST LOGIN", NULL, NULL },
		{ "POP3", "a1 LIST", NULL, NULL },
		{ "SMTP", "RETR 1", "RETR", "POP3" },
		{ "SMTP", "a1 LIST", "LIST", "POP3 and IMAP" },
		{ "SMTP", "a1 STARTTLS", NULL, NULL },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct wrong w = { NULL, NULL };
		bool is = wrong_port(rows[i].own, rows[i].line,
		    strlen(rows[i].line), &w);

		if (is != (rows[i].word != NULL))
			fail_msg("%s: %s", rows[i].own, rows[i].line);
		if (!is)
			continue;
		assert_string_equal(w.word, rows[i].word);
		assert_string_equal(w.of, rows[i].of);
	}
}

static void
test_lines(void **state)
{
	static const struct {
		const char *line;
		size_t len;
		bool bare, strict;
		const char *said; /* is in the reply; NULL: it may be one */
	} rows[] = {
		{ "NOOP", 4, false, true, NULL },
		{ "", 0, false, true, NULL },
		{ "a\tb ~\200\377", 7, false, true, NULL },
		{ "NOOP", 4, true, false, NULL },
		{ "NOOP", 4, true, true, "LF" },
		{ "NO\rOP", 5, false, false, "control character" },
		{ "\037", 1, false, false, "control character" },
		{ "NOOP\0", 5, false, false, "control character" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		const struct manners manners = { .strict = rows[i].strict };
		const struct peer p = { .manners = &manners,
			.bare = rows[i].bare };
		const char *reply = wrong_line(&p, rows[i].line, rows[i].len);

		assert_int_equal(reply != NULL, rows[i].said != NULL);
		if (reply != NULL)
			assert_non_null(strstr(reply, rows[i].said));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_verbs),
		cmocka_unit_test(test_ports),
		cmocka_unit_test(test_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
