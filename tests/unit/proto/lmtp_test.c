/* SPDX-License-Identifier: ISC */
/* lmtp_test.c - one reply for each recipient. */
#include <stdlib.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "../talk.h"
#include "protos.h"

static void
test_recipients(void **state)
{
	static const struct talk talks[] = {
		{ "two of them", &proto_lmtp, true,
		    {
			{ "S:220 here LMTP", TURN_COMMAND, "ok 220 greeting" },
			{ "C:LHLO me", TURN_SERVER, "LHLO" },
			{ "S:250-here", TURN_SERVER, "ok 250- LHLO" },
			{ "S:250-PIPELINING", TURN_SERVER, "ok 250- LHLO" },
			{ "S:250 SIZE 100", TURN_COMMAND, "ok 250 LHLO" },
			{ "HAS:PIPELINING", TURN_COMMAND, NULL },
			{ "LACKS:STARTTLS", TURN_COMMAND, NULL },
			{ "C:MAIL FROM:<a@b>", TURN_SERVER, "MAIL" },
			{ "S:250 a", TURN_COMMAND, "ok 250 MAIL" },
			{ "C:RCPT TO:<c@d>", TURN_SERVER, "RCPT" },
			{ "S:250 a", TURN_COMMAND, "ok 250 RCPT" },
			{ "C:RCPT TO:<no@d>", TURN_SERVER, "RCPT" },
			{ "S:550 a", TURN_COMMAND, "perm 550 RCPT" },
			{ "C:RCPT TO:<e@d>", TURN_SERVER, "RCPT" },
			{ "S:250 a", TURN_COMMAND, "ok 250 RCPT" },
			{ "C:DATA", TURN_SERVER, "DATA" },
			{ "S:354 a", TURN_DATA, "more 354 DATA" },
			{ "C:a: b", TURN_DATA, "data" },
			{ "C:.", TURN_SERVER, "end" },
			{ "S:250-c is", TURN_SERVER, "ok 250-" },
			{ "S:250 fine", TURN_SERVER, "ok 250" },
			{ "S:452 e is full", TURN_COMMAND, "temp 452" },
			/* The next message has others. */
			{ "C:MAIL FROM:<a@b>", TURN_SERVER, "MAIL" },
			{ "S:250 a", TURN_COMMAND, "ok 250 MAIL" },
			{ "C:RCPT TO:<c@d>", TURN_SERVER, "RCPT" },
			{ "S:250 a", TURN_COMMAND, "ok 250 RCPT" },
			{ "C:DATA", TURN_SERVER, "DATA" },
			{ "S:354 a", TURN_DATA, "more 354 DATA" },
			{ "C:.", TURN_SERVER, "end" },
			{ "S:250 a", TURN_COMMAND, "ok 250" },
			{ "C:QUIT", TURN_SERVER, "QUIT" },
			{ "S:221 a", TURN_OVER, "ok 221 QUIT" },
		    } },
		{ "forgotten by RSET and LHLO", &proto_lmtp, false,
		    {
			{ "C:MAIL FROM:<a@b>", TURN_SERVER, "MAIL" },
			{ "S:250 a", TURN_COMMAND, "ok 250 MAIL" },
			{ "C:RCPT TO:<c@d>", TURN_SERVER, "RCPT" },
			{ "S:250 a", TURN_COMMAND, "ok 250 RCPT" },
			{ "C:RSET", TURN_SERVER, "RSET" },
			{ "S:250 a", TURN_COMMAND, "ok 250 RSET" },
			{ "C:RCPT TO:<c@d>", TURN_SERVER, "RCPT" },
			{ "S:250 a", TURN_COMMAND, "ok 250 RCPT" },
			{ "C:LHLO me", TURN_SERVER, "LHLO" },
			{ "S:250 a", TURN_COMMAND, "ok 250 LHLO" },
			{ "C:RCPT TO:<e@d>", TURN_SERVER, "RCPT" },
			{ "S:250 a", TURN_COMMAND, "ok 250 RCPT" },
			{ "C:DATA", TURN_SERVER, "DATA" },
			{ "S:354 a", TURN_DATA, "more 354 DATA" },
			{ "C:.", TURN_SERVER, "end" },
			{ "S:250 a", TURN_COMMAND, "ok 250" },
		    } },
		{ "in chunks", &proto_lmtp, false,
		    {
			{ "C:RCPT TO:<c@d>", TURN_SERVER, "RCPT" },
			{ "S:250 a", TURN_COMMAND, "ok 250 RCPT" },
			{ "C:RCPT TO:<e@d>", TURN_SERVER, "RCPT" },
			{ "S:250 a", TURN_COMMAND, "ok 250 RCPT" },
			{ "C:BDAT 0", TURN_SERVER, "BDAT" },
			{ "S:250 a", TURN_COMMAND, "ok 250 BDAT" },
			{ "C:BDAT 0 LAST", TURN_SERVER, "BDAT" },
			{ "S:250 a", TURN_SERVER, "ok 250 BDAT" },
			{ "S:250 a", TURN_COMMAND, "ok 250 BDAT" },
		    } },
		{ "no data for nobody", &proto_lmtp, false,
		    {
			{ "C:DATA", TURN_SERVER, "DATA" },
			{ "S:503 a", TURN_COMMAND, "perm 503 DATA no-data" },
			{ "C:NOOP", TURN_SERVER, "NOOP" },
			{ "S:250 a", TURN_COMMAND, "ok 250 NOOP" },
		    } },
	};

	(void)state;
	play_talks(talks, ROWS(talks));
}

/* Only a greeting that says so is one of LMTP. */
static void
test_greeting(void **state)
{
	static const struct {
		const char *line;
		const struct proto *proto;
	} rows[] = {
		{ "220 here LMTP ready", &proto_lmtp },
		{ "220 here ESMTP ready", &proto_smtp },
		{ "220-here LMTP", &proto_lmtp },
		{ "+OK LMTP", &proto_pop3 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++)
		assert_ptr_equal(protos_greeting(&proto_raw, rows[i].line,
				     strlen(rows[i].line)),
		    rows[i].proto);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_recipients),
		cmocka_unit_test(test_greeting),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
