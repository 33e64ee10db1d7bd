/* SPDX-License-Identifier: ISC */
/* sieve_test.c - ManageSieve, told line by line. */
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
test_greeting(void **state)
{
	static const struct talk talks[] = {
		{ "capabilities", &proto_sieve, true,
		    {
			{ "S:\"IMPLEMENTATION\" \"a \\\"b\\\" {3}\"",
			    TURN_SERVER, "ok 0- greeting" },
			{ "S:\"SASL\" \"PLAIN LOGIN\"", TURN_SERVER,
			    "ok 0- greeting" },
			{ "S:\"SIEVE\" {4}", TURN_SERVER,
			    "ok 0- greeting octets 4" },
			{ "O:3", TURN_SERVER, "none 0- octets 1" },
			{ "O:1", TURN_SERVER, "none 0-" },
			{ "S:", TURN_SERVER, "ok 0- greeting" },
			{ "S:\"STARTTLS\"", TURN_SERVER, "ok 0- greeting" },
			{ "S:ok \"ready\"", TURN_COMMAND, "ok 0 greeting" },
			{ "HAS:STARTTLS", TURN_COMMAND, "" },
			{ "HAS:SASL PLAIN", TURN_COMMAND, "" },
			{ "HAS:IMPLEMENTATION a \"b\"", TURN_COMMAND, "" },
			{ "HAS:SIEVE", TURN_COMMAND, "" },
			{ "C:CAPABILITY", TURN_SERVER, "CAPABILITY" },
			{ "S:\"OTHER\"", TURN_SERVER, "ok 0- CAPABILITY" },
			{ "S:OK", TURN_COMMAND, "ok 0 CAPABILITY" },
			{ "HAS:OTHER", TURN_COMMAND, "" },
			{ "LACKS:STARTTLS", TURN_COMMAND, "" },
			{ "C:LISTSCRIPTS", TURN_SERVER, "LISTSCRIPTS" },
			{ "S:\"STARTTLS\"", TURN_SERVER, "ok 0- LISTSCRIPTS" },
			{ "S:OK", TURN_COMMAND, "ok 0 LISTSCRIPTS" },
			{ "LACKS:STARTTLS", TURN_COMMAND, "" },
		    } },
		{ "OK alone", &proto_sieve, true,
		    {
			{ "S:OK", TURN_COMMAND, "ok 0 greeting" },
			{ "C:LOGOUT", TURN_SERVER, "LOGOUT" },
			{ "S:BYE", TURN_OVER, "ok 0 LOGOUT" },
		    } },
		{ "refused", &proto_sieve, true,
		    {
			{ "S:BYE (TRYLATER) \"busy\"", TURN_OVER,
			    "temp 0 greeting" },
		    } },
		{ "refused for good", &proto_sieve, true,
		    {
			{ "S:NO {2}", TURN_SERVER,
			    "perm 0- greeting octets 2" },
			{ "O:2", TURN_SERVER, "none 0-" },
			{ "S:", TURN_COMMAND, "perm 0 greeting" },
		    } },
	};

	(void)state;
	play_talks(talks, ROWS(talks));
}

static void
test_replies(void **state)
{
	static const struct talk talks[] = {
		{ "statuses", &proto_sieve, false,
		    {
			{ "C:SETACTIVE \"a\"", TURN_SERVER, "SETACTIVE" },
			{ "S:NO (NONEXISTENT) \"none\"", TURN_COMMAND,
			    "perm 0 SETACTIVE" },
			{ "C:HAVESPACE \"a\" 9", TURN_SERVER, "HAVESPACE" },
			{ "S:NO (QUOTA/MAXSIZE) \"big\"", TURN_COMMAND,
			    "perm 0 HAVESPACE" },
			{ "C:noop", TURN_SERVER, "NOOP" },
			{ "S:NO  (trylater) \"x\"", TURN_COMMAND,
			    "temp 0 NOOP" },
			{ "C:NOOP \"x\"", TURN_SERVER, "NOOP" },
			{ "S:OK (TAG {3}", TURN_SERVER, "ok 0- NOOP octets 3" },
			{ "O:3", TURN_SERVER, "none 0-" },
			{ "S:) {4}", TURN_SERVER, "ok 0- NOOP octets 4" },
			{ "O:4", TURN_SERVER, "none 0-" },
			{ "S:", TURN_COMMAND, "ok 0 NOOP" },
			{ "C:DELETESCRIPT \"a\"", TURN_SERVER, "DELETESCRIPT" },
			{ "S:NO {0}", TURN_SERVER, "perm 0- DELETESCRIPT" },
			{ "S:", TURN_COMMAND, "perm 0 DELETESCRIPT" },
			{ "C:FROB", TURN_SERVER, "?" },
			{ "S:\"a string\"", TURN_SERVER, "ok 0-" },
			{ "S:garbage", TURN_SERVER, "none 0-" },
			{ "S:NO", TURN_COMMAND, "perm 0" },
			{ "C:UNAUTHENTICATE", TURN_SERVER, "UNAUTHENTICATE" },
			{ "S:OKAY", TURN_SERVER, "none 0 junk" },
			{ "S:", TURN_SERVER, "none 0 junk" },
			{ "S:OK\t", TURN_COMMAND, "ok 0 UNAUTHENTICATE" },
			{ "S:BYE \"idle\"", TURN_OVER, "perm 0 unasked" },
		    } },
		{ "scripts of the server", &proto_sieve, false,
		    {
			{ "C:GETSCRIPT \"a\"", TURN_SERVER, "GETSCRIPT" },
			{ "S:{9}", TURN_SERVER, "ok 0- GETSCRIPT octets 9" },
			{ "O:9", TURN_SERVER, "none 0-" },
			{ "S:", TURN_SERVER, "ok 0- GETSCRIPT" },
			{ "S:OK \"done\"", TURN_COMMAND, "ok 0 GETSCRIPT" },
			{ "C:GETSCRIPT \"b\"", TURN_SERVER, "GETSCRIPT" },
			{ "S:\"OK\"", TURN_SERVER, "ok 0- GETSCRIPT" },
			{ "S:OK", TURN_COMMAND, "ok 0 GETSCRIPT" },
			{ "C:LISTSCRIPTS", TURN_SERVER, "LISTSCRIPTS" },
			{ "S:\"a\"", TURN_SERVER, "ok 0- LISTSCRIPTS" },
			{ "S:{2}", TURN_SERVER, "ok 0- LISTSCRIPTS octets 2" },
			{ "O:2", TURN_SERVER, "none 0-" },
			{ "S: ACTIVE", TURN_SERVER, "ok 0- LISTSCRIPTS" },
			{ "S:OK", TURN_COMMAND, "ok 0 LISTSCRIPTS" },
			{ "C:NOOP", TURN_SERVER, "NOOP" },
			{ "S:BYE (TRYLATER)", TURN_OVER, "temp 0 NOOP" },
		    } },
		{ "LOGOUT refused", &proto_sieve, false,
		    {
			{ "C:LOGOUT now", TURN_SERVER, "LOGOUT" },
			{ "S:NO \"what?\"", TURN_COMMAND, "perm 0 LOGOUT" },
			{ "C:LOGOUT", TURN_SERVER, "LOGOUT" },
			{ "S:OK", TURN_OVER, "ok 0 LOGOUT" },
		    } },
	};

	(void)state;
	play_talks(talks, ROWS(talks));
}

static void
test_scripts(void **state)
{
	static const struct talk talks[] = {
		{ "literals of ours", &proto_sieve, false,
		    {
			{ "C:PUTSCRIPT \"a\" {7+}", TURN_LITERAL, "PUTSCRIPT" },
			{ "C:keep;", TURN_MORE, "literal" },
			{ "C:", TURN_SERVER, "more" },
			{ "S:OK", TURN_COMMAND, "ok 0 PUTSCRIPT" },
			/* Shorter than its line: the rest follows. */
			{ "C:CHECKSCRIPT {5+}", TURN_LITERAL, "CHECKSCRIPT" },
			{ "C:keep;", TURN_SERVER, "literal" },
			{ "S:NO {3}", TURN_SERVER,
			    "perm 0- CHECKSCRIPT octets 3" },
			{ "O:3", TURN_SERVER, "none 0-" },
			{ "S:", TURN_COMMAND, "perm 0 CHECKSCRIPT" },
			{ "C:PUTSCRIPT {1+}", TURN_LITERAL, "PUTSCRIPT" },
			{ "C:a {5+}", TURN_LITERAL, "literal" },
			{ "C:keep;", TURN_SERVER, "literal" },
			{ "S:OK", TURN_COMMAND, "ok 0 PUTSCRIPT" },
			{ "C:PUTSCRIPT \"\" {0+}", TURN_MORE, "PUTSCRIPT" },
			{ "C:", TURN_SERVER, "more" },
			{ "S:NO \"no name\"", TURN_COMMAND,
			    "perm 0 PUTSCRIPT" },
			/* No go-ahead ever comes: the "+" was forgotten. */
			{ "C:PUTSCRIPT \"b\" {5}", TURN_LITERAL, "PUTSCRIPT" },
			{ "C:keep;", TURN_SERVER, "literal" },
			{ "S:OK", TURN_COMMAND, "ok 0 PUTSCRIPT" },
			{ "C:PUTSCRIPT \"c\" \"keep;\"", TURN_SERVER,
			    "PUTSCRIPT" },
			{ "S:OK", TURN_COMMAND, "ok 0 PUTSCRIPT" },
		    } },
		{ "the server gives up in between", &proto_sieve, false,
		    {
			{ "C:PUTSCRIPT \"a\" {99999999+}", TURN_LITERAL,
			    "PUTSCRIPT" },
			{ "S:BYE \"too big\"", TURN_OVER, "perm 0 PUTSCRIPT" },
		    } },
	};

	(void)state;
	play_talks(talks, ROWS(talks));
}

static void
test_authenticate(void **state)
{
	static const struct talk talks[] = {
		{ "at once", &proto_sieve, false,
		    {
			{ "C:AUTHENTICATE \"PLAIN\" \"AGEAYg==\"", TURN_SERVER,
			    "AUTHENTICATE hide 21" },
			{ "S:OK (SASL \"eA==\")", TURN_COMMAND,
			    "ok 0 AUTHENTICATE" },
			{ "C:AUTHENTICATE \"PLAIN\" {8+}", TURN_LITERAL,
			    "AUTHENTICATE" },
			{ "C:AGEAYg==", TURN_SERVER, "literal hide 0" },
			{ "S:NO \"wrong\"", TURN_COMMAND,
			    "perm 0 AUTHENTICATE" },
			{ "C:AUTHENTICATE {5+}", TURN_LITERAL, "AUTHENTICATE" },
			{ "C:PLAIN \"AGEAYg==\"", TURN_SERVER,
			    "literal hide 0" },
			{ "S:OK", TURN_COMMAND, "ok 0 AUTHENTICATE" },
		    } },
		{ "SCRAM", &proto_sieve, false,
		    {
			{ "C:AUTHENTICATE \"SCRAM-SHA-1\" \"biws\"",
			    TURN_SERVER, "AUTHENTICATE hide 27" },
			{ "S:\"cj1m\"", TURN_SECRET, "more 0 AUTHENTICATE" },
			{ "C:\"Yz1i\"", TURN_SERVER, "secret hide 0" },
			{ "S:{4}", TURN_SERVER, "more 0- octets 4" },
			{ "O:4", TURN_SERVER, "none 0-" },
			{ "S:", TURN_SECRET, "more 0" },
			{ "C:\"\"", TURN_SERVER, "secret hide 0" },
			{ "S:OK \"in\"", TURN_COMMAND, "ok 0" },
		    } },
		{ "challenges", &proto_sieve, false,
		    {
			{ "C:AUTHENTICATE \"LOGIN\"", TURN_SERVER,
			    "AUTHENTICATE" },
			{ "S:\"\"", TURN_SECRET, "more 0 AUTHENTICATE" },
			{ "C:{4+}", TURN_LITERAL, "secret hide 0" },
			{ "C:YQ==", TURN_SERVER, "literal hide 0" },
			{ "S:\"UGFz\"", TURN_SECRET, "more 0" },
			{ "C:\"*\"", TURN_SERVER, "secret hide 0" },
			{ "S:NO \"given up\"", TURN_COMMAND, "perm 0" },
			{ "C:AUTHENTICATE \"LOGIN\"", TURN_SERVER,
			    "AUTHENTICATE" },
			{ "S:\"x\"", TURN_SECRET, "more 0 AUTHENTICATE" },
			{ "S:BYE \"too slow\"", TURN_OVER, "perm 0 unasked" },
		    } },
	};

	(void)state;
	play_talks(talks, ROWS(talks));
}

static void
test_starttls(void **state)
{
	static const struct talk talks[] = {
		{ "the capabilities come again", &proto_sieve, false,
		    {
			{ "C:STARTTLS", TURN_SERVER, "STARTTLS" },
			{ "S:OK \"go\"", TURN_UPGRADE, "ok 0 STARTTLS" },
			{ "TLS", TURN_SERVER, "" },
			{ "S:\"IMPLEMENTATION\" \"x\"", TURN_SERVER,
			    "ok 0- greeting" },
			{ "S:OK", TURN_COMMAND, "ok 0 greeting" },
			{ "HAS:IMPLEMENTATION", TURN_COMMAND, "" },
			{ "C:STARTTLS", TURN_SERVER, "STARTTLS" },
			{ "S:NO \"it is\"", TURN_COMMAND,
			    "perm 0 STARTTLS no-tls" },
		    } },
		{ "they come late, between replies", &proto_sieve, false,
		    {
			{ "C:STARTTLS", TURN_SERVER, "STARTTLS" },
			{ "S:OK", TURN_UPGRADE, "ok 0 STARTTLS" },
			{ "TLS", TURN_SERVER, "" },
			{ "UNGREETED", TURN_COMMAND, "" },
			{ "S:\"SASL\" {1}", TURN_COMMAND,
			    "ok 0- aside octets 1" },
			{ "O:1", TURN_COMMAND, "none 0-" },
			{ "S:", TURN_COMMAND, "ok 0- aside" },
			{ "S:OK", TURN_COMMAND, "ok 0 aside" },
			{ "HAS:SASL", TURN_COMMAND, "" },
		    } },
		{ "they come late, within a command", &proto_sieve, false,
		    {
			{ "C:STARTTLS", TURN_SERVER, "STARTTLS" },
			{ "S:OK", TURN_UPGRADE, "ok 0 STARTTLS" },
			{ "TLS", TURN_SERVER, "" },
			{ "UNGREETED", TURN_COMMAND, "" },
			{ "C:NOOP", TURN_SERVER, "NOOP" },
			{ "S:\"SASL\" \"PLAIN\"", TURN_SERVER, "ok 0- aside" },
			{ "S:what", TURN_SERVER, "none 0- aside" },
			{ "S:OK", TURN_SERVER, "ok 0 aside" },
			{ "S:OK", TURN_COMMAND, "ok 0 NOOP" },
			{ "HAS:SASL PLAIN", TURN_COMMAND, "" },
			{ "C:SETACTIVE \"\"", TURN_SERVER, "SETACTIVE" },
			{ "S:\"x\"", TURN_SERVER, "ok 0- SETACTIVE" },
			{ "S:NO", TURN_COMMAND, "perm 0 SETACTIVE" },
		    } },
		{ "they came, and strings are strings", &proto_sieve, true,
		    {
			{ "S:OK", TURN_COMMAND, "ok 0 greeting" },
			{ "C:STARTTLS", TURN_SERVER, "STARTTLS" },
			{ "S:\"OK\"", TURN_SERVER, "ok 0- STARTTLS" },
			{ "S:NO", TURN_COMMAND, "perm 0 STARTTLS no-tls" },
		    } },
	};
	static const struct {
		const char *line;
		bool agrees, junk;
	} rows[] = {
		{ "OK", true, false },
		{ "ok", true, false },
		{ "OK (TAG \"x\") \"go\"", true, false },
		{ "NO", false, false },
		{ "BYE", false, false },
		{ "OKAY", false, true },
		{ "\"OK\"", false, false },
		{ "OK{3}", false, true },
		{ "+OK", false, true },
		{ "* OK", false, true },
		{ "a1 OK", false, true },
		{ " OK", false, true },
		{ "220 OK", false, true },
		{ "", false, true },
	};
	size_t i;

	(void)state;
	play_talks(talks, ROWS(talks));
	for (i = 0; i < ROWS(rows); i++) {
		struct dialog d;
		struct heard h;

		dialog_start(&d, &proto_sieve, false);
		dialog_said(&d, "STARTTLS", 8);
		h = verdict_line(&d, rows[i].line, strlen(rows[i].line));
		if ((dialog_turn(&d) == TURN_UPGRADE) != rows[i].agrees ||
		    h.junk != rows[i].junk)
			fail_msg("%s: turn %d", rows[i].line,
			    (int)dialog_turn(&d));
		dialog_end(&d);
	}
}

static void
test_greets(void **state)
{
	static const struct greets_row rows[] = {
		{ "\"IMPLEMENTATION\" \"Dovecot\"", 2 },
		{ "\"SIEVE\" {10}", 2 },
		{ "OK", 1 },
		{ "OK \"ready\"", 1 },
		{ "BYE \"busy\"", 1 },
		{ "NO (TRYLATER) \"busy\"", 1 },
		{ "OKAY", 0 },
		{ "\"", 0 },
		{ "\"x", 0 },
		{ "{5}", 0 },
		{ "220 OK", 0 },
		{ "+OK", 0 },
		{ "", 0 },
	};

	(void)state;
	lines_greet(&proto_sieve, rows, ROWS(rows));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_greeting),
		cmocka_unit_test(test_replies),
		cmocka_unit_test(test_scripts),
		cmocka_unit_test(test_authenticate),
		cmocka_unit_test(test_starttls),
		cmocka_unit_test(test_greets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
