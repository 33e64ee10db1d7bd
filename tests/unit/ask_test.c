/* SPDX-License-Identifier: ISC */
/* ask_test.c - questions, with a terminal that the test types at. */
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "ask.h"
#include "buf.h"
#include "fail.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

enum { PATIENCE = 20000 }; /* milliseconds */

/* Who asks is a process of its own, with a terminal of its own. */
struct asked {
	pid_t pid;
	int master, slave;
	int answers; /* what became of it, and the answer */
	char shown[500];
	char answer[500];
	int status; /* of the process */
	struct termios before;
};

/* Read to the end, or until this text has come. */
static void
await(int fd, char *to, size_t size, const char *text)
{
	size_t len = strlen(to);
	struct pollfd p = { fd, POLLIN, 0 };

	while (text == NULL || strstr(to, text) == NULL) {
		ssize_t n = 0;

		if (poll(&p, 1, PATIENCE) == 1)
			n = read(fd, to + len, size - 1 - len);
		if (n <= 0)
			return;
		to[len += (size_t)n] = '\0';
	}
}

/* "0 ANSWER" or "-1 STATUS SENTENCE". */
static void
ask_there(bool hidden, int to)
{
	struct buf b = { 0 };
	struct fail f;

	buf_adds(&b, "before ");
	if (ask("name: ", hidden, &b, &f) == 0)
		dprintf(to, "0 %.*s", (int)b.len, buf_bytes(&b));
	else
		dprintf(to, "-1 %d %s|%.*s", (int)f.status, f.text, (int)b.len,
		    buf_bytes(&b));
	buf_free(&b);
}

/* SIGHUP is ignored, so that what it does can be told from what is seen. */
static void
begin(struct asked *a, bool hidden, bool terminal)
{
	int answers[2];

	memset(a, 0, sizeof *a);
	a->master = posix_openpt(O_RDWR | O_NOCTTY);
	if (a->master < 0 || grantpt(a->master) < 0 ||
	    unlockpt(a->master) < 0 || pipe(answers) < 0)
		abort();
	a->slave = open(ptsname(a->master), O_RDWR | O_NOCTTY);
	if (a->slave < 0 || tcgetattr(a->slave, &a->before) < 0 ||
	    (a->pid = fork()) < 0)
		abort();
	if (a->pid == 0) {
		alarm(2 * PATIENCE / 1000);
		close(a->master);
		setsid();
		if (terminal && ioctl(a->slave, TIOCSCTTY, 0) < 0)
			abort();
		close(a->slave);
		signal(SIGHUP, SIG_IGN);
		signal(SIGINT, SIG_DFL);
		signal(SIGTERM, SIG_DFL);
		ask_there(hidden, answers[1]);
		_exit(0);
	}
	close(answers[1]);
	a->answers = answers[0];
}

/* The question has been put: the terminal is as it has to be. */
static void
question(struct asked *a)
{
	await(a->master, a->shown, sizeof a->shown, "name: ");
}

static void
type(struct asked *a, const char *keys)
{
	if (write(a->master, keys, strlen(keys)) != (ssize_t)strlen(keys))
		abort();
}

static void
end(struct asked *a)
{
	await(a->answers, a->answer, sizeof a->answer, NULL);
	waitpid(a->pid, &a->status, 0);
	close(a->answers);
	if (a->master >= 0)
		close(a->master);
	if (a->slave >= 0)
		close(a->slave);
}

#define NO_ANSWER "-1 2 no answer was given|before "

static void
test_answers(void **state)
{
	static const struct {
		bool hidden;
		const char *typed;
		const char *answer;
		const char *shown;
	} rows[] = {
		{ false, "bob\r", "0 before bob", "name: bob\r\n" },
		{ false, "bob\n", "0 before bob", "name: bob\r\n" },
		{ true, "bob\r", "0 before bob", "name: \r\n" },
		{ false, "\r", "0 before ", "name: \r\n" },
		{ true, "\r", "0 before ", "name: \r\n" },
		{ false, "\303\274\r", "0 before \303\274",
		    "name: \303\274\r\n" },
		{ false, "bx\177ob\r", "0 before bob", "name: bx\b \bob\r\n" },
		{ false, "bx\bob\r", "0 before bob", "name: bx\b \bob\r\n" },
		{ true, "bx\177ob\r", "0 before bob", "name: \r\n" },
		{ false, "\177\177bob\r", "0 before bob", "name: bob\r\n" },
		{ false, "xy\025bob\r", "0 before bob",
		    "name: xy\b \b\b \bbob\r\n" },
		{ true, "xy\025bob\r", "0 before bob", "name: \r\n" },
		{ true, "\025bob\r", "0 before bob", "name: \r\n" },
		{ false, "bob\004\r", "0 before bob", "name: bob\r\n" },
		{ false, "\004", NO_ANSWER, "name: \r\n" },
		{ false, "x\177\004", NO_ANSWER, "name: x\b \b\r\n" },
		{ false, "bob\003", NO_ANSWER, "name: bob\r\n" },
		{ true, "bob\003", NO_ANSWER, "name: \r\n" },
		{ false, "b\032\034b\r", "0 before b\032\034b",
		    "name: b\032\034b\r\n" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct termios after;
		struct asked a;

		begin(&a, rows[i].hidden, true);
		question(&a);
		type(&a, rows[i].typed);
		await(a.master, a.shown, sizeof a.shown, "\r\n");
		await(a.answers, a.answer, sizeof a.answer, NULL);
		tcgetattr(a.slave, &after);
		end(&a);
		assert_string_equal(a.answer, rows[i].answer);
		assert_string_equal(a.shown, rows[i].shown);
		assert_true(WIFEXITED(a.status));
		/* The terminal is as it was. */
		assert_int_equal(after.c_lflag, a.before.c_lflag);
		assert_memory_equal(after.c_cc, a.before.c_cc,
		    sizeof after.c_cc);
	}
}

static void
test_no_terminal(void **state)
{
	struct asked a;

	(void)state;
	begin(&a, false, false);
	end(&a);
	assert_string_equal(a.answer,
	    "-1 2 there is no terminal to ask|before ");
}

/* A signal gives it up, and ends the process when all is put back. */
static void
test_signals(void **state)
{
	static const int signals[] = { SIGTERM, SIGINT };
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(signals); i++) {
		struct termios during, after;
		struct asked a;

		begin(&a, true, true);
		question(&a);
		tcgetattr(a.slave, &during);
		kill(a.pid, signals[i]);
		await(a.master, a.shown, sizeof a.shown, "\r\n");
		await(a.answers, a.answer, sizeof a.answer, NULL);
		tcgetattr(a.slave, &after);
		end(&a);
		assert_string_equal(a.answer, "");
		assert_true(WIFSIGNALED(a.status));
		assert_int_equal(WTERMSIG(a.status), signals[i]);
		assert_int_equal(during.c_lflag & (ECHO | ICANON | ISIG), 0);
		assert_int_equal(after.c_lflag & (ECHO | ICANON | ISIG),
		    ECHO | ICANON | ISIG);
	}
}

/* The terminal goes: nobody will answer. */
static void
test_hangup(void **state)
{
	struct asked a;

	(void)state;
	begin(&a, false, true);
	question(&a);
	close(a.slave);
	close(a.master);
	a.slave = a.master = -1;
	end(&a);
	assert_string_equal(a.answer, NO_ANSWER);
	assert_true(WIFEXITED(a.status));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_no_terminal),
		cmocka_unit_test(test_signals),
		cmocka_unit_test(test_hangup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
