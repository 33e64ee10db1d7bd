/* SPDX-License-Identifier: ISC */
/* certs.h - keys and certificates made on the spot. */
#ifndef CERTS_TEST_H
#define CERTS_TEST_H

#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

enum { CERT_DAY = 24 * 60 * 60 };

/* Who signs a certificate; NULL: the certificate does it itself. */
struct issuer {
	X509 *cert;
	EVP_PKEY *key;
};

static inline void
cert_extend(X509 *cert, int nid, const char *value)
{
	X509V3_CTX ctx;
	X509_EXTENSION *e;

	X509V3_set_ctx(&ctx, cert, cert, NULL, NULL, 0);
	e = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	assert_non_null(e);
	X509_add_ext(cert, e, -1);
	X509_EXTENSION_free(e);
}

/* With these extensions, each a NID and its value, ended by 0. */
struct extension {
	int nid;
	const char *value;
};

/* One of this name, from yesterday on for so many days. */
static inline X509 *
cert_make(const char *cn, EVP_PKEY *key, const struct issuer *by,
    const struct extension *e, int days)
{
	static long serial = 4000;
	X509 *cert = X509_new();
	X509_NAME *name = X509_get_subject_name(cert);

	X509_set_version(cert, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(cert), serial++);
	X509_gmtime_adj(X509_getm_notBefore(cert), -CERT_DAY);
	X509_gmtime_adj(X509_getm_notAfter(cert), (long)days * CERT_DAY + 60);
	X509_set_pubkey(cert, key);
	X509_NAME_add_entry_by_NID(name, NID_commonName, V_ASN1_UTF8STRING,
	    (const unsigned char *)cn, -1, -1, 0);
	X509_set_issuer_name(cert,
	    by == NULL ? name : X509_get_subject_name(by->cert));
	for (; e != NULL && e->nid != 0; e++)
		cert_extend(cert, e->nid, e->value);
	assert_true(
	    X509_sign(cert, by == NULL ? key : by->key, EVP_sha256()) > 0);
	return cert;
}

static inline X509 *
cert_authority(const char *cn, EVP_PKEY *key, const struct issuer *by)
{
	static const struct extension ca[] = {
		{ NID_basic_constraints, "critical,CA:TRUE" }, { 0, NULL }
	};

	return cert_make(cn, key, by, ca, 900);
}

/* Write them to a file, each unless it is NULL; the key locked by a phrase if
 * that is not NULL. */
static inline void
cert_save(const char *path, X509 *cert, EVP_PKEY *key, const char *phrase)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	if (cert != NULL)
		PEM_write_X509(f, cert);
	if (key != NULL)
		PEM_write_PrivateKey(f, key,
		    phrase == NULL ? NULL : EVP_aes_128_cbc(),
		    (const unsigned char *)phrase,
		    phrase == NULL ? 0 : (int)strlen(phrase), NULL, NULL);
	fclose(f);
}

#endif
