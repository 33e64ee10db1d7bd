/* SPDX-License-Identifier: ISC */
/* half_test.c - a line on both sides of the cursor. */
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "buf.h"
#include "term/half.h"

static void
test_half(void **state)
{
	static const struct {
		const char *before, *after, *both;
	} rows[] = {
		{ "", "", "" },
		{ "abc", "", "abc" },
		{ "", "abc", "abc" },
		{ "ab", "c", "abc" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct half h = { .before = { 0 } };
		struct buf to = { 0 };

		buf_adds(&h.before, rows[i].before);
		buf_adds(&h.after, rows[i].after);
		half_copy(&h, &to);
		half_take(&h, &to);
		/* It is taken once. */
		half_take(&h, &to);
		buf_add(&to, "", 1);
		assert_int_equal(to.len, 2 * strlen(rows[i].both) + 1);
		assert_memory_equal(buf_bytes(&to), rows[i].both,
		    strlen(rows[i].both));
		assert_string_equal(buf_bytes(&to) + strlen(rows[i].both),
		    rows[i].both);
		assert_int_equal(h.before.len + h.after.len, 0);
		buf_free(&to);
		half_free(&h);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_half),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
