/* SPDX-License-Identifier: ISC */
/* buf.c - a growable queue of bytes. */
#include <assert.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "fail.h"
#include "text.h"

char *
buf_bytes(const struct buf *b)
{
	return b->data == NULL ? NULL : b->data + b->head;
}

/*
 * A larger block is a fresh one with the old one wiped, all of it: realloc
 * would leave what may be a secret in freed memory.
 */
static void
buf_enlarge(struct buf *b, size_t want)
{
	size_t size = b->size ? b->size : 256;
	char *data;

	while (size < want && size <= SIZE_MAX / 2)
		size *= 2;
	if (size < want)
		size = want;
	data = xmalloc(size);
	if (b->data != NULL) {
		memcpy(data, b->data + b->head, b->len);
		text_wipe(b->data, b->size);
	}
	free(b->data);
	b->data = data;
	b->size = size;
	b->head = 0;
}

/*
 * Bytes are moved to the front only when at least as many have left, so that
 * each is moved once on average; a queue that never empties gets twice the
 * room it needs and then stays in it.
 */
char *
buf_room(struct buf *b, size_t n)
{
	size_t want = n > SIZE_MAX - b->len ? SIZE_MAX : b->len + n;

	if (b->data != NULL && n <= b->size - b->head - b->len)
		return b->data + b->head + b->len;
	if (b->data != NULL && b->head > 0 && b->head >= b->len &&
	    want <= b->size) {
		memcpy(b->data, b->data + b->head, b->len);
		b->head = 0;
	} else {
		if (b->head > 0 && want <= SIZE_MAX / 2)
			want *= 2;
		buf_enlarge(b, want);
	}
	return b->data + b->len;
}

void
buf_grew(struct buf *b, size_t n)
{
	assert(n <= b->size - b->head - b->len);
	b->len += n;
}

void
buf_add(struct buf *b, const void *p, size_t n)
{
	if (n == 0)
		return;
	memcpy(buf_room(b, n), p, n);
	b->len += n;
}

void
buf_adds(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void
buf_addf(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		return;
	va_start(ap, fmt);
	vsnprintf(buf_room(b, (size_t)n + 1), (size_t)n + 1, fmt, ap);
	va_end(ap);
	b->len += (size_t)n;
}

void
buf_drop(struct buf *b, size_t n)
{
	if (n >= b->len) {
		b->head = 0;
		b->len = 0;
		return;
	}
	b->head += n;
	b->len -= n;
}

void
buf_clear(struct buf *b)
{
	b->head = 0;
	b->len = 0;
}

void
buf_wipe(struct buf *b)
{
	if (b->data != NULL)
		text_wipe(b->data, b->size);
	buf_clear(b);
}

void
buf_free(struct buf *b)
{
	buf_wipe(b);
	free(b->data);
	memset(b, 0, sizeof *b);
}
