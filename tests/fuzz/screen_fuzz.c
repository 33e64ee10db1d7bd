/* SPDX-License-Identifier: ISC */
/* screen_fuzz.c - nothing of the server's acts on a terminal. */
#include <string.h>

#include "buf.h"
#include "fuzz.h"
#include "screen.h"
#include "text.h"

enum { COLOR = 1, CLASSES = 6 };

/* The lines of p, as pieces by the cuts; c NULL: line by line. */
static void
show(struct screen *s, struct buf *to, const struct buf *b, struct cuts *c)
{
	size_t at = 0;

	while (at < b->len) {
		char *lf = memchr(b->data + at, '\n', b->len - at);
		size_t line =
		    lf == NULL ? b->len - at : (size_t)(lf - b->data) - at;
		size_t n = c == NULL || line == 0 ? line : cuts_next(c, line);
		char *copy = exact(b->data + at, n);

		screen_server(s, to, copy, n, lf != NULL && n == line);
		free(copy);
		at += n + (lf != NULL && n == line);
	}
	screen_finish(s, to);
}

/* Take out the colours, which are all that ESC is for. */
static void
uncolor(struct buf *to, const struct buf *b)
{
	size_t i = 0;

	while (i < b->len) {
		const char *p = buf_bytes(b) + i;
		size_t len = 2;

		if (*p != '\033') {
			buf_add(to, p, 1);
			i++;
			continue;
		}
		MUST(b->len - i > 3 && p[1] == '[');
		while (len < b->len - i && strchr("0123456789;", p[len]) &&
		    p[len] != '\0')
			len++;
		MUST(len < b->len - i && p[len] == 'm' && len < SCREEN_SGR + 2);
		i += len + 1;
	}
}

/* Line feeds, TABs and what text_harmless allows, by its own rules here. */
static void
check_harmless(const struct buf *b)
{
	size_t i;
	int len;

	for (i = 0; i < b->len; i += (size_t)len) {
		uint32_t code;

		len = text_utf8(buf_bytes(b) + i, b->len - i, &code);
		MUST(len > 0);
		MUST(code == '\n' || code == '\t' || code >= 0x20);
		MUST(code < 0x7f || code > 0x9f);
		MUST(code < 0x200b || code > 0x200f);
		MUST(code < 0x2028 || code > 0x202e);
		MUST(code < 0x2060 || code > 0x206f);
		MUST(code != 0x61c && code != 0xfeff && code != 0xad);
		MUST(code < 0xd800 || code > 0xdfff);
		MUST(code < 0xe0000 || code > 0xe0fff);
	}
}

/* No line may pass for one of telex's own. */
static void
check_marks(const struct buf *b)
{
	static const char *const marks[] = { "* ", "! ", "telex: " };
	const char *p = buf_bytes(b), *end = p + b->len, *lf;
	size_t i;

	while (p < end) {
		for (i = 0; i < sizeof marks / sizeof marks[0]; i++)
			MUST((size_t)(end - p) < strlen(marks[i]) ||
			    memcmp(p, marks[i], strlen(marks[i])) != 0);
		lf = memchr(p, '\n', (size_t)(end - p));
		p = lf == NULL ? end : lf + 1;
	}
}

/* Was the first byte of a mark made visible? */
static bool
is_marked(const struct buf *b)
{
	const char *p = buf_bytes(b);

	return memmem(p, b->len, "\\x2a", 4) != NULL ||
	    memmem(p, b->len, "\\x21", 4) != NULL ||
	    memmem(p, b->len, "\\x74", 4) != NULL;
}

static void
check(const struct buf *b, uint8_t how, uint8_t kind, const char *colors)
{
	enum reply_class class = how / 2 % CLASSES;
	bool color = how % 2 == COLOR;
	struct buf whole = { 0 }, cut = { 0 }, text = { 0 }, other = { 0 };
	struct cuts cuts = cuts_begin(kind, b->len);
	struct screen s;

	screen_init(&s, true, false, color, colors);
	s.class = class;
	show(&s, &whole, b, NULL);
	MUST(!s.open && s.part_len == 0);
	show(&s, &cut, b, &cuts);
	uncolor(&text, &whole);
	uncolor(&other, &cut);
	check_harmless(&text);
	check_harmless(&other);
	/* What no colour tells from a mark depends on how it was cut. */
	if (color && !is_marked(&text) && !is_marked(&other)) {
		MUST(text.len == other.len);
		MUST(
		    memcmp(buf_bytes(&text), buf_bytes(&other), text.len) == 0);
	} else if (!color) {
		MUST(text.len == whole.len && other.len == cut.len);
		check_marks(&text);
		check_marks(&other);
	}
	buf_free(&whole);
	buf_free(&cut);
	buf_free(&text);
	buf_free(&other);
}

/* How to cut, colour and class, a line of colours, what the server says. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *lf = size < 3 ? NULL : memchr(data + 2, '\n', size - 2);
	struct buf b = { 0 };
	char *colors;

	if (lf == NULL || lf + 1 == data + size)
		return 0;
	colors = exact(data + 2, (size_t)(lf - data) - 1);
	colors[lf - data - 2] = '\0';
	buf_add(&b, lf + 1, (size_t)(data + size - lf) - 1);
	check(&b, data[1], data[0], colors);
	buf_free(&b);
	free(colors);
	return 0;
}
