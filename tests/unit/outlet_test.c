/* SPDX-License-Identifier: ISC */
/* outlet_test.c - what goes to stdout and stderr, and in which order. */
#include <sys/socket.h>
#include <sys/wait.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "buf.h"
#include "excuse.h"
#include "outlet.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

/*
 * What a test does with an outlet, in a process of its own; its result is
 * that process's status.
 */
typedef int play(struct outlet *o);

/* Start one with these as stdout and stderr. */
static pid_t
start(play *p, bool lf, int out, int err)
{
	pid_t child = fork();
	struct outlet o;
	int status;

	assert_true(child >= 0);
	if (child > 0)
		return child;
	unsetenv("TELEX_COLORS");
	unsetenv("CLICOLOR_FORCE");
	signal(SIGPIPE, SIG_IGN);
	dup2(out, STDOUT_FILENO);
	dup2(err, STDERR_FILENO);
	close(out);
	if (err != out)
		close(err);
	outlet_open(&o, false, lf, 0);
	status = p(&o);
	outlet_close(&o);
	_exit(status);
}

static int
end(pid_t child)
{
	int status = 0;

	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void
read_all(int fd, struct buf *to)
{
	ssize_t got;

	while ((got = read(fd, buf_room(to, 65536), 65536)) > 0)
		buf_grew(to, (size_t)got);
	close(fd);
}

static void
assert_holds(struct buf *b, const char *want)
{
	buf_add(b, "", 1);
	assert_string_equal(buf_bytes(b), want);
	buf_free(b);
}

/* Both in one pipe. */
static void
assert_prints(play *p, bool lf, const char *want)
{
	struct buf b = { 0 };
	pid_t child;
	int fds[2];

	assert_int_equal(pipe(fds), 0);
	child = start(p, lf, fds[1], fds[1]);
	close(fds[1]);
	read_all(fds[0], &b);
	assert_int_equal(end(child), 0);
	assert_holds(&b, want);
}

/* Each in its own. */
static void
assert_parts(play *p, const char *out, const char *err)
{
	struct buf b = { 0 };
	pid_t child;
	int to_out[2], to_err[2];

	assert_int_equal(pipe(to_out), 0);
	assert_int_equal(pipe(to_err), 0);
	child = start(p, false, to_out[1], to_err[1]);
	close(to_out[1]);
	close(to_err[1]);
	read_all(to_out[0], &b);
	assert_holds(&b, out);
	read_all(to_err[0], &b);
	assert_holds(&b, err);
	assert_int_equal(end(child), 0);
}

static int
play_order(struct outlet *o)
{
	outlet_bytes(o, "220 a\r\n", 7);
	outlet_note(o, 0, "%s", "hello");
	outlet_bytes(o, "250 b\r\n", 7);
	outlet_warning(o, "careful: %d", 1);
	outlet_error(o, "bad");
	outlet_bytes(o, "\033\0\xff", 3);
	outlet_text(o, "C: NOOP\n", 8);
	outlet_bytes(o, "end", 3);
	return outlet_flush(o);
}

static void
test_order(void **state)
{
	static const char want[] = "220 a\r\n* hello\n250 b\r\n! careful: 1\n"
				   "telex: bad\n\033\0\xff"
				   "C: NOOP\nend";
	struct buf b = { 0 };
	pid_t child;
	int fds[2];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	child = start(play_order, false, fds[1], fds[1]);
	close(fds[1]);
	read_all(fds[0], &b);
	assert_int_equal(end(child), 0);
	assert_int_equal(b.len, sizeof want - 1);
	assert_memory_equal(buf_bytes(&b), want, b.len);
	buf_free(&b);
}

static int
play_apart(struct outlet *o)
{
	outlet_bytes(o, "220 a\r\n", 7);
	outlet_note(o, 0, "hello");
	outlet_aside(o, "    %s", "meant");
	outlet_bytes(o, "* like ours\r\n", 13);
	return 0;
}

/* stdout has the server's words and nothing else. */
static void
test_apart(void **state)
{
	(void)state;
	assert_parts(play_apart, "220 a\r\n* like ours\r\n",
	    "* hello\n    meant\n");
}

static int
play_quiet(struct outlet *o)
{
	o->quiet = true;
	outlet_note(o, 0, "note");
	outlet_aside(o, "aside");
	outlet_warning(o, "warning");
	outlet_error(o, "error");
	return 0;
}

static int
play_levels(struct outlet *o)
{
	outlet_note(o, 0, "0");
	outlet_note(o, 1, "1");
	o->verbose = 1;
	outlet_note(o, 1, "one");
	outlet_note(o, 2, "2");
	o->verbose = 2;
	outlet_note(o, 2, "two");
	return 0;
}

static void
test_levels(void **state)
{
	(void)state;
	assert_prints(play_quiet, false, "! warning\ntelex: error\n");
	assert_prints(play_levels, false, "* 0\n* one\n* two\n");
}

/* A sentence that is too long is cut, and still one line. */
static int
play_long(struct outlet *o)
{
	char text[10000];

	memset(text, 'x', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	outlet_note(o, 0, "%s", text);
	outlet_note(o, 0, "next");
	return 0;
}

static void
test_long(void **state)
{
	struct buf b = { 0 };
	pid_t child;
	int fds[2];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	child = start(play_long, false, fds[1], fds[1]);
	close(fds[1]);
	read_all(fds[0], &b);
	assert_int_equal(end(child), 0);
	assert_true(b.len > 1000);
	assert_memory_equal(buf_bytes(&b) + b.len - 9, "x\n* next\n", 9);
	buf_free(&b);
}

/* A block read is a block written, however many lines are in it. */
static int
play_joined(struct outlet *o)
{
	static const char text[] = "250-a\r\n250-b\r\n250 c\r\n";

	outlet_bytes(o, text, 7);
	outlet_bytes(o, text + 7, 7);
	outlet_bytes(o, text + 14, 7);
	outlet_flush(o);
	outlet_bytes(o, "1\n", 2);
	outlet_bytes(o, "3\n", 2);
	return outlet_flush(o);
}

static void
test_one_write(void **state)
{
	static const char *const writes[] = { "250-a\r\n250-b\r\n250 c\r\n",
		"1\n", "3\n" };
	char text[100];
	pid_t child;
	int fds[2];
	size_t i;

	(void)state;
	/* Each write is one packet. */
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fds), 0);
	child = start(play_joined, false, fds[1], STDERR_FILENO);
	close(fds[1]);
	for (i = 0; i < ROWS(writes); i++) {
		ssize_t got = read(fds[0], text, sizeof text);

		assert_int_equal(got, strlen(writes[i]));
		assert_memory_equal(text, writes[i], got);
	}
	assert_int_equal(read(fds[0], text, sizeof text), 0);
	assert_int_equal(end(child), 0);
	close(fds[0]);
}

static const char lf_text[] = "a\r\nb\rc\n\r\r\n\r\n\rd\r";

/* --lf, the bytes in two blocks that are cut everywhere. */
static int
play_lf(struct outlet *o)
{
	size_t cut;

	for (cut = 0; cut < sizeof lf_text; cut++) {
		outlet_bytes(o, lf_text, cut);
		outlet_flush(o);
		outlet_bytes(o, lf_text + cut, sizeof lf_text - 1 - cut);
		outlet_flush(o);
		outlet_bytes(o, ".", 1);
		outlet_flush(o);
	}
	outlet_bytes(o, "\r", 1);
	return 0;
}

static void
test_lf(void **state)
{
	struct buf want = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof lf_text; i++)
		buf_adds(&want, "a\nb\rc\n\r\n\n\rd\r.");
	/* One that nothing followed is not lost. */
	buf_add(&want, "\r", 2);
	assert_prints(play_lf, true, buf_bytes(&want));
	buf_free(&want);
}

/* Said once: -1 from one flush, and one sentence. */
static int
play_failing(struct outlet *o)
{
	int first, second;

	outlet_bytes(o, "220 a\r\n", 7);
	first = outlet_flush(o);
	outlet_bytes(o, "250 b\r\n", 7);
	second = outlet_flush(o);
	outlet_note(o, 0, "later");
	return first == -1 && second == 0 ? 0 : 1;
}

static void
assert_fails_once(int out, const char *want)
{
	struct buf b = { 0 };
	pid_t child;
	int fds[2];

	assert_int_equal(pipe(fds), 0);
	child = start(play_failing, false, out, fds[1]);
	close(out);
	close(fds[1]);
	read_all(fds[0], &b);
	assert_int_equal(end(child), 0);
	assert_holds(&b, want);
}

static void
test_nobody_reads(void **state)
{
	int fds[2];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	close(fds[0]);
	assert_fails_once(fds[1],
	    "telex: cannot write to standard output: broken pipe\n* later\n");
}

static void
test_full(void **state)
{
	int full = open("/dev/full", O_WRONLY);

	(void)state;
	if (full < 0)
		SKIP("there is no /dev/full");
	assert_fails_once(full,
	    "telex: cannot write to standard output: no space left on "
	    "device\n* later\n");
}

/* More than a pipe holds, into one that does not block. */
static int
play_large(struct outlet *o)
{
	static char block[300000];
	size_t i;

	for (i = 0; i < sizeof block; i++)
		block[i] = (char)('a' + i % 23);
	outlet_bytes(o, block, sizeof block);
	if (outlet_flush(o) != 0)
		return 1;
	return (fcntl(STDOUT_FILENO, F_GETFL) & O_NONBLOCK) != 0 ? 0 : 2;
}

static void
test_slow_reader(void **state)
{
	struct timespec pause = { 0, 50000000 };
	struct buf b = { 0 };
	pid_t child;
	int fds[2];
	size_t i;

	(void)state;
	assert_int_equal(pipe(fds), 0);
	fcntl(fds[1], F_SETFL, O_NONBLOCK);
	child = start(play_large, false, fds[1], STDERR_FILENO);
	close(fds[1]);
	nanosleep(&pause, NULL);
	read_all(fds[0], &b);
	assert_int_equal(end(child), 0);
	assert_int_equal(b.len, 300000);
	for (i = 0; i < b.len; i++)
		assert_int_equal(buf_bytes(&b)[i], 'a' + i % 23);
	buf_free(&b);
}

static int
play_terminal(struct outlet *o)
{
	if (!o->terminal)
		return 1;
	outlet_server(o, CLASS_OK, "250 \033[31mred", 12, true);
	outlet_server(o, CLASS_NONE, "* forged", 8, true);
	outlet_server(o, CLASS_NONE, "half", 4, false);
	outlet_note(o, 0, "note");
	outlet_server(o, CLASS_NONE, " a line", 7, true);
	outlet_server(o, CLASS_NONE, "end", 3, true);
	return outlet_flush(o);
}

/* A terminal of our own, which must not become this process's. */
static int
open_terminal(int *slave)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY);

	if (master < 0 || grantpt(master) < 0 || unlockpt(master) < 0)
		SKIP("no pseudo-terminal is to be had");
	*slave = open(ptsname(master), O_RDWR | O_NOCTTY);
	assert_true(*slave >= 0);
	return master;
}

/* What is shown up to its last line, which ends in "end". */
static void
read_terminal(int master, char *text, size_t size)
{
	struct pollfd p = { master, POLLIN, 0 };
	size_t n = 0;

	text[0] = '\0';
	while (strstr(text, "end\r\n") == NULL) {
		ssize_t got;

		assert_int_equal(poll(&p, 1, 10000), 1);
		got = read(master, text + n, size - 1 - n);
		assert_true(got > 0);
		n += (size_t)got;
		text[n] = '\0';
	}
}

static void
test_terminal(void **state)
{
	int slave, master = open_terminal(&slave);
	pid_t child = start(play_terminal, false, slave, slave);
	char text[200];

	(void)state;
	read_terminal(master, text, sizeof text);
	assert_string_equal(text,
	    "250 \\x1b[31mred\r\n\\x2a forged\r\nhalf\r\n* note\r\n"
	    " a line\r\nend\r\n");
	assert_int_equal(end(child), 0);
	close(slave);
	close(master);
}

/* Only the server's words are shown there, ours are elsewhere. */
static void
test_terminal_apart(void **state)
{
	int slave, fds[2], master = open_terminal(&slave);
	struct buf b = { 0 };
	char text[200];
	pid_t child;

	(void)state;
	assert_int_equal(pipe(fds), 0);
	child = start(play_terminal, false, slave, fds[1]);
	close(fds[1]);
	read_terminal(master, text, sizeof text);
	assert_null(strstr(text, "note"));
	assert_non_null(strstr(text, "\\x2a forged\r\nhalf"));
	read_all(fds[0], &b);
	assert_int_equal(end(child), 0);
	close(slave);
	close(master);
	assert_holds(&b, "* note\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_apart),
		cmocka_unit_test(test_levels),
		cmocka_unit_test(test_long),
		cmocka_unit_test(test_one_write),
		cmocka_unit_test(test_lf),
		cmocka_unit_test(test_nobody_reads),
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_slow_reader),
		cmocka_unit_test(test_terminal),
		cmocka_unit_test(test_terminal_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
