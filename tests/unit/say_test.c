/* SPDX-License-Identifier: ISC */
/* say_test.c - what goes to the server, and what of it is secret. */
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "buf.h"
#include "say.h"
#include "stage.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

/* What a follower is told, "open[secret]" for each call. */
static void
told(void *arg, const char *p, size_t n, size_t open)
{
	struct buf *to = arg;

	buf_add(to, p, open);
	if (open < n) {
		buf_adds(to, "[");
		buf_add(to, p + open, n - open);
		buf_adds(to, "]");
	}
}

/* How many lines end in this text? */
static unsigned
ends(const char *text)
{
	unsigned n = 0;

	while ((text = strstr(text, "\r\n")) != NULL) {
		text += 2;
		n++;
	}
	return n;
}

/* Lines of a transcript, several at once. */
static void
test_lines(void **state)
{
	static const struct {
		const char *name;
		const struct proto *proto;
		const char *text;
		size_t open;
		bool bare;
		const char *told;
		const char *sent;
	} rows[] = {
		{ "one", &proto_smtp, "NOOP", SIZE_MAX, false, "NOOP\r\n",
		    "NOOP\r\n" },
		{ "empty", &proto_smtp, "", SIZE_MAX, false, "\r\n", "\r\n" },
		{ "two", &proto_smtp, "NOOP\r\nRSET", SIZE_MAX, false,
		    "NOOP\r\nRSET\r\n", "NOOP\r\nRSET\r\n" },
		{ "a bare CR is no end", &proto_smtp, "NOOP a\rb", SIZE_MAX,
		    false, "NOOP a\rb\r\n", "NOOP a\rb\r\n" },
		{ "a bare line", &proto_smtp, "NOOP", SIZE_MAX, true, "NOOP",
		    "NOOP" },
		{ "a bare line behind another", &proto_smtp, "NOOP\r\nRS",
		    SIZE_MAX, true, "NOOP\r\nRS", "NOOP\r\nRS" },
		{ "an end and nothing behind it", &proto_smtp, "NOOP\r\n",
		    SIZE_MAX, true, "NOOP\r\n", "NOOP\r\n" },
		{ "secret of the transcript", &proto_smtp, "NOOP abc", 5, false,
		    "NOOP [abc\r\n]", "NOOP abc\r\n" },
		{ "secret in the second line", &proto_smtp, "NOOP\r\nNOOP abc",
		    11, false, "NOOP\r\nNOOP [abc\r\n]",
		    "NOOP\r\nNOOP abc\r\n" },
		{ "all of both secret", &proto_smtp, "NOOP\r\nRSET", 0, false,
		    "[NOOP\r\n][RSET\r\n]", "NOOP\r\nRSET\r\n" },
		{ "secret of the protocol", &proto_pop3, "PASS abc", SIZE_MAX,
		    false, "PASS [abc\r\n]", "PASS abc\r\n" },
		{ "what is secret from earlier on", &proto_pop3, "PASS abc", 2,
		    false, "PA[SS abc\r\n]", "PASS abc\r\n" },
		{ "... and from later on", &proto_pop3, "PASS abc", 7, false,
		    "PASS [abc\r\n]", "PASS abc\r\n" },
	};
	struct options opt = { .timeout = -1, .proto_given = true };
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct buf heard = { 0 };
		struct follower f = { .said = told, .arg = &heard };
		struct stage st;
		unsigned commands;
		int rc;

		stage_begin(&st, &opt, false, rows[i].proto);
		session_follow(&st.s, &f);
		rc = say_lines(&st.s, rows[i].text, strlen(rows[i].text),
		    rows[i].open, rows[i].bare);
		if (rc == 0)
			rc = say_flush(&st.s);
		commands = st.s.dialog.commands;
		session_unfollow(&st.s, &f);
		stage_end(&st);
		buf_add(&heard, "", 1);
		if (rc != 0 || strcmp(buf_bytes(&heard), rows[i].told) != 0 ||
		    strcmp(st.sent, rows[i].sent) != 0)
			fail_msg("%s: %d, told \"%s\", sent \"%s\"",
			    rows[i].name, rc, buf_bytes(&heard), st.sent);
		/* A command is there when its end is. */
		if (commands != ends(rows[i].sent))
			fail_msg("%s: %u commands", rows[i].name, commands);
		buf_free(&heard);
	}
}

/* A line whose end comes later: it is told of, tagged and guessed as one. */
static void
test_begun(void **state)
{
	static const struct {
		const struct proto *proto;
		const char *greeting, *part, *rest;
		const char *told;
	} rows[] = {
		{ &proto_pop3, "+OK\r\n", "PA", "SS abc", "PASS [abc\r\n]" },
		{ &proto_pop3, "+OK\r\n", "PASS a", "bc", "PASS [a][bc\r\n]" },
		{ &proto_imap, "* OK\r\n", "b NO", "OP", "b NOOP\r\n" },
		{ &proto_smtp, "220 a\r\n", "X", "NICK a", "XNICK a\r\n" },
	};
	struct options opt = { .timeout = -1, .imap_tags = true };
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct buf heard = { 0 };
		struct follower f = { .said = told, .arg = &heard };
		struct stage st;
		bool same;

		stage_begin(&st, &opt, true, rows[i].proto);
		stage_hears(&st, rows[i].greeting);
		session_follow(&st.s, &f);
		say_lines(&st.s, rows[i].part, strlen(rows[i].part), SIZE_MAX,
		    true);
		say_flush(&st.s);
		assert_int_equal(st.s.dialog.commands, 0);
		say_line(&st.s, rows[i].rest, strlen(rows[i].rest));
		assert_int_equal(st.s.dialog.commands, 1);
		same = st.s.dialog.proto == rows[i].proto;
		session_unfollow(&st.s, &f);
		stage_end(&st);
		buf_add(&heard, "", 1);
		assert_string_equal(buf_bytes(&heard), rows[i].told);
		assert_true(same);
		buf_free(&heard);
	}
}

/* Nothing goes before the flush, or until much has been gathered. */
static void
test_gathered(void **state)
{
	enum { LONG = 9000 };
	struct options opt = { .timeout = -1, .proto_given = true };
	char line[LONG], peek[1];
	bool early = true, late = false;
	struct stage st;
	int i;

	(void)state;
	memset(line, 'x', LONG);
	memcpy(line, "NOOP ", 5);
	stage_begin(&st, &opt, false, &proto_smtp);
	say_lines(&st.s, line, LONG, SIZE_MAX, false);
	early = recv(st.server, peek, 1, MSG_DONTWAIT) == 1;
	for (i = 0; i < 7; i++)
		say_lines(&st.s, line, LONG, SIZE_MAX, false);
	late = recv(st.server, peek, 1, MSG_DONTWAIT) == 1;
	stage_end(&st);
	assert_false(early);
	assert_true(late);
}

/* A line that comes in pieces is hidden from its beginning on. */
static void
test_pieces(void **state)
{
	struct options opt = { .timeout = -1, .proto_given = true };
	struct buf heard = { 0 };
	struct follower f = { .said = told, .arg = &heard };
	struct stage st;

	(void)state;
	stage_begin(&st, &opt, false, &proto_pop3);
	session_follow(&st.s, &f);
	say_begin(&st.s, "PASS a", 6);
	say_rest(&st.s, "bc", 2);
	say_rest(&st.s, "\r\n", 2);
	say_begin(&st.s, "NOOP a", 6);
	say_rest(&st.s, "b\r\n", 3);
	session_unfollow(&st.s, &f);
	stage_end(&st);
	buf_add(&heard, "", 1);
	assert_string_equal(buf_bytes(&heard), "PASS [a][bc][\r\n]NOOP ab\r\n");
	assert_string_equal(st.sent, "PASS abc\r\nNOOP ab\r\n");
	buf_free(&heard);
}

/* What one line is: shown, tagged, refused. */
static void
test_line(void **state)
{
	static const struct {
		const char *name;
		const struct proto *proto;
		const char *how; /* i: --imap-tags, r: --require-tls, v: -v,
				    p: a person */
		const char *line;
		int rc;
		const char *sent;
		const char *err; /* is in what stderr has; NULL: it is empty */
		int status;
	} rows[] = {
		{ "plain", &proto_smtp, "", "NOOP", 0, "NOOP\r\n", NULL, 0 },
		{ "shown", &proto_smtp, "v", "NOOP", 0, "NOOP\r\n", "C: NOOP\n",
		    0 },
		{ "shown but for its secret", &proto_pop3, "v", "PASS x", 0,
		    "PASS x\r\n", "C: PASS ********\n", 0 },
		{ "escapes shown harmless", &proto_smtp, "v", "NOOP \033[m", 0,
		    "NOOP \033[m\r\n", "C: NOOP \\x1b[m\n", 0 },
		{ "warned about", &proto_pop3, "", "PASS x", 0, "PASS x\r\n",
		    "a secret goes out in plain text", 0 },
		{ "forbidden", &proto_pop3, "r", "PASS x", -1, "",
		    "a secret was not sent", 3 },
		{ "not possible", &proto_imap, "", "a COMPRESS DEFLATE", -1, "",
		    "COMPRESS was not sent", 2 },
		{ "not possible for a person", &proto_imap, "p",
		    "a COMPRESS DEFLATE", -1, "", "cannot do COMPRESS", 0 },
		{ "tagged", &proto_imap, "i", "NOOP", 0, "a1 NOOP\r\n", NULL,
		    0 },
		{ "tagged already", &proto_imap, "i", "x NOOP", 0, "x NOOP\r\n",
		    NULL, 0 },
		{ "no tags in SMTP", &proto_smtp, "i", "NOOP", 0, "NOOP\r\n",
		    NULL, 0 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct options opt = { .timeout = -1,
			.proto_given = true,
			.imap_tags = strchr(rows[i].how, 'i') != NULL,
			.require_tls = strchr(rows[i].how, 'r') != NULL,
			.verbose = strchr(rows[i].how, 'v') != NULL };
		struct stage st;
		int rc;

		stage_begin(&st, &opt, strchr(rows[i].how, 'p') != NULL,
		    rows[i].proto);
		stage_hears(&st,
		    rows[i].proto == &proto_smtp     ? "220 a\r\n" :
			rows[i].proto == &proto_pop3 ? "+OK a\r\n" :
						       "* OK a\r\n");
		rc = say_line(&st.s, rows[i].line, strlen(rows[i].line));
		stage_end(&st);
		if (rc != rows[i].rc || strcmp(st.sent, rows[i].sent) != 0 ||
		    st.s.status != rows[i].status ||
		    (rows[i].err == NULL ? st.err[0] != '\0' :
					   strstr(st.err, rows[i].err) == NULL))
			fail_msg("%s: %d, status %d, sent \"%s\", \"%s\"",
			    rows[i].name, rc, st.s.status, st.sent, st.err);
	}
}

/* IRC's PING is answered when no line of ours is under way. */
static void
test_answer(void **state)
{
	struct options opt = { .timeout = -1,
		.proto_given = true,
		.auto_pong = true };
	struct stage st;

	(void)state;
	stage_begin(&st, &opt, false, &proto_irc);
	stage_hears(&st, "PING :a b\r\n");
	say_answer(&st.s);
	say_answer(&st.s);
	stage_end(&st);
	assert_string_equal(st.sent, "PONG :a b\r\n");
}

/* Where nobody is any more nothing is said. */
static void
test_closed(void **state)
{
	struct options opt = { .timeout = -1, .proto_given = true };
	struct stage st;
	int line, lines, block;

	(void)state;
	stage_begin(&st, &opt, false, &proto_smtp);
	st.s.over = true;
	line = say_line(&st.s, "NOOP", 4);
	lines = say_lines(&st.s, "NOOP", 4, SIZE_MAX, false);
	block = say_block(&st.s, "x", 1, false);
	stage_end(&st);
	assert_int_equal(line, -1);
	assert_int_equal(lines, -1);
	assert_int_equal(block, -1);
	assert_string_equal(st.sent, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_begun),
		cmocka_unit_test(test_gathered),
		cmocka_unit_test(test_pieces),
		cmocka_unit_test(test_line),
		cmocka_unit_test(test_answer),
		cmocka_unit_test(test_closed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
