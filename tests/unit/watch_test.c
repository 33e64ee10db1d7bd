/* SPDX-License-Identifier: ISC */
/* watch_test.c - patterns that no line may match any more. */
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "watch.h"

/* The line of the transcript that is named; 0: none. */
static unsigned long
named(struct watch *w, const char *line)
{
	const struct watched *at = watch_line(w, line, strlen(line));

	return at == NULL ? 0 : at->line;
}

static void
test_watch(void **state)
{
	struct watch w = { NULL, 0 };
	char text[] = "^250";

	(void)state;
	assert_int_equal(named(&w, "250"), 0);
	watch_add(&w, 3, text, 4);
	/* It is copied. */
	memset(text, 'x', sizeof text - 1);
	watch_add(&w, 5, "b$", 2);
	watch_add(&w, 7, "^2", 2);
	assert_int_equal(named(&w, "550 a"), 0);
	assert_int_equal(named(&w, ""), 0);
	/* Each says so once, one after the other. */
	assert_int_equal(named(&w, "250 b"), 3);
	assert_int_equal(named(&w, "250 b"), 5);
	assert_int_equal(named(&w, "250 b"), 7);
	assert_int_equal(named(&w, "250 b"), 0);
	assert_memory_equal(w.list[0].text, "^250", 4);
	assert_int_equal(w.list[0].len, 4);
	watch_free(&w);
	assert_int_equal(named(&w, "250"), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_watch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
