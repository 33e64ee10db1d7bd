/* SPDX-License-Identifier: ISC */
/* identity_test.c - a certificate made on the spot, and who believes it. */
#include <stdbool.h>
#include <string.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <cmocka.h>

#include "buf.h"
#include "fail.h"
#include "identity.h"
#include "pair.h"

/* A client that trusts what identity_pem gives, and nobody else. */
static SSL_CTX *
client_context(const struct identity *i, bool self_signed)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
	struct buf pem = { 0 };
	struct fail f;
	BIO *memory;
	X509 *cert;

	assert_int_equal(identity_pem(i, &pem, &f), 0);
	memory = BIO_new_mem_buf(buf_bytes(&pem), (int)pem.len);
	cert = PEM_read_bio_X509(memory, NULL, NULL, NULL);
	assert_non_null(cert);
	assert_int_equal(X509_check_ca(cert) != 0, !self_signed);
	assert_int_equal(X509_STORE_add_cert(SSL_CTX_get_cert_store(ctx), cert),
	    1);
	X509_free(cert);
	BIO_free(memory);
	buf_free(&pem);
	/* As strict as clients are anywhere. */
	X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(ctx),
	    X509_V_FLAG_X509_STRICT);
	return ctx;
}

/* Shake hands in memory; returns what the client thinks of the server. */
static long
verdict(const struct identity *i, const char *host, bool self_signed)
{
	struct fail f;
	SSL_CTX *cctx = client_context(i, self_signed);
	SSL_CTX *sctx = identity_context(i, &f);
	SSL *c = SSL_new(cctx), *s = SSL_new(sctx);
	long result;

	assert_non_null(sctx);
	pair_join(c, s);
	if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(c), host) != 1)
		SSL_set1_host(c, host);
	assert_true(pair_shake(c, s));
	result = SSL_get_verify_result(c);
	SSL_free(c);
	SSL_free(s);
	SSL_CTX_free(cctx);
	identity_context_free(sctx);
	return result;
}

static void
is_believed(void **state)
{
	static const struct {
		const char *names;
		unsigned faults;
		const char *host;
		long want;
	} rows[] = {
		{ IDENTITY_LOOPBACK, 0, "localhost", X509_V_OK },
		{ IDENTITY_LOOPBACK, 0, "127.0.0.1", X509_V_OK },
		{ IDENTITY_LOOPBACK, 0, "::1", X509_V_OK },
		{ IDENTITY_LOOPBACK, 0, "127.0.0.2",
		    X509_V_ERR_IP_ADDRESS_MISMATCH },
		{ IDENTITY_LOOPBACK, 0, "example.org",
		    X509_V_ERR_HOSTNAME_MISMATCH },
		{ "mail.example.org", 0, "mail.example.org", X509_V_OK },
		{ "a.example,b.example", 0, "b.example", X509_V_OK },
		{ IDENTITY_LOOPBACK, IDENTITY_WRONG_NAME, "localhost",
		    X509_V_ERR_HOSTNAME_MISMATCH },
		{ IDENTITY_LOOPBACK, IDENTITY_EXPIRED, "localhost",
		    X509_V_ERR_CERT_HAS_EXPIRED },
		{ IDENTITY_LOOPBACK, IDENTITY_SELF_SIGNED, "localhost",
		    X509_V_OK },
		{ IDENTITY_LOOPBACK, IDENTITY_SELF_SIGNED | IDENTITY_EXPIRED,
		    "localhost", X509_V_ERR_CERT_HAS_EXPIRED },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct fail f;
		struct identity *id =
		    identity_make(rows[i].names, rows[i].faults, &f);
		bool alone = (rows[i].faults & IDENTITY_SELF_SIGNED) != 0;

		assert_non_null(id);
		if (verdict(id, rows[i].host, alone) != rows[i].want)
			fail_msg("row %zu: %s", i, rows[i].host);
		identity_free(id);
	}
}

/* What nobody else's identity proves: each CA is for one server. */
static void
is_another_each_time(void **state)
{
	struct buf pem[2] = { { 0 }, { 0 } };
	struct fail f;
	int i;

	(void)state;
	for (i = 0; i < 2; i++) {
		struct identity *id = identity_make("localhost", 0, &f);

		assert_int_equal(identity_pem(id, &pem[i], &f), 0);
		identity_free(id);
	}
	assert_memory_equal(buf_bytes(&pem[0]), "-----BEGIN CERT", 15);
	assert_true(pem[0].len != pem[1].len ||
	    memcmp(buf_bytes(&pem[0]), buf_bytes(&pem[1]), pem[0].len) != 0);
	assert_null(memmem(buf_bytes(&pem[0]), pem[0].len, "PRIVATE", 7));
	buf_free(&pem[0]);
	buf_free(&pem[1]);
}

static void
refuses_what_is_no_name(void **state)
{
	static const char *const rows[] = { "", ",", "a,", "a b", "a/b",
		"DNS:a", "1::2::3", "a\n", "copy@example.org" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct fail f = { .text = "" };

		if (identity_make(rows[i], 0, &f) != NULL)
			fail_msg("row %zu was taken", i);
		assert_int_equal(f.status, STATUS_USAGE);
	}
	identity_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_believed),
		cmocka_unit_test(is_another_each_time),
		cmocka_unit_test(refuses_what_is_no_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
