/* SPDX-License-Identifier: ISC */
/* keys_test.c - what the bytes of a terminal mean. */
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "buf.h"
#include "term/keys.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

enum { MOST = 12, END = 0x7ffffffe };

/* All keys of a text; what is not complete is waited for, then not. */
static size_t
decode(struct keys *k, const char *p, size_t n, uint32_t *keys)
{
	size_t count = 0, used;
	uint32_t key;

	while (n > 0) {
		used = keys_next(k, p, n, false, &key);
		if (used == 0)
			used = keys_next(k, p, n, true, &key);
		assert_true(used > 0 && used <= n);
		if (key != KEY_NONE && count < MOST)
			keys[count++] = key;
		p += used;
		n -= used;
	}
	return count;
}

static void
test_keys(void **state)
{
	static const struct {
		const char *bytes;
		uint32_t keys[MOST];
	} rows[] = {
		{ "ab", { 'a', 'b', END } },
		{ "\r", { '\r', END } },
		{ "\r\n\n", { '\r', '\n', END } },
		{ "\n\r", { '\n', '\r', END } },
		{ "\t\177\001", { '\t', 0x7f, 1, END } },
		{ "\303\244\344\270\255\360\237\230\200",
		    { 0xe4, 0x4e2d, 0x1f600, END } },
		{ "e\314\201", { 'e', 0x301 | KEY_MARKED, END } },
		{ "\342\200\215", { 0x200d | KEY_MARKED, END } },
		{ "\302\205", { 0x85 | KEY_MARKED, END } },
		{ "\377\376a", { KEY_BYTE + 0xff, KEY_BYTE + 0xfe, 'a', END } },
		{ "\303", { KEY_BYTE + 0xc3, END } },
		{ "\303a", { KEY_BYTE + 0xc3, 'a', END } },
		{ "\355\240\200",
		    { KEY_BYTE + 0xed, KEY_BYTE + 0xa0, KEY_BYTE + 0x80,
			END } },
		{ "\033", { 0x1b, END } },
		{ "\033f", { 0x1b, 'f', END } },
		{ "\033\033[A", { 0x1b, KEY_UP, END } },
		{ "\033[A\033[B\033[C\033[D",
		    { KEY_UP, KEY_DOWN, KEY_RIGHT, KEY_LEFT, END } },
		{ "\033OA\033OB\033OC\033OD",
		    { KEY_UP, KEY_DOWN, KEY_RIGHT, KEY_LEFT, END } },
		{ "\033[H\033[F\033OH\033OF",
		    { KEY_HOME, KEY_END, KEY_HOME, KEY_END, END } },
		{ "\033[1~\033[4~\033[7~\033[8~\033[3~",
		    { KEY_HOME, KEY_END, KEY_HOME, KEY_END, KEY_DELETE, END } },
		{ "\033[1;5C\033[1;5D\033[1;3C\033[1;2C",
		    { KEY_WORD_RIGHT, KEY_WORD_LEFT, KEY_WORD_RIGHT, KEY_RIGHT,
			END } },
		{ "\033Oc\033Od\033O5C",
		    { KEY_WORD_RIGHT, KEY_WORD_LEFT, KEY_WORD_RIGHT, END } },
		{ "\033OMx", { '\r', 'x', END } },
		{ "\033[5~\033[6~\033[2~\033[15~\033OPx", { 'x', END } },
		{ "\033[[Ax", { 'x', END } },
		{ "\033[<0;12;3M\033[<0;12;3mx", { 'x', END } },
		{ "\033[M !!x", { 'x', END } },
		{ "\033[I\033[O\033[Z\033[13;2u\033[?1;2cx", { 'x', END } },
		{ "\033[201~x", { 'x', END } },
		{ "\033[1;", { END } },
		{ "\033[1\001x", { 1, 'x', END } },
		{ "\033[99999999999999999999~x", { 'x', END } },
		{ "\033[200~a\tb\001\033[A\r\033[201~\033[A",
		    { 'a', '\t', 'b', '[', 'A', '\r', KEY_UP, END } },
		{ "\033[200~a\033[20", { 'a', '[', '2', '0', END } },
	};
	size_t i, at;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct keys k = { .utf8 = true };
		uint32_t keys[MOST];
		size_t n =
		    decode(&k, rows[i].bytes, strlen(rows[i].bytes), keys);

		for (at = 0; at < n; at++)
			assert_int_equal(keys[at], rows[i].keys[at]);
		assert_int_equal(rows[i].keys[n], END);
	}
}

/* However the bytes were cut, the keys are the same. */
static void
test_cuts(void **state)
{
	static const char bytes[] = "a\033[1;5C\303\244\r\n\033OA\360\237\230"
				    "\200\033[200~x\033\n\033[201~\033[3~z";
	size_t n = sizeof bytes - 1, cut, count, used, at;
	uint32_t whole[32], key;

	(void)state;
	for (cut = 0; cut <= n; cut++) {
		struct keys k = { .utf8 = true };
		size_t end = cut > 0 ? cut : n;

		for (at = 0, count = 0; at < n; at += used) {
			used = end > at ?
			    keys_next(&k, bytes + at, end - at, false, &key) :
			    0;
			if (used == 0) {
				assert_true(end < n);
				end = n;
				continue;
			}
			if (key == KEY_NONE)
				continue;
			if (cut == 0)
				whole[count] = key;
			assert_int_equal(whole[count], key);
			count++;
		}
		assert_int_equal(count, 10);
	}
}

static void
test_no_utf8(void **state)
{
	struct keys k = { 0 };
	uint32_t keys[MOST];

	(void)state;
	assert_int_equal(decode(&k, "\303\244", 2, keys), 2);
	assert_int_equal(keys[0], KEY_BYTE + 0xc3);
	assert_int_equal(keys[1], KEY_BYTE + 0xa4);
}

static void
test_lines(void **state)
{
	static const struct {
		const char *bytes, *line, *rest;
		bool paste, done, still;
	} rows[] = {
		{ "one\rtwo", "one", "two", false, true, false },
		{ "one\r\ntwo", "one", "\ntwo", false, true, false },
		{ "one\ntwo", "one", "two", false, true, false },
		{ "one", "one", "", false, false, false },
		{ "a\tb\n", "a\tb", "", false, true, false },
		{ "\r", "", "", false, true, false },
		{ "one\002\n", "one", "\002\n", false, false, false },
		{ "one\033[A\n", "one", "\033[A\n", false, false, false },
		{ "o\002n\033e\177\n", "one", "", true, true, true },
		{ "o\033[201~x\n", "o", "x\n", true, false, false },
		{ "o\033[20", "o", "\033[20", true, false, true },
		{ "o\033[20x\n", "o[20x", "", true, true, true },
		{ "\377\303\n", "\377\303", "", false, true, false },
	};
	size_t i, used;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct keys k = { .utf8 = true, .paste = rows[i].paste };
		struct buf line = { 0 };

		assert_int_equal(keys_line(&k, rows[i].bytes,
				     strlen(rows[i].bytes), &line, &used),
		    rows[i].done);
		buf_add(&line, "", 1);
		assert_string_equal(buf_bytes(&line), rows[i].line);
		assert_string_equal(rows[i].bytes + used, rows[i].rest);
		assert_int_equal(k.paste, rows[i].still);
		buf_free(&line);
	}
}

static void
test_a_line_feed_belongs_to_its_cr(void **state)
{
	struct keys k = { .utf8 = true };
	struct buf line = { 0 };
	size_t used;

	(void)state;
	assert_true(keys_line(&k, "a\r", 2, &line, &used));
	buf_clear(&line);
	assert_true(keys_line(&k, "\nb\n", 3, &line, &used));
	assert_int_equal(line.len, 1);
	assert_int_equal(used, 3);
	buf_clear(&line);
	assert_true(keys_line(&k, "\n", 1, &line, &used));
	assert_int_equal(line.len, 0);
	buf_free(&line);
}

static void
test_whole(void **state)
{
	static const struct {
		const char *bytes;
		size_t whole;
	} rows[] = {
		{ "", 0 },
		{ "a", 1 },
		{ "a\303", 1 },
		{ "a\303\244", 3 },
		{ "a\342\202", 1 },
		{ "\360\237\230", 0 },
		{ "\360\237\230\200", 4 },
		{ "\200\200\200\200", 4 },
		{ "\377", 1 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++)
		assert_int_equal(
		    keys_whole(rows[i].bytes, strlen(rows[i].bytes)),
		    rows[i].whole);
}

/* Bytes to characters and back are the same bytes. */
static void
test_round_trip(void **state)
{
	static const char *const rows[] = {
		"",
		"RCPT TO:<a@b>",
		"\001\t\033\177",
		"\303\244 \337\277 \340\240\200 \357\277\277 \364\217\277\277",
		"\377\376 \303( \355\240\200 \364\220\200\200 \300\200",
		"e\314\201 \342\200\215 \302\205",
	};
	struct buf back = { 0 };
	size_t i;
	int utf8;

	(void)state;
	for (i = 0; i < ROWS(rows) * 2; i++) {
		const char *row = rows[i / 2];
		wchar_t *wide;

		utf8 = i % 2;
		wide = keys_wide(row, strlen(row), utf8);
		buf_clear(&back);
		keys_bytes(&back, wide, wcslen(wide));
		buf_add(&back, "", 1);
		assert_string_equal(buf_bytes(&back), row);
		free(wide);
	}
	buf_free(&back);
}

static void
test_what_no_line_holds(void **state)
{
	wchar_t *wide = keys_wide("a\0b\r\nc", 6, true);

	(void)state;
	assert_int_equal(wcscmp(wide, L"abc"), 0);
	free(wide);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_cuts),
		cmocka_unit_test(test_no_utf8),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_a_line_feed_belongs_to_its_cr),
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_what_no_line_holds),
	};

	/* How wide a character is. */
	if (setlocale(LC_CTYPE, "C.UTF-8") == NULL)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
