/* SPDX-License-Identifier: ISC */
/* ftp_test.c - FTP's control connection, told line by line. */
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
		{ "a login", &proto_ftp, true,
		    {
			{ "S:220-ProFTPD", TURN_SERVER, "ok 220- greeting" },
			{ "S:", TURN_SERVER, "ok 220- greeting" },
			{ "S:220 ready", TURN_COMMAND, "ok 220 greeting" },
			{ "C:USER alice", TURN_SERVER, "USER" },
			{ "S:331 password", TURN_COMMAND, "more 331 USER" },
			{ "C:PASS wonderland", TURN_SERVER, "PASS hide 5" },
			{ "S:332 account", TURN_COMMAND, "more 332 PASS" },
			{ "C:acct  of mine", TURN_SERVER, "ACCT hide 5" },
			{ "S:230-hello", TURN_SERVER, "ok 230- ACCT" },
			{ "S:230 you are in", TURN_COMMAND, "ok 230 ACCT" },
			{ "C:PASS", TURN_SERVER, "PASS" },
			{ "S:503 no", TURN_COMMAND, "perm 503 PASS" },
			{ "C: PASS ", TURN_SERVER, "PASS" },
			{ "S:530 no", TURN_COMMAND, "perm 530 PASS" },
			{ "C:ADAT Zm9v", TURN_SERVER, "ADAT hide 5" },
			{ "S:503 no", TURN_COMMAND, "perm 503 ADAT" },
			{ "C:QUIT", TURN_SERVER, "QUIT" },
			{ "S:221-you sent", TURN_SERVER, "ok 221- QUIT" },
			{ "S:221 bye", TURN_OVER, "ok 221 QUIT" },
		    } },
		/* RFC 959, 4.2: the same code and a blank, nothing else. */
		{ "lines inside a reply", &proto_ftp, false,
		    {
			{ "C:STAT", TURN_SERVER, "STAT" },
			{ "S:211-status", TURN_SERVER, "ok 211- STAT" },
			{ "S: 211 blank before it", TURN_SERVER,
			    "ok 211- STAT" },
			{ "S:212 another code", TURN_SERVER, "ok 211- STAT" },
			{ "S:221 bye", TURN_SERVER, "ok 211- STAT" },
			{ "S:421 gone", TURN_SERVER, "ok 211- STAT" },
			{ "S:550-no", TURN_SERVER, "ok 211- STAT" },
			{ "S:211-again", TURN_SERVER, "ok 211- STAT" },
			{ "S:2111 x", TURN_SERVER, "ok 211- STAT" },
			{ "S:211\tx", TURN_SERVER, "ok 211- STAT" },
			{ "S:text", TURN_SERVER, "ok 211- STAT" },
			{ "S:", TURN_SERVER, "ok 211- STAT" },
			{ "S:211 end", TURN_COMMAND, "ok 211 STAT" },
			{ "C:HELP", TURN_SERVER, "HELP" },
			{ "S:214-help", TURN_SERVER, "ok 214- HELP" },
			{ "S:200", TURN_SERVER, "ok 214- HELP" },
			{ "S:214", TURN_COMMAND, "ok 214 HELP" },
			{ "S:text", TURN_COMMAND, "none 0 junk" },
			{ "S:214 end", TURN_COMMAND, "ok 214 unasked" },
		    } },
		{ "two replies to one command", &proto_ftp, false,
		    {
			{ "C:RETR a", TURN_SERVER, "RETR" },
			{ "S:150-here", TURN_SERVER, "prelim 150- RETR" },
			{ "S:226 not yet", TURN_SERVER, "prelim 150- RETR" },
			{ "S:150 it comes", TURN_SERVER, "prelim 150 RETR" },
			{ "S:226 done", TURN_COMMAND, "ok 226 RETR" },
			{ "C:STOR b", TURN_SERVER, "STOR" },
			{ "S:125 open", TURN_SERVER, "prelim 125 STOR" },
			{ "S:452 full", TURN_COMMAND, "temp 452 STOR" },
			{ "C:LIST", TURN_SERVER, "LIST" },
			{ "S:425 cannot", TURN_COMMAND, "temp 425 LIST" },
			{ "C:RNFR a", TURN_SERVER, "RNFR" },
			{ "S:350 to what", TURN_COMMAND, "more 350 RNFR" },
			{ "C:RNTO b", TURN_SERVER, "RNTO" },
			{ "S:250 done", TURN_COMMAND, "ok 250 RNTO" },
			{ "C:REST 100", TURN_SERVER, "REST" },
			{ "S:350 there", TURN_COMMAND, "more 350 REST" },
			/* ABOR by "send now": one for each. */
			{ "C:RETR c", TURN_SERVER, "RETR" },
			{ "S:150 it comes", TURN_SERVER, "prelim 150 RETR" },
			{ "C:ABOR", TURN_SERVER, "ABOR" },
			{ "S:426 cut", TURN_SERVER, "temp 426 RETR" },
			{ "S:226 cut", TURN_COMMAND, "ok 226 ABOR" },
			{ "C:FROB", TURN_SERVER, "?" },
			{ "S:500 what", TURN_COMMAND, "perm 500" },
		    } },
		{ "the greeting comes later", &proto_ftp, true,
		    {
			{ "S:120 in 3 minutes", TURN_SERVER,
			    "prelim 120 greeting" },
			{ "S:220 now", TURN_COMMAND, "ok 220 greeting" },
			{ "C:REIN", TURN_SERVER, "REIN" },
			{ "S:120 wait", TURN_SERVER, "prelim 120 REIN" },
			{ "S:220 new user?", TURN_COMMAND, "ok 220 REIN" },
			{ "C:NOOP", TURN_SERVER, "NOOP" },
			{ "S:421 too long", TURN_OVER, "temp 421 NOOP" },
		    } },
		{ "closed unasked", &proto_ftp, false,
		    {
			{ "S:421-bye", TURN_COMMAND, "temp 421- unasked" },
			{ "S:421 bye", TURN_OVER, "temp 421 unasked" },
		    } },
		{ "refused in place of a greeting", &proto_ftp, true,
		    {
			{ "S:421 too many", TURN_OVER, "temp 421 greeting" },
		    } },
	};

	(void)state;
	play_talks(talks, ROWS(talks));
}

static void
test_tls(void **state)
{
	static const struct talk talks[] = {
		{ "up and down", &proto_ftp, false,
		    {
			{ "C:CCC", TURN_SERVER, "CCC" },
			{ "S:200 there is no TLS", TURN_COMMAND, "ok 200 CCC" },
			{ "C:auth  tls", TURN_SERVER, "AUTH TLS" },
			{ "S:234-now", TURN_SERVER, "ok 234- AUTH TLS" },
			{ "S:234 go", TURN_UPGRADE, "ok 234 AUTH TLS" },
			{ "TLS", TURN_COMMAND, "" },
			{ "C:PBSZ 0", TURN_SERVER, "PBSZ" },
			{ "S:200 ok", TURN_COMMAND, "ok 200 PBSZ" },
			{ "C:PROT P", TURN_SERVER, "PROT" },
			{ "S:536 no", TURN_COMMAND, "perm 536 PROT" },
			{ "C:CCC", TURN_SERVER, "CCC" },
			{ "S:533 no", TURN_COMMAND, "perm 533 CCC" },
			{ "C:CCC", TURN_SERVER, "CCC" },
			{ "S:200 ok", TURN_PLAIN, "ok 200 CCC" },
			{ "PLAIN", TURN_COMMAND, "" },
			{ "C:PWD", TURN_SERVER, "PWD" },
			{ "S:257 \"/\"", TURN_COMMAND, "ok 257 PWD" },
			{ "C:AUTH TLS", TURN_SERVER, "AUTH TLS" },
			{ "S:234 go", TURN_UPGRADE, "ok 234 AUTH TLS" },
			{ "TLS", TURN_COMMAND, "" },
			{ "C:REIN", TURN_SERVER, "REIN" },
			{ "S:120 wait", TURN_SERVER, "prelim 120 REIN" },
			{ "S:220 again", TURN_PLAIN, "ok 220 REIN" },
		    } },
		{ "other mechanisms", &proto_ftp, false,
		    {
			{ "C:AUTH GSSAPI", TURN_SERVER, "AUTH" },
			{ "S:234 go", TURN_COMMAND, "ok 234 AUTH" },
			{ "C:AUTH", TURN_SERVER, "AUTH" },
			{ "S:501 what?", TURN_COMMAND, "perm 501 AUTH" },
			{ "C:AUTH TLSX", TURN_SERVER, "AUTH" },
			{ "S:504 what?", TURN_COMMAND, "perm 504 AUTH" },
			{ "C:AUTH SSL", TURN_SERVER, "AUTH SSL" },
			{ "S:534 no", TURN_COMMAND,
			    "perm 534 AUTH SSL no-tls" },
			{ "C:AUTH TLS-P", TURN_SERVER, "AUTH TLS-P" },
			{ "S:504 no", TURN_COMMAND,
			    "perm 504 AUTH TLS-P no-tls" },
			{ "C:AUTH\tTLS-C", TURN_SERVER, "AUTH TLS-C" },
			{ "S:234", TURN_UPGRADE, "ok 234 AUTH TLS-C" },
		    } },
	};

	(void)state;
	play_talks(talks, ROWS(talks));
}

/* AUTH TLS and an answer that is not its go-ahead. */
static void
test_odd_go_aheads(void **state)
{
	static const char *const odd[] = { "220 go", "230 go", "235 go",
		"200 go", "334 go", "331 go", "350 234 go" };
	static const char *const junk[] = { "2340 go", "234x", " 234 go", "+OK",
		"234\tgo", "" };
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(odd) + ROWS(junk); i++) {
		bool is_odd = i < ROWS(odd);
		const char *line = is_odd ? odd[i] : junk[i - ROWS(odd)];
		struct dialog d;
		struct heard h;

		dialog_start(&d, &proto_ftp, false);
		dialog_said(&d, "AUTH TLS", 8);
		h = verdict_line(&d, line, strlen(line));
		if (dialog_turn(&d) == TURN_UPGRADE || h.disagreed != is_odd ||
		    h.junk == is_odd)
			fail_msg("%s: turn %d", line, (int)dialog_turn(&d));
		dialog_end(&d);
	}
}

static void
test_feat(void **state)
{
	static const struct talk talks[] = {
		{ "RFC 2389", &proto_ftp, false,
		    {
			{ "C:FEAT", TURN_SERVER, "FEAT" },
			{ "S:211-AUTH SSL", TURN_SERVER, NULL },
			{ "S: AUTH TLS", TURN_SERVER, NULL },
			{ "S: MLST type*;size*;", TURN_SERVER, NULL },
			{ "S:  TWO", TURN_SERVER, NULL },
			{ "S:NONE", TURN_SERVER, NULL },
			{ "S:", TURN_SERVER, NULL },
			{ "S:211 End SIZE", TURN_COMMAND, "ok 211 FEAT" },
			{ "HAS:AUTH TLS", TURN_COMMAND, "" },
			{ "HAS:MLST", TURN_COMMAND, "" },
			{ "LACKS:AUTH SSL", TURN_COMMAND, "" },
			{ "LACKS:NONE", TURN_COMMAND, "" },
			{ "LACKS:TWO", TURN_COMMAND, "" },
			{ "LACKS:End", TURN_COMMAND, "" },
			{ "C:HELP", TURN_SERVER, "HELP" },
			{ "S:214-x", TURN_SERVER, NULL },
			{ "S: SITE", TURN_SERVER, NULL },
			{ "S:214 x", TURN_COMMAND, NULL },
			{ "LACKS:SITE", TURN_COMMAND, "" },
			{ "HAS:MLST", TURN_COMMAND, "" },
			{ "C:FEAT", TURN_SERVER, "FEAT" },
			{ "S:500 none", TURN_COMMAND, "perm 500 FEAT" },
			{ "HAS:MLST", TURN_COMMAND, "" },
			{ "C:FEAT", TURN_SERVER, "FEAT" },
			{ "S:211 none", TURN_COMMAND, "ok 211 FEAT" },
			{ "LACKS:MLST", TURN_COMMAND, "" },
		    } },
		{ "as others write it", &proto_ftp, false,
		    {
			{ "C:feat", TURN_SERVER, "FEAT" },
			{ "S:211-Extensions", TURN_SERVER, NULL },
			{ "S: AUTH SSL;TLS;;TLS-P;", TURN_SERVER, NULL },
			{ "S:211-SIZE", TURN_SERVER, NULL },
			{ "S:211-", TURN_SERVER, NULL },
			{ "S:212-MDTM", TURN_SERVER, NULL },
			{ "S:211 END", TURN_COMMAND, NULL },
			{ "HAS:AUTH SSL", TURN_COMMAND, "" },
			{ "HAS:AUTH TLS", TURN_COMMAND, "" },
			{ "HAS:AUTH TLS-P", TURN_COMMAND, "" },
			{ "HAS:SIZE", TURN_COMMAND, "" },
			{ "LACKS:MDTM", TURN_COMMAND, "" },
		    } },
	};

	(void)state;
	play_talks(talks, ROWS(talks));
}

static void
test_remark(void **state)
{
	static const struct remark_row rows[] = {
		{ "227 Entering Passive Mode (192,0,2,1,48,57).",
		    "data connection at 192.0.2.1 port 12345; telex opens "
		    "none" },
		{ "227 =127,0,0,1,0,21",
		    "data connection at 127.0.0.1 port 21; telex opens none" },
		{ "227 127,0,0,1,255,255",
		    "data connection at 127.0.0.1 port 65535; telex opens "
		    "none" },
		{ "227 (1234,0,0,1,255,255)", "" },
		{ "227 (127,0,0,1,256,1)", "" },
		{ "227 (127,0,0,1,4)", "" },
		{ "227 (-1,0,0,1,4,5)", "" },
		{ "227 no", "" },
		{ "227", "" },
		{ "229 Extended Passive (|||12345|)",
		    "data connection at port 12345 of this server; telex opens "
		    "none" },
		{ "229 (!!!1!)",
		    "data connection at port 1 of this server; telex opens "
		    "none" },
		{ "229 (|||0|)", "" },
		{ "229 (|||65536|)", "" },
		{ "229 (|||123456|)", "" },
		{ "229 (|||12x|)", "" },
		{ "229 (|||12", "" },
		{ "229 (||12|)", "" },
		{ "229 (|", "" },
		{ "229 (", "" },
		{ "229 no", "" },
		{ "230 (127,0,0,1,4,5)", "" },
		{ "200 (|||12345|)", "" },
	};

	(void)state;
	lines_remark(&proto_ftp, rows, ROWS(rows));
}

static void
test_greets(void **state)
{
	static const struct {
		const char *line, *known, *unknown; /* on port 21, elsewhere */
	} rows[] = {
		{ "220 ProFTPD Server ready", "ftp", "ftp" },
		{ "220 (vsFTPd 3.0.3)", "ftp", "ftp" },
		{ "220-Welcome to this ftp server", "ftp", "ftp" },
		{ "220-FileZilla Server 1.8", "ftp", "ftp" },
		{ "120 wait 5 minutes", "ftp", "ftp" },
		{ "220 hello", "ftp", "smtp" },
		{ "220", "ftp", "smtp" },
		{ "421 busy", "ftp", "smtp" },
		{ "530 go away", "ftp", "smtp" },
		{ "500 OOPS: vsftpd: no", "ftp", "ftp" },
		{ "220 ftp.example.org ESMTP", "smtp", "smtp" },
		{ "220 mail.example.org ESMTP", "smtp", "smtp" },
		{ "230 FTP", "none", "none" },
		{ "2200 FTP", "none", "none" },
		{ "FTP server", "none", "none" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		const char *line = rows[i].line;
		const struct proto *known =
		    protos_greeting(&proto_ftp, line, strlen(line));
		const struct proto *unknown =
		    protos_greeting(protos_raw(), line, strlen(line));

		if (strcmp(known == NULL ? "none" : known->name,
			rows[i].known) != 0 ||
		    strcmp(unknown == NULL ? "none" : unknown->name,
			rows[i].unknown) != 0)
			fail_msg("%s: %s, %s", line,
			    known == NULL ? "none" : known->name,
			    unknown == NULL ? "none" : unknown->name);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_replies),
		cmocka_unit_test(test_tls),
		cmocka_unit_test(test_odd_go_aheads),
		cmocka_unit_test(test_feat),
		cmocka_unit_test(test_remark),
		cmocka_unit_test(test_greets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
