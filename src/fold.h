/* fold.h - long lines of ours, broken between words.  Floor 1. */
/* SPDX-License-Identifier: ISC */
#ifndef FOLD_H
#define FOLD_H

#include <stddef.h>

struct buf;

/*
 * Append a line without its end.  Where it is longer than so many columns,
 * blanks between words become a line feed and `indent` blanks.  A word that is
 * longer stays whole.  Every character of UTF-8 counts as one column.
 */
void fold_text(struct buf *to, const char *text, size_t columns, size_t indent);

#endif
