/* SPDX-License-Identifier: ISC */
/* pair.h - both ends of a TLS connection, in memory. */
#ifndef PAIR_H
#define PAIR_H

#include <stdbool.h>
#include <stdlib.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

/* What the server shows, and how both are set up; NULL and 0: as usual. */
struct pair_plan {
	X509 *const *chain; /* its own first; ended by NULL */
	EVP_PKEY *key;
	int version; /* the only one */
	const char *ciphers, *groups, *signatures;
};

struct pair {
	SSL_CTX *ctx[2];
	SSL *client, *server;
};

static inline void
pair_context(SSL_CTX *ctx, const struct pair_plan *plan)
{
	if (plan->version != 0) {
		SSL_CTX_set_min_proto_version(ctx, plan->version);
		SSL_CTX_set_max_proto_version(ctx, plan->version);
	}
	if (plan->ciphers != NULL)
		SSL_CTX_set_cipher_list(ctx, plan->ciphers);
	if (plan->groups != NULL)
		SSL_CTX_set1_groups_list(ctx, plan->groups);
	if (plan->signatures != NULL)
		SSL_CTX_set1_sigalgs_list(ctx, plan->signatures);
	SSL_CTX_set_dh_auto(ctx, 1);
}

/* Connect them in memory, each in its part. */
static inline void
pair_join(SSL *client, SSL *server)
{
	BIO *to, *from;

	if (BIO_new_bio_pair(&to, 0, &from, 0) != 1)
		abort();
	SSL_set_bio(client, to, to);
	SSL_set_bio(server, from, from);
	SSL_set_connect_state(client);
	SSL_set_accept_state(server);
}

/* False if that comes to nothing. */
static inline bool
pair_shake(SSL *client, SSL *server)
{
	int i, one = 0, other = 0;

	for (i = 0; i < 50 && (one != 1 || other != 1); i++) {
		one = SSL_do_handshake(client);
		other = SSL_do_handshake(server);
	}
	ERR_clear_error();
	return one == 1 && other == 1;
}

/* Shake hands; false if that comes to nothing.  End it anyway. */
static inline bool
pair_begin(struct pair *p, const struct pair_plan *plan)
{
	int i;

	p->ctx[0] = SSL_CTX_new(TLS_client_method());
	p->ctx[1] = SSL_CTX_new(TLS_server_method());
	pair_context(p->ctx[0], plan);
	pair_context(p->ctx[1], plan);
	SSL_CTX_use_certificate(p->ctx[1], plan->chain[0]);
	SSL_CTX_use_PrivateKey(p->ctx[1], plan->key);
	for (i = 1; plan->chain[i] != NULL; i++)
		SSL_CTX_add1_chain_cert(p->ctx[1], plan->chain[i]);
	p->client = SSL_new(p->ctx[0]);
	p->server = SSL_new(p->ctx[1]);
	pair_join(p->client, p->server);
	return pair_shake(p->client, p->server);
}

static inline void
pair_end(struct pair *p)
{
	SSL_free(p->client);
	SSL_free(p->server);
	SSL_CTX_free(p->ctx[0]);
	SSL_CTX_free(p->ctx[1]);
}

#endif
