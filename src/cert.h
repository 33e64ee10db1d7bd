/* cert.h - what a certificate says, in words.  Floor 0. */
/* SPDX-License-Identifier: ISC */
#ifndef CERT_H
#define CERT_H

#include <stdbool.h>
#include <stddef.h>

#include <openssl/types.h>

struct buf;

/*
 * Certificates are written by strangers.  What these functions append is
 * harmless, of one line, and of bounded length, whatever the bytes were.
 */

/* A whole name, the common name first: "CN=Example CA, O=Example, C=NL". */
void cert_name(struct buf *to, const X509_NAME *name);

/* Whose it is, in short: "CN=mail.example.org", or the first of its names. */
void cert_subject(struct buf *to, const X509 *cert);

/*
 * The hosts and addresses it is for (subjectAltName), with commas between,
 * at most so many and then "and 3 more".  Returns how many there are.
 */
size_t cert_names(struct buf *to, const X509 *cert, size_t most);

/*
 * Its other alternative names likewise, each with its kind, as OpenSSL writes
 * that: "email:me@mail.example, URI:https://mail.example".
 */
size_t cert_others(struct buf *to, const X509 *cert, size_t most);

/* A day as "2027-02-01", and how many days it is away (negative: ago). */
void cert_day(struct buf *to, const ASN1_TIME *time);
int cert_days(const ASN1_TIME *time);

/*
 * How many days are left, fewer than none for what is over: then `ended`
 * gets how long it has been, "2 hours ago".
 */
int cert_left(struct buf *ended, const ASN1_TIME *until);

/* The same moment as "2027-02-01T12:00:00Z" (RFC 3339), or nothing. */
void cert_time(struct buf *to, const ASN1_TIME *time);

/* How far it is from now, in words: "in 71 days", "2 hours ago". */
void cert_when(struct buf *to, const ASN1_TIME *time);

/* "EC, 256 bits"; "RSA-SHA256". */
void cert_key(struct buf *to, const X509 *cert);
void cert_signature(struct buf *to, const X509 *cert);

/* The SHA-256 of the certificate and of its public key (its DER form). */
void cert_digest(const X509 *cert, unsigned char md[32]);
void cert_key_digest(const X509 *cert, unsigned char md[32]);

/* 32 bytes as 64 hexadecimal digits and NUL. */
void cert_hex(char hex[65], const unsigned char md[32]);

/*
 * Is it for this host or address?  Only subjectAltName counts, an address
 * must be there as one, and a star stands for a whole label (RFC 6125).
 */
bool cert_is_for(X509 *cert, const char *host);

/* Is this text an address, a scope allowed?  4 or 16 bytes, or 0. */
size_t cert_address(const char *host, unsigned char bytes[16]);

/* "   label       ": what all of such lines begin with. */
void cert_label(struct buf *to, const char *label);

/* All of the above in indented lines, each ended by a line feed. */
void cert_lines(struct buf *to, const X509 *cert);

#endif
