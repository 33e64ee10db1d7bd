/* SPDX-License-Identifier: ISC */
/* tlspeer.h - the server's side of TLS, in the process of the client. */
#ifndef TLSPEER_H
#define TLSPEER_H

#include <fcntl.h>
#include <stdlib.h>

#include <openssl/ssl.h>

#include "certs.h"
#include "fail.h"
#include "tls.h"
#include "wire.h"

/* With a certificate of its own making. */
static inline SSL *
tlspeer_server(int peer)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *cert = cert_make("peer.example", key, NULL, NULL, 30);
	SSL *ssl;

	if (SSL_CTX_use_certificate(ctx, cert) != 1 ||
	    SSL_CTX_use_PrivateKey(ctx, key) != 1)
		abort();
	X509_free(cert);
	EVP_PKEY_free(key);
	ssl = SSL_new(ctx);
	SSL_CTX_free(ctx);
	SSL_set_fd(ssl, peer);
	SSL_set_accept_state(ssl);
	return ssl;
}

/* Begin TLS on both sides of a wire; at `most` this version.  It aborts where
 * that fails: a stage may be dark. */
static inline SSL *
tlspeer_begin(struct wire *w, int peer, int most)
{
	struct tls_plan plan = { .verify_name = NULL };
	struct fail f = { 0 };
	SSL *ssl = tlspeer_server(peer);
	int ours = 0, theirs = 0, round;

	SSL_set_max_proto_version(ssl, most);
	fcntl(peer, F_SETFL, O_NONBLOCK);
	if (wire_begin(w, &plan, "localhost", &f) != 0)
		abort();
	for (round = 0; round < 100 && !(ours == 1 && theirs == 1); round++) {
		if (ours != 1)
			ours = wire_shake(w);
		if (theirs != 1)
			theirs = SSL_do_handshake(ssl);
		if (ours < 0)
			abort();
	}
	if (theirs != 1 || !wire_is_tls(w))
		abort();
	return ssl;
}

#endif
