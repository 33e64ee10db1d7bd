/* imapbody.h - a message's envelope and structure, for IMAP.  Floor 3. */
/* SPDX-License-Identifier: ISC */
#ifndef IMAPBODY_H
#define IMAPBODY_H

#include <stdbool.h>
#include <stddef.h>

struct buf;

/* Append the envelope that this header makes (RFC 9051, section 7.5.2). */
void imapbody_envelope(struct buf *to, const char *head, size_t len);

/* Append BODY, or BODYSTRUCTURE, which says more. */
void imapbody_structure(struct buf *to, const char *p, size_t n, bool more);

#endif
