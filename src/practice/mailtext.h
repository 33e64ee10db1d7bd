/* mailtext.h - what a message says, to search in it.  Floor 3. */
/* SPDX-License-Identifier: ISC */
#ifndef MAILTEXT_H
#define MAILTEXT_H

#include <stdbool.h>

struct mail;

/*
 * Does this text stand in a field of this name (NULL: in any), as it came or
 * without the encoding of words; in the body, as it came or a part of text
 * without its encoding?  The case of ASCII letters does not matter.
 */
bool mailtext_field(const struct mail *mail, const char *name,
    const char *text);
bool mailtext_body(const struct mail *mail, const char *text);

/* The day of the field Date, in days since the epoch; false: not known. */
bool mailtext_day(const struct mail *mail, long *day);

#endif
