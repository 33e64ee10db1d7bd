/* SPDX-License-Identifier: ISC */
/* staple_fuzz.c - OCSP responses of strangers, about a certificate of ours. */
#include <openssl/err.h>
#include <openssl/pem.h>

#include "buf.h"
#include "fuzz.h"
#include "staple.h"

static const char pem[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBAjCBqgIBBzAKBggqhkjOPQQDAjANMQswCQYDVQQDDAJDQTAgFw0yNjExMjIx\n"
    "MTU3MDRaGA8yMDgxMDgyNTExNTcwNFowDTELMAkGA1UEAwwCbXgwWTATBgcqhkjO\n"
    "PQIBBggqhkjOPQMBBwNCAASt/5RzruwxNVGuH9+eNXyA9mET3wUPsRzbHgeKEkLn\n"
    "8K3vKsG/rYrNmDU8tHmtftTB72vHeB8JrRg1SFXjkY5CMAoGCCqGSM49BAMCA0cA\n"
    "MEQCICJjR2m66ITZzMvCBD/V/vMzTDE8ze03g8K1VHVonzy0AiADnpw6I6uEZbrZ\n"
    "aBCFrSjRrAvzLE+Tu9d7zkMO05OFdA==\n"
    "-----END CERTIFICATE-----\n"
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBcTCCARegAwIBAgIUNv3aXhfCIq3zKNOtzcUNz1ECanowCgYIKoZIzj0EAwIw\n"
    "DTELMAkGA1UEAwwCQ0EwIBcNMjYxMTIyMTE1NzAzWhgPMjA4MTA4MjUxMTU3MDNa\n"
    "MA0xCzAJBgNVBAMMAkNBMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEXxpFT9cF\n"
    "mItvmhYi3yKzoh2U9l/OnzU26ZkMErgJ7Jao71qhrq9KkJEeooaAGtdgw3cu+lJg\n"
    "bKOP/uvANxq59qNTMFEwHQYDVR0OBBYEFJIOB+zESy4dKZtx2HjVQ1FgkcJHMB8G\n"
    "A1UdIwQYMBaAFJIOB+zESy4dKZtx2HjVQ1FgkcJHMA8GA1UdEwEB/wQFMAMBAf8w\n"
    "CgYIKoZIzj0EAwIDSAAwRQIgDR2rzE+yA+oE6DXoNNfzkQIm5Aut/0O6+hNpreEG\n"
    "IfgCIQDULeT9v1lp8gA0K5/YymPoY0ydhyDMYjtym0fwv0kXLA==\n"
    "-----END CERTIFICATE-----\n";

/* The certificate in question, and its issuer's. */
static STACK_OF(X509) * read_chain(void)
{
	STACK_OF(X509) *chain = sk_X509_new_null();
	BIO *bio = BIO_new_mem_buf(pem, -1);
	X509 *cert;

	while ((cert = PEM_read_bio_X509(bio, NULL, NULL, NULL)) != NULL)
		sk_X509_push(chain, cert);
	BIO_free(bio);
	MUST(sk_X509_num(chain) == 2);
	return chain;
}

static void
check(const struct staple *s, bool trusted)
{
	struct buf words = { 0 };
	size_t i;

	MUST((s->status == STAPLE_NONE) == (staple_name(s) == NULL));
	MUST(!s->issued || (trusted && s->status != STAPLE_ODD));
	MUST(s->status != STAPLE_ODD || s->why != NULL);
	staple_words(&words, s);
	MUST(words.len > 0 && words.len < 300);
	for (i = 0; i < words.len; i++)
		MUST(
		    buf_bytes(&words)[i] >= ' ' && buf_bytes(&words)[i] <= '~');
	buf_free(&words);
	MUST(ERR_peek_error() == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	STACK_OF(X509) *chain = read_chain();
	char *der = exact(data, size);
	struct staple s;
	int trusted;

	ERR_clear_error();
	for (trusted = 0; trusted < 2; trusted++) {
		staple_read(&s, (const unsigned char *)der, size, chain,
		    trusted != 0);
		check(&s, trusted != 0);
	}
	sk_X509_pop_free(chain, X509_free);
	free(der);
	return 0;
}
