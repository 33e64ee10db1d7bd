/* SPDX-License-Identifier: ISC */
/* alert_test.c - OpenSSL's errors, in words. */
#include <errno.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "alert.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])
#define ALERT(number) (SSL_AD_REASON_OFFSET + (number))

static SSL_CTX *ctx;
static SSL *ssl;

static int
set_up(void **state)
{
	(void)state;
	ctx = SSL_CTX_new(TLS_client_method());
	ssl = SSL_new(ctx);
	return ssl == NULL ? -1 : 0;
}

static int
tear_down(void **state)
{
	(void)state;
	SSL_free(ssl);
	SSL_CTX_free(ctx);
	return 0;
}

static void
test_words(void **state)
{
	static const struct {
		int lib[2], reason[2]; /* in the order of the queue; 0: none */
		int error;             /* errno */
		const char *want; /* exactly, or with "..." its beginning */
	} rows[] = {
		{ { ERR_LIB_SSL }, { ALERT(SSL_AD_UNKNOWN_CA) }, 0,
		    "the server sent the alert 'unknown ca' (it does not trust "
		    "the issuer of our certificate)" },
		{ { ERR_LIB_SSL }, { ALERT(SSL_AD_HANDSHAKE_FAILURE) }, 0,
		    "the server sent the alert 'handshake failure' (perhaps no "
		    "cipher in common: ..." },
		{ { ERR_LIB_SSL }, { ALERT(SSL_AD_CERTIFICATE_REQUIRED) }, 0,
		    "the server sent the alert 'certificate required' (it "
		    "wants a client certificate: --cert FILE --key FILE)" },
		{ { ERR_LIB_SSL }, { ALERT(SSL_AD_INTERNAL_ERROR) }, 0,
		    "the server sent the alert 'internal error'" },
		/* One that nobody has a name for. */
		{ { ERR_LIB_SSL }, { ALERT(200) }, 0,
		    "the server sent the alert 'number 200'" },
		{ { ERR_LIB_SSL }, { SSL_R_WRONG_VERSION_NUMBER }, 0,
		    "the server answered in plain text, not TLS" },
		{ { ERR_LIB_SSL }, { SSL_R_UNEXPECTED_EOF_WHILE_READING }, 0,
		    "the connection ended during the handshake" },
		{ { ERR_LIB_SSL }, { SSL_R_DH_KEY_TOO_SMALL }, 0,
		    "the server's Diffie-Hellman key is too small (--tls-opt "
		    "CipherString=DEFAULT@SECLEVEL=..." },
		/* What --tls-opt MinProtocol=... alone meets. */
		{ { ERR_LIB_SSL },
		    { SSL_R_LEGACY_SIGALG_DISALLOWED_OR_UNSUPPORTED }, 0,
		    "the server signs as TLS before 1.2 does, which is not "
		    "allowed here (--tls-opt CipherString=DEFAULT@SECLEVEL=0 "
		    "allows it)" },
		{ { ERR_LIB_SSL },
		    { SSL_R_UNSAFE_LEGACY_RENEGOTIATION_DISABLED }, 0,
		    "the server lacks secure renegotiation (RFC 5746; "
		    "--tls-opt Options=UnsafeLegacyServerConnect accepts "
		    "that)" },
		/* What no row explains keeps OpenSSL's own words. */
		{ { ERR_LIB_SSL }, { SSL_R_BAD_LENGTH }, 0,
		    "OpenSSL says: bad length" },
		/* The first that has words counts. */
		{ { ERR_LIB_RSA, ERR_LIB_SSL },
		    { SSL_R_WRONG_VERSION_NUMBER, SSL_R_UNEXPECTED_MESSAGE }, 0,
		    "the server sent a TLS message that is out of place" },
		{ { ERR_LIB_SSL, ERR_LIB_SSL },
		    { SSL_R_NO_RENEGOTIATION, SSL_R_UNEXPECTED_MESSAGE }, 0,
		    "the server refused to renegotiate" },
		{ { ERR_LIB_SYS }, { ECONNRESET }, 0,
		    "connection reset by peer" },
		{ { 0 }, { 0 }, ECONNRESET, "connection reset by peer" },
		{ { 0 }, { 0 }, 0,
		    "the connection ended during the "
		    "handshake" },
	};
	char text[300];
	size_t i, k;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		size_t n = strcspn(rows[i].want, ".");

		ERR_clear_error();
		for (k = 0; k < 2 && rows[i].lib[k] != 0; k++)
			ERR_raise(rows[i].lib[k], rows[i].reason[k]);
		errno = rows[i].error;
		alert_words(ssl, -1, text, sizeof text);
		if (strcmp(rows[i].want + n, "...") == 0 ?
			strncmp(text, rows[i].want, n) != 0 :
			strcmp(text, rows[i].want) != 0)
			fail_msg("\"%s\" for \"%s\"", text, rows[i].want);
		/* Nothing is left for the next one to find. */
		assert_int_equal(ERR_peek_error(), 0);
	}
}

/* A sentence that does not fit is cut, and is a string. */
static void
test_short(void **state)
{
	char text[21];

	(void)state;
	ERR_raise(ERR_LIB_SSL, ALERT(SSL_AD_UNKNOWN_CA));
	alert_words(ssl, -1, text, 20);
	assert_string_equal(text, "the server sent the");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_short),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
