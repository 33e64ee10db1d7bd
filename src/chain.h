/* chain.h - a server's certificates, in three forms.  Floor 3. */
/* SPDX-License-Identifier: ISC */
#ifndef CHAIN_H
#define CHAIN_H

struct buf;
struct tls_chain;
struct tls_report;

/* Append it as indented lines, the certificate with a fault marked. */
void chain_text(struct buf *to, const struct tls_report *r,
    const struct tls_chain *chain);

/* The certificates that the server sent, in PEM form. */
void chain_pem(struct buf *to, const struct tls_chain *chain);

/*
 * One JSON object without a line feed, as telex-json(5) has it: names may be
 * added to it, and none is taken away.
 */
void chain_json(struct buf *to, const struct tls_report *r,
    const struct tls_chain *chain);

#endif
