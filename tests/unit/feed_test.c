/* SPDX-License-Identifier: ISC */
/* feed_test.c - a script and a server, reply by reply. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "feed.h"
#include "script.h"
#include "stage.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

enum { STEPS = 16 };

struct row {
	const char *name;
	const struct proto *proto;
	const char *how; /* f: --fail, q: --eof=quit, c: --eof=close,
			    p: --pipeline, w: --raw, u: protocol unknown, i: the
			    input is a pipe that stays open, e: or is at its
			    end */
	const char *script;
	const char *part[STEPS]; /* of the server, see stage.h */
	const char *heard;       /* what it heard */
	int status;
	const char *err; /* is in what stderr has; NULL: it is empty */
};

static void
play(const struct row *row, struct stage *st, struct player *p)
{
	struct options opt = { .timeout = 3000,
		.proto_given = strchr(row->how, 'u') == NULL,
		.fail = strchr(row->how, 'f') != NULL,
		.pipeline = strchr(row->how, 'p') != NULL,
		.raw = strchr(row->how, 'w') != NULL,
		.eof = strchr(row->how, 'q') != NULL ? EOF_QUIT :
		    strchr(row->how, 'c') != NULL    ? EOF_CLOSE :
						       EOF_SHUTDOWN };
	struct script in;
	int fds[2] = { -1, -1 };

	stage_begin(st, &opt, false, row->proto);
	st->s.undecided = !opt.proto_given;
	player_of(p, st, row->part);
	/* Not before: the player would hold its end. */
	if (strpbrk(row->how, "ie") != NULL && pipe(fds) != 0)
		abort();
	if (fds[0] < 0) {
		script_text(&in, row->script, strlen(row->script));
	} else {
		dprintf(fds[1], "%s", row->script);
		script_open(&in, fds[0]);
	}
	if (strchr(row->how, 'e') != NULL) {
		close(fds[1]);
		fds[1] = -1;
	}
	feed_run(&st->s, &in);
	script_close(&in);
	close(fds[0]);
	close(fds[1]);
	st->s.status = session_status(&st->s);
	stage_end(st);
	player_end(p);
}

static void
play_rows(const struct row *rows, size_t n)
{
	static struct stage st;
	static struct player p;
	unsigned wrong = 0;
	size_t i;

	signal(SIGPIPE, SIG_IGN);
	for (i = 0; i < n; i++) {
		const struct row *row = &rows[i];

		play(row, &st, &p);
		if (st.s.status == row->status &&
		    strcmp(p.heard, row->heard) == 0 &&
		    (row->err == NULL ? st.err[0] == '\0' :
					strstr(st.err, row->err) != NULL))
			continue;
		wrong++;
		print_error("%s: status %d, heard \"%s\", stderr \"%s\"\n",
		    row->name, st.s.status, p.heard, st.err);
	}
	assert_int_equal(wrong, 0);
}

/* Whose turn it is: a line that waits for a reply that does not come, or none
 * where the server waits for one, is the end of the server's part. */
static void
test_turns(void **state)
{
	static const struct row rows[] = {
		{ "a mail", &proto_smtp, "",
		    "MAIL FROM:<>\nRCPT TO:<a>\nDATA\nx\n.y\n.\nQUIT\n",
		    { "S:220 a\r\n", "C", "S:250 b\r\n", "C", "S:250 c\r\n",
			"C", "S:354 d\r\n", "DATA", "S:250 e\r\n", "C",
			"S:221 f\r\n" },
		    "MAIL FROM:<>\r\nRCPT TO:<a>\r\nDATA\r\nx\r\n.y\r\n.\r\n"
		    "QUIT\r\n",
		    0, NULL },
		{ "its worst reply counts", &proto_smtp, "",
		    "NOOP\nNOOP\nQUIT\n",
		    { "S:220 a\r\n", "C", "S:550 b\r\n", "C", "S:450 c\r\n",
			"C", "S:221 d\r\n" },
		    "NOOP\r\nNOOP\r\nQUIT\r\n", 5, NULL },
		{ "--fail", &proto_smtp, "f", "NOOP\nRSET\nQUIT\n",
		    { "S:220 a\r\n", "C", "S:550 b\r\n", "ALL" }, "NOOP\r\n", 5,
		    NULL },
		{ "--pipeline", &proto_smtp, "p", "RSET\nRSET\nQUIT\n",
		    { "S:220 a\r\n", "C", "C", "C",
			"S:250 b\r\n250 c\r\n221 d\r\n" },
		    "RSET\r\nRSET\r\nQUIT\r\n", 0, NULL },
		{ "the end of the input", &proto_smtp, "", "NOOP\n",
		    { "S:220 a\r\n", "C", "S:250 b\r\n", "ALL" }, "NOOP\r\n", 0,
		    NULL },
		{ "--eof=quit", &proto_smtp, "q", "NOOP\n",
		    { "S:220 a\r\n", "C", "S:250 b\r\n", "C", "S:221 c\r\n" },
		    "NOOP\r\nQUIT\r\n", 0, NULL },
		{ "--eof=close", &proto_smtp, "c", "NOOP\n",
		    { "S:220 a\r\n", "C", "S:250 b\r\n", "ALL" }, "NOOP\r\n", 0,
		    NULL },
		{ "PROXY before the greeting", &proto_smtp, "",
		    "PROXY TCP4 a b 1 2\nQUIT\n",
		    { "C", "S:220 a\r\n", "C", "S:221 b\r\n" },
		    "PROXY TCP4 a b 1 2\r\nQUIT\r\n", 0, NULL },
		{ "protocol told by the script", &proto_raw, "u",
		    "EHLO a\nQUIT\n",
		    { "S:220 a\r\n", "C", "S:250 b\r\n", "C", "S:221 c\r\n" },
		    "EHLO a\r\nQUIT\r\n", 0, NULL },
	};

	(void)state;
	play_rows(rows, ROWS(rows));
}

/* What belongs to a refused command must not become commands. */
static void
test_skipped(void **state)
{
	static const struct row rows[] = {
		{ "mail data", &proto_smtp, "", "DATA\nRSET\nRSET\n.\nQUIT\n",
		    { "S:220 a\r\n", "C", "S:503 b\r\n", "C", "S:221 c\r\n" },
		    "DATA\r\nQUIT\r\n", 5, "2 lines of the input were not" },
		{ "one line of it", &proto_smtp, "", "DATA\nRSET\n.\nQUIT\n",
		    { "S:220 a\r\n", "C", "S:503 b\r\n", "C", "S:221 c\r\n" },
		    "DATA\r\nQUIT\r\n", 5, "1 line of the input was not" },
		{ "without an end", &proto_smtp, "", "DATA\nRSET\n",
		    { "S:220 a\r\n", "C", "S:503 b\r\n", "ALL" }, "DATA\r\n", 5,
		    "not sent, up to its end" },
		{ "a literal", &proto_imap, "",
		    "a LOGIN {4}\nuser pass\nb LOGOUT\n",
		    { "S:* OK a\r\n", "C", "S:a NO b\r\n", "C",
			"S:* BYE c\r\nb OK d\r\n" },
		    "a LOGIN {4}\r\nb LOGOUT\r\n", 5, "the literal was" },
	};

	(void)state;
	play_rows(rows, ROWS(rows));
}

/* Octets are those of the input, and no line end too many goes with them. */
static void
test_literals(void **state)
{
	static const struct row rows[] = {
		{ "a line behind it", &proto_imap, "",
		    "a APPEND b {5}\nx\nyz\nb LOGOUT\n",
		    { "S:* OK a\r\n", "C", "S:+ go\r\n", "C", "C",
			"S:a OK c\r\n", "C", "S:* BYE d\r\nb OK e\r\n" },
		    "a APPEND b {5}\r\nx\r\nyz\r\nb LOGOUT\r\n", 0, NULL },
		{ "nothing behind it", &proto_http, "c",
		    "POST / HTTP/1.1\nHost: a\nContent-Length: 3\n\nabc\n",
		    { "C", "C", "C", "C",
			"S:HTTP/1.1 200 b\r\nContent-Length: 0\r\n\r\n",
			"ALL" },
		    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n"
		    "\r\nabc",
		    0, NULL },
		{ "too short", &proto_imap, "", "a APPEND b {50}\nx\n",
		    { "S:* OK a\r\n", "C", "S:+ go\r\n", "ALL" },
		    "a APPEND b {50}\r\nx\r\n", 2, "shorter than announced" },
	};

	(void)state;
	play_rows(rows, ROWS(rows));
}

/* Ends that are nobody's wish. */
static void
test_ends(void **state)
{
	static const struct row rows[] = {
		{ "in the data", &proto_smtp, "", "DATA\nx\n",
		    { "S:220 a\r\n", "C", "S:354 b\r\n", "ALL" },
		    "DATA\r\nx\r\n", 2, "the line \".\" is missing" },
		{ "where a secret is awaited", &proto_smtp, "", "AUTH LOGIN\n",
		    { "S:220 a\r\n", "C", "S:334 b\r\n", "ALL" },
		    "AUTH LOGIN\r\n", 2, "where a secret is awaited" },
		{ "before a reply", &proto_smtp, "", "NOOP\n",
		    { "S:220 a\r\n", "C" }, "NOOP\r\n", 1,
		    "NOOP was still owed" },
		{ "before the rest", &proto_smtp, "", "NOOP\nNOOP\n",
		    { "S:220 a\r\n", "C", "S:421 b\r\n" }, "NOOP\r\n", 4,
		    "the rest was not sent" },
		{ "the server's QUIT", &proto_smtp, "", "QUIT\nNOOP\n",
		    { "S:220 a\r\n", "C", "S:221 b\r\n" }, "QUIT\r\n", 0,
		    "the rest was not sent" },
	};

	(void)state;
	play_rows(rows, ROWS(rows));
}

/* The server goes, and nobody asked it to. */
static void
test_gone(void **state)
{
	static const struct row rows[] = {
		{ "the input goes on", &proto_smtp, "i", "NOOP\n",
		    { "S:220 a\r\n", "C", "S:250 b\r\n" }, "NOOP\r\n", 1,
		    "closed the connection before the input ended" },
		{ "the input is at its end", &proto_smtp, "e", "NOOP\n",
		    { "S:220 a\r\n", "C", "S:250 b\r\n" }, "NOOP\r\n", 0,
		    NULL },
		{ "it was asked to", &proto_smtp, "i", "QUIT\n",
		    { "S:220 a\r\n", "C", "S:221 b\r\n" }, "QUIT\r\n", 0,
		    NULL },
		{ "it said so", &proto_smtp, "i", "NOOP\n",
		    { "S:220 a\r\n", "C", "S:421 b\r\n" }, "NOOP\r\n", 4,
		    NULL },
		{ "it may", &proto_http, "i", "GET / HTTP/1.1\nHost: a\n\n",
		    { "C", "C", "C",
			"S:HTTP/1.1 200 b\r\nContent-Length: 0\r\n\r\n" },
		    "GET / HTTP/1.1\r\nHost: a\r\n\r\n", 0, NULL },
		{ "in the data", &proto_smtp, "i", "DATA\nx\n",
		    { "S:220 a\r\n", "C", "S:354 b\r\n", "C" }, "DATA\r\nx\r\n",
		    1, "the message was not completed" },
	};

	(void)state;
	play_rows(rows, ROWS(rows));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_turns),
		cmocka_unit_test(test_skipped),
		cmocka_unit_test(test_literals),
		cmocka_unit_test(test_ends),
		cmocka_unit_test(test_gone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
