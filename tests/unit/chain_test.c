/* SPDX-License-Identifier: ISC */
/* chain_test.c - certificates as lines, as PEM and as JSON. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/pem.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "buf.h"
#include "certs.h"
#include "chain.h"
#include "tls.h"

struct world {
	EVP_PKEY *key;
	X509 *ca, *leaf, *late;
	struct tls_link links[3];
	struct tls_chain chain;
	struct tls_report report;
};

static int
set_up(void **state)
{
	static const struct extension names[] = {
		{ NID_subject_alt_name,
		    "DNS:mx.example,IP:192.0.2.1,email:me@mx.example,"
		    "URI:sip:mx.example" },
		{ 0, NULL }
	};
	static char problem[] = "the certificate \"expired\"";
	struct world *w = calloc(1, sizeof *w);
	struct issuer by;

	w->key = EVP_EC_gen("P-256");
	w->ca = cert_authority("The \033[1m\"CA\"", w->key, NULL);
	by = (struct issuer){ w->ca, w->key };
	w->leaf = cert_make("mx", w->key, &by, names, 12);
	w->late = cert_make("late", w->key, &by, NULL, -2);
	w->links[0] = (struct tls_link){ w->leaf, NULL, true };
	w->links[1] = (struct tls_link){ w->late, problem, true };
	w->links[2] = (struct tls_link){ w->ca, problem, false };
	w->chain = (struct tls_chain){ w->links, 3, w->ca };
	w->report = (struct tls_report){ .verified = true,
		.version = "TLSv1.3",
		.cipher = "TLS_X",
		.group = "x25519",
		.scts = 2 };
	*state = w;
	return 0;
}

static int
tear_down(void **state)
{
	struct world *w = *state;

	X509_free(w->ca);
	X509_free(w->leaf);
	X509_free(w->late);
	EVP_PKEY_free(w->key);
	free(w);
	return 0;
}

static void
assert_has(struct buf *text, const char *words)
{
	buf_add(text, "", 1);
	text->len--;
	if (strstr(buf_bytes(text), words) == NULL)
		fail_msg("no '%s' in\n%s", words, buf_bytes(text));
}

static void
test_text(void **state)
{
	const struct world *w = *state;
	struct buf text = { 0 };

	chain_text(&text, &w->report, &w->chain);
	assert_has(&text,
	    "0  CN=mx\n   issued by   CN=The \\1B[1m\\\"CA\\\"\n");
	assert_has(&text,
	    "   for         mx.example, 192.0.2.1\n"
	    "   also named  email:me@mx.example, URI:sip:mx.example\n   "
	    "valid ");
	assert_has(&text, " (ends in 12 days)\n");
	assert_has(&text, "   key         EC, 256 bits\n");
	assert_has(&text, "   signed with ecdsa-with-SHA256\n");
	assert_has(&text, "   sha256      ");
	assert_has(&text, "   OCSP staple none\n   SCTs        2, not ");
	assert_has(&text, "   verdict     nothing wrong found\n1  CN=late\n");
	assert_has(&text, " (expired 1 day ago)\n");
	assert_has(&text,
	    "   verdict     NOT VERIFIED: the certificate \"expired\"\n2  ");
	assert_has(&text, " (the server did not send it)\n");
	assert_has(&text, "trusted because of CN=The ");
	assert_null(memchr(buf_bytes(&text), '\033', text.len));
	buf_free(&text);
}

static void
test_pem(void **state)
{
	const struct world *w = *state;
	struct buf text = { 0 };
	X509 *first, *second;
	BIO *bio;

	chain_pem(&text, &w->chain);
	bio = BIO_new_mem_buf(buf_bytes(&text), (int)text.len);
	first = PEM_read_bio_X509(bio, NULL, NULL, NULL);
	second = PEM_read_bio_X509(bio, NULL, NULL, NULL);
	assert_int_equal(0, X509_cmp(w->leaf, first));
	assert_int_equal(0, X509_cmp(w->late, second));
	assert_null(PEM_read_bio_X509(bio, NULL, NULL, NULL));
	X509_free(first);
	X509_free(second);
	BIO_free(bio);
	buf_free(&text);
}

static void
test_json(void **state)
{
	static const char *const parts[] = {
		"{\"version\":\"TLSv1.3\",\"cipher\":\"TLS_X\",\"group\":"
		"\"x25519\",\"signer\":null,\"alpn\":null,\"resumed\":false,"
		"\"verified\":true,\"problem\":null,\"ocsp\":null,\"scts\":2,"
		"\"certificates\":[{\"subject\":\"CN=mx\",\"names\":["
		"\"mx.example\",\"192.0.2.1\"],\"other_names\":["
		"\"email:me@mx.example\","
		"\"URI:sip:mx.example\"],\"issuer\":\"CN=The \\\\1B[1m"
		"\\\\\\\"CA\\\\\\\"\",\"not_before\":\"20",
		"Z\",\"days\":12,\"key\":{\"type\":\"EC\",\"bits\":256},"
		"\"signature\":\"ecdsa-with-SHA256\",\"sha256\":\"",
		"\",\"sent\":true,\"problem\":null},{\"subject\":\"CN=late\","
		"\"names\":[],\"other_names\":[],",
		"\"days\":-1,",
		"\"sent\":false,\"problem\":\"the certificate "
		"\\\"expired\\\"\"}],\"anchor\":{\"subject\":\"CN=The ",
	};
	struct world *w = *state;
	struct buf text = { 0 };
	size_t i;

	chain_json(&text, &w->report, &w->chain);
	for (i = 0; i < sizeof parts / sizeof parts[0]; i++)
		assert_has(&text, parts[i]);
	assert_null(memchr(buf_bytes(&text), '\n', text.len));
	buf_clear(&text);
	w->report.staple = (struct staple){ .status = STAPLE_REVOKED,
		.issued = true,
		.since = "2026-11-20T00:00:00Z",
		.why = "that is not of these days" };
	w->report.resumed = true;
	w->chain.n = 0;
	w->chain.anchor = NULL;
	chain_json(&text, &w->report, &w->chain);
	assert_has(&text,
	    "\"resumed\":true,\"verified\":true,\"problem\":null,\"ocsp\":{"
	    "\"status\":\"revoked\",\"verified\":false,\"this_update\":"
	    "\"2026-11-20T00:00:00Z\",\"next_update\":null,\"revoked\":null,"
	    "\"problem\":\"that is not of these days\"},\"scts\":2,"
	    "\"certificates\":[],\"anchor\":null}");
	buf_free(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_text, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_pem, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_json, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
