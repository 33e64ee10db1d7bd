/* magic.h - what libmagic knows of a file, where it is installed.  Floor 1. */
/* SPDX-License-Identifier: ISC */
#ifndef MAGIC_H
#define MAGIC_H

#include <stdbool.h>
#include <stddef.h>

struct buf;

/* Append the type of a file that begins with these bytes.  False, with `to`
 * as it was, where there is no libmagic, or it knows nothing. */
bool magic_type(struct buf *to, const void *p, size_t n);

#endif
