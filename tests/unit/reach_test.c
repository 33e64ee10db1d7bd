/* SPDX-License-Identifier: ISC */
/* reach_test.c - the beginning and the end of a connection. */
#include <signal.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "buf.h"
#include "reach.h"
#include "say.h"
#include "stage.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

enum { STEPS = 8 };

/* "opened closed ", as a follower is told. */
static void
told(void *arg, enum change what)
{
	static const char *const words[] = { "opened ", "tls ", "refused ",
		"plain ", "closed " };

	buf_adds(arg, words[what]);
}

static void
connect_to(struct options *o, uint16_t port)
{
	o->have_target = true;
	snprintf(o->target.host, sizeof o->target.host, "127.0.0.1");
	o->port = port;
	o->connect_timeout = 3000;
	o->timeout = 3000;
	o->escape = -1;
}

/* Up to STARTTLS, and what keeps it from being the beginning of TLS. */
static void
test_open(void **state)
{
	static const struct {
		const char *name;
		const struct proto *proto; /* NULL: not known */
		const char *how; /* S: --starttls, T: --tls, p: a person,
				    f: --fail */
		const char *part[STEPS];
		int rc, status;
		const char *heard;
		const char *told;
		const char *err;
	} rows[] = {
		{ "plain", &proto_smtp, "", { "S:220 a\r\n", "ALL" }, 0, 0, "",
		    "opened closed ", "" },
		{ "a person is told where", &proto_smtp, "p",
		    { "S:220 a\r\n", "ALL" }, 0, 0, "", "opened closed ",
		    "* 127.0.0.1 port " },
		{ "... and what is not known", NULL, "p",
		    { "S:220 a\r\n", "ALL" }, 0, 0, "", "opened closed ",
		    "protocol by its greeting, not encrypted" },
		{ "TLS, and it greets in plain text", &proto_smtp, "T",
		    { "S:220 a\033\r\n", "ALL" }, -1, 3, NULL, "opened closed ",
		    "220 a\\x1b (try -S for STARTTLS" },
		{ "TLS, and it says nothing of it", &proto_smtp, "S",
		    { "S:220 a\r\n", "C", "S:250 b\r\n", "C", "S:454 c\r\n",
			"ALL" },
		    -1, 3, NULL, "opened closed ", "does not offer STARTTLS" },
		{ "refused", &proto_smtp, "S",
		    { "S:220 a\r\n", "C", "S:250-b\r\n250 STARTTLS\r\n", "C",
			"S:454 c\r\n", "ALL" },
		    -1, 3, NULL, "opened closed ", "refused" },
		{ "bytes behind the go-ahead", &proto_smtp, "S",
		    { "S:220 a\r\n", "C", "S:250-b\r\n250 STARTTLS\r\n", "C",
			"S:220 c\r\n250 d\r\n", "ALL" },
		    -1, 3, NULL, "opened closed ",
		    "7 bytes of plain text came behind the go-ahead" },
		{ "no TLS behind the go-ahead", &proto_pop3, "S",
		    { "S:+OK a\r\n", "C", "S:+OK b\r\nSTLS\r\n.\r\n", "C",
			"S:+OK c\r\n", "C", "S:-ERR what\r\n", "ALL" },
		    -1, 3, NULL, "opened closed ", "the TLS handshake failed" },
		{ "the greeting refuses", &proto_smtp, "Sf",
		    { "S:554 a\r\n", "ALL" }, 0, 5, "", "opened closed ", "" },
		{ "no greeting", &proto_smtp, "S", { NULL }, -1, 1, "",
		    "opened closed ", "the greeting was still owed" },
		{ "a protocol without it", &proto_whois, "S", { "ALL" }, -1, 3,
		    "", "opened closed ",
		    "STARTTLS is unknown to protocol whois" },
	};
	static struct stage st;
	static struct player p;
	unsigned wrong = 0;
	size_t i;
	int rc;

	(void)state;
	signal(SIGPIPE, SIG_IGN);
	for (i = 0; i < ROWS(rows); i++) {
		struct buf changes = { 0 };
		struct follower f = { .changed = told, .arg = &changes };
		struct options opt = { .proto = rows[i].proto,
			.proto_given = rows[i].proto != NULL,
			.fail = strchr(rows[i].how, 'f') != NULL,
			.tls = strchr(rows[i].how, 'T') != NULL,
			.starttls = strchr(rows[i].how, 'S') != NULL };

		player_begin(&p, rows[i].part);
		connect_to(&opt, p.port);
		stage_dark(&st);
		session_init(&st.s, &opt, strchr(rows[i].how, 'p') != NULL);
		session_follow(&st.s, &f);
		rc = reach_open(&st.s);
		st.s.status = session_status(&st.s);
		reach_close(&st.s);
		session_unfollow(&st.s, &f);
		session_free(&st.s);
		stage_light(&st);
		player_end(&p);
		buf_add(&changes, "", 1);
		if (rc != rows[i].rc || st.s.status != rows[i].status ||
		    strcmp(buf_bytes(&changes), rows[i].told) != 0 ||
		    (rows[i].heard != NULL &&
			strcmp(p.heard, rows[i].heard) != 0) ||
		    (rows[i].err != NULL &&
			strstr(st.err, rows[i].err) == NULL)) {
			wrong++;
			print_error("%s: %d, status %d, %s, heard \"%s\", "
				    "stderr \"%s\"\n",
			    rows[i].name, rc, st.s.status, buf_bytes(&changes),
			    p.heard, st.err);
		}
		buf_free(&changes);
	}
	assert_int_equal(wrong, 0);
}

/* Nobody is there. */
static void
test_refused(void **state)
{
	static const char *const part[] = { NULL };
	static struct stage st;
	static struct player p;
	struct options opt = { .proto = &proto_smtp, .proto_given = true };
	int rc;

	(void)state;
	player_begin(&p, part);
	connect_to(&opt, p.port);
	/* The first one ends it. */
	stage_dark(&st);
	session_init(&st.s, &opt, false);
	reach_open(&st.s);
	session_free(&st.s);
	player_end(&p);
	session_init(&st.s, &opt, false);
	rc = reach_open(&st.s);
	session_free(&st.s);
	stage_light(&st);
	assert_int_equal(rc, -1);
	assert_int_equal(st.s.status, 1);
	assert_non_null(strstr(st.err, "connection refused"));
}

/* Bytes that are there before TLS are never a part of it. */
static void
test_unread(void **state)
{
	static const struct {
		const char *name, *heard, *unread;
		const char *err; /* NULL: none of them are in the way */
	} rows[] = {
		{ "in the kernel", "220 a\r\n", "250 x\r\n",
		    "7 bytes of plain text came before it" },
		{ "half a line of ours", "220 a\r\nx", "",
		    "1 byte of plain text" },
		{ "both", "220 a\r\nxy", "z", "3 bytes of plain text" },
		{ "before all", "", "220 a\r\n",
		    "the server speaks plain text here: 220 a" },
	};
	struct options opt = { .timeout = 500,
		.connect_timeout = 500,
		.proto_given = true };
	static struct stage st;
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		const char *unread = rows[i].unread;
		int rc;

		stage_begin(&st, &opt, true, &proto_smtp);
		if (rows[i].heard[0] != '\0')
			stage_hears(&st, rows[i].heard);
		send(st.server, unread, strlen(unread), MSG_NOSIGNAL);
		rc = reach_upgrade(&st.s);
		stage_end(&st);
		if (rc != -1 || st.s.status != 3 || st.sent_len != 0 ||
		    strstr(st.err, rows[i].err) == NULL)
			fail_msg("%s: %d, status %d, %zu bytes sent, \"%s\"",
			    rows[i].name, rc, st.s.status, st.sent_len, st.err);
	}
}

/* A person is told how it went. */
static void
test_close(void **state)
{
	static const struct {
		const char *line, *reply; /* or NULL */
		bool by_server;
		const char *err;
	} rows[] = {
		{ NULL, NULL, false, "closed by us after 0 s: 0 commands\n" },
		{ "NOOP", "250 b\r\n", true,
		    "closed by the server after 0 s: 1 command\n" },
		{ "NOOP", "550 b\r\n", false,
		    "closed by us after 0 s: 1 command, 1 refused "
		    "(last: 550)\n" },
	};
	struct options opt = { .timeout = -1, .proto_given = true };
	static struct stage st;
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		bool open;

		stage_begin(&st, &opt, true, &proto_smtp);
		stage_hears(&st, "220 a\r\n");
		if (rows[i].line != NULL) {
			say_line(&st.s, rows[i].line, strlen(rows[i].line));
			stage_hears(&st, rows[i].reply);
		}
		if (rows[i].by_server) {
			shutdown(st.server, SHUT_WR);
			hear_drain(&st.s);
		}
		reach_close(&st.s);
		reach_close(&st.s);
		open = session_is_open(&st.s) || wire_is_open(&st.s.wire);
		stage_end(&st);
		assert_false(open);
		if (strstr(st.err, rows[i].err) == NULL)
			fail_msg("\"%s\" for \"%s\"", st.err, rows[i].err);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_open),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_unread),
		cmocka_unit_test(test_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
