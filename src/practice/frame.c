/* SPDX-License-Identifier: ISC */
/* frame.c - a kind, a length, and so many bytes. */
#include "practice/frame.h"
#include "buf.h"

enum { HEAD = 5 };

void
frame_put(struct buf *to, enum frame_kind kind, const void *p, size_t n)
{
	unsigned char head[HEAD] = { (unsigned char)kind,
		(unsigned char)(n >> 24), (unsigned char)(n >> 16),
		(unsigned char)(n >> 8), (unsigned char)n };

	buf_add(to, head, sizeof head);
	if (n > 0)
		buf_add(to, p, n);
}

bool
frame_take(struct buf *from, enum frame_kind *kind, size_t *n)
{
	const unsigned char *p = (const unsigned char *)buf_bytes(from);
	size_t len;

	*kind = FRAME_NONE;
	if (from->len < HEAD)
		return true;
	len =
	    (size_t)p[1] << 24 | (size_t)p[2] << 16 | (size_t)p[3] << 8 | p[4];
	if (p[0] == FRAME_NONE || len > FRAME_MOST)
		return false;
	if (from->len - HEAD < len)
		return true;
	*kind = p[0];
	*n = len;
	buf_drop(from, HEAD);
	return true;
}
