/* SPDX-License-Identifier: ISC */
/* postgres_test.c - SSLRequest and what is said to it. */
#include "../steps.h"

#define MALFORMED "the server's answer is malformed: "
#define REFUSED "the server refused it: "

static void
test_request(void **state)
{
	struct steps s = { .p = proto_postgres.preamble };

	(void)state;
	steps_take(&s, "", 0);
	assert_int_equal(s.says, PREAMBLE_MORE);
	steps_say(&s, BYTES("\0\0\0\10\x04\xd2\x16\x2f"));
	/* Not twice. */
	steps_take(&s, "", 0);
	assert_int_equal(s.says, PREAMBLE_MORE);
	assert_int_equal(s.say.len, 8);
	steps_end(&s);
}

static void
test_answers(void **state)
{
	static const struct step_row rows[] = {
		{ BYTES("S"), PREAMBLE_AGREED, NULL, 0 },
		{ BYTES("SX"), PREAMBLE_AGREED, NULL, 1 },
		{ BYTES("S220 smtp\r\n"), PREAMBLE_AGREED, NULL, 10 },
		{ BYTES("N"), PREAMBLE_REFUSED,
		    "the server has no TLS (its answer is N: ssl is off there)",
		    0 },
		{ BYTES("s"), PREAMBLE_REFUSED,
		    "the server's answer is none of PostgreSQL: \"s\"", 0 },
		{ BYTES("\0"), PREAMBLE_REFUSED,
		    "the server's answer is none of PostgreSQL: \"\\x00\"", 0 },
		{ BYTES("HTTP/1.1 400 no\r\n"), PREAMBLE_REFUSED,
		    "the server's answer is none of PostgreSQL: \"HTTP/1.1 400 "
		    "no\"",
		    0 },
		/* Version 3: a length, then fields. */
		{ BYTES("E\0\0\0\43SFATAL\0C53300\0Mtoo many clients\0\0"),
		    PREAMBLE_REFUSED, REFUSED "\"too many clients\"", 0 },
		{ BYTES("E\0\0\0\5\0"), PREAMBLE_REFUSED,
		    "the server refused it", 0 },
		{ BYTES("E\0\0\0\4"), PREAMBLE_REFUSED, "the server refused it",
		    0 },
		/* The last text has no end, or there is none. */
		{ BYTES("E\0\0\0\11Mabcd"), PREAMBLE_REFUSED,
		    REFUSED "\"abcd\"", 0 },
		{ BYTES("E\0\0\0\5M"), PREAMBLE_REFUSED,
		    "the server refused it", 0 },
		{ BYTES("E\0\0\0\11Sabcd"), PREAMBLE_REFUSED,
		    "the server refused it", 0 },
		{ BYTES("E\0\0\0\10M\x1b[m"), PREAMBLE_REFUSED,
		    REFUSED "\"\\x1b[m\"", 0 },
		/* Lengths that cannot be. */
		{ BYTES("E\0\0\0\0"), PREAMBLE_REFUSED,
		    MALFORMED "\"E\\x00\\x00\\x00\\x00\"", 0 },
		{ BYTES("E\0\0\0\3"), PREAMBLE_REFUSED,
		    MALFORMED "\"E\\x00\\x00\\x00\\x03\"", 0 },
		{ BYTES("E\0\xff\xff\xff"), PREAMBLE_REFUSED,
		    MALFORMED "\"E\\x00\\xff\\xff\\xff\"", 0 },
		/* Version 2: only a text. */
		{ BYTES("Eunsupported frontend protocol\n\0"), PREAMBLE_REFUSED,
		    REFUSED "\"unsupported frontend protocol\"", 0 },
		{ BYTES("E\xff\0"), PREAMBLE_REFUSED, REFUSED "\"\\xff\"", 0 },
		/* Not complete. */
		{ BYTES("E"), PREAMBLE_MORE, NULL, 0 },
		{ BYTES("E\0"), PREAMBLE_MORE, NULL, 0 },
		{ BYTES("E\0\0\0"), PREAMBLE_MORE, NULL, 0 },
		{ BYTES("E\0\0\0\100Mabc"), PREAMBLE_MORE, NULL, 0 },
		{ BYTES("Eno end"), PREAMBLE_MORE, NULL, 0 },
	};

	(void)state;
	STEPS_ROWS(proto_postgres, rows);
}

/* A text without an end is not waited for for ever. */
static void
test_endless_text(void **state)
{
	struct steps s = { .p = proto_postgres.preamble };
	char much[PREAMBLE_MOST];

	(void)state;
	memset(much, 'E', sizeof much);
	steps_take(&s, "", 0);
	steps_take(&s, much, sizeof much - 1);
	assert_int_equal(s.says, PREAMBLE_MORE);
	steps_take(&s, much, 1);
	assert_int_equal(s.says, PREAMBLE_REFUSED);
	assert_true(s.why.len < 400);
	steps_end(&s);
}

/* What was there before the request does not answer it. */
static void
test_speaks_first(void **state)
{
	static const char *const words[] = { "S", "N", "220 hi\r\n" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof words / sizeof words[0]; i++) {
		struct steps s = { .p = proto_postgres.preamble };

		steps_take(&s, words[i], strlen(words[i]));
		assert_int_equal(s.says, PREAMBLE_REFUSED);
		assert_int_equal(s.say.len, 0);
		steps_end(&s);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_request),
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_endless_text),
		cmocka_unit_test(test_speaks_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
