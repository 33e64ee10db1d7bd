/* SPDX-License-Identifier: ISC */
/* dict_test.c - replies with texts, greetings and secrets. */
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
test_replies(void **state)
{
	static const struct talk talks[] = {
		{ "definitions", &proto_dict, true,
		    {
			{ "S:220 a dictd 1.13 <auth.mime> <1.2@a>",
			    TURN_COMMAND, "ok 220 greeting" },
			{ "C:DEFINE * word", TURN_SERVER, "DEFINE" },
			{ "S:150 2 definitions", TURN_SERVER,
			    "prelim 150- DEFINE" },
			{ "S:151 \"word\" db \"A\"", TURN_SERVER,
			    "prelim 151- DEFINE" },
			{ "S:250 is text here", TURN_SERVER,
			    "none 151- DEFINE" },
			{ "S:", TURN_SERVER, "none 151- DEFINE" },
			{ "S:..", TURN_SERVER, "none 151- DEFINE" },
			{ "S:.", TURN_SERVER, "none 151- DEFINE" },
			{ "S:151 \"word\" db \"B\"", TURN_SERVER,
			    "prelim 151- DEFINE" },
			{ "S:.", TURN_SERVER, "none 151- DEFINE" },
			{ "S:250 ok [d/m/c = 2/0/9]", TURN_COMMAND,
			    "ok 250 DEFINE" },
		    } },
		{ "other texts", &proto_dict, false,
		    {
			{ "C:MATCH * . word", TURN_SERVER, "MATCH" },
			{ "S:152 1 matches", TURN_SERVER, "prelim 152- MATCH" },
			{ "S:db \"word\"", TURN_SERVER, "none 152- MATCH" },
			{ "S:.", TURN_SERVER, "none 152- MATCH" },
			{ "S:250 ok", TURN_COMMAND, "ok 250 MATCH" },
			{ "C:SHOW DB", TURN_SERVER, "SHOW" },
			{ "S:110 1 databases", TURN_SERVER,
			    "prelim 110- SHOW" },
			{ "S:.", TURN_SERVER, NULL },
			{ "S:250 ok", TURN_COMMAND, "ok 250 SHOW" },
			{ "C:show  strategies", TURN_SERVER,
			    "SHOW STRATEGIES" },
			{ "S:111 1", TURN_SERVER, NULL },
			{ "S:.", TURN_SERVER, NULL },
			{ "S:250 ok", TURN_COMMAND, "ok 250 SHOW STRATEGIES" },
			{ "C:SHOW INFO db", TURN_SERVER, "SHOW INFO" },
			{ "S:112 info", TURN_SERVER, NULL },
			{ "S:250 x", TURN_SERVER, NULL },
			{ "S:.", TURN_SERVER, NULL },
			{ "S:250 ok", TURN_COMMAND, "ok 250 SHOW INFO" },
			{ "C:HELP", TURN_SERVER, "HELP" },
			{ "S:113 help", TURN_SERVER, NULL },
			{ "S:.", TURN_SERVER, NULL },
			{ "S:250 ok", TURN_COMMAND, "ok 250 HELP" },
			{ "C:SHOW SERVER", TURN_SERVER, "SHOW SERVER" },
			{ "S:114 server", TURN_SERVER, NULL },
			{ "S:.", TURN_SERVER, NULL },
			{ "S:250 ok", TURN_COMMAND, "ok 250 SHOW SERVER" },
		    } },
		{ "no text", &proto_dict, false,
		    {
			{ "C:DEFINE x y", TURN_SERVER, "DEFINE" },
			{ "S:552 no match", TURN_COMMAND, "perm 552 DEFINE" },
			{ "C:DEFINE x y", TURN_SERVER, "DEFINE" },
			{ "S:550 no database", TURN_COMMAND,
			    "perm 550 DEFINE" },
			{ "C:STATUS", TURN_SERVER, "STATUS" },
			{ "S:210 status", TURN_COMMAND, "ok 210 STATUS" },
			{ "C:FROB", TURN_SERVER, "?" },
			{ "S:500 what", TURN_COMMAND, "perm 500" },
			{ "C:CLIENT telex", TURN_SERVER, "CLIENT" },
			{ "S:what is this", TURN_SERVER, "none 0 junk" },
			{ "S:250 ok", TURN_COMMAND, "ok 250 CLIENT" },
			{ "C:QUIT", TURN_SERVER, "QUIT" },
			{ "S:221 bye", TURN_OVER, "ok 221 QUIT" },
		    } },
		{ "it fails in the middle", &proto_dict, false,
		    {
			{ "C:DEFINE * x", TURN_SERVER, "DEFINE" },
			{ "S:150 1", TURN_SERVER, NULL },
			{ "S:420 later", TURN_OVER, "temp 420 DEFINE" },
		    } },
		{ "no service", &proto_dict, true,
		    { { "S:421 later", TURN_OVER, "temp 421 greeting" } } },
		{ "no access", &proto_dict, true,
		    { { "S:530 denied", TURN_OVER, "perm 530 greeting" } } },
		{ "unasked", &proto_dict, false,
		    { { "S:421 down", TURN_OVER, "temp 421 unasked" } } },
	};

	(void)state;
	play_talks(talks, ROWS(talks));
}

static void
test_auth(void **state)
{
	static const struct talk talks[] = {
		{ "AUTH", &proto_dict, false,
		    {
			{ "C:AUTH alice 0123456789abcdef", TURN_SERVER,
			    "AUTH hide 11" },
			{ "S:531 no", TURN_COMMAND, "perm 531 AUTH" },
			{ "C: auth  alice  x", TURN_SERVER, "AUTH hide 14" },
			{ "S:230 ok", TURN_COMMAND, "ok 230 AUTH" },
			{ "C:AUTH alice", TURN_SERVER, "AUTH" },
		    } },
		{ "SASL", &proto_dict, false,
		    {
			{ "C:SASLAUTH DIGEST-MD5 x", TURN_SERVER,
			    "SASLAUTH hide 20" },
			{ "S:130 challenge", TURN_SERVER,
			    "prelim 130- SASLAUTH" },
			{ "S:cmVhbG0=", TURN_SERVER, "none 130- SASLAUTH" },
			{ "S:.", TURN_SERVER, "none 130- SASLAUTH" },
			{ "S:330 send", TURN_SECRET, "more 330 SASLAUTH" },
			{ "C:SASLRESP abc", TURN_SERVER, "secret hide 0" },
			{ "S:230 ok", TURN_COMMAND, "ok 230" },
			{ "C:SASLRESP abc", TURN_SERVER, "SASLRESP hide 9" },
		    } },
	};

	(void)state;
	play_talks(talks, ROWS(talks));
}

static void
test_greets(void **state)
{
	static const struct {
		const char *line, *proto;
	} rows[] = {
		{ "220 a dictd 1.13.0/rf <auth.mime> <1.2@a>", "dict" },
		{ "220 a.example server <auth> <1.2@a>  ", "dict" },
		{ "220 a.example <> <1.2@a>", "dict" },
		{ "220 a.example ESMTP <1.2@a>", "smtp" },
		{ "220-a dictd ", "smtp" },
		{ "220", "smtp" },
	};
	static const struct greets_row likes[] = {
		{ "420 later", 1 },
		{ "421 later", 1 },
		{ "530 denied", 1 },
		{ "554 no", 0 },
		{ "220 a.example ready", 0 },
		{ "220 a.example <1.2@a>", 0 },
		{ "220 ", 0 },
		{ "+OK <1.2@a> <x>", 0 },
		{ "", 0 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		const struct proto *p = protos_greeting(protos_raw(),
		    rows[i].line, strlen(rows[i].line));

		if (p == NULL || strcmp(p->name, rows[i].proto) != 0)
			fail_msg("\"%s\"", rows[i].line);
	}
	lines_greet(&proto_dict, likes, ROWS(likes));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_replies),
		cmocka_unit_test(test_auth),
		cmocka_unit_test(test_greets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
