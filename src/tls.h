/* tls.h - what is trusted, and words for what was found.  Floor 2. */
/* SPDX-License-Identifier: ISC */
#ifndef TLS_H
#define TLS_H

#include <stdbool.h>
#include <stddef.h>

#include <openssl/types.h>

#include "staple.h"

struct fail;
struct ssl_ctx_st;
struct ssl_st;
struct tlsa_host;

/* What the user asked of TLS; strings are borrowed; NULL means default. */
struct tls_plan {
	const char *cafile;
	const char *capath;
	const char *pem;         /* one more issuer, beside the others */
	const char *cert;        /* client certificate, PEM */
	const char *key;         /* its key; default: in `cert` */
	const char *servername;  /* SNI, when it is not the host's name */
	const char *verify_name; /* the name the certificate must bear */
	const char *alpn;        /* "smtp,imap": comma-separated */
	const char *pin;         /* "sha256:HEX" of certificate or key; the
				    digits may be parted by colons */
	const char *keylog;      /* file; default SSLKEYLOGFILE's value */
	const char *resume;      /* file of a session to take up again */
	const char *const *opts; /* NAME=VALUE for SSL_CONF_cmd */
	size_t nopts;
	bool insecure;                /* accept any, still say what is wrong */
	bool want_dane;               /* verify by TLSA records alone */
	const struct tlsa_host *dane; /* these; NULL: there are none */
};

/*
 * What the handshake gave.  Every text is harmless and of one line.
 *
 * A pin names one very certificate or key.  If it matches, the peer is
 * verified, whatever its chain, dates and names are; if it does not match,
 * the peer is never verified, and `insecure` should not let it pass.
 *
 * With want_dane the records stand in for the known issuers (RFC 7671).  One
 * of usage 3 names a certificate or key, whatever its dates and names are.
 */
struct tls_report {
	bool verified;     /* chain, dates, name and pin are all right */
	bool pinned;       /* a pin was given and matches */
	bool offered;      /* an earlier session was offered */
	bool resumed;      /* ... and the server took it up */
	int scts;          /* proofs of a public log (RFC 6962) */
	int unlogged;      /* errno's value: the key log lacks keys, or 0 */
	char tlsa[16];     /* "3 1 1", the record that matches, or empty */
	char version[16];  /* "TLSv1.3" */
	char cipher[64];   /* "TLS_AES_256_GCM_SHA384" */
	char group[32];    /* of the key exchange: "x25519", or empty */
	char signer[32];   /* how the server signed: "ECDSA-SHA256", or empty */
	char alpn[32];     /* the protocol chosen, or empty */
	char subject[256]; /* "CN=mail.example.org" or the first SAN */
	char until[16];    /* last valid day, "2027-02-01" */
	int days;          /* ... from now on, less than 0 if it was */
	char ended[32];    /* "2 hours ago", or empty: it has not */
	char why[768];     /* why it is not verified, in words, every fault
			      named, with the pin that would accept it; or
			      empty */
	char sha256[65];   /* of the certificate, hex */
	char key256[65];   /* of its public key, hex */
	struct staple staple;
};

/* One certificate, and the words for what is wrong with it or NULL. */
struct tls_link {
	X509 *cert;
	char *problem;
	bool sent; /* by the server; else it is this machine's */
};

/* The server's chain, its own certificate first; tls_chain_free frees it. */
struct tls_chain {
	struct tls_link *links;
	size_t n;
	X509 *anchor; /* what makes it trusted, or NULL */
};

/*
 * Make a context: TLS 1.2 or newer, security level 2, issuers looked up by
 * hash in the certificate directory first and the bundle read only when that
 * fails to give one (reading a bundle costs 25 ms).  NULL with a sentence
 * (STATUS_USAGE for unreadable files and bad values, else STATUS_TLS).
 * It serves one connection at a time; the caller frees it with tls_free,
 * after the connection.
 */
struct ssl_ctx_st *tls_context(const struct tls_plan *plan, struct fail *f);
void tls_free(struct ssl_ctx_st *ctx);

/*
 * A client's connection for this host (SNI, the name to verify; an address
 * is verified as an address and sends no SNI).  The host is ASCII already
 * (net_ascii); NULL or empty with a Unix socket, where only a verify_name
 * can be verified.  NULL with a sentence (STATUS_USAGE) for what is no name;
 * so, with STATUS_TLS, when want_dane has no record that can be used.
 * The handshake never fails because of the certificate: the report tells
 * what is wrong with it.  A renegotiation that brings another certificate
 * does fail.
 */
struct ssl_st *tls_client(struct ssl_ctx_st *ctx, const struct tls_plan *plan,
    const char *host, struct fail *f);

/* Has the server asked for our certificate in this connection, and got it? */
bool tls_showed(const struct ssl_st *ssl);

/* After the handshake: fill the report. */
void tls_report(struct ssl_st *ssl, const struct tls_plan *plan,
    const char *host, struct tls_report *r);

/*
 * The chain as it was sent, and behind it those certificates of this machine
 * that have a fault.  Empty without a connection (NULL).
 */
void tls_chain(struct ssl_st *ssl, struct tls_chain *chain);
void tls_chain_free(struct tls_chain *chain);

/*
 * Before the connection is freed: write the plan's session file, if there is
 * a session for it.  1 if so, else 0; -1 and a sentence (STATUS_USAGE).
 */
int tls_keep(struct ssl_ctx_st *ctx, struct fail *f);

/*
 * A sentence for the handshake, read or write that failed: the alert by its
 * name, "answered in plain text" and so on, from OpenSSL's error queue,
 * which is emptied, or from errno as the call left it.
 */
void tls_words(struct ssl_st *ssl, int result, char *text, size_t size);

#endif
