/* SPDX-License-Identifier: ISC */
/* irc_test.c - Internet Relay Chat, told line by line. */
#include <stdlib.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "../talk.h"
#include "buf.h"
#include "lines.h"
#include "protos.h"

/* How a connection begins, for the talks that are about something later. */
#define WELCOME \
	{ "C:NICK q", TURN_COMMAND, "NICK" }, \
	    { "C:USER q 0 * :q", TURN_SERVER, "USER" }, \
	    { "S::s 001 q :Welcome", TURN_SERVER, "ok 1 aside" }, \
	{ \
		"S::s 376 q :End", TURN_COMMAND, "ok 376 USER" \
	}

static void
test_registration(void **state)
{
	static const struct talk talks[] = {
		{ "welcome", &proto_irc, false,
		    {
			{ "S::s NOTICE * :*** Looking up", TURN_COMMAND,
			    "none 0 aside" },
			{ "C:PASS x", TURN_COMMAND, "PASS hide 5" },
			WELCOME,
			{ "C:NICK r", TURN_COMMAND, "NICK" },
			{ "S::q!q@h NICK :r", TURN_COMMAND, "none 0 aside" },
		    } },
		{ "USER before NICK, and no message of the day", &proto_irc,
		    false,
		    {
			{ "C:USER q 0 * :q", TURN_COMMAND, "USER" },
			{ "C:NICK q", TURN_SERVER, "NICK" },
			{ "S:422 q :no MOTD", TURN_COMMAND, "ok 422 NICK" },
		    } },
		{ "CAP holds it up", &proto_irc, false,
		    {
			{ "C:CAP LS 302", TURN_SERVER, "CAP LS" },
			{ "S::s CAP * LS * :a sasl=PLAIN", TURN_SERVER,
			    "none 0 aside" },
			{ "S::s CAP * LS :tls", TURN_COMMAND, "ok 0 CAP LS" },
			{ "HAS:tls", TURN_COMMAND, NULL },
			{ "HAS:sasl", TURN_COMMAND, NULL },
			{ "C:NICK q", TURN_COMMAND, "NICK" },
			{ "C:USER q 0 * :q", TURN_COMMAND, "USER" },
			{ "C:cap  req :a", TURN_SERVER, "CAP REQ" },
			{ "S::s CAP q ACK :a", TURN_COMMAND, "ok 0 CAP REQ" },
			{ "C:CAP REQ :b", TURN_SERVER, "CAP REQ" },
			{ "S::s CAP q NAK :b", TURN_COMMAND, "perm 0 CAP REQ" },
			{ "C:CAP LIST", TURN_SERVER, "CAP LIST" },
			{ "S::s CAP q LIST :a", TURN_COMMAND, "ok 0 CAP LIST" },
			{ "C:CAP FROB", TURN_COMMAND, "CAP" },
			{ "C:CAP END", TURN_SERVER, "CAP END" },
			{ "S::s 001 q :Welcome", TURN_SERVER, "ok 1 aside" },
			{ "S::s 376 q :End", TURN_COMMAND, "ok 376 CAP END" },
			{ "C:CAP END", TURN_COMMAND, "CAP END" },
			{ "S::s CAP q NEW :b", TURN_COMMAND, "none 0 aside" },
		    } },
		{ "CAP ends first", &proto_irc, false,
		    {
			{ "C:CAP LS", TURN_SERVER, "CAP LS" },
			{ "S:CAP * LS :", TURN_COMMAND, "ok 0 CAP LS" },
			{ "C:CAP END", TURN_COMMAND, "CAP END" },
			{ "C:NICK q", TURN_COMMAND, "NICK" },
			{ "C:USER q 0 * :q", TURN_SERVER, "USER" },
		    } },
		{ "a server without CAP", &proto_irc, false,
		    {
			{ "C:CAP LS 302", TURN_SERVER, "CAP LS" },
			{ "S::s 421 * CAP :Unknown", TURN_COMMAND,
			    "perm 421 CAP LS" },
			WELCOME,
		    } },
		{ "name in use", &proto_irc, false,
		    {
			{ "C:NICK q", TURN_COMMAND, "NICK" },
			{ "C:USER q 0 * :q", TURN_SERVER, "USER" },
			{ "S::s 433 * q :in use", TURN_COMMAND,
			    "perm 433 USER" },
			{ "C:NICK r", TURN_SERVER, "NICK" },
			{ "S::s 433 * r :in use", TURN_COMMAND,
			    "perm 433 NICK" },
			{ "C:NICK s", TURN_SERVER, "NICK" },
			{ "S::s 376 s :End", TURN_COMMAND, "ok 376 NICK" },
		    } },
		{ "name refused before USER", &proto_irc, false,
		    {
			{ "C:NICK q", TURN_COMMAND, "NICK" },
			{ "S::s 433 * q :in use", TURN_COMMAND,
			    "perm 433 unasked" },
			{ "C:USER q 0 * :q", TURN_COMMAND, "USER" },
			{ "C:NICK r", TURN_SERVER, "NICK" },
		    } },
		{ "PING has to be answered first", &proto_irc, false,
		    {
			{ "C:NICK q", TURN_COMMAND, "NICK" },
			{ "C:USER q 0 * :q", TURN_SERVER, "USER" },
			{ "S:PING :4711", TURN_COMMAND, "more 0 USER" },
			{ "C:PONG :4711", TURN_SERVER, "PONG" },
			{ "S::s 376 q :End", TURN_COMMAND, "ok 376 PONG" },
		    } },
		{ "kept out", &proto_irc, false,
		    {
			{ "C:NICK q", TURN_COMMAND, "NICK" },
			{ "C:USER q 0 * :q", TURN_SERVER, "USER" },
			{ "S:ERROR :Closing link: (banned)", TURN_OVER,
			    "perm 0 USER" },
		    } },
		{ "before it nothing else is answered for certain", &proto_irc,
		    false,
		    {
			{ "C:JOIN #a", TURN_COMMAND, "JOIN" },
			{ "S::s 451 * JOIN :register", TURN_COMMAND,
			    "perm 451 unasked" },
			{ "C:PING x", TURN_COMMAND, "PING" },
			{ "C:AUTHENTICATE PLAIN", TURN_COMMAND,
			    "AUTHENTICATE" },
			{ "C:QUIT", TURN_SERVER, "QUIT" },
			{ "S:ERROR :bye", TURN_OVER, "ok 0 QUIT" },
		    } },
	};

	(void)state;
	play_talks(talks, ROWS(talks));
}

static void
test_answers(void **state)
{
	static const struct talk talks[] = {
		{ "channels", &proto_irc, false,
		    {
			WELCOME,
			{ "C:JOIN #a", TURN_SERVER, "JOIN" },
			{ "S::q!q@h JOIN :#a", TURN_SERVER, "none 0 aside" },
			{ "S::s 353 q = #a :@q", TURN_SERVER, "ok 353 aside" },
			{ "S::s 366 q #a :End", TURN_COMMAND, "ok 366 JOIN" },
			{ "C:JOIN #a", TURN_COMMAND, "JOIN" },
			{ "C:JOIN #d,#e", TURN_COMMAND, "JOIN" },
			{ "C:JOIN 0", TURN_COMMAND, "JOIN" },
			{ "C:JOIN :", TURN_COMMAND, "JOIN" },
			{ "C:JOIN", TURN_COMMAND, "JOIN" },
			{ "C:JOIN #full key", TURN_SERVER, "JOIN" },
			{ "S::s 404 q #a :no", TURN_SERVER,
			    "perm 404 unasked" },
			{ "S::s 471 q #Full :(+l)", TURN_COMMAND,
			    "perm 471 JOIN" },
			{ "C:TOPIC #a", TURN_SERVER, "TOPIC" },
			{ "S::s 331 q #a :none", TURN_COMMAND, "ok 331 TOPIC" },
			{ "C:TOPIC #a :new", TURN_COMMAND, "TOPIC" },
			{ "C:MODE #a", TURN_SERVER, "MODE" },
			{ "S::s 324 q #a +n", TURN_COMMAND, "ok 324 MODE" },
			{ "C:MODE #a +n", TURN_COMMAND, "MODE" },
			{ "C:MODE q", TURN_SERVER, "MODE" },
			{ "S::s 221 q +i", TURN_COMMAND, "ok 221 MODE" },
			{ "C:KICK #a bob :out", TURN_SERVER, "KICK" },
			{ "S::s 441 q bob #a :not there", TURN_COMMAND,
			    "perm 441 KICK" },
			{ "C:PART #a :bye", TURN_SERVER, "PART" },
			{ "S::r!r@h PART #b", TURN_SERVER, "none 0 aside" },
			{ "S::q!q@h PART :#A", TURN_COMMAND, "ok 0 PART" },
			{ "C:PART #a,#b", TURN_COMMAND, "PART" },
		    } },
		{ "questions", &proto_irc, false,
		    {
			WELCOME,
			{ "C:WHO #a", TURN_SERVER, "WHO" },
			{ "S:@time=12 :r!r@h PRIVMSG q :315", TURN_SERVER,
			    "none 0 aside" },
			{ "S:@time=12 :s 315 q #a :End", TURN_COMMAND,
			    "ok 315 WHO" },
			{ "C:whois zz", TURN_SERVER, "WHOIS" },
			{ "S::s 401 q zz :none", TURN_SERVER,
			    "perm 401 unasked" },
			{ "S::s 318 q zz :End", TURN_COMMAND, "ok 318 WHOIS" },
			{ "C:WHOWAS zz", TURN_SERVER, "WHOWAS" },
			{ "S::s 406 q zz :none", TURN_SERVER,
			    "perm 406 unasked" },
			{ "S::s 369 q zz :End", TURN_COMMAND, "ok 369 WHOWAS" },
			{ "C:WHOIS a,b", TURN_COMMAND, "WHOIS" },
			{ "C:LIST", TURN_SERVER, "LIST" },
			{ "S::s 263 q LIST :later", TURN_COMMAND,
			    "temp 263 LIST" },
			{ "C:PING x", TURN_SERVER, "PING" },
			{ "S:PING :s", TURN_SERVER, "none 0 aside" },
			{ "C:PONG :s", TURN_SERVER, "PONG" },
			{ "S::s PONG s :x", TURN_COMMAND, "ok 0 PING" },
			{ "C:STATS m", TURN_SERVER, "STATS" },
			{ "S::s 481 q :Permission denied", TURN_COMMAND,
			    "perm 481 STATS" },
			{ "C:MOTD", TURN_SERVER, "MOTD" },
			{ "S::s 422 q :none", TURN_COMMAND, "ok 422 MOTD" },
			{ "C::q VERSION", TURN_SERVER, "VERSION" },
			{ "S::s 351 q x s :", TURN_COMMAND, "ok 351 VERSION" },
			{ "C:AWAY", TURN_SERVER, "AWAY" },
			{ "S:FAIL AWAY NO :no", TURN_COMMAND, "perm 0 AWAY" },
			{ "C:ISON a b", TURN_SERVER, "ISON" },
			{ "S::s 303 q :a", TURN_COMMAND, "ok 303 ISON" },
		    } },
		{ "nothing is owed", &proto_irc, false,
		    {
			WELCOME,
			{ "C:PRIVMSG zz :hi", TURN_COMMAND, "PRIVMSG" },
			{ "C:NOTICE zz :hi", TURN_COMMAND, "NOTICE" },
			{ "C:FROB", TURN_COMMAND, "?" },
			{ "C:", TURN_COMMAND, "?" },
			{ "S::s 401 q zz :none", TURN_COMMAND,
			    "perm 401 unasked" },
			{ "S::s 421 q FROB :Unknown", TURN_COMMAND,
			    "perm 421 unasked" },
			{ "C:LUSERS", TURN_SERVER, "LUSERS" },
			{ "S::s 421 q FROB :Unknown", TURN_SERVER,
			    "perm 421 unasked" },
			{ "S::s 255 q :1", TURN_COMMAND, "ok 255 LUSERS" },
			{ "S::s 266 q :1", TURN_COMMAND, "ok 266 aside" },
			{ "S:", TURN_COMMAND, "none 0 aside" },
			{ "S:ERROR :Ping timeout", TURN_OVER, "none 0 aside" },
		    } },
		{ "a long name", &proto_irc, false,
		    {
			WELCOME,
			{ "C:JOIN #a23456789012345678901234567890123456789x",
			    TURN_SERVER, "JOIN" },
			{ "S::s 403 q #a2345678901234567890123456789012345 :",
			    TURN_SERVER, "perm 403 unasked" },
			{ "S::s 403 q #a23456789012345678901234567890123456789x"
			  " :",
			    TURN_COMMAND, "perm 403 JOIN" },
		    } },
	};

	(void)state;
	play_talks(talks, ROWS(talks));
}

static void
test_upgrade(void **state)
{
	static const struct talk talks[] = {
		{ "agreed", &proto_irc, false,
		    {
			{ "C:CAP LS 302", TURN_SERVER, "CAP LS" },
			{ "S:CAP * LS :tls", TURN_COMMAND, "ok 0 CAP LS" },
			{ "C:STARTTLS", TURN_SERVER, "STARTTLS" },
			{ "S::s NOTICE * :670", TURN_SERVER, "none 0 aside" },
			{ "S::s 670 * :go ahead", TURN_UPGRADE,
			    "ok 670 STARTTLS" },
			{ "TLS", TURN_COMMAND, NULL },
			{ "LACKS:tls", TURN_COMMAND, NULL },
			/* CAP LS was said before: it holds us up still. */
			{ "C:NICK q", TURN_COMMAND, "NICK" },
			{ "C:USER q 0 * :q", TURN_COMMAND, "USER" },
			{ "C:CAP END", TURN_SERVER, "CAP END" },
		    } },
		{ "refused", &proto_irc, false,
		    {
			{ "C:STARTTLS", TURN_SERVER, "STARTTLS" },
			{ "S::s 691 q :not now", TURN_COMMAND,
			    "perm 691 STARTTLS no-tls" },
			{ "C:STARTTLS", TURN_SERVER, "STARTTLS" },
			{ "S::s 421 * STARTTLS :what?", TURN_COMMAND,
			    "perm 421 STARTTLS no-tls" },
			{ "C:STARTTLS", TURN_SERVER, "STARTTLS" },
			{ "S::s 900 q :odd", TURN_SERVER, "ok 900 aside" },
		    } },
		{ "said before it was asked for", &proto_irc, false,
		    {
			{ "STALE", TURN_COMMAND, NULL },
			{ "C:STARTTLS", TURN_SERVER, "STARTTLS" },
			{ "S:670 * :go ahead", TURN_SERVER, "ok 670 aside" },
			{ "S:670 * :go ahead", TURN_UPGRADE,
			    "ok 670 STARTTLS" },
		    } },
	};

	(void)state;
	play_talks(talks, ROWS(talks));
}

static void
test_secrets(void **state)
{
	static const struct talk talks[] = {
		{ "SASL", &proto_irc, false,
		    {
			{ "C:CAP REQ :sasl", TURN_SERVER, "CAP REQ" },
			{ "S::s CAP q ACK :sasl", TURN_COMMAND, NULL },
			{ "C:AUTHENTICATE PLAIN", TURN_SERVER, "AUTHENTICATE" },
			{ "S:AUTHENTICATE +", TURN_SECRET,
			    "more 0 AUTHENTICATE" },
			{ "C:AUTHENTICATE AGEAYg==", TURN_SERVER,
			    "secret hide 0" },
			{ "S::s 900 q q!q@h q :You are", TURN_SERVER,
			    "ok 900 aside" },
			{ "S::s 903 q :done", TURN_COMMAND, "ok 903" },
			{ "C:AUTHENTICATE SCRAM-SHA-256", TURN_SERVER,
			    "AUTHENTICATE" },
			{ "S:AUTHENTICATE +", TURN_SECRET,
			    "more 0 AUTHENTICATE" },
			{ "C:AUTHENTICATE bixh", TURN_SERVER, "secret hide 0" },
			{ "S:AUTHENTICATE cj1h", TURN_SECRET, "more 0" },
			{ "C:AUTHENTICATE Yz1i", TURN_SERVER, "secret hide 0" },
			{ "S::s 904 q :failed", TURN_COMMAND, "perm 904" },
			{ "C:AUTHENTICATE FROB", TURN_SERVER,
			    "AUTHENTICATE hide 13" },
			{ "S::s 908 q PLAIN :are there", TURN_SERVER,
			    "ok 908 aside" },
			{ "S::s 904 q :failed", TURN_COMMAND,
			    "perm 904 AUTHENTICATE" },
		    } },
		{ "passwords", &proto_irc, false,
		    {
			{ "C:PASS secret", TURN_COMMAND, "PASS hide 5" },
			{ "C:pass  secret", TURN_COMMAND, "PASS hide 6" },
			{ "C:PASS", TURN_COMMAND, "PASS" },
			{ "C:OPER name secret", TURN_COMMAND, "OPER hide 10" },
			{ "C:OPER name", TURN_COMMAND, "OPER" },
			{ "C:NS IDENTIFY secret", TURN_COMMAND, "NS hide 12" },
			{ "C:NickServ identify me secret", TURN_COMMAND,
			    "NICKSERV hide 18" },
			{ "C:NS HELP", TURN_COMMAND, "NS" },
			{ "C:PRIVMSG NickServ :IDENTIFY secret", TURN_COMMAND,
			    "PRIVMSG hide 27" },
			{ "C:PRIVMSG NickServ@services.x :IDENTIFY secret",
			    TURN_COMMAND, "PRIVMSG hide 38" },
			{ "C:PRIVMSG Q@CServe.quakenet.org :AUTH me secret",
			    TURN_COMMAND, "PRIVMSG hide 36" },
			{ "C:PRIVMSG NickServ :HELP", TURN_COMMAND, "PRIVMSG" },
			{ "C:PRIVMSG bob :IDENTIFY secret", TURN_COMMAND,
			    "PRIVMSG" },
			{ "C:@a=b :q PASS secret", TURN_COMMAND,
			    "PASS hide 13" },
			{ "C:AUTHENTICATE AGEAYg==", TURN_COMMAND,
			    "AUTHENTICATE hide 13" },
			{ "C:AUTHENTICATE *", TURN_COMMAND, "AUTHENTICATE" },
		    } },
		{ "operator", &proto_irc, false,
		    {
			WELCOME,
			{ "C:OPER root secret", TURN_SERVER, "OPER hide 10" },
			{ "S::s 491 q :no", TURN_COMMAND, "perm 491 OPER" },
			{ "C:OPER root secret", TURN_SERVER, "OPER hide 10" },
			{ "S::s 381 q :yes", TURN_COMMAND, "ok 381 OPER" },
		    } },
	};

	(void)state;
	play_talks(talks, ROWS(talks));
}

static void
test_ping(void **state)
{
	static const struct {
		const char *line, *answer;
	} rows[] = {
		{ "PING :a b", "PONG :a b" },
		{ "PING a", "PONG a" },
		{ "@t=1 :s ping :x", "PONG :x" },
		{ ":s NOTICE q :PING :x", NULL },
		{ ":s PRIVMSG q :PING", NULL },
		{ "PINGX :a", NULL },
		{ "", NULL },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct buf b = { 0 };
		bool is =
		    proto_irc.answer(rows[i].line, strlen(rows[i].line), &b);

		assert_int_equal(is, rows[i].answer != NULL);
		if (is) {
			assert_int_equal(b.len, strlen(rows[i].answer));
			assert_memory_equal(buf_bytes(&b), rows[i].answer,
			    b.len);
		}
		assert_int_equal(is,
		    proto_irc.remark(NULL, rows[i].line, strlen(rows[i].line),
			&b));
		buf_free(&b);
	}
}

static void
test_greetings(void **state)
{
	static const struct greets_row rows[] = {
		{ ":s NOTICE * :*** Looking up your hostname", 2 },
		{ "NOTICE AUTH :*** Looking up", 2 },
		{ ":s 020 * :Please wait", 2 },
		{ "ERROR :Closing link", 1 },
		{ "PING :x", 1 },
		{ "220 mail ESMTP", 0 },
		{ "+OK", 0 },
		{ "* OK", 0 },
		{ "", 0 },
	};

	(void)state;
	lines_greet(&proto_irc, rows, ROWS(rows));
	assert_ptr_equal(protos_hello("NICK q", 6), &proto_irc);
	assert_ptr_equal(protos_hello("CAP LS 302", 10), &proto_irc);
	assert_ptr_equal(protos_find("ircs"), &proto_irc);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_registration),
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_upgrade),
		cmocka_unit_test(test_secrets),
		cmocka_unit_test(test_ping),
		cmocka_unit_test(test_greetings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
