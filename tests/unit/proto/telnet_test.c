/* SPDX-License-Identifier: ISC */
/* telnet_test.c - the option START_TLS. */
#include "../steps.h"

#define DO_TLS "\xff\xfd."
#define DONT_TLS "\xff\xfe."
#define WILL_TLS "\xff\xfb."
#define WONT_TLS "\xff\xfc."
#define FOLLOWS "\xff\xfa.\1\xff\xf0"
#define GOES_ON "the server goes on without START_TLS: "
#define ORDER "the server says START_TLS FOLLOWS before it says DO"

static void
test_answers(void **state)
{
	static const struct step_row rows[] = {
		{ BYTES(DO_TLS FOLLOWS), PREAMBLE_AGREED, NULL, 0 },
		{ BYTES(DO_TLS FOLLOWS "x"), PREAMBLE_AGREED, NULL, 1 },
		{ BYTES(DO_TLS FOLLOWS DO_TLS), PREAMBLE_AGREED, NULL, 3 },
		/* Among other options, and what is neither. */
		{ BYTES("\xff\xfd\x18\xff\xfb\1" DO_TLS "\xff\xfc\3\xff\xf1"
			"\xff\xfa\x18\1\xff\xf0\xff\xfe\5" FOLLOWS),
		    PREAMBLE_AGREED, NULL, 0 },
		{ BYTES(DO_TLS DO_TLS FOLLOWS), PREAMBLE_AGREED, NULL, 0 },
		{ BYTES(DO_TLS WILL_TLS FOLLOWS), PREAMBLE_AGREED, NULL, 0 },
		/* Other subnegotiations: not that one, with an IAC inside. */
		{ BYTES(DO_TLS "\xff\xfa.\2\xff\xf0" FOLLOWS), PREAMBLE_AGREED,
		    NULL, 0 },
		{ BYTES(DO_TLS "\xff\xfa.\1\xff\xff\xf0\xff\xf0" FOLLOWS),
		    PREAMBLE_AGREED, NULL, 0 },
		{ BYTES(DO_TLS "\xff\xfa\xff\xf0" FOLLOWS), PREAMBLE_AGREED,
		    NULL, 0 },
		{ BYTES(DONT_TLS), PREAMBLE_REFUSED,
		    "the server does not want START_TLS (IAC DONT)", 0 },
		{ BYTES("\xff\xfb\1" DONT_TLS), PREAMBLE_REFUSED,
		    "the server does not want START_TLS (IAC DONT)", 0 },
		{ BYTES(WONT_TLS), PREAMBLE_REFUSED,
		    "the server will not do START_TLS (IAC WONT)", 0 },
		{ BYTES(FOLLOWS), PREAMBLE_REFUSED, ORDER, 0 },
		{ BYTES(FOLLOWS DO_TLS), PREAMBLE_REFUSED, ORDER, 0 },
		{ BYTES("login: "), PREAMBLE_REFUSED, GOES_ON "\"login: \"",
		    0 },
		{ BYTES(DO_TLS "\r\n"), PREAMBLE_REFUSED,
		    "the server goes on without START_TLS", 0 },
		{ BYTES(DO_TLS "\0" FOLLOWS), PREAMBLE_REFUSED,
		    GOES_ON "\"\\x00\\xff\\xfa.\\x01\\xff\\xf0\"", 0 },
		{ BYTES(DO_TLS "\xff\xff"), PREAMBLE_REFUSED,
		    GOES_ON "\"\\xff\\xff\"", 0 },
		/* Not complete, or not enough. */
		{ BYTES("\xff"), PREAMBLE_MORE, NULL, 0 },
		{ BYTES("\xff\xfd"), PREAMBLE_MORE, NULL, 0 },
		{ BYTES(DO_TLS), PREAMBLE_MORE, NULL, 0 },
		{ BYTES(WILL_TLS), PREAMBLE_MORE, NULL, 0 },
		{ BYTES(DO_TLS "\xff\xfa.\1"), PREAMBLE_MORE, NULL, 0 },
		{ BYTES(DO_TLS "\xff\xfa.\1\xff"), PREAMBLE_MORE, NULL, 0 },
		{ BYTES("\xff\xfa\xff\xff\xff\xff"), PREAMBLE_MORE, NULL, 0 },
	};

	(void)state;
	STEPS_ROWS(proto_telnet, rows);
}

/* All that is said, and nothing of it twice. */
static void
test_said(void **state)
{
	struct steps s = { .p = proto_telnet.preamble };

	(void)state;
	steps_take(&s, "", 0);
	steps_say(&s, BYTES(WILL_TLS));
	steps_take(&s, BYTES("\xff\xfd\x18\xff\xfb\1\xff\xfe\3\xff\xfc\5"));
	steps_say(&s, BYTES(WILL_TLS "\xff\xfc\x18\xff\xfe\1"));
	buf_clear(&s.say);
	steps_take(&s, BYTES(DO_TLS));
	steps_say(&s, BYTES(FOLLOWS));
	steps_take(&s, BYTES(DO_TLS WILL_TLS));
	steps_say(&s, BYTES(FOLLOWS DONT_TLS));
	steps_take(&s, BYTES(FOLLOWS));
	assert_int_equal(s.says, PREAMBLE_AGREED);
	assert_int_equal(s.in.len, 0);
	steps_end(&s);
}

/* The server that speaks first and the one that waits hear the same. */
static void
test_server_first(void **state)
{
	struct steps s = { .p = proto_telnet.preamble };

	(void)state;
	steps_take(&s, BYTES(DO_TLS));
	assert_int_equal(s.says, PREAMBLE_MORE);
	steps_say(&s, BYTES(WILL_TLS FOLLOWS));
	steps_take(&s, BYTES(FOLLOWS));
	assert_int_equal(s.says, PREAMBLE_AGREED);
	steps_end(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_said),
		cmocka_unit_test(test_server_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
