/* SPDX-License-Identifier: ISC */
/* queue_test.c - lines that wait, in their order. */
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "buf.h"
#include "queue.h"

/* Is this text anywhere in the buffer's memory? */
static bool
holds(const struct buf *b, const char *text)
{
	return b->data != NULL &&
	    memmem(b->data, b->size, text, strlen(text)) != NULL;
}

static void
test_empty(void **state)
{
	struct queue q = { 0 };
	struct buf line = { 0 };
	size_t len;
	bool shown;

	(void)state;
	assert_null(queue_peek(&q, &len, &shown));
	assert_false(queue_take(&q, &line, &shown));
	queue_drop(&q);
	queue_free(&q);
	assert_int_equal(q.count, 0);
	assert_int_equal(line.len, 0);
}

static void
test_order(void **state)
{
	static const char *const lines[] = { "EHLO a", "", "MAIL FROM:<>",
		"\r\n", "." };
	struct queue q = { 0 };
	struct buf line = { 0 };
	const char *p;
	size_t i, len;
	bool shown;

	(void)state;
	for (i = 0; i < 5; i++)
		queue_put(&q, lines[i], strlen(lines[i]), i % 2 == 0);
	assert_int_equal(q.count, 5);
	for (i = 0; i < 5; i++) {
		p = queue_peek(&q, &len, &shown);
		assert_non_null(p);
		assert_int_equal(len, strlen(lines[i]));
		assert_memory_equal(p, lines[i], len);
		assert_int_equal(shown, i % 2 == 0);
		buf_clear(&line);
		assert_true(queue_take(&q, &line, &shown));
		assert_int_equal(line.len, len);
		if (len > 0)
			assert_memory_equal(buf_bytes(&line), lines[i], len);
		assert_int_equal(shown, i % 2 == 0);
		assert_int_equal(q.count, 4 - i);
	}
	assert_false(queue_take(&q, &line, &shown));
	buf_free(&line);
	queue_free(&q);
}

/* Put and taken in turn, with NUL and any length in them. */
static void
test_in_and_out(void **state)
{
	struct queue q = { 0 };
	struct buf line = { 0 };
	char bytes[300];
	size_t put = 0, taken = 0, i;
	bool shown;

	(void)state;
	memset(bytes, 'x', sizeof bytes);
	bytes[3] = '\0';
	for (i = 0; i < 3000; i++) {
		if (i % 7 < 4) {
			queue_put(&q, bytes, put % 299, put % 3 == 0);
			put++;
			continue;
		}
		buf_clear(&line);
		assert_true(queue_take(&q, &line, &shown));
		assert_int_equal(line.len, taken % 299);
		assert_int_equal(shown, taken % 3 == 0);
		taken++;
	}
	assert_int_equal(q.count, put - taken);
	buf_free(&line);
	queue_free(&q);
}

/* A password that waited leaves no trace. */
static void
test_wiped(void **state)
{
	struct queue q = { 0 };
	struct buf line = { 0 };
	bool shown;

	(void)state;
	queue_put(&q, "hunter2 the secret", 18, false);
	assert_true(queue_take(&q, &line, &shown));
	assert_false(holds(&q.bytes, "hunter2"));
	buf_free(&line);
	queue_put(&q, "hunter2 the secret", 18, false);
	queue_put(&q, "NOOP", 4, false);
	assert_true(holds(&q.bytes, "hunter2"));
	queue_drop(&q);
	assert_int_equal(q.count, 0);
	assert_false(holds(&q.bytes, "hunter2"));
	assert_false(queue_take(&q, &line, &shown));
	queue_free(&q);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_in_and_out),
		cmocka_unit_test(test_wiped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
