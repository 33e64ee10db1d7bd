/* imapflag.h - the flags of a message by name.  Floor 3. */
/* SPDX-License-Identifier: ISC */
#ifndef IMAPFLAG_H
#define IMAPFLAG_H

#include <stdbool.h>

struct buf;
struct imapin;

/* Append "(\Answered \Seen)". */
void imapflag_say(struct buf *to, unsigned flags);

/*
 * Read one flag, or a list of them in parentheses or without; what is not
 * kept here (a keyword) counts as `others`.  False: something is no flag that a
 * client may name, as \Recent is not (RFC 3501, section 9), and the reader
 * stands before it.
 */
bool imapflag_list(struct imapin *in, unsigned *flags, bool *others);

#endif
