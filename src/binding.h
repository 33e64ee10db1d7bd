/* binding.h - what is the same on both ends of one TLS only.  Floor 1. */
/* SPDX-License-Identifier: ISC */
#ifndef BINDING_H
#define BINDING_H

struct buf;
struct ssl_st;

/*
 * Channel binding data of this connection, appended: "tls-exporter" (RFC
 * 9266) under TLS 1.3, "tls-server-end-point" (RFC 5929, section 4) before
 * it.  Returns the name, or NULL when there is none.
 */
const char *binding_make(struct ssl_st *ssl, struct buf *to);

#endif
