/* SPDX-License-Identifier: ISC */
/* replays_test.c - several transcripts, their report and their status. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "purse.h"
#include "replays.h"
#include "rerun.h"
#include "stage.h"
#include "vars.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

enum { FILES = 3, STEPS = 8 };

/* One transcript and its server; without a part nobody is there. */
struct file {
	const char *text;
	const char *part[STEPS];
};

struct row {
	const char *name;
	const char *words; /* of the command line, behind -r */
	struct file files[FILES];
	int status;
	const char *out; /* "@" for any digits and dots */
	const char *err;
};

/* Their names are "a", "b", "c". */
static int
play(const struct row *row, struct stage *st)
{
	struct player players[FILES];
	struct vars purse = { 0 };
	struct rerun rerun;
	char words[200];
	int fds[FILES], status, i, n;

	memset(st, 0, sizeof *st);
	snprintf(words, sizeof words, "-r %s", row->words);
	for (n = 0; n < FILES && row->files[n].text != NULL; n++) {
		const struct file *file = &row->files[n];
		char name[] = { (char)('a' + n), '\0' };
		unsigned port = 0;

		fds[n] = -1;
		if (file->part[0] != NULL) {
			player_begin(&players[n], file->part);
			port = players[n].port;
		} else {
			port = rerun_nobody(&fds[n]);
		}
		rerun_write(name, file->text, port);
		snprintf(words + strlen(words), sizeof words - strlen(words),
		    " %s", name);
	}
	rerun_read(&rerun, words, 0);
	setenv("TELEX_SECRET_w", "hunter2", 1);
	purse_take(&purse);
	rerun.opt.purse = &purse;
	stage_dark(st);
	status = replays_run(&rerun.opt);
	stage_light(st);
	vars_free(&purse);
	for (i = 0; i < n; i++) {
		char name[] = { (char)('a' + i), '\0' };

		if (fds[i] >= 0)
			close(fds[i]);
		else
			player_end(&players[i]);
		unlink(name);
	}
	options_free(&rerun.opt);
	return status;
}

/* Is it this text, with any digits and dots for each "@"? */
static bool
fits(const char *text, const char *want)
{
	for (; *want != '\0'; want++) {
		size_t n = strspn(text, "0123456789.");

		if (*want == '@' ? n == 0 : *want != *text)
			return false;
		text += *want == '@' ? n : 1;
	}
	return *text == '\0';
}

static void
play_rows(const struct row *rows, size_t n)
{
	char folder[] = "/tmp/telex-replays-XXXXXX";
	static struct stage st;
	unsigned wrong = 0;
	size_t i;

	signal(SIGPIPE, SIG_IGN);
	rerun_enter(folder);
	for (i = 0; i < n; i++) {
		int status = play(&rows[i], &st);

		if (status == rows[i].status && fits(st.out, rows[i].out) &&
		    fits(st.err, rows[i].err))
			continue;
		wrong++;
		print_error("%s: %d\n%s%s", rows[i].name, status, st.out,
		    st.err);
	}
	rerun_leave(folder);
	assert_int_equal(wrong, 0);
}

#define HERE "<connect smtp://127.0.0.1:%u>\n"
#define GOOD \
	{ \
		HERE "S: 220\nC: QUIT\nS: 221\n", \
		{ \
			"S:220 a\r\n", "C", "S:221 b\r\n" \
		} \
	}
#define BAD \
	{ \
		HERE "S: 220\nC: QUIT\nS: 221\n", \
		{ \
			"S:220 a\r\n", "C", "S:250 b\r\n" \
		} \
	}
#define NOBODY \
	{ \
		HERE "S: 220\n", \
		{ \
			NULL \
		} \
	}

#define SAME(name) name ": 2 checks, all as expected, @ s\n"
#define DIFFERS(name) \
	name ":4: QUIT\n  - 221\n  + 250 b\n" name \
	     ": 2 checks, 1 differs, @ s\n"
#define NOT_PLAYED(name) \
	name ": not played: cannot connect to @ port @: connection refused " \
	     "(is a server running there?)\n"

/* A difference is what the replay is for; otherwise the first failure. */
static void
test_status(void **state)
{
	static const struct row rows[] = {
		{ "good", "", { GOOD }, 0, SAME("a"), "" },
		{ "both good", "", { GOOD, GOOD }, 0,
		    SAME("a") SAME("b") "2 files: 2 as expected\n", "" },
		{ "bad", "", { BAD }, 6, DIFFERS("a"), "" },
		{ "one bad", "", { GOOD, BAD, GOOD }, 6,
		    SAME("a") DIFFERS("b")
			SAME("c") "3 files: 2 as expected, 1 differs\n",
		    "" },
		{ "nobody", "", { NOBODY }, 1, NOT_PLAYED("a"), "" },
		{ "a failure first", "", { NOBODY, GOOD }, 1,
		    NOT_PLAYED("a")
			SAME("b") "2 files: 1 as expected, 1 not played\n",
		    "" },
		{ "a difference counts more", "", { NOBODY, BAD }, 6,
		    NOT_PLAYED("a")
			DIFFERS("b") "2 files: 1 differs, 1 not played\n",
		    "" },
		{ "whenever it is found", "", { BAD, NOBODY }, 6,
		    DIFFERS("a")
			NOT_PLAYED("b") "2 files: 1 differs, 1 not played\n",
		    "" },
	};

	(void)state;
	play_rows(rows, ROWS(rows));
}

/* Several at once: the report has them in their order all the same. */
static void
test_jobs(void **state)
{
	static const struct row rows[] = {
		{ "one", "-j 2", { GOOD }, 0, SAME("a"), "" },
		{ "two of three", "-j 2", { GOOD, BAD, GOOD }, 6,
		    SAME("a") DIFFERS("b")
			SAME("c") "3 files: 2 as expected, 1 differs\n",
		    "" },
		{ "more than there are", "-j 64", { NOBODY, GOOD, BAD }, 6,
		    NOT_PLAYED("a") SAME("b") DIFFERS("c") "3 files: 1 as "
							   "expected, 1 "
							   "differs, 1 not "
							   "played\n",
		    "" },
		{ "the first failure", "-j 2", { GOOD, NOBODY }, 1,
		    SAME("a") NOT_PLAYED("b") "2 files: 1 as expected, 1 not "
					      "played\n",
		    "" },
	};

	(void)state;
	play_rows(rows, ROWS(rows));
}

#define WHAT \
	"telex: b:2: \"what\" has no label (\"C:\" is for what we say, " \
	"\"S:\" for the server, \"#\" for a comment)\n"
#define UNREADABLE \
	{ \
		"S: 220\nwhat\n", \
		{ \
			NULL \
		} \
	}

/* Nothing is sent while one of them cannot be read, or lacks something. */
static void
test_ready(void **state)
{
	static const struct row rows[] = {
		{ "ill-formed", "", { NOBODY, UNREADABLE }, 2, "", WHAT },
		{ "ill-formed, at once", "-j 2", { NOBODY, UNREADABLE }, 2, "",
		    WHAT },
		{ "not there", "none", { NOBODY }, 2, "",
		    "telex: none: no such file or directory\n" },
		{ "no server", "", { { "S: 220\n", { NULL } } }, 2,
		    "a: not played: no server is named (telex --replay "
		    "HOST:PORT FILE, or <connect URL> in the file)\n",
		    "" },
		{ "no report", "--junit none/x", { NOBODY }, 2, "",
		    "telex: none/x: cannot write the report: no such file or "
		    "directory\n" },
		{ "no secrets", "--secrets-fd 60000", { NOBODY }, 2, "",
		    "telex: cannot read the secrets from descriptor 60000: "
		    "bad file descriptor\n" },
	};

	(void)state;
	play_rows(rows, ROWS(rows));
}

#define JSON \
	"{\"file\":\"a\",\"line\":2,\"what\":\"the greeting\"," \
	"\"ok\":true,\"expected\":\"220\",\"seconds\":@}\n" \
	"{\"file\":\"a\",\"line\":4,\"what\":\"QUIT\"," \
	"\"ok\":true,\"expected\":\"221\",\"seconds\":@}\n" \
	"{\"file\":\"a\",\"checks\":2,\"bad\":0," \
	"\"outcome\":\"same\",\"seconds\":@}\n"

static void
test_forms(void **state)
{
	static const struct row rows[] = {
		{ "TAP", "--tap", { GOOD, BAD }, 6,
		    "TAP version 13\nok 1 - a:2: the greeting\n"
		    "ok 2 - a:4: QUIT\nok 3 - b:2: the greeting\n"
		    "not ok 4 - b:4: QUIT\n# -221\n# +250 b\n1..4\n",
		    "" },
		{ "JSON", "--json", { GOOD }, 0, JSON, "" },
		{ "JSON, at once", "-j 2 --json", { GOOD }, 0, JSON, "" },
		{ "color", "--color=always", { BAD }, 6,
		    "a:4: QUIT\n  \033[31m- 221\033[0m\n"
		    "  \033[32m+ 250 b\033[0m\n"
		    "a: 2 checks, 1 differs, @ s\n",
		    "" },
		{ "what was said, harmless and without secrets", "-v",
		    { { HERE "S: 220\nC$ XA ${secret:w}\nS: 250\n",
			{ "S:220 a\033b\r\n", "C", "S:250 hunter2\r\n" } } },
		    0, "a: 2 checks, all as expected, @ s\n",
		    "* @ port @, smtp, not encrypted\n"
		    "S: 220 a\\x1bb\nC: XA ********\nS: 250 ********\n" },
	};

	(void)state;
	play_rows(rows, ROWS(rows));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_status),
		cmocka_unit_test(test_jobs),
		cmocka_unit_test(test_ready),
		cmocka_unit_test(test_forms),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
