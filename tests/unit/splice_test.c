/* SPDX-License-Identifier: ISC */
/* splice_test.c - from a socket into a pipe. */
#include <sys/socket.h>
#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "splice.h"

/* A connected pair of sockets, and a pipe. */
static int sock[2], pipe_ends[2];

static int
open_both(void **state)
{
	(void)state;
	return socketpair(AF_UNIX, SOCK_STREAM, 0, sock) < 0 ||
	    pipe(pipe_ends) < 0;
}

static int
close_both(void **state)
{
	(void)state;
	close(sock[0]);
	close(sock[1]);
	close(pipe_ends[0]);
	close(pipe_ends[1]);
	return 0;
}

/* What is there, and no more; then nothing, then the end. */
static void
test_moves(void **state)
{
	char block[16];

	(void)state;
	errno = 0;
	assert_int_equal(splice_part(sock[0], pipe_ends[1], 10), -1);
	assert_int_equal(errno, EAGAIN);
	assert_int_equal(send(sock[1], "hello", 5, 0), 5);
	assert_int_equal(splice_part(sock[0], pipe_ends[1], 3), 3);
	assert_int_equal(splice_part(sock[0], pipe_ends[1], 10), 2);
	assert_int_equal(read(pipe_ends[0], block, sizeof block), 5);
	assert_memory_equal(block, "hello", 5);
	assert_int_equal(shutdown(sock[1], SHUT_WR), 0);
	assert_int_equal(splice_part(sock[0], pipe_ends[1], 10), 0);
}

/* What cannot be done so, is left where it was. */
static void
test_cannot(void **state)
{
	char block[16];

	(void)state;
	assert_int_equal(send(sock[1], "hello", 5, 0), 5);
	errno = 0;
	assert_int_equal(splice_part(sock[0], sock[1], 10), -1);
	assert_int_equal(errno, ENOSYS);
	signal(SIGPIPE, SIG_IGN);
	close(pipe_ends[0]);
	errno = 0;
	assert_int_equal(splice_part(sock[0], pipe_ends[1], 10), -1);
	assert_int_equal(errno, ENOSYS);
	signal(SIGPIPE, SIG_DFL);
	assert_int_equal(recv(sock[0], block, sizeof block, 0), 5);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_moves, open_both,
		    close_both),
		cmocka_unit_test_setup_teardown(test_cannot, open_both,
		    close_both),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
