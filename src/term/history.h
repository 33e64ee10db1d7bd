/* history.h - lines kept between sessions.  Floor 1. */
/* SPDX-License-Identifier: ISC */
#ifndef HISTORY_H
#define HISTORY_H

#include <stdbool.h>
#include <stddef.h>

enum { HISTORY_MOST = 1000 };

struct history;

/*
 * Open the history in this file (NULL: in memory only).  The file is made
 * with mode 0600, its folders with 0700; anything but a regular file of
 * ours is refused.  Never fails: a reason goes to why[256] (else empty) and
 * the lines are then kept in memory only.  Lines with control characters
 * are skipped.
 */
struct history *history_open(const char *path, char why[256]);
void history_close(struct history *h);

/*
 * Keep a line: in memory and, by one write(2) with O_APPEND, in the file.
 * Empty lines, lines over 8 KiB, those with control characters and the same
 * line twice in a row are passed over.  A file that has grown to twice
 * HISTORY_MOST lines is trimmed through a temporary file and rename under a
 * lock.  -1 the first time writing fails, else 0.
 */
int history_add(struct history *h, const char *line, size_t len);

/* How many lines there are, and one of them: 0 is the oldest. */
size_t history_count(const struct history *h);
const char *history_at(const struct history *h, size_t i);

/*
 * The newest line older than i (i = count: from the end) that begins with
 * these bytes and differs from `other` (NULL: any); or its opposite, the
 * oldest one newer than i.  Returns its index, or count when there is none.
 */
size_t history_older(const struct history *h, size_t i, const char *begin,
    size_t len, const char *other);
size_t history_newer(const struct history *h, size_t i, const char *begin,
    size_t len, const char *other);

/*
 * The default file: $TELEX_HISTFILE, else $XDG_STATE_HOME/telex/history,
 * else ~/.local/state/telex/history.  false if there is to be none (the
 * variable is empty, no home).
 */
bool history_path(char *path, size_t size);

#endif
