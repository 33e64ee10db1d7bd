/* identity.h - a server's certificate, made on the spot.  Floor 1. */
/* SPDX-License-Identifier: ISC */
#ifndef IDENTITY_H
#define IDENTITY_H

struct buf;
struct fail;
struct identity;
struct ssl_ctx_st;

/* What can be wrong with it on purpose. */
enum {
	IDENTITY_SELF_SIGNED = 1 << 0, /* nobody else answers for it */
	IDENTITY_WRONG_NAME = 1 << 1,  /* it bears a name of nobody */
	IDENTITY_EXPIRED = 1 << 2      /* since yesterday */
};

/* The names of this machine as its own programs call it. */
#define IDENTITY_LOOPBACK "localhost,127.0.0.1,::1"

/*
 * Make a key (ECDSA, P-256) and a certificate for these names and addresses,
 * commas between them, valid from a minute ago for a day, and a CA that
 * issues it.  The CA's key is gone before this returns: nothing else can
 * ever be issued by it, so to trust it is to trust this server alone.  NULL
 * and a sentence (STATUS_USAGE for what is no name, else STATUS_TLS).
 */
struct identity *identity_make(const char *names, unsigned faults,
    struct fail *f);
void identity_free(struct identity *i);

/* Append the certificate that a client is to trust, as PEM: the CA's, or its
 * own of one that is self-signed.  -1 and a sentence. */
int identity_pem(const struct identity *i, struct buf *to, struct fail *f);

/*
 * What connections are made with that bear it: TLS 1.2 or newer, no
 * certificate of the client wanted.  Any number of connections; freed with
 * identity_context_free, after them.  NULL and a sentence.
 */
struct ssl_ctx_st *identity_context(const struct identity *i, struct fail *f);
void identity_context_free(struct ssl_ctx_st *ctx);

#endif
