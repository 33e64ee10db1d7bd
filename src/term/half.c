/* SPDX-License-Identifier: ISC */
/* half.c - a line that is not complete. */
#include "term/half.h"

void
half_copy(const struct half *h, struct buf *to)
{
	buf_add(to, buf_bytes(&h->before), h->before.len);
	buf_add(to, buf_bytes(&h->after), h->after.len);
}

void
half_take(struct half *h, struct buf *to)
{
	half_copy(h, to);
	half_clear(h);
}

void
half_clear(struct half *h)
{
	buf_clear(&h->before);
	buf_clear(&h->after);
}

void
half_free(struct half *h)
{
	buf_free(&h->before);
	buf_free(&h->after);
}
