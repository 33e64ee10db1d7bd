/* SPDX-License-Identifier: ISC */
/* writeall_test.c - pipes take all of it, or say why not. */
#include <sys/wait.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <unistd.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "writeall.h"

/* More than a pipe holds. */
static char much[300000];

/* Reads to the end, so many bytes at a time; its status: all was right. */
static pid_t
reader(const int ends[2], size_t most)
{
	pid_t pid = fork();
	char piece[4096];
	size_t at = 0;
	ssize_t n, i;

	assert_true(pid >= 0);
	if (pid > 0)
		return pid;
	close(ends[1]);
	alarm(60);
	while ((n = read(ends[0], piece, most)) > 0) {
		for (i = 0; i < n; i++) {
			if (at == sizeof much || piece[i] != much[at++])
				_exit(1);
		}
	}
	_exit(at == sizeof much ? 0 : 2);
}

/* Whether the descriptor waits or not, and it stays as it is. */
static void
test_all(void **state)
{
	static const struct {
		int flags;
		size_t most;
	} rows[] = {
		{ 0, 4096 },
		{ O_NONBLOCK, 4096 },
		{ O_NONBLOCK, 1000 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof much; i++)
		much[i] = (char)(i * 31 + i / 4096);
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		int ends[2], status = -1, flags;
		pid_t pid;

		assert_int_equal(pipe(ends), 0);
		flags = fcntl(ends[1], F_GETFL) | rows[i].flags;
		assert_int_equal(fcntl(ends[1], F_SETFL, flags), 0);
		pid = reader(ends, rows[i].most);
		close(ends[0]);
		assert_int_equal(writeall(ends[1], much, sizeof much),
		    sizeof much);
		assert_int_equal(fcntl(ends[1], F_GETFL), flags);
		close(ends[1]);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_int_equal(status, 0);
	}
}

static void
test_little(void **state)
{
	int ends[2];
	char byte = 'b';

	(void)state;
	assert_int_equal(writeall(-1, "", 0), 0);
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(writeall(ends[1], "a", 1), 1);
	close(ends[1]);
	assert_int_equal(read(ends[0], &byte, 1), 1);
	assert_int_equal(byte, 'a');
	close(ends[0]);
}

/* What went before the error counts, and errno tells it. */
static void
test_errors(void **state)
{
	int ends[2], status;
	char first;
	pid_t pid;
	size_t done;

	(void)state;
	errno = 0;
	assert_int_equal(writeall(-1, "abc", 3), 0);
	assert_int_equal(errno, EBADF);
	signal(SIGPIPE, SIG_IGN);
	assert_int_equal(pipe(ends), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		close(ends[1]);
		alarm(60);
		_exit(read(ends[0], &first, 1) != 1);
	}
	close(ends[0]);
	done = writeall(ends[1], much, sizeof much);
	assert_int_equal(errno, EPIPE);
	assert_in_range(done, 1, sizeof much - 1);
	close(ends[1]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all),
		cmocka_unit_test(test_little),
		cmocka_unit_test(test_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
