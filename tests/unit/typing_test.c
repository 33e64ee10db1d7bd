/* SPDX-License-Identifier: ISC */
/* typing_test.c - a person's side of the conversation. */
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "desk.h"
#include "typing.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])
#define LIKELY " (-T, if it wants TLS from the first byte)\n"

enum { PARTS = 16 };

struct row {
	const char *name;
	const char *part[PARTS]; /* see desk.h */
	const char *log;
	const char *err;
};

/* The server ends when we have, and not before; unless ^C is the next thing:
 * then that comes instead. */
static void
server_ready(void *arg)
{
	struct desk *d = arg;
	char byte;

	desk_hear(d);
	if (recv(d->st.server, &byte, 1, MSG_DONTWAIT | MSG_PEEK) != 0)
		return;
	d->st.s.sideline->fd = -1;
	buf_adds(&d->log, "(end)");
	if (*d->part != NULL && strcmp(*d->part, "INT") == 0)
		raise(SIGINT);
	else
		shutdown(d->st.server, SHUT_WR);
}

static int
play(struct desk *d, const char *const *part, const char *transcript)
{
	struct sideline server = { .ready = server_ready, .arg = d };
	int signo;

	d->opt.proto_given = true;
	d->opt.proto = &proto_smtp;
	desk_begin(d, &proto_smtp, part);
	d->typing.connected = false;
	server.fd = d->st.server;
	d->st.s.sideline = &server;
	if (transcript != NULL)
		desk_lesson(d, transcript);
	signo = typing_run(&d->typing, &d->st.s, &d->opt, d->term);
	d->st.s.sideline = NULL;
	desk_end(d);
	return signo;
}

static void
play_rows(const struct row *rows, size_t n, const char *transcript)
{
	static struct desk d;
	unsigned wrong = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		int signo = play(&d, rows[i].part, transcript);

		if (strcmp(buf_bytes(&d.log), rows[i].log) != 0 ||
		    strcmp(d.st.err, rows[i].err) != 0 || signo != 0 ||
		    strstr(buf_bytes(&d.seen), "hunter2") != NULL) {
			wrong++;
			print_error("%s: \"%s\", stderr \"%s\"\n", rows[i].name,
			    buf_bytes(&d.log), d.st.err);
		}
		desk_free(&d);
	}
	assert_int_equal(wrong, 0);
}

/* Each line goes when it is its turn. */
static void
test_lines(void **state)
{
	static const struct row rows[] = {
		{ "one by one",
		    { "S:220 a\r\n", "K:NOOP\r", "S:250 b\r\n", "K:QUIT\r",
			"S:221 c\r\n" },
		    "{220 a\n}NOOP\n{250 b\n}QUIT\n{221 c\n}(end)",
		    "* closed by the server after 0 s: 2 commands\n" },
		{ "typed ahead",
		    { "K:NOOP\r", "K:RSET\r", "S:220 a\r\n", "S:250 b\r\n" },
		    "{220 a\n}NOOP\n{250 b\n}RSET\n",
		    "telex: the server closed the connection: RSET was still "
		    "owed\n" },
		{ "behind one that waits",
		    { "S:220 a\r\n", "K:NOOP\r", "K:RSET\r", "K:VRFY a\r",
			"S:250 b\r\n", "S:250 c\r\n", "S:250 d\r\n" },
		    "{220 a\n}NOOP\n{250 b\n}RSET\n{250 c\n}VRFY a\n{250 d\n}",
		    "* closed by the server after 0 s: 3 commands\n" },
		{ "a paste",
		    { "S:220 a\r\n", "K:MAIL FROM:<>\rRCPT TO:<a>\rDATA\r",
			"S:250 b\r\n", "S:250 c\r\n", "S:354 d\r\n" },
		    "{220 a\n}MAIL FROM:<>\n{250 b\n}RCPT TO:<a>\n{250 "
		    "c\n}DATA\n{354 d\n}",
		    "smtp> MAIL FROM:<>\nsmtp> RCPT TO:<a>\nsmtp> DATA\n"
		    "telex: the server closed the connection in the mail data: "
		    "the message was not completed\n" },
		{ "one of them is refused",
		    { "S:220 a\r\n", "K:DATA\rRSET\r.\rNOOP\r", "S:503 b\r\n",
			"S:250 c\r\n" },
		    "{220 a\n}DATA\n{503 b\n}NOOP\n{250 c\n}",
		    "smtp> DATA\n! the command was refused: 2 lines of it "
		    "that "
		    "waited were not sent\nsmtp> NOOP\n* closed by the "
		    "server after 0 s: "
		    "2 commands, 1 refused (last: 503)\n" },
		{ "a secret is not seen",
		    { "S:220 a\r\n", "K:AUTH LOGIN\r", "S:334 b\r\n",
			"K:hunter2\r", "S:235 c\r\n", "K:NOOP\r" },
		    "{220 a\n}AUTH LOGIN\n{334 b\n}hunter2\n{235 c\n}NOOP\n",
		    "telex: the server closed the connection: NOOP was still "
		    "owed\n" },
		{ "the server goes while one waits",
		    { "S:220 a\r\n", "K:NOOP\r", "K:RSET\r", "CLOSE" },
		    "{220 a\n}NOOP\n",
		    "telex: the server closed the connection: NOOP was still "
		    "owed\n! 1 line was not sent\n" },
		{ "... two", { "K:RSET\r", "K:NOOP\r", "CLOSE" }, "",
		    "telex: the server closed the connection: the "
		    "greeting was still owed" LIKELY
		    "! 2 lines were not sent\n" },
		{ "... and half a line",
		    { "S:220 a\r\n", "K:NO", "K:\002\033OP", "CLOSE" },
		    "{220 a\n}",
		    "! not sent: NO\n* closed by the server after 0 s: 0 "
		    "commands\n" },
	};

	(void)state;
	play_rows(rows, ROWS(rows), NULL);
}

/* Keys that are no line. */
static void
test_keys(void **state)
{
	static const struct row rows[] = {
		{ "^C drops what waits",
		    { "K:NOOP\r", "K:RSET\r", "INT", "S:220 a\r\n",
			"K:QUIT\r" },
		    "{220 a\n}QUIT\n",
		    "* 2 waiting lines dropped\ntelex: the server closed the "
		    "connection: QUIT was still owed\n" },
		{ "^C drops one line that waits",
		    { "K:NOOP\r", "INT", "S:220 a\r\n", "K:QUIT\r" },
		    "{220 a\n}QUIT\n",
		    "* 1 waiting line dropped\ntelex: the server closed the "
		    "connection: QUIT was still owed\n" },
		{ "^C drops half a line",
		    { "S:220 a\r\n", "K:NO", "INT", "K:QUIT\r" },
		    "{220 a\n}QUIT\n",
		    "telex: the server closed the connection: QUIT was still "
		    "owed\n" },
		{ "a local command",
		    { "S:220 a\r\n", "K:NO", "K:\035", "K:explain\r",
			"K:OP\r" },
		    "{220 a\n}NOOP\n",
		    "* a command is awaited from you (TAB lists them, help "
		    "WORD explains one)\ntelex: the server closed the "
		    "connection: NOOP was still owed\n" },
		{ "the server speaks during a local command",
		    { "K:NOOP\r", "K:\035", "K:expl", "S:220 a\r\n", "K:ain\r",
			"S:250 b\r\n", "K:RSET\r" },
		    "{220 a\n}NOOP\n{250 b\n}RSET\n",
		    "* a command is awaited from you (TAB lists them, help "
		    "WORD explains one)\ntelex: the server closed the "
		    "connection: RSET was still owed\n" },
		{ "a local command is given up",
		    { "S:220 a\r\n", "K:\035", "INT", "K:NOOP\r" },
		    "{220 a\n}NOOP\n",
		    "telex: the server closed the connection: NOOP was still "
		    "owed\n" },
		{ "quit", { "S:220 a\r\n", "K:\035", "K:quit\r", "K:NOOP\r" },
		    "{220 a\n}", "* closed by us after 0 s: 0 commands\n" },
		{ "close, and open is what is left",
		    { "S:220 a\r\n", "K:\035", "K:close\r", "K:status\r",
			"K:\004" },
		    "{220 a\n}(end)",
		    "* closed by us after 0 s: 0 commands\n* not "
		    "connected\n" },
		{ "secret",
		    { "S:220 a\r\n", "K:\035", "K:secret\r",
			"K:NOOP "
			"hunter2\r",
			"S:250 b\r\n", "K:RSET\r" },
		    "{220 a\n}NOOP hunter2\n{250 b\n}RSET\n",
		    "telex: the server closed the connection: RSET was still "
		    "owed\n" },
		{ "secret, and others wait",
		    { "K:NOOP\r", "K:\035", "K:secret\r" }, "",
		    "telex: secret: 1 line waits to be sent before it\ntelex: "
		    "the server closed the connection: the greeting was still "
		    "owed" LIKELY "! 1 line was not sent\n" },
		{ "send now",
		    { "K:NOOP\r", "K:RSET\r", "K:\035", "K:send now\r",
			"K:QUIT\r" },
		    "NOOP\nRSET\n",
		    "telex: the server closed the connection: the "
		    "greeting was still owed" LIKELY
		    "! 1 line was not sent\n" },
		{ "lines from the editor",
		    { "S:220 a\r\n", "K:\035", "K:edit\r", "S:250 b\r\n",
			"S:250 c\r\n" },
		    "{220 a\n}NOOP\n{250 b\n}RSET\n{250 c\n}",
		    "* 2 lines from the editor\nsmtp> NOOP\nsmtp> RSET\n"
		    "* closed by the server after 0 s: 2 commands\n" },
		{ "^D", { "S:220 a\r\n", "K:NOOP\r", "S:250 b\r\n", "K:\004" },
		    "{220 a\n}NOOP\n{250 b\n}(end)",
		    "* end of input (^D)\n* closed by the server after 0 "
		    "s: 1 command\n" },
		{ "^D in the mail",
		    { "S:220 a\r\n", "K:DATA\r", "S:354 b\r\n", "K:\004" },
		    "{220 a\n}DATA\n{354 b\n}",
		    "! left in the mail data: the message was not "
		    "completed\n* "
		    "closed by us after 0 s: 1 command\n" },
		{ "^C on an empty line", { "S:220 a\r\n", "INT" },
		    "{220 a\n}(end)",
		    "* interrupted (^C on an empty line)\n* closed by us "
		    "after 0 s: 0 "
		    "commands\n" },
		{ "^D and then ^C", { "S:220 a\r\n", "K:\004", "INT" },
		    "{220 a\n}(end)",
		    "* end of input (^D)\n* closed by us after 0 s: 0 "
		    "commands\n" },
		{ "the terminal goes", { "S:220 a\r\n", "K:NO", "HANGUP" },
		    "{220 a\n}", "* closed by us after 0 s: 0 commands\n" },
		{ "... during a local command",
		    { "S:220 a\r\n", "K:\035", "HANGUP" }, "{220 a\n}",
		    "* closed by us after 0 s: 0 commands\n" },
	};

	(void)state;
	play_rows(rows, ROWS(rows), NULL);
}

/* A signal that ends the program is for the caller. */
static void
test_signal(void **state)
{
	static const char *const part[] = { "TERM", NULL };
	static const char *const local[] = { "K:\035", "TERM", NULL };
	static struct desk d;
	int signo, at_local;

	(void)state;
	signo = play(&d, part, NULL);
	desk_free(&d);
	at_local = play(&d, local, NULL);
	desk_free(&d);
	assert_int_equal(signo, SIGTERM);
	assert_int_equal(at_local, SIGTERM);
}

/* A transcript puts its lines there. */
static void
test_lesson(void **state)
{
	static const struct row rows[] = {
		{ "Enter sends them",
		    { "S:220 x\r\n", "K:\r", "S:250 y\r\n", "K:\r",
			"S:354 z\r\n", "K:\r", "K:\r" },
		    "{220 x\n}NOOP\n{250 y\n}DATA\n{354 z\n}x\n.\n",
		    "* t: Enter sends its next line, ^U clears it for "
		    "another; "
		    "^] skip, ^] again\ntelex: the server closed the "
		    "connection: the reply to the mail data was still owed\n* "
		    "t: 3 checks, all as expected\n" },
		{ "edited",
		    { "S:220 x\r\n", "K: 2\r", "S:250 y\r\n", "K:\025RSET\r",
			"S:250 z\r\n", "K:\r" },
		    "{220 x\n}NOOP 2\n{250 y\n}RSET\n{250 z\n}DATA\n",
		    "* t: Enter sends its next line, ^U clears it for "
		    "another; "
		    "^] skip, ^] again\ntelex: the server closed the "
		    "connection: DATA was still owed\n! t:5: expected 354 c: "
		    "the server closed the connection\n* t: 3 checks, 1 "
		    "differs; from line 6 on it was not played\n" },
		{ "bytes of somebody else's",
		    { "S:220 x\r\n", "K:\035", "K:send 4e 4f 4f 50 crlf\r",
			"S:550 y\r\n", "K:\r", "S:250 z\r\n" },
		    "{220 x\n}NOOP\n{550 y\n}NOOP\n{250 z\n}",
		    "* t: Enter sends its next line, ^U clears it for "
		    "another; "
		    "^] skip, ^] again\n* 6 bytes sent\n* t: 2 checks, all as "
		    "expected; from line 4 on it was not played\n* closed by "
		    "the server after 0 s: 1 command\n" },
		{ "skip", { "S:220 x\r\n", "K:\035", "K:skip\r", "K:\r" },
		    "{220 x\n}DATA\n",
		    "* t: Enter sends its next line, ^U clears it for "
		    "another; "
		    "^] skip, ^] again\n* t:2 is passed over\ntelex: the "
		    "server closed the connection: DATA was still owed\n! "
		    "t:5: "
		    "expected 354 c: the server closed the connection\n* t: 2 "
		    "checks, 1 differs; from line 6 on it was not played\n" },
		{ "Enter before its time",
		    { "K:\r", "S:220 x\r\n", "K:\r", "K:\r", "S:250 y\r\n" },
		    "{220 x\n}NOOP\n{250 y\n}",
		    "* t: Enter sends its next line, ^U clears it for "
		    "another; "
		    "^] skip, ^] again\n* t: 2 checks, all as expected; from "
		    "line 4 on it was not played\n* closed by the server "
		    "after 0 s: 1 "
		    "command\n" },
	};

	(void)state;
	play_rows(rows, ROWS(rows),
	    "S: 220 a\nC: NOOP\nS: 250 b\nC: DATA\nS: 354 c\nC: x\nC: .\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_signal),
		cmocka_unit_test(test_lesson),
	};

	setenv("VISUAL", "printf 'NOOP\\nRSET\\n' >", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
