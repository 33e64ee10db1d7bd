/* SPDX-License-Identifier: ISC */
/* policy_test.c - questions of many lines, and what the actions mean. */
#include <stdlib.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "../talk.h"

static void
test_questions(void **state)
{
	static const struct talk talks[] = {
		{ "one after the other", &proto_policy, false,
		    {
			{ "C:request=smtpd_access_policy", TURN_MORE, NULL },
			{ "C:sender=", TURN_MORE, NULL },
			{ "C:", TURN_SERVER, NULL },
			{ "S:action=DUNNO", TURN_SERVER, "ok 0-" },
			{ "S:", TURN_COMMAND, "ok 0" },
			{ "C:request=smtpd_access_policy", TURN_MORE, NULL },
			{ "C:", TURN_SERVER, NULL },
			{ "S:action=REJECT not here", TURN_SERVER, "perm 0-" },
			{ "S:", TURN_COMMAND, "perm 0" },
		    } },
		{ "codes and words", &proto_policy, false,
		    {
			{ "C:a=b", TURN_MORE, NULL },
			{ "C:", TURN_SERVER, NULL },
			{ "S:action=450 4.7.1 later", TURN_SERVER, "temp 0-" },
			{ "S:more=lines", TURN_SERVER, "temp 0-" },
			{ "S:", TURN_COMMAND, "temp 0" },
			{ "C:a=b", TURN_MORE, NULL },
			{ "C:", TURN_SERVER, NULL },
			{ "S:action=DEFER_IF_PERMIT", TURN_SERVER, "temp 0-" },
			{ "S:", TURN_COMMAND, "temp 0" },
			{ "C:a=b", TURN_MORE, NULL },
			{ "C:", TURN_SERVER, NULL },
			{ "S:action=550", TURN_SERVER, "perm 0-" },
			{ "S:", TURN_COMMAND, "perm 0" },
		    } },
		{ "odd ones", &proto_policy, false,
		    {
			{ "C:", TURN_COMMAND, NULL },
			{ "C:a=b", TURN_MORE, NULL },
			{ "C:", TURN_SERVER, NULL },
			{ "S:hello", TURN_SERVER, "none 0 junk" },
			{ "S:", TURN_SERVER, "none 0 junk" },
			{ "S:action=", TURN_SERVER, "ok 0-" },
			{ "S:", TURN_COMMAND, "ok 0" },
		    } },
	};

	(void)state;
	play_talks(talks, ROWS(talks));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_questions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
