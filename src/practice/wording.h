/* wording.h - what a reply of SMTP, POP3 or IMAP looks like.  Floor 1. */
/* SPDX-License-Identifier: ISC */
#ifndef WORDING_H
#define WORDING_H

#include <stdbool.h>

/*
 * Replies whose lines have LF between them; IMAP's without the client's tag
 * on the last one.  A service is "smtp", "pop3" or "imap".
 */

/* Whose reply begins so: digits are SMTP's, "+OK" and "-ERR" POP3's, other
 * words IMAP's?  NULL: nobody's. */
const char *wording_service(const char *reply);

/*
 * NULL, or why a client of the service could not take it for the whole reply
 * to a command; `greeting`: for what is said first (RFC 5321, section 4.2;
 * RFC 1939, section 3; RFC 9051, section 7.1).
 */
const char *wording_wrong(const char *service, const char *reply,
    bool greeting);

/* Of one that is right: does it say that what was asked is done; that the
 * connection ends? */
bool wording_agrees(const char *service, const char *reply);
bool wording_ends(const char *service, const char *reply);

#endif
