/* SPDX-License-Identifier: ISC */
/* trust_test.c - certificates verified by TLSA records (RFC 7671). */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/sha.h>
#include <openssl/ssl.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "buf.h"
#include "certs.h"
#include "fail.h"
#include "publish.h"
#include "tls.h"
#include "tlsa.h"
#include "tlspair.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])
#define HOST "mx.example.org"
#define DOMAIN "example.org"

enum { RECORDS = 3 };

/* Whose data a record has. */
enum whose { NOBODY, LEAF, CA, OTHER };

struct record {
	enum whose whose;
	uint8_t usage, selector, matching;
	bool cut; /* one byte too short */
};

struct row {
	const char *name;
	struct record records[RECORDS];
	const char *san;
	const char *domain;      /* or NULL */
	const char *verify_name; /* or NULL */
	bool self_signed, expired, alone;
	const char *tlsa; /* of the record that matches; NULL: unverified */
	const char *why;
};

struct world {
	EVP_PKEY *key, *other_key;
	X509 *ca, *other;
};

/* --- certificates --- */

static X509 *
make_leaf(const struct world *w, const struct row *r)
{
	const struct extension san[] = { { NID_subject_alt_name, r->san },
		{ 0, NULL } };
	const struct issuer ca = { w->ca, w->key };

	return cert_make("leaf", r->self_signed ? w->other_key : w->key,
	    r->self_signed ? NULL : &ca, r->san == NULL ? NULL : san,
	    r->expired ? -1 : 9);
}

/* The data of a record, computed from its certificate. */
static void
make_record(const struct record *r, X509 *cert, struct tlsa *t,
    unsigned char data[2048])
{
	unsigned char *der = NULL;
	int n = r->selector == 1 ?
	    i2d_X509_PUBKEY(X509_get_X509_PUBKEY(cert), &der) :
	    i2d_X509(cert, &der);

	assert_in_range(n, 1, 2048);
	*t = (struct tlsa){ r->usage, r->selector, r->matching, data, 0 };
	if (r->matching == 1) {
		SHA256(der, (size_t)n, data);
		t->len = 32;
	} else if (r->matching == 2) {
		SHA512(der, (size_t)n, data);
		t->len = 64;
	} else {
		memcpy(data, der, (size_t)n);
		t->len = (size_t)n;
	}
	t->len -= r->cut;
	OPENSSL_free(der);
}

static int
set_up(void **state)
{
	struct world *w = calloc(1, sizeof *w);

	w->key = EVP_EC_gen("P-256");
	w->other_key = EVP_EC_gen("P-256");
	w->ca = cert_authority("Test CA", w->key, NULL);
	w->other = cert_authority("Other CA", w->other_key, NULL);
	setenv("SSL_CERT_DIR", "/nonexistent", 1);
	setenv("SSL_CERT_FILE", "/nonexistent", 1);
	*state = w;
	return 0;
}

static int
tear_down(void **state)
{
	struct world *w = *state;

	X509_free(w->ca);
	X509_free(w->other);
	EVP_PKEY_free(w->key);
	EVP_PKEY_free(w->other_key);
	free(w);
	return 0;
}

/* --- a connection in memory --- */

static void
connect_pair(struct tlspair *p, const struct tls_plan *plan,
    const struct world *w, X509 *leaf, const struct row *r)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());

	assert_int_equal(1, SSL_CTX_use_certificate(ctx, leaf));
	assert_int_equal(1,
	    SSL_CTX_use_PrivateKey(ctx,
		r->self_signed ? w->other_key : w->key));
	if (!r->alone && !r->self_signed)
		SSL_CTX_add1_chain_cert(ctx, w->ca);
	tlspair_begin(p, plan, HOST, ctx);
	assert_true(pair_shake(p->client, p->server));
}

/* --- verdicts --- */

#define EE \
	{ \
		LEAF, 3, 1, 1, false \
	}

static const struct row rows[] = {
	{ .name = "its key", .records = { EE }, .tlsa = "3 1 1" },
	{ .name = "all of it",
	    .records = { { LEAF, 3, 0, 1, false } },
	    .tlsa = "3 0 1" },
	{ .name = "SHA-512",
	    .records = { { LEAF, 3, 1, 2, false } },
	    .tlsa = "3 1 2" },
	{ .name = "in full",
	    .records = { { LEAF, 3, 0, 0, false } },
	    .tlsa = "3 0 0" },
	{ .name = "usage 3: self-signed, expired and of no name",
	    .records = { EE },
	    .self_signed = true,
	    .expired = true,
	    .tlsa = "3 1 1" },
	{ .name = "usage 3: another name",
	    .records = { EE },
	    .san = "DNS:other.example",
	    .tlsa = "3 1 1" },
	{ .name = "one record of several matches",
	    .records = { { OTHER, 3, 1, 1, false }, { OTHER, 2, 1, 1, false },
		EE },
	    .tlsa = "3 1 1" },
	{ .name = "none matches",
	    .records = { { OTHER, 3, 1, 1, false } },
	    .san = "DNS:" HOST,
	    .why = "the certificate is not what any TLSA record says (its key "
		   "would need 3 1 1 " },
	{ .name = "the issuer's key is not that of the server",
	    .records = { { CA, 3, 0, 1, false } },
	    .san = "DNS:" HOST,
	    .why = "is not what any TLSA record says" },
	{ .name = "its issuer's key",
	    .records = { { CA, 2, 1, 1, false } },
	    .san = "DNS:" HOST,
	    .tlsa = "2 1 1" },
	{ .name = "its issuer",
	    .records = { { CA, 2, 0, 1, false } },
	    .san = "DNS:" HOST,
	    .tlsa = "2 0 1" },
	{ .name = "its issuer in full, whom the server does not show",
	    .records = { { CA, 2, 0, 0, false } },
	    .san = "DNS:" HOST,
	    .alone = true,
	    .tlsa = "2 0 0" },
	{ .name = "a digest of an issuer that the server does not show",
	    .records = { { CA, 2, 0, 1, false } },
	    .san = "DNS:" HOST,
	    .alone = true,
	    .why = "is not what any TLSA record says" },
	{ .name = "another issuer",
	    .records = { { OTHER, 2, 0, 1, false } },
	    .san = "DNS:" HOST,
	    .why = "is not what any TLSA record says" },
	{ .name = "usage 2: another name",
	    .records = { { CA, 2, 1, 1, false } },
	    .san = "DNS:other.example",
	    .why = "is for other.example, not for " HOST " (" },
	{ .name = "usage 2: another name than either",
	    .records = { { CA, 2, 1, 1, false } },
	    .san = "DNS:other.example",
	    .domain = DOMAIN,
	    .why = "not for " HOST " or " DOMAIN },
	{ .name = "usage 2: the domain whose mail it takes",
	    .records = { { CA, 2, 1, 1, false } },
	    .san = "DNS:" DOMAIN,
	    .domain = DOMAIN,
	    .tlsa = "2 1 1" },
	{ .name = "usage 2: another domain than the one asked for",
	    .records = { { CA, 2, 1, 1, false } },
	    .san = "DNS:" DOMAIN,
	    .why = "not for " HOST },
	{ .name = "usage 2: --verify-name",
	    .records = { { CA, 2, 1, 1, false } },
	    .san = "DNS:other.example",
	    .verify_name = "other.example",
	    .tlsa = "2 1 1" },
	{ .name = "usage 2: only --verify-name",
	    .records = { { CA, 2, 1, 1, false } },
	    .san = "DNS:" HOST,
	    .domain = DOMAIN,
	    .verify_name = "other.example",
	    .why = "is for " HOST ", not for other.example" },
	{ .name = "usage 2: expired",
	    .records = { { CA, 2, 1, 1, false } },
	    .san = "DNS:" HOST,
	    .expired = true,
	    .why = "the certificate expired on" },
	{ .name = "usage 1 wants a known issuer too",
	    .records = { { LEAF, 1, 1, 1, false } },
	    .san = "DNS:" HOST,
	    .why = "not trusted here" },
};

static X509 *
certificate(const struct world *w, enum whose whose, X509 *leaf)
{
	return whose == LEAF ? leaf : whose == CA ? w->ca : w->other;
}

static void
check_row(const struct world *w, const struct row *r)
{
	struct tlsa records[RECORDS];
	unsigned char data[RECORDS][2048];
	struct tlsa_host dane = { HOST, r->domain, records, 0 };
	struct tls_plan plan = { .want_dane = true,
		.dane = &dane,
		.verify_name = r->verify_name };
	X509 *leaf = make_leaf(w, r);
	struct tls_report report;
	struct tlspair p;

	for (; dane.n < RECORDS && r->records[dane.n].whose != NOBODY; dane.n++)
		make_record(&r->records[dane.n],
		    certificate(w, r->records[dane.n].whose, leaf),
		    &records[dane.n], data[dane.n]);
	connect_pair(&p, &plan, w, leaf, r);
	tls_report(p.client, &plan, HOST, &report);
	if (report.verified != (r->tlsa != NULL))
		fail_msg("%s: %s", r->name, report.why);
	if (r->tlsa != NULL) {
		assert_string_equal(report.tlsa, r->tlsa);
		assert_string_equal(report.why, "");
	} else if (strstr(report.why, r->why) == NULL) {
		fail_msg("%s: \"%s\"", r->name, report.why);
	}
	tlspair_end(&p);
	X509_free(leaf);
}

static void
test_verdicts(void **state)
{
	size_t i;

	for (i = 0; i < ROWS(rows); i++)
		check_row(*state, &rows[i]);
}

/* Without a record of use there is no connection at all. */
static void
test_no_records(void **state)
{
	static const struct record cut = { LEAF, 3, 1, 1, true };
	const struct world *w = *state;
	unsigned char data[2048];
	struct tlsa record;
	struct tlsa_host dane = { HOST, NULL, &record, 1 };
	struct tls_plan plan = { .want_dane = true };
	struct fail f = { STATUS_OK, "" };
	SSL_CTX *ctx = tls_context(&plan, &f);

	assert_non_null(ctx);
	assert_null(tls_client(ctx, &plan, HOST, &f));
	assert_int_equal(f.status, STATUS_TLS);
	assert_string_equal(f.text, "DANE: no TLSA records");
	plan.dane = &dane;
	make_record(&cut, w->ca, &record, data);
	assert_null(tls_client(ctx, &plan, HOST, &f));
	assert_int_equal(f.status, STATUS_TLS);
	assert_string_equal(f.text,
	    "DANE: no TLSA record of " HOST " can be used");
	dane.n = 0;
	assert_null(tls_client(ctx, &plan, HOST, &f));
	tls_free(ctx);
}

/* --- what is to be published --- */

/* The lines that `publish` gives verify the chain they are made from. */
static void
test_published(void **state)
{
	static const struct row plain = { .name = "published",
		.san = "DNS:" HOST };
	static const char *const owners[] = { "\n_25._tcp." HOST
					      ". IN TLSA 3 1 1 ",
		"\n_25._tcp." HOST ". IN TLSA 2 1 1 ",
		"\n_25._tcp." HOST ". IN TLSA 2 0 1 " };
	const struct world *w = *state;
	X509 *leaf = make_leaf(w, &plain);
	struct tls_plan none = { .insecure = true };
	struct buf lines = { 0 };
	struct tlspair p;
	size_t i;

	connect_pair(&p, &none, w, leaf, &plain);
	publish_lines(p.client, "_25._tcp." HOST, &lines);
	buf_add(&lines, "", 1);
	for (i = 0; i < ROWS(owners); i++) {
		const char *at = strstr(buf_bytes(&lines), owners[i]);
		unsigned char own[2048];
		struct buf data = { 0 };
		struct tlsa t, true_one;
		char text[200];
		struct record r = { i == 0 ? LEAF : CA, i == 0 ? 3 : 2, i < 2,
			1, false };

		assert_non_null(at);
		at += strcspn(at + 1, "A") + 2;
		snprintf(text, sizeof text, "%.*s", (int)strcspn(at, "\n"), at);
		assert_int_equal(0, tlsa_read(&t, &data, text));
		make_record(&r, certificate(w, r.whose, leaf), &true_one, own);
		assert_int_equal(t.len, true_one.len);
		assert_memory_equal(t.data, true_one.data, t.len);
		assert_int_equal(publish_match(p.client, &t), i == 0 ? 0 : 1);
		buf_free(&data);
	}
	buf_free(&lines);
	tlspair_end(&p);
	X509_free(leaf);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_verdicts),
		cmocka_unit_test(test_no_records),
		cmocka_unit_test(test_published),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
