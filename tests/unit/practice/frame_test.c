/* SPDX-License-Identifier: ISC */
/* frame_test.c - frames, also in pieces. */
#include <stdbool.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "buf.h"
#include "practice/frame.h"

static void
test_pieces(void **state)
{
	struct buf all = { 0 }, in = { 0 };
	enum frame_kind kind;
	size_t i, n = 99, frames = 0;

	(void)state;
	frame_put(&all, FRAME_NOTE, "hello", 5);
	frame_put(&all, FRAME_LIST, NULL, 0);
	for (i = 0; i < all.len; i++) {
		buf_add(&in, buf_bytes(&all) + i, 1);
		assert_true(frame_take(&in, &kind, &n));
		if (kind == FRAME_NONE)
			continue;
		frames++;
		assert_int_equal(kind, frames == 1 ? FRAME_NOTE : FRAME_LIST);
		assert_int_equal(n, frames == 1 ? 5 : 0);
		if (n > 0)
			assert_memory_equal(buf_bytes(&in), "hello", 5);
		buf_drop(&in, n);
	}
	assert_int_equal(frames, 2);
	assert_int_equal(in.len, 0);
	buf_free(&all);
	buf_free(&in);
}

static void
test_none(void **state)
{
	struct buf in = { 0 };
	enum frame_kind kind;
	size_t n;

	(void)state;
	buf_add(&in, "n\xff\xff\xff\xff", 5);
	assert_false(frame_take(&in, &kind, &n));
	buf_clear(&in);
	buf_add(&in, "\0\0\0\0\0", 5);
	assert_false(frame_take(&in, &kind, &n));
	buf_free(&in);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pieces),
		cmocka_unit_test(test_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
