/* SPDX-License-Identifier: ISC */
/* inbox_test.c - what waits until somebody looks at it. */
#include <stdlib.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "buf.h"
#include "inbox.h"

static void
put(struct inbox *b, const char *text)
{
	inbox_bytes(b, '\0', text, strlen(text), 0);
}

static void
put_end(struct inbox *b, int code)
{
	struct standing is = { .code = code };

	inbox_end(b, &is);
}

/* All that waits, as "line|line|<250>line|". */
static void
take_all(struct inbox *b, struct buf *to)
{
	const char *line;
	struct came c;

	buf_clear(to);
	while (inbox_next(b, &c, &line)) {
		if (c.end) {
			buf_addf(to, "<%d>", c.is.code);
			continue;
		}
		buf_add(to, line, c.len);
		buf_adds(to, "|");
	}
	buf_add(to, "", 1);
}

static void
is(struct inbox *b, const char *text)
{
	struct buf all = { 0 };

	take_all(b, &all);
	assert_string_equal(buf_bytes(&all), text);
	buf_free(&all);
}

static void
test_lines(void **state)
{
	struct inbox b = { 0 };
	size_t len;

	(void)state;
	is(&b, "");
	assert_null(inbox_peek(&b, &len));
	put(&b, "250-a\r\n250");
	put(&b, " b\r\n");
	put_end(&b, 250);
	put(&b, "\n\r\nx\n");
	is(&b, "250-a|250 b|<250>||x|");
	assert_int_equal(inbox_size(&b), 0);
	assert_int_equal(b.bytes, 19);
	inbox_free(&b);
}

/* A reply may end in the middle of a line. */
static void
test_octets(void **state)
{
	struct inbox b = { 0 };

	(void)state;
	put(&b, "abc");
	put_end(&b, 1);
	put(&b, "def\r\n");
	is(&b, "abc|<1>def|");
	put_end(&b, 2);
	put(&b, "\r");
	put_end(&b, 3);
	put(&b, "\nx\n");
	is(&b, "<2>\r|<3>|x|");
	inbox_free(&b);
}

static void
test_cut(void **state)
{
	struct inbox b = { 0 };
	struct standing is_ok = { .code = 1 };

	(void)state;
	inbox_bytes(&b, '>', "<a><b x='", 9, 0);
	inbox_bytes(&b, '>', "1'/>\r\n</a>", 10, 0);
	inbox_end(&b, &is_ok);
	is(&b, "<a>|<b x='1'/>|</a>|<1>");
	inbox_free(&b);
}

static void
test_peek(void **state)
{
	struct inbox b = { 0 };
	const char *line;
	struct came c;
	size_t len = 9;

	(void)state;
	put(&b, "\r\n");
	assert_non_null(inbox_peek(&b, &len));
	assert_int_equal(len, 0);
	put_end(&b, 1);
	put(&b, "abc\r\ndef\r\n");
	assert_true(inbox_next(&b, &c, &line));
	assert_true(inbox_next(&b, &c, &line));
	assert_true(c.end);
	assert_memory_equal(inbox_peek(&b, &len), "abc", 3);
	assert_int_equal(len, 3);
	assert_true(inbox_next(&b, &c, &line));
	/* The one that was taken is still there while the next is seen. */
	assert_memory_equal(line, "abc", 3);
	assert_memory_equal(inbox_peek(&b, &len), "def", 3);
	put(&b, "ghi\n");
	assert_memory_equal(inbox_peek(&b, &len), "def", 3);
	is(&b, "def|ghi|");
	assert_null(inbox_peek(&b, &len));
	inbox_free(&b);
}

/* A line, and the end of a reply, came when the last of their bytes did. */
static void
test_times(void **state)
{
	static const double came[] = { 2, 2, 3, 4 };
	struct standing is_ok = { .code = 250 };
	struct inbox b = { 0 };
	const char *line;
	struct came c;
	size_t i;

	(void)state;
	inbox_bytes(&b, '\0', "250 ", 4, 1);
	inbox_bytes(&b, '\0', "a\r\n", 3, 2);
	inbox_end(&b, &is_ok);
	inbox_bytes(&b, '\0', "250 b\r\n", 7, 3);
	inbox_bytes(&b, '\0', "", 0, 4);
	inbox_end(&b, &is_ok);
	for (i = 0; i < 4; i++) {
		assert_true(inbox_next(&b, &c, &line));
		assert_true(c.seconds == came[i]);
	}
	inbox_free(&b);
}

/* However long it goes on, what was taken takes no room. */
static void
test_room(void **state)
{
	struct inbox b = { 0 };
	const char *line;
	struct came c;
	size_t i;

	(void)state;
	for (i = 0; i < 100000; i++) {
		put(&b, "a line of the server\r\n");
		if (i % 100 == 50)
			put_end(&b, 250);
		if (i > 3)
			assert_true(inbox_next(&b, &c, &line));
	}
	assert_true(b.room <= 2048);
	assert_true(b.text.size <= 65536);
	while (inbox_next(&b, &c, &line))
		;
	inbox_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_octets),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_peek),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
