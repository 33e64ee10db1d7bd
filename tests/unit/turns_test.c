/* SPDX-License-Identifier: ISC */
/* turns_test.c - what is typed goes out when it is its turn. */
#include <signal.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "desk.h"
#include "protos.h"
#include "signals.h"
#include "term/complete.h"
#include "verdict.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

enum { STEPS = 14 };

/*
 * What is done to the turns:
 *
 *	Q:line	a line waits behind the others
 *	G:line	it is sent now, as one that the editor did not show
 *	E:line	... or did
 *	S:text	the server says it
 *	GO	turns_serve; where that cannot go on, "STOP" is in the log
 *	LATE	much time has passed
 *	NOW, SECRET	the local commands of these names
 *	READING	a line is being read; LOCAL: a local command
 */
struct row {
	const char *name;
	const char *address;
	const char *steps[STEPS];
	const char *keys; /* that answer a question, see desk.h */
	const char *log, *err;
	const char *history;
};

static void
take_step(struct desk *d, const char *step)
{
	struct typing *t = &d->typing;
	const char *text = step + 2;

	if (strncmp(step, "Q:", 2) == 0) {
		turns_queue(t, text, strlen(text), false);
	} else if (strncmp(step, "G:", 2) == 0) {
		turns_send(t, text, strlen(text), false);
	} else if (strncmp(step, "E:", 2) == 0) {
		turns_send(t, text, strlen(text), true);
	} else if (strncmp(step, "S:", 2) == 0) {
		desk_says(d, text);
		hear_drain(&d->st.s);
	} else if (strcmp(step, "GO") == 0) {
		if (!turns_serve(t))
			buf_adds(&d->log, "STOP");
	} else if (strcmp(step, "LATE") == 0) {
		t->since -= 60000;
		t->closing -= t->closing > 0 ? 60000 : 0;
	} else {
		t->local.now |= strcmp(step, "NOW") == 0;
		t->local.secret |= strcmp(step, "SECRET") == 0;
		t->reading |= strcmp(step, "READING") == 0;
		t->at_local |= strcmp(step, "LOCAL") == 0;
	}
}

static void
play_row(struct desk *d, const struct row *row, struct buf *history)
{
	const char *part[] = { row->keys, NULL };
	size_t i;

	d->opt.proto_given = true;
	desk_begin(d, &proto_smtp, part);
	if (row->address != NULL)
		snprintf(d->st.s.peer.address, sizeof d->st.s.peer.address,
		    "%s", row->address);
	for (i = 0; i < STEPS && row->steps[i] != NULL; i++)
		take_step(d, row->steps[i]);
	term_recall(d->term, 9, history);
	buf_add(history, "", 1);
	desk_end(d);
}

static void
play_rows(const struct row *rows, size_t n, bool require_tls)
{
	static struct desk d;
	unsigned wrong = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		const struct row *row = &rows[i];
		struct buf history = { 0 };

		d.opt.require_tls = require_tls;
		play_row(&d, row, &history);
		if (strcmp(buf_bytes(&d.log), row->log) != 0 ||
		    strcmp(d.st.err, row->err) != 0 ||
		    (row->history != NULL &&
			strcmp(buf_bytes(&history), row->history) != 0)) {
			wrong++;
			print_error("%s: \"%s\", stderr \"%s\", history "
				    "\"%s\"\n",
			    row->name, buf_bytes(&d.log), d.st.err,
			    buf_bytes(&history));
		}
		buf_free(&history);
		desk_free(&d);
	}
	assert_int_equal(wrong, 0);
}

static void
test_queue(void **state)
{
	static const struct row rows[] = {
		{ "the greeting is owed", NULL,
		    { "Q:EHLO a", "GO", "S:220 b\r\n", "GO" }, NULL,
		    "{220 b\n}EHLO a\n", "smtp> EHLO a\n", "EHLO a\n" },
		{ "reply by reply", NULL,
		    { "Q:NOOP", "Q:RSET", "GO", "S:220 a\r\n", "GO",
			"S:250 b\r\n", "GO" },
		    NULL, "{220 a\n}NOOP\n{250 b\n}RSET\n",
		    "smtp> NOOP\nsmtp> RSET\n", "NOOP\nRSET\n" },
		{ "it waits for all of the reply", NULL,
		    { "S:220 a\r\n", "Q:NOOP", "Q:RSET", "GO", "S:250-b\r\n",
			"GO" },
		    NULL, "{220 a\n}NOOP\n{250-b\n}", "smtp> NOOP\n",
		    "NOOP\n" },
		{ "a message goes on", NULL,
		    { "S:220 a\r\n", "Q:DATA", "Q:x", "Q:", "Q:.", "Q:QUIT",
			"GO", "S:354 b\r\n", "GO", "S:250 c\r\n", "GO" },
		    NULL, "{220 a\n}DATA\n{354 b\n}x\n\n.\n{250 c\n}QUIT\n",
		    "smtp> DATA\ndata> x\ndata> \ndata> .\nsmtp> QUIT\n",
		    "DATA\nQUIT\n" },
		{ "send now", NULL,
		    { "Q:NOOP", "Q:RSET", "NOW", "GO", "Q:QUIT", "GO" }, NULL,
		    "NOOP\nRSET\n", "smtp> NOOP\nsmtp> RSET\n",
		    "NOOP\nRSET\n" },
		{ "send now, and nothing waits", NULL,
		    { "NOW", "GO", "Q:RSET", "GO" }, NULL, "", "", "" },
		{ "nothing is said at once", NULL, { "Q:NOOP", "GO" }, NULL, "",
		    "", "" },
		{ "one waits for long, said once", NULL,
		    { "Q:NOOP", "LATE", "GO", "GO" }, NULL, "",
		    "* 1 line waits for the greeting (^] send now does not "
		    "wait, ^C drops what waits)\n",
		    "" },
		{ "two wait", NULL,
		    { "S:220 a\r\n", "E:MAIL FROM:<>", "Q:RSET", "Q:NOOP",
			"LATE", "GO" },
		    NULL, "{220 a\n}MAIL FROM:<>\n",
		    "* 2 lines wait for MAIL (^] send now does not wait, ^C "
		    "drops what waits)\n",
		    "MAIL FROM:<>\n" },
		{ "the time begins with the first", NULL,
		    { "Q:NOOP", "LATE", "Q:RSET", "GO" }, NULL, "",
		    "* 2 lines wait for the greeting (^] send now does not "
		    "wait, ^C drops what waits)\n",
		    "" },
		{ "... and anew behind one that went", NULL,
		    { "Q:NOOP", "Q:RSET", "LATE", "S:220 a\r\n", "GO" }, NULL,
		    "{220 a\n}NOOP\n", "smtp> NOOP\n", "NOOP\n" },
		{ "it is said again of others", NULL,
		    { "Q:NOOP", "LATE", "GO", "S:220 a\r\n", "GO", "Q:RSET",
			"LATE", "GO" },
		    NULL, "{220 a\n}NOOP\n",
		    "* 1 line waits for the greeting (^] send now does not "
		    "wait, ^C drops what waits)\nsmtp> NOOP\n"
		    "* 1 line waits for NOOP (^] send now does not wait, ^C "
		    "drops what waits)\n",
		    "NOOP\n" },
		{ "not during a local command", NULL,
		    { "Q:NOOP", "LOCAL", "S:220 a\r\n", "GO" }, NULL,
		    "{220 a\n}", "", "" },
		{ "it is over", NULL,
		    { "S:220 a\r\n", "E:QUIT", "S:221 b\r\n", "Q:NOOP", "GO" },
		    NULL, "{220 a\n}QUIT\n{221 b\n}", "", "QUIT\n" },
		{ "somebody else's blanks are no history", NULL,
		    { "S:220 a\r\n", "E:NOOP ", "S:250 b\r\n" }, NULL,
		    "{220 a\n}NOOP \n{250 b\n}", "", "NOOP\n" },
	};

	(void)state;
	play_rows(rows, ROWS(rows), false);
}

/* What belongs to a refused command becomes none. */
static void
test_refused(void **state)
{
	static const struct row rows[] = {
		{ "a message", NULL,
		    { "S:220 a\r\n", "Q:DATA", "Q:RSET", "Q:.", "Q:NOOP", "GO",
			"S:503 b\r\n", "GO" },
		    NULL, "{220 a\n}DATA\n{503 b\n}NOOP\n",
		    "smtp> DATA\n! the command was refused: 2 lines of it "
		    "that waited were not sent\nsmtp> NOOP\n",
		    "DATA\nNOOP\n" },
		{ "one line of it", NULL,
		    { "S:220 a\r\n", "Q:DATA", "Q:.", "Q:NOOP", "GO",
			"S:503 b\r\n", "GO" },
		    NULL, "{220 a\n}DATA\n{503 b\n}NOOP\n",
		    "smtp> DATA\n! the command was refused: 1 line of it "
		    "that waited was not sent\nsmtp> NOOP\n",
		    NULL },
		{ "without its end, what comes later was meant", NULL,
		    { "S:220 a\r\n", "Q:DATA", "Q:RSET", "GO", "S:503 b\r\n",
			"GO", "Q:NOOP", "GO" },
		    NULL, "{220 a\n}DATA\n{503 b\n}NOOP\n",
		    "smtp> DATA\n! the command was refused: 1 line of it "
		    "that waited was not sent\nsmtp> NOOP\n",
		    NULL },
		{ "and a second time", NULL,
		    { "S:220 a\r\n", "Q:DATA", "Q:a", "Q:b", "Q:.", "Q:DATA",
			"Q:c", "Q:.", "GO", "S:503 b\r\n", "GO", "S:503 b\r\n",
			"GO" },
		    NULL, "{220 a\n}DATA\n{503 b\n}DATA\n{503 b\n}",
		    "smtp> DATA\n! the command was refused: 3 lines of it "
		    "that waited were not sent\nsmtp> DATA\n! the command "
		    "was refused: 2 lines of it that waited were not sent\n",
		    NULL },
		{ "none of it waited", NULL,
		    { "S:220 a\r\n", "E:DATA", "S:503 b\r\n", "GO", "Q:NOOP",
			"GO" },
		    NULL, "{220 a\n}DATA\n{503 b\n}NOOP\n", "smtp> NOOP\n",
		    NULL },
	};

	(void)state;
	play_rows(rows, ROWS(rows), false);
}

#define CLEAR "! this secret would go in plain text over the network\n"

/* A secret goes where others can read it if the user says so. */
static void
test_secrets(void **state)
{
	static const char far[] = "192.0.2.1";
	static const struct row rows[] = {
		{ "nobody can", NULL,
		    { "S:220 a\r\n", "G:AUTH PLAIN AGEAYg==" }, NULL,
		    "{220 a\n}AUTH PLAIN AGEAYg==\n",
		    "smtp> AUTH PLAIN ********\n", "AUTH PLAIN\n" },
		{ "yes", far, { "S:220 a\r\n", "G:AUTH PLAIN AGEAYg==" },
		    "K:y\r", "{220 a\n}AUTH PLAIN AGEAYg==\n",
		    "smtp> AUTH PLAIN ********\n" CLEAR, "AUTH PLAIN\n" },
		{ "Yes", far, { "S:220 a\r\n", "E:AUTH PLAIN AGEAYg==" },
		    "K:Yes\r", "{220 a\n}AUTH PLAIN AGEAYg==\n", CLEAR,
		    "AUTH PLAIN\n" },
		{ "no", far, { "S:220 a\r\n", "E:AUTH PLAIN AGEAYg==" },
		    "K:no\r", "{220 a\n}", CLEAR "* not sent\n", "" },
		{ "Enter alone", far,
		    { "S:220 a\r\n", "E:AUTH PLAIN AGEAYg==" }, "K:\r",
		    "{220 a\n}", CLEAR "* not sent\n", "" },
		{ "^C", far, { "S:220 a\r\n", "E:AUTH PLAIN AGEAYg==" }, "INT",
		    "{220 a\n}", CLEAR "* not sent\n", "" },
		{ "no secret, no question", far,
		    { "S:220 a\r\n", "E:AUTH PLAIN" }, NULL,
		    "{220 a\n}AUTH PLAIN\n", "", "AUTH PLAIN\n" },
		{ "a line that waits cannot ask", far,
		    { "READING", "Q:AUTH PLAIN AGEAYg==", "S:220 a\r\n", "GO" },
		    NULL, "{220 a\n}STOP", "", "" },
		{ "... where nothing is to be asked", NULL,
		    { "READING", "Q:AUTH PLAIN AGEAYg==", "S:220 a\r\n", "GO" },
		    NULL, "{220 a\n}AUTH PLAIN AGEAYg==\n",
		    "smtp> AUTH PLAIN ********\n", "AUTH PLAIN\n" },
		{ "... behind one without a secret", far,
		    { "READING", "Q:NOOP",
			"Q:AUTH PLAIN AGEAYg==", "S:220 a\r\n", "GO" },
		    NULL, "{220 a\n}NOOP\n", "smtp> NOOP\n", "NOOP\n" },
		{ "... whatever it looks like", far,
		    { "READING", "SECRET", "Q:NOOP b", "S:220 a\r\n", "GO" },
		    NULL, "{220 a\n}STOP", "", "" },
		{ "when nothing is read it is asked", far,
		    { "Q:AUTH PLAIN AGEAYg==", "S:220 a\r\n", "GO" }, "K:y\r",
		    "{220 a\n}AUTH PLAIN AGEAYg==\n",
		    "smtp> AUTH PLAIN ********\n" CLEAR, "AUTH PLAIN\n" },
		{ "a line that the user calls secret, and the next", NULL,
		    { "S:220 a\r\n", "SECRET", "G:NOOP hunter2", "S:250 b\r\n",
			"G:NOOP c" },
		    NULL, "{220 a\n}NOOP hunter2\n{250 b\n}NOOP c\n",
		    "smtp> ********\nsmtp> NOOP c\n", "NOOP c\n" },
		{ "a line that was asked for", NULL,
		    { "S:220 a\r\n", "E:AUTH LOGIN", "S:334 Yg==\r\n",
			"G:aHVudGVyMg==" },
		    NULL, "{220 a\n}AUTH LOGIN\n{334 Yg==\n}aHVudGVyMg==\n",
		    "smtp> ********\n", "AUTH LOGIN\n" },
	};

	(void)state;
	play_rows(rows, ROWS(rows), false);
}

/* "NOOP [7]|": a follower is told how many bytes are secret. */
static void
keep(void *arg, const char *p, size_t n, size_t open)
{
	buf_addf(arg, "%.*s", (int)open, p);
	if (open < n)
		buf_addf(arg, "[%zu]", n - open);
	buf_adds(arg, "|");
}

static void
test_kept(void **state)
{
	static const struct {
		const char *address, *steps[STEPS], *keys, *kept;
	} rows[] = {
		{ "127.0.0.1",
		    { "SECRET", "E:NOOP a", "S:250 b\r\n", "E:NOOP b" }, NULL,
		    "[8]|NOOP b\r\n|" },
		{ "192.0.2.1", { "SECRET", "E:NOOP a", "E:NOOP b" }, "K:n\r",
		    "NOOP b\r\n|" },
		{ "127.0.0.1", { "E:AUTH PLAIN AGEAYg==" }, NULL,
		    "AUTH PLAIN [10]|" },
	};
	static struct desk d;
	size_t i, k;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		const char *part[] = { rows[i].keys, NULL };
		struct buf kept = { 0 };
		struct follower f = { .said = keep, .arg = &kept };

		d.opt.proto_given = true;
		desk_begin(&d, &proto_smtp, part);
		snprintf(d.st.s.peer.address, sizeof d.st.s.peer.address, "%s",
		    rows[i].address);
		verdict_line(&d.st.s.dialog, "220 a", 5);
		session_follow(&d.st.s, &f);
		for (k = 0; k < STEPS && rows[i].steps[k] != NULL; k++)
			take_step(&d, rows[i].steps[k]);
		session_unfollow(&d.st.s, &f);
		desk_end(&d);
		desk_free(&d);
		buf_add(&kept, "", 1);
		assert_string_equal(buf_bytes(&kept), rows[i].kept);
		buf_free(&kept);
	}
}

/* --require-tls leaves nothing to be asked. */
static void
test_forbidden(void **state)
{
	static const struct row rows[] = {
		{ "it is not sent", NULL,
		    { "S:220 a\r\n", "E:AUTH PLAIN AGEAYg==", "E:NOOP" }, NULL,
		    "{220 a\n}NOOP\n",
		    "telex: not sent: TLS is required for secrets (STARTTLS "
		    "first)\n",
		    "NOOP\n" },
		{ "a line that waits", NULL,
		    { "READING", "Q:AUTH PLAIN AGEAYg==", "S:220 a\r\n", "GO" },
		    NULL, "{220 a\n}STOP", "", "" },
	};

	(void)state;
	play_rows(rows, ROWS(rows), true);
}

/* Whose turn it is, and whether the next line is to be seen. */
static void
test_whose(void **state)
{
	static const struct {
		const char *steps[STEPS];
		bool waits, now;
		bool ours, secret;
	} rows[] = {
		{ { NULL }, false, false, false, false },
		{ { "S:220 a\r\n" }, false, false, true, false },
		{ { "S:220 a\r\n", "E:NOOP" }, false, false, false, false },
		{ { "S:220 a\r\n", "E:DATA", "S:354 b\r\n" }, false, false,
		    true, false },
		{ { "S:220 a\r\n", "E:AUTH LOGIN" }, false, false, false,
		    false },
		{ { "S:220 a\r\n", "E:AUTH LOGIN", "S:334 a\r\n" }, false,
		    false, true, true },
		{ { "S:220 a\r\n", "SECRET" }, false, false, true, true },
		{ { "SECRET" }, false, false, false, true },
		{ { "S:220 a\r\n", "SECRET" }, true, false, true, false },
		{ { "S:220 a\r\n", "E:STARTTLS", "S:220 b\r\n" }, false, false,
		    false, false },
		{ { "S:220 a\r\n", "E:QUIT", "S:221 b\r\n" }, false, false,
		    false, false },
		{ { "S:220 a\r\n", "E:QUIT", "S:221 b\r\n" }, false, true, true,
		    false },
	};
	static struct desk d;
	unsigned wrong = 0;
	size_t i, k;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		bool ours, secret, after;

		d.opt.proto_given = true;
		desk_begin(&d, &proto_smtp, NULL);
		for (k = 0; k < STEPS && rows[i].steps[k] != NULL; k++)
			take_step(&d, rows[i].steps[k]);
		if (rows[i].waits)
			turns_queue(&d.typing, "x", 1, false);
		d.typing.local.now = rows[i].now;
		ours = turns_ours(&d.typing);
		secret = turns_secret(&d.typing);
		d.st.s.over = true;
		after = turns_ours(&d.typing) || turns_secret(&d.typing);
		desk_end(&d);
		desk_free(&d);
		if (ours == rows[i].ours && secret == rows[i].secret && !after)
			continue;
		wrong++;
		print_error("row %zu: ours %d, secret %d, without a "
			    "connection %d\n",
		    i, ours, secret, after);
	}
	assert_int_equal(wrong, 0);
}

/* The server has said that it closes: our half is closed, and it has a while
 * for its own. */
static void
test_close(void **state)
{
	static const char *const late[] = { "S:220 a\r\n", "GO", "LATE", "GO",
		"E:QUIT", "LATE", "GO", "S:221 b\r\n" };
	static struct desk d;
	bool before, shut, there, other, left;
	char byte;
	size_t i;

	(void)state;
	d.opt.proto_given = true;
	desk_begin(&d, &proto_smtp, NULL);
	for (i = 0; i < ROWS(late); i++)
		take_step(&d, late[i]);
	desk_hear(&d);
	before = recv(d.st.server, &byte, 1, MSG_DONTWAIT) == 0;
	turns_serve(&d.typing);
	shut = recv(d.st.server, &byte, 1, MSG_DONTWAIT) == 0;
	turns_serve(&d.typing);
	there = session_is_open(&d.st.s);
	/* Another conversation on the same connection. */
	dialog_again(&d.st.s.dialog, &proto_smtp, false);
	take_step(&d, "LATE");
	turns_serve(&d.typing);
	verdict_line(&d.st.s.dialog, "421 c", 5);
	turns_serve(&d.typing);
	other = session_is_open(&d.st.s);
	take_step(&d, "LATE");
	turns_serve(&d.typing);
	left = session_is_open(&d.st.s);
	desk_end(&d);
	desk_free(&d);
	assert_false(before);
	assert_true(shut);
	assert_true(there);
	assert_true(other);
	assert_false(left);
}

/* Lines are read while the server speaks, up to what ends the reading. */
static void
test_reading(void **state)
{
	static const struct {
		const char *name;
		const char *said, *reply; /* before the line is read */
		const char *waits;
		const char *part[STEPS];
		enum term_end end;
		const char *line; /* or the half of it that is kept */
		const char *log;
	} rows[] = {
		{ "keys", NULL, "220 a\r\n", NULL, { "K:NO", "K:OP\r" },
		    TERM_LINE, "NOOP", "{220 a\n}" },
		{ "what waits goes meanwhile", NULL, NULL, "RSET",
		    { "K:NO", "S:220 a\r\n", "K:OP\r" }, TERM_LINE, "NOOP",
		    "{220 a\n}RSET\n" },
		{ "the connection ends", NULL, "220 a\r\n", NULL,
		    { "K:NO", "CLOSE" }, TERM_ABANDONED, "NO", "{220 a\n}" },
		{ "a secret is wanted", "AUTH LOGIN", NULL, NULL,
		    { "K:NO", "S:334 b\r\n" }, TERM_ABANDONED, "NO",
		    "AUTH LOGIN\n{334 b\n}" },
		{ "a line that waits has a secret", NULL, NULL,
		    "AUTH PLAIN AGEAYg==", { "K:NO", "S:220 a\r\n" },
		    TERM_ABANDONED, "NO", "{220 a\n}" },
		{ "it is over, and late", "QUIT", "221 a\r\n", NULL,
		    { "K:NO", "LATE" }, TERM_ABANDONED, "NO",
		    "QUIT\n{221 a\n}" },
	};
	static struct desk d;
	unsigned wrong = 0;
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct buf line = { 0 };
		enum term_end end;
		bool shown;

		d.opt.proto_given = true;
		desk_begin(&d, &proto_smtp, rows[i].part);
		snprintf(d.st.s.peer.address, sizeof d.st.s.peer.address,
		    "192.0.2.1");
		if (rows[i].said != NULL) {
			verdict_line(&d.st.s.dialog, "220 a", 5);
			turns_send(&d.typing, rows[i].said,
			    strlen(rows[i].said), true);
		}
		if (rows[i].reply != NULL) {
			desk_says(&d, rows[i].reply);
			hear_drain(&d.st.s);
		}
		if (rows[i].waits != NULL)
			turns_queue(&d.typing, rows[i].waits,
			    strlen(rows[i].waits), false);
		turns_serve(&d.typing);
		d.typing.reading = true;
		end = term_line(d.term, &line, &shown);
		if (end != TERM_LINE)
			term_half(d.term, &line);
		desk_end(&d);
		buf_add(&line, "", 1);
		if (end != rows[i].end ||
		    strcmp(buf_bytes(&line), rows[i].line) != 0 ||
		    strcmp(buf_bytes(&d.log), rows[i].log) != 0) {
			wrong++;
			print_error("%s: end %d, \"%s\", said \"%s\"\n",
			    rows[i].name, (int)end, buf_bytes(&line),
			    buf_bytes(&d.log));
		}
		buf_free(&line);
		desk_free(&d);
	}
	assert_int_equal(wrong, 0);
}

/* What turns_wait says of a descriptor, of time, and of a signal. */
static void
test_wait(void **state)
{
	static struct desk d;
	int fds[2], nothing, some, later, signalled, signo, abandoned, local;
	int64_t since;

	(void)state;
	assert_int_equal(pipe(fds), 0);
	d.opt.proto_given = true;
	desk_begin(&d, &proto_smtp, NULL);
	since = session_now();
	nothing = turns_wait(&d.typing, fds[0], 60);
	since = session_now() - since;
	later = write(fds[1], "x", 1) == 1 ? turns_wait(&d.typing, -1, 0) : -2;
	some = turns_wait(&d.typing, fds[0], -1);
	raise(SIGTERM);
	signalled = turns_wait(&d.typing, -1, -1);
	signo = signals_next();
	while (signals_next() != 0)
		;
	/* At a local command nothing but the connection's end counts. */
	d.typing.hidden = d.typing.at_local = true;
	local = turns_wait(&d.typing, fds[0], -1);
	d.typing.at_local = false;
	abandoned = turns_wait(&d.typing, fds[0], -1);
	desk_end(&d);
	desk_free(&d);
	close(fds[0]);
	close(fds[1]);
	assert_int_equal(nothing, 0);
	assert_true(since >= 59);
	assert_int_equal(later, 0);
	assert_int_equal(some, 1);
	assert_int_equal(signalled, 0);
	assert_int_equal(signo, SIGTERM);
	assert_int_equal(local, 1);
	assert_int_equal(abandoned, -1);
}

/* That a line waits for long is said without a key. */
static void
test_patience(void **state)
{
	static struct desk d;
	char text[200] = "";
	int fds[2], err, found;

	(void)state;
	assert_int_equal(pipe(fds), 0);
	d.opt.proto_given = true;
	desk_begin(&d, &proto_smtp, NULL);
	turns_queue(&d.typing, "NOOP", 4, true);
	d.typing.since -= 1900;
	err = dup(STDERR_FILENO);
	dup2(fds[1], STDERR_FILENO);
	found = turns_wait(&d.typing, fds[0], -1);
	dup2(err, STDERR_FILENO);
	close(err);
	desk_end(&d);
	desk_free(&d);
	assert_int_equal(found, 1);
	assert_true(read(fds[0], text, sizeof text - 1) > 0);
	assert_int_equal(strncmp(text, "* 1 line waits for", 18), 0);
	close(fds[0]);
	close(fds[1]);
}

/* It is that of the state, also when that changes while a line is read. */
static void
test_prompt(void **state)
{
	static const char *const part[] = { "S:220 a\r\n", "K:DATA\r",
		"S:354 b\r\n", "K:x\r", NULL };
	static struct desk d;
	struct buf line = { 0 };
	bool shown;

	(void)state;
	d.opt.proto_given = true;
	desk_begin(&d, &proto_smtp, part);
	term_line(d.term, &line, &shown);
	turns_send(&d.typing, buf_bytes(&line), line.len, shown);
	term_line(d.term, &line, &shown);
	desk_end(&d);
	buf_free(&line);
	assert_non_null(strstr(buf_bytes(&d.seen), "smtp> "));
	assert_non_null(strstr(buf_bytes(&d.seen), "data> "));
	desk_free(&d);
}

/* Words for TAB. */
static void
test_complete(void **state)
{
	static const struct {
		const char *proto, *steps[STEPS], *line;
		bool local, closed;
		const char *first; /* NULL: none */
		size_t from;
	} rows[] = {
		{ "smtp", { "S:220 a\r\n" }, "rc", 0, 0, "RCPT TO:<", 0 },
		{ "smtp", { "S:220 a\r\n" }, "xy", 0, 0, NULL, 0 },
		{ "smtp",
		    { "S:220 a\r\n", "E:EHLO a",
			"S:250-a\r\n250 AUTH PLAIN LOGIN\r\n" },
		    "auth p", 0, 0, "AUTH PLAIN LOGIN", 0 },
		{ "smtp", { "S:220 a\r\n", "E:DATA", "S:354 b\r\n" }, "rc", 0,
		    0, NULL, 0 },
		{ "smtp", { "S:220 a\r\n" }, "rc", 0, 1, NULL, 0 },
		{ "smtp", { "S:220 a\r\n" }, "sta", 1, 0, "status", 0 },
		{ "smtp", { "S:220 a\r\n" }, "sta", 1, 1, "status", 0 },
		{ "smtp", { "S:220 a\r\n" }, "sta", 0, 0, "STARTTLS", 0 },
		{ "imap", { "S:* OK a\r\n" }, "a1 noo", 0, 0, "NOOP", 3 },
	};
	static struct desk d;
	unsigned wrong = 0;
	size_t i, k;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct complete c = { .count = 0 };
		const char *first = NULL;

		d.opt.proto_given = true;
		desk_begin(&d, protos_find(rows[i].proto), NULL);
		for (k = 0; k < STEPS && rows[i].steps[k] != NULL; k++)
			take_step(&d, rows[i].steps[k]);
		d.typing.at_local = rows[i].local;
		d.st.s.over = rows[i].closed;
		turns_complete(&d.typing, rows[i].line, strlen(rows[i].line),
		    &c);
		desk_end(&d);
		desk_free(&d);
		if (c.count > 0)
			first = c.words[0];
		if ((first == NULL) != (rows[i].first == NULL) ||
		    (first != NULL && strcmp(first, rows[i].first) != 0) ||
		    c.from != rows[i].from) {
			wrong++;
			print_error("row %zu: \"%s\" from %zu\n", i,
			    first == NULL ? "" : first, c.from);
		}
		complete_free(&c);
	}
	assert_int_equal(wrong, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_queue),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_secrets),
		cmocka_unit_test(test_kept),
		cmocka_unit_test(test_forbidden),
		cmocka_unit_test(test_whose),
		cmocka_unit_test(test_close),
		cmocka_unit_test(test_reading),
		cmocka_unit_test(test_wait),
		cmocka_unit_test(test_patience),
		cmocka_unit_test(test_prompt),
		cmocka_unit_test(test_complete),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
