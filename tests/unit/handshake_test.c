/* SPDX-License-Identifier: ISC */
/* handshake_test.c - TLS that is waited for, and does not come. */
#include <errno.h>
#include <signal.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "clock.h"
#include "fail.h"
#include "handshake.h"
#include "player.h"
#include "tls.h"
#include "wire.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

enum { STEPS = 4 };

static void
test_failures(void **state)
{
	static const struct {
		const char *name;
		const char *part[STEPS]; /* of the server, see player.h */
		uint64_t sent, received; /* before that, in plain text */
		bool woken;
		enum status status;
		const char *why; /* is in the sentence */
	} rows[] = {
		{ "silence", { "ALL" }, 0, 0, false, STATUS_TIMEOUT,
		    "the TLS handshake was not done in 0.2 s" },
		{ "plain text", { "S:220 a\033\r\nmore\r\n", "ALL" }, 0, 0,
		    false, STATUS_TLS,
		    "the server answered in plain text: 220 a\\x1b (try -S" },
		{ "plain text behind a go-ahead", { "S:-ERR what\r\n", "ALL" },
		    10, 10, false, STATUS_TLS,
		    "the server answered in plain text: -ERR what" },
		{ "plain text behind a greeting", { "S:500 what\r\n", "ALL" },
		    0, 10, false, STATUS_TLS,
		    "the server answered in plain text: 500 what" },
		{ "nobody", { NULL }, 0, 0, false, STATUS_TLS,
		    "the TLS handshake failed: " },
		{ "interrupted", { "ALL" }, 0, 0, true, STATUS_TLS,
		    "interrupted: the TLS handshake was broken off" },
	};
	size_t i;

	(void)state;
	signal(SIGPIPE, SIG_IGN);
	for (i = 0; i < ROWS(rows); i++) {
		struct wire w = { .fd = -1 };
		struct tls_plan plan = { .cafile = NULL };
		struct handshake h = { &plan, "h.test", 5000, -1 };
		struct tls_report report;
		static struct player p;
		struct fail f = { .text = "" };
		int fds[2], wake[2], rc;

		/* Nobody but the silent one is hurried. */
		if (rows[i].status == STATUS_TIMEOUT)
			h.timeout = 200;
		memset(&p, 0, sizeof p);
		assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
		assert_int_equal(pipe(wake), 0);
		player_on(&p, fds[1], fds[0], rows[i].part);
		wire_open(&w, fds[0]);
		w.sent = rows[i].sent;
		w.received = rows[i].received;
		if (rows[i].woken) {
			assert_int_equal(write(wake[1], "x", 1), 1);
			h.wake = wake[0];
		}
		rc = handshake_run(&w, &h, &report, &f);
		wire_close(&w);
		player_end(&p);
		close(wake[0]);
		close(wake[1]);
		if (rc != -1 || f.status != rows[i].status ||
		    strstr(f.text, rows[i].why) == NULL ||
		    (rows[i].sent + rows[i].received > 0 &&
			strstr(f.text, "try -S") != NULL))
			fail_msg("%s: %d, status %d, \"%s\"", rows[i].name, rc,
			    (int)f.status, f.text);
	}
}

/* What is waited for, and for how long. */
static void
test_wait(void **state)
{
	struct wire w = { .fd = -1 };
	int fds[2], wake[2];
	int64_t began, took;

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	assert_int_equal(pipe(wake), 0);
	wire_open(&w, fds[0]);
	began = clock_ms();
	assert_int_equal(handshake_wait(&w, began + 50, wake[0]), 0);
	took = clock_ms() - began;
	assert_true(took >= 49 && took < 2000);
	/* Time that is over is not waited for, and asks nobody. */
	assert_int_equal(handshake_wait(&w, began, wake[0]), 0);
	assert_int_equal(write(fds[1], "x", 1), 1);
	assert_int_equal(handshake_wait(&w, clock_ms() + 2000, wake[0]), 1);
	assert_int_equal(handshake_wait(&w, 0, wake[0]), 1);
	/* An interruption goes before what has come. */
	assert_int_equal(write(wake[1], "x", 1), 1);
	errno = 0;
	assert_int_equal(handshake_wait(&w, 0, wake[0]), -1);
	assert_int_equal(errno, EINTR);
	wire_close(&w);
	close(fds[1]);
	close(wake[0]);
	close(wake[1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_failures),
		cmocka_unit_test(test_wait),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
