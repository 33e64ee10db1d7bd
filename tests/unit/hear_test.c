/* SPDX-License-Identifier: ISC */
/* hear_test.c - what comes from the server, in whatever segments. */
#include <sys/socket.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "dialog.h"
#include "hear.h"
#include "options.h"
#include "say.h"
#include "session.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

enum { STEPS = 8 };

/*
 * A conversation.  "S:" is a segment that the server sends and we read, "s:"
 * one that stays unread for now, "C:" a line of ours, "END" the server's end.
 */
struct talk {
	const char *name;
	const char *how; /* p: a person, r: --require-tls, f: --fail,
			    u: protocol unknown, g: it is a guess,
			    T: under TLS, w: --raw, v: -v */
	const char *steps[STEPS];
	int status;
	enum turn turn;
	const char *sent; /* NULL: any, as the following */
	const char *proto;
	const char *err; /* is in what stderr has */
};

/* What became of a conversation. */
struct result {
	int status;
	bool over;
	enum turn turn;
	const char *proto;
	bool skip_body, stop, tls;
	char sent[500], out[500], err[2000];
	size_t out_len;
};

static size_t
take(int fd, char *to, size_t size)
{
	ssize_t got;

	fcntl(fd, F_SETFL, O_NONBLOCK);
	got = read(fd, to, size - 1);
	got = got < 0 ? 0 : got;
	to[got] = '\0';
	return (size_t)got;
}

static bool
has(const struct talk *t, char flag)
{
	return strchr(t->how, flag) != NULL;
}

static void
play_step(struct session *s, const char *step, int server)
{
	const char *text = step + 2;
	size_t len = strlen(text);

	if (strcmp(step, "END") == 0)
		shutdown(server, SHUT_WR);
	else if (step[0] == 'C')
		say_line(s, text, len);
	else if (send(server, text, len, MSG_NOSIGNAL) != (ssize_t)len)
		abort();
	if (step[0] == 'S' || step[0] == 'E')
		hear_drain(s);
}

/*
 * Play it all; nothing is asserted while stdout and stderr are elsewhere.
 */
static void
play(const struct talk *t, struct result *r)
{
	struct options opt = {
		.timeout = -1,
		.proto_given = !has(t, 'u') && !has(t, 'g'),
		.require_tls = has(t, 'r'),
		.fail = has(t, 'f'),
		.raw = has(t, 'w'),
		.verbose = has(t, 'v'),
	};
	struct session s;
	int fds[2], out[2], err[2];
	int was_out = dup(STDOUT_FILENO), was_err = dup(STDERR_FILENO);
	size_t i;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, fds) < 0 || pipe(out) < 0 ||
	    pipe(err) < 0)
		abort();
	fflush(NULL);
	dup2(out[1], STDOUT_FILENO);
	dup2(err[1], STDERR_FILENO);
	session_init(&s, &opt, has(t, 'p'));
	wire_open(&s.wire, fds[0]);
	s.over = false;
	s.undecided = has(t, 'u');
	dialog_start(&s.dialog, s.undecided ? &proto_raw : &proto_smtp,
	    !s.undecided);
	s.dialog.tls = has(t, 'T');
	for (i = 0; i < STEPS && t->steps[i] != NULL; i++)
		play_step(&s, t->steps[i], fds[1]);
	r->status = session_status(&s);
	r->over = s.over;
	r->turn = dialog_turn(&s.dialog);
	r->proto = s.dialog.proto->name;
	r->skip_body = s.skip_body;
	r->stop = s.stop;
	r->tls = s.dialog.tls;
	session_free(&s);
	dup2(was_out, STDOUT_FILENO);
	dup2(was_err, STDERR_FILENO);
	take(fds[1], r->sent, sizeof r->sent);
	r->out_len = take(out[0], r->out, sizeof r->out);
	take(err[0], r->err, sizeof r->err);
	close(fds[1]);
	close(was_out);
	close(was_err);
	for (i = 0; i < 2; i++) {
		close(out[i]);
		close(err[i]);
	}
}

static bool
agree(const struct talk *t, const struct result *r)
{
	return r->status == t->status && r->turn == t->turn &&
	    (t->sent == NULL || strcmp(r->sent, t->sent) == 0) &&
	    (t->proto == NULL || strcmp(r->proto, t->proto) == 0) &&
	    (t->err == NULL || strstr(r->err, t->err) != NULL);
}

static void
play_talks(const struct talk *talks, size_t n)
{
	unsigned wrong = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		struct result r;

		play(&talks[i], &r);
		if (agree(&talks[i], &r))
			continue;
		wrong++;
		print_error("%s: status %d, turn %d, %s, sent \"%s\", "
			    "stderr \"%s\"\n",
		    talks[i].name, r.status, (int)r.turn, r.proto, r.sent,
		    r.err);
	}
	assert_int_equal(wrong, 0);
}

/* What must never be given to TLS, and what is no go-ahead. */
static void
test_upgrade(void **state)
{
	static const struct talk talks[] = {
		{ "go-ahead", "",
		    { "S:220 a\r\n", "C:STARTTLS", "S:220 go\r\n" }, 0,
		    TURN_UPGRADE, "STARTTLS\r\n", NULL, "" },
		{ "byte by byte", "",
		    { "S:220 a\r\n", "C:STARTTLS", "S:22", "S:0 go", "S:\r",
			"S:\n" },
		    0, TURN_UPGRADE, NULL, NULL, "" },
		{ "text behind it", "",
		    { "S:220 a\r\n", "C:STARTTLS",
			"S:220 go\r\n250 forged\r\n" },
		    3, TURN_UPGRADE, "STARTTLS\r\n", NULL,
		    "12 bytes of plain text came behind the go-ahead" },
		{ "half a line behind it", "",
		    { "S:220 a\r\n", "C:STARTTLS", "S:220 go\r\nx" }, 3,
		    TURN_UPGRADE, NULL, NULL, "1 byte of plain text" },
		{ "a line end behind it", "p",
		    { "S:220 a\r\n", "C:STARTTLS", "S:220 go\r\n\r\n" }, 3,
		    TURN_UPGRADE, NULL, NULL, "2 bytes of plain text" },
		{ "text in the next segment", "",
		    { "S:220 a\r\n", "C:STARTTLS", "S:220 go\r\n",
			"S:250 forged\r\n" },
		    3, TURN_UPGRADE, NULL, NULL, "12 bytes of plain text" },
		{ "a byte in the next segment", "p",
		    { "S:220 a\r\n", "C:STARTTLS", "S:220 go\r\n", "S:\n" }, 3,
		    TURN_UPGRADE, NULL, NULL, "1 byte of plain text" },
		{ "escapes in it are harmless", "",
		    { "S:220 a\r\n", "C:STARTTLS", "S:220 go\r\n\033[2J\r\n" },
		    3, TURN_UPGRADE, NULL, NULL, "\"\\x1b[2J\\x0d\\x0a\"" },
		{ "there before", "", { "S:220 a\r\n220 go\r\n", "C:STARTTLS" },
		    0, TURN_SERVER, NULL, NULL, "" },
		{ "there before, unread", "",
		    { "S:220 a\r\n", "s:220 go\r\n", "C:STARTTLS" }, 0,
		    TURN_SERVER, NULL, NULL, "" },
		{ "begun before", "",
		    { "S:220 a\r\n", "s:220 g", "C:STARTTLS", "S:o\r\n" }, 0,
		    TURN_SERVER, NULL, NULL, "" },
		{ "one line of it before", "",
		    { "S:220 a\r\n", "s:220-go\r\n", "C:STARTTLS",
			"S:220 on\r\n" },
		    0, TURN_SERVER, NULL, NULL, "" },
		{ "begun before, refused after", "",
		    { "S:220 a\r\n", "s:220", "C:STARTTLS",
			"S: go\r\n454 no\r\n" },
		    3, TURN_COMMAND, NULL, NULL, "refused" },
	};

	(void)state;
	play_talks(talks, ROWS(talks));
}

static void
test_refused(void **state)
{
	static const struct talk talks[] = {
		{ "by script", "",
		    { "S:220 a\r\n", "C:STARTTLS", "S:454 no\r\n",
			"C:MAIL FROM:<>" },
		    3, TURN_COMMAND, "STARTTLS\r\n", NULL, "refused" },
		{ "not agreed to", "",
		    { "S:220 a\r\n", "C:STARTTLS", "S:250 ok\r\n", "C:NOOP" },
		    3, TURN_COMMAND, "STARTTLS\r\n", NULL, "not agreed to" },
		{ "closing", "",
		    { "S:220 a\r\n", "C:STARTTLS", "S:421 bye\r\n", "C:NOOP" },
		    3, TURN_OVER, "STARTTLS\r\n", NULL, "refused" },
		{ "by a person", "p",
		    { "S:220 a\r\n", "C:STARTTLS", "S:502 no\r\n", "C:NOOP" },
		    0, TURN_SERVER, "STARTTLS\r\nNOOP\r\n", NULL,
		    "nothing is protected" },
		{ "by a person who insists", "pr",
		    { "S:220 a\r\n", "C:STARTTLS", "S:502 no\r\n", "C:NOOP" },
		    3, TURN_COMMAND, "STARTTLS\r\n", NULL, "refused" },
	};

	(void)state;
	play_talks(talks, ROWS(talks));
}

static void
test_protocol(void **state)
{
	static const struct talk talks[] = {
		{ "unknown, then SMTP", "u", { "S:220 a ESMTP\r\n" }, 0,
		    TURN_COMMAND, "", "smtp", "" },
		{ "unknown, then LMTP", "u", { "S:220 a LMTP\r\n" }, 0,
		    TURN_COMMAND, "", "lmtp", "" },
		{ "unknown, then POP3", "u", { "S:+OK ready\r\n" }, 0,
		    TURN_COMMAND, "", "pop3", "" },
		{ "unknown, then another", "u", { "S:% ready\r\n" }, 0,
		    TURN_COMMAND, "", "raw", "" },
		{ "greeting of two lines", "u",
		    { "S:220-a ESMTP\r\n", "S:220 b\r\n" }, 0, TURN_COMMAND, "",
		    "smtp", "" },
		{ "a guess, and right", "g", { "S:220 a\r\n" }, 0, TURN_COMMAND,
		    "", "smtp", "" },
		{ "a guess, and LMTP", "g", { "S:220 a LMTP\r\n" }, 0,
		    TURN_COMMAND, "", "lmtp", "" },
		{ "a guess, and wrong", "g", { "S:% hello\r\n" }, 0,
		    TURN_COMMAND, "", "raw", "no greeting of smtp" },
		{ "a guess, and IMAP", "g", { "S:* OK IMAP4\r\n" }, 0,
		    TURN_COMMAND, "", "imap", "" },
		{ "a guess, and refused", "g", { "S:550 no\r\n" }, 5,
		    TURN_COMMAND, "", "smtp", "550" },
		{ "unknown, and refused", "u", { "S:550-no\r\n550 no\r\n" }, 5,
		    TURN_COMMAND, "", NULL, "550" },
		{ "named", "", { "S:* OK IMAP4\r\n" }, 0, TURN_SERVER, "",
		    "smtp", "" },
		{ "told by our command", "u", { "C:EHLO a", "S:250 b\r\n" }, 0,
		    TURN_COMMAND, "EHLO a\r\n", "smtp", "" },
		{ "told by another command", "g",
		    { "S:220 a\r\n", "C:LHLO a", "S:250 b\r\n" }, 0,
		    TURN_COMMAND, "LHLO a\r\n", "lmtp", "" },
		{ "a TLS port", "", { "S:\x15\x03\x01\002\002\x46" }, 3,
		    TURN_SERVER, "", NULL, "-T" },
	};

	(void)state;
	play_talks(talks, ROWS(talks));
}

/* A protocol found out late does not forget that TLS is on. */
static void
test_tls_is_remembered(void **state)
{
	static const struct talk talks[] = {
		{ "by greeting", "uT", { "S:220 a ESMTP\r\n" }, 0, TURN_COMMAND,
		    NULL, NULL, NULL },
		{ "by guess", "gT", { "S:220 a LMTP\r\n" }, 0, TURN_COMMAND,
		    NULL, NULL, NULL },
		{ "by command", "uT", { "C:EHLO a" }, 0, TURN_SERVER, NULL,
		    NULL, NULL },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(talks); i++) {
		struct result r;

		play(&talks[i], &r);
		if (!r.tls)
			fail_msg("%s: forgotten", talks[i].name);
	}
}

static void
test_status(void **state)
{
	static const struct talk talks[] = {
		{ "all well", "",
		    { "S:220 a\r\n", "C:NOOP", "S:250 ok\r\n", "END" }, 0,
		    TURN_COMMAND, NULL, NULL, "" },
		{ "the worst counts", "",
		    { "S:220 a\r\n", "C:NOOP", "S:550 no\r\n", "C:NOOP",
			"S:450 no\r\n" },
		    5, TURN_COMMAND, NULL, NULL, "" },
		{ "transient", "",
		    { "S:220 a\r\n", "C:NOOP", "S:450 no\r\n", "C:NOOP",
			"S:250 ok\r\n" },
		    4, TURN_COMMAND, NULL, NULL, "" },
		{ "not a person's", "p",
		    { "S:220 a\r\n", "C:NOOP", "S:550 no\r\n" }, 0,
		    TURN_COMMAND, NULL, NULL, "" },
		{ "refused at the door", "", { "S:554 no\r\n" }, 5,
		    TURN_COMMAND, NULL, NULL, "554" },
		{ "busy", "", { "S:421 busy\r\n", "END" }, 4, TURN_OVER, NULL,
		    NULL, "421" },
		{ "lost before a reply", "", { "S:220 a\r\n", "C:NOOP", "END" },
		    1, TURN_SERVER, NULL, NULL, "NOOP was still owed" },
		{ "lost in a reply", "",
		    { "S:220 a\r\n", "C:NOOP", "S:250-a\r\n250 b", "END" }, 1,
		    TURN_SERVER, NULL, NULL, "NOOP was still owed" },
		{ "no greeting", "", { "END" }, 1, TURN_SERVER, NULL, NULL,
		    "the greeting was still owed (-T, if it wants TLS" },
		{ "lost in the greeting", "", { "S:220-a\r\n", "END" }, 1,
		    TURN_SERVER, NULL, NULL, "the greeting was still owed\n" },
		{ "said good-bye", "",
		    { "S:220 a\r\n", "C:QUIT", "S:221 bye\r\n", "END" }, 0,
		    TURN_OVER, NULL, NULL, "" },
	};

	(void)state;
	play_talks(talks, ROWS(talks));
}

/* Told to whoever plays the script. */
static void
test_script_is_told(void **state)
{
	static const struct talk refused = { "no data", "",
		{ "S:220 a\r\n", "C:DATA", "S:503 no\r\n" }, 5, TURN_COMMAND,
		NULL, NULL, NULL };
	static const struct talk fail = { "--fail", "f",
		{ "S:220 a\r\n", "C:NOOP", "S:450 no\r\n" }, 4, TURN_COMMAND,
		NULL, NULL, NULL };
	struct result r;

	(void)state;
	play(&refused, &r);
	assert_true(agree(&refused, &r));
	assert_true(r.skip_body);
	assert_false(r.stop);
	play(&fail, &r);
	assert_true(agree(&fail, &r));
	assert_false(r.skip_body);
	assert_true(r.stop);
}

/* Where others could read it. */
static void
test_secrets(void **state)
{
	static const struct talk talks[] = {
		{ "warned about", "",
		    { "S:220 a\r\n", "C:AUTH PLAIN c2VjcmV0" }, 0, TURN_SERVER,
		    "AUTH PLAIN c2VjcmV0\r\n", NULL, "in plain text" },
		{ "not sent", "r", { "S:220 a\r\n", "C:AUTH PLAIN c2VjcmV0" },
		    3, TURN_COMMAND, "", NULL, "not sent" },
		{ "the answer not sent", "r",
		    { "S:220 a\r\n", "C:AUTH LOGIN", "S:334 \r\n",
			"C:c2VjcmV0" },
		    3, TURN_SECRET, "AUTH LOGIN\r\n", NULL, "not sent" },
		{ "but given up", "r",
		    { "S:220 a\r\n", "C:AUTH LOGIN", "S:334 \r\n", "C:*" }, 0,
		    TURN_SERVER, "AUTH LOGIN\r\n*\r\n", NULL, "" },
		{ "nor shown", "v", { "S:220 a\r\n", "C:AUTH PLAIN c2VjcmV0" },
		    0, TURN_SERVER, NULL, NULL, "C: AUTH PLAIN ********\n" },
	};

	(void)state;
	play_talks(talks, ROWS(talks));
}

static void
test_line_ends(void **state)
{
	static const struct talk talks[] = {
		{ "CR LF", "", { "S:220 a\r\n", "C:NOOP \r" }, 0, TURN_SERVER,
		    "NOOP \r\r\n", NULL, "" },
		{ "--raw", "w", { "S:220 a\r\n", "C:NOOP" }, 0, TURN_SERVER,
		    "NOOP\r\n", NULL, "" },
		{ "bare LF is noted", "v", { "S:220 a\n" }, 0, TURN_COMMAND, "",
		    NULL, "ended in LF" },
	};

	(void)state;
	play_talks(talks, ROWS(talks));
}

/* To a pipe the server's bytes go as they are, an unfinished line too. */
static void
test_bytes(void **state)
{
	static const struct talk talk = { "bytes", "",
		{ "S:220 \033[31m\xff\xc3", "S:\xbc\r\n* forged\n",
		    "S:\r\r\n\n", "S:half \r", "END" },
		0, TURN_COMMAND, "", NULL, "" };
	struct result r;

	(void)state;
	play(&talk, &r);
	assert_true(agree(&talk, &r));
	assert_string_equal(r.out,
	    "220 \033[31m\xff\xc3\xbc\r\n* forged\n\r\r\n\nhalf \r");
}

/* A line that is longer than all buffers is one line of one reply. */
static void
test_long_line(void **state)
{
	enum { LONG = 200000 };
	struct options opt = { .timeout = -1, .proto_given = true };
	char *text = malloc(LONG);
	int fds[2], was_out = dup(STDOUT_FILENO);
	int null = open("/dev/null", O_WRONLY);
	struct session s;
	size_t sent = 0, at;
	enum turn before, after;

	(void)state;
	assert_non_null(text);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	memset(text, 'x', LONG);
	memcpy(text, "220-", 4);
	/* No piece of it is a line by itself. */
	for (at = LINE_MOST; at < LONG; at += LINE_MOST)
		memcpy(text + at, "220 x", 5);
	dup2(null, STDOUT_FILENO);
	session_init(&s, &opt, false);
	wire_open(&s.wire, fds[0]);
	s.over = false;
	dialog_start(&s.dialog, &proto_smtp, true);
	play_step(&s, "S:220-a\r\n", fds[1]);
	while (sent < LONG) {
		ssize_t put =
		    send(fds[1], text + sent, LONG - sent, MSG_DONTWAIT);

		sent += put > 0 ? (size_t)put : 0;
		hear_drain(&s);
	}
	play_step(&s, "S:\r\n", fds[1]);
	before = dialog_turn(&s.dialog);
	play_step(&s, "S:220 b\r\n", fds[1]);
	after = dialog_turn(&s.dialog);
	dup2(was_out, STDOUT_FILENO);
	assert_int_equal(before, TURN_SERVER);
	assert_int_equal(after, TURN_COMMAND);
	session_free(&s);
	close(fds[1]);
	close(null);
	close(was_out);
	free(text);
}

static void
count_byte(void *arg)
{
	struct session *s = arg;
	char byte;

	if (read(s->sideline->fd, &byte, 1) == 1)
		s->worst++;
	else
		s->sideline->fd = -1;
}

/* Another descriptor is looked after, with a connection and without one. */
static void
test_sideline(void **state)
{
	struct options opt = { .timeout = -1 };
	struct session s;
	int fds[2], input[2];
	struct sideline side = { .ready = count_byte, .arg = &s };

	(void)state;
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(pipe(input), 0);
	side.fd = fds[0];
	session_init(&s, &opt, true);
	assert_int_equal(hear_wait(&s, input[0], 0), HEAR_OVER);
	s.sideline = &side;
	s.over = false;
	assert_int_equal(hear_wait(&s, input[0], 0), 0);
	assert_int_equal(write(fds[1], "ab", 2), 2);
	assert_int_equal(hear_wait(&s, input[0], -1), HEAR_BESIDE);
	assert_int_equal(write(input[1], "c", 1), 1);
	assert_int_equal(hear_wait(&s, input[0], -1), HEAR_BESIDE | HEAR_INPUT);
	assert_int_equal(s.worst, 2);
	close(fds[1]);
	assert_int_equal(hear_wait(&s, -1, -1), HEAR_BESIDE);
	assert_int_equal(hear_wait(&s, -1, 0), 0);
	session_free(&s);
	close(fds[0]);
	close(input[0]);
	close(input[1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_upgrade),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_protocol),
		cmocka_unit_test(test_tls_is_remembered),
		cmocka_unit_test(test_status),
		cmocka_unit_test(test_script_is_told),
		cmocka_unit_test(test_secrets),
		cmocka_unit_test(test_line_ends),
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_long_line),
		cmocka_unit_test(test_sideline),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
