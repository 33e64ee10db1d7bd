/* mimecode.h - base64 and quoted-printable, undone (RFC 2045).  Floor 1. */
/* SPDX-License-Identifier: ISC */
#ifndef MIMECODE_H
#define MIMECODE_H

#include <stdbool.h>
#include <stddef.h>

struct buf;

/* Base64 in lines; false when it is not, with `to` as it was. */
bool mimecode_base64(struct buf *to, const char *p, size_t n);

/* Quoted-printable; "_" is a blank in a word of a header. */
void mimecode_quoted(struct buf *to, const char *p, size_t n, bool word);

/*
 * The words of a header, "=?utf-8?Q?caf=C3=A9?=" among them (RFC 2047), as
 * UTF-8.  A word in another charset than UTF-8, ASCII and Latin 1 stays.
 */
void mimecode_words(struct buf *to, const char *p, size_t n);

#endif
