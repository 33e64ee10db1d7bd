/* publish.h - the TLSA records that a server's chain would need.  Floor 2. */
/* SPDX-License-Identifier: ISC */
#ifndef PUBLISH_H
#define PUBLISH_H

#include <openssl/types.h>

struct buf;
struct tlsa;

/*
 * After the handshake: append the records for this chain as lines of a zone
 * file, with comments, for the owner that tlsa_owner writes.  Its key comes
 * first, and the certificate that issued it, if the server shows that: no
 * client would find it otherwise (RFC 7671, section 5.2.2).
 */
void publish_lines(SSL *ssl, const char *owner, struct buf *to);

/*
 * Which certificate of the chain a record is of: 0 is the server's own, -1
 * there is none.  Usages 1 and 3 are of the server's own, 0 and 2 of others.
 */
int publish_match(SSL *ssl, const struct tlsa *t);

#endif
