/* SPDX-License-Identifier: ISC */
/* cloak_test.c - secrets hidden in what comes back from a server. */
#include <stdio.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "cloak.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])
#define STARS "********"

static void
remember(struct cloak *c, const char *text)
{
	cloak_remember(c, text, strlen(text));
}

static void
put(struct cloak *c, struct buf *to, const char *text, size_t n)
{
	char copy[100];

	/* At the end of its memory, where checkers see what is read. */
	memcpy(copy + sizeof copy - n, text, n);
	cloak_put(c, to, copy + sizeof copy - n, n);
}

static void
assert_shown(struct buf *b, const char *text)
{
	buf_add(b, "", 1);
	assert_string_equal(buf_bytes(b), text);
	buf_free(b);
}

/* A line goes out in parts; "|" stands where each secret begins. */
static void
test_parts(void **state)
{
	static const struct {
		const char *said[4], *came, *shown;
		size_t left; /* of a line that has not ended */
	} rows[] = {
		{ { "PASS |hun", "|ter2\r\n" }, "hunter2.", STARS ".", 0 },
		{ { "PASS |h", "|u", "|n", "|ter2\r\n" }, "hunter2.", STARS ".",
		    0 },
		{ { "PASS |hun", "|ter2" }, "hunter2.", STARS ".", 7 },
		{ { "PASS |hun", "|ter2\r\n" }, "ter2.", STARS ".", 0 },
		/* the next line begins anew */
		{ { "|hun\r\n", "|ter2\r\n" }, "hunter2.", "hun" STARS ".", 0 },
		{ { "|hun", "NOOP\r\n|", "|ter2\r\n" }, "hunter2.",
		    "hun" STARS ".", 0 },
		{ { "|hun", "PASS |ter2\r\n" }, "hunter2.", "hun" STARS ".",
		    0 },
		{ { "NOOP |" }, "NOOP", "NOOP", 0 },
	};
	size_t i, n;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct cloak c = { .tail = { 0 } };
		struct buf b = { 0 };

		for (n = 0; n < 4 && rows[i].said[n] != NULL; n++) {
			const char *said = rows[i].said[n];
			size_t open = strcspn(said, "|");
			char line[32];

			snprintf(line, sizeof line, "%.*s%s", (int)open, said,
			    said + open + 1);
			cloak_said(&c, line, strlen(line), open);
		}
		assert_int_equal(c.begun.len, rows[i].left);
		put(&c, &b, rows[i].came, strlen(rows[i].came));
		assert_shown(&b, rows[i].shown);
		cloak_free(&c);
	}
}

/* What is very long is remembered as it goes. */
static void
test_long_parts(void **state)
{
	static char much[20000];
	struct cloak c = { .tail = { 0 } };
	struct buf b = { 0 };
	int i;

	(void)state;
	memset(much, 'x', sizeof much);
	cloak_said(&c, much, sizeof much, 0);
	for (i = 0; i < 3; i++)
		cloak_said(&c, much, 10000, 0);
	assert_true(c.begun.len <= 16384);
	cloak_said(&c, "hunter2\r\n", 9, 0);
	put(&c, &b, "hunter2.", 8);
	assert_shown(&b, STARS ".");
	cloak_free(&c);
}

/* What goes out as a secret, and what of that is hidden. */
static void
test_remembered(void **state)
{
	static const struct {
		const char *said, *came, *shown;
	} rows[] = {
		{ "hunter2\r\n", "535 hunter2?", "535 " STARS "?" },
		{ "hunter2", "hunter2hunter2", STARS STARS },
		{ "\"two words\"\r\n", "no two words", "no " STARS },
		{ "hunter2 \r\n", "hunter2 ", STARS " " },
		{ "abc\r\n", "abc", "abc" },
		{ "abcd\r\n", "abcd", STARS },
		{ "\r\n", "a\r\n", "a\r\n" },
		{ "", "abcd", "abcd" },
		{ "alice hunter2\r\n", "alice hunter2 hunter2 alice.",
		    STARS " " STARS " alice." },
		{ "alice \"hunter2\"\r\n", "alice: \"hunter2\"",
		    "alice: \"" STARS "\"" },
		{ "alice \"hunter2\"\r\n", "(hunter2)", "(" STARS ")" },
		{ "\"AGEAaHVudGVyMg==\"\r\n", "AGEAaHVudGVyMg== hunter2",
		    STARS " " STARS },
		{ "AGEAaHVudGVyMg==</auth>", "AGEAaHVudGVyMg==.", STARS "." },
		{ "aHVudGVyMg==\r\n", "hunter2 hunter.", STARS " hunter." },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct cloak c = { .tail = { 0 } };
		struct buf b = { 0 };

		assert_false(cloak_is_worn(&c));
		remember(&c, rows[i].said);
		assert_int_equal(cloak_is_worn(&c), c.secrets.count > 0);
		put(&c, &b, rows[i].came, strlen(rows[i].came));
		put(&c, &b, "|", 1);
		if (b.len > 0)
			b.len--;
		assert_shown(&b, rows[i].shown);
		cloak_free(&c);
	}
}

/* However the blocks are cut, no byte of a secret is shown. */
static void
test_cuts(void **state)
{
	static const char text[] = "x hunter2 hunhunter2 aaaab hunter22h\r\n";
	static const char shown[] =
	    "x " STARS " hun" STARS " " STARS " " STARS "2h\r\n";
	size_t len = strlen(text), at, to;

	(void)state;
	for (at = 0; at <= len; at++) {
		for (to = at; to <= len; to++) {
			struct cloak c = { .tail = { 0 } };
			struct buf b = { 0 };

			remember(&c, "hunter2");
			remember(&c, "aaab");
			remember(&c, "aaaab");
			put(&c, &b, text, at);
			put(&c, &b, text + at, to - at);
			put(&c, &b, text + to, len - to);
			buf_add(&b, "", 1);
			if (strstr(buf_bytes(&b), "nter") != NULL ||
			    strstr(buf_bytes(&b), "hunt") != NULL ||
			    strstr(buf_bytes(&b), "aab") != NULL)
				fail_msg("%zu %zu: %s", at, to, buf_bytes(&b));
			if (at == len)
				assert_string_equal(buf_bytes(&b), shown);
			buf_free(&b);
			cloak_free(&c);
		}
	}
}

/* A beginning of a secret that another text follows costs that beginning. */
static void
test_beginnings(void **state)
{
	struct cloak c = { .tail = { 0 } };
	struct buf b = { 0 };

	(void)state;
	remember(&c, "hunter2");
	put(&c, &b, "a hun", 5);
	put(&c, &b, "", 0);
	put(&c, &b, "dred hunter", 11);
	put(&c, &b, "2s h", 4);
	put(&c, &b, "unter2 unter2", 13);
	assert_shown(&b, "a " STARS "dred " STARS "s " STARS " unter2");
	put(&c, &b, "hunter2", 7);
	put(&c, &b, "hunter2", 7);
	assert_shown(&b, STARS STARS);
	cloak_free(&c);
}

/* Where several beginnings overlap the earliest counts, byte by byte. */
static void
test_overlaps(void **state)
{
	static const struct {
		const char *secret, *came, *shown;
	} rows[] = {
		{ "aabb", "aabb", STARS },
		{ "aaab", "baaab.", "b" STARS "." },
		{ "abab-", "xabab-x", "x" STARS "x" },
	};
	size_t i, at;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct cloak c = { .tail = { 0 } };
		struct buf b = { 0 };

		remember(&c, rows[i].secret);
		for (at = 0; rows[i].came[at] != '\0'; at++)
			put(&c, &b, rows[i].came + at, 1);
		assert_shown(&b, rows[i].shown);
		cloak_free(&c);
	}
}

/* There is an end to what is remembered, and nothing stands there twice. */
static void
test_many(void **state)
{
	struct cloak c = { .tail = { 0 } };
	char text[32];
	int i;

	(void)state;
	for (i = 0; i < 3; i++)
		remember(&c, "same.");
	assert_int_equal(c.secrets.count, 1);
	for (i = 0; i < 100; i++) {
		snprintf(text, sizeof text, "-secret-%d-", i);
		remember(&c, text);
	}
	assert_int_equal(c.secrets.count, 64);
	cloak_free(&c);
	assert_false(cloak_is_worn(&c));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_remembered),
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_long_parts),
		cmocka_unit_test(test_cuts),
		cmocka_unit_test(test_beginnings),
		cmocka_unit_test(test_overlaps),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
