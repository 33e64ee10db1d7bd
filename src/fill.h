/* fill.h - something in place of what nobody has told.  Floor 3. */
/* SPDX-License-Identifier: ISC */
#ifndef FILL_H
#define FILL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;
struct vars;

/*
 * Append what a well-formed template stands for, with "1" for ${} and for
 * each variable that is not set: it is a word, a number and a name.  At the
 * end of a text that announces octets, as in "{${}}", it is this number.
 * True unless \c stood there.
 */
bool fill_text(const struct vars *v, const char *text, size_t len,
    uint64_t octets, struct buf *to);

/* Does it announce octets whose number nobody has told? */
bool fill_counts(const struct vars *v, const char *text, size_t len);

#endif
