/* SPDX-License-Identifier: ISC */
/* enact_test.c - the server's part of a transcript, with a client that does
 * as it says, or does not. */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "enact.h"
#include "fail.h"
#include "guest.h"
#include "player.h"
#include "score.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

enum { STEPS = 14 };

struct row {
	const char *name;
	const char *how; /* x: byte for byte */
	const char *transcript;
	const char *part[STEPS]; /* of the client: S: it says, C it hears a
				    line, ALL it hears until we close */
	const char *heard;       /* what it heard */
	int status;              /* of the failure; 0: all was as expected */
	const char *why;         /* ... as its sentence has it */
};

static int
load(struct score *score, const char *text, struct fail *f)
{
	char name[] = "/tmp/enact-XXXXXX";
	int fd = mkstemp(name), rc;

	if (write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		abort();
	close(fd);
	rc = score_load(score, name, f);
	unlink(name);
	return rc;
}

static int
play(const struct row *row, struct guest *g, struct player *p)
{
	struct score score;
	struct enact_plan plan = { .score = &score };
	int fds[2], rc;

	memset(g, 0, sizeof *g);
	memset(p, 0, sizeof *p);
	if (load(&score, row->transcript, &g->why) < 0 ||
	    socketpair(AF_UNIX, SOCK_STREAM, 0, fds) < 0 ||
	    fcntl(fds[0], F_SETFL, O_NONBLOCK) < 0)
		abort();
	g->conn.fd = fds[0];
	g->file = "t";
	g->exact = strchr(row->how, 'x') != NULL;
	/* Nobody but the silent are hurried. */
	g->timeout = row->status == STATUS_TIMEOUT ? 200 : 5000;
	g->wake = -1;
	player_on(p, fds[1], fds[0], row->part);
	rc = enact(&plan, g);
	score_free(&score);
	/* guest_free forgets why. */
	guest_free(g);
	player_end(p);
	return rc;
}

static void
play_rows(const struct row *rows, size_t n)
{
	static struct guest g;
	static struct player p;
	unsigned wrong = 0;
	size_t i;

	signal(SIGPIPE, SIG_IGN);
	for (i = 0; i < n; i++) {
		int rc = play(&rows[i], &g, &p);

		if (rc == (rows[i].status == 0 ? 0 : -1) &&
		    strcmp(p.heard, rows[i].heard) == 0 &&
		    (rc == 0 ||
			((int)g.why.status == rows[i].status &&
			    strcmp(g.why.text, rows[i].why) == 0)))
			continue;
		wrong++;
		print_error("%s: %d, heard \"%s\", status %d \"%s\"\n",
		    rows[i].name, rc, p.heard, (int)g.why.status, g.why.text);
	}
	assert_int_equal(wrong, 0);
}

#define SMTP "<protocol smtp>\nS: 220 a\n"

/* A client is free in what the protocol leaves open. */
static void
test_good(void **state)
{
	static const struct row rows[] = {
		{ "word for word", "", SMTP "C: NOOP\nS: 250 b\n",
		    { "C", "S:NOOP\r\n", "C" }, "220 a\r\n250 b\r\n", 0, "" },
		{ "other arguments", "",
		    SMTP "C: EHLO a\nS: 250-b\nS: 250 c\nC: QUIT\nS: 221 d\n",
		    { "C", "S:ehlo other.test\r\n", "C", "C", "S:quit\r\n",
			"ALL" },
		    "220 a\r\n250-b\r\n250 c\r\n221 d\r\n", 0, "" },
		{ "LF for CR LF", "", SMTP "C: NOOP\nS: 250 b\n",
		    { "C", "S:NOOP\n", "ALL" }, "220 a\r\n250 b\r\n", 0, "" },
		{ "... in its data too", "",
		    SMTP "C: DATA\nS: 354 b\nC: x\nC: .\nS: 250 c\n",
		    { "C", "S:DATA\n", "C", "S:x\n.\n", "C" },
		    "220 a\r\n354 b\r\n250 c\r\n", 0, "" },
		{ "line ends behind the end", "", SMTP "C: NOOP\nS: 250 b\n",
		    { "C", "S:NOOP\r\n\r\n\r\n", "ALL" }, "220 a\r\n250 b\r\n",
		    0, "" },
		/* The transcript sent ahead; this one waits, and a reply goes
		 * out as soon as it can. */
		{ "waits for each reply", "",
		    SMTP "C: MAIL FROM:<>\nC: RCPT TO:<a>\nS: 250 b\n"
			 "S: 250 c\n",
		    { "C", "S:MAIL FROM:<>\r\n", "C", "S:RCPT TO:<b>\r\n",
			"C" },
		    "220 a\r\n250 b\r\n250 c\r\n", 0, "" },
		{ "sends ahead", "",
		    SMTP "C: MAIL FROM:<>\nS: 250 b\nC: RCPT TO:<a>\n"
			 "S: 250 c\n",
		    { "S:MAIL FROM:<>\r\nRCPT TO:<b>\r\n", "ALL" },
		    "220 a\r\n250 b\r\n250 c\r\n", 0, "" },
		{ "other data", "",
		    SMTP "C: DATA\nS: 354 b\nC: x\nC: .\nS: 250 c\n",
		    { "C", "S:DATA\r\n", "C",
			"S:a\r\n..\r\n.b\r\nRSET\r\n.\r\n", "C" },
		    "220 a\r\n354 b\r\n250 c\r\n", 0, "" },
		{ "no data at all", "",
		    SMTP "C: DATA\nS: 354 b\nC: x\nC: .\nS: 250 c\n",
		    { "C", "S:DATA\r\n", "C", "S:.\r\n", "C" },
		    "220 a\r\n354 b\r\n250 c\r\n", 0, "" },
		{ "data of a file", "",
		    SMTP "C: DATA\nS: 354 b\nC< any\nC: .\nS: 250 c\n",
		    { "C", "S:DATA\r\n", "C", "S:x\r\ny\r\n.\r\n", "C" },
		    "220 a\r\n354 b\r\n250 c\r\n", 0, "" },
		{ "its own tags", "",
		    "<protocol imap>\nS: * OK a\nC: a1 NOOP\nC: a2 LOGOUT\n"
		    "S: a1 OK b\nS: * BYE c\nS: a2 OK d\n",
		    { "C", "S:x.1 noop\r\n", "C", "S:y LOGOUT\r\n", "ALL" },
		    "* OK a\r\nx.1 OK b\r\n* BYE c\r\ny OK d\r\n", 0, "" },
		{ "another literal", "",
		    "<protocol imap>\nS: * OK a\nC: a1 APPEND b {3}\nS: + c\n"
		    "C: xyz\nS: a1 OK d\n",
		    { "C", "S:z APPEND b {5}\r\n", "C", "S:12\r\n3\r\n", "C" },
		    "* OK a\r\n+ c\r\nz OK d\r\n", 0, "" },
		{ "variables", "",
		    SMTP "C$ NOOP ${x}\nS$ 250 ${x} ${y}\n<set y=7>\n"
			 "C: NOOP\nS$ 250 ${y}\n",
		    { "C", "S:NOOP its own\r\n", "C", "S:NOOP\r\n", "C" },
		    "220 a\r\n250 its own 1\r\n250 7\r\n", 0, "" },
		{ "byte for byte", "x", SMTP "C: NOOP a\nS: 250 b\n",
		    { "C", "S:NOOP a\r\n", "C" }, "220 a\r\n250 b\r\n", 0, "" },
		{ "we close", "", SMTP "<close>\nC: x\n", { "C" }, "220 a\r\n",
		    0, "" },
	};

	(void)state;
	play_rows(rows, ROWS(rows));
}

/* What is said of a client that does otherwise. */
static void
test_bad(void **state)
{
	static const struct row rows[] = {
		{ "another command", "", SMTP "C: NOOP\nS: 250 b\n",
		    { "C", "S:RSET\r\n", "ALL" }, "220 a\r\n", 6,
		    "t:3: expected \"NOOP\", the client said \"RSET\"" },
		{ "with escapes in it", "", SMTP "C: NOOP\nS: 250 b\n",
		    { "C", "S:\033[2J\r\n", "ALL" }, "220 a\r\n", 6,
		    "t:3: expected \"NOOP\", the client said \"\\x1b[2J\"" },
		{ "a secret", "",
		    "<protocol pop3>\nS: +OK\nC: USER a\nS: +OK\n",
		    { "C", "S:PASS hunter2\r\n", "ALL" }, "+OK\r\n", 6,
		    "t:3: expected \"USER a\", the client said "
		    "\"PASS ********\"" },
		{ "it leaves", "", SMTP "C: NOOP\nS: 250 b\n", { "C" },
		    "220 a\r\n", 6,
		    "t:3: expected \"NOOP\", the client closed the "
		    "connection" },
		{ "it leaves in a line", "", SMTP "C: NOOP\nS: 250 b\n",
		    { "C", "S:NO" }, "220 a\r\n", 6,
		    "t:3: expected \"NOOP\", the client said \"NO\"" },
		{ "it is silent", "", SMTP "C: NOOP\nS: 250 b\n",
		    { "C", "ALL" }, "220 a\r\n", 7,
		    "t:3: expected \"NOOP\", the client said nothing for "
		    "0.2 s" },
		{ "it says too much", "", SMTP "C: NOOP\nS: 250 b\n",
		    { "C", "S:NOOP\r\n", "C", "S:QUIT\r\n", "ALL" },
		    "220 a\r\n250 b\r\n", 6,
		    "t:4: the transcript ends, the client said \"QUIT\"" },
		{ "data for a command", "", SMTP "C: NOOP\nS: 250 b\n",
		    { "C", "S:DATA\r\n", "ALL" }, "220 a\r\n", 6,
		    "t:3: expected \"NOOP\", the client said \"DATA\"" },
		{ "no octets where some were", "",
		    "<protocol imap>\nS: * OK a\nC: a APPEND b {3}\nS: + c\n"
		    "C: xyz\nS: a OK d\n",
		    { "C", "S:a APPEND b\r\n", "ALL" }, "* OK a\r\n", 6,
		    "t:3: expected \"a APPEND b {3}\", the client said "
		    "\"a APPEND b\"" },
		{ "not byte for byte", "x", SMTP "C: NOOP a\nS: 250 b\n",
		    { "C", "S:NOOP b\r\n", "ALL" }, "220 a\r\n", 6,
		    "t:3: expected \"NOOP a\", the client said \"NOOP b\"" },
		{ "<match text>", "", "<match text>\n" SMTP "C: NOOP a\n",
		    { "C", "S:NOOP b\r\n", "ALL" }, "220 a\r\n", 6,
		    "t:4: expected \"NOOP a\", the client said \"NOOP b\"" },
		/* What the server says unasked comes with the reply. */
		{ "silent before a line unasked", "",
		    "<protocol imap>\nS: * OK a\nC: a SELECT b\n"
		    "S: * 1 EXISTS\nS: a OK c\n",
		    { "ALL" }, "* OK a\r\n", 7,
		    "t:3: expected \"a SELECT b\", the client said nothing for "
		    "0.2 s" },
		{ "words where it is to leave", "", SMTP "<closed>\n",
		    { "C", "S:x\r\n", "ALL" }, "220 a\r\n", 6,
		    "t:3: the transcript ends, the client said \"x\"" },
	};

	(void)state;
	play_rows(rows, ROWS(rows));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_bad),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
