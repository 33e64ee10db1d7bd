/* SPDX-License-Identifier: ISC */
/* text.c - words, numbers, UTF-8 and base64. */
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#include "config.h"

#include "buf.h"
#include "text.h"

void
text_wipe(void *p, size_t n)
{
#ifdef HAVE_EXPLICIT_BZERO
	explicit_bzero(p, n);
#else
	OPENSSL_cleanse(p, n);
#endif
}

/* Not tolower: in a Turkish locale that one knows no "i" for "I". */
static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool
text_is(const char *p, size_t n, const char *word)
{
	return strlen(word) == n && text_begins(p, n, word);
}

bool
text_begins(const char *p, size_t n, const char *word)
{
	size_t i;

	for (i = 0; word[i] != '\0'; i++) {
		if (i == n || lower(p[i]) != lower(word[i]))
			return false;
	}
	return true;
}

size_t
text_word(const char *p, size_t n)
{
	size_t i = 0;

	while (i < n && (unsigned char)p[i] > ' ')
		i++;
	return i;
}

size_t
text_blanks(const char *p, size_t n)
{
	size_t i = 0;

	while (i < n && (unsigned char)p[i] <= ' ')
		i++;
	return i;
}

size_t
text_nth(const char *p, size_t n, size_t i)
{
	size_t at = text_blanks(p, n);

	while (i-- > 0) {
		at += text_word(p + at, n - at);
		at += text_blanks(p + at, n - at);
	}
	return at;
}

bool
text_says(const char *p, size_t n, const char *word)
{
	size_t len = strlen(word);

	for (; n >= len; p++, n--) {
		if (text_begins(p, n, word))
			return true;
	}
	return false;
}

int
text_number(const char *s, unsigned long low, unsigned long high,
    unsigned long *value)
{
	unsigned long v = 0;
	const char *p;

	for (p = s; *p >= '0' && *p <= '9'; p++) {
		unsigned long digit = (unsigned long)(*p - '0');

		if (digit > high || v > (high - digit) / 10)
			return -1;
		v = v * 10 + digit;
	}
	if (p == s || *p != '\0' || v < low)
		return -1;
	*value = v;
	return 0;
}

int
text_octets(const char *p, size_t n, uint64_t *octets)
{
	uint64_t v = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		if (p[i] < '0' || p[i] > '9' || v > INT64_MAX / 10 - 1)
			return -1;
		v = v * 10 + (uint64_t)(p[i] - '0');
	}
	if (n == 0)
		return -1;
	*octets = v;
	return 0;
}

/* The length that a first byte announces (RFC 3629, section 4), or -1. */
static int
utf8_length(unsigned char c)
{
	if (c < 0x80)
		return 1;
	if (c < 0xc2 || c > 0xf4)
		return -1;
	return c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
}

int
text_utf8(const char *p, size_t n, uint32_t *code)
{
	uint32_t v;
	int len, i;

	if (n == 0)
		return 0;
	v = (unsigned char)p[0];
	len = utf8_length((unsigned char)p[0]);
	if (len < 0)
		return -1;
	if (len > 1)
		v &= 0x7fU >> len;
	for (i = 1; i < len; i++) {
		if ((size_t)i == n)
			return 0;
		if (((unsigned char)p[i] & 0xc0) != 0x80)
			return -1;
		v = v << 6 | ((unsigned char)p[i] & 0x3f);
		/* Too long, a surrogate, too large: the second byte tells. */
		if (i == 1 && len == 3 && (v < 0x20 || v >> 5 == 0x1b))
			return -1;
		if (i == 1 && len == 4 && (v < 0x10 || v > 0x10f))
			return -1;
	}
	*code = v;
	return len;
}

static const char digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void
text_base64(struct buf *to, const void *p, size_t n)
{
	const unsigned char *s = p;
	size_t i;

	for (i = 0; i < n; i += 3) {
		unsigned long v = (unsigned long)s[i] << 16;
		char four[4];

		if (i + 1 < n)
			v |= (unsigned long)s[i + 1] << 8;
		if (i + 2 < n)
			v |= s[i + 2];
		four[0] = digits[v >> 18];
		four[1] = digits[v >> 12 & 63];
		four[2] = i + 1 < n ? digits[v >> 6 & 63] : '=';
		four[3] = i + 2 < n ? digits[v & 63] : '=';
		buf_add(to, four, 4);
		text_wipe(four, sizeof four);
	}
}

static int
base64_value(char c)
{
	const char *at = c == '\0' ? NULL : strchr(digits, c);

	return at == NULL ? -1 : (int)(at - digits);
}

/* Four characters to three bytes at most; returns how many, or -1. */
static int
unbase64_four(const char *p, bool last, unsigned char *out)
{
	int pad = last ? (p[3] == '=') + (p[3] == '=' && p[2] == '=') : 0;
	unsigned long v = 0;
	int i;

	for (i = 0; i < 4; i++) {
		int digit = i >= 4 - pad ? 0 : base64_value(p[i]);

		if (digit < 0)
			return -1;
		v = v << 6 | (unsigned long)digit;
	}
	out[0] = (unsigned char)(v >> 16);
	out[1] = (unsigned char)(v >> 8 & 255);
	out[2] = (unsigned char)(v & 255);
	return 3 - pad;
}

int
text_unbase64(struct buf *to, const char *p, size_t n)
{
	size_t before = to->len;
	size_t i;

	if (n % 4 != 0)
		return -1;
	for (i = 0; i < n; i += 4) {
		unsigned char three[3];
		int len = unbase64_four(p + i, i + 4 == n, three);

		if (len < 0) {
			to->len = before;
			return -1;
		}
		buf_add(to, three, (size_t)len);
		text_wipe(three, sizeof three);
	}
	return 0;
}

/* Format characters and others that change what is around them (UCD). */
static const struct range {
	uint32_t first, last;
} harmful[] = {
	{ 0x00, 0x08 },
	{ 0x0a, 0x1f },
	{ 0x7f, 0x9f },
	{ 0xad, 0xad },
	{ 0x34f, 0x34f },
	{ 0x600, 0x605 },
	{ 0x61c, 0x61c },
	{ 0x6dd, 0x6dd },
	{ 0x70f, 0x70f },
	{ 0x890, 0x891 },
	{ 0x8e2, 0x8e2 },
	{ 0x115f, 0x1160 },
	{ 0x17b4, 0x17b5 },
	{ 0x180e, 0x180e },
	{ 0x200b, 0x200f },
	{ 0x2028, 0x202e },
	{ 0x2060, 0x206f },
	{ 0x3164, 0x3164 },
	{ 0xd800, 0xdfff },
	{ 0xfdd0, 0xfdef },
	{ 0xfeff, 0xfeff },
	{ 0xffa0, 0xffa0 },
	{ 0xfff0, 0xfffb },
	{ 0xfffe, 0xffff },
	{ 0x110bd, 0x110bd },
	{ 0x110cd, 0x110cd },
	{ 0x13430, 0x1343f },
	{ 0x1bca0, 0x1bca3 },
	{ 0x1d173, 0x1d17a },
	{ 0xe0000, 0xe0fff },
};

bool
text_harmless(uint32_t code)
{
	size_t i;

	if (code >= 0x20 && code < 0x7f)
		return true;
	if (code > 0x10ffff || (code & 0xfffe) == 0xfffe)
		return false;
	for (i = 0; i < sizeof harmful / sizeof harmful[0]; i++) {
		if (code >= harmful[i].first && code <= harmful[i].last)
			return false;
	}
	return true;
}

void
text_quote(struct buf *to, const char *p, size_t n, size_t most)
{
	size_t i = 0;

	while (i < n && i < most) {
		uint32_t code;
		int len = text_utf8(p + i, n - i, &code);

		if (len > 1 && (size_t)len > most - i)
			break;
		if (len > 0 && text_harmless(code) && code != '\t') {
			buf_add(to, p + i, (size_t)len);
			i += (size_t)len;
		} else if (len > 1) {
			buf_addf(to, "\\u{%X}", (unsigned)code);
			i += (size_t)len;
		} else {
			buf_addf(to, "\\x%02x", (unsigned char)p[i]);
			i++;
		}
	}
	if (i < n)
		buf_adds(to, "...");
}

void
text_hex(struct buf *to, const char *mark, const char *p, size_t n)
{
	size_t at, i;

	for (at = 0; at < n; at += 16) {
		size_t len = n - at < 16 ? n - at : 16;
		char shown[17];

		buf_addf(to, "%s%04zx ", mark, at);
		for (i = 0; i < 16; i++) {
			unsigned char c =
			    (unsigned char)(i < len ? p[at + i] : 0);

			if (i < len)
				buf_addf(to, " %02x", c);
			else
				buf_adds(to, "   ");
			shown[i] = '.';
			if (c >= 0x20 && c < 0x7f)
				shown[i] = (char)c;
		}
		shown[len] = '\0';
		buf_addf(to, "  %s\n", shown);
	}
}

void
text_copy(char *to, size_t size, const struct buf *from)
{
	size_t n = from->len;

	if (n >= size) {
		n = size - 4;
		while (
		    n > 0 && ((unsigned char)buf_bytes(from)[n] & 0xc0) == 0x80)
			n--;
	}
	if (n > 0)
		memcpy(to, buf_bytes(from), n);
	to[n] = '\0';
	if (n < from->len)
		memcpy(to + n, "...", sizeof "...");
}
