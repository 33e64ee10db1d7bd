/* SPDX-License-Identifier: ISC */
/* craft_test.c - local commands that make text, or send what no line is. */
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "local.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

#define TEN "0123456789"

static void
test_send(void **state)
{
	static const struct local_row rows[] = {
		{ "now", { "^send now" }, "(now)", "" },
		{ "end", { "^send eof", "^send 41" }, "",
		    "telex: the connection broke: cannot send: broken pipe "
		    "(-T, if it wants TLS from the first byte)\n* 1 byte "
		    "sent\n" },
		{ "one", { "^send 41" }, "A", "* 1 byte sent\n" },
		{ "more", { "^send 41 42 lf nul" }, "AB\n",
		    "* 4 bytes sent\n" },
		{ "none", { "^send" }, "",
		    "telex: send: now, eof, or any of crlf lf cr nul tab esc "
		    "and pairs of hex digits (send 41 42 crlf)\n" },
		{ "no hex", { "^send 4g" }, "",
		    "telex: send: now, eof, or any of crlf lf cr nul tab esc "
		    "and pairs of hex digits (send 41 42 crlf)\n" },
	};

	(void)state;
	local_rows(rows, ROWS(rows));
}

static void
test_text(void **state)
{
	static const struct local_row rows[] = {
		{ "base64", { "^base64 hunter2" }, "<aHVudGVyMg==>", "" },
		{ "base64, behind what is there",
		    { "^base64 a",
			"^base64 "
			"bc" },
		    "<YQ==YmM=>", "" },
		{ "base64 of nothing", { "^base64" }, "",
		    "telex: base64: of what? (base64 TEXT)\n" },
		{ "unbase64", { "^unbase64 aMO8G1syag==" }, "",
		    "* hü\\x1b[2j\n" },
		{ "unbase64 of what is none", { "^unbase64 a" }, "",
		    "telex: unbase64: this is no base64\n" },
		{ "unbase64 of nothing", { "^unbase64" }, "",
		    "telex: unbase64: of what? (unbase64 TEXT)\n" },
		{ "qp", { "^qp gr\303\274n = 1" }, "<gr=C3=BCn =3D 1>", "" },
		{ "qp of 76 columns",
		    { "^qp " TEN TEN TEN TEN TEN TEN TEN "012345" },
		    "<012345678901234567890123456789012345678901234567890123456"
		    "7890123456789012345>",
		    "" },
		{ "qp of 77 columns",
		    { "^qp " TEN TEN TEN TEN TEN TEN TEN "0123456" },
		    "<012345678901234567890123456789012345678901234567890123456"
		    "78901234567890123456>",
		    "* qp: 77 columns are too many for a line, 76 is the most "
		    "(\"=\" at its end goes on in the next)\n" },
		{ "qp of nothing", { "^qp" }, "",
		    "telex: qp: of what? (qp TEXT)\n" },
		{ "unqp", { "^unqp gr=C3=BCn=1B[2J =3d" }, "",
		    "* grün\\x1b[2J =\n" },
		{ "unqp of nothing", { "^unqp" }, "",
		    "telex: unqp: of what? (unqp TEXT)\n" },
	};

	(void)state;
	local_rows(rows, ROWS(rows));
}

/* What is different each time. */
static void
test_values(void **state)
{
	static const char *const date[] = { "^date", NULL };
	static const char *const id[] = { "^msgid", NULL };
	static struct desk d;
	char day[4], month[4], zone[6];
	int n[5], taken = 0;
	const char *at;

	(void)state;
	local_play(&d, date);
	assert_int_equal(sscanf(buf_bytes(&d.log),
			     "<%3s, %d %3s %d %d:%d:%d %5s>%n", day, &n[0],
			     month, &n[1], &n[2], &n[3], &n[4], zone, &taken),
	    8);
	assert_true(n[1] >= 2024);
	assert_string_equal(d.st.err, "");
	desk_free(&d);
	local_play(&d, id);
	at = strchr(buf_bytes(&d.log), '@');
	assert_int_equal(strncmp(buf_bytes(&d.log), "<<", 2), 0);
	assert_non_null(at);
	assert_int_equal(strcmp(at + strcspn(at, ">"), ">>"), 0);
	desk_free(&d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_send),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
