/* SPDX-License-Identifier: ISC */
/* line_test.c - where lines end, however the stream is cut. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "buf.h"
#include "line.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

/* The same numbers in each run. */
static unsigned
pick(unsigned *seed, unsigned below)
{
	*seed = *seed * 1103515245u + 12345u;
	return (*seed >> 16 & 0x7fff) % below;
}

/* Bytes with many line ends, halves of them, dots and NULs. */
static void
make_bytes(char *p, size_t n, unsigned *seed)
{
	static const char often[] = { '\r', '\n', '\n', '.', 'a', '\0', '\xc3',
		'\r' };
	unsigned spread = 1 + pick(seed, 40);
	size_t i;

	for (i = 0; i < n; i++)
		p[i] = pick(seed, spread) > 1 ? 'x' :
						often[pick(seed, sizeof often)];
}

/* Write down a piece in a form that shows everything of it. */
static void
note(struct buf *to, const struct line_piece *piece)
{
	buf_addf(to, "[%s", piece->first ? "^" : "");
	buf_add(to, piece->text, piece->len);
	buf_adds(to, piece->crlf ? "\\r\\n]" : piece->last ? "\\n]" : "]");
}

/* All pieces of the bytes, given in blocks of at most `most`. */
static void
cut(struct buf *to, const char *p, size_t n, unsigned most, unsigned *seed)
{
	struct line l = { 0 };
	struct line_piece piece;

	while (n > 0) {
		size_t step = most == 0 ? n : 1 + pick(seed, most);
		size_t part = step < n ? step : n;
		char *block = malloc(part);
		const char *at = block;

		assert_non_null(block);
		memcpy(block, p, part);
		p += part;
		n -= part;
		while (line_next(&l, &at, &part, &piece))
			note(to, &piece);
		assert_int_equal(part, 0);
		free(block);
	}
	if (line_rest(&l, &piece))
		note(to, &piece);
	buf_addf(to, "%lu", l.bare);
	line_free(&l);
}

static void
test_lines(void **state)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "", "0" },
		{ "220 a\r\n", "[^220 a\\r\\n]0" },
		{ "220 a\n", "[^220 a\\n]1" },
		{ "a\r\nb\nc", "[^a\\r\\n][^b\\n][^c]1" },
		{ "\r\n\n\r", "[^\\r\\n][^\\n][^\r]1" },
		{ "a\rb\r\r\n", "[^a\rb\r\\r\\n]0" },
	};
	struct buf b = { 0 };
	unsigned seed = 1;
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		cut(&b, rows[i].text, strlen(rows[i].text), 0, &seed);
		buf_add(&b, "", 1);
		assert_string_equal(buf_bytes(&b), rows[i].want);
		buf_clear(&b);
	}
	buf_free(&b);
}

/* With '>' as the end that ends each line and stays in it. */
static void
test_elements(void **state)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "", "" },
		{ "<a>", "[<a>]" },
		{ "<a/><b x='y'/>", "[<a/>][<b x='y'/>]" },
		{ "<a>\r\n<b>\n\n<c>\r", "[<a>][<b>][<c>]" },
		{ "\r\n <a>", "[ <a>]" },
		{ "<a>two\r\nlines</a>", "[<a>][two\r\nlines</a>]" },
		{ "<a>text", "[<a>]text" },
		{ "<a>\r\n\rtext\n", "[<a>]text\n" },
	};
	size_t i, step;

	(void)state;
	for (i = 0; i < ROWS(rows) * 4; i++) {
		const char *text = rows[i / 4].text;
		size_t left = strlen(text);
		struct line l = { .end = '>' };
		struct line_piece piece;
		struct buf b = { 0 };

		for (step = i % 4 == 0 ? 99 : i % 4; left > 0;) {
			const char *p = text;
			size_t n = step < left ? step : left;

			text += n;
			left -= n;
			while (line_next(&l, &p, &n, &piece)) {
				assert_true(piece.first && piece.last);
				assert_true(piece.crlf);
				buf_adds(&b, "[");
				buf_add(&b, piece.text, piece.len);
				buf_adds(&b, "]");
			}
			assert_int_equal(n, 0);
		}
		if (line_rest(&l, &piece))
			buf_add(&b, piece.text, piece.len);
		assert_false(line_is_open(&l));
		buf_add(&b, "", 1);
		assert_string_equal(buf_bytes(&b), rows[i / 4].want);
		assert_int_equal(l.bare, 0);
		buf_free(&b);
		line_free(&l);
	}
}

/* What is too long is cut into lines, of which none is lost. */
static void
test_long_element(void **state)
{
	static const size_t lengths[] = { 65534, 65535, 65536, 200000 };
	char *bytes = malloc(200001);
	size_t i, step;

	(void)state;
	assert_non_null(bytes);
	for (i = 0; i < ROWS(lengths) * 2; i++) {
		struct line l = { .end = '>' };
		struct line_piece piece = { 0 };
		size_t sum = 0, at = 0, all = lengths[i / 2] + 1;

		memset(bytes, 'x', all);
		bytes[all - 1] = '>';
		for (step = i % 2 == 0 ? all : 777; at < all;) {
			const char *p = bytes + at;
			size_t n = step < all - at ? step : all - at;

			at += n;
			while (line_next(&l, &p, &n, &piece)) {
				assert_true(piece.len <= LINE_MOST);
				assert_int_equal(piece.first && piece.last, 1);
				sum += piece.len;
			}
		}
		assert_int_equal(sum, all);
		assert_int_equal(piece.text[piece.len - 1], '>');
		line_free(&l);
	}
	free(bytes);
}

static void
assert_same_however_cut(const char *p, size_t n, unsigned most, unsigned *seed)
{
	struct buf whole = { 0 }, parts = { 0 };

	cut(&whole, p, n, 0, seed);
	cut(&parts, p, n, most, seed);
	assert_int_equal(parts.len, whole.len);
	assert_memory_equal(buf_bytes(&parts), buf_bytes(&whole), whole.len);
	buf_free(&whole);
	buf_free(&parts);
}

static void
test_cuts(void **state)
{
	char bytes[300];
	unsigned seed = 7, round;

	(void)state;
	for (round = 0; round < 600; round++) {
		size_t n = pick(&seed, sizeof bytes);

		make_bytes(bytes, n, &seed);
		assert_same_however_cut(bytes, n, 1 + pick(&seed, 9), &seed);
	}
}

/* Lines about as long as buffers are, with each end and in blocks. */
static void
test_long_lines(void **state)
{
	static const size_t lengths[] = { 16383, 16384, 16385, 65534, 65535,
		65536, 65537, 131071, 131072, 200000 };
	static const char *const ends[] = { "\r\n", "\n", "", "\r", "\r\r\n" };
	char *bytes = malloc(200100);
	unsigned seed = 3;
	size_t i, k;

	(void)state;
	assert_non_null(bytes);
	memset(bytes, 'x', 200100);
	for (i = 0; i < ROWS(lengths); i++) {
		for (k = 0; k < ROWS(ends); k++) {
			size_t n = strlen(ends[k]);

			memset(bytes + lengths[i], 'y', 10);
			memcpy(bytes + lengths[i], ends[k], n);
			assert_same_however_cut(bytes, lengths[i] + n + 3, 9999,
			    &seed);
			assert_same_however_cut(bytes, lengths[i] + n, 32767,
			    &seed);
			memset(bytes + lengths[i], 'x', 10);
		}
	}
	free(bytes);
}

/* A long line comes whole: nothing lost, no CR of its end in a piece. */
static void
test_long_line_is_whole(void **state)
{
	static const size_t lengths[] = { 65534, 65535, 65536, 131071, 200000 };
	char *bytes = malloc(200002);
	size_t i;

	(void)state;
	assert_non_null(bytes);
	for (i = 0; i < ROWS(lengths); i++) {
		const char *p = bytes;
		struct line l = { 0 };
		struct line_piece piece = { 0 };
		size_t n = lengths[i] + 2, sum = 0;

		memset(bytes, 'x', lengths[i]);
		memcpy(bytes + lengths[i], "\r\n", 2);
		while (line_next(&l, &p, &n, &piece)) {
			assert_int_equal(piece.first, sum == 0);
			assert_true(piece.len <= LINE_MOST);
			assert_null(memchr(piece.text, '\r', piece.len));
			sum += piece.len;
		}
		assert_true(piece.last && piece.crlf);
		assert_int_equal(l.bare, 0);
		assert_int_equal(sum, lengths[i]);
		line_free(&l);
	}
	free(bytes);
}

/* In the middle of a long line too: what comes then is a new line. */
/* The beginning and the end of a line of n bytes, numbered by words. */
static void
test_ends(void **state)
{
	static const size_t sizes[] = { LINE_MOST + 1, LINE_MOST + 3,
		LINE_MOST + 63, LINE_MOST + 64, LINE_MOST + 1000,
		2 * LINE_MOST + 5, 3 * LINE_MOST };
	enum { TAIL = 64 };
	size_t i, at;

	(void)state;
	for (i = 0; i < ROWS(sizes); i++) {
		size_t n = sizes[i] + 2, head;
		char *text = test_malloc(n + 32);
		const char *p = text;
		struct line line = { .data = NULL };
		struct line_ends ends = { .len = 0 };
		struct line_piece piece;

		for (at = 0; at < n; at += 8)
			snprintf(text + at, 24, "%07zu ", at);
		memcpy(text + n - 2, "\r\n", 2);
		while (line_next(&line, &p, &n, &piece))
			line_keep_ends(&ends, &piece);
		assert_int_equal(n, 0);
		head = ends.len - TAIL;
		assert_int_equal(ends.len, sizeof ends.text);
		assert_memory_equal(ends.text, text, head);
		assert_memory_equal(ends.text + head, text + sizes[i] - TAIL,
		    TAIL);
		line_free(&line);
		test_free(text);
	}
}

static void
test_reset_in_long_line(void **state)
{
	char *bytes = calloc(1, LINE_MOST + 10);
	const char *p = bytes;
	struct line l = { 0 };
	struct line_piece piece;
	size_t n = LINE_MOST;

	(void)state;
	assert_non_null(bytes);
	bytes[LINE_MOST - 1] = '\r';
	assert_true(line_next(&l, &p, &n, &piece));
	assert_false(piece.last);
	line_reset(&l);
	assert_false(line_is_open(&l));
	p = "new\n";
	n = 4;
	assert_true(line_next(&l, &p, &n, &piece));
	assert_true(piece.first);
	assert_int_equal(piece.len, 3);
	line_free(&l);
	free(bytes);
}

static void
test_reset(void **state)
{
	struct line l = { 0 };
	struct line_piece piece;
	const char *p = "unfinished\r";
	size_t n = strlen(p);

	(void)state;
	assert_false(line_is_open(&l));
	assert_false(line_next(&l, &p, &n, &piece));
	assert_true(line_is_open(&l));
	line_reset(&l);
	assert_false(line_is_open(&l));
	assert_false(line_rest(&l, &piece));
	p = "\nok\r\n";
	n = strlen(p);
	assert_true(line_next(&l, &p, &n, &piece));
	assert_true(piece.first && piece.last && !piece.crlf);
	assert_true(line_next(&l, &p, &n, &piece));
	assert_memory_equal(piece.text, "ok", 2);
	line_free(&l);
}

/* What line_crlf promises, byte by byte. */
static size_t
naive_crlf(char *dst, const char *src, size_t n, char *last)
{
	char *d = dst;
	size_t i;

	for (i = 0; i < n; i++) {
		if (src[i] == '\n' && *last != '\r')
			*d++ = '\r';
		*d++ = *last = src[i];
	}
	return (size_t)(d - dst);
}

typedef size_t crlf_function(char *, const char *, size_t, char *);

/* In blocks, each in memory of its very size. */
static void
assert_crlf(crlf_function *convert, const char *p, size_t n, unsigned *seed)
{
	char want[1200], last = 0, got_last = 0;
	size_t done = 0, want_len = naive_crlf(want, p, n, &last), len = 0;

	while (done < n) {
		size_t part = 1 + pick(seed, (unsigned)(n - done));
		char *src = malloc(part), *dst = malloc(2 * part + 64);
		size_t wrote;

		assert_non_null(src);
		assert_non_null(dst);
		memcpy(src, p + done, part);
		wrote = convert(dst, src, part, &got_last);
		assert_true(len + wrote <= want_len);
		assert_memory_equal(dst, want + len, wrote);
		len += wrote;
		done += part;
		free(src);
		free(dst);
	}
	assert_int_equal(len, want_len);
	assert_int_equal(got_last, last);
}

static void
test_crlf(void **state)
{
	char bytes[600];
	unsigned seed = 11, round;
	size_t n;

	(void)state;
	for (round = 0; round < 6; round++) {
		for (n = 0; n <= 300; n++) {
			make_bytes(bytes, n, &seed);
			assert_crlf(line_crlf, bytes, n, &seed);
			assert_crlf(line_crlf_portable, bytes, n, &seed);
		}
	}
	memset(bytes, '\n', sizeof bytes);
	assert_crlf(line_crlf, bytes, sizeof bytes, &seed);
	assert_crlf(line_crlf_portable, bytes, sizeof bytes, &seed);
}

/* CR LF becomes LF, and a CR held back comes out with the next block. */
static void
test_lf(void **state)
{
	char bytes[300], want[301], dst[301];
	unsigned seed = 5, round;

	(void)state;
	for (round = 0; round < 600; round++) {
		size_t n = pick(&seed, sizeof bytes), i, len = 0, want_len = 0;
		bool cr = false;

		make_bytes(bytes, n, &seed);
		for (i = 0; i < n; i++) {
			if (bytes[i] == '\r' && i + 1 < n &&
			    bytes[i + 1] == '\n')
				continue;
			want[want_len++] = bytes[i];
		}
		for (i = 0; i < n;) {
			size_t part = 1 + pick(&seed, (unsigned)(n - i));

			len += line_lf(dst + len, bytes + i, part, &cr);
			i += part;
		}
		if (cr)
			dst[len++] = '\r';
		assert_int_equal(len, want_len);
		assert_memory_equal(dst, want, len);
	}
}

static void
test_dot(void **state)
{
	static const struct {
		const char *text;
		bool at_start;
		size_t end, safe;
	} rows[] = {
		{ "", true, 0, 0 },
		{ "", false, 0, 0 },
		{ ".\r\n", true, 3, 3 },
		{ ".\n", true, 2, 2 },
		{ ".\r\nQUIT\r\n", true, 3, 9 },
		{ ".\r\n", false, 0, 3 },
		{ "a\r\n.\r\n", true, 6, 6 },
		{ "a\n.\nb", true, 4, 5 },
		{ "a\n..\n.\n", true, 7, 7 },
		{ "..\r\n", true, 0, 4 },
		{ ".", true, 0, 0 },
		{ ".\r", true, 0, 0 },
		{ ".\rx", true, 0, 3 },
		{ "a\r\n.", true, 0, 3 },
		{ "a\r\n.\r", true, 0, 3 },
		{ "a\r\n.\rb", true, 0, 6 },
		{ "a.\r\n", true, 0, 4 },
		{ "a\r.\r\n", true, 0, 5 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		size_t n = strlen(rows[i].text), safe = 99;
		size_t end = line_dot(rows[i].text, n, rows[i].at_start, &safe);

		if (end != rows[i].end || (end == 0 && safe != rows[i].safe))
			fail_msg("row %zu: %zu, safe %zu", i, end, safe);
	}
}

/* The end is found at every place of a block, and nothing behind it read. */
static void
test_dot_anywhere(void **state)
{
	size_t at, n, safe;

	(void)state;
	for (n = 5; n < 140; n++) {
		char *bytes = malloc(n);

		assert_non_null(bytes);
		for (at = 1; at + 4 <= n; at++) {
			memset(bytes, at % 2 == 0 ? '.' : 'x', n);
			bytes[0] = 'x';
			memcpy(bytes + at, "\n.\r\n", 4);
			assert_int_equal(line_dot(bytes, n, true, &safe),
			    at + 4);
			assert_int_equal(line_dot(bytes, at + 3, true, &safe),
			    0);
			assert_int_equal(safe, at + 1);
		}
		memset(bytes, 'x', n);
		assert_int_equal(line_dot(bytes, n, true, &safe), 0);
		assert_int_equal(safe, n);
		free(bytes);
	}
}

/* Where the line "." ends, byte by byte; 0: nowhere. */
static size_t
naive_dot(const char *p, size_t n, bool at_start)
{
	size_t i;

	for (i = 0; i < n; i++) {
		bool begins = i == 0 ? at_start : p[i - 1] == '\n';

		if (!begins || p[i] != '.')
			continue;
		if (i + 1 < n && p[i + 1] == '\n')
			return i + 2;
		if (i + 2 < n && p[i + 1] == '\r' && p[i + 2] == '\n')
			return i + 3;
	}
	return 0;
}

/* Found where it is, and what is safe cannot become a part of it. */
static void
test_dot_random(void **state)
{
	static const char often[] = { '\r', '\n', '.', '.', '\n', 'x' };
	static const char *const ends[] = { "", "\n", "\r\n", ".\n", ".\r\n",
		"\n.\n" };
	unsigned seed = 17, round;
	size_t i, k;

	(void)state;
	for (round = 0; round < 20000; round++) {
		unsigned spread = 1 + pick(&seed, 30);
		size_t n = pick(&seed, 120), safe = 0, end;
		bool at_start = pick(&seed, 2);
		char *p = malloc(n + 8);

		assert_non_null(p);
		for (i = 0; i < n; i++)
			p[i] = pick(&seed, spread) > 2 ?
			    'x' :
			    often[pick(&seed, sizeof often)];
		end = line_dot(p, n, at_start, &safe);
		assert_int_equal(end, naive_dot(p, n, at_start));
		for (k = 0; end == 0 && k < ROWS(ends); k++) {
			size_t more = strlen(ends[k]);

			memcpy(p + n, ends[k], more);
			end = naive_dot(p, n + more, at_start);
			assert_true(end == 0 || end > safe + 1);
			assert_true(safe <= n);
			assert_true(safe + 2 >= n);
			end = 0;
		}
		free(p);
	}
}

/* How much of the input makes so many bytes with CR LF. */
static void
test_fit(void **state)
{
	static const struct {
		const char *text;
		uint64_t most;
		size_t used;
		uint64_t made;
	} rows[] = {
		{ "", 5, 0, 0 },
		{ "abc", 0, 0, 0 },
		{ "abc", 2, 2, 2 },
		{ "abc", 3, 3, 3 },
		{ "abc", 9, 3, 3 },
		{ "a\nb\n", 3, 2, 3 },
		{ "a\nb\n", 4, 3, 4 },
		{ "a\nb\n", 6, 4, 6 },
		{ "a\r\nb\r\n", 3, 3, 3 },
		{ "a\r\nb\r\n", 2, 2, 2 },
		{ "a\r\nb\r\n", 6, 6, 6 },
		/* Of a line end that is made, both bytes or none. */
		{ "a\nb\n", 2, 2, 2 },
		{ "\n\n\n", 1, 1, 1 },
		{ "\n\n\n", 4, 2, 4 },
		{ "a\rb\n", 5, 4, 5 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		uint64_t made = 99;
		size_t used = line_fit(rows[i].text, strlen(rows[i].text),
		    rows[i].most, &made);

		if (used != rows[i].used || made != rows[i].made)
			fail_msg("row %zu: %zu %llu", i, used,
			    (unsigned long long)made);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fit),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_elements),
		cmocka_unit_test(test_long_element),
		cmocka_unit_test(test_cuts),
		cmocka_unit_test(test_long_lines),
		cmocka_unit_test(test_long_line_is_whole),
		cmocka_unit_test(test_ends),
		cmocka_unit_test(test_reset),
		cmocka_unit_test(test_reset_in_long_line),
		cmocka_unit_test(test_crlf),
		cmocka_unit_test(test_lf),
		cmocka_unit_test(test_dot),
		cmocka_unit_test(test_dot_anywhere),
		cmocka_unit_test(test_dot_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
