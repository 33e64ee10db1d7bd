/* SPDX-License-Identifier: ISC */
/* editor_test.c - what an editor leaves becomes lines that are typed. */
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "local.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

#define WRITES(text) "VISUAL=printf '" text "' >"
#define MAIL \
	"S:220 a\r\n", "C:MAIL FROM:<a@b>", "S:250 b\r\n", "C:RCPT TO:<c@d>", \
	    "S:250 c\r\n", "C:DATA", "S:354 d\r\n"

/* Commands, and the lines of a message. */
static void
test_lines(void **state)
{
	static const struct local_row rows[] = {
		{ "two lines", { WRITES("NOOP\\nRSET\\n"), "^edit" },
		    "(typed NOOP\nRSET\n)", "* 2 lines from the editor\n" },
		{ "no end, an empty one, CR LF",
		    { WRITES("NOOP\\r\\n\\n.a"), "^edit" },
		    "(typed NOOP\n\n.a\n)", "* 3 lines from the editor\n" },
		{ "nothing", { WRITES(""), "^edit" }, "",
		    "* edit: nothing was written, nothing is sent\n" },
		{ "a message", { MAIL, WRITES("a\\n.b\\n.\\n"), "^edit" },
		    "{220 a\n}MAIL FROM:<a@b>\n{250 b\n}RCPT TO:<c@d>\n{250 "
		    "c\n}DATA\n{354 d\n}(typed a\n..b\n..\n)",
		    "* 3 lines from the editor; the dot that ends the message "
		    "is yours\n" },
		{ "what was typed is in it, and is not typed any more",
		    { "^base64 ab", "VISUAL=printf 'b\\n' >>", "^edit" },
		    "(typed YWI=\nb\n)", "* 2 lines from the editor\n" },
		{ "what was typed stays when it stays the same",
		    { "^base64 ab", "VISUAL=true", "^edit" }, "<YWI=>",
		    "* edit: nothing was written, nothing is sent\n" },
	};

	(void)state;
	local_rows(rows, ROWS(rows));
}

static void
test_failures(void **state)
{
	static const struct local_row rows[] = {
		{ "it fails", { "VISUAL=false", "^edit" }, "",
		    "telex: edit: nothing is sent: the editor ended with "
		    "status 1 ($VISUAL or $EDITOR names another than "
		    "false)\n" },
		{ "a secret is announced",
		    { WRITES("a\\n"), "^secret", "^edit" }, "(secret)",
		    "telex: edit: a secret is awaited, which is not for a "
		    "file\n" },
		{ "a secret is asked for",
		    { WRITES("a\\n"), "S:220 a\r\n", "C:AUTH LOGIN",
			"S:334 b\r\n", "^edit" },
		    "{220 a\n}AUTH LOGIN\n{334 b\n}",
		    "telex: edit: a secret is awaited, which is not for a "
		    "file\n" },
		{ "no connection", { "OVER", "^edit" }, "",
		    "telex: edit: not connected (open HOST PORT)\n" },
	};

	(void)state;
	local_rows(rows, ROWS(rows));
}

/* $EDITOR counts where $VISUAL is empty. */
static void
test_editor(void **state)
{
	static const struct local_row rows[] = {
		{ "EDITOR", { "VISUAL=", "^edit" }, "(typed QUIT\n)",
		    "* 1 line from the editor\n" },
	};

	(void)state;
	setenv("EDITOR", "echo QUIT >", 1);
	local_rows(rows, ROWS(rows));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_failures),
		cmocka_unit_test(test_editor),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
