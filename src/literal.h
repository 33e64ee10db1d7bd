/* literal.h - octets announced at the end of a line.  Floor 1. */
/* SPDX-License-Identifier: ISC */
#ifndef LITERAL_H
#define LITERAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Does this line end in "{n}", "{n+}" or "{n-}", a "~" before it or not (RFC
 * 9051, 4.3; RFC 7888; RFC 3516; RFC 5804, 4)?  *now says that the octets
 * follow without a go-ahead.
 */
bool literal_ends(const char *line, size_t len, uint64_t *octets, bool *now);

#endif
