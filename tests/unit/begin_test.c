/* SPDX-License-Identifier: ISC */
/* begin_test.c - binary words before the handshake, on a connection. */
#include <signal.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "begin.h"
#include "protos.h"
#include "stage.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

/* What postgres asks for: "length 8, SSLRequest". */
static const char asks[] = "\0\0\0\010\004\322\026/";

/* It ends with 0 if it was asked; without an answer it waits for its end. */
static pid_t
server_plays(const struct stage *st, const char *says)
{
	char word[8];
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	alarm(20);
	close(st->s.wire.fd);
	while (says == NULL)
		pause();
	if (recv(st->server, word, 8, MSG_WAITALL) != 8 ||
	    memcmp(word, asks, 8) != 0)
		_exit(1);
	send(st->server, says, strlen(says), MSG_NOSIGNAL);
	_exit(0);
}

static void
test_preamble(void **state)
{
	static const struct {
		const char *name;
		const char *before; /* that the server says at once */
		const char *says;   /* ... when it was asked; NULL: nothing */
		int wait;           /* milliseconds for it; 0: for ever */
		int rc, status;
		const char *err; /* the beginning of it */
	} rows[] = {
		{ "agreed", "", "S", 0, 0, 0, "" },
		{ "refused", "", "N", 0, -1, 3, "telex: TLS was not begun: " },
		{ "not understood", "", "X", 0, -1, 3,
		    "telex: TLS was not begun: " },
		{ "bytes behind it", "", "Sx", 0, -1, 3, "telex: " },
		{ "bytes before it", "S", NULL, 0, -1, 3, "telex: " },
		{ "it closes", "", "", 0, -1, 1,
		    "telex: the server closed the connection before TLS was "
		    "begun\n" },
		{ "it says nothing", "", NULL, 200, -1, 7,
		    "telex: TLS was not begun: the server did not answer in "
		    "0.2 s (-w SECS waits longer)\n" },
	};
	static struct stage st;
	unsigned wrong = 0;
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct options opt = { .timeout = -1,
			.connect_timeout = rows[i].wait };
		const char *says = rows[i].says;
		bool asked;
		pid_t pid;
		int rc, ended;

		stage_begin(&st, &opt, false, protos_find("postgres"));
		if (send(st.server, rows[i].before, strlen(rows[i].before),
			MSG_NOSIGNAL) < 0)
			abort();
		pid = server_plays(&st, says);
		close(st.server);
		st.server = -1;
		rc = begin_preamble(&st.s);
		if (says == NULL)
			kill(pid, SIGKILL);
		st.s.status = session_status(&st.s);
		stage_end(&st);
		waitpid(pid, &ended, 0);
		asked = says == NULL || ended == 0;
		if (rc != rows[i].rc || st.s.status != rows[i].status ||
		    !asked ||
		    strncmp(st.err, rows[i].err, strlen(rows[i].err)) != 0 ||
		    (rows[i].err[0] == '\0' && st.err[0] != '\0')) {
			wrong++;
			print_error("%s: %d, status %d, asked %d, stderr "
				    "\"%s\"\n",
			    rows[i].name, rc, st.s.status, asked, st.err);
		}
	}
	assert_int_equal(wrong, 0);
}

/* A person is told that such a protocol cannot be typed. */
static void
test_note(void **state)
{
	static const struct {
		const char *proto;
		bool person, raw, telnet, starttls, note;
	} rows[] = {
		{ "postgres", 1, 0, 0, 0, true },
		{ "postgres", 1, 0, 0, 1, true },
		{ "postgres", 0, 0, 0, 0, true },
		{ "postgres", 0, 0, 0, 1, false },
		{ "postgres", 1, 1, 0, 0, false },
		{ "postgres", 1, 0, 1, 0, false },
		{ "smtp", 1, 0, 0, 0, false },
	};
	static struct stage st;
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct options opt = { .timeout = -1,
			.raw = rows[i].raw,
			.telnet = rows[i].telnet,
			.starttls = rows[i].starttls };

		stage_begin(&st, &opt, rows[i].person,
		    protos_find(rows[i].proto));
		begin_note(&st.s);
		stage_end(&st);
		if ((st.err[0] == '*') != rows[i].note)
			fail_msg("row %zu: \"%s\"", i, st.err);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_preamble),
		cmocka_unit_test(test_note),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
