/* SPDX-License-Identifier: ISC */
/* agreed_test.c - what two ends have agreed on, by version and key. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "agreed.h"
#include "certs.h"
#include "pair.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

enum key { EC, RSA2048, ED25519, KEYS };

static const struct row {
	enum key key;
	int version;
	const char *ciphers, *groups, *signatures;
	const char *group, *signer;
} rows[] = {
	{ EC, TLS1_3_VERSION, NULL, "X25519", NULL, "x25519", "ECDSA-SHA256" },
	{ EC, TLS1_3_VERSION, NULL, "P-384", NULL, "secp384r1",
	    "ECDSA-SHA256" },
	{ RSA2048, TLS1_3_VERSION, NULL, "X25519", NULL, "x25519",
	    "RSA-PSS-SHA256" },
	{ ED25519, TLS1_3_VERSION, NULL, "X25519", NULL, "x25519", "ED25519" },
	{ EC, TLS1_2_VERSION, "ECDHE-ECDSA-AES128-GCM-SHA256", "P-256", NULL,
	    "secp256r1", "ECDSA-SHA256" },
	{ RSA2048, TLS1_2_VERSION, "DHE-RSA-AES128-GCM-SHA256", NULL, NULL,
	    "DH, 2048 bits", "RSA-PSS-SHA256" },
	{ RSA2048, TLS1_2_VERSION, "ECDHE-RSA-AES128-GCM-SHA256", "X25519",
	    "RSA+SHA512", "x25519", "RSA-SHA512" },
	/* The certificate's key alone; nothing is signed. */
	{ RSA2048, TLS1_2_VERSION, "AES128-GCM-SHA256", NULL, NULL, "as it was",
	    "as it was" },
};

static EVP_PKEY *
make_key(enum key kind)
{
	switch (kind) {
	case RSA2048:
		return EVP_RSA_gen(2048);
	case ED25519:
		return EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	case EC:
	case KEYS:
		break;
	}
	return EVP_EC_gen("P-256");
}

/* Signed by a key that any certificate may be signed by. */
static X509 *
make_cert(EVP_PKEY *key, EVP_PKEY *ca_key, X509 *ca)
{
	const struct issuer by = { ca, ca_key };

	return cert_make("leaf", key, &by, NULL, 9);
}

static void
test_agreed(void **state)
{
	EVP_PKEY *keys[KEYS], *ca_key = EVP_EC_gen("P-256");
	X509 *ca = cert_authority("CA", ca_key, NULL), *certs[KEYS];
	unsigned wrong = 0;
	size_t i;

	(void)state;
	for (i = 0; i < KEYS; i++) {
		keys[i] = make_key((enum key)i);
		certs[i] = make_cert(keys[i], ca_key, ca);
	}
	for (i = 0; i < ROWS(rows); i++) {
		const struct row *row = &rows[i];
		X509 *chain[] = { certs[row->key], NULL };
		const struct pair_plan plan = { chain, keys[row->key],
			row->version, row->ciphers, row->groups,
			row->signatures };
		char group[40] = "as it was", signer[40] = "as it was";
		struct pair pair;
		bool done = pair_begin(&pair, &plan);

		if (done) {
			agreed_group(pair.client, group, sizeof group);
			agreed_signer(pair.client, signer, sizeof signer);
		}
		if (!done || strcmp(group, row->group) != 0 ||
		    strcmp(signer, row->signer) != 0) {
			wrong++;
			print_error("%zu: %d, \"%s\", \"%s\"\n", i, done, group,
			    signer);
		}
		pair_end(&pair);
	}
	for (i = 0; i < KEYS; i++) {
		EVP_PKEY_free(keys[i]);
		X509_free(certs[i]);
	}
	EVP_PKEY_free(ca_key);
	X509_free(ca);
	assert_int_equal(wrong, 0);
}

/* Little room is no harm, and before the handshake nothing is known. */
static void
test_room(void **state)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *cert = cert_make("x", key, NULL, NULL, 9),
	     *chain[] = { cert, NULL };
	const struct pair_plan plan = { .chain = chain,
		.key = key,
		.groups = "X25519" };
	char text[6] = "as it";
	struct pair pair;
	SSL *early;

	(void)state;
	assert_true(pair_begin(&pair, &plan));
	early = SSL_new(pair.ctx[0]);
	agreed_signer(early, text, sizeof text);
	assert_string_equal(text, "as it");
	agreed_group(pair.client, text, sizeof text);
	assert_string_equal(text, "x2551");
	agreed_signer(pair.client, text, sizeof text);
	assert_string_equal(text, "ECDSA");
	SSL_free(early);
	pair_end(&pair);
	X509_free(cert);
	EVP_PKEY_free(key);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_agreed),
		cmocka_unit_test(test_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
