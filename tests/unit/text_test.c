/* SPDX-License-Identifier: ISC */
/* text_test.c - words, numbers, UTF-8, base64 and harmless forms. */
#include <limits.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "buf.h"
#include "excuse.h"
#include "text.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

static void
test_words(void **state)
{
	static const struct {
		const char *text, *word;
		bool is, begins;
	} rows[] = {
		{ "MAIL", "mail", true, true },
		{ "mail", "MAIL", true, true },
		{ "quit", "QUIT", true, true },
		{ "MAILS", "mail", false, true },
		{ "MAI", "mail", false, false },
		{ "", "mail", false, false },
		{ "x", "", false, true },
		{ "", "", true, true },
		{ "m@il", "m`il", false, false },
		{ "[", "{", false, false },
		{ "\xc4", "\xe4", false, false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		size_t n = strlen(rows[i].text);

		assert_int_equal(text_is(rows[i].text, n, rows[i].word),
		    rows[i].is);
		assert_int_equal(text_begins(rows[i].text, n, rows[i].word),
		    rows[i].begins);
	}
	assert_false(text_is("MA\0L", 4, "MAIL"));
	assert_true(text_is("MAILx", 4, "MAIL"));
	assert_false(text_begins("MAIL", 3, "MAIL"));
}

/* In Turkish the small form of "I" is not "i". */
static void
test_words_in_turkish(void **state)
{
	(void)state;
	if (setlocale(LC_CTYPE, "tr_TR.UTF-8") == NULL &&
	    setlocale(LC_CTYPE, "tr_TR") == NULL)
		SKIP("the locale tr_TR.UTF-8 is not installed");
	assert_true(text_is("mail", 4, "MAIL"));
	assert_true(text_is("QUIT", 4, "quit"));
	setlocale(LC_CTYPE, "C");
}

static void
test_word(void **state)
{
	(void)state;
	assert_int_equal(text_word("MAIL FROM", 9), 4);
	assert_int_equal(text_word("MAIL\tFROM", 9), 4);
	assert_int_equal(text_word("MAIL", 4), 4);
	assert_int_equal(text_word(" MAIL", 5), 0);
	assert_int_equal(text_word("", 0), 0);
	assert_int_equal(text_word("a\0b c", 5), 1);
}

static void
test_number(void **state)
{
	static const struct {
		const char *text;
		unsigned long low, high;
		int result;
		unsigned long value;
	} rows[] = {
		{ "25", 1, 65535, 0, 25 },
		{ "0025", 1, 65535, 0, 25 },
		{ "65535", 1, 65535, 0, 65535 },
		{ "65536", 1, 65535, -1, 0 },
		{ "1", 1, 65535, 0, 1 },
		{ "0", 1, 65535, -1, 0 },
		{ "0", 0, 9, 0, 0 },
		{ "5", 1, 3, -1, 0 },
		{ "3", 1, 3, 0, 3 },
		{ "10", 1, 9, -1, 0 },
		{ "", 0, 9, -1, 0 },
		{ "-1", 0, 9, -1, 0 },
		{ "+1", 0, 9, -1, 0 },
		{ " 1", 0, 9, -1, 0 },
		{ "1 ", 0, 9, -1, 0 },
		{ "0x1", 0, 9, -1, 0 },
		{ "99999999999999999999999", 0, ULONG_MAX, -1, 0 },
		{ "65561", 1, 65535, -1, 0 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		unsigned long value = 77;

		assert_int_equal(text_number(rows[i].text, rows[i].low,
				     rows[i].high, &value),
		    rows[i].result);
		assert_int_equal(value,
		    rows[i].result == 0 ? rows[i].value : 77);
	}
}

static void
test_largest_number(void **state)
{
	struct buf b = { 0 };
	unsigned long value = 0;

	(void)state;
	buf_addf(&b, "%lu", ULONG_MAX);
	buf_add(&b, "", 1);
	assert_int_equal(text_number(buf_bytes(&b), 0, ULONG_MAX, &value), 0);
	assert_true(value == ULONG_MAX);
	buf_bytes(&b)[b.len - 2]++;
	assert_int_equal(text_number(buf_bytes(&b), 0, ULONG_MAX, &value), -1);
	buf_free(&b);
}

/* RFC 3629: the borders of each length, and what is none. */
static void
test_utf8(void **state)
{
	static const struct {
		const char *text;
		int len;
		uint32_t code;
	} rows[] = {
		{ "a", 1, 'a' },
		{ "\x7f", 1, 0x7f },
		{ "\xc2\x80", 2, 0x80 },
		{ "\xdf\xbf", 2, 0x7ff },
		{ "\xe0\xa0\x80", 3, 0x800 },
		{ "\xed\x9f\xbf", 3, 0xd7ff },
		{ "\xee\x80\x80", 3, 0xe000 },
		{ "\xef\xbf\xbf", 3, 0xffff },
		{ "\xf0\x90\x80\x80", 4, 0x10000 },
		{ "\xf4\x8f\xbf\xbf", 4, 0x10ffff },
		{ "", 0, 0 },
		{ "\xc3", 0, 0 },
		{ "\xe2\x82", 0, 0 },
		{ "\xf0\x9f\x98", 0, 0 },
		{ "\x80", -1, 0 },
		{ "\xbf", -1, 0 },
		{ "\xc0\x80", -1, 0 },
		{ "\xc1\xbf", -1, 0 },
		{ "\xc3(", -1, 0 },
		{ "\xe0\x9f\xbf", -1, 0 },
		{ "\xe0\x80", -1, 0 },
		{ "\xed\xa0\x80", -1, 0 },
		{ "\xed\xbf", -1, 0 },
		{ "\xe2\x28\xa1", -1, 0 },
		{ "\xe2\x82(", -1, 0 },
		{ "\xf0\x8f\xbf\xbf", -1, 0 },
		{ "\xf0\x80", -1, 0 },
		{ "\xf4\x90\x80\x80", -1, 0 },
		{ "\xf5\x80\x80\x80", -1, 0 },
		{ "\xff", -1, 0 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		uint32_t code = 0;

		assert_int_equal(
		    text_utf8(rows[i].text, strlen(rows[i].text), &code),
		    rows[i].len);
		assert_int_equal(code, rows[i].code);
	}
}

/* RFC 4648, section 10. */
static void
test_base64(void **state)
{
	static const struct {
		const char *plain, *coded;
	} rows[] = {
		{ "", "" },
		{ "f", "Zg==" },
		{ "fo", "Zm8=" },
		{ "foo", "Zm9v" },
		{ "foob", "Zm9vYg==" },
		{ "fooba", "Zm9vYmE=" },
		{ "foobar", "Zm9vYmFy" },
		{ "\xff\xfe\xfb\xef\xbe", "//77774=" },
	};
	struct buf b = { 0 };
	size_t i, n;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		n = strlen(rows[i].coded);
		buf_adds(&b, "<");
		text_base64(&b, rows[i].plain, strlen(rows[i].plain));
		assert_int_equal(b.len, n + 1);
		assert_memory_equal(buf_bytes(&b) + 1, rows[i].coded, n);
		buf_clear(&b);
		buf_adds(&b, ">");
		assert_int_equal(text_unbase64(&b, rows[i].coded, n), 0);
		assert_int_equal(b.len, strlen(rows[i].plain) + 1);
		assert_memory_equal(buf_bytes(&b) + 1, rows[i].plain,
		    b.len - 1);
		buf_clear(&b);
	}
	text_base64(&b, "\0alice\0pw", 9);
	assert_memory_equal(buf_bytes(&b), "AGFsaWNlAHB3", 12);
	buf_free(&b);
}

static void
test_not_base64(void **state)
{
	static const char *const rows[] = { "Zg", "Zg=", "Z",
		"Zg==Zg==", "Zg=v", "====", "=g==", "Z===", "Zm9v ",
		"Zm9v\nZm9", "Zm9v Zm9", "Zm-v", "Zm_v", "\xc3\xa4\xc3\xa4",
		"Zm9vZm9vZm!v" };
	struct buf b = { 0 };
	size_t i;

	(void)state;
	buf_adds(&b, "kept");
	for (i = 0; i < ROWS(rows); i++) {
		assert_int_equal(text_unbase64(&b, rows[i], strlen(rows[i])),
		    -1);
		assert_int_equal(b.len, 4);
	}
	assert_int_equal(text_unbase64(&b, "Zm\0v", 4), -1);
	assert_int_equal(text_unbase64(&b, "Zm9v", 2), -1);
	assert_int_equal(text_unbase64(&b, "Zm9vZm9v", 5), -1);
	assert_int_equal(b.len, 4);
	assert_memory_equal(buf_bytes(&b), "kept", 4);
	buf_free(&b);
}

static void
test_harmless(void **state)
{
	static const struct {
		uint32_t first, last;
		bool harmless;
	} rows[] = {
		{ 0, 8, false },
		{ '\t', '\t', true },
		{ '\n', 0x1f, false },
		{ 0x20, 0x7e, true },
		{ 0x7f, 0x9f, false },
		{ 0xa0, 0xac, true },
		{ 0xad, 0xad, false },
		{ 0xae, 0x17f, true },
		{ 0x61c, 0x61c, false },
		{ 0x200a, 0x200a, true },
		{ 0x200b, 0x200f, false },
		{ 0x2010, 0x2027, true },
		{ 0x2028, 0x202e, false },
		{ 0x202f, 0x205f, true },
		{ 0x2060, 0x206f, false },
		{ 0x4e00, 0x9fff, true },
		{ 0xac00, 0xd7a3, true },
		{ 0xd800, 0xdfff, false },
		{ 0xfdd0, 0xfdef, false },
		{ 0xfeff, 0xfeff, false },
		{ 0xfff9, 0xfffb, false },
		{ 0xfffd, 0xfffd, true },
		{ 0xfffe, 0xffff, false },
		{ 0x1f600, 0x1f64f, true },
		{ 0x1fffe, 0x1ffff, false },
		{ 0xe0000, 0xe0fff, false },
		{ 0x10fffe, 0x110010, false },
		{ UINT32_MAX, UINT32_MAX, false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		uint32_t code = rows[i].first;

		do {
			assert_int_equal(text_harmless(code), rows[i].harmless);
		} while (code++ != rows[i].last);
	}
}

static void
test_quote(void **state)
{
	static const struct {
		const char *text;
		size_t most;
		const char *want;
	} rows[] = {
		{ "", 10, "" },
		{ "mail.example", 20, "mail.example" },
		{ "mail.example", 4, "mail..." },
		{ "mail", 4, "mail" },
		{ "mail", 0, "..." },
		{ "a\tb\r\nc\033[2J", 20, "a\\x09b\\x0d\\x0ac\\x1b[2J" },
		{ "b\xc3\xbc"
		  "cher",
		    20,
		    "b\xc3\xbc"
		    "cher" },
		{ "b\xc3\xbc"
		  "cher",
		    2, "b..." },
		{ "b\xc3\xbc"
		  "cher",
		    3, "b\xc3\xbc..." },
		{ "\xc2\x9b"
		  "31m",
		    20, "\\u{9B}31m" },
		{ "\xe2\x80\xae", 20, "\\u{202E}" },
		{ "\x9b\xff", 20, "\\x9b\\xff" },
		{ "\xc3", 20, "\\xc3" },
		{ "\xe2\x82", 20, "\\xe2\\x82" },
		{ "\xed\xa0\x80", 20, "\\xed\\xa0\\x80" },
	};
	struct buf b = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		text_quote(&b, rows[i].text, strlen(rows[i].text),
		    rows[i].most);
		buf_add(&b, "", 1);
		assert_string_equal(buf_bytes(&b), rows[i].want);
		buf_clear(&b);
	}
	text_quote(&b, "a\0b", 3, 9);
	buf_add(&b, "", 1);
	assert_string_equal(buf_bytes(&b), "a\\x00b");
	buf_free(&b);
}

static void
test_wipe(void **state)
{
	char secret[] = "secret!";
	static const char none[8];

	(void)state;
	text_wipe(secret, 6);
	assert_memory_equal(secret, none, 6);
	assert_int_equal(secret[6], '!');
	text_wipe(secret, 0);
}

static void
test_octets(void **state)
{
	static const struct {
		const char *text;
		int64_t octets; /* -1: refused */
	} rows[] = {
		{ "0", 0 },
		{ "000", 0 },
		{ "310", 310 },
		{ "922337203685477579", 922337203685477579 },
		{ "9223372036854775807", -1 },
		{ "99999999999999999999", -1 },
		{ "", -1 },
		{ "-1", -1 },
		{ "+1", -1 },
		{ " 1", -1 },
		{ "1 ", -1 },
		{ "0x1", -1 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		uint64_t octets = 77;
		int rc =
		    text_octets(rows[i].text, strlen(rows[i].text), &octets);

		if (rows[i].octets < 0 ?
			rc != -1 || octets != 77 :
			rc != 0 || octets != (uint64_t)rows[i].octets)
			fail_msg("\"%s\": %d", rows[i].text, rc);
	}
}

static void
test_copy(void **state)
{
	static const struct {
		const char *text;
		size_t size;
		const char *copy;
	} rows[] = {
		{ "", 5, "" },
		{ "abcd", 5, "abcd" },
		{ "abcde", 5, "a..." },
		{ "abcdefgh", 8, "abcd..." },
		/* Never half a letter. */
		{ "\303\274\303\274\303\274\303\274", 8,
		    "\303\274\303\274..." },
		{ "a\303\274\303\274\303\274\303\274", 8, "a\303\274..." },
		{ "\200\200\200\200\200", 5, "..." },
	};
	char copy[16];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct buf b = { 0 };

		buf_adds(&b, rows[i].text);
		memset(copy, 'x', sizeof copy);
		text_copy(copy, rows[i].size, &b);
		assert_string_equal(copy, rows[i].copy);
		assert_int_equal(copy[rows[i].size], 'x');
		buf_free(&b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_copy),
		cmocka_unit_test(test_octets),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_words_in_turkish),
		cmocka_unit_test(test_word),
		cmocka_unit_test(test_number),
		cmocka_unit_test(test_largest_number),
		cmocka_unit_test(test_utf8),
		cmocka_unit_test(test_base64),
		cmocka_unit_test(test_not_base64),
		cmocka_unit_test(test_harmless),
		cmocka_unit_test(test_quote),
		cmocka_unit_test(test_wipe),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
