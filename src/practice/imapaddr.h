/* imapaddr.h - addresses, as an envelope of IMAP has them.  Floor 2. */
/* SPDX-License-Identifier: ISC */
#ifndef IMAPADDR_H
#define IMAPADDR_H

#include <stddef.h>

struct buf;

/*
 * Append what a field From, To, ... says in n bytes, on one line, as a list
 * ((name route mailbox host) ...), or NIL without any (RFC 9051, section
 * 7.5.2).
 */
void imapaddr_say(struct buf *to, const char *p, size_t n);

#endif
