/* SPDX-License-Identifier: ISC */
/* shown.c - bytes from anywhere, harmless within other forms. */
#include <string.h>

#include "buf.h"
#include "shown.h"
#include "text.h"

/* Backslashes too: a parser of TAP takes each with the byte behind it. */
void
shown_tap(struct buf *to, const char *p, size_t n, size_t most)
{
	struct buf quoted = { 0 };
	size_t i;

	text_quote(&quoted, p, n, most);
	for (i = 0; i < quoted.len; i++) {
		const char *c = buf_bytes(&quoted) + i;

		if (*c == '#' || *c == '\\')
			buf_adds(to, "\\");
		buf_add(to, c, 1);
	}
	buf_free(&quoted);
}

void
shown_xml(struct buf *to, const char *p, size_t n, size_t most)
{
	struct buf quoted = { 0 };
	size_t i;

	text_quote(&quoted, p, n, most);
	for (i = 0; i < quoted.len; i++) {
		const char *c = buf_bytes(&quoted) + i;

		if (strchr("<>&\"'", *c) != NULL)
			buf_addf(to, "&#%d;", *c);
		else
			buf_add(to, c, 1);
	}
	buf_free(&quoted);
}

/* A character that JSON or a terminal would not take as it is. */
static void
escape_json(struct buf *to, uint32_t code)
{
	if (code >= 0x10000) {
		buf_addf(to, "\\u%04x", (unsigned)(0xd7c0 + (code >> 10)));
		code = 0xdc00 + (code & 0x3ff);
	}
	buf_addf(to, "\\u%04x", (unsigned)code);
}

/* How many of n bytes stand for themselves in a string of JSON, at least. */
static size_t
plain_json(const char *p, size_t n)
{
	size_t i = 0;

	while (
	    i < n && p[i] >= ' ' && p[i] < 0x7f && p[i] != '"' && p[i] != '\\')
		i++;
	return i;
}

void
shown_json(struct buf *to, const char *p, size_t n, size_t most)
{
	size_t i = 0;

	while (i < n && i < most) {
		size_t plain = plain_json(p + i, n < most ? n - i : most - i);
		uint32_t code = 0xfffd;
		int len;

		buf_add(to, p + i, plain);
		i += plain;
		if (i == n || i == most)
			break;
		len = text_utf8(p + i, n - i, &code);
		if (len > 1 && (size_t)len > most - i)
			break;
		if (len <= 0 || code < ' ' || !text_harmless(code)) {
			escape_json(to, code);
		} else {
			if (code == '"' || code == '\\')
				buf_adds(to, "\\");
			buf_add(to, p + i, (size_t)len);
		}
		i += len > 0 ? (size_t)len : 1;
	}
	if (i < n)
		buf_adds(to, "...");
}
