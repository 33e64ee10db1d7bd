/* SPDX-License-Identifier: ISC */
/* binding.c - what is the same on both ends of one TLS connection only. */
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "binding.h"
#include "buf.h"
#include "text.h"

enum { EXPORTED = 32 };

static const char *
exporter(SSL *ssl, struct buf *to)
{
	static const char label[] = "EXPORTER-Channel-Binding";
	unsigned char key[EXPORTED];

	if (SSL_export_keying_material(ssl, key, sizeof key, label,
		sizeof label - 1, (const unsigned char *)"", 0, 1) != 1)
		return NULL;
	buf_add(to, key, sizeof key);
	text_wipe(key, sizeof key);
	return "tls-exporter";
}

/* The digest of the signature, but SHA-256 in place of weaker ones. */
static const EVP_MD *
digest_of(X509 *cert)
{
	int nid = NID_undef;

	if (X509_get_signature_info(cert, &nid, NULL, NULL, NULL) != 1 ||
	    nid == NID_undef)
		return NULL;
	if (nid == NID_md5 || nid == NID_sha1)
		nid = NID_sha256;
	return EVP_get_digestbyname(OBJ_nid2sn(nid));
}

static const char *
end_point(SSL *ssl, struct buf *to)
{
	X509 *cert = SSL_get1_peer_certificate(ssl);
	unsigned char sum[EVP_MAX_MD_SIZE];
	unsigned size = 0;
	const EVP_MD *md;

	if (cert == NULL)
		return NULL;
	md = digest_of(cert);
	if (md != NULL && X509_digest(cert, md, sum, &size) != 1)
		size = 0;
	X509_free(cert);
	buf_add(to, sum, size);
	return size == 0 ? NULL : "tls-server-end-point";
}

const char *
binding_make(SSL *ssl, struct buf *to)
{
	return SSL_version(ssl) >= TLS1_3_VERSION ? exporter(ssl, to) :
						    end_point(ssl, to);
}
