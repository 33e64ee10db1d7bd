/* SPDX-License-Identifier: ISC */
/* tell_test.c - what a session and its user are told of the server's words. */
#include <stdlib.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "protos.h"
#include "say.h"
#include "stage.h"
#include "stopwatch.h"
#include "tell.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

enum { STEPS = 8 };

/* A stage is large: one for all rows. */
static struct stage *
stage(void)
{
	static struct stage st;

	return &st;
}

/*
 * "S:" the server says, "C:" we do.  How: p a person types, v -v, a all is
 * explained, n nothing, o offstage, j judged by a transcript, A --auto-pong,
 * t --time, O it is over.
 */
struct row {
	const char *name, *how, *proto;
	const char *steps[STEPS];
	const char *err; /* "~" before what is but in it */
};

static void
play(const struct row *row, struct stage *st)
{
	struct options opt = {
		.timeout = -1,
		.proto_given = true,
		.verbose = strchr(row->how, 'v') != NULL,
		.auto_pong = strchr(row->how, 'A') != NULL,
	};
	struct session *s = &st->s;
	size_t i;

	stage_begin(st, &opt, strchr(row->how, 'p') != NULL,
	    protos_find(row->proto));
	s->out.quiet = false;
	s->explain = strchr(row->how, 'a') != NULL ? EXPLAIN_ALL :
	    strchr(row->how, 'n') != NULL          ? EXPLAIN_NONE :
						     EXPLAIN_REFUSALS;
	s->offstage = strchr(row->how, 'o') != NULL;
	s->judged = strchr(row->how, 'j') != NULL;
	if (strchr(row->how, 't') != NULL) {
		session_time(s);
		s->time = true;
	}
	for (i = 0; i < STEPS && row->steps[i] != NULL; i++) {
		const char *step = row->steps[i];

		s->over = s->over || strchr(row->how, 'O') != NULL;
		if (step[0] == 'S')
			stage_hears(st, step + 2);
		else
			say_line(s, step + 2, strlen(step + 2));
	}
	stage_end(st);
}

static void
play_rows(const struct row *rows, size_t n)
{
	unsigned wrong = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		struct stage *st = stage();

		play(&rows[i], st);
		if (rows[i].err[0] == '~' ?
			strstr(st->err, rows[i].err + 1) != NULL :
			strcmp(st->err, rows[i].err) == 0)
			continue;
		wrong++;
		print_error("%s:\n%snot\n%s", rows[i].name, st->err,
		    rows[i].err);
	}
	assert_int_equal(wrong, 0);
}

#define HELLO "S:220 a\r\n", "C:EHLO b", "S:250 c\r\n"

/* Which replies are explained. */
static void
test_explained(void **state)
{
	static const struct row rows[] = {
		{ "a refusal", "", "smtp", { HELLO, "C:NOOP", "S:500 no\r\n" },
		    "~    500    the server knows no such command " },
		{ "nothing", "n", "smtp", { HELLO, "C:NOOP", "S:500 no\r\n" },
		    "" },
		{ "no success", "", "smtp", { HELLO, "C:NOOP", "S:250 x\r\n" },
		    "" },
		{ "all of it", "a", "smtp", { HELLO, "C:NOOP", "S:250 x\r\n" },
		    "~\n    250    done " },
		{ "a challenge", "", "smtp",
		    { HELLO, "C:AUTH LOGIN", "S:334 VXNlcm5hbWU6\r\n" },
		    "~           that is \"Username:\"\n" },
		{ "none that telex reads", "o", "smtp",
		    { HELLO, "C:AUTH LOGIN", "S:334 VXNlcm5hbWU6\r\n" }, "" },
		{ "what had no argument", "", "pop3",
		    { "S:+OK a\r\n", "C:USER", "S:-ERR b\r\n" },
		    "~           form: USER name " },
		{ "what had one", "", "pop3",
		    { "S:+OK a\r\n", "C:USER c", "S:-ERR b\r\n" },
		    "    -ERR   refused, or not understood                  "
		    "(RFC 1939, 3)\n" },
		{ "an empty challenge", "", "smtp",
		    { HELLO, "C:AUTH PLAIN", "S:334 \r\n" },
		    "~ your first word is awaited; PLAIN: NUL name " },
		{ "none that telex waits for", "o", "smtp",
		    { HELLO, "C:AUTH PLAIN", "S:334 \r\n" }, "" },
		{ "an IMAP one", "", "imap",
		    { "S:* OK a\r\n", "C:a AUTHENTICATE PLAIN", "S:+ \r\n" },
		    "~ your first word is awaited; PLAIN: NUL name " },
		{ "no go-ahead for anything else", "", "imap",
		    { "S:* OK a\r\n", "C:a IDLE", "S:+ \r\n" }, "" },
		{ "of a header, by its first line", "", "http",
		    { "C:GET / HTTP/1.0", "C:", "S:HTTP/1.0 404 a\r\n",
			"S:Content-Length: 0\r\n\r\n" },
		    "~    404    " },
		{ "of lines, by the last", "", "ftp",
		    { "S:220 a\r\n", "C:NOOP", "S:500-no\r\n", "S: more\r\n",
			"S:500 end\r\n" },
		    "~    500    the server knows no such command " },
	};

	(void)state;
	play_rows(rows, ROWS(rows));
}

/* What a line says beside its code. */
static void
test_remarks(void **state)
{
	static const struct row rows[] = {
		{ "for a person", "pn", "ftp",
		    { "S:220 a\r\n", "C:PASV", "S:227 ok (127,0,0,1,4,1)\r\n" },
		    "* data connection at 127.0.0.1 port 1025; "
		    "telex opens none\n" },
		{ "for -v", "vn", "ftp",
		    { "S:220 a\r\n", "C:PASV", "S:227 ok (127,0,0,1,4,1)\r\n" },
		    "~* data connection at 127.0.0.1 port 1025; "
		    "telex opens none\n" },
		{ "for no script", "n", "ftp",
		    { "S:220 a\r\n", "C:PASV", "S:227 ok (127,0,0,1,4,1)\r\n" },
		    "" },
		{ "not of any line", "pn", "ftp",
		    { "S:220 a\r\n", "C:NOOP", "S:200 ok\r\n" }, "" },
		{ "nor any protocol", "pn", "smtp",
		    { HELLO, "C:NOOP", "S:227 ok (127,0,0,1,4,1)\r\n" }, "" },
	};

	(void)state;
	play_rows(rows, ROWS(rows));
}

/* The first line tells the protocol better than a port does. */
static void
test_greeting(void **state)
{
	static const struct {
		const char *proto;
		bool undecided, given;
		const char *line, *told, *err;
	} rows[] = {
		{ "raw", true, false, "220 a ESMTP", "smtp", "" },
		{ "raw", true, false, "hello", "raw", "" },
		{ "smtp", false, false, "220 a ESMTP", "smtp", "" },
		{ "smtp", false, false, "* OK IMAP4", "imap", "" },
		{ "smtp", false, true, "* OK IMAP4", "smtp", "" },
		{ "smtp", false, true, "hello", "smtp", "" },
		{ "smtp", false, false, "hello", "raw",
		    "* this is no greeting of smtp: lines pass as they are "
		    "(-P smtp insists)\n" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct options opt = { .timeout = -1,
			.proto_given = rows[i].given };
		struct stage *st = stage();
		const struct proto *told;
		bool undecided;

		stage_begin(st, &opt, false, protos_find(rows[i].proto));
		st->s.undecided = rows[i].undecided;
		tell_greeting(&st->s, rows[i].line, strlen(rows[i].line));
		told = st->s.dialog.proto;
		undecided = st->s.undecided;
		stage_end(st);
		assert_string_equal(told->name, rows[i].told);
		assert_string_equal(st->err, rows[i].err);
		assert_false(undecided);
	}
}

/* What is asked of telex itself it answers, and then says nothing of it. */
static void
test_answers(void **state)
{
	static const struct {
		const char *how;
		const char *said[2];
		const char *answer; /* it waits to be sent */
	} rows[] = {
		{ "A", { "PING :a\r\n" }, "PONG :a" },
		{ "A", { "PING :a\r\nPING :b\r\n", "PING :c\r\n" },
		    "PONG :a\r\nPONG :b\r\nPONG :c" },
		{ "A", { ":x NOTICE a :b\r\n" }, "" },
		{ "", { "PING :a\r\n" }, "" },
	};
	size_t i, k;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct stage *st = stage();
		struct options opt = { .timeout = -1,
			.proto_given = true,
			.auto_pong = rows[i].how[0] == 'A' };
		const struct buf *b = &st->s.answer;
		char answer[100];

		stage_begin(st, &opt, false, protos_find("irc"));
		for (k = 0; k < 2 && rows[i].said[k] != NULL; k++)
			stage_hears(st, rows[i].said[k]);
		snprintf(answer, sizeof answer, "%.*s", (int)b->len,
		    b->len == 0 ? "" : buf_bytes(b));
		stage_end(st);
		assert_string_equal(answer, rows[i].answer);
	}
}

/* How long each reply took, where that is wanted. */
static void
test_times(void **state)
{
	static const struct row timed = { "", "tn", "smtp",
		{ "S:220 a\r\n", "C:NOOP", "S:250-b\r\n", "S:250 c\r\n",
		    "C:XNONE", "S:500 d\r\n", "S:250 unasked\r\n" },
		"" };
	struct stage *st = stage();
	const char *at;
	unsigned lines = 0, ms;
	char end;

	(void)state;
	play(&timed, st);
	for (at = st->err; *at != '\0'; at = strchr(at, '\n') + 1) {
		assert_int_equal(sscanf(at, "* %*u.%3u s%c", &ms, &end), 2);
		assert_int_equal(end, '\n');
		lines++;
	}
	/* One for each reply, whatever its lines. */
	assert_int_equal(lines, 3);
}

/* Under what name a reply is in the summary. */
static void
test_laps(void **state)
{
	static const char *const words[] = { "NOOP", "unknown", "MAIL", "RCPT",
		"DATA", "message" };
	static const char *const said[] = { "NOOP", "XNONE", "MAIL FROM:<>",
		"RCPT TO:<a>", "DATA", "." };
	struct options opt = { .timeout = -1, .proto_given = true };
	struct stage *st = stage();
	struct stopwatch w = { .nlaps = 0 };
	size_t i;

	(void)state;
	stage_begin(st, &opt, false, protos_find("smtp"));
	session_time(&st->s);
	stage_hears(st, "220 a\r\n");
	for (i = 0; i < ROWS(said); i++) {
		say_line(&st->s, said[i], strlen(said[i]));
		stage_hears(st, i == 4 ? "354 go\r\n" : "250 ok\r\n");
	}
	w = *st->s.watch;
	stage_end(st);
	assert_int_equal(w.nlaps, ROWS(words));
	for (i = 0; i < ROWS(words); i++) {
		assert_string_equal(w.laps[i].word, words[i]);
		assert_int_equal(w.laps[i].count, 1);
	}
	assert_true(w.phases[PHASE_GREETING] > 0);
	assert_string_equal(st->err, "");
}

/* Lines that nobody asked for. */
static void
test_unasked(void **state)
{
	static const struct row rows[] = {
		{ "junk", "n", "smtp", { HELLO, "S:hello\r\n" },
		    "! that line is no reply of smtp\n" },
		{ "a reply", "n", "smtp", { HELLO, "S:250 d\r\n" }, "" },
		{ "a reply, -v", "vn", "smtp", { HELLO, "S:250 d\r\n" },
		    "~* nobody asked for that line\n" },
		{ "a reply, when it is over", "vnO", "smtp",
		    { "S:220 a\r\n", "S:250 d\r\n" }, "" },
		{ "one that may be", "vn", "imap",
		    { "S:* OK a\r\n", "S:* 5 EXISTS\r\n" }, "" },
	};

	(void)state;
	play_rows(rows, ROWS(rows));
}

static void
test_refusals(void **state)
{
	static const struct row rows[] = {
		{ "by the greeting", "n", "smtp", { "S:554 no\r\n" },
		    "! the server refuses this session (554 in "
		    "place of a greeting)\n" },
		{ "as it should", "nj", "smtp", { "S:554 no\r\n" }, "" },
		{ "of TLS", "pn", "smtp",
		    { HELLO, "C:STARTTLS", "S:454 no\r\n" },
		    "! the server refused TLS: nothing is protected\n" },
		{ "of TLS, as it should", "pnj", "smtp",
		    { HELLO, "C:STARTTLS", "S:454 no\r\n" }, "" },
		{ "no go-ahead", "pn", "smtp",
		    { HELLO, "C:STARTTLS", "S:250 no\r\n" },
		    "! this is no go-ahead for TLS: nothing is protected\n" },
		{ "of TLS, by a script", "n", "smtp",
		    { HELLO, "C:STARTTLS", "S:454 no\r\n" },
		    "telex: STARTTLS was refused: the server said "
		    "no; nothing more is sent in plain text\n" },
		{ "no go-ahead, by a script", "n", "smtp",
		    { HELLO, "C:STARTTLS", "S:250 no\r\n" },
		    "telex: STARTTLS was not agreed to: the answer "
		    "is not its go-ahead; nothing more is sent in "
		    "plain text\n" },
	};

	(void)state;
	play_rows(rows, ROWS(rows));
}

/* Only what comes first is taken for an alert of TLS. */
static void
test_alert(void **state)
{
	static const struct {
		const char *said;
		size_t n, received;
		bool is;
	} rows[] = {
		{ "\x15\x03\x01", 3, 3, true },
		{ "\x15\x03\x03\x00\x02", 5, 5, true },
		{ "\x15\x03", 2, 2, false },
		{ "\x15\x03\x01", 3, 4, false },
		{ "\x16\x03\x01", 3, 3, false },
		{ "\x15\x02\x01", 3, 3, false },
		{ "220 a", 5, 5, false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct options opt = { .timeout = -1 };
		struct stage *st = stage();
		int status;

		stage_begin(st, &opt, false, protos_find("smtp"));
		st->s.wire.received = rows[i].received;
		tell_alert(&st->s, rows[i].said, rows[i].n);
		status = st->s.status;
		stage_end(st);
		assert_string_equal(st->err,
		    rows[i].is ? "telex: the server answered with an alert of "
				 "TLS: this port is for TLS from the first "
				 "byte (try -T)\n" :
				 "");
		assert_int_equal(status, rows[i].is ? STATUS_TLS : 0);
	}
}

static const char likely[] = " (-T, if it wants TLS from the first byte)";

/* By port and protocol, and by what came before. */
static void
test_silence(void **state)
{
	static const struct {
		const char *name;
		uint16_t port;
		const struct proto *proto;
		const char *how;  /* p: a person, h: heard, j: judged by a
				     transcript, a: pointed out already */
		int after;        /* milliseconds */
		const char *mute; /* of an error */
		const char *note; /* how it is pointed out */
	} rows[] = {
		{ "a script", 1234, &proto_smtp, "", 10000, likely,
		    "* no greeting came for 10 s: is this a port for TLS? "
		    "(-T)\n" },
		{ "a person", 1234, &proto_smtp, "p", 10000, likely,
		    "* no greeting came for 10 s: is this a port for TLS? "
		    "(-T)\n" },
		{ "once", 1234, &proto_smtp, "a", 0, likely, NULL },
		{ "something came", 1234, &proto_smtp, "h", 0, "", NULL },
		{ "a transcript", 1234, &proto_smtp, "j", 0, likely, NULL },
		{ "a port without TLS", 25, &proto_smtp, "", 10000, "",
		    "* no greeting came for 10 s (some servers let a stranger "
		    "wait)\n" },
		{ "a port for TLS", 993, &proto_imap, "", 3000, likely,
		    "! nothing came for 3 s, and port 993 is one for TLS (try "
		    "-T)\n" },
		{ "... and a transcript", 993, &proto_imap, "j", 3000, likely,
		    "! nothing came for 3 s, and port 993 is one for TLS (try "
		    "-T)\n" },
		{ "the client speaks first", 8080, &proto_http, "", 0, likely,
		    NULL },
		{ "no protocol", 4000, &proto_raw, "p", 0, likely, NULL },
	};
	struct stage *st = stage();
	unsigned wrong = 0;
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct options opt = { .port = rows[i].port, .escape = -1 };
		const char *how = rows[i].how, *mute;
		int after, again = 0;

		stage_begin(st, &opt, strchr(how, 'p') != NULL, rows[i].proto);
		st->s.judged = strchr(how, 'j') != NULL;
		st->s.hinted = strchr(how, 'a') != NULL;
		if (strchr(how, 'h') != NULL)
			stage_hears(st, "220");
		mute = tell_mute(&st->s);
		after = tell_silent_after(&st->s);
		if (after > 0) {
			tell_silence(&st->s);
			again = tell_silent_after(&st->s);
		}
		stage_end(st);
		if (after == rows[i].after && again == 0 &&
		    strcmp(mute, rows[i].mute) == 0 &&
		    strcmp(st->err, rows[i].note == NULL ? "" : rows[i].note) ==
			0)
			continue;
		wrong++;
		print_error("%s: %d ms, then %d, \"%s\", \"%s\"\n",
		    rows[i].name, after, again, mute, st->err);
	}
	assert_int_equal(wrong, 0);
}

/* The server closes, in the midst of what we say or not. */
static void
test_cut(void **state)
{
	static const struct {
		const char *how, *proto;
		const char *steps[5];
		const char *err; /* is in stderr; NULL: all is well */
	} rows[] = {
		{ "", "smtp", { "S:220 a\r\n", "C:NOOP", "S:250 b\r\n" },
		    NULL },
		{ "", "smtp", { "S:220 a\r\n", "C:DATA", "S:354 b\r\n" },
		    "telex: the server closed the connection in the mail data: "
		    "the message was not completed\n" },
		{ "p", "smtp",
		    { "S:220 a\r\n", "C:DATA", "S:354 b\r\n", "C:x" },
		    "closed the connection in the mail data" },
		{ "j", "smtp", { "S:220 a\r\n", "C:DATA", "S:354 b\r\n" },
		    NULL },
		{ "", "smtp",
		    { "S:220 a\r\n", "C:DATA", "S:354 b\r\n", "C:.",
			"S:250 c\r\n" },
		    NULL },
		{ "", "smtp", { "S:220 a\r\n", "C:AUTH LOGIN", "S:334 b\r\n" },
		    "closed the connection where it awaited a secret\n" },
		{ "s", "smtp", { "S:220 a\r\n", "C:AUTH LOGIN", "S:334 b\r\n" },
		    NULL },
		{ "", "imap",
		    { "S:* OK a\r\n", "C:a APPEND b {9}", "S:+ go\r\n" },
		    "closed the connection in a literal" },
		{ "", "imap",
		    { "S:* OK a\r\n", "C:a APPEND b {1}", "S:+ go\r\n",
			"C:x (" },
		    NULL },
		{ "", "http", { "C:PUT / HTTP/1.0", "C:" }, NULL },
	};
	size_t i, k;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct options opt = { .timeout = -1, .proto_given = true };
		struct stage *st = stage();
		bool cut;
		int status;

		stage_begin(st, &opt, strchr(rows[i].how, 'p') != NULL,
		    protos_find(rows[i].proto));
		st->s.judged = strchr(rows[i].how, 'j') != NULL;
		for (k = 0; k < 5 && rows[i].steps[k] != NULL; k++) {
			const char *step = rows[i].steps[k];

			if (step[0] == 'S')
				stage_hears(st, step + 2);
			else
				say_line(&st->s, step + 2, strlen(step + 2));
		}
		if (strchr(rows[i].how, 's') != NULL)
			wire_shut(&st->s.wire);
		cut = tell_cut(&st->s);
		status = st->s.status;
		stage_end(st);
		if (cut != (rows[i].err != NULL) ||
		    status != (cut ? STATUS_NETWORK : 0) ||
		    (cut && strstr(st->err, rows[i].err) == NULL))
			fail_msg("%zu: %d, status %d, \"%s\"", i, (int)cut,
			    status, st->err);
	}
}

/* What came too early is shown, and harmless. */
static void
test_injected(void **state)
{
	struct options opt = { .timeout = -1 };
	struct stage *st = stage();
	int status;

	(void)state;
	stage_begin(st, &opt, true, protos_find("smtp"));
	tell_injected(&st->s, "\033c", 2);
	status = st->s.status;
	stage_end(st);
	assert_string_equal(st->err,
	    "telex: TLS was not begun: 2 bytes of plain text came behind the "
	    "go-ahead, as from an attacker in between: \"\\x1bc\"\n");
	assert_int_equal(status, STATUS_TLS);
	stage_begin(st, &opt, true, protos_find("smtp"));
	tell_injected(&st->s, "a", 1);
	stage_end(st);
	assert_non_null(strstr(st->err, ": 1 byte of plain text came"));
}

/* What is kept of replies for others: the worst, and what not to send. */
static void
test_kept(void **state)
{
	static const struct {
		const char *how, *proto;
		const char *steps[5];
		int worst;
		bool stop, skip;
	} rows[] = {
		{ "", "smtp", { "S:220 a\r\n", "C:NOOP", "S:450 b\r\n" }, 4,
		    false, false },
		{ "f", "smtp", { "S:220 a\r\n", "C:NOOP", "S:550 b\r\n" }, 5,
		    true, false },
		{ "f", "smtp", { "S:220 a\r\n", "C:NOOP", "S:250 b\r\n" }, 0,
		    false, false },
		{ "fj", "smtp", { "S:220 a\r\n", "C:NOOP", "S:550 b\r\n" }, 0,
		    false, false },
		{ "", "smtp", { "S:220 a\r\n", "C:DATA", "S:503 b\r\n" }, 5,
		    false, true },
		{ "", "smtp", { "S:450 a\r\n" }, 4, true, false },
		{ "p", "smtp", { "S:450 a\r\n" }, 4, false, false },
		{ "", "smtp",
		    { "S:220 a\r\n", "C:NOOP", "S:550 b\r\n", "C:NOOP",
			"S:450 c\r\n" },
		    5, false, false },
		/* IMAP's servers say such things unasked. */
		{ "f", "imap", { "S:* OK a\r\n", "S:* NO disk is full\r\n" }, 0,
		    false, false },
	};
	size_t i, k;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct options opt = { .timeout = -1,
			.proto_given = true,
			.fail = strchr(rows[i].how, 'f') != NULL };
		struct stage *st = stage();
		struct session *s = &st->s;
		int worst;
		bool stop, skip;

		stage_begin(st, &opt, strchr(rows[i].how, 'p') != NULL,
		    protos_find(rows[i].proto));
		s->judged = strchr(rows[i].how, 'j') != NULL;
		for (k = 0; k < 5 && rows[i].steps[k] != NULL; k++) {
			const char *step = rows[i].steps[k];

			if (step[0] == 'S')
				stage_hears(st, step + 2);
			else
				say_line(s, step + 2, strlen(step + 2));
		}
		worst = s->worst;
		stop = s->stop;
		skip = s->skip_body;
		stage_end(st);
		if (worst != rows[i].worst || stop != rows[i].stop ||
		    skip != rows[i].skip)
			fail_msg("row %zu: %d %d %d", i, worst, stop, skip);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_greeting),
		cmocka_unit_test(test_explained),
		cmocka_unit_test(test_remarks),
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_laps),
		cmocka_unit_test(test_unasked),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_alert),
		cmocka_unit_test(test_silence),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_injected),
		cmocka_unit_test(test_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
