/* SPDX-License-Identifier: ISC */
/* session_test.c - the state of one conversation, and its exit status. */
#include <sys/socket.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "dialog.h"
#include "options.h"
#include "session.h"
#include "verdict.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

/* What stands in for an SSL *: only whether there is one is asked. */
static SSL *
some_tls(void)
{
	static char place;

	return (SSL *)(void *)&place;
}

static void
test_timeouts(void **state)
{
	static const struct {
		int given;
		bool person;
		int want;
	} rows[] = {
		{ -1, false, 300000 },
		{ -1, true, 0 },
		{ 0, false, 0 },
		{ 2500, false, 2500 },
		{ 2500, true, 2500 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct options opt = { .timeout = rows[i].given };
		struct session s;

		session_init(&s, &opt, rows[i].person);
		assert_int_equal(s.timeout, rows[i].want);
		assert_false(session_is_open(&s));
		session_free(&s);
	}
}

/* The test's stderr is no terminal of a person's, or not always. */
static void
test_explained(void **state)
{
	static const struct {
		enum when when;
		bool person;
		enum explained want;
	} rows[] = {
		{ WHEN_AUTO, false, EXPLAIN_NONE },
		{ WHEN_ALWAYS, false, EXPLAIN_ALL },
		{ WHEN_ALWAYS, true, EXPLAIN_ALL },
		{ WHEN_NEVER, true, EXPLAIN_NONE },
		{ WHEN_AUTO, true, EXPLAIN_REFUSALS },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct options opt = { .explain = rows[i].when };
		struct session s;

		session_init(&s, &opt, rows[i].person);
		assert_int_equal(s.explain,
		    rows[i].want == EXPLAIN_REFUSALS && !isatty(2) ?
			EXPLAIN_NONE :
			rows[i].want);
		session_free(&s);
	}
}

static void
test_status(void **state)
{
	static const struct {
		int status, worst;
		bool person;
		int want;
	} rows[] = {
		{ 0, 0, false, 0 },
		{ 0, 4, false, 4 },
		{ 0, 5, false, 5 },
		{ 0, 5, true, 0 },
		{ 1, 5, false, 1 },
		{ 3, 0, true, 3 },
		{ 7, 4, false, 7 },
		{ 1, 5, true, 1 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct options opt = { .timeout = -1 };
		struct session s;

		session_init(&s, &opt, rows[i].person);
		s.status = rows[i].status;
		s.worst = rows[i].worst;
		assert_int_equal(session_status(&s), rows[i].want);
		session_free(&s);
	}
}

static void
test_prompt(void **state)
{
	static const struct {
		const struct proto *proto;
		bool tls, verified, data;
		const char *want;
	} rows[] = {
		{ &proto_smtp, false, false, false, "smtp> " },
		{ &proto_smtp, true, true, false, "smtp+tls> " },
		{ &proto_smtp, true, false, false, "smtp+tls?> " },
		{ &proto_lmtp, false, true, false, "lmtp> " },
		{ &proto_raw, true, false, false, "raw+tls?> " },
		{ &proto_smtp, true, false, true, "data> " },
		{ &proto_lmtp, false, false, true, "data> " },
	};
	char text[64];
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct options opt = { .timeout = -1 };
		struct session s;

		session_init(&s, &opt, true);
		dialog_start(&s.dialog, rows[i].proto, false);
		if (rows[i].data) {
			dialog_said(&s.dialog, "DATA", 4);
			verdict_line(&s.dialog, "354 go", 6);
		}
		s.wire.ssl = rows[i].tls ? some_tls() : NULL;
		s.tls.verified = rows[i].verified;
		session_prompt(&s, text, sizeof text);
		s.wire.ssl = NULL;
		assert_string_equal(text, rows[i].want);
		session_free(&s);
	}
}

/* Who could read a secret on the way, and who may not even try. */
static void
test_secrets(void **state)
{
	static const struct {
		const char *address;
		bool unix_socket, tls, verified, insecure, person;
		const char *asked; /* T, S, r: --require-tls */
		bool clear, forbidden;
	} rows[] = {
		{ "192.0.2.1", 0, 0, 0, 0, 0, "", true, false },
		{ "192.0.2.1", 0, 0, 0, 0, 0, "T", true, true },
		{ "192.0.2.1", 0, 0, 0, 0, 0, "S", true, true },
		{ "192.0.2.1", 0, 0, 0, 0, 0, "r", true, true },
		{ "192.0.2.1", 0, 0, 0, 0, 1, "", true, false },
		{ "192.0.2.1", 0, 0, 0, 0, 1, "r", true, true },
		{ "2001:db8::1", 0, 0, 0, 0, 0, "", true, false },
		{ "127.0.0.1", 0, 0, 0, 0, 0, "", false, false },
		{ "127.0.0.1", 0, 0, 0, 0, 0, "r", false, true },
		{ "::1", 0, 0, 0, 0, 1, "", false, false },
		{ "/run/lmtp", 1, 0, 0, 0, 0, "", false, false },
		{ "192.0.2.1", 0, 1, 1, 0, 0, "r", false, false },
		{ "192.0.2.1", 0, 1, 1, 0, 1, "", false, false },
		{ "192.0.2.1", 0, 1, 0, 0, 0, "S", true, false },
		{ "192.0.2.1", 0, 1, 0, 0, 1, "", true, false },
		{ "192.0.2.1", 0, 1, 0, 0, 1, "r", true, true },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct options opt = { .timeout = -1 };
		struct session s;
		bool clear, forbidden;

		opt.unix_path = rows[i].unix_socket ? rows[i].address : NULL;
		opt.tls = strchr(rows[i].asked, 'T') != NULL;
		opt.starttls = strchr(rows[i].asked, 'S') != NULL;
		opt.require_tls = strchr(rows[i].asked, 'r') != NULL;
		opt.tls_plan.insecure = rows[i].insecure;
		session_init(&s, &opt, rows[i].person);
		snprintf(s.peer.address, sizeof s.peer.address, "%s",
		    rows[i].address);
		s.wire.ssl = rows[i].tls ? some_tls() : NULL;
		s.tls.verified = rows[i].verified;
		clear = session_is_clear(&s);
		forbidden = session_forbids_secrets(&s);
		s.wire.ssl = NULL;
		session_free(&s);
		if (clear != rows[i].clear || forbidden != rows[i].forbidden)
			fail_msg("row %zu: clear %d, forbidden %d", i, clear,
			    forbidden);
	}
}

/* The first reason counts, and everything ends with it. */
static void
test_fail(void **state)
{
	struct options opt = { .timeout = -1 };
	struct session s;
	char text[200] = "";
	int fds[2], to_err[2], err = dup(STDERR_FILENO);
	bool was_open;

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	assert_int_equal(pipe(to_err), 0);
	session_init(&s, &opt, false);
	wire_open(&s.wire, fds[0]);
	s.over = false;
	was_open = session_is_open(&s);
	dup2(to_err[1], STDERR_FILENO);
	session_fail(&s, 7, "no reply came in %d s", 5);
	session_fail(&s, 1, "and %s", "more");
	dup2(err, STDERR_FILENO);
	assert_true(was_open);
	assert_false(session_is_open(&s));
	assert_int_equal(session_status(&s), 7);
	assert_true(read(to_err[0], text, sizeof text - 1) > 0);
	assert_string_equal(text,
	    "telex: no reply came in 5 s\ntelex: and more\n");
	session_free(&s);
	assert_false(wire_is_open(&s.wire));
	close(err);
	close(fds[1]);
	close(to_err[0]);
	close(to_err[1]);
}

static void
test_now(void **state)
{
	int64_t before = session_now(), after = session_now();

	(void)state;
	assert_true(before > 0);
	assert_true(after >= before && after - before < 5000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_timeouts),
		cmocka_unit_test(test_explained),
		cmocka_unit_test(test_status),
		cmocka_unit_test(test_prompt),
		cmocka_unit_test(test_secrets),
		cmocka_unit_test(test_fail),
		cmocka_unit_test(test_now),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
