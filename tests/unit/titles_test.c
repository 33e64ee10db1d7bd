/* SPDX-License-Identifier: ISC */
/* titles_test.c - what is still known of the last commands. */
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "titles.h"

static void
is(const struct titles *t, unsigned id, const char *text)
{
	size_t len = 0;
	const char *got = titles_get(t, id, &len);

	if (text == NULL) {
		assert_null(got);
		return;
	}
	assert_non_null(got);
	assert_int_equal(len, strlen(text));
	assert_memory_equal(got, text, len);
}

static void
test_known(void **state)
{
	struct titles t = { NULL };

	(void)state;
	is(&t, 0, NULL);
	titles_put(&t, 1, "EHLO a", 6);
	titles_put(&t, 2, "QUIT", 4);
	is(&t, 0, NULL);
	is(&t, 1, "EHLO a");
	is(&t, 2, "QUIT");
	is(&t, 1 + TITLES_MOST, NULL);
	titles_put(&t, 2, "", 0);
	is(&t, 2, NULL);
	titles_free(&t);
	is(&t, 1, NULL);
	titles_free(&t);
}

static void
test_forgotten(void **state)
{
	struct titles t = { NULL };
	unsigned id;
	char text[TITLES_LEN + 2];

	(void)state;
	memset(text, 'x', sizeof text);
	text[TITLES_LEN] = '\0';
	for (id = 1; id <= TITLES_MOST + 2; id++)
		titles_put(&t, id, "a", 1);
	is(&t, 1, NULL);
	is(&t, 2, NULL);
	is(&t, 3, "a");
	is(&t, TITLES_MOST + 2, "a");
	/* A long one is cut. */
	titles_put(&t, 9, text, sizeof text);
	is(&t, 9, text);
	titles_free(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known),
		cmocka_unit_test(test_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
