/* SPDX-License-Identifier: ISC */
/* whole_test.c - answers that end where the connection ends. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "talk.h"

static void
test_whole(void **state)
{
	static const struct talk talks[] = {
		{ "gopher", &proto_gopher, false,
		    {
			{ "C:/docs", TURN_SERVER, "?" },
			{ "O:100000", TURN_SERVER,
			    "none 0- octets to the end" },
			{ "O:1", TURN_SERVER, "none 0- octets to the end" },
			{ "CLOSED", TURN_COMMAND, "ok 0" },
		    } },
		{ "the main menu", &proto_gopher, false,
		    {
			{ "C:", TURN_SERVER, "?" },
			{ "CLOSED", TURN_COMMAND, "ok 0" },
		    } },
		{ "nothing was asked", &proto_gopher, false,
		    {
			{ "S:go away", TURN_COMMAND, "none 0 junk" },
			{ "CLOSED", TURN_COMMAND, "none 0-" },
		    } },
		{ "a line came before", &proto_gopher, false,
		    {
			{ "S:welcome", TURN_COMMAND, NULL },
			{ "C:x", TURN_SERVER, "?" },
			{ "O:5", TURN_SERVER, NULL },
			{ "CLOSED", TURN_COMMAND, "ok 0" },
		    } },
		{ "finger", &proto_finger, false,
		    {
			{ "C:/W alice", TURN_SERVER, "/W" },
			{ "O:5", TURN_SERVER, NULL },
			{ "CLOSED", TURN_COMMAND, "ok 0 /W" },
		    } },
		{ "whois", &proto_whois, false,
		    {
			{ "C:example.org", TURN_SERVER, "?" },
			{ "O:5", TURN_SERVER, NULL },
			{ "CLOSED", TURN_COMMAND, "ok 0" },
		    } },
	};

	(void)state;
	play_talks(talks, ROWS(talks));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
