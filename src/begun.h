/* begun.h - a line of ours that goes out in parts.  Floor 7. */
/* SPDX-License-Identifier: ISC */
#ifndef BEGUN_H
#define BEGUN_H

#include <stdbool.h>
#include <stddef.h>

struct buf;
struct dialog;
struct said;

/*
 * As dialog_said, for a line or, with `bare`, bytes that no line end follows:
 * the dialogue is told of the line when its end goes out.  Octets, lines that
 * end elsewhere (XMPP) and bytes that end in a line feed count at once.  What
 * is returned is of the line so far, but `secret` counts from these bytes on.
 */
struct said begun_said(struct dialog *d, const char *p, size_t n, bool bare);

/* What that would answer, with nothing changed. */
struct said begun_would(const struct dialog *d, const char *p, size_t n);

/* The line that *n bytes at p end: themselves, or what was begun and they, in
 * `to` (which the caller frees), and then their number. */
const char *begun_line(const struct dialog *d, const char *p, size_t *n,
    struct buf *to);

#endif
