/* SPDX-License-Identifier: ISC */
/* stepcmd_test.c - local commands about a transcript under way. */
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "local.h"
#include "rerun.h"
#include "typing.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

static char folder[] = "/tmp/stepcmd-XXXXXX";

/* Transcripts in a folder of their own. */
static const struct {
	const char *name, *text;
} files[] = {
	{ "t", "S: 220\nC: NOOP\nS: 250\n" },
	{ "two", "S: 220\nC$ NOOP ${HOST}\nS: 250\nC: RSET\nS: 250\n" },
	{ "lacks", "S: 220\nC$ NOOP ${x}\n" },
	{ "wrong", "S: 220\n<protocol x>\n" },
};

static int
enter(void **state)
{
	size_t i;

	(void)state;
	rerun_enter(folder);
	for (i = 0; i < ROWS(files); i++)
		rerun_write(files[i].name, files[i].text, 0);
	setenv("TELEX_VAR_x", "y", 1);
	return 0;
}

static int
leave(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(files); i++)
		unlink(files[i].name);
	rerun_leave(folder);
	return 0;
}

#define BEGUN(name) \
	"* " name ": Enter sends its next line, ^U clears it for another; " \
	"^] skip, ^] again\n"

static void
test_replay(void **state)
{
	static const struct local_row rows[] = {
		{ "what?", { "^replay" }, "",
		    "telex: replay: name a transcript, or off\n" },
		{ "it begins", { "^replay t" }, "", BEGUN("t") },
		{ "one that cannot does not",
		    { "^replay t", "^replay none", "^replay wrong", "^skip" },
		    "",
		    BEGUN("t") "telex: replay: none: no such file or "
			       "directory\ntelex: "
			       "replay: wrong:2: no protocol has this name "
			       "(telex "
			       "--help=protocols)\ntelex: skip: nothing is "
			       "offered\n" },
		{ "what it lacks is had", { "^replay lacks" }, "",
		    BEGUN("lacks") },
		{ "no connection", { "OVER", "^replay t" }, "",
		    "telex: replay: not connected (open HOST PORT)\n" },
	};

	(void)state;
	local_rows(rows, ROWS(rows));
}

static void
test_not_under_way(void **state)
{
	static const struct local_row rows[] = {
		{ "again", { "^again" }, "",
		    "telex: again: no transcript is under way (replay "
		    "FILE)\n" },
		{ "skip", { "^skip" }, "",
		    "telex: skip: no transcript is under way (replay FILE)\n" },
		{ "again, and nothing was", { "^replay t", "^again" }, "",
		    BEGUN("t") "telex: again: nothing was played yet\n" },
	};

	(void)state;
	local_rows(rows, ROWS(rows));
}

/* A person has one at the prompt. */
static void
test_typed(void **state)
{
	static const struct {
		const char *part[12]; /* see desk.h */
		const char *log, *err;
	} rows[] = {
		{ { "S:220 a\r\n", "K:\035replay two\r", "K:\r", "S:250 b\r\n",
		      "K:\035again\r", "K:\r", "S:250 c\r\n", "K:\035skip\r",
		      "K:QUIT\r", "S:221 d\r\n" },
		    "{220 a\n}NOOP mx.test\n{250 b\n}NOOP mx.test\n{250 c\n}"
		    "QUIT\n{221 d\n}",
		    BEGUN(
			"two") "* two:4 is passed over\n* two: 1 check, as "
			       "expected\n* "
			       "closed by the server after 0 s: 3 commands\n" },
		{ { "S:220 a\r\n", "K:\035replay t\r", "K:\035replay two\r",
		      "K:\025\035replay off\r", "K:\035replay off\r",
		      "K:QUIT\r", "S:221 d\r\n" },
		    "{220 a\n}QUIT\n{221 d\n}",
		    BEGUN("t") "* t: no checks; from line 2 on it was not "
			       "played\n" BEGUN(
				   "two") "* two: no checks; from line 2 on it "
					  "was not played\n"
					  "telex: replay: no transcript is "
					  "under way (replay "
					  "FILE)\n* closed by the server after "
					  "0 s: 1 command\n" },
	};
	static struct desk d;
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		d.opt.proto_given = true;
		d.opt.proto = &proto_smtp;
		snprintf(d.opt.target.host, sizeof d.opt.target.host,
		    "mx.test");
		desk_begin(&d, &proto_smtp, rows[i].part);
		d.typing.connected = false;
		typing_run(&d.typing, &d.st.s, &d.opt, d.term);
		desk_end(&d);
		assert_string_equal(buf_bytes(&d.log), rows[i].log);
		assert_string_equal(d.st.err, rows[i].err);
		desk_free(&d);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_replay),
		cmocka_unit_test(test_not_under_way),
		cmocka_unit_test(test_typed),
	};

	return cmocka_run_group_tests(tests, enter, leave);
}
