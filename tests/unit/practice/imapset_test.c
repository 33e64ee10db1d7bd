/* SPDX-License-Identifier: ISC */
/* imapset_test.c - sets of numbers, read, settled and said. */
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "buf.h"
#include "practice/imapin.h"
#include "practice/imapset.h"

static void
test_read_and_settle(void **state)
{
	static const struct {
		const char *text;
		uint32_t last;
		const char *settled; /* NULL: no set */
		const char *rest;
		uint32_t most;
	} rows[] = {
		{ "1", 5, "1", "", 1 },
		{ "1:3", 5, "1:3", "", 3 },
		{ "3:1", 5, "1:3", "", 3 },
		{ "*", 5, "5", "", 0 },
		{ "3:*", 5, "3:5", "", 3 },
		{ "7:*", 5, "5:7", "", 7 },
		{ "*:2", 5, "2:5", "", 2 },
		{ "5,1,3", 5, "1,3,5", "", 5 },
		{ "4:6,1:5", 9, "1:6", "", 6 },
		{ "1:9,2:3", 9, "1:9", "", 9 },
		{ "1,1,1", 9, "1", "", 1 },
		{ "2 FLAGS", 9, "2", " FLAGS", 2 },
		{ "4294967295", 9, "4294967295", "", UINT32_MAX },
		{ "0", 5, NULL, "0", 0 },
		{ "4294967296", 5, NULL, "4294967296", 0 },
		{ "1:", 5, NULL, "", 1 },
		{ "1,", 5, NULL, "", 1 },
		{ "a", 5, NULL, "a", 0 },
		{ "", 5, NULL, "", 0 },
		{ "1:0", 5, NULL, "0", 1 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct imapin in = { rows[i].text, strlen(rows[i].text), 0 };
		struct imapset s = { 0 };
		struct buf b = { 0 };
		bool good = imapset_read(&s, &in);

		if (good != (rows[i].settled != NULL))
			print_error("row %zu\n", i);
		assert_int_equal(good, rows[i].settled != NULL);
		if (good) {
			assert_string_equal(in.p + in.at, rows[i].rest);
			assert_int_equal(s.most, rows[i].most);
			imapset_settle(&s, rows[i].last);
			imapset_say(&s, &b);
			buf_add(&b, "", 1);
			assert_string_equal(buf_bytes(&b), rows[i].settled);
		}
		buf_free(&b);
		imapset_free(&s);
	}
}

static void
test_has(void **state)
{
	struct imapin in = { "9:11,2,4:5", 10, 0 };
	struct imapset s = { 0 };
	uint32_t n;

	(void)state;
	assert_false(imapset_has(&s, 1));
	assert_true(imapset_read(&s, &in));
	imapset_settle(&s, 20);
	for (n = 0; n < 14; n++)
		assert_int_equal(imapset_has(&s, n),
		    n == 2 || n == 4 || n == 5 || (n >= 9 && n <= 11));
	imapset_free(&s);
}

static void
test_add(void **state)
{
	static const uint32_t numbers[] = { 1, 2, 3, 7, 9, 10 };
	struct imapset s = { 0 };
	struct buf b = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < 6; i++)
		imapset_add(&s, numbers[i]);
	imapset_say(&s, &b);
	assert_int_equal(b.len, 10);
	assert_memory_equal(buf_bytes(&b), "1:3,7,9:10", 10);
	buf_free(&b);
	imapset_free(&s);
}

static void
test_saved(void **state)
{
	struct imapin in = { "$ x", 3, 0 };
	struct imapset s = { 0 };

	(void)state;
	assert_true(imapset_read(&s, &in));
	assert_true(s.saved);
	assert_int_equal(in.at, 1);
	imapset_free(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read_and_settle),
		cmocka_unit_test(test_has),
		cmocka_unit_test(test_add),
		cmocka_unit_test(test_saved),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
