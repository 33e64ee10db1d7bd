/* SPDX-License-Identifier: ISC */
/* crlf.h - messages in C strings, where a line ends in "\n". */
#ifndef CRLF_H
#define CRLF_H

#include <stddef.h>

#include "buf.h"

/* The text with CR LF at the end of each line; the caller frees it. */
static inline struct buf
crlf_text(const char *text)
{
	struct buf b = { 0 };

	for (; *text != '\0'; text++)
		buf_add(&b, *text == '\n' ? "\r\n" : text,
		    *text == '\n' ? 2 : 1);
	return b;
}

/* The way back, in the buffer itself: what it holds now, as a string. */
static inline const char *
crlf_bare(struct buf *b)
{
	size_t i, n = b->len;

	for (i = 0; i < n; i++) {
		char c = buf_bytes(b)[i];

		if (c != '\r')
			buf_add(b, &c, 1);
	}
	buf_drop(b, n);
	buf_add(b, "", 1);
	return buf_bytes(b);
}

#endif
