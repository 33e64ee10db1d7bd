/* SPDX-License-Identifier: ISC */
/* input_test.c - keys one by one, pastes line by line. */
#include <stdlib.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "buf.h"
#include "term/input.h"
#include "term/keys.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

#define TEN "0123456789"
#define SIXTY TEN TEN TEN TEN TEN TEN

static void
came(struct input *in, const char *bytes, int ms)
{
	size_t n = strlen(bytes);

	memcpy(input_room(in, n), bytes, n);
	input_grew(in, n, ms);
}

static void
test_moods(void **state)
{
	static const struct {
		const char *bytes;
		enum input_mood mood;
	} rows[] = {
		{ "", INPUT_KEYS },
		{ "NOOP", INPUT_KEYS },
		{ "NOOP\r", INPUT_KEYS },
		{ "NOOP\r\n", INPUT_KEYS },
		{ "NOOP\rQU", INPUT_KEYS },
		{ "NOOP\rQUIT\r", INPUT_LINES },
		{ "NOOP\nQUIT\n", INPUT_LINES },
		{ "NOOP\r\nQUIT\r\n", INPUT_LINES },
		{ "\r\r", INPUT_LINES },
		{ "NOOP\r\002QUIT\r", INPUT_KEYS },
		{ "NO\177OP\rQUIT\r", INPUT_KEYS },
		{ "a\tb\nc\td\n", INPUT_LINES },
		{ "NOOP\rQUIT\r\035", INPUT_LINES },
		{ SIXTY "012", INPUT_KEYS },
		{ SIXTY "0123", INPUT_TEXT },
		{ SIXTY "0123\r", INPUT_TEXT },
		{ SIXTY "\t\303\244\377", INPUT_TEXT },
		{ "\033[200~a\r", INPUT_KEYS },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct input *in = input_new(true);

		came(in, rows[i].bytes, 0);
		assert_int_equal(input_look(in), rows[i].mood);
		assert_int_equal(input_has_line(in),
		    rows[i].mood == INPUT_LINES);
		input_free(in);
	}
}

/* Take all as term does: keys as they are, texts in <>, lines in []. */
static void
take(struct input *in, struct buf *to)
{
	uint32_t key;

	for (;;) {
		switch (input_look(in)) {
		case INPUT_LINES:
			buf_adds(to, "[");
			while (input_line(in, to) == INPUT_LINE)
				buf_adds(to, "][");
			buf_adds(to, "]");
			input_settle(in);
			break;
		case INPUT_TEXT:
			buf_adds(to, "<");
			if (!input_text(in, false, to)) {
				to->len--;
				return;
			}
			buf_adds(to, ">");
			break;
		case INPUT_KEYS:
			if (!input_key(in, false, &key))
				return;
			if (key != KEY_NONE)
				buf_addf(to, key < 0x7f ? "%c" : "(%x)", key);
			break;
		}
	}
}

static void
test_taking(void **state)
{
	static const struct {
		const char *bytes[3], *taken;
	} rows[] = {
		{ { "NOOP\r" }, "NOOP\r" },
		{ { "NOOP\rQUIT\rx" }, "[NOOP][QUIT][x]" },
		{ { "NOOP\rQUIT\r\033[A" }, "[NOOP][QUIT][](80)" },
		{ { "a\rb\rc\002d" }, "[a][b][c]\002d" },
		{ { "\033[200~ab\033[201~c" }, "<ab>c" },
		{ { "\033[200~ab", "cd", "\033[201~e" }, "<ab><cd><>e" },
		{ { "\033[200~ab\rc\001d\r\033[201~\r" }, "[ab][cd][]\r" },
		{ { "\033[200~ab\rc", "d\033[2", "01~e\r" },
		    "[ab][c]<d><>e\r" },
		{ { "\033[200~a\tb\033[201~" }, "<a\tb>" },
		{ { "x\r\033[200~a\033[201~" }, "x\r<a>" },
		{ { SIXTY TEN "\r" }, "<" SIXTY TEN ">\r" },
		{ { SIXTY TEN "\303", "\244x" }, "<" SIXTY TEN ">(e4)x" },
		{ { "\033[200~\303", "\244\033[201~" }, "<\303\244>" },
	};
	size_t i, part;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct input *in = input_new(true);
		struct buf taken = { 0 };

		for (part = 0; part < 3 && rows[i].bytes[part] != NULL;
		     part++) {
			came(in, rows[i].bytes[part], 0);
			take(in, &taken);
		}
		buf_add(&taken, "", 1);
		assert_string_equal(buf_bytes(&taken), rows[i].taken);
		buf_free(&taken);
		input_free(in);
	}
}

/* Behind a CR, an LF that comes late was typed. */
static void
test_a_late_line_feed(void **state)
{
	static const struct {
		const char *before, *then;
		int ms[2];
		const char *taken;
	} rows[] = {
		{ "", "a\r", { 0, 0 }, "a\rb" },
		{ "", "a\r", { 0, INPUT_PAUSE }, "a\r\nb" },
		/* Of a paste that was cut there. */
		{ "", SIXTY TEN "\r", { 0, 999 }, "<" SIXTY TEN ">\rb" },
		{ "", SIXTY TEN "\r", { 0, 1000 }, "<" SIXTY TEN ">\r\nb" },
		/* ... and before: the CR came alone. */
		{ SIXTY TEN, "\r", { 999, 999 }, "<" SIXTY TEN ">\rb" },
		{ SIXTY TEN, "\r", { 1000, 999 }, "<" SIXTY TEN ">\r\nb" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct input *in = input_new(true);
		struct buf taken = { 0 };

		came(in, rows[i].before, 0);
		take(in, &taken);
		came(in, rows[i].then, rows[i].ms[0]);
		take(in, &taken);
		came(in, "\nb", rows[i].ms[1]);
		take(in, &taken);
		buf_add(&taken, "", 1);
		assert_string_equal(buf_bytes(&taken), rows[i].taken);
		buf_free(&taken);
		input_free(in);
	}
}

static void
test_patience(void **state)
{
	struct input *in = input_new(true);
	uint32_t key;

	(void)state;
	assert_int_equal(input_patience(in), -1);
	came(in, "\033", 0);
	assert_false(input_key(in, false, &key));
	assert_int_equal(input_patience(in), 50);
	assert_true(input_key(in, true, &key));
	assert_int_equal(key, 0x1b);
	came(in, "\033[1", 0);
	assert_false(input_key(in, false, &key));
	assert_true(input_patience(in) > 50);
	assert_true(input_key(in, true, &key));
	assert_int_equal(key, KEY_NONE);
	assert_true(input_is_empty(in));
	input_free(in);
}

static void
test_flowing(void **state)
{
	struct input *in = input_new(true);
	struct buf line = { 0 };

	(void)state;
	came(in, "a\rb\rc", 0);
	assert_int_equal(input_look(in), INPUT_LINES);
	assert_int_equal(input_line(in, &line), INPUT_LINE);
	assert_true(input_flows(in));
	assert_true(input_has_line(in));
	assert_int_equal(input_line(in, &line), INPUT_LINE);
	assert_false(input_has_line(in));
	assert_int_equal(input_line(in, &line), INPUT_MORE);
	/* While lines flow, one is enough. */
	came(in, "d\r", 0);
	assert_true(input_has_line(in));
	assert_int_equal(input_line(in, &line), INPUT_LINE);
	input_settle(in);
	assert_false(input_flows(in));
	assert_int_equal(line.len, 4);
	buf_free(&line);
	input_free(in);
}

static void
test_dropping(void **state)
{
	static const struct {
		const char *bytes;
		size_t lines;
	} rows[] = {
		{ "", 0 },
		{ "a", 0 },
		{ "a\r\nb\r\nc", 2 },
		{ "a\rb\nc\r", 3 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct input *in = input_new(true);

		came(in, rows[i].bytes, 0);
		assert_int_equal(input_drop(in), rows[i].lines);
		assert_true(input_is_empty(in));
		assert_false(input_in_paste(in));
		input_free(in);
	}
}

/* Nothing of a secret stays in the memory of the buffer. */
static void
test_wiping(void **state)
{
	struct input *in = input_new(true);
	const char *memory;
	uint32_t key;
	size_t i;

	(void)state;
	came(in, "secret\rx", 0);
	memory = input_room(in, 1) - 8;
	for (i = 0; i < 7; i++)
		assert_true(input_key(in, false, &key));
	input_wipe(in);
	assert_memory_equal(memory, "\0\0\0\0\0\0\0x", 8);
	assert_true(input_key(in, false, &key));
	assert_int_equal(key, 'x');
	input_wipe(in);
	assert_memory_equal(memory, "\0\0\0\0\0\0\0\0", 8);
	input_free(in);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_moods),
		cmocka_unit_test(test_taking),
		cmocka_unit_test(test_a_late_line_feed),
		cmocka_unit_test(test_patience),
		cmocka_unit_test(test_flowing),
		cmocka_unit_test(test_dropping),
		cmocka_unit_test(test_wiping),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
