/* SPDX-License-Identifier: ISC */
/* command_test.c - which local command a line is, and what is said of them. */
#include <sys/stat.h>
#include <string.h>
#include <unistd.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "local.h"
#include "term/complete.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

static void
test_names(void **state)
{
	static const struct local_row rows[] = {
		{ "nothing", { "^", "^ \t " }, "", "" },
		{ "blanks around it", { "^ \t secret \t" }, "(secret)", "" },
		{ "capitals", { "^SECRET" }, "(secret)", "" },
		{ "the first that begins so", { "^q" }, "(quit)", "" },
		{ "more of it", { "^QU" }, "(quit)", "" },
		{ "all of one is not the beginning of another", { "^a" }, "",
		    "telex: a: name a host: a NAME\n" },
		{ "its argument", { "^base64 \t a b" }, "<YSBi>", "" },
		{ "no blank is needed", { "^?send" }, "",
		    "* send now|eof|crlf|lf|nul|HEX: send what waits, or "
		    "bytes "
		    "as they are\n" },
		{ "none", { "^wh\033at" }, "",
		    "telex: wh: no such command (help lists them)\n" },
		{ "none, and a very long one",
		    { "^x123456789x123456789x123456789x123456789x123456789" },
		    "",
		    "telex: x123456789x123456789x123456789x123456789...: no "
		    "such command (help lists them)\n" },
		{ "a command of the server's", { "^RCPT TO:<a>" }, "",
		    "telex: RCPT: no such command (it is said to the server: "
		    "type it without ^])\n" },
		{ "none, and no connection", { "OVER", "^what" }, "",
		    "telex: what: no such command (help lists them; open HOST "
		    "PORT connects)\n" },
		{ "not without a connection", { "OVER", "^close", "^skip" }, "",
		    "telex: close: not connected (open HOST PORT)\ntelex: "
		    "skip: not connected (open HOST PORT)\n" },
		{ "anytime", { "OVER", "^quit" }, "(quit)", "" },
		{ "a word behind one that takes none", { "^quit now" }, "",
		    "telex: quit: nothing follows it (say quit alone)\n" },
		{ "the same, shortened", { "^cl 2" }, "",
		    "telex: close: nothing follows it (say close alone)\n" },
	};

	(void)state;
	local_rows(rows, ROWS(rows));
}

static void
test_help(void **state)
{
	static const struct local_row rows[] = {
		{ "a local command", { "^help skip \t " }, "",
		    "* skip: pass over its next line\n" },
		{ "a verb comes first", { "^help mail" }, "",
		    "* MAIL FROM:<address> [PARAMETER=value ...]: begin a "
		    "message: who gets the bounces (RFC 5321, 4.1.1.2)\n"
		    "* the local command mail [N]: the practice server's mail, "
		    "or one message\n" },
		{ "a verb alone", { "^help rset" }, "",
		    "* RSET: forget the message that was begun (RFC 5321, "
		    "4.1.1.5)\n" },
		{ "a beginning", { "^help unb" }, "",
		    "* unbase64 TEXT: show what base64 text means\n" },
		{ "a code", { "^help 4.7.1" }, "",
		    "    4.7.1  not allowed for now: greylisting, a limit   "
		    "(RFC 3463, 3.8)\n" },
		{ "none", { "^help what" }, "",
		    "telex: help: there is no \"what\" (help lists what "
		    "there is)\n" },
	};
	static const char *const all[] = { "^help", NULL };
	static struct desk d;

	(void)state;
	local_rows(rows, ROWS(rows));
	local_play(&d, all);
	assert_int_equal(strncmp(d.st.err, "  help ", 7), 0);
	assert_non_null(strstr(d.st.err, "\n  quit     "));
	assert_non_null(strstr(d.st.err, " close and leave\n"));
	assert_non_null(strstr(d.st.err, "\n  !        [COMMAND]"));
	desk_free(&d);
}

/* What is as long as the longest is a command; what is longer is none. */
static void
test_length(void **state)
{
	static struct desk d;
	char line[5000];
	size_t n;

	(void)state;
	for (n = 4095; n <= 4096; n++) {
		const char *const steps[] = { line, NULL };

		memset(line, 'x', sizeof line);
		line[0] = '^';
		line[n + 1] = '\0';
		local_play(&d, steps);
		assert_non_null(strstr(d.st.err,
		    n == 4095 ? ": no such command" :
				"telex: that is too long for a command\n"));
		desk_free(&d);
	}
}

static void
test_complete(void **state)
{
	static const struct {
		const char *line;
		size_t count;
		const char *first;
		bool begun;
		size_t from;
	} rows[] = {
		{ "unb", 1, "unbase64", true, 0 },
		{ "unq", 1, "unqp", true, 0 },
		{ "zz", 0, NULL, true, 0 },
		{ "file  al", 2, "alpha/", true, 6 },
		{ "log \talp", 0, NULL, true, 4 },
		{ "attach alph", 1, "alpha/", true, 7 },
		{ "base64 al", 0, NULL, false, 0 },
	};
	char folder[] = "/tmp/command.XXXXXX";
	size_t i;

	(void)state;
	assert_non_null(mkdtemp(folder));
	assert_int_equal(chdir(folder), 0);
	assert_int_equal(mkdir("alpha", 0700) | mkdir("alps", 0700), 0);
	for (i = 0; i < ROWS(rows); i++) {
		struct complete c = { .count = 0 };

		command_complete(&c, rows[i].line, strlen(rows[i].line));
		assert_int_equal(c.count, rows[i].count);
		assert_int_equal(c.begun, rows[i].begun);
		assert_int_equal(c.from, rows[i].from);
		if (rows[i].first != NULL)
			assert_string_equal(c.words[0], rows[i].first);
		complete_free(&c);
	}
	rmdir("alpha");
	rmdir("alps");
	rmdir(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_help),
		cmocka_unit_test(test_length),
		cmocka_unit_test(test_complete),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
