/* SPDX-License-Identifier: ISC */
/* replay_test.c - one transcript, played against a server that is there. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "buf.h"
#include "ready.h"
#include "replay.h"
#include "rerun.h"
#include "vars.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])
#define SERVER "smtp://127.0.0.1:%u"
#define RAW "tcp://127.0.0.1:%u"

enum { STEPS = 16 };

struct row {
	const char *name;
	const char *line; /* the words before the file's name */
	const char *transcript;
	const char *part[STEPS]; /* the server's; none: nobody is there */
	const char *heard;       /* ... and what it heard */
	enum outcome how;
	int status;
	const char *why;    /* is in its sentence */
	const char *checks; /* lines, "-" before those that were bad */
};

static void
note(void *arg, const struct check *c)
{
	buf_addf(arg, "%s%lu ", c->good ? "" : "-", c->line);
}

static void
play(const struct row *row, struct replayed *out, struct buf *checks,
    struct player *p)
{
	struct ready ready = { .open = false };
	struct vars vars = { 0 };
	struct rerun rerun;
	struct fail f;
	char words[200];
	int fd = -1;

	memset(p, 0, sizeof *p);
	if (row->part[0] != NULL)
		player_begin(p, row->part);
	else
		p->port = (uint16_t)rerun_nobody(&fd);
	rerun_write("t", row->transcript, p->port);
	snprintf(words, sizeof words, "-r %s t", row->line);
	rerun_read(&rerun, words, p->port);
	if (ready_vars(&vars, &rerun.opt, &f) < 0 ||
	    ready_open(&ready, "t", &rerun.opt, &vars, &f) < 0) {
		fprintf(stderr, "%s: %s\n", row->name, f.text);
		abort();
	}
	replay_run(&(struct replay){ .opt = &rerun.opt,
		       .in = &ready.in,
		       .vetted = &ready.vetted,
		       .vars = &vars,
		       .mode = (enum match_mode)rerun.opt.match,
		       .check = note,
		       .arg = checks },
	    out);
	ready_close(&ready);
	vars_free(&vars);
	options_free(&rerun.opt);
	if (fd >= 0)
		close(fd);
	else
		player_end(p);
	unlink("t");
}

static void
play_rows(const struct row *rows, size_t n)
{
	char folder[] = "/tmp/telex-replay-XXXXXX";
	struct player p;
	unsigned wrong = 0;
	size_t i;

	signal(SIGPIPE, SIG_IGN);
	rerun_enter(folder);
	for (i = 0; i < n; i++) {
		const struct row *row = &rows[i];
		struct buf checks = { 0 };
		struct replayed out;

		play(row, &out, &checks, &p);
		buf_add(&checks, "", 1);
		if (out.how != row->how || out.status != row->status ||
		    strcmp(buf_bytes(&checks), row->checks) != 0 ||
		    strcmp(p.heard, row->heard) != 0 ||
		    strstr(out.why.text, row->why) == NULL ||
		    (row->why[0] == '\0') != (out.why.text[0] == '\0')) {
			wrong++;
			print_error("%s: outcome %d, status %d, \"%s\", "
				    "checks \"%s\", heard \"%s\"\n",
			    row->name, (int)out.how, out.status, out.why.text,
			    buf_bytes(&checks), p.heard);
		}
		buf_free(&checks);
	}
	rerun_leave(folder);
	assert_int_equal(wrong, 0);
}

#define BYE "C: QUIT\nS: 221\n"
#define BYES "C", "S:221 bye\r\n"
#define QUIT "QUIT\r\n"

static void
test_same(void **state)
{
	static const struct row rows[] = {
		{ "word for word", SERVER, "S: 220\nC: NOOP\nS: 250\n" BYE,
		    { "S:220 a\r\n", "C", "S:250 b\r\n", BYES },
		    "NOOP\r\n" QUIT, OUTCOME_SAME, 0, "", "1 3 5 " },
		{ "the file names the server", "",
		    "<connect " SERVER ">\nS: 220\n" BYE,
		    { "S:220 a\r\n", BYES }, QUIT, OUTCOME_SAME, 0, "",
		    "2 4 " },
		{ "the user's server counts", SERVER,
		    "<connect smtp://none.invalid:1>\nS: 220\n" BYE,
		    { "S:220 a\r\n", BYES }, QUIT, OUTCOME_SAME, 0, "",
		    "2 4 " },
		{ "several lines", SERVER,
		    "S: 220\nC: EHLO a\nS: 250-\nS: 250\n" BYE,
		    { "S:220 a\r\n", "C", "S:250-b\r\n", "S:250 c\r\n", BYES },
		    "EHLO a\r\n" QUIT, OUTCOME_SAME, 0, "", "1 4 6 " },
		{ "data", SERVER,
		    "S: 220\nC: DATA\nS: 354\nC: b\nC: ..c\nC: .\nS: 250\n" BYE,
		    { "S:220 a\r\n", "C", "S:354 go\r\n", "DATA",
			"S:250 ok\r\n", BYES },
		    "DATA\r\nb\r\n..c\r\n.\r\n" QUIT, OUTCOME_SAME, 0, "",
		    "1 3 7 9 " },
		{ "variables", "--set who=bob " SERVER,
		    "S: 220\nC$ HELO ${who}\nS: 250\n" BYE,
		    { "S:220 a\r\n", "C", "S:250 b\r\n", BYES },
		    "HELO bob\r\n" QUIT, OUTCOME_SAME, 0, "", "1 3 5 " },
		{ "what it says last is heard", SERVER, "S: 220\nC: QUIT\n",
		    { "S:220 a\r\n", "C", "S:221-b\r\n", "S:221 c\r\n" }, QUIT,
		    OUTCOME_SAME, 0, "", "1 " },
		{ "we close", SERVER, "S: 220\n<close>\n",
		    { "S:220 a\r\n", "ALL" }, "", OUTCOME_SAME, 0, "", "1 " },
		{ "it closes", SERVER, "S: 220\n<closed>\n", { "S:220 a\r\n" },
		    "", OUTCOME_SAME, 0, "", "1 2 " },
		{ "silence", SERVER, "S: 220\n<silence 0.05>\n" BYE,
		    { "S:220 a\r\n", BYES }, QUIT, OUTCOME_SAME, 0, "",
		    "1 2 4 " },
		{ "another protocol", RAW,
		    "<protocol pop3>\nS: +OK\nC: QUIT\nS: +OK\n",
		    { "S:+OK a\r\n", "C", "S:+OK b\r\n" }, QUIT, OUTCOME_SAME,
		    0, "", "2 4 " },
		{ "no rules", RAW, "S: a\nC: b\nS: c\n",
		    { "S:a\r\n", "C", "S:c\r\n" }, "b\r\n", OUTCOME_SAME, 0, "",
		    "1 3 " },
		{ "a refusal that is wanted", SERVER,
		    "S: 220\nC: NOOP\nS: 550\n" BYE,
		    { "S:220 a\r\n", "C", "S:550 b\r\n", BYES },
		    "NOOP\r\n" QUIT, OUTCOME_SAME, 0, "", "1 3 5 " },
	};

	(void)state;
	play_rows(rows, ROWS(rows));
}

static void
test_others(void **state)
{
	static const struct row rows[] = {
		{ "another code", SERVER, "S: 220\nC: NOOP\nS: 250\n" BYE,
		    { "S:220 a\r\n", "C", "S:550 b\r\n", BYES },
		    "NOOP\r\n" QUIT, OUTCOME_DIFFERS, STATUS_DIFFERS, "",
		    "1 -3 5 " },
		{ "a wrong greeting", SERVER, "S: 220\n" BYE,
		    { "S:554 a\r\n", BYES }, QUIT, OUTCOME_DIFFERS,
		    STATUS_DIFFERS, "", "-1 3 " },
		{ "it leaves", SERVER, "S: 220\nC: NOOP\nS: 250\n" BYE,
		    { "S:220 a\r\n", "C" }, "NOOP\r\n", OUTCOME_DIFFERS,
		    STATUS_DIFFERS, "", "1 -3 " },
		{ "nobody is there", SERVER, "S: 220\n" BYE, { NULL }, "",
		    OUTCOME_FAILED, STATUS_NETWORK, "connection refused", "" },
		{ "it does not greet", "-i 0.1 " SERVER, "S: 220\n" BYE,
		    { "ALL" }, "", OUTCOME_DIFFERS, STATUS_DIFFERS, "", "-1 " },
		{ "it says nothing", "-i 0.1 " RAW, "S: a\nC: b\n", { "ALL" },
		    "", OUTCOME_DIFFERS, STATUS_DIFFERS, "", "-1 " },
		{ "it stays", "-i 0.1 " RAW, "<closed>\n", { "ALL" }, "",
		    OUTCOME_DIFFERS, STATUS_DIFFERS, "", "-1 " },
		{ "no silence", SERVER, "S: 220\n<silence 0.1>\n" BYE,
		    { "S:220 a\r\n250 b\r\n", BYES }, QUIT, OUTCOME_DIFFERS,
		    STATUS_DIFFERS, "", "1 -2 -4 " },
		{ "not offered", SERVER,
		    "S: 220\nC: EHLO a\nS: 250\n<skip unless SIZE>\n"
		    "C: NOOP\nS: 250\n" BYE,
		    { "S:220 a\r\n", "C", "S:250 b\r\n", "ALL" }, "EHLO a\r\n",
		    OUTCOME_SKIPPED, 0,
		    "the server does not offer what it needs", "1 3 " },
		{ "no log", "-o none/log " SERVER, "S: 220\n" BYE, { NULL }, "",
		    OUTCOME_FAILED, STATUS_USAGE, "none/log", "" },
		{ "another, which is not there", "",
		    "<connect " SERVER ">\nS: 220\n" BYE
		    "<connect unix:none>\nS: 220\n",
		    { "S:220 a\r\n", BYES }, QUIT, OUTCOME_DIFFERS,
		    STATUS_DIFFERS, "", "2 4 -5 " },
	};

	(void)state;
	play_rows(rows, ROWS(rows));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same),
		cmocka_unit_test(test_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
