/* SPDX-License-Identifier: ISC */
/* mysql_test.c - the server's greeting and the SSLRequest. */
#include "../steps.h"

#define VERSION "10.11.9-MariaDB\0"
/* Thread, salt, filler. */
#define SALT "\7\0\0\0abcdefgh\0"
#define TAIL "\x2d\2\0\xff\x81\x15\0\0\0\0\0\0\0\0\0\0abcdefghijkl\0"
#define PLUGIN "mysql_native_password\0"
#define WHOLE(flags) "\x53\0\0\0\xa" VERSION SALT flags TAIL PLUGIN
#define NO_GREETING "this is no greeting of MySQL: "
#define MALFORMED "the server's greeting is malformed: "

static void
test_answers(void **state)
{
	static const struct step_row rows[] = {
		{ BYTES(WHOLE("\xff\xff")), PREAMBLE_AGREED, NULL, 0 },
		{ BYTES(WHOLE("\xfe\xff")), PREAMBLE_AGREED, NULL, 0 },
		{ BYTES(WHOLE("\xff\xff") "X"), PREAMBLE_AGREED, NULL, 1 },
		/* The shortest: behind the lower flags is nothing. */
		{ BYTES("\x13\0\0\0\xa"
			"5\0" SALT "\xff\xff"
			"-"),
		    PREAMBLE_AGREED, NULL, 0 },
		{ BYTES("\x12\0\0\0\xa"
			"5\0" SALT "\xff\xff"),
		    PREAMBLE_AGREED, NULL, 0 },
		{ BYTES("\x11\0\0\0\xa"
			"5\0" SALT "\xff"),
		    PREAMBLE_REFUSED,
		    MALFORMED
		    "\"\\x0a5\\x00\\x07\\x00\\x00\\x00abcdefgh\\x00\\xff\"",
		    0 },
		{ BYTES("\2\0\0\0\xa\0"), PREAMBLE_REFUSED,
		    MALFORMED "\"\\x0a\\x00\"", 0 },
		{ BYTES("\1\0\0\0\xa"), PREAMBLE_REFUSED,
		    "the server's greeting is malformed", 0 },
		{ BYTES("\4\0\0\0\xa"
			"5.7"),
		    PREAMBLE_REFUSED, MALFORMED "\"\\x0a5.7\"", 0 },
		/* No TLS; too old. */
		{ BYTES(WHOLE("\xff\xf7")), PREAMBLE_REFUSED,
		    "the server has no TLS, or has it off; its version is: "
		    "\"10.11.9-MariaDB\"",
		    0 },
		{ BYTES(WHOLE("\xff\xfd")), PREAMBLE_REFUSED,
		    "the server is older than MySQL 4.1: \"10.11.9-MariaDB\"",
		    0 },
		{ BYTES("\3\0\0\0\x9"
			"3\0"),
		    PREAMBLE_REFUSED,
		    "this is no greeting of MySQL's protocol 10: "
		    "\"\\x093\\x00\"",
		    0 },
		/* An error in its place. */
		{ BYTES("\x17\0\0\0\xff\x6a\4Host 'x' not allowed"),
		    PREAMBLE_REFUSED,
		    "the server refused this session: \"Host 'x' not allowed\"",
		    0 },
		{ BYTES("\xb\0\0\0\xff\x10\4#08004no"), PREAMBLE_REFUSED,
		    "the server refused this session: \"no\"", 0 },
		{ BYTES("\x9\0\0\0\xff\x10\4#08004"), PREAMBLE_REFUSED,
		    "the server refused this session: \"#08004\"", 0 },
		{ BYTES("\3\0\0\0\xff\x10\4"), PREAMBLE_REFUSED,
		    "the server refused this session", 0 },
		{ BYTES("\1\0\0\0\xff"), PREAMBLE_REFUSED,
		    "the server refused this session", 0 },
		/* Other servers, and lengths that cannot be. */
		{ BYTES("220 mail\r\n"), PREAMBLE_REFUSED,
		    NO_GREETING "\"220 mail\"", 0 },
		{ BYTES("\0\0\0\0"), PREAMBLE_REFUSED,
		    NO_GREETING "\"\\x00\\x00\\x00\\x00\"", 0 },
		{ BYTES("\xfd\x3f\0\0"), PREAMBLE_REFUSED,
		    NO_GREETING "\"\\xfd?\\x00\\x00\"", 0 },
		{ BYTES("\xff\xff\xff\0"), PREAMBLE_REFUSED,
		    NO_GREETING "\"\\xff\\xff\\xff\\x00\"", 0 },
		{ BYTES("\x11\0\0\1"), PREAMBLE_REFUSED,
		    NO_GREETING "\"\\x11\\x00\\x00\\x01\"", 0 },
		/* Not complete. */
		{ BYTES(""), PREAMBLE_MORE, NULL, 0 },
		{ BYTES("\x11\0\0"), PREAMBLE_MORE, NULL, 0 },
		{ BYTES("\x11\0\0\0"), PREAMBLE_MORE, NULL, 0 },
		{ BYTES("\xfc\x3f\0\0\xa"), PREAMBLE_MORE, NULL, 0 },
	};

	(void)state;
	STEPS_ROWS(proto_mysql, rows);
}

/* What we promise: only what the server can do as well. */
static void
test_request(void **state)
{
	static const struct {
		const char *in;
		size_t n;
		unsigned char flags[4];
	} rows[] = {
		{ BYTES(WHOLE("\xff\xff")), { 0x05, 0xaa, 0x0a, 0 } },
		/* MariaDB's extended capabilities: bit 0 is not set. */
		{ BYTES(WHOLE("\xfe\xff")), { 0x05, 0xaa, 0x0a, 0 } },
		{ BYTES(WHOLE("\0\x0a")), { 0x01, 0x0a, 0x0a, 0 } },
		{ BYTES("\x12\0\0\0\xa"
			"5\0" SALT "\xff\xff"),
		    { 0x05, 0xaa, 0, 0 } },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct steps s = { .p = proto_mysql.preamble };
		char packet[36] = { 32, 0, 0, 1 };

		memcpy(packet + 4, rows[i].flags, 4);
		memcpy(packet + 8, "\0\0\0\1\x2d", 5);
		steps_take(&s, "", 0);
		assert_int_equal(s.say.len, 0);
		steps_take(&s, rows[i].in, rows[i].n);
		steps_say(&s, packet, sizeof packet);
		steps_end(&s);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_request),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
