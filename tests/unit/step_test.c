/* SPDX-License-Identifier: ISC */
/* step_test.c - somebody goes through a transcript, line by line. */
#include <signal.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "say.h"
#include "stage.h"
#include "step.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

enum { MOVES = 14 };

/*
 * What happens; behind each, what is to be done without anybody is done:
 *
 *	S:text	the server says it
 *	DO	what is offered is done
 *	DO:text	... with this text
 *	ANSWER:text	the server will say it to the next line
 *	OWN:text	something else is said
 *	AGAIN, SKIP	as the local commands do
 *	LATE	much time passes
 *	CLOSE	the server closes
 *	END	the class ends
 *
 * `log` has the server's words in braces, what is newly offered in brackets
 * behind its line number, what came to the server, and in parentheses why
 * something could not be done.
 */
struct row {
	const char *name;
	const char *transcript;
	const char *moves[MOVES];
	const char *log;
	const char *err; /* all of it, but for the line at the beginning */
};

struct class
{
	struct stage st;
	struct step step;
	struct buf log;
	unsigned shown; /* the offer that is in the log */
	pid_t other;    /* that answers, and what it heard */
	int heard;
};

static void
add_text(struct class *c, const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (p[i] != '\r')
			buf_add(&c->log, p + i, 1);
	}
}

static void
hear(struct class *c)
{
	char block[4096];
	ssize_t n;

	while ((n = recv(c->st.server, block, sizeof block, MSG_DONTWAIT)) > 0)
		add_text(c, block, (size_t)n);
}

static bool
is_ours(const struct session *s)
{
	enum turn turn = dialog_turn(&s->dialog);

	return session_is_open(s) && turn != TURN_SERVER &&
	    turn != TURN_UPGRADE && turn != TURN_PLAIN && turn != TURN_OVER;
}

static void
serve(struct class *c)
{
	const struct offer *o;

	hear(c);
	step_serve(&c->step, is_ours(&c->st.s));
	o = step_offer(&c->step);
	if (o == NULL || o->serial == c->shown)
		return;
	c->shown = o->serial;
	buf_addf(&c->log, "[%lu ", o->line);
	if (o->text.len > 0)
		add_text(c, buf_bytes(&o->text), o->open);
	buf_adds(&c->log, o->open < o->text.len ? "...]" : "]");
}

static void
says(struct class *c, const char *text)
{
	buf_adds(&c->log, "{");
	add_text(c, text, strlen(text));
	buf_adds(&c->log, "}");
	stage_hears(&c->st, text);
}

/* Another process waits for the line and answers; the line goes into the log
 * when it ends. */
static void
answers(struct class *c, const char *text)
{
	int log[2];

	if (pipe(log) < 0 || (c->other = fork()) < 0)
		abort();
	if (c->other == 0) {
		alarm(10);
		if (player_hears(c->st.server, log[1], "\n"))
			send(c->st.server, text, strlen(text), MSG_NOSIGNAL);
		_exit(0);
	}
	close(log[1]);
	c->heard = log[0];
}

static void
answered(struct class *c)
{
	char line[200];
	ssize_t n = read(c->heard, line, sizeof line);

	waitpid(c->other, NULL, 0);
	close(c->heard);
	c->other = 0;
	add_text(c, line, n > 0 ? (size_t)n : 0);
}

static void
do_offer(struct class *c, const char *text)
{
	const struct offer *o = step_offer(&c->step);
	struct buf copy = { 0 };
	size_t open;

	if (o == NULL) {
		buf_adds(&c->log, "(no offer)");
		step_do(&c->step, "x", 1, 1);
		return;
	}
	open = text == NULL ? o->open : strlen(text);
	if (text != NULL)
		buf_adds(&copy, text);
	else if (o->text.len > 0)
		buf_add(&copy, buf_bytes(&o->text), o->text.len);
	step_do(&c->step, copy.len == 0 ? "" : buf_bytes(&copy), copy.len,
	    open);
	if (c->other > 0)
		answered(c);
	buf_free(&copy);
}

static void
why_not(struct class *c, const char *why)
{
	if (why != NULL)
		buf_addf(&c->log, "(%s)", why);
}

static void
move(struct class *c, const char *what)
{
	struct step *st = &c->step;

	if (strncmp(what, "S:", 2) == 0) {
		says(c, what + 2);
	} else if (strncmp(what, "ANSWER:", 7) == 0) {
		answers(c, what + 7);
	} else if (strcmp(what, "DO") == 0) {
		do_offer(c, NULL);
	} else if (strncmp(what, "DO:", 3) == 0) {
		do_offer(c, what + 3);
	} else if (strncmp(what, "OWN:", 4) == 0) {
		step_own(st);
		say_line(&c->st.s, what + 4, strlen(what + 4));
	} else if (strcmp(what, "AGAIN") == 0) {
		why_not(c, step_again(st));
	} else if (strcmp(what, "SKIP") == 0) {
		why_not(c, step_skip(st));
	} else if (strcmp(what, "CLOSE") == 0) {
		shutdown(c->st.server, SHUT_WR);
		hear_drain(&c->st.s);
		step_over(st, true);
	} else if (strcmp(what, "END") == 0) {
		step_over(st, false);
	} else {
		st->until -= st->until > 0 ? 60000 : 0;
		st->since -= st->since > 0 ? 60000 : 0;
	}
	serve(c);
}

static bool
begin(struct class *c, const char *transcript, enum match_mode mode)
{
	struct ready r = { .open = true };
	struct vars v = { 0 };
	struct fail f;

	if (transcript_text(&r.in, "t", transcript, strlen(transcript), &f) < 0)
		return false;
	vars_set(&v, "name", 4, "value", 5);
	vars_set(&v, "secret:me", 9, "hunter2", 7);
	step_begin(&c->step, &c->st.s, &r, &v, mode);
	return !r.open && v.count == 0;
}

static void
play(struct class *c, const struct row *row, const struct options *opt)
{
	size_t i;

	memset(c, 0, sizeof *c);
	stage_begin(&c->st, opt, true, &proto_smtp);
	snprintf(c->st.s.peer.address, sizeof c->st.s.peer.address,
	    "127.0.0.1");
	if (!begin(c, row->transcript, MATCH_BY_CLASS))
		abort();
	for (i = 0; i < MOVES && row->moves[i] != NULL; i++)
		move(c, row->moves[i]);
	step_free(&c->step);
	stage_end(&c->st);
	buf_add(&c->log, "", 1);
}

static void
play_rows(const struct row *rows, size_t n)
{
	static const struct options opt = { .proto_given = true,
		.proto = &proto_smtp };
	static struct class c;
	unsigned wrong = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		const char *err;

		play(&c, &rows[i], &opt);
		err = strchr(c.st.err, '\n');
		err = err == NULL ? "nothing" : err + 1;
		if (strcmp(buf_bytes(&c.log), rows[i].log) != 0 ||
		    strcmp(err, rows[i].err) != 0) {
			wrong++;
			print_error("%s: \"%s\", stderr \"%s\"\n", rows[i].name,
			    buf_bytes(&c.log), err);
		}
		buf_free(&c.log);
	}
	assert_int_equal(wrong, 0);
}

#define MAIL "S: 220 a\nC: NOOP\nS: 250 b\nC: QUIT\nS: 221 c\n"

#define HELLO "S: 220 a\nC: EHLO a\nS: 250 b\n"

static void
test_lines(void **state)
{
	static const struct row rows[] = {
		{ "all of it", MAIL,
		    { "S:220 x\r\n", "DO", "S:250 y\r\n", "DO", "S:221 z\r\n",
			"CLOSE" },
		    "{220 x\n}[2 NOOP]NOOP\n{250 y\n}[4 QUIT]QUIT\n{221 z\n}",
		    "* t: 3 checks, all as expected\n" },
		{ "nothing is offered before its turn", MAIL,
		    { "DO", "SKIP", "S:220-x\r\n", "S:220 y\r\n", "DO", "DO" },
		    "(no offer)(nothing is offered){220-x\n}{220 y\n}[2 "
		    "NOOP]NOOP\n(no offer)",
		    "" },
		{ "what differs is told, and it goes on", MAIL,
		    { "S:220 x\r\n", "DO", "S:550 no\033\r\n", "DO",
			"S:221 z\r\n", "CLOSE" },
		    "{220 x\n}[2 NOOP]NOOP\n{550 no\033\n}[4 QUIT]QUIT\n{221 "
		    "z\n}",
		    "! t:3: expected 250 b, the server said 550 no\\x1b\n* t: "
		    "3 checks, 1 differs\n" },
		{ "two differ", MAIL,
		    { "S:554 x\r\n", "DO", "S:550 y\r\n", "DO", "S:221 z\r\n",
			"CLOSE" },
		    "{554 x\n}[2 NOOP]NOOP\n{550 y\n}[4 QUIT]QUIT\n{221 z\n}",
		    "! the server refuses this session (554 in place of a "
		    "greeting)\n! t:1: expected 220 a, the server said 554 "
		    "x\n! t:3: expected 250 b, the server said 550 y\n* t: 3 "
		    "checks, 2 differ\n" },
		{ "edited", MAIL,
		    { "S:220 x\r\n", "DO:NOOP 2",
			"S:250 "
			"y\r\n" },
		    "{220 x\n}[2 NOOP]NOOP 2\n{250 y\n}[4 QUIT]", "" },
		{ "something else is said: its reply is not of the transcript",
		    MAIL,
		    { "S:220 x\r\n", "OWN:VRFY a", "S:550 y\r\n", "DO",
			"S:250 z\r\n", "END" },
		    "{220 x\n}[2 NOOP]VRFY a\n{550 y\n}NOOP\n{250 z\n}[4 "
		    "QUIT]",
		    "* t: 2 checks, all as expected; from line 4 on it "
		    "was not "
		    "played\n" },
		{ "the server goes away", MAIL,
		    { "S:220 x\r\n", "DO", "CLOSE" },
		    "{220 x\n}[2 "
		    "NOOP]NOOP\n",
		    "telex: the server closed the connection: NOOP was still "
		    "owed\n! t:3: expected 250 b: the server closed the "
		    "connection\n* t: 2 checks, 1 differs; from line 4 on it "
		    "was not played\n" },
		{ "... before a line of ours", MAIL, { "S:220 x\r\n", "CLOSE" },
		    "{220 x\n}[2 NOOP]",
		    "* t: 1 check, as expected; from line 2 on it was not "
		    "played\n" },
		{ "the class ends", MAIL,
		    { "S:220 x\r\n", "DO", "S:250 y\r\n", "END", "DO", "AGAIN",
			"LATE" },
		    "{220 x\n}[2 NOOP]NOOP\n{250 y\n}[4 QUIT](no "
		    "offer)(nothing was played yet)",
		    "* t: 2 checks, all as expected; from line 4 on it "
		    "was not "
		    "played\n" },
		{ "... before the last line", "S: 220 a\nC: NOOP\n",
		    { "S:220 x\r\n", "END" }, "{220 x\n}[2 NOOP]",
		    "* t: 1 check, as expected; from line 2 on it was not "
		    "played\n" },
		{ "... while a reply is owed", MAIL,
		    { "S:220 x\r\n", "DO", "END" }, "{220 x\n}[2 NOOP]NOOP\n",
		    "* t: 1 check, as expected; from line 3 on it was not "
		    "played\n" },
		{ "a reply is owed for long", MAIL,
		    { "S:220 x\r\n", "DO", "LATE", "LATE" },
		    "{220 x\n}[2 NOOP]NOOP\n", "" },
		{ "it is over", MAIL,
		    { "S:220 x\r\n", "OWN:QUIT", "S:221 y\r\n", "DO" },
		    "{220 x\n}[2 NOOP]QUIT\n{221 y\n}(no offer)", "" },
		{ "no checks", "C: NOOP\n",
		    { "S:220 x\r\n", "DO", "S:250 y\r\n" },
		    "{220 x\n}[1 NOOP]NOOP\n{250 y\n}", "* t: no checks\n" },
		{ "variables",
		    "S: 220 a\nC$ NOOP ${name} ${secret:me}\nS: 250 b\n",
		    { "S:220 x\r\n", "DO", "S:250 y\r\n" },
		    "{220 x\n}[2 NOOP value ...]NOOP value hunter2\n{250 y\n}",
		    "* t: 2 checks, all as expected\n" },
	};

	(void)state;
	play_rows(rows, ROWS(rows));
}

static void
test_again(void **state)
{
	static const struct row rows[] = {
		{ "nothing was played", MAIL,
		    { "AGAIN", "S:220 x\r\n", "AGAIN" },
		    "(nothing was played yet){220 x\n}[2 NOOP](nothing was "
		    "played yet)",
		    "" },
		{ "the last, then the next", MAIL,
		    { "S:220 x\r\n", "DO", "S:250 y\r\n", "AGAIN", "DO",
			"S:550 z\r\n", "DO", "S:221 z\r\n", "CLOSE" },
		    "{220 x\n}[2 NOOP]NOOP\n{250 y\n}[4 QUIT][2 "
		    "NOOP]NOOP\n{550 z\n}[4 QUIT]QUIT\n{221 z\n}",
		    "* t: 3 checks, all as expected\n" },
		{ "and twice", MAIL,
		    { "S:220 x\r\n", "DO", "S:250 y\r\n", "AGAIN", "DO",
			"S:250 z\r\n", "AGAIN", "DO", "S:250 z\r\n" },
		    "{220 x\n}[2 NOOP]NOOP\n{250 y\n}[4 QUIT][2 "
		    "NOOP]NOOP\n{250 z\n}[4 QUIT][2 NOOP]NOOP\n{250 z\n}[4 "
		    "QUIT]",
		    "" },
		{ "or not", MAIL,
		    { "S:220 x\r\n", "DO", "S:250 y\r\n", "AGAIN", "SKIP" },
		    "{220 x\n}[2 NOOP]NOOP\n{250 y\n}[4 QUIT][2 NOOP][4 QUIT]",
		    "" },
		{ "it is not wanted now",
		    "S: 220 a\nC: DATA\nS: 354 b\nC: x\nC: .\n",
		    { "S:220 x\r\n", "DO", "S:354 y\r\n", "AGAIN", "DO",
			"AGAIN" },
		    "{220 x\n}[2 DATA]DATA\n{354 y\n}[4 x](the server "
		    "does not "
		    "want that line now)x\n[5 .][4 x]",
		    "" },
	};

	(void)state;
	play_rows(rows, ROWS(rows));
}

static void
test_skip(void **state)
{
	static const struct row rows[] = {
		{ "a line", MAIL,
		    { "S:220 x\r\n", "SKIP", "DO", "S:221 y\r\n" },
		    "{220 x\n}[2 NOOP][4 QUIT]QUIT\n{221 y\n}",
		    "* t:2 is passed over\n* t: 2 checks, all as expected\n" },
		{ "what is awaited",
		    "S: 220 a\nC: NOOP\nS: 250 b\nS: 250 c\n"
		    "C: QUIT\n",
		    { "S:220 x\r\n", "DO", "S:250 y\r\n", "LATE", "LATE",
			"SKIP" },
		    "{220 x\n}[2 NOOP]NOOP\n{250 y\n}[5 QUIT]",
		    "* t:4 is awaited (^] skip passes over it)\n" },
		{ "a pause", "S: 220 a\n<pause 40>\nC: NOOP\nS: 250 b\n",
		    { "S:220 x\r\n", "SKIP", "DO" }, "{220 x\n}[3 NOOP]NOOP\n",
		    "* t:2: a pause, 40 s\n" },
		{ "a pause is over",
		    "S: 220 a\n<pause 40>\nC: NOOP\nS: 250 b\n",
		    { "S:220 x\r\n", "LATE", "DO" }, "{220 x\n}[3 NOOP]NOOP\n",
		    "* t:2: a pause, 40 s\n" },
		{ "a silence", "S: 220 a\n<silence 40>\nC: NOOP\nS: 250 b\n",
		    { "S:220 x\r\n", "LATE", "DO" }, "{220 x\n}[3 NOOP]NOOP\n",
		    "* t:2: silence, 40 s\n" },
		{ "lines that the server does not want",
		    "S: 220 a\nC: DATA\nS: 354 b\nC: x\nC: y\nC: .\nS: 250 c\n"
		    "C: QUIT\nS: 221 d\n",
		    { "S:220 x\r\n", "DO", "S:503 y\r\n", "DO" },
		    "{220 x\n}[2 DATA]DATA\n{503 y\n}[8 QUIT]QUIT\n",
		    "! t:3: expected 354 b, the server said 503 y\n* t:4-6: 3 "
		    "lines are passed over: the server does not want them\n" },
		{ "one of them",
		    "S: 220 a\nC: DATA\nS: 354 b\nC: .\nS: 250 c\n"
		    "C: QUIT\nS: 221 d\n",
		    { "S:220 x\r\n", "DO", "S:503 y\r\n", "DO" },
		    "{220 x\n}[2 DATA]DATA\n{503 y\n}[6 QUIT]QUIT\n",
		    "! t:3: expected 354 b, the server said 503 y\n* t:4 is "
		    "passed over: the server does not want it\n" },
		{ "some, and others",
		    "S: 220 a\nC: DATA\nS: 354 b\nC: x\nC: .\nS: 250 c\n"
		    "C: DATA\nS: 354 d\nC: .\nS: 250 e\nC: QUIT\n",
		    { "S:220 x\r\n", "DO", "S:503 y\r\n", "DO", "S:503 y\r\n",
			"DO" },
		    "{220 x\n}[2 DATA]DATA\n{503 y\n}[7 DATA]DATA\n{503 "
		    "y\n}[11 QUIT]QUIT\n",
		    "! t:3: expected 354 b, the server said 503 y\n* t:4-5: 2 "
		    "lines are passed over: the server does not want them\n! "
		    "t:8: expected 354 d, the server said 503 y\n* t:9 is "
		    "passed over: the server does not want it\n" },
		{ "a reply of two lines that nobody owes",
		    "S: 220 a\nC: NOOP\nS: 250 b\nS: 250-c\nS: 250 d\n",
		    { "S:220 x\r\n", "DO", "S:250 y\r\n", "LATE" },
		    "{220 x\n}[2 NOOP]NOOP\n{250 y\n}",
		    "* t:5 is awaited (^] skip passes over it)\n" },
		{ "none behind them", "S: 220 a\nC: DATA\nS: 354 b\nC: .\n",
		    { "S:220 x\r\n", "DO", "S:503 y\r\n" },
		    "{220 x\n}[2 DATA]DATA\n{503 y\n}",
		    "! t:3: expected 354 b, the server said 503 y\n* t:4 is "
		    "passed over: the server does not want it\n* t: 2 checks, "
		    "1 differs\n" },
		{ "a line that is wanted later", MAIL,
		    { "S:220 x\r\n", "OWN:DATA", "S:354 y\r\n", "DO", "OWN:.",
			"S:250 z\r\n", "DO" },
		    "{220 x\n}[2 NOOP]DATA\n{354 y\n}(no offer).\n{250 "
		    "z\n}NOOP\n",
		    "* t:2 is offered when a command is wanted\n" },
	};

	(void)state;
	play_rows(rows, ROWS(rows));
}

/* What is no line. */
static void
test_kinds(void **state)
{
	static const struct row rows[] = {
		{ "what is no file",
		    "S: 220 a\nC: DATA\nS: 354 b\nC< /dev/null\nC: .\nS: "
		    "250 c\n",
		    { "S:220 x\r\n", "DO", "S:354 y\r\n", "DO", "DO",
			"S:250 z\r\n" },
		    "{220 x\n}[2 DATA]DATA\n{354 y\n}[4 /dev/null][5 "
		    ".].\n{250 "
		    "z\n}",
		    "telex: /dev/null: it is no regular file\n* t: 3 checks, "
		    "all as expected\n" },
		{ "a file that is not there",
		    "S: 220 a\nC: DATA\nS: 354 b\nC< /nowhere/x\nC: .\n",
		    { "S:220 x\r\n", "DO", "S:354 y\r\n", "DO" },
		    "{220 x\n}[2 DATA]DATA\n{354 y\n}[4 /nowhere/x][5 .]",
		    "telex: /nowhere/x: no such file or directory\n" },
		{ "an exchange", HELLO "<auth PLAIN me>\nC: NOOP\n",
		    { "S:220 x\r\n", "DO", "S:250-a\r\n250 AUTH PLAIN\r\n",
			"ANSWER:235 y\r\n", "DO", "END" },
		    "{220 x\n}[2 EHLO a]EHLO a\n{250-a\n250 AUTH PLAIN\n}[4 "
		    "PLAIN me]AUTH PLAIN AG1lAGh1bnRlcjI=\n[5 NOOP]",
		    "*   user me, password ********\n* authenticated\n* t: 3 "
		    "checks, all as expected; from line 5 on it was not "
		    "played\n" },
		{ "one that is refused", HELLO "<auth PLAIN me>\nC: NOOP\n",
		    { "S:220 x\r\n", "DO", "S:250-a\r\n250 AUTH PLAIN\r\n",
			"ANSWER:535 y\r\n", "DO" },
		    "{220 x\n}[2 EHLO a]EHLO a\n{250-a\n250 AUTH PLAIN\n}[4 "
		    "PLAIN me]AUTH PLAIN AG1lAGh1bnRlcjI=\n[5 NOOP]",
		    "*   user me, password ********\ntelex: auth: the server "
		    "refused: 535 y\n! t:4: <auth PLAIN me>: the server "
		    "refused: 535 y\n" },
		{ "... and once more", HELLO "<auth PLAIN me>\nC: NOOP\n",
		    { "S:220 x\r\n", "DO", "S:250-a\r\n250 AUTH PLAIN\r\n",
			"ANSWER:535 y\r\n", "DO", "AGAIN", "ANSWER:235 y\r\n",
			"DO", "END" },
		    "{220 x\n}[2 EHLO a]EHLO a\n{250-a\n250 AUTH PLAIN\n}[4 "
		    "PLAIN me]AUTH PLAIN AG1lAGh1bnRlcjI=\n[5 NOOP][4 PLAIN "
		    "me]AUTH PLAIN AG1lAGh1bnRlcjI=\n[5 NOOP]",
		    "*   user me, password ********\ntelex: auth: the server "
		    "refused: 535 y\n! t:4: <auth PLAIN me>: the server "
		    "refused: 535 y\n*   user me, password ********\n* "
		    "authenticated\n* t: 3 checks, 1 differs; from line 5 on "
		    "it was not played\n" },
		{ "our end", "S: 220 a\n<close>\n",
		    { "S:220 x\r\n", "DO", "LATE" }, "{220 x\n}[2 ]",
		    "* t: 1 check, as expected\n" },
		{ "the server's end is awaited", "S: 220 a\n<closed>\n",
		    { "S:220 x\r\n", "LATE" }, "{220 x\n}",
		    "! t:2: <closed>: the server did not close\n* t: 2 "
		    "checks, "
		    "1 differs\n" },
		{ "... and comes", "S: 220 a\n<closed>\n",
		    { "S:220 x\r\n", "CLOSE" }, "{220 x\n}",
		    "* t: 2 checks, all as expected\n" },
		{ "it does not hold here",
		    "S: 220 a\nC: EHLO a\nS: 250 b\n"
		    "<skip unless STARTTLS>\nC: STARTTLS\n",
		    { "S:220 x\r\n", "DO", "S:250 y\r\n" },
		    "{220 x\n}[2 EHLO a]EHLO a\n{250 y\n}",
		    "* t: the server does not offer what it needs\n" },
	};

	(void)state;
	play_rows(rows, ROWS(rows));
}

/* When it is wanted again. */
static void
test_left(void **state)
{
	static const struct {
		const char *transcript, *moves[MOVES];
		int least, most;
	} rows[] = {
		{ MAIL, { "S:220 x\r\n" }, -1, -1 },
		{ "S: 220 a\n<pause 40>\nC: NOOP\n", { "S:220 x\r\n" }, 1,
		    40000 },
		{ "S: 220 a\n<pause 400>\nC: NOOP\n", { "S:220 x\r\n" }, 60000,
		    60000 },
		{ "S: 220 a\n<pause 40>\nC: NOOP\n", { "S:220 x\r\n", "LATE" },
		    -1, -1 },
		{ "S: 220 a\nS: 220 b\nC: NOOP\n", { "S:220 x\r\n" }, 0, 2000 },
		{ "S: 220 a\nS: 220 b\nC: NOOP\n", { "S:220 x\r\n", "LATE" },
		    -1, -1 },
		{ MAIL, { "S:220 x\r\n", "END" }, -1, -1 },
	};
	static const struct options opt = { .proto_given = true,
		.proto = &proto_smtp };
	static struct class c;
	unsigned wrong = 0;
	size_t i, k;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		int left, late;

		memset(&c, 0, sizeof c);
		stage_begin(&c.st, &opt, true, &proto_smtp);
		if (!begin(&c, rows[i].transcript, MATCH_BY_CLASS))
			abort();
		for (k = 0; k < MOVES && rows[i].moves[k] != NULL; k++)
			move(&c, rows[i].moves[k]);
		left = step_left(&c.step);
		c.step.until -= c.step.until > 0 ? 600000 : 0;
		c.step.since -= c.step.since > 0 ? 600000 : 0;
		late = step_left(&c.step);
		step_free(&c.step);
		stage_end(&c.st);
		buf_free(&c.log);
		if (left >= rows[i].least && left <= rows[i].most &&
		    late == (left < 0 ? -1 : 0))
			continue;
		wrong++;
		print_error("row %zu: %d, %d\n", i, left, late);
	}
	assert_int_equal(wrong, 0);
}

/* Begun in the middle of a conversation, it leaves out the greeting, which is
 * owed otherwise, whatever is spoken; what differs is counted over all. */
static void
test_begin(void **state)
{
	static const struct options opt = { .speed = 20 };
	static const char *const moves[] = { "S:220 x\r\n", "DO",
		"S:550 y\r\n" };
	static struct class c;
	bool undecided, owed;
	unsigned long differ;
	size_t i;

	(void)state;
	memset(&c, 0, sizeof c);
	stage_begin(&c.st, &opt, true, &proto_smtp);
	c.st.s.undecided = true;
	if (!begin(&c, "<protocol lmtp>\nS: 220 a\nC: LHLO b\nS: 250 c\n",
		MATCH_BY_CLASS))
		abort();
	serve(&c);
	step_serve(&c.step, true);
	undecided = c.st.s.undecided;
	owed = dialog_greeting_owed(&c.st.s.dialog);
	for (i = 0; i < ROWS(moves); i++)
		move(&c, moves[i]);
	if (!begin(&c, "S: 220 a\nC: LHLO d\nS: 250 e\n", MATCH_BY_CLASS))
		abort();
	serve(&c);
	for (i = 1; i < ROWS(moves); i++)
		move(&c, moves[i]);
	differ = c.step.differ;
	step_free(&c.step);
	step_free(&c.step);
	stage_end(&c.st);
	buf_add(&c.log, "", 1);
	assert_false(undecided);
	assert_true(owed);
	assert_string_equal(buf_bytes(&c.log),
	    "{220 x\n}[3 LHLO b]LHLO b\n{550 y\n}"
	    "[2 LHLO d]LHLO d\n{550 y\n}");
	assert_string_equal(c.st.err,
	    "* t: any key stops the typing, Enter goes on; ^] skip, ^] again\n"
	    "! t:4: expected 250 c, the server said 550 y\n"
	    "* t: 2 checks, 1 differs\n"
	    "* t: any key stops the typing, Enter goes on; ^] skip, ^] again\n"
	    "! t:3: expected 250 e, the server said 550 y\n"
	    "* t: 1 check, 1 differs\n");
	assert_int_equal(differ, 2);
	buf_free(&c.log);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_again),
		cmocka_unit_test(test_skip),
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_left),
		cmocka_unit_test(test_begin),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
