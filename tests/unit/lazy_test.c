/* SPDX-License-Identifier: ISC */
/* lazy_test.c - slots that a library fills, and a library that cannot. */
#include <sys/mman.h>
#include <sys/wait.h>

#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <openssl/crypto.h>

#include "lazy.h"

/* The file of a library that is here whatever the system. */
static const char *
library(void)
{
	Dl_info info;
	void *function;

	function = dlsym(RTLD_DEFAULT, "OpenSSL_version_num");
	assert_non_null(function);
	assert_int_not_equal(dladdr(function, &info), 0);
	return info.dli_fname;
}

static size_t
page(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

/* Three pages for slots, empty. */
static void **
slots_new(void)
{
	void *p = mmap(NULL, 3 * page(), PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	assert_true(p != MAP_FAILED);
	return p;
}

/* Asked of the kernel: a fault would end the test. */
static bool
is_writable(void *p)
{
	int fd[2];
	bool written;

	assert_int_equal(pipe(fd), 0);
	assert_int_equal(write(fd[1], p, 1), 1);
	written = read(fd[0], p, 1) == 1;
	assert_true(written || errno == EFAULT);
	close(fd[0]);
	close(fd[1]);
	return written;
}

static void
test_slots_are_filled_in_order(void **state)
{
	static const char names[] =
	    "OpenSSL_version_num\0OPENSSL_cleanse\0RAND_bytes\0";
	void **slots = slots_new();
	unsigned long (*version)(void);

	(void)state;
	lazy_load(library(), names, slots);
	memcpy(&version, slots, sizeof version);
	assert_int_equal(version(), OpenSSL_version_num());
	assert_ptr_equal(slots[1], dlsym(RTLD_DEFAULT, "OPENSSL_cleanse"));
	assert_ptr_equal(slots[2], dlsym(RTLD_DEFAULT, "RAND_bytes"));
	assert_null(slots[3]);
	munmap(slots, 3 * page());
}

static void
test_pages_of_the_slots_become_read_only(void **state)
{
	void **slots = slots_new();
	size_t n = page() / sizeof *slots;
	size_t i;

	(void)state;
	/* Read-only before, as they are where telex starts. */
	mprotect(slots, 3 * page(), PROT_READ);
	lazy_load(library(), "RAND_bytes\0OPENSSL_cleanse\0", slots + n - 1);
	for (i = 0; i < 2 * n; i++)
		assert_false(is_writable(slots + i));
	assert_non_null(slots[n - 1]);
	assert_non_null(slots[n]);
	assert_null(slots[n + 1]);
	/* No page beyond the last slot. */
	mprotect(slots, 3 * page(), PROT_READ | PROT_WRITE);
	lazy_load(library(), "RAND_bytes\0", slots + n - 1);
	assert_false(is_writable(slots));
	assert_true(is_writable(slots + n));
	munmap(slots, 3 * page());
}

/* What a load that fails says before it ends the program with status 1. */
static void
failure(const char *soname, const char *names, char *text, size_t size)
{
	int fd[2], status;
	size_t len = 0;
	ssize_t n;
	pid_t child;

	assert_int_equal(pipe(fd), 0);
	child = fork();
	if (child == 0) {
		dup2(fd[1], STDERR_FILENO);
		close(fd[0]);
		close(fd[1]);
		lazy_load(soname, names, slots_new());
		_exit(99);
	}
	assert_true(child > 0);
	close(fd[1]);
	while ((n = read(fd[0], text + len, size - 1 - len)) > 0)
		len += (size_t)n;
	text[len] = '\0';
	close(fd[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 1);
}

static void
test_missing_library_is_named_with_what_to_install(void **state)
{
	static const struct {
		const char *soname, *want;
	} rows[] = {
		{ "libssl.so.0", "(install OpenSSL 3)\n" },
		{ "libcrypto.so.0", "(install OpenSSL 3)\n" },
		{ "libedit.so.none", "(install libedit 3.1)\n" },
		{ "libother.so.1", "(install libother.so.1)\n" },
	};
	char text[1024], begin[64];
	const char *why;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		failure(rows[i].soname, "f\0", text, sizeof text);
		snprintf(begin, sizeof begin,
		    "telex: cannot load %s: ", rows[i].soname);
		assert_memory_equal(text, begin, strlen(begin));
		/* The loader begins with the name, too: once is enough. */
		why = text + strlen(begin);
		assert_null(strstr(why, ".so.0:"));
		assert_ptr_equal(strstr(text, rows[i].want),
		    text + strlen(text) - strlen(rows[i].want));
	}
}

static void
test_missing_function_is_named(void **state)
{
	char text[1024];

	(void)state;
	failure(library(), "RAND_bytes\0telex_has_not\0", text, sizeof text);
	assert_memory_equal(text, "telex: cannot load ", 19);
	assert_non_null(strstr(text, "telex_has_not"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_slots_are_filled_in_order),
		cmocka_unit_test(test_pages_of_the_slots_become_read_only),
		cmocka_unit_test(
		    test_missing_library_is_named_with_what_to_install),
		cmocka_unit_test(test_missing_function_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
