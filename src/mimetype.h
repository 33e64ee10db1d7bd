/* mimetype.h - the media type of a file.  Floor 2. */
/* SPDX-License-Identifier: ISC */
#ifndef MIMETYPE_H
#define MIMETYPE_H

#include <stdbool.h>
#include <stddef.h>

struct buf;

/* By the end of its name, "cat.jpg"; NULL if that tells nothing. */
const char *mimetype_suffix(const char *name);

/*
 * Append the type of a file that begins with n bytes: by its suffix, else by
 * libmagic, else by whether that is text.  Returns in words what told it.
 */
const char *mimetype_guess(struct buf *to, const char *name, const char *p,
    size_t n);

/* The charset of a text that begins with n bytes, or has no more (`whole`):
 * "utf-8", "us-ascii"; NULL if it is neither. */
const char *mimetype_charset(const char *p, size_t n, bool whole);

#endif
