/* SPDX-License-Identifier: ISC */
/* ldap_test.c - StartTLS and what is said to it. */
#include "../steps.h"

#define OID "1.3.6.1.4.1.1466.20037"
#define MALFORMED "the server's answer is malformed: "
#define NOT_LDAP "the server's answer is not LDAP: "
#define ELSE "the server answered something else than StartTLS"

static void
test_request(void **state)
{
	struct steps s = { .p = proto_ldap.preamble };

	(void)state;
	steps_take(&s, "", 0);
	steps_say(&s, BYTES("\x30\x1d\2\1\1\x77\x18\x80\x16" OID));
	steps_take(&s, "", 0);
	assert_int_equal(s.says, PREAMBLE_MORE);
	assert_int_equal(s.say.len, 31);
	steps_end(&s);
}

static void
test_agreed(void **state)
{
	static const struct step_row rows[] = {
		/* slapd's; with text behind it; with the response's name. */
		{ BYTES("\x30\xc\2\1\1\x78\7\xa\1\0\4\0\4\0"), PREAMBLE_AGREED,
		    NULL, 0 },
		{ BYTES("\x30\xc\2\1\1\x78\7\xa\1\0\4\0\4\0\x30\xc"),
		    PREAMBLE_AGREED, NULL, 2 },
		{ BYTES("\x30\x24\2\1\1\x78\x1f\xa\1\0\4\0\4\0\x8a\x16" OID),
		    PREAMBLE_AGREED, NULL, 0 },
		/* Long lengths, as Active Directory likes them. */
		{ BYTES("\x30\x84\0\0\0\x10\2\1\1\x78\x84\0\0\0\7\xa\1\0\4\0\4"
			"\0"),
		    PREAMBLE_AGREED, NULL, 0 },
		{ BYTES("\x30\x81\xc\2\1\1\x78\7\xa\1\0\4\0\4\0"),
		    PREAMBLE_AGREED, NULL, 0 },
		/* A name, a text, a value, controls. */
		{ BYTES("\x30\x10\2\1\1\x78\xb\xa\1\0\4\2dc\4\2ok"),
		    PREAMBLE_AGREED, NULL, 0 },
		{ BYTES("\x30\x12\2\1\1\x78\xa\xa\1\0\4\0\4\0\x8b\1x\xa0\1y"),
		    PREAMBLE_AGREED, NULL, 0 },
		/* The number 1 in more bytes than it needs. */
		{ BYTES("\x30\xd\2\2\0\1\x78\7\xa\1\0\4\0\4\0"),
		    PREAMBLE_AGREED, NULL, 0 },
	};

	(void)state;
	STEPS_ROWS(proto_ldap, rows);
}

static void
test_refused(void **state)
{
	static const struct step_row rows[] = {
		{ BYTES("\x30\x11\2\1\1\x78\xc\xa\1\2\4\0\4\5no\x1b[m"),
		    PREAMBLE_REFUSED,
		    "the server refused it: protocolError (2): \"no\\x1b[m\"",
		    0 },
		{ BYTES("\x30\xc\2\1\1\x78\7\xa\1\x34\4\0\4\0"),
		    PREAMBLE_REFUSED, "the server refused it: unavailable (52)",
		    0 },
		{ BYTES("\x30\xc\2\1\1\x78\7\xa\1\x63\4\0\4\0"),
		    PREAMBLE_REFUSED,
		    "the server refused it: an unknown result (99)", 0 },
		{ BYTES("\x30\xf\2\1\1\x78\xa\xa\4\x7f\xff\xff\xff\4\0\4\0"),
		    PREAMBLE_REFUSED,
		    "the server refused it: an unknown result (2147483647)",
		    0 },
		{ BYTES("\x30\x19\2\1\1\x78\x14\xa\1\xa\4\0\4\0\xa3\xb\4\x9"
			"ldap://x/"),
		    PREAMBLE_REFUSED,
		    "the server refused it: referral (10): \"ldap://x/\"", 0 },
		/* Nothing but this very success will do. */
		{ BYTES("\x30\x24\2\1\0\x78\x1f\xa\1\x34\4\0\4\0\x8a\x16"
			"1.3.6.1.4.1.1466.20036"),
		    PREAMBLE_REFUSED,
		    "the server ends the session: unavailable (52)", 0 },
		{ BYTES("\x30\xc\2\1\0\x78\7\xa\1\0\4\0\4\0"), PREAMBLE_REFUSED,
		    "the server ends the session: an unknown result (0)", 0 },
		{ BYTES("\x30\xc\2\1\2\x78\7\xa\1\0\4\0\4\0"), PREAMBLE_REFUSED,
		    ELSE, 0 },
		{ BYTES("\x30\x24\2\1\1\x78\x1f\xa\1\0\4\0\4\0\x8a\x16"
			"1.3.6.1.4.1.1466.20036"),
		    PREAMBLE_REFUSED, ELSE, 0 },
	};

	(void)state;
	STEPS_ROWS(proto_ldap, rows);
}

static void
test_malformed(void **state)
{
	static const struct step_row rows[] = {
		{ BYTES("220 mail\r\n"), PREAMBLE_REFUSED,
		    NOT_LDAP "\"220 mail\"", 0 },
		{ BYTES("\0"), PREAMBLE_REFUSED, NOT_LDAP "\"\\x00\"", 0 },
		/* A length of no end, too large, too long. */
		{ BYTES("\x30\x80"), PREAMBLE_REFUSED, NOT_LDAP "\"0\\x80\"",
		    0 },
		{ BYTES("\x30\x85"), PREAMBLE_REFUSED, NOT_LDAP "\"0\\x85\"",
		    0 },
		{ BYTES("\x30\xff"), PREAMBLE_REFUSED, NOT_LDAP "\"0\\xff\"",
		    0 },
		{ BYTES("\x30\x82\x40\1"), PREAMBLE_REFUSED,
		    NOT_LDAP "\"0\\x82@\\x01\"", 0 },
		{ BYTES("\x30\x84\xff\xff\xff\xff"), PREAMBLE_REFUSED,
		    NOT_LDAP "\"0\\x84\\xff\\xff\\xff\\xff\"", 0 },
		{ BYTES("\x30\0"), PREAMBLE_REFUSED,
		    "the server's answer is malformed", 0 },
		/* Elements that are missing, of another kind, or empty. */
		{ BYTES("\x30\3\2\1\1"), PREAMBLE_REFUSED,
		    MALFORMED "\"\\x02\\x01\\x01\"", 0 },
		{ BYTES("\x30\4\2\1\1\x78"), PREAMBLE_REFUSED,
		    MALFORMED "\"\\x02\\x01\\x01x\"", 0 },
		{ BYTES("\x30\5\2\1\1\x78\0"), PREAMBLE_REFUSED,
		    MALFORMED "\"\\x02\\x01\\x01x\\x00\"", 0 },
		{ BYTES("\x30\x8\2\1\1\x78\3\xa\1\0"), PREAMBLE_REFUSED,
		    MALFORMED "\"\\x02\\x01\\x01x\\x03\\x0a\\x01\\x00\"", 0 },
		{ BYTES("\x30\5\2\1\1\x61\0"), PREAMBLE_REFUSED,
		    MALFORMED "\"\\x02\\x01\\x01a\\x00\"", 0 },
		{ BYTES("\x30\2\2\0"), PREAMBLE_REFUSED,
		    MALFORMED "\"\\x02\\x00\"", 0 },
		{ BYTES("\x30\3\2\1\xff"), PREAMBLE_REFUSED,
		    MALFORMED "\"\\x02\\x01\\xff\"", 0 },
		{ BYTES("\x30\7\2\5\0\0\0\0\1"), PREAMBLE_REFUSED,
		    MALFORMED "\"\\x02\\x05\\x00\\x00\\x00\\x00\\x01\"", 0 },
		/* An element that is longer than the one around it. */
		{ BYTES("\x30\4\2\3\1\1"), PREAMBLE_REFUSED,
		    MALFORMED "\"\\x02\\x03\\x01\\x01\"", 0 },
		{ BYTES("\x30\6\2\1\1\x78\2\xa"), PREAMBLE_REFUSED,
		    MALFORMED "\"\\x02\\x01\\x01x\\x02\"", 0 },
		{ BYTES("\x30\xd\2\1\1\x78\7\xa\1\0\4\0\4\0\xa0"),
		    PREAMBLE_REFUSED,
		    MALFORMED "\"\\x02\\x01\\x01x\\x07\\x0a\\x01\\x00\\x04"
			      "\\x00\\x04\\x00\\xa0\"",
		    0 },
		{ BYTES("\x30\xc\2\1\xff\x78\7\xa\1\0\4\0\4\0"),
		    PREAMBLE_REFUSED,
		    MALFORMED "\"\\x02\\x01\\xffx\\x07\\x0a\\x01\\x00\\x04"
			      "\\x00\\x04\\x00\"",
		    0 },
		/* A tag of several bytes: LDAP has none. */
		{ BYTES("\x30\xf\2\1\1\x78\xa\xa\1\0\4\0\4\0\x1f\1x"),
		    PREAMBLE_REFUSED,
		    MALFORMED "\"\\x02\\x01\\x01x\\x0a\\x0a\\x01\\x00\\x04"
			      "\\x00\\x04\\x00\\x1f\\x01x\"",
		    0 },
		{ BYTES("\x30\3\x1f\1\1"), PREAMBLE_REFUSED,
		    MALFORMED "\"\\x1f\\x01\\x01\"", 0 },
		/* Not complete. */
		{ BYTES("\x30"), PREAMBLE_MORE, NULL, 0 },
		{ BYTES("\x30\x84\0\0"), PREAMBLE_MORE, NULL, 0 },
		{ BYTES("\x30\x82\x40\0x"), PREAMBLE_MORE, NULL, 0 },
		{ BYTES("\x30\xc\2\1\1"), PREAMBLE_MORE, NULL, 0 },
	};

	(void)state;
	STEPS_ROWS(proto_ldap, rows);
}

static void
test_speaks_first(void **state)
{
	struct steps s = { .p = proto_ldap.preamble };

	(void)state;
	steps_take(&s, BYTES("\x30\xc\2\1\1\x78\7\xa\1\0\4\0\4\0"));
	assert_int_equal(s.says, PREAMBLE_REFUSED);
	assert_int_equal(s.say.len, 0);
	steps_end(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_request),
		cmocka_unit_test(test_agreed),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_malformed),
		cmocka_unit_test(test_speaks_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
