/* SPDX-License-Identifier: ISC */
/* fail_test.c - sentences, and the end of memory. */
#include <sys/wait.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "fail.h"

static void
test_strerror(void **state)
{
	static const struct {
		int error;
		const char *want;
	} rows[] = {
		{ ECONNREFUSED, "connection refused" },
		{ ENOENT, "no such file or directory" },
		{ EACCES, "permission denied" },
	};
	char text[64];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_string_equal(
		    fail_strerror(rows[i].error, text, sizeof text),
		    rows[i].want);
	assert_string_equal(fail_strerror(ENOENT, text, 1), "");
	assert_string_equal(fail_strerror(ENOENT, text, 3), "no");
}

static void
test_set(void **state)
{
	struct fail f;
	char text[2000];

	(void)state;
	assert_int_equal(fail_set(&f, STATUS_TLS, "%s: %d", "x", 3), -1);
	assert_int_equal(f.status, STATUS_TLS);
	assert_string_equal(f.text, "x: 3");
	memset(text, 'y', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	fail_set(&f, STATUS_USAGE, "%s", text);
	assert_int_equal(strlen(f.text), sizeof f.text - 1);
	errno = ENOENT;
	fail_errno(&f, STATUS_USAGE, "%s", text);
	assert_int_equal(strlen(f.text), sizeof f.text - 1);
}

static void
test_errno(void **state)
{
	struct fail f;

	(void)state;
	errno = ECONNREFUSED;
	assert_int_equal(fail_errno(&f, STATUS_NETWORK, "%s:%d", "h", 25), -1);
	assert_int_equal(f.status, STATUS_NETWORK);
	assert_string_equal(f.text, "h:25: connection refused");
}

static void
test_about(void **state)
{
	struct fail f;
	char name[300];

	(void)state;
	assert_int_equal(fail_about(&f, STATUS_USAGE, "a\033[2J\n", "bad"), -1);
	assert_int_equal(f.status, STATUS_USAGE);
	assert_string_equal(f.text, "a\\x1b[2J\\x0a: bad");
	memset(name, 'n', sizeof name - 1);
	name[sizeof name - 1] = '\0';
	fail_about(&f, STATUS_USAGE, name, "long");
	assert_int_equal(strlen(f.text), 100 + strlen("...: long"));
}

static void
test_memory(void **state)
{
	char *p = xmalloc(0), *copy = xstrdup("text");

	(void)state;
	assert_non_null(p);
	p = xrealloc(p, 100);
	memset(p, 1, 100);
	p = xrealloc(p, 0);
	assert_non_null(p);
	assert_string_equal(copy, "text");
	free(p);
	free(copy);
	copy = xstrndup("text", 3);
	assert_string_equal(copy, "tex");
	free(copy);
	copy = xstrndup("a\0b", 3);
	assert_memory_equal(copy, "a\0b", 4);
	free(copy);
	copy = xstrndup(NULL, 0);
	assert_string_equal(copy, "");
	free(copy);
}

/* The size is not known to the compiler, which would warn. */
static void
run_out(int how, volatile size_t size)
{
	char *p = how == 1 ? xmalloc(size) : xrealloc(NULL, size);

	free(p);
	_exit(0);
}

static void
test_out_of_memory(void **state)
{
	int how;

	(void)state;
	for (how = 1; how <= 2; how++) {
		char text[64] = "";
		int ends[2], status = 0;
		pid_t child;

		assert_int_equal(pipe(ends), 0);
		child = fork();
		assert_true(child >= 0);
		if (child == 0) {
			dup2(ends[1], STDERR_FILENO);
			run_out(how, SIZE_MAX / 4);
		}
		close(ends[1]);
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), STATUS_NETWORK);
		assert_true(read(ends[0], text, sizeof text - 1) > 0);
		/* A sanitizer may say a word of its own before. */
		if (strncmp(text, "==", 2) != 0)
			assert_string_equal(text, "telex: out of memory\n");
		close(ends[0]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_strerror),
		cmocka_unit_test(test_set),
		cmocka_unit_test(test_errno),
		cmocka_unit_test(test_about),
		cmocka_unit_test(test_memory),
		cmocka_unit_test(test_out_of_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
