/* SPDX-License-Identifier: ISC */
/* binding_test.c - both ends of a TLS connection find the same. */
#include <stdbool.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "binding.h"
#include "buf.h"
#include "pair.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

/* A certificate that signs itself, with this kind of key and digest. */
static X509 *
certificate(const char *kind, const char *digest, EVP_PKEY **key)
{
	X509 *cert = X509_new();

	*key = strcmp(kind, "RSA") == 0 ?
	    EVP_PKEY_Q_keygen(NULL, NULL, kind, (size_t)2048) :
	    strcmp(kind, "EC") == 0 ?
	    EVP_PKEY_Q_keygen(NULL, NULL, kind, "P-256") :
	    EVP_PKEY_Q_keygen(NULL, NULL, kind);
	X509_gmtime_adj(X509_getm_notBefore(cert), 0);
	X509_gmtime_adj(X509_getm_notAfter(cert), 3600);
	X509_set_pubkey(cert, *key);
	assert_true(
	    X509_sign(cert, *key,
		digest == NULL ? NULL : EVP_get_digestbyname(digest)) > 0);
	return cert;
}

static void
test_bindings(void **state)
{
	static const struct {
		int version;
		const char *kind, *digest;
		const char *name;   /* NULL: there is none */
		const char *hashed; /* the certificate, by this digest */
	} rows[] = {
		{ TLS1_3_VERSION, "EC", "SHA256", "tls-exporter", NULL },
		{ TLS1_3_VERSION, "ED25519", NULL, "tls-exporter", NULL },
		{ TLS1_2_VERSION, "EC", "SHA256", "tls-server-end-point",
		    "SHA256" },
		{ TLS1_2_VERSION, "RSA", "SHA384", "tls-server-end-point",
		    "SHA384" },
		{ TLS1_2_VERSION, "RSA", "SHA1", "tls-server-end-point",
		    "SHA256" },
		{ TLS1_2_VERSION, "ED25519", NULL, NULL, NULL },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		EVP_PKEY *key;
		X509 *cert = certificate(rows[i].kind, rows[i].digest, &key);
		SSL_CTX *ctx = SSL_CTX_new(TLS_method());
		SSL *client, *server;
		struct buf got = { 0 };
		unsigned char sum[EVP_MAX_MD_SIZE];
		unsigned size = 32;
		const char *name;

		SSL_CTX_set_security_level(ctx, 0);
		SSL_CTX_set_max_proto_version(ctx, rows[i].version);
		SSL_CTX_use_certificate(ctx, cert);
		SSL_CTX_use_PrivateKey(ctx, key);
		client = SSL_new(ctx);
		server = SSL_new(ctx);
		pair_join(client, server);
		assert_true(pair_shake(client, server));
		name = binding_make(client, &got);
		if (rows[i].hashed != NULL)
			X509_digest(cert, EVP_get_digestbyname(rows[i].hashed),
			    sum, &size);
		else
			SSL_export_keying_material(server, sum, 32,
			    "EXPORTER-Channel-Binding", 24, NULL, 0, 0);
		if (rows[i].name == NULL) {
			assert_null(name);
			assert_int_equal(got.len, 0);
		} else {
			assert_string_equal(name, rows[i].name);
			assert_int_equal(got.len, size);
			assert_memory_equal(buf_bytes(&got), sum, size);
		}
		buf_free(&got);
		SSL_free(client);
		SSL_free(server);
		SSL_CTX_free(ctx);
		X509_free(cert);
		EVP_PKEY_free(key);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bindings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
