/* SPDX-License-Identifier: ISC */
/* logfile_test.c - where transcripts may go, and how. */
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "fail.h"
#include "logfile.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

static char folder[] = "/tmp/logfile-XXXXXX";
static char name[sizeof folder + 20];

static int
set_up(void **state)
{
	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(name, sizeof name, "%s/log", folder);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	return rmdir(folder);
}

static void
put(const char *text)
{
	FILE *f = fopen(name, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	chmod(name, 0644);
}

static void
get(char *text, size_t size)
{
	FILE *f = fopen(name, "r");

	text[0] = '\0';
	if (f == NULL)
		return;
	text[fread(text, 1, size - 1, f)] = '\0';
	fclose(f);
}

/* Each opens, writes "new\n" where that is allowed, and is looked at. */
static void
test_files(void **state)
{
	static const struct {
		const char *was; /* NULL: there is no file */
		bool append, force;
		const char *now; /* NULL: it is refused, and stays */
		bool made, filled;
		mode_t mode;
		const char *why;
	} rows[] = {
		{ NULL, false, false, "new\n", true, false, 0600, NULL },
		{ "old\n", false, false, NULL, false, false, 0644,
		    "is there already (--force overwrites it, \">>" },
		{ "", false, false, NULL, false, false, 0644,
		    "is there already" },
		{ NULL, true, false, "new\n", false, false, 0600, NULL },
		{ "old\n", true, false, "old\nnew\n", false, true, 0644, NULL },
		{ "", true, false, "new\n", false, false, 0644, NULL },
		{ NULL, false, true, "new\n", false, false, 0600, NULL },
		{ "much that is old\n", false, true, "new\n", false, false,
		    0600, NULL },
	};
	mode_t mask = umask(0);
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		const char *was = rows[i].was;
		struct logfile l = { .append = rows[i].append,
			.force = rows[i].force };
		struct fail f = { .text = "" };
		char text[100];
		struct stat st;
		int rc;

		if (was != NULL)
			put(was);
		rc = logfile_open(&l, name, &f);
		if (rc == 0) {
			assert_int_equal(logfile_write(l.fd, "new\n", 4), 0);
			close(l.fd);
		}
		get(text, sizeof text);
		assert_int_equal(stat(name, &st), 0);
		unlink(name);
		if (rc != (rows[i].now == NULL ? -1 : 0) ||
		    strcmp(text, rows[i].now == NULL ? was : rows[i].now) !=
			0 ||
		    (st.st_mode & 07777) != rows[i].mode ||
		    (rc == 0 &&
			(l.made != rows[i].made ||
			    l.filled != rows[i].filled)) ||
		    (rc < 0 &&
			(l.fd != -1 || f.status != STATUS_USAGE ||
			    strstr(f.text, rows[i].why) == NULL)))
			fail_msg("row %zu: %d, \"%s\", mode %o, made %d, "
				 "filled %d, \"%s\"",
			    i, rc, text, (unsigned)st.st_mode, l.made, l.filled,
			    f.text);
	}
	umask(mask);
}

/* Kinds of files: a link is never followed, a device may be there. */
static void
test_kinds(void **state)
{
	static const struct {
		char kind; /* l: a link to nothing, L: to a file, d: a folder,
			      p: a FIFO that is read */
		bool append, force;
		const char *why; /* NULL: it is opened */
	} rows[] = {
		{ 'l', false, false, "is there already" },
		{ 'l', true, false, "is a symbolic link" },
		{ 'l', false, true, "is a symbolic link" },
		{ 'L', true, false, "is a symbolic link" },
		{ 'L', false, true, "is a symbolic link" },
		{ 'd', false, false, "is there already" },
		{ 'd', true, false, "cannot write to" },
		{ 'p', false, false, NULL },
		{ 'p', true, false, NULL },
		{ 'p', false, true, NULL },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct logfile l = { .append = rows[i].append,
			.force = rows[i].force };
		struct fail f = { .text = "" };
		char kind = rows[i].kind;
		int rc, reader = -1, flags = 0;

		if (kind == 'd')
			assert_int_equal(mkdir(name, 0700), 0);
		else if (kind == 'p')
			assert_int_equal(mkfifo(name, 0600), 0);
		else
			assert_int_equal(
			    symlink(kind == 'L' ? "/etc/passwd" : "nothing",
				name),
			    0);
		if (kind == 'p')
			reader = open(name, O_RDONLY | O_NONBLOCK);
		rc = logfile_open(&l, name, &f);
		if (rc == 0) {
			flags = fcntl(l.fd, F_GETFL);
			close(l.fd);
		}
		if (reader >= 0)
			close(reader);
		if (kind == 'd')
			rmdir(name);
		else
			unlink(name);
		if (rows[i].why == NULL) {
			assert_int_equal(rc, 0);
			/* Only the opening was not to wait. */
			assert_int_equal(flags & O_NONBLOCK, 0);
			assert_int_equal(flags & O_APPEND, O_APPEND);
		} else if (rc != -1 || strstr(f.text, rows[i].why) == NULL) {
			fail_msg("row %zu: %d, \"%s\"", i, rc, f.text);
		}
	}
}

/* A name that would do something to a terminal. */
static void
test_name(void **state)
{
	struct logfile l = { .append = true };
	struct fail f;

	(void)state;
	assert_int_equal(logfile_open(&l, "/no/such/\033[2J", &f), -1);
	assert_string_equal(f.text,
	    "cannot write to /no/such/\\x1b[2J: no such file or directory");
}

/* A pipe that is full for a while. */
static void
test_pipe(void **state)
{
	enum { LONG = 300000 };
	char *text = malloc(LONG), *back = malloc(LONG);
	size_t got = 0;
	int fds[2], status;
	ssize_t n;
	pid_t pid;

	(void)state;
	memset(text, 'x', LONG);
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(fcntl(fds[1], F_SETFL, O_NONBLOCK), 0);
	pid = fork();
	if (pid == 0) {
		close(fds[0]);
		_exit(logfile_write(fds[1], text, LONG) == 0 ? 0 : 1);
	}
	close(fds[1]);
	while ((n = read(fds[0], back + got, LONG - got)) > 0)
		got += (size_t)n;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(got, LONG);
	assert_memory_equal(back, text, LONG);
	close(fds[0]);
	free(text);
	free(back);
}

/* Where a file may grow no more, no line is left that is not whole. */
static void
test_full(void **state)
{
	struct rlimit was, limit;
	struct logfile l = { .append = false };
	struct fail f;
	char text[20];
	int rc, error;

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
	assert_int_equal(logfile_open(&l, name, &f), 0);
	limit = was;
	limit.rlim_cur = 10;
	setrlimit(RLIMIT_FSIZE, &limit);
	rc = logfile_write(l.fd, "one\ntwo\nthree\n", 14);
	error = errno;
	setrlimit(RLIMIT_FSIZE, &was);
	close(l.fd);
	get(text, sizeof text);
	unlink(name);
	assert_int_equal(rc, -1);
	assert_int_equal(error, EFBIG);
	assert_string_equal(text, "one\ntwo\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_name),
		cmocka_unit_test(test_pipe),
		cmocka_unit_test(test_full),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
