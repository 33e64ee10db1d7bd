/* SPDX-License-Identifier: ISC */
/* imapaddr_test.c - addresses as people and programs write them. */
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "buf.h"
#include "practice/imapaddr.h"

static void
test_addresses(void **state)
{
	static const char *const rows[][2] = {
		{ "", "NIL" },
		{ "  ", "NIL" },
		{ "a@b", "((NIL NIL \"a\" \"b\"))" },
		{ "<a@b>", "((NIL NIL \"a\" \"b\"))" },
		{ "A B <a@b>", "((\"A B\" NIL \"a\" \"b\"))" },
		{ "\"B, \\\"C\\\"\" <a@b>",
		    "((\"B, \\\"C\\\"\" NIL \"a\" \"b\"))" },
		{ "a@b (A B)", "((\"A B\" NIL \"a\" \"b\"))" },
		{ "a@b, C <c@d>",
		    "((NIL NIL \"a\" \"b\")(\"C\" NIL \"c\" \"d\"))" },
		{ "a@b,,c@d,", "((NIL NIL \"a\" \"b\")(NIL NIL \"c\" \"d\"))" },
		{ "J. Doe <j.doe@x.org>",
		    "((\"J. Doe\" NIL \"j.doe\" \"x.org\"))" },
		{ "\"john doe\"@x", "((NIL NIL \"john doe\" \"x\"))" },
		{ "<\"a@b\"@c>", "((NIL NIL \"a@b\" \"c\"))" },
		{ "<@x,@y:a@b>", "((NIL \"@x,@y\" \"a\" \"b\"))" },
		{ "local", "((NIL NIL \"local\" \"\"))" },
		{ "<>", "((NIL NIL \"\" \"\"))" },
		{ "<a@b> junk", "((NIL NIL \"a\" \"b\"))" },
		{ "<a@b> c@d, e@f",
		    "((NIL NIL \"a\" \"b\")(NIL NIL \"e\" \"f\"))" },
		{ "Team: a@b, C <c@d>;",
		    "((NIL NIL \"Team\" NIL)(NIL NIL \"a\" \"b\")"
		    "(\"C\" NIL \"c\" \"d\")(NIL NIL NIL NIL))" },
		{ "undisclosed-recipients:;",
		    "((NIL NIL \"undisclosed-recipients\" NIL)"
		    "(NIL NIL NIL NIL))" },
		{ "Open: a@b",
		    "((NIL NIL \"Open\" NIL)(NIL NIL \"a\" \"b\")"
		    "(NIL NIL NIL NIL))" },
		{ "\xc3\xa4 <a@b>", "(({2}\r\n\xc3\xa4 NIL \"a\" \"b\"))" },
		{ "=?utf-8?Q?=C3=A4?= <a@b>",
		    "((\"=?utf-8?Q?=C3=A4?=\" NIL \"a\" \"b\"))" },
		{ "a (open", "((\"open\" NIL \"a\" \"\"))" },
		{ "\"open", "((NIL NIL \"open\" \"\"))" },
		{ "<a@b", "((NIL NIL \"a\" \"b\"))" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct buf b = { 0 };

		imapaddr_say(&b, rows[i][0], strlen(rows[i][0]));
		buf_add(&b, "", 1);
		assert_string_equal(buf_bytes(&b), rows[i][1]);
		buf_free(&b);
	}
}

/* A header is not worth thirty times its size. */
static void
test_too_many(void **state)
{
	struct buf in = { 0 }, out = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < 5000; i++)
		buf_adds(&in, "a,");
	imapaddr_say(&out, buf_bytes(&in), in.len);
	assert_true(out.len < 20000);
	assert_memory_equal(buf_bytes(&out) + out.len - 2, "))", 2);
	buf_free(&in);
	buf_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_too_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
