/* SPDX-License-Identifier: ISC */
/* ferry_test.c - a BIO of OpenSSL on functions of ours. */
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <openssl/bio.h>

#include "ferry.h"

/* What comes, or why not; and what went out. */
struct shore {
	const char *comes;
	int error;
	char gone[32];
};

static ssize_t
comes(void *arg, void *p, size_t n)
{
	struct shore *s = arg;
	size_t len = strlen(s->comes);

	if (s->error != 0) {
		errno = s->error;
		return -1;
	}
	len = len < n ? len : n;
	memcpy(p, s->comes, len);
	s->comes += len;
	return (ssize_t)len;
}

static void
goes(void *arg, const void *p, size_t n)
{
	struct shore *s = arg;

	strncat(s->gone, p, n);
}

static void
test_both_ways(void **state)
{
	struct shore s = { .comes = "hello" };
	struct ferry f = { .in = comes, .out = goes, .arg = &s };
	BIO *b = ferry_bio(&f);
	char block[16];

	(void)state;
	assert_non_null(b);
	assert_int_equal(BIO_read(b, block, 3), 3);
	assert_int_equal(BIO_read(b, block + 3, 9), 2);
	assert_memory_equal(block, "hello", 5);
	assert_false(BIO_eof(b));
	assert_int_equal(BIO_write(b, "one ", 4), 4);
	assert_int_equal(BIO_write(b, "two!", 3), 3);
	assert_int_equal(BIO_flush(b), 1);
	assert_string_equal(s.gone, "one two");
	BIO_free(b);
	ferry_free(&f);
	ferry_free(&f);
}

/* OpenSSL is told what may be tried again, and what is over. */
static void
test_nothing_comes(void **state)
{
	static const struct {
		int error;
		bool again, eof;
	} rows[] = {
		{ EAGAIN, true, false },
		{ EINTR, true, false },
		{ ECONNRESET, false, false },
		{ 0, false, true },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct shore s = { .comes = "", .error = rows[i].error };
		struct ferry f = { .in = comes, .out = goes, .arg = &s };
		BIO *b = ferry_bio(&f);
		char block[16];

		assert_int_equal(BIO_read(b, block, sizeof block),
		    rows[i].eof ? 0 : -1);
		assert_int_equal(BIO_should_retry(b) != 0, rows[i].again);
		assert_int_equal(BIO_eof(b) != 0, rows[i].eof);
		BIO_free(b);
		ferry_free(&f);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_both_ways),
		cmocka_unit_test(test_nothing_comes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
