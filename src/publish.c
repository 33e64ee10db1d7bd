/* SPDX-License-Identifier: ISC */
/* publish.c - the TLSA records that a server's chain would need. */
#include <string.h>

#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "buf.h"
#include "cert.h"
#include "publish.h"
#include "tlsa.h"

/* What a certificate gives for this selector and matching type. */
static void
make_data(X509 *cert, const struct tlsa *kind, struct buf *to)
{
	unsigned char sum[EVP_MAX_MD_SIZE], *der = NULL;
	unsigned size = 0;
	int n;

	n = kind->selector == TLSA_KEY ?
	    i2d_X509_PUBKEY(X509_get_X509_PUBKEY(cert), &der) :
	    i2d_X509(cert, &der);
	if (n > 0 && kind->matching == TLSA_FULL)
		buf_add(to, der, (size_t)n);
	else if (n > 0 &&
	    EVP_Digest(der, (size_t)n, sum, &size,
		kind->matching == TLSA_SHA256 ? EVP_sha256() : EVP_sha512(),
		NULL) == 1)
		buf_add(to, sum, size);
	OPENSSL_free(der);
}

static void
add_line(struct buf *to, const char *owner, X509 *cert, struct tlsa kind)
{
	struct buf data = { 0 };

	make_data(cert, &kind, &data);
	kind.data = (const unsigned char *)buf_bytes(&data);
	kind.len = data.len;
	buf_addf(to, "%s. IN TLSA ", owner);
	tlsa_text(to, &kind);
	buf_adds(to, "\n");
	buf_free(&data);
}

/* Where in the chain the certificate is that issued the first; or NULL.  It
 * is to be the second, but before TLS 1.3 not every server heeds that. */
static X509 *
issuer_of(const STACK_OF(X509) * chain)
{
	int i;

	for (i = 1; i < sk_X509_num(chain); i++) {
		if (X509_check_issued(sk_X509_value(chain, i),
			sk_X509_value(chain, 0)) == X509_V_OK)
			return sk_X509_value(chain, i);
	}
	return NULL;
}

void
publish_lines(SSL *ssl, const char *owner, struct buf *to)
{
	static const struct tlsa kinds[] = {
		{ TLSA_DANE_TA, TLSA_KEY, TLSA_SHA256, NULL, 0 },
		{ TLSA_DANE_TA, TLSA_CERT, TLSA_SHA256, NULL, 0 },
	};
	static const struct tlsa own = { TLSA_DANE_EE, TLSA_KEY, TLSA_SHA256,
		NULL, 0 };
	STACK_OF(X509) *chain = SSL_get_peer_cert_chain(ssl);
	X509 *issuer = issuer_of(chain);
	size_t i;

	if (sk_X509_num(chain) <= 0)
		return;
	buf_adds(to, "; the key of ");
	cert_subject(to, sk_X509_value(chain, 0));
	buf_adds(to, ", whatever its names and dates are\n");
	add_line(to, owner, sk_X509_value(chain, 0), own);
	if (issuer == NULL) {
		buf_adds(to,
		    "; the server does not show its issuer, so none of usage "
		    "2\n");
		return;
	}
	buf_adds(to, "; or what ");
	cert_subject(to, issuer);
	buf_adds(to, " issues: by its key, or by it alone\n");
	for (i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		add_line(to, owner, issuer, kinds[i]);
}

int
publish_match(SSL *ssl, const struct tlsa *t)
{
	STACK_OF(X509) *chain = SSL_get_peer_cert_chain(ssl);
	bool own = t->usage == TLSA_PKIX_EE || t->usage == TLSA_DANE_EE;
	int i, end = own ? 1 : sk_X509_num(chain);
	struct buf data = { 0 };
	bool same = false;

	for (i = !own; i < end && i < sk_X509_num(chain) && !same; i++) {
		buf_clear(&data);
		make_data(sk_X509_value(chain, i), t, &data);
		same = data.len == t->len && data.len > 0 &&
		    memcmp(buf_bytes(&data), t->data, t->len) == 0;
	}
	buf_free(&data);
	return same ? i - 1 : -1;
}
