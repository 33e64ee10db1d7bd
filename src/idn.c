/* SPDX-License-Identifier: ISC */
/* idn.c - A-labels: small letters, then Punycode. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "idn.h"
#include "text.h"

/* The longest label (RFC 1035, section 2.3.4), in bytes. */
enum { LABEL_MOST = 63 };

/* The parameters of Punycode (RFC 3492, section 5). */
enum { BASE = 36, TMIN = 1, TMAX = 26, SKEW = 38, DAMP = 700 };
enum { FIRST_BIAS = 72, FIRST_CODE = 0x80 };

struct label {
	uint32_t code[LABEL_MOST];
	size_t len;
};

/* Capitals, `step` apart, and how far away their small letters are. */
static const struct capitals {
	uint32_t first, last, step, add;
} capitals[] = {
	{ 'A', 'Z', 1, 0x20 },
	{ 0xc0, 0xd6, 1, 0x20 },
	{ 0xd8, 0xde, 1, 0x20 },
	{ 0x100, 0x12e, 2, 1 },
	{ 0x132, 0x136, 2, 1 },
	{ 0x139, 0x147, 2, 1 },
	{ 0x14a, 0x176, 2, 1 },
	{ 0x179, 0x17d, 2, 1 },
	{ 0x1a0, 0x1a4, 2, 1 },
	{ 0x1af, 0x1af, 1, 1 },
	{ 0x1cd, 0x1db, 2, 1 },
	{ 0x1f8, 0x21e, 2, 1 },
	{ 0x386, 0x386, 1, 0x26 },
	{ 0x388, 0x38a, 1, 0x25 },
	{ 0x38c, 0x38c, 1, 0x40 },
	{ 0x38e, 0x38f, 1, 0x3f },
	{ 0x391, 0x3a1, 1, 0x20 },
	{ 0x3a3, 0x3ab, 1, 0x20 },
	{ 0x400, 0x40f, 1, 0x50 },
	{ 0x410, 0x42f, 1, 0x20 },
	{ 0x460, 0x480, 2, 1 },
	{ 0x48a, 0x4be, 2, 1 },
	{ 0x4d0, 0x52e, 2, 1 },
	{ 0x1ea0, 0x1efe, 2, 1 },
};

static uint32_t
small(uint32_t code)
{
	size_t i;

	for (i = 0; i < sizeof capitals / sizeof capitals[0]; i++) {
		const struct capitals *c = &capitals[i];

		if (code >= c->first && code <= c->last &&
		    (code - c->first) % c->step == 0)
			return code + c->add;
	}
	return code;
}

/* Full stops of East Asian keyboards count too (RFC 3490, section 3.1). */
static bool
is_dot(uint32_t code)
{
	return code == '.' || code == 0x3002 || code == 0xff0e ||
	    code == 0xff61;
}

static uint32_t
adapt(uint32_t delta, uint32_t points, bool first)
{
	uint32_t k = 0;

	delta = first ? delta / DAMP : delta / 2;
	delta += delta / points;
	while (delta > (BASE - TMIN) * TMAX / 2) {
		delta /= BASE - TMIN;
		k += BASE;
	}
	return k + (BASE - TMIN + 1) * delta / (delta + SKEW);
}

/* One number in digits of changing weight.  Returns the digits written. */
static size_t
put_number(uint32_t value, uint32_t bias, char *out, size_t size)
{
	static const char digits[] = "abcdefghijklmnopqrstuvwxyz0123456789";
	size_t len = 0;
	uint32_t k, t;

	for (k = BASE; len < size; k += BASE) {
		t = k <= bias + TMIN ? TMIN :
		    k >= bias + TMAX ? TMAX :
				       k - bias;
		if (value < t) {
			out[len++] = digits[value];
			break;
		}
		out[len++] = digits[t + (value - t) % (BASE - t)];
		value = (value - t) / (BASE - t);
	}
	return len;
}

static uint32_t
next_code(const struct label *l, uint32_t least)
{
	uint32_t next = UINT32_MAX;
	size_t i;

	for (i = 0; i < l->len; i++) {
		if (l->code[i] >= least && l->code[i] < next)
			next = l->code[i];
	}
	return next;
}

/*
 * RFC 3492, section 6.3.  No number overflows: a label has 63 characters at
 * most.  Returns the bytes written; `size` of them means too many.
 */
static size_t
punycode(const struct label *l, char *out, size_t size)
{
	uint32_t code = FIRST_CODE, bias = FIRST_BIAS, delta = 0;
	size_t i, done = 0, basic, len = 0;

	for (i = 0; i < l->len && len < size; i++) {
		if (l->code[i] < FIRST_CODE)
			out[len++] = (char)l->code[i];
	}
	basic = done = len;
	if (basic > 0 && len < size)
		out[len++] = '-';
	while (done < l->len && len < size) {
		uint32_t next = next_code(l, code);

		delta += (next - code) * (uint32_t)(done + 1);
		code = next;
		for (i = 0; i < l->len; i++) {
			if (l->code[i] < code)
				delta++;
			if (l->code[i] != code)
				continue;
			len += put_number(delta, bias, out + len, size - len);
			bias = adapt(delta, (uint32_t)done + 1, done == basic);
			delta = 0;
			done++;
		}
		delta++;
		code++;
	}
	return len;
}

/* Append a label.  Returns why not, or NULL. */
static const char *
put_label(const struct label *l, char *out, size_t *len, size_t size)
{
	char text[LABEL_MOST + 1];
	size_t i, n, start = 0;

	for (i = 0; i < l->len && l->code[i] < FIRST_CODE; i++)
		text[i] = (char)l->code[i];
	n = i;
	if (i < l->len) {
		start = 4;
		memcpy(text, "xn--", start);
		n = start + punycode(l, text + start, sizeof text - start);
	}
	if (n > LABEL_MOST)
		return "a part of the name is too long";
	if (n >= size - *len)
		return "the name is too long";
	memcpy(out + *len, text, n);
	*len += n;
	return NULL;
}

static const char *
why_not_letter(int len, uint32_t code)
{
	if (len < 1)
		return "not written in UTF-8";
	if (!text_harmless(code) || code <= ' ')
		return "a character in it is no letter";
	if (code >= 0x300 && code <= 0x36f)
		return "an accent stands beside its letter (type both as one "
		       "character)";
	return NULL;
}

static const char *
convert(const char *name, size_t n, char *out, size_t size)
{
	struct label label = { .len = 0 };
	const char *why = NULL;
	size_t i, len = 0;
	int step = 0;

	for (i = 0; i < n && why == NULL; i += (size_t)step) {
		uint32_t code = 0;

		step = text_utf8(name + i, n - i, &code);
		why = why_not_letter(step, code);
		if (why != NULL)
			return why;
		if (is_dot(code)) {
			why = put_label(&label, out, &len, size);
			label.len = 0;
			if (why == NULL)
				out[len++] = '.';
		} else if (label.len < LABEL_MOST) {
			label.code[label.len++] = small(code);
		} else {
			why = "a part of the name is too long";
		}
	}
	if (why == NULL)
		why = put_label(&label, out, &len, size);
	if (why == NULL)
		out[len] = '\0';
	return why;
}

static bool
is_ascii(const char *s)
{
	while (*s != '\0' && (unsigned char)*s < 0x80)
		s++;
	return *s == '\0';
}

const char *
idn_ascii(const char *name, char *out, size_t size)
{
	size_t n = strlen(name);

	if (n >= size && is_ascii(name))
		return "the name is too long";
	if (!is_ascii(name))
		return size < 2 ? "the name is too long" :
				  convert(name, n, out, size);
	memcpy(out, name, n + 1);
	return NULL;
}
