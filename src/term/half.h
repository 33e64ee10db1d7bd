/* half.h - a line that is not complete.  Floor 1. */
/* SPDX-License-Identifier: ISC */
#ifndef HALF_H
#define HALF_H

#include "buf.h"

/* The cursor is between the two. */
struct half {
	struct buf before, after;
};

/* Append all of it; half_take leaves nothing. */
void half_copy(const struct half *h, struct buf *to);
void half_take(struct half *h, struct buf *to);
void half_clear(struct half *h);
void half_free(struct half *h);

#endif
