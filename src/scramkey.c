/* SPDX-License-Identifier: ISC */
/* scramkey.c - what SCRAM computes from a password. */
#include <string.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "scramkey.h"
#include "text.h"

static bool
mac(const EVP_MD *md, const unsigned char *key, const char *text, size_t n,
    unsigned char *to)
{
	return HMAC(md, key, EVP_MD_get_size(md), (const unsigned char *)text,
		   n, to, NULL) != NULL;
}

bool
scramkey_make(struct scramkey *k, const struct scramkey_plan *plan)
{
	static const char client[] = "Client Key", server[] = "Server Key";
	const EVP_MD *md = EVP_get_digestbyname(plan->digest);
	const char *message = plan->message;
	size_t n = plan->message_len;
	unsigned char salted[SCRAMKEY_MOST], key[SCRAMKEY_MOST];
	bool ok;

	memset(k, 0, sizeof *k);
	if (md == NULL)
		return false;
	k->size = (size_t)EVP_MD_get_size(md);
	ok = PKCS5_PBKDF2_HMAC(plan->password, (int)strlen(plan->password),
		 plan->salt, (int)plan->salt_len, (int)plan->iterations, md,
		 (int)k->size, salted) == 1 &&
	    mac(md, salted, client, strlen(client), k->client) &&
	    EVP_Digest(k->client, k->size, k->stored, NULL, md, NULL) == 1 &&
	    mac(md, k->stored, message, n, k->client_signature) &&
	    mac(md, salted, server, strlen(server), key) &&
	    mac(md, key, message, n, k->server_signature);
	text_wipe(salted, sizeof salted);
	text_wipe(key, sizeof key);
	return ok;
}
