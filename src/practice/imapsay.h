/* imapsay.h - strings, as an IMAP server sends them.  Floor 1. */
/* SPDX-License-Identifier: ISC */
#ifndef IMAPSAY_H
#define IMAPSAY_H

#include <stddef.h>

struct buf;

/* "{3}", CR, LF and the octets. */
void imapsay_literal(struct buf *to, const char *p, size_t n);

/* A quoted string, or a literal where that would be wrong or long. */
void imapsay_string(struct buf *to, const char *p, size_t n);

/* The same; NIL if there is none (NULL). */
void imapsay_nstring(struct buf *to, const char *p, size_t n);

#endif
