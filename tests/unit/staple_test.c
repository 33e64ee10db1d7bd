/* SPDX-License-Identifier: ISC */
/* staple_test.c - answers of OCSP, right, wrong and from strangers. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/err.h>
#include <openssl/ocsp.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "buf.h"
#include "certs.h"
#include "staple.h"

enum { HOUR = 60 * 60 };
enum signed_by { CA, LEAF, STRANGER, DELEGATE, PRETENDER };

struct world {
	EVP_PKEY *keys[5];
	X509 *certs[5]; /* by enum signed_by */
	X509 *other;    /* of the CA too */
	STACK_OF(X509) * chain;
};

struct row {
	const char *name;
	enum signed_by by;
	int status;       /* V_OCSP_CERTSTATUS_... */
	int since, until; /* hours from now; until 0: it has none */
	bool other;       /* it is about another certificate */
	bool sha256;
	bool untrusted; /* the chain is not trusted */
	enum staple_status found;
	bool issued, current;
	const char *words;
};

static const struct row rows[] = {
	{ "good", CA, V_OCSP_CERTSTATUS_GOOD, -1, 100, .found = STAPLE_GOOD,
	    .issued = true, .current = true, .words = "good, said on 20" },
	{ "by SHA-256", CA, V_OCSP_CERTSTATUS_GOOD, -1, 100, .sha256 = true,
	    .found = STAPLE_GOOD, .issued = true, .current = true },
	{ "revoked", CA, V_OCSP_CERTSTATUS_REVOKED, -1, 100,
	    .found = STAPLE_REVOKED, .issued = true, .current = true,
	    .words = "revoked since 2026-01-02 (keyCompromise), said on 20" },
	{ "unknown", CA, V_OCSP_CERTSTATUS_UNKNOWN, -1, 100,
	    .found = STAPLE_UNKNOWN, .issued = true, .current = true,
	    .words = "unknown, said on " },
	{ "too old", CA, V_OCSP_CERTSTATUS_GOOD, -100, -2, .found = STAPLE_GOOD,
	    .issued = true, .words = "; that is not of these days" },
	{ "without an end", CA, V_OCSP_CERTSTATUS_GOOD, -9 * 24, 0,
	    .found = STAPLE_GOOD, .issued = true, .current = true,
	    .words = " (9 days ago), without an end" },
	{ "too old for that", CA, V_OCSP_CERTSTATUS_GOOD, -40 * 24, 0,
	    .found = STAPLE_GOOD, .issued = true,
	    .words = " (40 days ago), without an end; that is too old for a "
		     "word without an end" },
	{ "of the future without an end", CA, V_OCSP_CERTSTATUS_GOOD, 2, 0,
	    .found = STAPLE_GOOD, .issued = true,
	    .words = "; that is not of these days" },
	{ "revoked for good", CA, V_OCSP_CERTSTATUS_REVOKED, -40 * 24, 0,
	    .found = STAPLE_REVOKED, .issued = true, .current = true,
	    .words = " (40 days ago), without an end" },
	{ "old, and with an end", CA, V_OCSP_CERTSTATUS_GOOD, -40 * 24, 1,
	    .found = STAPLE_GOOD, .issued = true, .current = true,
	    .words = ", until 20" },
	{ "of the future", CA, V_OCSP_CERTSTATUS_GOOD, 2, 100,
	    .found = STAPLE_GOOD, .issued = true,
	    .words = "; that is not of these days" },
	{ "about another", CA, V_OCSP_CERTSTATUS_GOOD, -1, 100, .other = true,
	    .found = STAPLE_ODD,
	    .words = "unusable; it is about other certificates" },
	{ "the server's own word", LEAF, V_OCSP_CERTSTATUS_GOOD, -1, 100,
	    .found = STAPLE_GOOD, .current = true,
	    .words = "; its signature is not the issuer's" },
	{ "a stranger's word", STRANGER, V_OCSP_CERTSTATUS_REVOKED, -1, 100,
	    .found = STAPLE_REVOKED, .current = true,
	    .words = "; its signature is not the issuer's" },
	{ "a delegate's word", DELEGATE, V_OCSP_CERTSTATUS_GOOD, -1, 100,
	    .found = STAPLE_GOOD, .issued = true, .current = true },
	{ "of the same CA, but no delegate", PRETENDER, V_OCSP_CERTSTATUS_GOOD,
	    -1, 100, .found = STAPLE_GOOD, .current = true,
	    .words = "; its signature is not the issuer's" },
	{ "of a chain that is not trusted", CA, V_OCSP_CERTSTATUS_GOOD, -1, 100,
	    .untrusted = true, .found = STAPLE_GOOD, .current = true,
	    .words = "; nobody here vouches for its issuer" },
};

static int
set_up(void **state)
{
	static const struct extension ocsp[] = {
		{ NID_ext_key_usage, "OCSPSigning" }, { 0, NULL }
	};
	struct world *w = calloc(1, sizeof *w);
	struct issuer ca;
	size_t i;

	for (i = 0; i < 5; i++)
		w->keys[i] = EVP_EC_gen("P-256");
	w->certs[CA] = cert_authority("CA", w->keys[CA], NULL);
	ca = (struct issuer){ w->certs[CA], w->keys[CA] };
	w->certs[LEAF] = cert_make("leaf", w->keys[LEAF], &ca, NULL, 9);
	w->certs[STRANGER] = cert_authority("CA", w->keys[STRANGER], NULL);
	w->certs[DELEGATE] = cert_make("ocsp", w->keys[DELEGATE], &ca, ocsp, 9);
	w->certs[PRETENDER] = cert_make("mx", w->keys[PRETENDER], &ca, NULL, 9);
	w->other = cert_make("other", w->keys[LEAF], &ca, NULL, 9);
	w->chain = sk_X509_new_null();
	sk_X509_push(w->chain, w->certs[LEAF]);
	sk_X509_push(w->chain, w->certs[CA]);
	*state = w;
	return 0;
}

static int
tear_down(void **state)
{
	struct world *w = *state;
	size_t i;

	for (i = 0; i < 5; i++) {
		EVP_PKEY_free(w->keys[i]);
		X509_free(w->certs[i]);
	}
	X509_free(w->other);
	sk_X509_free(w->chain);
	free(w);
	return 0;
}

/* A response as an OCSP server would give it; the caller frees it. */
static int
respond(const struct world *w, const struct row *row, unsigned char **der)
{
	OCSP_BASICRESP *basic = OCSP_BASICRESP_new();
	OCSP_CERTID *id = OCSP_cert_to_id(row->sha256 ? EVP_sha256() : NULL,
	    row->other ? w->other : w->certs[LEAF], w->certs[CA]);
	ASN1_TIME *since = X509_gmtime_adj(NULL, (long)row->since * HOUR);
	ASN1_TIME *until = row->until == 0 ?
	    NULL :
	    X509_gmtime_adj(NULL, (long)row->until * HOUR);
	ASN1_TIME *revoked = ASN1_TIME_new();
	OCSP_RESPONSE *r;
	int n;

	assert_int_equal(1, ASN1_TIME_set_string(revoked, "20260102030405Z"));
	assert_non_null(OCSP_basic_add1_status(basic, id, row->status,
	    OCSP_REVOKED_STATUS_KEYCOMPROMISE, revoked, since, until));
	assert_int_equal(1,
	    OCSP_basic_sign(basic, w->certs[row->by], w->keys[row->by],
		EVP_sha256(), NULL, 0));
	r = OCSP_response_create(OCSP_RESPONSE_STATUS_SUCCESSFUL, basic);
	*der = NULL;
	n = i2d_OCSP_RESPONSE(r, der);
	OCSP_RESPONSE_free(r);
	OCSP_BASICRESP_free(basic);
	OCSP_CERTID_free(id);
	ASN1_TIME_free(since);
	ASN1_TIME_free(until);
	ASN1_TIME_free(revoked);
	return n;
}

static void
assert_words(const char *name, const struct staple *s, const char *words)
{
	struct buf text = { 0 };

	staple_words(&text, s);
	buf_add(&text, "", 1);
	if (words != NULL && strstr(buf_bytes(&text), words) == NULL)
		fail_msg("%s: '%s'", name, buf_bytes(&text));
	buf_free(&text);
}

static void
test_answers(void **state)
{
	const struct world *w = *state;
	struct staple s;
	size_t i;

	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct row *row = &rows[i];
		unsigned char *der;
		int n = respond(w, row, &der);

		staple_read(&s, der, (size_t)n, w->chain, !row->untrusted);
		if (s.status != row->found || s.issued != row->issued ||
		    s.current != row->current)
			fail_msg("%s: %d, %d, %d (%s)", row->name, s.status,
			    s.issued, s.current, s.why == NULL ? "" : s.why);
		assert_words(row->name, &s, row->words);
		assert_int_equal(s.status == STAPLE_ODD ? 0 : 20,
		    strlen(s.since));
		assert_int_equal(0, ERR_peek_error());
		OPENSSL_free(der);
	}
}

/* Not what it should be, at every length. */
static void
test_junk(void **state)
{
	const struct world *w = *state;
	unsigned char *der, later[] = { 0x30, 3, 0x0a, 1, 3 };
	int n = respond(w, &rows[0], &der), i;
	struct staple s;

	for (i = 1; i < n; i++) {
		unsigned char *cut = malloc((size_t)i);

		memcpy(cut, der, (size_t)i);
		staple_read(&s, cut, (size_t)i, w->chain, true);
		assert_int_equal(STAPLE_ODD, s.status);
		assert_false(s.issued);
		free(cut);
	}
	for (i = 0; i < n; i++) {
		der[i] ^= 1;
		staple_read(&s, der, (size_t)n, w->chain, true);
		/* Nothing but the certificates behind the signature. */
		assert_true(!s.issued || s.status == STAPLE_GOOD);
		der[i] ^= 1;
	}
	staple_read(&s, later, sizeof later, w->chain, true);
	assert_words("later", &s, "unusable; it tells of a failure");
	OPENSSL_free(der);
}

static void
test_none(void **state)
{
	static const struct extension must[] = {
		{ NID_tlsfeature, "status_request" }, { 0, NULL }
	};
	const struct world *w = *state;
	struct issuer ca = { w->certs[CA], w->keys[CA] };
	STACK_OF(X509) *chain = sk_X509_new_null();
	struct staple s;

	staple_read(&s, NULL, 0, NULL, false);
	assert_words("no chain", &s, "none");
	staple_read(&s, NULL, 0, w->chain, true);
	assert_int_equal(STAPLE_NONE, s.status);
	assert_null(staple_name(&s));
	sk_X509_push(chain, cert_make("x", w->keys[LEAF], &ca, must, 9));
	staple_read(&s, NULL, 0, chain, true);
	assert_words("demanded", &s, "none, though the certificate demands it");
	staple_read(&s, (const unsigned char *)"\060", 1, chain, true);
	assert_words("short", &s, "unusable; it is no OCSP response");
	sk_X509_pop_free(chain, X509_free);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_junk),
		cmocka_unit_test(test_none),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
