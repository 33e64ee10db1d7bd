/* pattern.h - POSIX extended regular expressions on any bytes.  Floor 1. */
/* SPDX-License-Identifier: ISC */
#ifndef PATTERN_H
#define PATTERN_H

#include <stdbool.h>
#include <stddef.h>

struct fail;
struct pattern;

/*
 * Compile; NULL and a sentence without file and line (status 2).  What POSIX
 * leaves undefined ("\d") is refused, and what would fill the memory.  A byte
 * is a character, whatever the locale.
 */
struct pattern *pattern_open(const char *text, size_t len, struct fail *f);

/* Would it compile? */
int pattern_check(const char *text, size_t len, struct fail *f);

/* Does it match somewhere in the n bytes?  A NUL counts as U+FFFD does: as
 * one character that no pattern names. */
bool pattern_matches(const struct pattern *p, const char *line, size_t n);
void pattern_close(struct pattern *p);

#endif
