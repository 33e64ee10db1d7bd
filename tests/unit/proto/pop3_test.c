/* SPDX-License-Identifier: ISC */
/* pop3_test.c - the Post Office Protocol, told line by line. */
#include <stdlib.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "../talk.h"
#include "lines.h"
#include "protos.h"

static void
test_answers(void **state)
{
	static const struct talk talks[] = {
		{ "one line or a block, by the arguments", &proto_pop3, true,
		    {
			{ "S:+OK POP3 <1.2@host>", TURN_COMMAND,
			    "ok 0 greeting" },
			{ "C:STAT", TURN_SERVER, "STAT" },
			{ "S:+OK 2 320", TURN_COMMAND, "ok 0 STAT" },
			{ "C:LIST", TURN_SERVER, "LIST" },
			{ "S:+OK 2 messages", TURN_SERVER, "ok 0- LIST" },
			{ "S:1 120", TURN_SERVER, "ok 0- LIST data" },
			{ "S:-ERR as text", TURN_SERVER, "ok 0- LIST data" },
			{ "S:", TURN_SERVER, "ok 0- LIST data" },
			{ "S:..", TURN_SERVER, "ok 0- LIST data" },
			{ "S:. ", TURN_SERVER, "ok 0- LIST data" },
			{ "S:.", TURN_COMMAND, "ok 0 LIST" },
			{ "C:list 2", TURN_SERVER, "LIST" },
			{ "S:+OK 2 200", TURN_COMMAND, "ok 0 LIST" },
			{ "C:LIST  ", TURN_SERVER, "LIST" },
			{ "S:+OK", TURN_SERVER, "ok 0- LIST" },
			{ "S:.", TURN_COMMAND, "ok 0 LIST" },
			{ "C:UIDL", TURN_SERVER, "UIDL" },
			{ "S:+OK", TURN_SERVER, "ok 0- UIDL" },
			{ "S:1 abc", TURN_SERVER, "ok 0- UIDL data" },
			{ "S:.", TURN_COMMAND, "ok 0 UIDL" },
			{ "C: UIDL\t1", TURN_SERVER, "UIDL" },
			{ "S:+OK 1 abc", TURN_COMMAND, "ok 0 UIDL" },
			{ "C:LANG *", TURN_SERVER, "LANG" },
			{ "S:+OK", TURN_COMMAND, "ok 0 LANG" },
			{ "C:LANG", TURN_SERVER, "LANG" },
			{ "S:+OK", TURN_SERVER, "ok 0- LANG" },
			{ "S:en English", TURN_SERVER, "ok 0- LANG data" },
			{ "S:.", TURN_COMMAND, "ok 0 LANG" },
		    } },
		{ "a refusal is one line", &proto_pop3, false,
		    {
			{ "C:LIST", TURN_SERVER, "LIST" },
			{ "S:-ERR no", TURN_COMMAND, "perm 0 LIST" },
			{ "C:RETR 9", TURN_SERVER, "RETR" },
			{ "S:-ERR no such message", TURN_COMMAND,
			    "perm 0 RETR" },
			{ "C:TOP 1", TURN_SERVER, "TOP" },
			{ "S:-ERR", TURN_COMMAND, "perm 0 TOP" },
			{ "C:CAPA", TURN_SERVER, "CAPA" },
			{ "S:-ERR unknown", TURN_COMMAND, "perm 0 CAPA" },
			{ "C:AUTH", TURN_SERVER, "AUTH" },
			{ "S:-ERR", TURN_COMMAND, "perm 0 AUTH" },
			{ "C:XTND XMIT", TURN_SERVER, "?" },
			{ "S:-ERR", TURN_COMMAND, "perm 0" },
			{ "C:XFOO", TURN_SERVER, "?" },
			{ "S:+OK one line", TURN_COMMAND, "ok 0" },
			{ "C:NOOP", TURN_SERVER, "NOOP" },
			{ "S:Error", TURN_SERVER, "none 0 junk" },
			{ "S:+OK", TURN_COMMAND, "ok 0 NOOP" },
			{ "S:-ERR idle too long", TURN_COMMAND,
			    "perm 0 unasked" },
		    } },
		{ "messages", &proto_pop3, false,
		    {
			{ "C:RETR 1", TURN_SERVER, "RETR" },
			{ "S:+OK 120 octets", TURN_SERVER, "ok 0- RETR" },
			{ "S:Subject: x", TURN_SERVER, "ok 0- RETR data" },
			{ "S:", TURN_SERVER, "ok 0- RETR data" },
			{ "S:+OK", TURN_SERVER, "ok 0- RETR data" },
			{ "S:+ ", TURN_SERVER, "ok 0- RETR data" },
			{ "S:...", TURN_SERVER, "ok 0- RETR data" },
			{ "S:.", TURN_COMMAND, "ok 0 RETR" },
			{ "C:TOP 1 0", TURN_SERVER, "TOP" },
			{ "S:+OK", TURN_SERVER, "ok 0- TOP" },
			{ "S:.", TURN_COMMAND, "ok 0 TOP" },
			{ "C:DELE 1", TURN_SERVER, "DELE" },
			{ "S:+OK", TURN_COMMAND, "ok 0 DELE" },
			{ "C:RSET", TURN_SERVER, "RSET" },
			{ "S:+ok lower", TURN_COMMAND, "ok 0 RSET" },
			{ "C:QUIT", TURN_SERVER, "QUIT" },
			{ "S:-ERR some deleted messages not removed", TURN_OVER,
			    "perm 0 QUIT" },
		    } },
		{ "pipelining", &proto_pop3, false,
		    {
			{ "C:STAT", TURN_SERVER, "STAT" },
			{ "C:LIST", TURN_SERVER, "LIST" },
			{ "C:LIST 1", TURN_SERVER, "LIST" },
			{ "C:RETR 1", TURN_SERVER, "RETR" },
			{ "C:QUIT", TURN_SERVER, "QUIT" },
			{ "S:+OK 1 1", TURN_SERVER, "ok 0 STAT" },
			{ "S:+OK", TURN_SERVER, "ok 0- LIST" },
			{ "S:1 1", TURN_SERVER, "ok 0- LIST data" },
			{ "S:.", TURN_SERVER, "ok 0 LIST" },
			{ "S:+OK 1 1", TURN_SERVER, "ok 0 LIST" },
			{ "S:+OK", TURN_SERVER, "ok 0- RETR" },
			{ "S:+OK", TURN_SERVER, "ok 0- RETR data" },
			{ "S:.", TURN_SERVER, "ok 0 RETR" },
			{ "S:+OK bye", TURN_OVER, "ok 0 QUIT" },
		    } },
	};

	(void)state;
	play_talks(talks, ROWS(talks));
}

static void
test_secrets(void **state)
{
	static const struct talk talks[] = {
		{ "USER, PASS and APOP", &proto_pop3, false,
		    {
			{ "C:USER alice", TURN_SERVER, "USER" },
			{ "S:+OK", TURN_COMMAND, "ok 0 USER" },
			{ "C:PASS secret", TURN_SERVER, "PASS hide 5" },
			{ "S:-ERR [AUTH] no", TURN_COMMAND, "perm 0 PASS" },
			{ "C:pass   two  blanks ", TURN_SERVER, "PASS hide 5" },
			{ "S:+OK", TURN_COMMAND, "ok 0 PASS" },
			{ "C: PASS x", TURN_SERVER, "PASS hide 6" },
			{ "S:+OK", TURN_COMMAND, "ok 0 PASS" },
			{ "C:PASS", TURN_SERVER, "PASS" },
			{ "S:-ERR", TURN_COMMAND, "perm 0 PASS" },
			{ "C:PASS ", TURN_SERVER, "PASS" },
			{ "S:-ERR", TURN_COMMAND, "perm 0 PASS" },
			{ "C:APOP alice c4c9334bac560ecc", TURN_SERVER,
			    "APOP hide 11" },
			{ "S:+OK", TURN_COMMAND, "ok 0 APOP" },
			{ "C:APOP alice", TURN_SERVER, "APOP" },
			{ "S:-ERR", TURN_COMMAND, "perm 0 APOP" },
		    } },
		{ "AUTH by steps", &proto_pop3, false,
		    {
			{ "C:AUTH LOGIN", TURN_SERVER, "AUTH" },
			{ "S:+ VXNlcg==", TURN_SECRET, "more 0 AUTH" },
			{ "C:YWxpY2U=", TURN_SERVER, "secret hide 0" },
			{ "S:+ ", TURN_SECRET, "more 0" },
			{ "C:", TURN_SERVER, "secret" },
			{ "S:+", TURN_SECRET, "more 0" },
			{ "C:cHc=", TURN_SERVER, "secret hide 0" },
			{ "S:+OK", TURN_COMMAND, "ok 0" },
			{ "C:AUTH PLAIN AGEAYg==", TURN_SERVER,
			    "AUTH hide 11" },
			{ "S:+OK", TURN_COMMAND, "ok 0 AUTH" },
			{ "C:auth plain =", TURN_SERVER, "AUTH hide 11" },
			{ "S:-ERR", TURN_COMMAND, "perm 0 AUTH" },
			{ "C:AUTH CRAM-MD5", TURN_SERVER, "AUTH" },
			{ "S:+ PDE+", TURN_SECRET, "more 0 AUTH" },
			{ "C:*", TURN_SERVER, "secret" },
			{ "S:-ERR given up", TURN_COMMAND, "perm 0" },
			{ "C:AUTH EXTERNAL", TURN_SERVER, "AUTH" },
			{ "S:+OK at once", TURN_COMMAND, "ok 0 AUTH" },
			{ "C:AUTH PLAIN", TURN_SERVER, "AUTH" },
			{ "S:+ ", TURN_SECRET, "more 0 AUTH" },
			{ "C:AGEAYg==", TURN_SERVER, "secret hide 0" },
			{ "S:-ERR [AUTH] no", TURN_COMMAND, "perm 0" },
		    } },
		{ "AUTH alone lists", &proto_pop3, false,
		    {
			{ "C:AUTH", TURN_SERVER, "AUTH" },
			{ "S:+OK", TURN_SERVER, "ok 0- AUTH" },
			{ "S:PLAIN", TURN_SERVER, "ok 0- AUTH data" },
			{ "S:.", TURN_COMMAND, "ok 0 AUTH" },
			{ "C:AUTH ", TURN_SERVER, "AUTH" },
			{ "S:+OK", TURN_SERVER, "ok 0- AUTH" },
			{ "S:.", TURN_COMMAND, "ok 0 AUTH" },
		    } },
	};

	(void)state;
	play_talks(talks, ROWS(talks));
}

static void
test_upgrade(void **state)
{
	static const struct talk talks[] = {
		{ "STLS", &proto_pop3, true,
		    {
			{ "S:+OK POP3", TURN_COMMAND, "ok 0 greeting" },
			{ "C:CAPA", TURN_SERVER, "CAPA" },
			{ "S:+OK", TURN_SERVER, "ok 0- CAPA" },
			{ "S:STLS", TURN_SERVER, "ok 0- CAPA data" },
			{ "S:SASL PLAIN LOGIN", TURN_SERVER,
			    "ok 0- CAPA data" },
			{ "S:.", TURN_COMMAND, "ok 0 CAPA" },
			{ "HAS:STLS", TURN_COMMAND, NULL },
			{ "HAS:SASL PLAIN", TURN_COMMAND, NULL },
			{ "HAS:SASL", TURN_COMMAND, NULL },
			{ "LACKS:PLAIN", TURN_COMMAND, NULL },
			{ "C:STLS", TURN_SERVER, "STLS" },
			{ "S:+OK begin", TURN_UPGRADE, "ok 0 STLS" },
			{ "TLS", TURN_COMMAND, NULL },
			{ "LACKS:STLS", TURN_COMMAND, NULL },
			{ "C:CAPA", TURN_SERVER, "CAPA" },
			{ "S:+OK", TURN_SERVER, "ok 0- CAPA" },
			{ "S:UIDL", TURN_SERVER, "ok 0- CAPA data" },
			{ "S:.", TURN_COMMAND, "ok 0 CAPA" },
			{ "HAS:UIDL", TURN_COMMAND, NULL },
			{ "C:CAPA", TURN_SERVER, "CAPA" },
			{ "S:-ERR", TURN_COMMAND, "perm 0 CAPA" },
			{ "HAS:UIDL", TURN_COMMAND, NULL },
			{ "C:CAPA", TURN_SERVER, "CAPA" },
			{ "S:+OK", TURN_SERVER, "ok 0- CAPA" },
			{ "S:TOP", TURN_SERVER, "ok 0- CAPA data" },
			{ "S:.", TURN_COMMAND, "ok 0 CAPA" },
			{ "LACKS:UIDL", TURN_COMMAND, NULL },
			{ "C:STLS", TURN_SERVER, "STLS" },
			{ "S:+OK", TURN_COMMAND, "ok 0 STLS odd-tls" },
		    } },
		{ "no other word begins TLS", &proto_pop3, false,
		    {
			{ "C:STLS", TURN_SERVER, "STLS" },
			{ "S:-ERR no", TURN_COMMAND, "perm 0 STLS no-tls" },
			{ "C:STLS", TURN_SERVER, "STLS" },
			{ "S:+OKAY", TURN_COMMAND, "ok 0 STLS odd-tls" },
			{ "C:STLS", TURN_SERVER, "STLS" },
			{ "S:+ok", TURN_COMMAND, "ok 0 STLS odd-tls" },
			{ "C:STLS", TURN_SERVER, "STLS" },
			{ "S:+ ", TURN_COMMAND, "more 0 STLS odd-tls" },
			{ "C:STLS", TURN_SERVER, "STLS" },
			{ "S:OK", TURN_SERVER, "none 0 junk" },
			{ "S:+OK", TURN_UPGRADE, "ok 0 STLS" },
		    } },
		{ "a line that was there before answers nothing", &proto_pop3,
		    false,
		    {
			{ "STALE", TURN_COMMAND, NULL },
			{ "C:STLS", TURN_SERVER, "STLS" },
			{ "S:+OK", TURN_SERVER, "ok 0 unasked" },
			{ "S:+OK", TURN_UPGRADE, "ok 0 STLS" },
		    } },
	};

	(void)state;
	play_talks(talks, ROWS(talks));
}

/* The class of a refusal, which becomes the exit status. */
static void
test_response_codes(void **state)
{
	static const struct {
		const char *line;
		enum reply_class class;
	} rows[] = {
		{ "-ERR", CLASS_PERMANENT },
		{ "-ERR no", CLASS_PERMANENT },
		{ "-ERR [SYS/TEMP] later", CLASS_TRANSIENT },
		{ "-ERR [sys/temp] later", CLASS_TRANSIENT },
		{ "-ERR [SYS/TEMP/DISK] later", CLASS_TRANSIENT },
		{ "-ERR [SYS/TEMPORARY] later", CLASS_PERMANENT },
		{ "-ERR [SYS/PERM] never", CLASS_PERMANENT },
		{ "-ERR [IN-USE] another session", CLASS_TRANSIENT },
		{ "-ERR [IN-USE]", CLASS_TRANSIENT },
		{ "-ERR  [IN-USE]", CLASS_TRANSIENT },
		{ "-ERR [IN-USE", CLASS_PERMANENT },
		{ "-ERR IN-USE", CLASS_PERMANENT },
		{ "-ERR text [IN-USE]", CLASS_PERMANENT },
		{ "-ERR [LOGIN-DELAY] wait", CLASS_TRANSIENT },
		{ "-ERR [LOGIN-DELAY/60] wait", CLASS_TRANSIENT },
		{ "-ERR [AUTH] no", CLASS_PERMANENT },
		{ "-ERR [", CLASS_PERMANENT },
		{ "+OK [IN-USE]", CLASS_OK },
		{ "+OK", CLASS_OK },
		{ "+", CLASS_MORE },
		{ "+ ", CLASS_MORE },
		{ "+ abc", CLASS_MORE },
		{ "+abc", CLASS_NONE },
		{ "-ER", CLASS_NONE },
		{ "ERR", CLASS_NONE },
		{ "", CLASS_NONE },
		{ " +OK", CLASS_NONE },
		{ ".", CLASS_NONE },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		const char *line = rows[i].line;
		struct asked a = { .verb = NULL };
		struct hold h = { .step = 0 };
		struct judged j = proto_pop3.judge(&h, &a, line, strlen(line));

		if (j.class != rows[i].class || j.more || j.closes)
			fail_msg("\"%s\": %d", line, (int)j.class);
		if (j.class != CLASS_NONE)
			assert_ptr_equal(j.word, line);
	}
}

static void
test_greetings(void **state)
{
	static const struct greets_row rows[] = {
		{ "+OK POP3 ready", 2 },
		{ "+OK pop server <1@a>", 2 },
		{ "+OK Dovecot ready.", 1 },
		{ "+OK", 1 },
		{ "-ERR too many", 1 },
		{ "+ hello", 0 },
		{ "* OK", 0 },
		{ "220 POP", 0 },
		{ "", 0 },
	};

	(void)state;
	lines_greet(&proto_pop3, rows, ROWS(rows));
	assert_ptr_equal(protos_hello("CAPA", 4), &proto_pop3);
	assert_ptr_equal(protos_find("pop3s"), &proto_pop3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_secrets),
		cmocka_unit_test(test_upgrade),
		cmocka_unit_test(test_response_codes),
		cmocka_unit_test(test_greetings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
