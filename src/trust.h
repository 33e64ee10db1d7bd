/* trust.h - whether the server's certificate is to be trusted.  Floor 1. */
/* SPDX-License-Identifier: ISC */
#ifndef TRUST_H
#define TRUST_H

#include <stdbool.h>
#include <stddef.h>

#include <openssl/types.h>

struct buf;
struct stack_st_X509;

enum { TRUST_FAULTS = 16 };

/* One thing that is wrong with one certificate of the chain. */
struct fault {
	int error; /* X509_V_ERR_... */
	int depth; /* 0 is the server's own */
	X509 *cert;
};

/* What was found in one handshake.  All bytes zero is a good start. */
struct trust {
	bool defaults;     /* the machine's certificates are in use */
	bool bundle_added; /* ... its bundle too */
	bool no_roots;     /* ... and there are none */
	char name[256];    /* the name to verify; empty: none is known */
	char also[256];    /* another that will do, or empty */
	bool dane;         /* by its TLSA records, and by nothing else */
	bool nameless;     /* the record that matches (usage 3) has said
			      all that counts (RFC 7671, section 5.1) */
	X509 *leaf;        /* the server's certificate, NULL before */
	X509 *anchor;      /* the trusted end of its chain, if all is well */
	struct fault faults[TRUST_FAULTS];
	size_t nfaults;
};

/*
 * Verify here what connections of this context are shown.  The handshake
 * goes on whatever is found; only another certificate in a later handshake
 * of the same connection ends it.  With `defaults`, the machine's
 * certificates are looked up by hash in its directory; its bundle is read
 * when the directory did not have what was needed.
 */
void trust_watch(struct trust *t, SSL_CTX *ctx);

/*
 * The same for a session that is resumed, in which the server shows nothing:
 * judge the chain it showed when the session began, its own certificate first.
 */
void trust_again(struct trust *t, SSL *ssl, struct stack_st_X509 *chain);

/* Its issuer has revoked the server's certificate. */
void trust_revoked(struct trust *t);

/* Forget what was found. */
void trust_clear(struct trust *t);

/* Every fault in words, with "; " between; nothing if all is well. */
void trust_words(const struct trust *t, struct buf *to);

/*
 * The faults of one certificate of the chain, as they are told beside it: an
 * issuer's are those of "this certificate".
 */
void trust_words_for(const struct trust *t, X509 *cert, struct buf *to);

/* A variable of the environment, unless the program runs set-user-ID. */
const char *trust_environment(const char *name);

#endif
