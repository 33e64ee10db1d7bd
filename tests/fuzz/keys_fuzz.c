/* SPDX-License-Identifier: ISC */
/* keys_fuzz.c - what is typed means the same however it arrives. */
#include <string.h>

#include "buf.h"
#include "fuzz.h"
#include "term/keys.h"

enum { UTF8 = 1 };

static void
add_key(struct buf *to, uint32_t key)
{
	uint32_t code = key & ~(uint32_t)KEY_MARKED;

	/* NUL to U+10FFFF, bytes that are part of no character among them. */
	MUST(key == KEY_NONE || code <= 0x10ffff);
	MUST(key == KEY_NONE || code < 0xd800 || code > 0xdfff ||
	    (code > KEY_BYTE + 0x7f && code <= KEY_BYTE + 0xff));
	if (key != KEY_NONE)
		buf_add(to, &key, sizeof key);
}

/* All keys of a stream; nothing is final before its end. */
static void
keys(struct buf *to, bool utf8, const struct buf *b, struct cuts *c)
{
	struct keys k = { .utf8 = utf8 };
	size_t at = 0, have = 0, used;
	uint32_t key;

	while (at < b->len) {
		bool final = have == b->len;
		char *copy = exact(b->data + at, have - at);

		used = have == at ? 0 :
				    keys_next(&k, copy, have - at, final, &key);
		free(copy);
		MUST(used <= have - at);
		MUST(used > 0 || !final);
		if (used > 0)
			add_key(to, key);
		else
			have += c == NULL ? b->len - have :
					    cuts_next(c, b->len - have);
		at += used;
	}
}

/* All lines of a text, ended by LF; bytes that are keys are dropped. */
static void
lines(struct buf *to, const struct buf *b, struct cuts *c)
{
	struct keys k = { .paste = true };
	size_t at = 0, have = 0, used;

	while (at < b->len) {
		char *copy;

		if (have < b->len)
			have += c == NULL ? b->len - have :
					    cuts_next(c, b->len - have);
		copy = exact(b->data + at, have - at);
		while (keys_line(&k, copy, have - at, to, &used)) {
			buf_adds(to, "\n");
			at += used;
			free(copy);
			copy = exact(b->data + at, have - at);
		}
		at += used;
		free(copy);
		if (!k.paste || (used == 0 && have == b->len))
			break;
	}
}

static bool
same(const struct buf *a, const struct buf *b)
{
	return a->len == b->len &&
	    (a->len == 0 || memcmp(buf_bytes(a), buf_bytes(b), a->len) == 0);
}

static void
check_cuts(const struct buf *b, bool utf8, uint8_t kind)
{
	struct buf whole = { 0 }, cut = { 0 };
	struct cuts c = cuts_begin(kind, b->len);

	keys(&whole, utf8, b, NULL);
	keys(&cut, utf8, b, &c);
	MUST(same(&whole, &cut));
	buf_clear(&whole);
	buf_clear(&cut);
	lines(&whole, b, NULL);
	lines(&cut, b, &c);
	MUST(same(&whole, &cut));
	buf_free(&whole);
	buf_free(&cut);
}

/* What the editor makes of a line comes back as the same bytes. */
static void
check_editor(const struct buf *b, bool utf8)
{
	char *copy = exact(b->data, b->len);
	wchar_t *wide = keys_wide(copy, b->len, utf8);
	struct buf wanted = { 0 }, got = { 0 };
	size_t i, whole = keys_whole(copy, b->len);

	MUST(whole <= b->len && b->len - whole < 4);
	for (i = 0; i < b->len; i++) {
		if (b->data[i] != '\0' && b->data[i] != '\r' &&
		    b->data[i] != '\n')
			buf_add(&wanted, b->data + i, 1);
	}
	keys_bytes(&got, wide, wcslen(wide));
	MUST(same(&wanted, &got));
	free(wide);
	free(copy);
	buf_free(&wanted);
	buf_free(&got);
}

/* How to cut, 'u' for UTF-8 or 'b' for bytes, what is typed. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf b = { 0 };
	bool utf8;

	if (size < 3)
		return 0;
	utf8 = data[1] % 2 == UTF8;
	buf_add(&b, data + 2, size - 2);
	check_cuts(&b, utf8, data[0]);
	check_editor(&b, utf8);
	buf_free(&b);
	return 0;
}
