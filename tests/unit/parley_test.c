/* SPDX-License-Identifier: ISC */
/* parley_test.c - commands that telex says by itself. */
#include <signal.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "parley.h"
#include "stage.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

enum { STEPS = 6 };

static void
count_said(void *arg, const char *p, size_t n, size_t open)
{
	(void)p;
	(void)open;
	*(size_t *)arg += n;
}

static void
test_replies(void **state)
{
	static const struct {
		const char *name;
		const struct proto *proto;
		const char *text;
		const char
		    *part[STEPS]; /* of the server, behind its greeting */
		int rc;
		enum reply_class class;
		int code;
		const char *reply, *heard;
		int status;
		const char *why; /* of parley_refusal */
	} rows[] = {
		{ "accepted", &proto_smtp, "AUTH A", { "C", "S:235 a\r\n" }, 0,
		    CLASS_OK, 235, "235 a\r\n", "AUTH A\r\n", 5, NULL },
		{ "of several lines", &proto_smtp, "EHLO a",
		    { "C", "S:250-a\r\n", "S:250 b\r\n" }, 0, CLASS_OK, 250,
		    "250-a\r\n250 b\r\n", "EHLO a\r\n", 5, NULL },
		{ "asked for more", &proto_smtp, "AUTH A",
		    { "C", "S:334 a\r\n" }, 0, CLASS_MORE, 334, "334 a\r\n",
		    "AUTH A\r\n", 5, NULL },
		{ "refused", &proto_smtp, "AUTH A", { "C", "S:535 \033\r\n" },
		    0, CLASS_PERMANENT, 535, "535 \033\r\n", "AUTH A\r\n", 5,
		    "the server refused: 535 \\x1b" },
		{ "refused for now", &proto_smtp, "AUTH A",
		    { "C", "S:454 a\r\n" }, 0, CLASS_TRANSIENT, 454,
		    "454 a\r\n", "AUTH A\r\n", 4, "the server refused: 454 a" },
		{ "other words before it", &proto_imap, "a NOOP",
		    { "C", "S:* 1 EXISTS\r\n", "S:a OK b\r\n" }, 0, CLASS_OK, 0,
		    "a OK b\r\n", "a NOOP\r\n", 5, NULL },
		{ "two lines of ours", &proto_smtp, "AUTH A\r\nb",
		    { "C", "C", "S:535 a\r\n" }, 0, CLASS_PERMANENT, 535,
		    "535 a\r\n", "AUTH A\r\nb\r\n", 5, NULL },
		{ "the server leaves", &proto_smtp, "AUTH A", { "C" }, -1,
		    CLASS_NONE, 0, "", "AUTH A\r\n", 0, NULL },
	};
	static struct stage st;
	static struct player player;
	size_t i;

	(void)state;
	signal(SIGPIPE, SIG_IGN);
	for (i = 0; i < ROWS(rows); i++) {
		struct options opt = { .timeout = -1, .proto_given = true };
		size_t said = 0;
		struct follower f = { .said = count_said, .arg = &said };
		char reply[200] = "";
		struct parley p;
		bool offstage;
		int rc;

		stage_begin(&st, &opt, true, rows[i].proto);
		session_follow(&st.s, &f);
		stage_hears(&st,
		    rows[i].proto == &proto_smtp ? "220 a\r\n" : "* OK a\r\n");
		player_of(&player, &st, rows[i].part);
		parley_begin(&p, &st.s);
		offstage = st.s.offstage;
		rc = parley_say(&p, rows[i].text, strlen(rows[i].text),
		    SIZE_MAX);
		if (p.reply.len > 0)
			snprintf(reply, sizeof reply, "%.*s", (int)p.reply.len,
			    buf_bytes(&p.reply));
		if (rows[i].why != NULL)
			parley_refusal(&p);
		parley_end(&p);
		session_unfollow(&st.s, &f);
		stage_end(&st);
		player_end(&player);
		if (rc != rows[i].rc || p.class != rows[i].class ||
		    p.code != rows[i].code || !offstage || st.s.offstage ||
		    said != 0 || strcmp(player.heard, rows[i].heard) != 0 ||
		    (rows[i].reply != NULL &&
			strcmp(reply, rows[i].reply) != 0))
			fail_msg("%s: %d, class %d, code %d, \"%s\", "
				 "heard \"%s\"",
			    rows[i].name, rc, (int)p.class, p.code, reply,
			    player.heard);
		if (rows[i].why == NULL)
			continue;
		assert_string_equal(st.s.why.text, rows[i].why);
		assert_int_equal(st.s.why.status, rows[i].status);
		assert_non_null(strstr(st.err, "auth: the server refused"));
	}
}

/* A transcript's judge says it elsewhere. */
static void
test_judged(void **state)
{
	struct options opt = { .timeout = -1, .proto_given = true };
	static struct stage st;
	struct parley p;
	int rc;

	(void)state;
	stage_begin(&st, &opt, false, &proto_smtp);
	st.s.judged = true;
	parley_begin(&p, &st.s);
	rc = parley_fail(&p, STATUS_TLS, "no %s", "way");
	parley_end(&p);
	stage_end(&st);
	assert_int_equal(rc, -1);
	assert_string_equal(st.s.why.text, "no way");
	assert_int_equal(st.s.why.status, STATUS_TLS);
	assert_string_equal(st.err, "");
}

/* From `open` on, whatever the protocol says of it, and in all lines. */
static void
test_secret(void **state)
{
	static const char *const part[] = { "C", "C", "S:250 a\r\n250 b\r\n",
		NULL };
	struct options opt = { .timeout = -1,
		.proto_given = true,
		.verbose = 1 };
	static struct stage st;
	static struct player player;
	struct parley p;

	(void)state;
	stage_begin(&st, &opt, true, &proto_smtp);
	stage_hears(&st, "220 a\r\n");
	player_of(&player, &st, part);
	parley_begin(&p, &st.s);
	parley_say(&p, "NOOP abc\r\nNOOP", 14, 5);
	parley_end(&p);
	stage_end(&st);
	player_end(&player);
	assert_string_equal(player.heard, "NOOP abc\r\nNOOP\r\n");
	assert_non_null(strstr(st.err, "C: NOOP ********\nC: ********\n"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_replies),
		cmocka_unit_test(test_judged),
		cmocka_unit_test(test_secret),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
