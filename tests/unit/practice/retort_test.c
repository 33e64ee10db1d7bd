/* SPDX-License-Identifier: ISC */
/* retort_test.c - a rule's reply, alone and in place of another. */
#include <stdbool.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "buf.h"
#include "practice/peer.h"
#include "practice/retort.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

static const struct service services[] = { { .name = "smtp" },
	{ .name = "pop3" }, { .name = "imap" } };

enum { SMTP, POP3, IMAP };

struct row {
	int service;
	const char *reply;
	const char *own;  /* what the service said; NULL: it was not asked */
	const char *want; /* ... is told in the end */
	bool unknown;
};

/* The line is "a1 x", and something was said before. */
static const struct row rows[] = {
	{ SMTP, "550 no", NULL, "550 no\r\n", false },
	{ SMTP, "550-a\n550 b", NULL, "550-a\r\n550 b\r\n", false },
	{ POP3, "+OK\na\n.", NULL, "+OK\r\na\r\n.\r\n", false },
	{ IMAP, "NO no", NULL, "a1 NO no\r\n", false },
	{ IMAP, "* 1 EXISTS\nOK", NULL, "* 1 EXISTS\r\na1 OK\r\n", false },
	{ IMAP, "BYE bye", NULL, "* BYE bye\r\n", false },
	{ IMAP, "* BYE bye", NULL, "* BYE bye\r\n", false },
	{ SMTP, "250 fine", "250-a\r\n250 b\r\n", "250 fine\r\n", false },
	{ SMTP, "250 fine", "503 no\r\n", "503 no\r\n", false },
	{ SMTP, "250 fine", "354 go\r\n", "354 go\r\n", false },
	{ SMTP, "250 fine", "500 what\r\n", "250 fine\r\n", true },
	{ SMTP, "250 fine", "", "", false },
	{ SMTP, "250 fine", "", "", true },
	{ POP3, "+OK fine", "+OK 1\r\n", "+OK fine\r\n", false },
	{ POP3, "+OK fine", "+OK 1\r\na\r\n.\r\n", "+OK fine\r\na\r\n.\r\n",
	    false },
	{ POP3, "+OK fine\n.", "+OK 1\r\na\r\n.\r\n", "+OK fine\r\n.\r\n",
	    false },
	{ POP3, "+OK fine", "-ERR no\r\n", "-ERR no\r\n", false },
	{ POP3, "+OK fine", "+ \r\n", "+ \r\n", false },
	{ POP3, "+OK fine", "-ERR what\r\n", "+OK fine\r\n", true },
	{ IMAP, "OK fine", "a1 OK done\r\n", "a1 OK fine\r\n", false },
	{ IMAP, "OK fine", "* 1 EXISTS\r\na1 OK done\r\n",
	    "* 1 EXISTS\r\na1 OK fine\r\n", false },
	{ IMAP, "* X\nOK fine", "* 1 EXISTS\r\na1 OK done\r\n",
	    "* 1 EXISTS\r\n* X\r\na1 OK fine\r\n", false },
	{ IMAP, "OK fine", "* OK x\r\na1 NO no\r\n", "* OK x\r\na1 NO no\r\n",
	    false },
	{ IMAP, "OK fine", "+ go\r\n", "+ go\r\n", false },
	{ IMAP, "OK fine", "a1 BAD what\r\n", "a1 OK fine\r\n", true },
};

static void
test_rows(void **state)
{
	static const char line[] = "a1 x";
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		const struct row *r = &rows[i];
		struct peer p = { .service = &services[r->service],
			.unknown = r->unknown };
		size_t said;

		buf_adds(&p.out, "before\r\n");
		said = p.out.len;
		if (r->own == NULL) {
			retort(&p, r->reply, line, strlen(line));
		} else {
			buf_adds(&p.out, r->own);
			retort_agreed(&p, said, r->reply, line, strlen(line));
		}
		buf_add(&p.out, "", 1);
		assert_memory_equal(buf_bytes(&p.out), "before\r\n", said);
		assert_string_equal(buf_bytes(&p.out) + said, r->want);
		buf_free(&p.out);
	}
}

/* A tag is a client's word: it is made harmless; a greeting has none. */
static void
test_tags(void **state)
{
	struct peer p = { .service = &services[IMAP] };

	(void)state;
	retort(&p, "OK hello", "*", 1);
	retort(&p, "NO no", "\x9b x", 3);
	buf_add(&p.out, "", 1);
	assert_string_equal(buf_bytes(&p.out), "* OK hello\r\n\\x9b NO no\r\n");
	buf_free(&p.out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_tags),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
