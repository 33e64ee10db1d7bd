/* SPDX-License-Identifier: ISC */
/* publish_test.c - the records that a chain would need. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/sha.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "buf.h"
#include "certs.h"
#include "pair.h"
#include "publish.h"
#include "tlsa.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

enum { LEAF, CA, OTHER, CERTS };

struct world {
	EVP_PKEY *keys[CERTS];
	X509 *certs[CERTS];
};

static int
set_up(void **state)
{
	struct world *w = calloc(1, sizeof *w);
	struct issuer ca;
	size_t i;

	for (i = 0; i < CERTS; i++)
		w->keys[i] = EVP_EC_gen("P-256");
	w->certs[CA] = cert_authority("Test CA", w->keys[CA], NULL);
	w->certs[OTHER] = cert_authority("Other", w->keys[OTHER], NULL);
	ca = (struct issuer){ w->certs[CA], w->keys[CA] };
	w->certs[LEAF] = cert_make("le\naf", w->keys[LEAF], &ca, NULL, 9);
	*state = w;
	return 0;
}

static int
tear_down(void **state)
{
	struct world *w = *state;
	size_t i;

	for (i = 0; i < CERTS; i++) {
		EVP_PKEY_free(w->keys[i]);
		X509_free(w->certs[i]);
	}
	free(w);
	return 0;
}

/* What a record of this kind has for the certificate; returns its length. */
static size_t
data_of(X509 *cert, int selector, int matching, unsigned char data[4096])
{
	unsigned char *der = NULL;
	int n = selector == TLSA_KEY ?
	    i2d_X509_PUBKEY(X509_get_X509_PUBKEY(cert), &der) :
	    i2d_X509(cert, &der);
	size_t len = matching == TLSA_FULL ? (size_t)n :
	    matching == TLSA_SHA256        ? 32 :
					     64;

	assert_in_range(n, 1, 4096);
	if (matching == TLSA_FULL)
		memcpy(data, der, (size_t)n);
	else if (matching == TLSA_SHA256)
		SHA256(der, (size_t)n, data);
	else
		SHA512(der, (size_t)n, data);
	OPENSSL_free(der);
	return len;
}

/* "h. IN TLSA 3 1 1 HEX" */
static void
add_line(struct buf *to, X509 *cert, int usage, int selector)
{
	unsigned char data[4096];
	size_t i, n = data_of(cert, selector, TLSA_SHA256, data);

	buf_addf(to, "h. IN TLSA %d %d 1 ", usage, selector);
	for (i = 0; i < n; i++)
		buf_addf(to, "%02x", data[i]);
	buf_adds(to, "\n");
}

static void
begin(const struct world *w, const int *order, struct pair *pair)
{
	X509 *chain[CERTS + 1] = { NULL };
	const struct pair_plan plan = { .chain = chain,
		.key = w->keys[order[0]] };
	size_t i;

	for (i = 0; i < CERTS && order[i] >= 0; i++)
		chain[i] = w->certs[order[i]];
	assert_true(pair_begin(pair, &plan));
}

static void
test_lines(void **state)
{
	/* In any order, as servers have it. */
	static const struct {
		int order[CERTS];
		bool issuer;
	} rows[] = {
		{ { LEAF, CA, -1 }, true },
		{ { LEAF, OTHER, CA }, true },
		{ { LEAF, -1 }, false },
		{ { LEAF, OTHER, -1 }, false },
	};
	const struct world *w = *state;
	size_t i;

	for (i = 0; i < ROWS(rows); i++) {
		struct buf got = { 0 }, wanted = { 0 };
		struct pair pair;

		begin(w, rows[i].order, &pair);
		publish_lines(pair.client, "h", &got);
		buf_adds(&wanted,
		    "; the key of CN=le\\x0aaf, whatever its names and dates "
		    "are\n");
		add_line(&wanted, w->certs[LEAF], 3, 1);
		if (rows[i].issuer) {
			buf_adds(&wanted,
			    "; or what CN=Test CA issues: by its key, or by "
			    "it alone\n");
			add_line(&wanted, w->certs[CA], 2, 1);
			add_line(&wanted, w->certs[CA], 2, 0);
		} else {
			buf_adds(&wanted,
			    "; the server does not show its issuer, so none "
			    "of usage 2\n");
		}
		buf_add(&got, "", 1);
		buf_add(&wanted, "", 1);
		assert_string_equal(buf_bytes(&got), buf_bytes(&wanted));
		buf_free(&got);
		buf_free(&wanted);
		pair_end(&pair);
	}
}

/* Is the record found where it is to be, and no other for it? */
static bool
agrees(SSL *ssl, struct tlsa *t, unsigned char *data, int depth)
{
	bool good = publish_match(ssl, t) == depth;

	/* Another last byte, one byte less, none. */
	data[t->len - 1] ^= 1;
	good = good && publish_match(ssl, t) == -1;
	data[t->len - 1] ^= 1;
	t->len--;
	good = good && publish_match(ssl, t) == -1;
	t->len = 0;
	return good && publish_match(ssl, t) == -1;
}

/* Usages 1 and 3 are of the server's own certificate, 0 and 2 of others. */
static void
test_matches(void **state)
{
	static const int order[CERTS] = { LEAF, OTHER, CA };
	static const int depths[CERTS] = { [LEAF] = 0, [CA] = 2, [OTHER] = 1 };
	const struct world *w = *state;
	unsigned char data[4096];
	unsigned wrong = 0;
	struct pair pair;
	uint8_t kind;
	int of;

	begin(w, order, &pair);
	for (of = LEAF; of < CERTS; of++) {
		/* Four usages, two selectors, three matching types. */
		for (kind = 0; kind < 24; kind++) {
			struct tlsa t = { kind / 6, kind / 3 % 2, kind % 3,
				data, 0 };
			bool own = t.usage % 2 == 1;
			int depth = own == (of == LEAF) ? depths[of] : -1;

			t.len =
			    data_of(w->certs[of], t.selector, t.matching, data);
			wrong += !agrees(pair.client, &t, data, depth);
		}
	}
	pair_end(&pair);
	assert_int_equal(wrong, 0);
}

/* Before the handshake there is no chain. */
static void
test_nothing(void **state)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
	SSL *ssl = SSL_new(ctx);
	unsigned char data[32] = { 0 };
	const struct tlsa t = { 3, 1, 1, data, sizeof data };
	struct buf got = { 0 };

	(void)state;
	publish_lines(ssl, "h", &got);
	assert_int_equal(got.len, 0);
	assert_int_equal(publish_match(ssl, &t), -1);
	buf_free(&got);
	SSL_free(ssl);
	SSL_CTX_free(ctx);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_matches),
		cmocka_unit_test(test_nothing),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
