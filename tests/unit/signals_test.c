/* SPDX-License-Identifier: ISC */
/* signals_test.c - signals that wait, and those that end. */
#include <sys/wait.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "signals.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

static int
is_readable(void)
{
	struct pollfd pfd = { .fd = signals_fd(), .events = POLLIN };

	return poll(&pfd, 1, 0);
}

static void
test_each_waits(void **state)
{
	static const int signos[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP,
		SIGCONT, SIGWINCH };
	size_t i;

	(void)state;
	assert_int_equal(signals_fd(), -1);
	assert_int_equal(signals_next(), 0);
	assert_int_equal(signals_open(NULL), 0);
	for (i = 0; i < ROWS(signos); i++) {
		assert_int_equal(is_readable(), 0);
		raise(signos[i]);
		assert_int_equal(is_readable(), 1);
		assert_int_equal(signals_next(), signos[i]);
		assert_int_equal(signals_next(), 0);
	}
	signals_close();
	assert_int_equal(signals_fd(), -1);
}

static void
test_several_wait(void **state)
{
	int sum = 0, signo;

	(void)state;
	assert_int_equal(signals_open(NULL), 0);
	raise(SIGWINCH);
	raise(SIGTERM);
	raise(SIGWINCH);
	while ((signo = signals_next()) != 0)
		sum += signo;
	assert_int_equal(sum, SIGWINCH + SIGTERM);
	assert_int_equal(is_readable(), 0);
	signals_close();
}

/* More than the pipe holds. */
static void
test_a_flood_does_not_block(void **state)
{
	int i;

	(void)state;
	assert_int_equal(signals_open(NULL), 0);
	for (i = 0; i < 70000; i++)
		raise(SIGWINCH);
	assert_int_equal(signals_next(), SIGWINCH);
	assert_int_equal(signals_next(), 0);
	assert_int_equal(is_readable(), 0);
	signals_close();
}

static void
test_the_ignored_stay_so(void **state)
{
	(void)state;
	signal(SIGHUP, SIG_IGN);
	assert_int_equal(signals_open(NULL), 0);
	raise(SIGHUP);
	assert_int_equal(signals_next(), 0);
	signals_close();
	assert_true(signal(SIGHUP, SIG_DFL) == SIG_IGN);
}

static void
rescue(void)
{
	/* The parent reads it as the proof of having been here. */
	if (write(STDOUT_FILENO, "rescued", 7) < 0)
		_exit(99);
}

static void
interrupt_twice(void)
{
	signals_open(rescue);
	raise(SIGINT);
	raise(SIGINT);
}

static void
interrupt_one_by_one(void)
{
	signals_open(rescue);
	raise(SIGINT);
	signals_next();
	raise(SIGINT);
}

static void
die(void)
{
	signals_open(rescue);
	signals_die(SIGTERM);
}

static void
test_ends(void **state)
{
	static const struct {
		void (*act)(void);
		int signo; /* that ends the child, 0: none */
		int said;
	} rows[] = {
		{ interrupt_twice, SIGINT, 7 },
		{ interrupt_one_by_one, 0, 0 },
		{ die, SIGTERM, 0 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		char text[16];
		int fds[2], status;
		pid_t pid;

		assert_int_equal(pipe(fds), 0);
		pid = fork();
		if (pid == 0) {
			dup2(fds[1], STDOUT_FILENO);
			rows[i].act();
			_exit(0);
		}
		close(fds[1]);
		assert_int_equal(read(fds[0], text, sizeof text), rows[i].said);
		close(fds[0]);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_int_equal(WIFSIGNALED(status) ? WTERMSIG(status) : 0,
		    rows[i].signo);
	}
}

static void
test_stop_and_go_on(void **state)
{
	int status;
	pid_t pid;

	(void)state;
	pid = fork();
	if (pid == 0) {
		/* In a group of its own whose parent is in this session, it
		 * can be stopped. */
		setpgid(0, 0);
		signals_open(NULL);
		signals_stop();
		_exit(signals_next());
	}
	assert_int_equal(waitpid(pid, &status, WUNTRACED), pid);
	assert_true(WIFSTOPPED(status));
	assert_int_equal(WSTOPSIG(status), SIGTSTP);
	kill(pid, SIGCONT);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_waits),
		cmocka_unit_test(test_several_wait),
		cmocka_unit_test(test_a_flood_does_not_block),
		cmocka_unit_test(test_the_ignored_stay_so),
		cmocka_unit_test(test_ends),
		cmocka_unit_test(test_stop_and_go_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
