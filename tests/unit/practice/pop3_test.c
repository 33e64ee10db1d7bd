/* SPDX-License-Identifier: ISC */
/* pop3_test.c - whole sessions of POP3, and what a student gets wrong. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "client.h"

#define ROWS(rows) rows, sizeof rows / sizeof rows[0]

#define CLEAR "; the password went in the clear, STLS hides it"
#define UNKNOWN(name) \
	"-ERR there is no command \"" name "\" in POP3: CAPA, USER, PASS, " \
	"STAT, LIST, RETR, DELE, QUIT are some\n"

static const char *const letters[] = { "Subject: 1\n\none\n.dot\n..dots\n",
	"Subject: two\n\n.\nend\n", NULL };

static void
begin(struct client *c, struct mailbox *box)
{
	static const struct exchange login[] = {
		{ "user alice", "+OK now PASS and the password\n" },
		{ "PASS wonderland", "+OK 2 messages (57 octets)" CLEAR "\n" },
	};

	memset(box, 0, sizeof *box);
	client_fill(box, letters);
	client_begin(c, &service_pop3, box);
	client_expect(c, "nothing", "+OK localhost practices POP3\n");
	client_talk(c, ROWS(login));
	assert_string_equal(c->peer.user, "alice");
}

static void
test_before_login(void **state)
{
	static const struct exchange rows[] = {
		{ "STAT", "-ERR STAT needs a user: USER and PASS first\n" },
		{ "EHLO there", "-ERR this is POP3, and EHLO is of SMTP\n" },
		{ "a1 LOGIN a b", "-ERR this is POP3, and LOGIN is of IMAP\n" },
		{ "LISTS there", UNKNOWN("LISTS") },
		{ "", UNKNOWN("") },
		{ "\x1b[2J", UNKNOWN("\\x1b[2J") },
		{ "PASS x", "-ERR PASS needs USER first: USER alice\n" },
		{ "USER", "-ERR USER wants a name: USER alice\n" },
		{ "CAPA",
		    "+OK this is what there is\nTOP\nUIDL\nRESP-CODES\n"
		    "AUTH-RESP-CODE\nPIPELINING\nUSER\n"
		    "SASL SCRAM-SHA-256 CRAM-MD5 PLAIN LOGIN\nSTLS\n"
		    "IMPLEMENTATION telex-practice\n.\n" },
		{ "CAPA now", "-ERR CAPA stands alone\n" },
		{ "USER alice", "+OK now PASS and the password\n" },
		{ "PASS", "-ERR PASS wants a password: PASS secret\n" },
		{ "PASS wonderland ",
		    "-ERR [AUTH] The password is not that of \"alice\"\n" },
		{ "PASS wonderland",
		    "-ERR PASS needs USER first: USER alice\n" },
		{ "USER bob", "+OK now PASS and the password\n" },
		{ "PASS x",
		    "-ERR [AUTH] There is no user \"bob\" here (a real server "
		    "would not say so)\n" },
		{ "AUTH",
		    "+OK the mechanisms are\nSCRAM-SHA-256\nCRAM-MD5\nPLAIN\n"
		    "LOGIN\n.\n" },
		{ "AUTH PLAIN", "+ \n" },
		{ "*", "-ERR AUTH is cancelled\n" },
		{ "AUTH LOGIN", "+ VXNlcm5hbWU6\n" },
		{ "YWxpY2U=", "+ UGFzc3dvcmQ6\n" },
		{ "d3Jvbmc=",
		    "-ERR [AUTH] The password is not that of \"alice\"\n" },
		{ "AUTH PLAIN AGFsaWNlAHdvbmRlcmxhbmQ=",
		    "+OK 0 messages (0 octets)" CLEAR "\n" },
		{ "USER bob", "-ERR USER comes too late: you are logged in\n" },
		{ "RETR 1",
		    "-ERR there is no message 1: there is none at all\n" },
		{ "QUIT", "+OK good-bye: 0 removed, 0 left\n" },
	};
	struct mailbox box = { .validity = 7 };
	struct client c;

	(void)state;
	client_greeted(&c, &service_pop3, &box);
	client_talk(&c, ROWS(rows));
	assert_true(c.peer.closing);
	client_finish(&c, &box);
}

static void
test_messages(void **state)
{
	static const struct exchange rows[] = {
		{ "STAT", "+OK 2 57\n" },
		{ "list", "+OK 2 messages (57 octets)\n1 33\n2 24\n.\n" },
		{ "LIST 2", "+OK 2 24\n" },
		{ "LIST 2 ", "+OK 2 24\n" },
		{ "LIST 3", "-ERR there is no message 3: LIST shows 1 to 2\n" },
		{ "LIST 0", "-ERR there is no message 0: LIST shows 1 to 2\n" },
		{ "LIST x", "-ERR LIST wants a number or nothing: LIST 1\n" },
		{ "LIST 1 2", "-ERR LIST wants a number or nothing: LIST 1\n" },
		{ "UIDL", "+OK 2 messages (57 octets)\n1 7.1\n2 7.2\n.\n" },
		{ "UIDL 1", "+OK 1 7.1\n" },
		{ "RETR 1",
		    "+OK 33 octets\nSubject: 1\n\none\n..dot\n...dots\n.\n" },
		{ "RETR", "-ERR RETR wants a number: RETR 1\n" },
		{ "RETR 99999999999999999999",
		    "-ERR RETR wants a number: RETR 1\n" },
		{ "TOP 1 0",
		    "+OK the header and at most 0 lines\nSubject: 1\n\n.\n" },
		{ "TOP 2 1",
		    "+OK the header and at most 1 line\nSubject: two\n\n"
		    "..\n.\n" },
		{ "TOP 2 9",
		    "+OK the header and at most 9 lines\nSubject: two\n\n"
		    "..\nend\n.\n" },
		{ "TOP 1", "-ERR TOP wants a number and lines: TOP 1 10\n" },
		{ "TOP 1 x", "-ERR TOP wants a number and lines: TOP 1 10\n" },
		{ "TOP 1 1 1",
		    "-ERR TOP wants a number and lines: TOP 1 10\n" },
		{ "NOOP", "+OK\n" },
		{ "STLS", "-ERR STLS comes too late: you are logged in\n" },
		{ "DELE 1", "+OK message 1 goes at QUIT (RSET keeps it)\n" },
		{ "DELE 1",
		    "-ERR message 1 is deleted: RSET takes that back\n" },
		{ "STAT", "+OK 1 24\n" },
		{ "LIST", "+OK 1 message (24 octets)\n2 24\n.\n" },
		{ "DELE 3", "-ERR there is no message 3: LIST shows 1 to 2\n" },
		{ "RSET", "+OK 2 messages (57 octets)\n" },
		{ "DELE 2", "+OK message 2 goes at QUIT (RSET keeps it)\n" },
		{ "QUIT", "+OK good-bye: 1 removed, 1 left\n" },
	};
	struct mailbox box;
	struct client c;

	(void)state;
	begin(&c, &box);
	client_talk(&c, ROWS(rows));
	assert_true(c.peer.closing);
	assert_int_equal(box.count, 1);
	assert_int_equal(box.list[0]->uid, 1);
	client_finish(&c, &box);
}

/* Numbers stay whatever others do; nothing is removed without QUIT. */
static void
test_snapshot(void **state)
{
	struct mailbox box;
	struct client c;

	(void)state;
	begin(&c, &box);
	client_say(&c, "DELE 2",
	    "+OK message 2 goes at QUIT (RSET keeps it)\n");
	mailbox_remove(&box, box.list[0]);
	mailbox_add(&box, "x\r\n", 3, "", "");
	client_say(&c, "LIST", "+OK 1 message (33 octets)\n1 33\n.\n");
	client_say(&c, "RETR 1",
	    "-ERR another client has removed message 1 meanwhile\n");
	client_say(&c, "TOP 1 1",
	    "-ERR another client has removed message 1 meanwhile\n");
	client_say(&c, "DELE 3",
	    "-ERR there is no message 3: LIST shows 1 to 2\n");
	client_end(&c);
	assert_int_equal(box.count, 2);
	mailbox_free(&box);
}

static void
test_stls(void **state)
{
	struct mailbox box = { .validity = 7 };
	struct manners bare = client_manners;
	struct client c;

	(void)state;
	client_greeted(&c, &service_pop3, &box);
	client_say(&c, "USER alice", "+OK now PASS and the password\n");
	client_say(&c, "STLS", "+OK begin TLS now\n");
	assert_true(c.peer.starttls);
	c.peer.tls = true;
	client_say(&c, "STLS", "-ERR this connection has TLS already\n");
	client_say(&c, "PASS wonderland",
	    "-ERR PASS needs USER first: USER alice\n");
	client_say(&c, "USER alice", "+OK now PASS and the password\n");
	client_say(&c, "PASS wonderland", "+OK 0 messages (0 octets)\n");
	client_end(&c);
	bare.starttls = false;
	client_greeted(&c, &service_pop3, &box);
	c.peer.manners = &bare;
	client_say(&c, "STLS",
	    "-ERR STLS is not offered here: CAPA lists what is\n");
	client_finish(&c, &box);
}

/* A NUL ends no string, and a password may have blanks. */
static void
test_odd_lines(void **state)
{
	struct mailbox box = { .validity = 7 };
	struct client c;

	(void)state;
	client_greeted(&c, &service_pop3, &box);
	client_send(&c, "USER alice\0x\r\n", 14);
	client_expect(&c, "NUL", UNKNOWN("USER"));
	client_say(&c, "USER alice ", "+OK now PASS and the password\n");
	client_say(&c, "PASS  wonderland",
	    "-ERR [AUTH] The password is not that of \"alice\"\n");
	client_finish(&c, &box);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_before_login),
		cmocka_unit_test(test_messages),
		cmocka_unit_test(test_snapshot),
		cmocka_unit_test(test_stls),
		cmocka_unit_test(test_odd_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
