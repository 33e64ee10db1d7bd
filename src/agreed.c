/* SPDX-License-Identifier: ISC */
/* agreed.c - what both sides of a TLS connection have agreed on, in words. */
#include <stdio.h>

#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/ssl.h>

#include "agreed.h"

/* The key exchange: a group by its name, or another kind by its size. */
void
agreed_group(SSL *ssl, char *text, size_t size)
{
	int group = (int)SSL_get_negotiated_group(ssl);
	const char *name = group == 0 ? NULL : SSL_group_to_name(ssl, group);
	EVP_PKEY *key = NULL;

	if (name != NULL)
		snprintf(text, size, "%s", name);
	else if (SSL_get_peer_tmp_key(ssl, &key) == 1)
		snprintf(text, size, "%s, %d bits",
		    EVP_PKEY_get0_type_name(key), EVP_PKEY_get_bits(key));
	EVP_PKEY_free(key);
}

/* How the server proved that the certificate is its own. */
void
agreed_signer(SSL *ssl, char *text, size_t size)
{
	static const struct {
		int nid;
		const char *name;
	} kinds[] = { { EVP_PKEY_EC, "ECDSA" }, { EVP_PKEY_RSA, "RSA" },
		{ EVP_PKEY_RSA_PSS, "RSA-PSS" } };
	int kind = NID_undef, digest = NID_undef;
	const char *name;
	size_t i;

	if (SSL_get_peer_signature_type_nid(ssl, &kind) != 1)
		return;
	name = OBJ_nid2sn(kind);
	for (i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		if (kinds[i].nid == kind)
			name = kinds[i].name;
	}
	SSL_get_peer_signature_nid(ssl, &digest);
	snprintf(text, size, "%s%s%s", name, digest == NID_undef ? "" : "-",
	    digest == NID_undef ? "" : OBJ_nid2sn(digest));
}
