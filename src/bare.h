/* bare.h - a secret without the marks around it.  Floor 0. */
/* SPDX-License-Identifier: ISC */
#ifndef BARE_H
#define BARE_H

#include <stddef.h>

/*
 * The n bytes are the end of a line, from where its secret begins.  Set what
 * of them the secret alone is, from `at` for `len` bytes: what stands between
 * quotation marks, if they are the first and the last byte and no "\" is
 * there, or before the tags that end an element of XML; else all of them.
 */
void bare_find(const char *p, size_t n, size_t *at, size_t *len);

#endif
