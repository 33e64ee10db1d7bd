/* tlsa.h - what a domain says of a server's certificate.  Floor 0. */
/* SPDX-License-Identifier: ISC */
#ifndef TLSA_H
#define TLSA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/types.h>

struct buf;
struct fail;

/* Certificate usages (RFC 6698, section 2.1.1; RFC 7218). */
enum { TLSA_PKIX_TA, TLSA_PKIX_EE, TLSA_DANE_TA, TLSA_DANE_EE };

/* What of a certificate is meant, and how it is given (2.1.2, 2.1.3). */
enum { TLSA_CERT, TLSA_KEY };
enum { TLSA_FULL, TLSA_SHA256, TLSA_SHA512 };

/* One TLSA record; its data is borrowed. */
struct tlsa {
	uint8_t usage;
	uint8_t selector;
	uint8_t matching;
	const unsigned char *data;
	size_t len;
};

/*
 * What is published of a server: those records that can be used, and the
 * names as look-ups took them.  All is borrowed.
 */
struct tlsa_host {
	const char *base;   /* the host whose records these are */
	const char *domain; /* for which DNS named it (RFC 7672, 3.2.2), or
			       NULL */
	const struct tlsa *records;
	size_t n;
};

/* Room for what tlsa_owner writes. */
enum { TLSA_OWNER_SIZE = 272 };

/*
 * Why nobody can use this record, appended in a few words; false if it can
 * be used.  For SMTP usages 0 and 1 are of no use (RFC 7672, 3.1.3).
 */
bool tlsa_fault(const struct tlsa *t, bool smtp, struct buf *why);

/* The name where the record of this port stands: "_25._tcp.mail.example". */
void tlsa_owner(char *to, size_t size, unsigned port, const char *host);

/* "3 1 1 c0ffee...", appended. */
void tlsa_text(struct buf *to, const struct tlsa *t);

/*
 * Read such a text; blanks may part the digits.  The data is appended to
 * `data`, which the record then borrows from.  -1 when it is no such text.
 */
int tlsa_read(struct tlsa *t, struct buf *data, const char *text);

/*
 * A connection is to be verified by these records alone (OpenSSL's DANE).  -1
 * and a sentence (STATUS_TLS) when none is of use; NULL: there are none.
 */
int tlsa_offer(SSL *ssl, const struct tlsa_host *h, struct fail *f);

/* What judges its chain is to do so too; names are left to others. */
void tlsa_judge(X509_STORE_CTX *judge, const X509_STORE_CTX *asked);

/*
 * The record that the chain has been verified by, its data left out; -1 if
 * it has not been.
 */
int tlsa_match(SSL *ssl, struct tlsa *t);

#endif
