/* SPDX-License-Identifier: ISC */
/* scramkey_test.c - the keys of the examples in RFC 5802 and RFC 7677. */
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <openssl/evp.h>

#include "buf.h"
#include "scramkey.h"
#include "text.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

#define SHA1_NONCE "fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j"
#define SHA256_NONCE "rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"

static const struct row {
	const char *digest;
	size_t size;
	const char *salt, *message;
	const char *proof, *signature;
} rows[] = {
	{ "SHA1", 20, "QSXCR+Q6sek8bf92",
	    "n=user,r=fyko+d2lbbFgONRv9qkxdawL,r=" SHA1_NONCE
	    ",s=QSXCR+Q6sek8bf92,i=4096,c=biws,r=" SHA1_NONCE,
	    "v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=", "rmF9pqV8S7suAoZWja4dJRkFsKQ=" },
	{ "SHA256", 32, "W22ZaJ0SNY7soEsUEjb6gQ==",
	    "n=user,r=rOprNGfwEbeRWgbNEkqO,r=" SHA256_NONCE
	    ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,c=biws,r=" SHA256_NONCE,
	    "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
	    "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=" },
};

static bool
make(const struct row *row, const char *password, unsigned long iterations,
    struct scramkey *k)
{
	struct buf salt = { 0 };
	struct scramkey_plan plan = { .digest = row->digest,
		.password = password,
		.iterations = iterations,
		.message = row->message,
		.message_len = strlen(row->message) };
	bool ok;

	assert_int_equal(text_unbase64(&salt, row->salt, strlen(row->salt)), 0);
	plan.salt = buf_bytes(&salt);
	plan.salt_len = salt.len;
	ok = scramkey_make(k, &plan);
	buf_free(&salt);
	return ok;
}

/* Do these bytes have this base64? */
static void
is(const unsigned char *p, size_t n, const char *want)
{
	struct buf got = { 0 };

	text_base64(&got, p, n);
	buf_add(&got, "", 1);
	assert_string_equal(buf_bytes(&got), want);
	buf_free(&got);
}

static void
test_examples(void **state)
{
	size_t i, at;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		unsigned char proof[SCRAMKEY_MOST], stored[SCRAMKEY_MOST];
		struct scramkey k;

		assert_true(make(&rows[i], "pencil", 4096, &k));
		assert_int_equal(k.size, rows[i].size);
		for (at = 0; at < k.size; at++)
			proof[at] = k.client[at] ^ k.client_signature[at];
		is(proof, k.size, rows[i].proof);
		is(k.server_signature, k.size, rows[i].signature);
		assert_int_equal(EVP_Digest(k.client, k.size, stored, NULL,
				     EVP_get_digestbyname(rows[i].digest),
				     NULL),
		    1);
		assert_memory_equal(k.stored, stored, k.size);
	}
}

/* Each word of the plan counts. */
static void
test_others(void **state)
{
	struct row other = rows[0];
	struct scramkey k, second;

	(void)state;
	assert_true(make(&rows[0], "pencil", 4096, &k));
	assert_true(make(&rows[0], "pencils", 4096, &second));
	assert_memory_not_equal(k.client, second.client, k.size);
	assert_true(make(&rows[0], "pencil", 4095, &second));
	assert_memory_not_equal(k.client, second.client, k.size);
	other.salt = "QSXCR+Q6sek8bf9=";
	assert_true(make(&other, "pencil", 4096, &second));
	assert_memory_not_equal(k.client, second.client, k.size);
	other = rows[0];
	other.message = "n=user";
	assert_true(make(&other, "pencil", 4096, &second));
	assert_memory_equal(k.client, second.client, k.size);
	assert_memory_not_equal(k.client_signature, second.client_signature,
	    k.size);
	assert_memory_not_equal(k.server_signature, second.server_signature,
	    k.size);
}

static void
test_unknown_digest(void **state)
{
	struct row other = rows[0];
	struct scramkey k;

	(void)state;
	other.digest = "SHA0";
	assert_false(make(&other, "pencil", 4096, &k));
	assert_int_equal(k.size, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_examples),
		cmocka_unit_test(test_others),
		cmocka_unit_test(test_unknown_digest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
