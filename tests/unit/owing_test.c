/* SPDX-License-Identifier: ISC */
/* owing_test.c - answered in order, by tag, more than once, never. */
#include <stdio.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "owing.h"

static struct owed *
push(struct owing *q, const char *tag)
{
	struct asked a = { .verb = NULL };
	size_t n = strlen(tag);

	a.tag_len = n;
	memcpy(a.tag, tag, n < TAG_MOST ? n : TAG_MOST);
	return owing_push(q, OWED_COMMAND, (unsigned)q->count + 1, &a);
}

static void
test_order(void **state)
{
	struct owing q;
	unsigned i;

	(void)state;
	owing_init(&q);
	assert_null(owing_first(&q));
	assert_null(owing_last(&q));
	/* Round the ring, twice. */
	for (i = 0; i < 2 * OWING_MOST + 3; i++) {
		push(&q, "a");
		push(&q, "b");
		assert_memory_equal(owing_first(&q)->asked.tag, "a", 1);
		owing_answered(&q, owing_first(&q));
		assert_memory_equal(owing_first(&q)->asked.tag, "b", 1);
		owing_answered(&q, owing_first(&q));
		assert_int_equal(q.count, 0);
		assert_int_equal(q.replies, 0);
	}
	owing_free(&q);
}

static void
test_by_tag(void **state)
{
	struct owing q;

	(void)state;
	owing_init(&q);
	push(&q, "a1");
	push(&q, "a2");
	push(&q, "a3");
	assert_null(owing_find(&q, "a", 1));
	assert_null(owing_find(&q, "a22", 3));
	owing_answered(&q, owing_find(&q, "a2", 2));
	assert_null(owing_find(&q, "a2", 2));
	assert_int_equal(q.replies, 2);
	assert_int_equal(owing_first(&q)->id, 1);
	/* Behind the first one the answered one goes too. */
	owing_answered(&q, owing_find(&q, "a1", 2));
	assert_int_equal(q.count, 1);
	assert_int_equal(owing_first(&q)->id, 3);
	assert_ptr_equal(owing_first(&q), owing_last(&q));
	owing_free(&q);
}

/* What does not fit counts with its length. */
static void
test_long_tags(void **state)
{
	char tag[2 * TAG_MOST + 1];
	struct owing q;

	(void)state;
	memset(tag, 't', sizeof tag);
	tag[sizeof tag - 1] = '\0';
	owing_init(&q);
	push(&q, tag);
	assert_null(owing_find(&q, tag, TAG_MOST));
	assert_null(owing_find(&q, tag, sizeof tag - 2));
	assert_non_null(owing_find(&q, tag, sizeof tag - 1));
	owing_free(&q);
}

static void
test_many(void **state)
{
	struct owing q;
	unsigned i;

	(void)state;
	owing_init(&q);
	for (i = 0; i < OWING_MOST; i++)
		assert_non_null(push(&q, "a"));
	assert_null(push(&q, "a"));
	owing_more(&q, owing_first(&q), 2);
	assert_int_equal(q.replies, OWING_MOST + 2);
	for (i = 0; i < OWING_MOST + 2; i++)
		owing_answered(&q, owing_first(&q));
	assert_int_equal(q.count, 0);
	push(&q, "a");
	owing_clear(&q);
	assert_null(owing_first(&q));
	owing_free(&q);
	/* Without memory there is nothing to owe. */
	assert_null(push(&q, "a"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_by_tag),
		cmocka_unit_test(test_long_tags),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
