/* scramkey.h - what SCRAM computes from a password.  Floor 1. */
/* SPDX-License-Identifier: ISC */
#ifndef SCRAMKEY_H
#define SCRAMKEY_H

#include <stdbool.h>
#include <stddef.h>

/* No digest is longer. */
enum { SCRAMKEY_MOST = 64 };

/* What both sides know by the last message. */
struct scramkey_plan {
	const char *digest; /* as OpenSSL names it */
	const char *password;
	const void *salt;
	size_t salt_len;
	unsigned long iterations;
	const char *message; /* RFC 5802's AuthMessage */
	size_t message_len;
};

/* All of `size` bytes, and all secret. */
struct scramkey {
	size_t size;
	unsigned char client[SCRAMKEY_MOST]; /* ClientKey */
	unsigned char stored[SCRAMKEY_MOST]; /* StoredKey */
	unsigned char client_signature[SCRAMKEY_MOST];
	unsigned char server_signature[SCRAMKEY_MOST];
};

/* RFC 5802, section 3; false: OpenSSL cannot do it.  Wipe it in any case. */
bool scramkey_make(struct scramkey *k, const struct scramkey_plan *plan);

#endif
