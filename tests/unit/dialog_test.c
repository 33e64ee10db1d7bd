/* SPDX-License-Identifier: ISC */
/* dialog_test.c - whose turn it is, told line by line. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "line.h"
#include "talk.h"

static void
test_mail(void **state)
{
	static const struct talk talks[] = {
		{ "plain", &proto_smtp, true,
		    {
			{ "S:220-mail.example.org", TURN_SERVER,
			    "ok 220- greeting" },
			{ "S:220 ESMTP", TURN_COMMAND, "ok 220 greeting" },
			{ "C:EHLO a.example", TURN_SERVER, "EHLO" },
			{ "S:250-mail.example.org", TURN_SERVER,
			    "ok 250- EHLO" },
			{ "S:250 SIZE 1000", TURN_COMMAND, "ok 250 EHLO" },
			{ "C:mail from:<a@example>", TURN_SERVER, "MAIL" },
			{ "S:250", TURN_COMMAND, "ok 250 MAIL" },
			{ "C:RCPT\tTO:<b@example>", TURN_SERVER, "RCPT" },
			{ "S:550 5.1.1 no", TURN_COMMAND, "perm 550 RCPT" },
			{ "C:Rcpt TO:<c@example>", TURN_SERVER, "RCPT" },
			{ "S:250 ", TURN_COMMAND, "ok 250 RCPT" },
			{ "C:DATA", TURN_SERVER, "DATA" },
			{ "S:354 go on", TURN_DATA, "more 354 DATA" },
			{ "C:QUIT", TURN_DATA, "data" },
			{ "C:", TURN_DATA, "data" },
			{ "C:..", TURN_DATA, "data" },
			{ "C:. ", TURN_DATA, "data" },
			{ "C:.", TURN_SERVER, "end" },
			{ "S:250 queued", TURN_COMMAND, "ok 250" },
			{ "C:  noop", TURN_SERVER, "NOOP" },
			{ "S:250 ok", TURN_COMMAND, "ok 250 NOOP" },
			{ "C:FROBNICATE now", TURN_SERVER, "?" },
			{ "S:500 what?", TURN_COMMAND, "perm 500" },
			{ "C:QUIT", TURN_SERVER, "QUIT" },
			{ "S:221 bye", TURN_OVER, "ok 221 QUIT" },
		    } },
		{ "DATA refused", &proto_smtp, false,
		    {
			{ "C:DATA", TURN_SERVER, "DATA" },
			{ "S:503 no recipients", TURN_COMMAND,
			    "perm 503 DATA no-data" },
			{ "C:DATA", TURN_SERVER, "DATA" },
			{ "S:451 later", TURN_COMMAND,
			    "temp 451 DATA no-data" },
			{ "C:DATA", TURN_SERVER, "DATA" },
			{ "S:250 ok", TURN_COMMAND, "ok 250 DATA no-data" },
			{ "C:DATA", TURN_SERVER, "DATA" },
			{ "S:354-go", TURN_SERVER, "more 354- DATA" },
			{ "S:354 on", TURN_DATA, "more 354 DATA" },
			{ "C:.", TURN_SERVER, "end" },
			{ "S:554 spam", TURN_COMMAND, "perm 554" },
		    } },
		{ "pipelining", &proto_smtp, false,
		    {
			{ "C:MAIL FROM:<a@example>", TURN_SERVER, "MAIL" },
			{ "C:RCPT TO:<b@example>", TURN_SERVER, "RCPT" },
			{ "C:RCPT TO:<c@example>", TURN_SERVER, "RCPT" },
			{ "C:DATA", TURN_SERVER, "DATA" },
			{ "S:250 ok", TURN_SERVER, "ok 250 MAIL" },
			{ "S:250-one", TURN_SERVER, "ok 250- RCPT" },
			{ "S:250 two", TURN_SERVER, "ok 250 RCPT" },
			{ "S:450 later", TURN_SERVER, "temp 450 RCPT" },
			{ "S:354 go", TURN_DATA, "more 354 DATA" },
			{ "C:.", TURN_SERVER, "end" },
			{ "C:RSET", TURN_SERVER, "RSET" },
			{ "S:250 queued", TURN_SERVER, "ok 250" },
			{ "S:250 flushed", TURN_COMMAND, "ok 250 RSET" },
		    } },
		{ "a reply per recipient", &proto_lmtp, true,
		    {
			{ "S:220 LMTP", TURN_COMMAND, "ok 220 greeting" },
			{ "C:LHLO a", TURN_SERVER, "LHLO" },
			{ "S:250 b", TURN_COMMAND, "ok 250 LHLO" },
			{ "C:MAIL FROM:<>", TURN_SERVER, "MAIL" },
			{ "C:RCPT TO:<b>", TURN_SERVER, "RCPT" },
			{ "C:RCPT TO:<c>", TURN_SERVER, "RCPT" },
			{ "C:RCPT TO:<d>", TURN_SERVER, "RCPT" },
			{ "S:250 ok", TURN_SERVER, "ok 250 MAIL" },
			{ "S:250 ok", TURN_SERVER, "ok 250 RCPT" },
			{ "S:550 no", TURN_SERVER, "perm 550 RCPT" },
			{ "S:250 ok", TURN_COMMAND, "ok 250 RCPT" },
			{ "C:DATA", TURN_SERVER, "DATA" },
			{ "S:354 go", TURN_DATA, "more 354 DATA" },
			{ "C:.", TURN_SERVER, "end" },
			{ "S:250-for", TURN_SERVER, "ok 250-" },
			{ "S:250 b", TURN_SERVER, "ok 250" },
			{ "S:452 full", TURN_COMMAND, "temp 452" },
			{ "C:DATA", TURN_SERVER, "DATA" },
			{ "S:503 none", TURN_COMMAND, "perm 503 DATA no-data" },
			{ "C:EHLO a", TURN_SERVER, "?" },
		    } },
		{ "recipients are forgotten", &proto_lmtp, false,
		    {
			{ "C:RCPT TO:<b>", TURN_SERVER, "RCPT" },
			{ "S:250 ok", TURN_COMMAND, "ok 250 RCPT" },
			{ "C:RSET", TURN_SERVER, "RSET" },
			{ "S:250 ok", TURN_COMMAND, "ok 250 RSET" },
			{ "C:RCPT TO:<c>", TURN_SERVER, "RCPT" },
			{ "S:250 ok", TURN_COMMAND, "ok 250 RCPT" },
			{ "C:DATA", TURN_SERVER, "DATA" },
			{ "S:354 go", TURN_DATA, "more 354 DATA" },
			{ "C:.", TURN_SERVER, "end" },
			{ "S:250 c", TURN_COMMAND, "ok 250" },
		    } },
		{ "SMTP has one reply for all", &proto_smtp, false,
		    {
			{ "C:RCPT TO:<b>", TURN_SERVER, "RCPT" },
			{ "S:250 ok", TURN_COMMAND, "ok 250 RCPT" },
			{ "C:RCPT TO:<c>", TURN_SERVER, "RCPT" },
			{ "S:250 ok", TURN_COMMAND, "ok 250 RCPT" },
			{ "C:DATA", TURN_SERVER, "DATA" },
			{ "S:354 go", TURN_DATA, "more 354 DATA" },
			{ "C:.", TURN_SERVER, "end" },
			{ "S:250 ok", TURN_COMMAND, "ok 250" },
		    } },
	};

	(void)state;
	play_talks(talks, ROWS(talks));
}

static void
test_auth(void **state)
{
	static const struct talk talks[] = {
		{ "initial response", &proto_smtp, false,
		    {
			{ "C:AUTH PLAIN AGEAYg==", TURN_SERVER,
			    "AUTH hide 11" },
			{ "S:235 ok", TURN_COMMAND, "ok 235 AUTH" },
			{ "C:auth  plain \t AGEAYg==", TURN_SERVER,
			    "AUTH hide 14" },
			{ "S:535 no", TURN_COMMAND, "perm 535 AUTH" },
			{ "C:\t AUTH PLAIN AGEAYg==", TURN_SERVER,
			    "AUTH hide 13" },
			{ "S:535 no", TURN_COMMAND, "perm 535 AUTH" },
			{ "C:AUTH PLAIN =", TURN_SERVER, "AUTH hide 11" },
			{ "S:501 no", TURN_COMMAND, "perm 501 AUTH" },
			{ "C:AUTH", TURN_SERVER, "AUTH" },
			{ "S:501 no", TURN_COMMAND, "perm 501 AUTH" },
			{ "C:AUTH PLAIN ", TURN_SERVER, "AUTH" },
			{ "S:334 ", TURN_SECRET, "more 334 AUTH" },
		    } },
		{ "steps", &proto_smtp, false,
		    {
			{ "C:AUTH LOGIN", TURN_SERVER, "AUTH" },
			{ "S:334 VXNlcm5hbWU6", TURN_SECRET, "more 334 AUTH" },
			{ "C:YQ==", TURN_SERVER, "secret hide 0" },
			{ "S:334 UGFzc3dvcmQ6", TURN_SECRET, "more 334" },
			{ "C:QUIT", TURN_SERVER, "secret hide 0" },
			{ "S:334 ", TURN_SECRET, "more 334" },
			{ "C:", TURN_SERVER, "secret" },
			{ "S:334", TURN_SECRET, "more 334" },
			{ "C:.", TURN_SERVER, "secret hide 0" },
			{ "S:235 ok", TURN_COMMAND, "ok 235" },
			{ "C:NOOP", TURN_SERVER, "NOOP" },
		    } },
		{ "given up", &proto_smtp, false,
		    {
			{ "C:AUTH LOGIN", TURN_SERVER, "AUTH" },
			{ "S:334 ", TURN_SECRET, "more 334 AUTH" },
			{ "C:*", TURN_SERVER, "secret" },
			{ "S:501 given up", TURN_COMMAND, "perm 501" },
			{ "C:AUTH LOGIN", TURN_SERVER, "AUTH" },
			{ "S:334-a", TURN_SERVER, "more 334- AUTH" },
			{ "S:334 b", TURN_SECRET, "more 334 AUTH" },
			{ "C:* ", TURN_SERVER, "secret hide 0" },
			{ "S:535 no", TURN_COMMAND, "perm 535" },
			{ "C:AUTH LOGIN", TURN_SERVER, "AUTH" },
			{ "S:504 unknown", TURN_COMMAND, "perm 504 AUTH" },
			{ "C:YQ==", TURN_SERVER, "?" },
		    } },
		{ "only AUTH is followed by a secret", &proto_smtp, false,
		    {
			{ "C:NOOP", TURN_SERVER, "NOOP" },
			{ "S:334 what?", TURN_COMMAND, "more 334 NOOP" },
			{ "C:VRFY a b", TURN_SERVER, "VRFY" },
		    } },
	};

	(void)state;
	play_talks(talks, ROWS(talks));
}

/* STARTTLS and one line of an answer that is not its go-ahead. */
/* RFC 3030: so many octets, counted with the CR LF of each line. */
static void
test_bdat(void **state)
{
	static const struct talk talks[] = {
		{ "octets in lines", &proto_smtp, false,
		    {
			{ "C:BDAT 12", TURN_LITERAL, "BDAT" },
			{ "C:QUIT", TURN_LITERAL, "literal" },
			{ "C:.", TURN_LITERAL, "literal" },
			{ "C:a", TURN_SERVER, "literal" },
			{ "S:250 12 octets", TURN_COMMAND, "ok 250 BDAT" },
			{ "C:BDAT 5 LAST", TURN_LITERAL, "BDAT" },
			{ "C:hello", TURN_SERVER, "literal bare" },
			{ "S:250 queued", TURN_COMMAND, "ok 250 BDAT" },
			{ "C:bdat 0 last", TURN_SERVER, "BDAT" },
			{ "S:250 queued", TURN_COMMAND, "ok 250 BDAT" },
		    } },
		{ "what stands behind the octets is a command", &proto_smtp,
		    false,
		    {
			{ "C:BDAT 3", TURN_LITERAL, "BDAT" },
			{ "C:abcNOOP", TURN_SERVER, "literal" },
			{ "S:250 3 octets", TURN_SERVER, "ok 250 BDAT" },
			{ "S:250 ok", TURN_COMMAND, "ok 250 NOOP" },
		    } },
		{ "a reply that comes early", &proto_smtp, false,
		    {
			{ "C:BDAT 10", TURN_LITERAL, "BDAT" },
			{ "S:503 no recipients", TURN_LITERAL,
			    "perm 503 BDAT" },
			{ "C:12345678", TURN_COMMAND, "literal" },
		    } },
		{ "no number", &proto_smtp, false,
		    {
			{ "C:BDAT", TURN_SERVER, "BDAT" },
			{ "S:501 how many?", TURN_COMMAND, "perm 501 BDAT" },
			{ "C:BDAT -1", TURN_SERVER, "BDAT" },
			{ "S:501 no", TURN_COMMAND, "perm 501 BDAT" },
			{ "C:BDAT 99999999999999999999", TURN_SERVER, "BDAT" },
			{ "S:501 no", TURN_COMMAND, "perm 501 BDAT" },
		    } },
		{ "LMTP has a reply per recipient", &proto_lmtp, false,
		    {
			{ "C:RCPT TO:<a>", TURN_SERVER, "RCPT" },
			{ "S:250 ok", TURN_COMMAND, "ok 250 RCPT" },
			{ "C:RCPT TO:<b>", TURN_SERVER, "RCPT" },
			{ "S:250 ok", TURN_COMMAND, "ok 250 RCPT" },
			{ "C:BDAT 2", TURN_LITERAL, "BDAT" },
			{ "C:", TURN_SERVER, "literal" },
			{ "S:250 go on", TURN_COMMAND, "ok 250 BDAT" },
			{ "C:BDAT 3 LAST", TURN_LITERAL, "BDAT" },
			{ "C:a", TURN_SERVER, "literal" },
			{ "S:250 a", TURN_SERVER, "ok 250 BDAT" },
			{ "S:452 b", TURN_COMMAND, "temp 452 BDAT" },
		    } },
	};

	(void)state;
	play_talks(talks, ROWS(talks));
}

/* Extensions that servers have: each surprised some client. */
static void
test_extensions(void **state)
{
	static const struct talk talks[] = {
		{ "PRDR: 353, one for each, one for all", &proto_smtp, false,
		    {
			{ "C:MAIL FROM:<a> PRDR", TURN_SERVER, "MAIL" },
			{ "S:250 ok", TURN_COMMAND, "ok 250 MAIL" },
			{ "C:RCPT TO:<b>", TURN_SERVER, "RCPT" },
			{ "S:250 ok", TURN_COMMAND, "ok 250 RCPT" },
			{ "C:RCPT TO:<c>", TURN_SERVER, "RCPT" },
			{ "S:250 ok", TURN_COMMAND, "ok 250 RCPT" },
			{ "C:DATA", TURN_SERVER, "DATA" },
			{ "S:354 go", TURN_DATA, "more 354 DATA" },
			{ "C:.", TURN_SERVER, "end" },
			{ "S:353 PRDR content analysis", TURN_SERVER,
			    "more 353" },
			{ "S:250 b", TURN_SERVER, "ok 250" },
			{ "S:550 c", TURN_SERVER, "perm 550" },
			{ "S:250 id=x", TURN_COMMAND, "ok 250" },
		    } },
		{ "XCLIENT's 220 begins no TLS", &proto_smtp, false,
		    {
			{ "C:XCLIENT NAME=a", TURN_SERVER, "XCLIENT" },
			{ "S:220 mail ESMTP", TURN_COMMAND, "ok 220 XCLIENT" },
			{ "C:XFORWARD NAME=a", TURN_SERVER, "XFORWARD" },
			{ "S:250 2.0.0 Ok", TURN_COMMAND, "ok 250 XFORWARD" },
			{ "C:ETRN a", TURN_SERVER, "ETRN" },
			{ "S:253 5 messages", TURN_COMMAND, "ok 253 ETRN" },
			{ "C:HELP", TURN_SERVER, "HELP" },
			{ "S:214-one", TURN_SERVER, "ok 214- HELP" },
			{ "S:214 two", TURN_COMMAND, "ok 214 HELP" },
			{ "C:EXPN all", TURN_SERVER, "EXPN" },
			{ "S:250-a", TURN_SERVER, "ok 250- EXPN" },
			{ "S:250", TURN_COMMAND, "ok 250 EXPN" },
		    } },
		{ "a greeting with a pause in it", &proto_smtp, true,
		    {
			{ "S:220-postscreen", TURN_SERVER, "ok 220- greeting" },
			{ "S:220 ", TURN_COMMAND, "ok 220 greeting" },
			{ "C:NOOP", TURN_SERVER, "NOOP" },
			{ "S:421 4.4.2 timeout", TURN_OVER, "temp 421 NOOP" },
		    } },
		{ "554 in place of the greeting", &proto_smtp, true,
		    {
			{ "S:554 5.7.1 go away", TURN_COMMAND,
			    "perm 554 greeting" },
		    } },
		{ "a secret is one behind the end, too", &proto_smtp, false,
		    {
			{ "C:NOOP", TURN_SERVER, "NOOP" },
			{ "S:421 bye", TURN_OVER, "temp 421 NOOP" },
			{ "C:AUTH PLAIN AGEAYg==", TURN_OVER, "AUTH hide 11" },
			{ "C:NOOP", TURN_OVER, "NOOP" },
		    } },
		{ "421 in place of the greeting", &proto_smtp, true,
		    { { "S:421 too soon", TURN_OVER, "temp 421 greeting" } } },
	};

	(void)state;
	play_talks(talks, ROWS(talks));
}

static void
test_odd_go_aheads(void **state)
{
	static const struct {
		const char *line;
		enum turn turn;
		const char *what;
	} rows[] = {
		{ "220", TURN_UPGRADE, "ok 220 STARTTLS" },
		{ "220 ", TURN_UPGRADE, "ok 220 STARTTLS" },
		{ "220 go", TURN_UPGRADE, "ok 220 STARTTLS" },
		{ "221 go", TURN_OVER, "ok 221 STARTTLS odd-tls" },
		{ "250 go", TURN_COMMAND, "ok 250 STARTTLS odd-tls" },
		{ "235 go", TURN_COMMAND, "ok 235 STARTTLS odd-tls" },
		{ "354 go", TURN_COMMAND, "more 354 STARTTLS odd-tls" },
		{ "334 go", TURN_COMMAND, "more 334 STARTTLS odd-tls" },
		{ "454 no", TURN_COMMAND, "temp 454 STARTTLS no-tls" },
		{ "500 no", TURN_COMMAND, "perm 500 STARTTLS no-tls" },
		{ "502 no", TURN_COMMAND, "perm 502 STARTTLS no-tls" },
		{ "503 220 go", TURN_COMMAND, "perm 503 STARTTLS no-tls" },
		{ "421 no", TURN_OVER, "temp 421 STARTTLS no-tls" },
		{ "120 wait", TURN_SERVER, "prelim 120 STARTTLS" },
		{ "220-go", TURN_SERVER, "ok 220- STARTTLS" },
		{ "2200", TURN_SERVER, "none 0 junk" },
		{ "2200 go", TURN_SERVER, "none 0 junk" },
		{ "220go", TURN_SERVER, "none 0 junk" },
		{ "220\tgo", TURN_SERVER, "none 0 junk" },
		{ "22", TURN_SERVER, "none 0 junk" },
		{ " 220 go", TURN_SERVER, "none 0 junk" },
		{ "020 go", TURN_SERVER, "none 0 junk" },
		{ "620 go", TURN_SERVER, "none 0 junk" },
		{ "ok", TURN_SERVER, "none 0 junk" },
		{ "+OK", TURN_SERVER, "none 0 junk" },
		{ "a1 OK", TURN_SERVER, "none 0 junk" },
		{ "", TURN_SERVER, "none 0 junk" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct dialog d;
		struct heard h;
		char got[100];

		dialog_start(&d, &proto_smtp, false);
		dialog_said(&d, "starttls", 8);
		h = verdict_line(&d, rows[i].line, strlen(rows[i].line));
		talk_heard(got, sizeof got, &h, &d);
		if (dialog_turn(&d) != rows[i].turn ||
		    strcmp(got, rows[i].what) != 0)
			fail_msg("%s: turn %d, %s", rows[i].line,
			    (int)dialog_turn(&d), got);
		dialog_end(&d);
	}
}

static void
test_starttls(void **state)
{
	static const struct talk talks[] = {
		{ "agreed to", &proto_smtp, true,
		    {
			{ "S:220 a", TURN_COMMAND, "ok 220 greeting" },
			{ "C:STARTTLS", TURN_SERVER, "STARTTLS" },
			{ "S:220 go", TURN_UPGRADE, "ok 220 STARTTLS" },
			{ "TLS", TURN_COMMAND, "" },
			{ "C:EHLO a", TURN_SERVER, "EHLO" },
			{ "S:250 b", TURN_COMMAND, "ok 250 EHLO" },
			{ "C:STARTTLS", TURN_SERVER, "STARTTLS" },
			{ "S:220 go", TURN_COMMAND, "ok 220 STARTTLS odd-tls" },
			{ "C:STARTTLS", TURN_SERVER, "STARTTLS" },
			{ "S:503 no", TURN_COMMAND,
			    "perm 503 STARTTLS no-tls" },
		    } },
		{ "over several lines", &proto_smtp, false,
		    {
			{ "C:STARTTLS", TURN_SERVER, "STARTTLS" },
			{ "S:220-go", TURN_SERVER, "ok 220- STARTTLS" },
			{ "S:and on", TURN_SERVER, "ok 220- STARTTLS" },
			{ "S:220 on", TURN_UPGRADE, "ok 220 STARTTLS" },
		    } },
		{ "lines that differ: 454, 220", &proto_smtp, false,
		    {
			{ "C:STARTTLS", TURN_SERVER, "STARTTLS" },
			{ "S:454-no", TURN_SERVER, "temp 454- STARTTLS" },
			{ "S:220 go", TURN_COMMAND, NULL },
		    } },
		{ "lines that differ: 220, 454", &proto_smtp, false,
		    {
			{ "C:STARTTLS", TURN_SERVER, "STARTTLS" },
			{ "S:220-go", TURN_SERVER, "ok 220- STARTTLS" },
			{ "S:454 no", TURN_COMMAND,
			    "temp 454 STARTTLS no-tls" },
		    } },
		{ "there before the command", &proto_smtp, false,
		    {
			{ "S:220 go", TURN_COMMAND, "ok 220 unasked" },
			{ "C:STARTTLS", TURN_SERVER, "STARTTLS" },
			{ "S:454 no", TURN_COMMAND,
			    "temp 454 STARTTLS no-tls" },
		    } },
		{ "begun before the command", &proto_smtp, false,
		    {
			{ "S:220-go", TURN_COMMAND, "ok 220- unasked" },
			{ "C:STARTTLS", TURN_SERVER, "STARTTLS" },
			{ "S:220 on", TURN_SERVER, "ok 220 unasked" },
			{ "S:454 no", TURN_COMMAND,
			    "temp 454 STARTTLS no-tls" },
		    } },
		{ "half a line before the command", &proto_smtp, false,
		    {
			{ "STALE", TURN_COMMAND, "" },
			{ "C:STARTTLS", TURN_SERVER, "STARTTLS" },
			{ "S:220 go", TURN_SERVER, "ok 220 unasked" },
			{ "S:220 go", TURN_UPGRADE, "ok 220 STARTTLS" },
		    } },
		{ "half of several lines before it", &proto_smtp, false,
		    {
			{ "STALE", TURN_COMMAND, "" },
			{ "C:STARTTLS", TURN_SERVER, "STARTTLS" },
			{ "S:220-go", TURN_SERVER, "ok 220- unasked" },
			{ "S:220 on", TURN_SERVER, "ok 220 unasked" },
			{ "S:454 no", TURN_COMMAND,
			    "temp 454 STARTTLS no-tls" },
		    } },
		{ "half a line of junk before it", &proto_smtp, false,
		    {
			{ "STALE", TURN_COMMAND, "" },
			{ "C:STARTTLS", TURN_SERVER, "STARTTLS" },
			{ "S:hello", TURN_SERVER, "none 0 unasked" },
			{ "S:220 go", TURN_UPGRADE, "ok 220 STARTTLS" },
		    } },
		{ "for the command before", &proto_smtp, false,
		    {
			{ "C:NOOP", TURN_SERVER, "NOOP" },
			{ "C:STARTTLS", TURN_SERVER, "STARTTLS" },
			{ "S:220 go", TURN_SERVER, "ok 220 NOOP" },
			{ "S:220 go", TURN_UPGRADE, "ok 220 STARTTLS" },
		    } },
		{ "announced", &proto_smtp, false,
		    {
			{ "C:STARTTLS", TURN_SERVER, "STARTTLS" },
			{ "S:120 soon", TURN_SERVER, "prelim 120 STARTTLS" },
			{ "S:220 go", TURN_UPGRADE, "ok 220 STARTTLS" },
		    } },
		{ "as servers cut commands", &proto_smtp, false,
		    {
			{ "C: STARTTLS\r", TURN_SERVER, "STARTTLS" },
			{ "S:220 go", TURN_UPGRADE, "ok 220 STARTTLS" },
		    } },
		{ "of LMTP", &proto_lmtp, false,
		    {
			{ "C:STARTTLS", TURN_SERVER, "STARTTLS" },
			{ "S:220 go", TURN_UPGRADE, "ok 220 STARTTLS" },
		    } },
		{ "owed and learned before it", &proto_lmtp, false,
		    {
			{ "C:RCPT TO:<b>", TURN_SERVER, "RCPT" },
			{ "S:250 ok", TURN_COMMAND, "ok 250 RCPT" },
			{ "C:RCPT TO:<b>", TURN_SERVER, "RCPT" },
			{ "S:250 ok", TURN_COMMAND, "ok 250 RCPT" },
			{ "C:STARTTLS", TURN_SERVER, "STARTTLS" },
			{ "C:NOOP", TURN_SERVER, "NOOP" },
			{ "S:220 go", TURN_UPGRADE, "ok 220 STARTTLS" },
			{ "TLS", TURN_COMMAND, "" },
			{ "S:250 ok", TURN_COMMAND, "ok 250 unasked" },
			{ "C:DATA", TURN_SERVER, "DATA" },
			{ "S:354 go", TURN_DATA, "more 354 DATA" },
			{ "C:.", TURN_SERVER, "end" },
			{ "S:250 ok", TURN_COMMAND, "ok 250" },
		    } },
	};

	(void)state;
	play_talks(talks, ROWS(talks));
}

static void
test_odd_servers(void **state)
{
	static const struct talk talks[] = {
		{ "no greeting but a refusal", &proto_smtp, true,
		    {
			{ "S:554-no", TURN_SERVER, "perm 554- greeting" },
			{ "S:554 service", TURN_COMMAND, "perm 554 greeting" },
			{ "C:QUIT", TURN_SERVER, "QUIT" },
		    } },
		{ "busy", &proto_smtp, true,
		    { { "S:421 busy", TURN_OVER, "temp 421 greeting" } } },
		{ "junk before the greeting", &proto_smtp, true,
		    {
			{ "S:", TURN_SERVER, "none 0 junk" },
			{ "S:ready", TURN_SERVER, "none 0 junk" },
			{ "S:120 soon", TURN_SERVER, "prelim 120 greeting" },
			{ "S:220 now", TURN_COMMAND, "ok 220 greeting" },
		    } },
		{ "421 to nothing", &proto_smtp, false,
		    {
			{ "S:421-shutting", TURN_COMMAND, "temp 421- unasked" },
			{ "S:421 down", TURN_OVER, "temp 421 unasked" },
			{ "S:250 ok", TURN_OVER, "ok 250 unasked" },
		    } },
		{ "221 to nothing", &proto_smtp, false,
		    { { "S:221 bye", TURN_OVER, "ok 221 unasked" } } },
		{ "421 in the mail data", &proto_smtp, false,
		    {
			{ "C:DATA", TURN_SERVER, "DATA" },
			{ "S:354 go", TURN_DATA, "more 354 DATA" },
			{ "C:text", TURN_DATA, "data" },
			{ "S:421 too slow", TURN_OVER, "temp 421 unasked" },
		    } },
		{ "421 for a secret", &proto_smtp, false,
		    {
			{ "C:AUTH LOGIN", TURN_SERVER, "AUTH" },
			{ "S:334 ", TURN_SECRET, "more 334 AUTH" },
			{ "C:x", TURN_SERVER, "secret hide 0" },
			{ "S:421 bye", TURN_OVER, "temp 421" },
		    } },
		{ "nothing counts behind 421", &proto_smtp, false,
		    {
			{ "C:MAIL FROM:<>", TURN_SERVER, "MAIL" },
			{ "C:DATA", TURN_SERVER, "DATA" },
			{ "S:421 bye", TURN_OVER, "temp 421 MAIL" },
			{ "S:354 go", TURN_OVER, NULL },
		    } },
		{ "no go-ahead behind 421", &proto_smtp, false,
		    {
			{ "C:NOOP", TURN_SERVER, "NOOP" },
			{ "C:STARTTLS", TURN_SERVER, "STARTTLS" },
			{ "S:421 bye", TURN_OVER, "temp 421 NOOP" },
			{ "S:220 go", TURN_OVER, NULL },
		    } },
		{ "replies nobody asked for", &proto_smtp, false,
		    {
			{ "S:250-a", TURN_COMMAND, "ok 250- unasked" },
			{ "S:250 b", TURN_COMMAND, "ok 250 unasked" },
			{ "S:550 no", TURN_COMMAND, "perm 550 unasked" },
			{ "S:354 go", TURN_COMMAND, "more 354 unasked" },
			{ "S:334 ", TURN_COMMAND, "more 334 unasked" },
			{ "C:NOOP", TURN_SERVER, "NOOP" },
			{ "S:250 ok", TURN_COMMAND, "ok 250 NOOP" },
		    } },
		{ "a reply in which every line is odd", &proto_smtp, false,
		    {
			{ "C:HELP", TURN_SERVER, "HELP" },
			{ "S:214-", TURN_SERVER, "ok 214- HELP" },
			{ "S:", TURN_SERVER, "ok 214- HELP" },
			{ "S:214x", TURN_SERVER, "ok 214- HELP" },
			{ "S:.", TURN_SERVER, "ok 214- HELP" },
			{ "S:214-", TURN_SERVER, "ok 214- HELP" },
			{ "S:214", TURN_COMMAND, "ok 214 HELP" },
			{ "S:214x", TURN_COMMAND, "none 0 junk" },
		    } },
		{ "QUIT refused", &proto_smtp, false,
		    {
			{ "C:QUIT now", TURN_SERVER, "QUIT" },
			{ "S:501 no", TURN_COMMAND, "perm 501 QUIT" },
		    } },
		{ "no rules", &proto_raw, true,
		    {
			{ "S:220 go", TURN_COMMAND, "none 0" },
			{ "C:STARTTLS", TURN_COMMAND, "free" },
			{ "C:AUTH PLAIN x", TURN_COMMAND, "free" },
			{ "S:334 ", TURN_COMMAND, "none 0" },
			{ "C:DATA", TURN_COMMAND, "free" },
			{ "S:354 go", TURN_COMMAND, "none 0" },
			{ "C:.", TURN_COMMAND, "free" },
			{ "S:421 bye", TURN_COMMAND, "none 0" },
		    } },
	};

	(void)state;
	play_talks(talks, ROWS(talks));
}

/* RFC 2920, section 3.1: what may be followed at once, what must be last. */
static void
test_ahead(void **state)
{
	static const struct {
		const char *line;
		enum turn turn;
	} rows[] = {
		{ "MAIL FROM:<a@example>", TURN_COMMAND },
		{ "RCPT TO:<b@example>", TURN_COMMAND },
		{ "rset", TURN_COMMAND },
		{ "EHLO a", TURN_SERVER },
		{ "HELO a", TURN_SERVER },
		{ "DATA", TURN_SERVER },
		{ "QUIT", TURN_SERVER },
		{ "VRFY a", TURN_SERVER },
		{ "EXPN a", TURN_SERVER },
		{ "NOOP", TURN_SERVER },
		{ "AUTH PLAIN x", TURN_SERVER },
		{ "STARTTLS", TURN_SERVER },
		{ "ETRN a", TURN_SERVER },
		{ "XCLIENT NAME=a", TURN_SERVER },
		{ "FROBNICATE", TURN_SERVER },
	};
	unsigned wrong = 0;
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct dialog d;

		dialog_start(&d, &proto_smtp, false);
		assert_int_equal(dialog_turn_ahead(&d), TURN_COMMAND);
		dialog_said(&d, rows[i].line, strlen(rows[i].line));
		assert_int_equal(dialog_turn(&d), TURN_SERVER);
		if (dialog_turn_ahead(&d) != rows[i].turn) {
			print_error("behind %s: turn %d\n", rows[i].line,
			    (int)dialog_turn_ahead(&d));
			wrong++;
		}
		dialog_end(&d);
	}
	assert_int_equal(wrong, 0);
}

static void
said(struct dialog *d, const char *line)
{
	dialog_said(d, line, strlen(line));
}

static struct heard
heard(struct dialog *d, const char *line)
{
	return verdict_line(d, line, strlen(line));
}

/* The same in other states than that of a command. */
static void
test_ahead_elsewhere(void **state)
{
	struct dialog d;

	(void)state;
	dialog_start(&d, &proto_smtp, true);
	assert_int_equal(dialog_turn_ahead(&d), TURN_SERVER);
	heard(&d, "220 a");
	said(&d, "AUTH LOGIN");
	heard(&d, "334 ");
	assert_int_equal(dialog_turn_ahead(&d), TURN_SECRET);
	said(&d, "x");
	assert_int_equal(dialog_turn_ahead(&d), TURN_SERVER);
	heard(&d, "235 ok");
	said(&d, "DATA");
	heard(&d, "354 go");
	assert_int_equal(dialog_turn_ahead(&d), TURN_DATA);
	said(&d, ".");
	assert_int_equal(dialog_turn(&d), TURN_SERVER);
	assert_int_equal(dialog_turn_ahead(&d), TURN_COMMAND);
	heard(&d, "250 ok");
	said(&d, "STARTTLS");
	heard(&d, "220 go");
	assert_int_equal(dialog_turn_ahead(&d), TURN_UPGRADE);
	dialog_upgraded(&d);
	said(&d, "QUIT");
	heard(&d, "221 bye");
	assert_int_equal(dialog_turn_ahead(&d), TURN_OVER);
	dialog_end(&d);
}

/* Far ahead: there is a bound, and each reply finds its command. */
static void
test_many_owed(void **state)
{
	struct dialog d;
	struct heard h;
	unsigned sent = 0, round, i;

	(void)state;
	dialog_start(&d, &proto_smtp, false);
	for (round = 0; round < 3; round++) {
		unsigned first = d.id + 1;

		for (sent = 0; dialog_turn_ahead(&d) == TURN_COMMAND; sent++) {
			assert_in_range(sent, 0, OWING_MOST);
			said(&d, "RCPT TO:<a@example>");
		}
		assert_true(sent > 100);
		assert_int_equal(dialog_turn_ahead(&d), TURN_SERVER);
		assert_int_equal(dialog_owed(&d), sent);
		for (i = 0; i < sent; i++) {
			assert_int_equal(dialog_turn(&d), TURN_SERVER);
			h = heard(&d, "550 no");
			assert_int_equal(h.id, first + i);
			assert_false(h.unsolicited);
		}
		assert_int_equal(dialog_turn(&d), TURN_COMMAND);
	}
	assert_int_equal(d.commands, 3 * sent);
	assert_int_equal(d.refused, 3 * sent);
	assert_string_equal(d.refused_as, "550");
	dialog_end(&d);
}

/* Each of many recipients has a reply coming, in step or ahead. */
static void
test_many_recipients(void **state)
{
	static const unsigned counts[] = { 1, 2, OWING_MOST - 1, OWING_MOST,
		OWING_MOST + 1, 2 * OWING_MOST };
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(counts); i++) {
		struct dialog d;
		unsigned k;

		dialog_start(&d, &proto_lmtp, false);
		for (k = 0; k < counts[i]; k++) {
			said(&d, "RCPT TO:<a@example>");
			heard(&d, "250 ok");
		}
		said(&d, "DATA");
		heard(&d, "354 go");
		said(&d, ".");
		for (k = 0; k < counts[i]; k++) {
			if (dialog_turn(&d) != TURN_SERVER)
				fail_msg("%u replies for %u", k, counts[i]);
			assert_false(heard(&d, "250 ok").unsolicited);
		}
		assert_int_equal(dialog_turn(&d), TURN_COMMAND);
		dialog_end(&d);
	}
}

/* Each reply bears the number of its command, and all of its lines do. */
static void
test_ids(void **state)
{
	struct dialog d;
	unsigned mail, rcpt;

	(void)state;
	dialog_start(&d, &proto_smtp, false);
	said(&d, "MAIL FROM:<>");
	mail = d.id;
	said(&d, "RCPT TO:<a>");
	rcpt = d.id;
	assert_int_not_equal(mail, rcpt);
	assert_int_equal(heard(&d, "250-a").id, mail);
	assert_int_equal(heard(&d, "250 b").id, mail);
	assert_int_equal(heard(&d, "250 b").id, rcpt);
	dialog_end(&d);
}

static void
test_words(void **state)
{
	struct dialog d;
	char line[100];
	unsigned i;

	(void)state;
	dialog_start(&d, &proto_smtp, false);
	assert_null(words_at(&d.words, 0));
	said(&d, "EHLO a");
	heard(&d, "250-STARTTLS.example.org");
	heard(&d, "250-SIZE 1000000");
	heard(&d, "250-");
	verdict_line(&d, "250-A\0B", 7);
	heard(&d, "250-auth PLAIN LOGIN");
	heard(&d, "250 starttls");
	assert_string_equal(words_at(&d.words, 0), "SIZE 1000000");
	assert_string_equal(words_at(&d.words, 1), "auth PLAIN LOGIN");
	assert_string_equal(words_at(&d.words, 2), "starttls");
	assert_null(words_at(&d.words, 3));
	assert_true(words_have(&d.words, "STARTTLS"));
	assert_true(words_have(&d.words, "AUTH"));
	assert_false(words_have(&d.words, "PLAIN"));
	assert_false(words_have(&d.words, "STARTTLSX"));
	assert_false(words_have(&d.words, "START"));
	said(&d, "EHLO a");
	heard(&d, "250-b");
	heard(&d, "250 DSN");
	assert_string_equal(words_at(&d.words, 0), "DSN");
	assert_false(words_have(&d.words, "STARTTLS"));
	said(&d, "HELP");
	heard(&d, "214-a");
	heard(&d, "214 NOTAWORD");
	assert_null(words_at(&d.words, 1));
	said(&d, "STARTTLS");
	heard(&d, "220 go");
	dialog_upgraded(&d);
	assert_null(words_at(&d.words, 0));
	said(&d, "EHLO a");
	heard(&d, "250-b");
	for (i = 0; i < 5000; i++) {
		snprintf(line, sizeof line, "250-%0*u", (int)(i % 80), i);
		heard(&d, line);
	}
	heard(&d, "250 STARTTLS");
	for (i = 0; words_at(&d.words, i) != NULL; i++)
		assert_true(strlen(words_at(&d.words, i)) < 90);
	assert_true(i > 20);
	dialog_end(&d);
}

/* Exactly as much as there is room for, and a byte more. */
static void
test_words_full(void **state)
{
	char line[WORDS_MOST + 10];
	size_t more;

	(void)state;
	memset(line, 'x', sizeof line);
	memcpy(line, "250-", 4);
	for (more = 0; more < 4; more++) {
		struct dialog d;
		size_t words_len;
		bool kept;

		dialog_start(&d, &proto_smtp, false);
		said(&d, "EHLO a");
		heard(&d, "250-b");
		verdict_line(&d, line, 4 + WORDS_MOST - 2 + more);
		words_len = d.words.len;
		kept = words_at(&d.words, 0) != NULL;
		dialog_end(&d);
		assert_int_equal(kept, more < 2);
		assert_int_equal(words_len, kept ? WORDS_MOST - 1 + more : 0);
	}
}

static void
test_awaited(void **state)
{
	struct dialog d;

	(void)state;
	dialog_start(&d, &proto_smtp, true);
	assert_string_equal(dialog_awaited(&d), "the greeting");
	assert_true(dialog_greeting_owed(&d));
	assert_int_equal(dialog_owed(&d), 1);
	heard(&d, "220-a");
	assert_true(dialog_greeting_owed(&d));
	heard(&d, "220 b");
	assert_false(dialog_greeting_owed(&d));
	assert_null(dialog_awaited(&d));
	said(&d, "rcpt to:<a>");
	said(&d, "FROBNICATE");
	assert_string_equal(dialog_awaited(&d), "RCPT");
	assert_int_equal(dialog_owed(&d), 2);
	heard(&d, "250 ok");
	assert_non_null(dialog_awaited(&d));
	heard(&d, "500 ok");
	assert_int_equal(dialog_owed(&d), 0);
	dialog_end(&d);
}

/* A greeting told the protocol better, or that there is none we know. */
static void
test_other_protocol(void **state)
{
	struct dialog d;

	(void)state;
	dialog_start(&d, &proto_smtp, true);
	dialog_proto(&d, &proto_lmtp);
	assert_int_equal(dialog_turn(&d), TURN_SERVER);
	assert_true(heard(&d, "220 LMTP").greeting);
	said(&d, "LHLO a");
	assert_string_equal(dialog_awaited(&d), "LHLO");
	dialog_proto(&d, &proto_raw);
	assert_int_equal(dialog_turn(&d), TURN_COMMAND);
	assert_int_equal(dialog_owed(&d), 0);
	said(&d, "anything");
	heard(&d, "220-anything");
	dialog_proto(&d, &proto_smtp);
	assert_int_equal(dialog_turn(&d), TURN_COMMAND);
	said(&d, "EHLO a");
	assert_false(heard(&d, "250 a").unsolicited);
	assert_int_equal(dialog_turn(&d), TURN_COMMAND);
	dialog_end(&d);
}

/*
 * Give the bytes to dialog_block in blocks of these sizes, as a script does:
 * what it left is given again with more behind it.  Returns how many bytes
 * were data.
 */
static size_t
block_by_block(const char *p, size_t n, size_t first, size_t then, bool *ended)
{
	struct dialog d;
	size_t from = 0, to = first < n ? first : n;

	dialog_start(&d, &proto_smtp, false);
	said(&d, "DATA");
	heard(&d, "354 go");
	for (;;) {
		bool eof = to == n;
		char *block = malloc(to - from + 1);
		size_t used;

		assert_non_null(block);
		memcpy(block, p + from, to - from);
		used = dialog_block(&d, block, to - from, eof, ended);
		free(block);
		assert_in_range(used, 0, to - from);
		from += used;
		assert_int_equal(dialog_turn(&d),
		    *ended ? TURN_SERVER : TURN_DATA);
		if (*ended || eof)
			break;
		to = n - to < then ? n : to + then;
	}
	dialog_end(&d);
	return from;
}

static void
test_block(void **state)
{
	static const struct {
		const char *text;
		size_t data; /* as many bytes are; the end is there? */
		bool ended;
	} rows[] = {
		{ "", 0, false },
		{ ".\r\n", 3, true },
		{ ".\nQUIT\n", 2, true },
		{ ".", 1, true },
		{ ".\r", 2, true },
		{ "..", 2, false },
		{ "..\r\n.\r\nQUIT\r\n", 7, true },
		{ "a\r\n.\r\nQUIT\r\n", 6, true },
		{ "a\n.\n.\n", 4, true },
		{ "a\r\n.", 4, true },
		{ "a\r\n.\r", 5, true },
		{ "a\r\n.x\r\n", 7, false },
		{ "a\r\n. \r\n.\r\n", 10, true },
		{ "a.\r\n", 4, false },
		{ "a.", 2, false },
		{ "a\r.\r\n", 5, false },
		{ "a\r\n.\r.\r\n", 8, false },
		{ "a\r\n.\rx\n.\r\n", 10, true },
		{ "\n\n\n.\n", 5, true },
		{ "no end", 6, false },
		{ "no end\r\n", 8, false },
	};
	size_t i, first, then;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		size_t n = strlen(rows[i].text);

		for (first = 0; first <= n; first++) {
			for (then = 1; then <= n + 1; then++) {
				bool ended = false;
				size_t used = block_by_block(rows[i].text, n,
				    first, then, &ended);

				if (used == rows[i].data &&
				    ended == rows[i].ended)
					continue;
				fail_msg("row %zu in %zu and %zu: %zu, %d", i,
				    first, then, used, ended);
			}
		}
	}
}

static unsigned
pick(unsigned *seed, unsigned below)
{
	*seed = *seed * 1103515245u + 12345u;
	return (*seed >> 16 & 0x7fff) % below;
}

/* Only an owed STARTTLS answered by 220 in the clear leads to TLS. */
static void
assert_go_ahead(const struct heard *h, const char *p, size_t n, bool tls)
{
	assert_false(tls);
	assert_false(h->unsolicited);
	assert_true(h->last);
	assert_non_null(h->verb);
	assert_string_equal(h->verb->word, "STARTTLS");
	assert_true(n >= 3 && memcmp(p, "220", 3) == 0);
	assert_true(n == 3 || p[3] == ' ');
}

/* What somebody says who has no idea; at times the right thing. */
static void
say_something(struct dialog *d, unsigned *seed)
{
	static const char *const lines[] = { "STARTTLS", "NOOP", "EHLO a",
		"DATA", ".", "AUTH LOGIN", "AUTH PLAIN x", "*", "", "text",
		"RCPT TO:<a>", "QUIT", "LHLO a", "RSET" };
	const char *line = lines[pick(seed, ROWS(lines))];
	enum turn turn = dialog_turn(d);
	struct said s;
	bool ended;

	if (turn == TURN_DATA && pick(seed, 2) == 0) {
		dialog_block(d, line, strlen(line), pick(seed, 2), &ended);
		return;
	}
	s = dialog_said(d, line, strlen(line));
	assert_true(s.secret <= strlen(line));
	if (turn == TURN_SECRET && strcmp(line, "*") != 0)
		assert_int_equal(s.secret, 0);
}

/* What the server sends: lines that mean something, and any bytes. */
static size_t
make_stream(char *p, size_t size, unsigned *seed)
{
	static const char *const parts[] = { "220 go\r\n", "220-go\r\n", "250",
		"250 ok\r\n", "\r\n", "\n", "354 go\r\n", "334 \r\n", "450 x\n",
		"550 no\r\n", "220", " ", "-", "\r", "x", "2200\r\n",
		"120 a\r\n" };
	size_t n = 0;

	while (n + 10 < size) {
		const char *part = parts[pick(seed, ROWS(parts))];

		/* Seldom: behind it nothing begins any more. */
		if (pick(seed, 400) == 0)
			part = "421 x\n";
		if (pick(seed, 20) == 0) {
			p[n++] = (char)pick(seed, 256);
			continue;
		}
		memcpy(p + n, part, strlen(part));
		n += strlen(part);
	}
	return n;
}

static void
test_anything(void **state)
{
	static const struct proto *const protos[] = { &proto_smtp,
		&proto_lmtp };
	unsigned seed = 99, upgrades = 0, round;
	char stream[600];

	(void)state;
	for (round = 0; round < 10000; round++) {
		size_t left = make_stream(stream, sizeof stream, &seed);
		const char *p = stream;
		struct line l = { 0 };
		struct dialog d;
		bool tls = false;

		dialog_start(&d, protos[round % 2], pick(&seed, 2));
		while (left > 0) {
			size_t part = 1 + pick(&seed, (unsigned)left);
			struct line_piece piece;

			left -= part;
			while (line_next(&l, &p, &part, &piece)) {
				struct heard h =
				    verdict_line(&d, piece.text, piece.len);

				if (dialog_turn(&d) != TURN_UPGRADE)
					continue;
				assert_go_ahead(&h, piece.text, piece.len, tls);
				dialog_upgraded(&d);
				tls = true;
				upgrades++;
			}
			while (pick(&seed, 2) == 0)
				say_something(&d, &seed);
			if (pick(&seed, 9) == 0)
				dialog_stale(&d);
		}
		line_free(&l);
		dialog_end(&d);
	}
	assert_true(upgrades > 50);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mail),
		cmocka_unit_test(test_auth),
		cmocka_unit_test(test_bdat),
		cmocka_unit_test(test_extensions),
		cmocka_unit_test(test_odd_go_aheads),
		cmocka_unit_test(test_starttls),
		cmocka_unit_test(test_odd_servers),
		cmocka_unit_test(test_ahead),
		cmocka_unit_test(test_ahead_elsewhere),
		cmocka_unit_test(test_many_owed),
		cmocka_unit_test(test_many_recipients),
		cmocka_unit_test(test_ids),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_words_full),
		cmocka_unit_test(test_awaited),
		cmocka_unit_test(test_other_protocol),
		cmocka_unit_test(test_block),
		cmocka_unit_test(test_anything),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
