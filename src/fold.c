/* SPDX-License-Identifier: ISC */
/* fold.c - long lines of ours, broken between words. */
#include <string.h>

#include "buf.h"
#include "fold.h"

/* Columns that n bytes of UTF-8 take, about. */
static size_t
width(const char *p, size_t n)
{
	size_t columns = 0;

	for (; n > 0; p++, n--)
		columns += ((unsigned char)*p & 0xc0) != 0x80;
	return columns;
}

void
fold_text(struct buf *to, const char *text, size_t columns, size_t indent)
{
	size_t used = 0;

	while (*text != '\0') {
		size_t gap = strspn(text, " ");
		size_t word = strcspn(text + gap, " ");
		size_t wide = width(text + gap, word);

		if (used > indent && word > 0 && used + gap + wide > columns) {
			buf_addf(to, "\n%*s", (int)indent, "");
			used = indent;
		} else {
			buf_add(to, text, gap);
			used += gap;
		}
		buf_add(to, text + gap, word);
		used += wide;
		text += gap + word;
	}
}
