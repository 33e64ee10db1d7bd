/* SPDX-License-Identifier: ISC */
/* screen_test.c - nothing of the server's comes to life on a terminal. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "buf.h"
#include "screen.h"
#include "text.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

/* A string with its length: NULs may be in it. */
#define BYTES(s) s, sizeof(s) - 1

static unsigned
pick(unsigned *seed, unsigned below)
{
	*seed = *seed * 1103515245u + 12345u;
	return (*seed >> 16 & 0x7fff) % below;
}

static void
begin(struct screen *s, bool color)
{
	screen_init(s, true, false, color, NULL);
}

static void
assert_shows(const struct buf *b, const char *want)
{
	if (b->len != strlen(want) || memcmp(buf_bytes(b), want, b->len) != 0)
		fail_msg("\"%.*s\" for \"%s\"", (int)b->len, buf_bytes(b),
		    want);
}

/* How long is the colour sequence that begins here?  0: there is none. */
static size_t
sgr_length(const char *p, size_t n)
{
	size_t i = 2;

	if (n < 3 || memcmp(p, "\033[", 2) != 0)
		return 0;
	while (i < n && ((p[i] >= '0' && p[i] <= '9') || p[i] == ';'))
		i++;
	return i < n && p[i] == 'm' ? i + 1 : 0;
}

/* The text without its colours. */
static void
strip(struct buf *to, const struct buf *from)
{
	const char *p = buf_bytes(from);
	size_t i = 0;

	while (i < from->len) {
		size_t len = sgr_length(p + i, from->len - i);

		if (len == 0)
			buf_add(to, p + i++, 1);
		i += len;
	}
}

/* One line, all of it harmless, colours aside. */
static void
assert_harmless(const struct buf *b)
{
	const char *p = buf_bytes(b);
	size_t i = 0;

	assert_true(b->len > 0 && p[b->len - 1] == '\n');
	while (i < b->len - 1) {
		size_t sgr = sgr_length(p + i, b->len - i);
		uint32_t code = 0;
		int len;

		i += sgr;
		if (sgr > 0)
			continue;
		len = text_utf8(p + i, b->len - i, &code);
		assert_true(len > 0);
		assert_true(text_harmless(code));
		assert_true(code == '\t' || code >= 0x20);
		i += (size_t)len;
	}
}

static void
test_hostile(void **state)
{
	static const struct {
		const char *text;
		size_t n;
		const char *want;
	} rows[] = {
		{ BYTES(""), "\n" },
		{ BYTES("250 ok"), "250 ok\n" },
		{ BYTES("a\tb"), "a\tb\n" },
		{ BYTES("gr\xc3\xbc\xc3\x9f \xe4\xb8\xad \xf0\x9f\x98\x80"),
		    "gr\xc3\xbc\xc3\x9f \xe4\xb8\xad \xf0\x9f\x98\x80\n" },
		{ BYTES("\0"), "\\x00\n" },
		{ BYTES("a\0b"), "a\\x00b\n" },
		{ BYTES("\033[31mred"), "\\x1b[31mred\n" },
		{ BYTES("\033]0;title\007"), "\\x1b]0;title\\x07\n" },
		{ BYTES("\033P$q\"p\033\\"), "\\x1bP$q\"p\\x1b\\\n" },
		{ BYTES("\005"), "\\x05\n" },
		{ BYTES("a\bb\rc\nd\vd\fe"),
		    "a\\x08b\\x0dc\\x0ad\\x0bd\\x0ce\n" },
		{ BYTES("\x0e\x0f\x1f"), "\\x0e\\x0f\\x1f\n" },
		{ BYTES("\x7f"), "\\x7f\n" },
		{ BYTES("\x80\x9b\x9d\x9f"), "\\x80\\x9b\\x9d\\x9f\n" },
		{ BYTES("\x9b"
			"31m"),
		    "\\x9b31m\n" },
		{ BYTES("\xc2\x80\xc2\x9b\xc2\x9f"),
		    "\\u{80}\\u{9B}\\u{9F}\n" },
		{ BYTES("\xff\xfe"), "\\xff\\xfe\n" },
		{ BYTES("\xc0\x80"), "\\xc0\\x80\n" },
		{ BYTES("\xc1\xbf"), "\\xc1\\xbf\n" },
		{ BYTES("\xe0\x80\x9b"), "\\xe0\\x80\\x9b\n" },
		{ BYTES("\xf0\x80\x80\x9b"), "\\xf0\\x80\\x80\\x9b\n" },
		{ BYTES("\xed\xa0\x80"), "\\xed\\xa0\\x80\n" },
		{ BYTES("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80\n" },
		{ BYTES("\xf5\x80\x80\x80"), "\\xf5\\x80\\x80\\x80\n" },
		{ BYTES("\xe2\x82"), "\\xe2\\x82\n" },
		{ BYTES("\xe2\x82x"), "\\xe2\\x82x\n" },
		{ BYTES("\xe2\x1b["), "\\xe2\\x1b[\n" },
		{ BYTES("\xe2\xe2\x82\xac"), "\\xe2\xe2\x82\xac\n" },
		{ BYTES("\xf0\x9f\x98"), "\\xf0\\x9f\\x98\n" },
		{ BYTES("\xf0\x9f\x98\xc3\xbc"), "\\xf0\\x9f\\x98\xc3\xbc\n" },
		{ BYTES("\xe2\x80\xae"
			"gnp"),
		    "\\u{202E}gnp\n" },
		{ BYTES("\xe2\x81\xa6\xe2\x80\x8f\xd8\x9c"),
		    "\\u{2066}\\u{200F}\\u{61C}\n" },
		{ BYTES("\xe2\x80\xa8\xe2\x80\xa9"), "\\u{2028}\\u{2029}\n" },
		{ BYTES("\xef\xbb\xbf"), "\\u{FEFF}\n" },
		{ BYTES("\xf3\xa0\x81\x81"), "\\u{E0041}\n" },
		{ BYTES("\\x1b[31m"), "\\x1b[31m\n" },
	};
	struct buf b = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct screen s;

		begin(&s, false);
		buf_clear(&b);
		screen_server(&s, &b, rows[i].text, rows[i].n, true);
		assert_shows(&b, rows[i].want);
		assert_harmless(&b);
		assert_false(s.open);
	}
	buf_free(&b);
}

/* The text of a line given in pieces of at most `most` bytes. */
static void
show_cut(struct buf *to, const char *p, size_t n, unsigned most, unsigned *seed)
{
	struct buf colored = { 0 };
	struct screen s;

	begin(&s, true);
	s.class = CLASS_OK;
	do {
		size_t part = 1 + pick(seed, most);

		part = part < n ? part : n;
		screen_server(&s, &colored, p, part, part == n);
		p += part;
		n -= part;
		assert_int_equal(s.open, n > 0);
	} while (n > 0);
	assert_harmless(&colored);
	strip(to, &colored);
	buf_free(&colored);
}

static void
test_cuts(void **state)
{
	static const char *const parts[] = { "\xe2\x82\xac", "\xf0\x9f\x98\x80",
		"\xe2", "\x82", "\xf0\x9f", "a", "\033[", "\xc2\x9b",
		"\xe2\x80\xae", "\xc3", "\xff", "\r", "plain text" };
	struct buf whole = { 0 }, cut = { 0 };
	unsigned seed = 5, round, k;

	(void)state;
	for (round = 0; round < 500; round++) {
		char text[200] = "";

		for (k = pick(&seed, 12); k > 0; k--)
			snprintf(text + strlen(text),
			    sizeof text - strlen(text), "%s",
			    parts[pick(&seed, ROWS(parts))]);
		buf_clear(&whole);
		show_cut(&whole, text, strlen(text), 1000, &seed);
		for (k = 1; k < 6; k++) {
			buf_clear(&cut);
			show_cut(&cut, text, strlen(text), k, &seed);
			assert_int_equal(cut.len, whole.len);
			assert_memory_equal(buf_bytes(&cut), buf_bytes(&whole),
			    cut.len);
		}
	}
	buf_free(&whole);
	buf_free(&cut);
}

/* Every byte behind every beginning of a character. */
static void
test_all_bytes(void **state)
{
	static const char *const before[] = { "", "\xc2", "\xe2\x80", "\xf0",
		"\xf0\x9f", "\xf3\xa0\x80", "\033" };
	struct buf b = { 0 };
	size_t i;
	int c;

	(void)state;
	for (i = 0; i < ROWS(before); i++) {
		for (c = 0; c < 256; c++) {
			struct screen s;
			char byte = (char)c;

			begin(&s, false);
			buf_clear(&b);
			screen_server(&s, &b, before[i], strlen(before[i]),
			    false);
			screen_server(&s, &b, &byte, 1, false);
			screen_server(&s, &b, "z", 1, true);
			assert_harmless(&b);
			assert_int_equal(buf_bytes(&b)[b.len - 2], 'z');
		}
	}
	buf_free(&b);
}

/* Without colour nothing of the server's looks like a line of telex's. */
static void
test_forged(void **state)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "* TLSv1.3 verified", "\\x2a TLSv1.3 verified\n" },
		{ "* ", "\\x2a \n" },
		{ "! beware", "\\x21 beware\n" },
		{ "telex: no", "\\x74elex: no\n" },
		{ "*", "*\n" },
		{ "t", "t\n" },
		{ "te", "te\n" },
		{ "telex:", "telex:\n" },
		{ "*x", "*x\n" },
		{ "!x", "!x\n" },
		{ "text", "text\n" },
		{ "telex said", "telex said\n" },
		{ "Telex: no", "Telex: no\n" },
		{ " * x", " * x\n" },
		{ "250 * x", "250 * x\n" },
	};
	struct buf b = { 0 };
	struct screen s;
	size_t i, k;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		size_t n = strlen(rows[i].text);

		begin(&s, false);
		buf_clear(&b);
		screen_server(&s, &b, rows[i].text, n, true);
		assert_shows(&b, rows[i].want);
		for (k = 1; k < n && i < 4; k++) {
			begin(&s, false);
			buf_clear(&b);
			screen_server(&s, &b, rows[i].text, k, false);
			screen_server(&s, &b, rows[i].text + k, n - k, true);
			assert_shows(&b, rows[i].want);
		}
	}
	buf_free(&b);
}

/* With colour such a line is told from ours by it, or else by its bytes. */
static void
test_forged_in_color(void **state)
{
	static const struct {
		const char *colors, *text, *want;
	} rows[] = {
		{ NULL, "* x", "* x\n" },
		{ NULL, "! x", "! x\n" },
		{ NULL, "telex: x", "telex: x\n" },
		{ "note=", "* x", "\\x2a x\n" },
		{ "note=", "! x", "! x\n" },
		{ "note=", "telex: x", "telex: x\n" },
		{ "note=0", "* x", "\\x2a x\n" },
		{ "note=00;0", "* x", "\\x2a x\n" },
		{ "note=39", "* x", "\\x2a x\n" },
		{ "note=39;49", "* x", "\\x2a x\n" },
		{ "note=22", "* x", "\\x2a x\n" },
		{ "note=;", "* x", "\\x2a x\n" },
		{ "note=0;1", "* x", "* x\n" },
		{ "note=;7", "* x", "* x\n" },
		{ "note=38;5;0", "* x", "* x\n" },
		{ "note=30", "* x", "* x\n" },
		{ "note=90", "* x", "* x\n" },
		{ "temp=", "* x", "* x\n" },
		{ "temp=", "! x", "\\x21 x\n" },
		{ "perm=", "telex: x", "\\x74elex: x\n" },
		{ "perm=", "text", "text\n" },
		{ "note=:temp=:perm=", "* x", "\\x2a x\n" },
		{ "note=:temp=:perm=", "! x", "\\x21 x\n" },
	};
	struct buf b = { 0 };
	struct screen s;
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		screen_init(&s, true, false, true, rows[i].colors);
		buf_clear(&b);
		screen_server(&s, &b, rows[i].text, strlen(rows[i].text), true);
		assert_shows(&b, rows[i].want);
		/* Byte by byte too. */
		buf_clear(&b);
		screen_server(&s, &b, rows[i].text, 1, false);
		screen_server(&s, &b, rows[i].text + 1,
		    strlen(rows[i].text) - 1, true);
		if (strcmp(rows[i].text, "text") != 0)
			assert_shows(&b, rows[i].want);
	}
	/* The server's line in the very colour of ours. */
	screen_init(&s, true, false, true, "ok=2");
	s.class = CLASS_OK;
	buf_clear(&b);
	screen_server(&s, &b, "* x", 3, true);
	assert_shows(&b, "\\x2a\033[2m x\033[0m\n");
	buf_free(&b);
}

/* A line that our own interrupted goes on as a new one. */
static void
test_forged_rest(void **state)
{
	struct buf b = { 0 };
	struct screen s;

	(void)state;
	begin(&s, false);
	screen_server(&s, &b, "x", 1, false);
	screen_note(&s, &b, "note");
	screen_server(&s, &b, "* forged", 8, true);
	assert_shows(&b, "x\n* note\n\\x2a forged\n");
	buf_free(&b);
}

static void
test_own_lines(void **state)
{
	struct buf b = { 0 };
	struct screen s;

	(void)state;
	begin(&s, false);
	screen_note(&s, &b, "a");
	screen_warning(&s, &b, "b");
	screen_error(&s, &b, "c");
	screen_aside(&s, &b, "    d");
	assert_shows(&b, "* a\n! b\ntelex: c\n    d\n");
	begin(&s, true);
	buf_clear(&b);
	screen_note(&s, &b, "a");
	screen_warning(&s, &b, "b");
	screen_error(&s, &b, "c");
	screen_aside(&s, &b, "    d");
	assert_shows(&b,
	    "\033[2m* a\033[0m\n\033[33m! b\033[0m\n"
	    "\033[31mtelex: c\033[0m\n\033[2m    d\033[0m\n");
	buf_free(&b);
}

static void
test_finish(void **state)
{
	struct buf b = { 0 };
	struct screen s;

	(void)state;
	begin(&s, false);
	screen_finish(&s, &b);
	assert_int_equal(b.len, 0);
	screen_server(&s, &b, "ab\xe2\x82", 4, false);
	assert_true(s.open);
	screen_finish(&s, &b);
	screen_finish(&s, &b);
	screen_server(&s, &b, "\xac", 1, true);
	assert_shows(&b, "ab\\xe2\\x82\n\\xac\n");
	buf_free(&b);
}

static void
test_raw(void **state)
{
	struct buf b = { 0 };
	struct screen s;

	(void)state;
	screen_init(&s, true, true, true, NULL);
	s.class = CLASS_OK;
	screen_server(&s, &b, "\033[31m* \xff\xe2", 9, false);
	screen_server(&s, &b, "\x82", 1, true);
	assert_shows(&b, "\033[31m* \xff\xe2\x82\r\n");
	buf_free(&b);
}

static void
test_classes(void **state)
{
	static const struct {
		enum reply_class class;
		const char *sgr, *want;
	} rows[] = {
		{ CLASS_NONE, NULL, "x\n" },
		{ CLASS_PRELIMINARY, NULL, "x\n" },
		{ CLASS_OK, "32", "\033[32mx\033[0m\n" },
		{ CLASS_MORE, "36", "\033[36mx\033[0m\n" },
		{ CLASS_TRANSIENT, "33", "\033[33mx\033[0m\n" },
		{ CLASS_PERMANENT, "31", "\033[31mx\033[0m\n" },
	};
	struct buf b = { 0 };
	struct screen s;
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		begin(&s, true);
		s.class = rows[i].class;
		buf_clear(&b);
		screen_server(&s, &b, "x", 1, true);
		assert_shows(&b, rows[i].want);
		if (rows[i].sgr == NULL)
			assert_null(screen_sgr(&s, rows[i].class));
		else
			assert_string_equal(screen_sgr(&s, rows[i].class),
			    rows[i].sgr);
		begin(&s, false);
		s.class = rows[i].class;
		assert_null(screen_sgr(&s, rows[i].class));
		buf_clear(&b);
		screen_server(&s, &b, "x", 1, true);
		assert_shows(&b, "x\n");
	}
	buf_free(&b);
}

/* TELEX_COLORS: what it says of "ok", or what is left as it was. */
static void
test_colors(void **state)
{
	static const struct {
		const char *colors, *ok, *perm;
	} rows[] = {
		{ NULL, "32", "31" },
		{ "", "32", "31" },
		{ "ok=35", "35", "31" },
		{ "ok=1;35:perm=0", "1;35", "0" },
		{ "perm=7:temp=1:ok=4", "4", "7" },
		{ ":::ok=35:::", "35", "31" },
		{ "ok=35:ok=36", "36", "31" },
		{ "ok=", "", "31" },
		{ "ok", "32", "31" },
		{ "=35", "32", "31" },
		{ "okay=35", "32", "31" },
		{ "xok=35", "32", "31" },
		{ "OK=35", "32", "31" },
		{ "ok=31m\033]0;x\007", "32", "31" },
		{ "ok=31m", "32", "31" },
		{ "ok=\033[31m", "32", "31" },
		{ "ok= 35", "32", "31" },
		{ "ok=-1", "32", "31" },
		{ "ok=1\n", "32", "31" },
		{ "ok=38;2;255;128;64;1;2;3", "38;2;255;128;64;1;2;3", "31" },
		{ "ok=00000000000000000000001", "00000000000000000000001",
		    "31" },
		{ "ok=000000000000000000000001", "32", "31" },
		{ "ok=0000000000000000000000000000000000000000000000:perm=1",
		    "32", "1" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct screen s;

		screen_init(&s, true, false, true, rows[i].colors);
		assert_string_equal(s.ok, rows[i].ok);
		assert_string_equal(s.permanent, rows[i].perm);
		if (rows[i].ok[0] == '\0')
			assert_null(screen_sgr(&s, CLASS_OK));
	}
}

static void
set(const char *name, const char *value)
{
	if (value == NULL)
		unsetenv(name);
	else
		setenv(name, value, 1);
}

static void
test_wants_color(void **state)
{
	static const struct {
		int when;
		bool terminal;
		const char *no, *force, *term;
		bool want;
	} rows[] = {
		{ 1, false, "1", NULL, "dumb", true },
		{ 0, true, NULL, "1", "xterm", false },
		{ -1, true, NULL, NULL, "xterm", true },
		{ -1, false, NULL, NULL, "xterm", false },
		{ -1, true, NULL, NULL, "dumb", false },
		{ -1, true, NULL, NULL, NULL, false },
		{ -1, true, NULL, NULL, "", false },
		{ -1, true, "1", NULL, "xterm", false },
		{ -1, true, "", NULL, "xterm", true },
		{ -1, true, "1", "1", "xterm", false },
		{ -1, false, NULL, "1", NULL, true },
		{ -1, false, NULL, "0", "xterm", false },
		{ -1, true, NULL, "0", "xterm", true },
		{ -1, false, NULL, "", "xterm", false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		set("NO_COLOR", rows[i].no);
		set("CLICOLOR_FORCE", rows[i].force);
		set("TERM", rows[i].term);
		if (screen_wants_color(rows[i].when, rows[i].terminal) !=
		    rows[i].want)
			fail_msg("row %zu", i);
	}
}

/* IMAP: without colour our notes have a star more, and only those. */
static void
test_stars(void **state)
{
	static const struct {
		bool color;
		const char *line, *shown;
	} rows[] = {
		{ false, "* OK ready", "* OK ready\n** a note\n" },
		{ false, "** a note", "\\x2a* a note\n** a note\n" },
		{ true, "* OK ready", "* OK ready\n\033[2m* a note\033[0m\n" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct screen s;
		struct buf to = { 0 };

		screen_init(&s, true, false, rows[i].color, NULL);
		s.stars = true;
		screen_server(&s, &to, rows[i].line, strlen(rows[i].line),
		    true);
		screen_note(&s, &to, "a note");
		buf_add(&to, "", 1);
		assert_string_equal(buf_bytes(&to), rows[i].shown);
		buf_free(&to);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stars),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_cuts),
		cmocka_unit_test(test_all_bytes),
		cmocka_unit_test(test_forged),
		cmocka_unit_test(test_forged_in_color),
		cmocka_unit_test(test_forged_rest),
		cmocka_unit_test(test_own_lines),
		cmocka_unit_test(test_finish),
		cmocka_unit_test(test_raw),
		cmocka_unit_test(test_classes),
		cmocka_unit_test(test_colors),
		cmocka_unit_test(test_wants_color),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
