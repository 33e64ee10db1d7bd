/* idn.h - names with letters beyond ASCII (RFC 5890).  Floor 0. */
/* SPDX-License-Identifier: ISC */
#ifndef IDN_H
#define IDN_H

#include <stddef.h>

/*
 * Write a UTF-8 name to out (size bytes with the NUL), each label that is
 * not ASCII as its A-label: capitals of Latin, Greek and Cyrillic made
 * small, then Punycode (RFC 3492).  An ASCII name is copied.  Returns NULL,
 * or why it cannot be done, with out undefined.
 */
const char *idn_ascii(const char *name, char *out, size_t size);

#endif
