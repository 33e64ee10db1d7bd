/* SPDX-License-Identifier: ISC */
/* iac_test.c - Telnet's commands go, data stays, at every cut. */
#include <stdlib.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "buf.h"
#include "iac.h"

#define BYTES(s) (s), sizeof(s) - 1

static const struct row {
	const char *in;
	size_t in_len;
	const char *out;
	size_t out_len;
	const char *say;
	size_t say_len;
	bool open;
} rows[] = {
	{ BYTES("220 hi\r\n"), BYTES("220 hi\r\n"), BYTES(""), false },
	{ BYTES("a\377\377b"), BYTES("a\377b"), BYTES(""), false },
	{ BYTES("\377\377\377\377"), BYTES("\377\377"), BYTES(""), false },
	{ BYTES("a\377\373\1b"), BYTES("ab"), BYTES("\377\376\1"), false },
	{ BYTES("a\377\375\30b"), BYTES("ab"), BYTES("\377\374\30"), false },
	{ BYTES("a\377\374\1\377\376\1b"), BYTES("ab"), BYTES(""), false },
	{ BYTES("\377\373\377x"), BYTES("x"), BYTES("\377\376\377"), false },
	{ BYTES("\377\361a\377\371b"), BYTES("ab"), BYTES(""), false },
	{ BYTES("a\377\372\30\1xy\377\360b"), BYTES("ab"), BYTES(""), false },
	{ BYTES("a\377\372\30\377\377\360\377\360b"), BYTES("ab"), BYTES(""),
	    false },
	{ BYTES("a\377\372\30\377\373\1b"), BYTES("ab"), BYTES("\377\376\1"),
	    false },
	{ BYTES("a\377\373\1\377\375\1\377\373\3"), BYTES("a"),
	    BYTES("\377\376\1\377\374\1\377\376\3"), false },
	{ BYTES("a\r\0b\r\n\0\r\0\0"), BYTES("a\rb\r\n\0\r\0"), BYTES(""),
	    false },
	{ BYTES("\r\377\361\0a\r\377\377\0"), BYTES("\ra\r\377\0"), BYTES(""),
	    false },
	{ BYTES("a\377"), BYTES("a"), BYTES(""), true },
	{ BYTES("a\377\373"), BYTES("a"), BYTES(""), true },
	{ BYTES("a\377\372\30xyz"), BYTES("a"), BYTES(""), true },
	{ BYTES("a\377\372\30xyz\377"), BYTES("a"), BYTES(""), true },
};

/* Give bytes to it as they are, in a block of their own. */
static void
give(struct iac *t, const char *p, size_t n, struct buf *out, struct buf *say)
{
	char *copy = malloc(n + 1);
	size_t left;

	assert_non_null(copy);
	memcpy(copy, p, n);
	left = iac_take(t, copy, n, say);
	assert_true(left <= n);
	buf_add(out, copy, left);
	free(copy);
}

static void
check(const struct buf *b, const char *bytes, size_t n)
{
	assert_int_equal(b->len, n);
	if (n > 0)
		assert_memory_equal(buf_bytes(b), bytes, n);
}

static void
test_every_cut(void **state)
{
	size_t i, one, two;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct row *r = &rows[i];

		for (one = 0; one <= r->in_len; one++) {
			for (two = one; two <= r->in_len; two++) {
				struct iac t = { .state = 0 };
				struct buf out = { 0 }, say = { 0 };

				give(&t, r->in, one, &out, &say);
				give(&t, r->in + one, two - one, &out, &say);
				give(&t, r->in + two, r->in_len - two, &out,
				    &say);
				check(&out, r->out, r->out_len);
				check(&say, r->say, r->say_len);
				assert_true(iac_is_open(&t) == r->open);
				buf_free(&out);
				buf_free(&say);
			}
		}
	}
}

static void
test_a_loop_ends(void **state)
{
	struct iac t = { .state = 0 };
	struct buf out = { 0 }, say = { 0 };
	int i;

	(void)state;
	for (i = 0; i < 1000; i++)
		give(&t, "\377\373\1\377\375\1", 6, &out, &say);
	assert_int_equal(say.len, 2 * 3 * IAC_REFUSALS);
	assert_int_equal(out.len, 0);
	buf_free(&out);
	buf_free(&say);
}

static void
test_double(void **state)
{
	static const struct {
		const char *in;
		size_t in_len;
		const char *out;
		size_t out_len;
	} pairs[] = {
		{ BYTES(""), BYTES("") },
		{ BYTES("abc"), BYTES("abc") },
		{ BYTES("\377"), BYTES("\377\377") },
		{ BYTES("a\377\377b"), BYTES("a\377\377\377\377b") },
		{ BYTES("\0\377"), BYTES("\0\377\377") },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
		struct buf out = { 0 };

		iac_double(&out, pairs[i].in, pairs[i].in_len);
		check(&out, pairs[i].out, pairs[i].out_len);
		buf_free(&out);
	}
}

static void
test_words(void **state)
{
	struct buf words = { 0 };

	(void)state;
	iac_words("\377\376\1", &words);
	buf_adds(&words, ", ");
	iac_words("\377\374\37", &words);
	buf_adds(&words, ", ");
	iac_words("\377\374\377", &words);
	check(&words, BYTES("WILL ECHO, DO NAWS, DO 255"));
	buf_free(&words);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_cut),
		cmocka_unit_test(test_a_loop_ends),
		cmocka_unit_test(test_double),
		cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
