/* SPDX-License-Identifier: ISC */
/* mimecode.c - what mail looked like before it was made ASCII. */
#include <string.h>

#include "buf.h"
#include "practice/mimecode.h"
#include "text.h"

bool
mimecode_base64(struct buf *to, const char *p, size_t n)
{
	struct buf dense = { 0 };
	size_t i;
	bool good;

	for (i = 0; i < n; i++) {
		if ((unsigned char)p[i] > ' ')
			buf_add(&dense, p + i, 1);
	}
	good = dense.len == 0 ||
	    text_unbase64(to, buf_bytes(&dense), dense.len) == 0;
	buf_free(&dense);
	return good;
}

static int
hex_digit(char c)
{
	const char *digits = "0123456789abcdef0123456789ABCDEF";
	const char *at = c == '\0' ? NULL : strchr(digits, c);

	return at == NULL ? -1 : (int)(at - digits) % 16;
}

/* The bytes of a line's end behind blanks; 0: the line goes on. */
static size_t
line_end(const char *p, size_t n)
{
	size_t i = 0;

	while (i < n && (p[i] == ' ' || p[i] == '\t' || p[i] == '\r'))
		i++;
	return i < n && p[i] == '\n' ? i + 1 : 0;
}

/* "=C3", or "=" at the end of a line; 0: neither. */
static size_t
escape(struct buf *to, const char *p, size_t n)
{
	char c;

	if (n >= 3 && hex_digit(p[1]) >= 0 && hex_digit(p[2]) >= 0) {
		c = (char)(hex_digit(p[1]) * 16 + hex_digit(p[2]));
		buf_add(to, &c, 1);
		return 3;
	}
	n = line_end(p + 1, n - 1);
	return n == 0 ? 0 : n + 1;
}

void
mimecode_quoted(struct buf *to, const char *p, size_t n, bool word)
{
	size_t i = 0;

	while (i < n) {
		size_t used = p[i] == '=' ? escape(to, p + i, n - i) : 0;

		if (used == 0) {
			buf_add(to, word && p[i] == '_' ? " " : p + i, 1);
			used = 1;
		}
		i += used;
	}
}

/* An encoded word: its three parts and where it ends. */
struct word {
	const char *charset, *text;
	size_t charset_len, text_len, len;
	char coding;
};

static bool
find_word(const char *p, size_t n, struct word *w)
{
	const char *end = p + n, *mark;

	if (n < 8 || memcmp(p, "=?", 2) != 0)
		return false;
	w->charset = p + 2;
	mark = memchr(w->charset, '?', (size_t)(end - w->charset));
	if (mark == NULL || end - mark < 5 || mark[2] != '?')
		return false;
	w->charset_len = (size_t)(mark - w->charset);
	w->coding = mark[1];
	w->text = mark + 3;
	mark = memchr(w->text, '?', (size_t)(end - w->text));
	if (mark == NULL || end - mark < 2 || mark[1] != '=')
		return false;
	w->text_len = (size_t)(mark - w->text);
	w->len = (size_t)(mark - p) + 2;
	return true;
}

static void
latin1(struct buf *to, const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		unsigned char c = (unsigned char)p[i];
		char pair[2] = { (char)(0xc0 | c >> 6),
			(char)(0x80 | (c & 0x3f)) };

		buf_add(to, c < 0x80 ? p + i : pair, c < 0x80 ? 1 : 2);
	}
}

static bool
decode_word(struct buf *to, const struct word *w)
{
	bool narrow = text_is(w->charset, w->charset_len, "iso-8859-1");
	struct buf bytes = { 0 };
	bool good = true;

	if (!narrow && !text_is(w->charset, w->charset_len, "utf-8") &&
	    !text_is(w->charset, w->charset_len, "us-ascii"))
		return false;
	if (text_is(&w->coding, 1, "b"))
		good = mimecode_base64(&bytes, w->text, w->text_len);
	else if (text_is(&w->coding, 1, "q"))
		mimecode_quoted(&bytes, w->text, w->text_len, true);
	else
		good = false;
	if (good && narrow)
		latin1(to, buf_bytes(&bytes), bytes.len);
	else if (good)
		buf_add(to, buf_bytes(&bytes), bytes.len);
	buf_free(&bytes);
	return good;
}

void
mimecode_words(struct buf *to, const char *p, size_t n)
{
	size_t i = 0, blanks = 0;
	bool after = false; /* a word; blanks between two are none */
	struct word w;

	while (i < n) {
		size_t whole = to->len;

		blanks = text_blanks(p + i, n - i);
		if (!after)
			buf_add(to, p + i, blanks);
		if (find_word(p + i + blanks, n - i - blanks, &w) &&
		    decode_word(to, &w)) {
			after = true;
			i += blanks + w.len;
			continue;
		}
		to->len = whole;
		after = false;
		buf_add(to, p + i, blanks + (i + blanks < n));
		i += blanks + (i + blanks < n);
	}
}
