/* agreed.h - what both sides of TLS have agreed on, in words.  Floor 0. */
/* SPDX-License-Identifier: ISC */
#ifndef AGREED_H
#define AGREED_H

#include <stddef.h>

#include <openssl/types.h>

/* After the handshake; the text stays as it is where nothing is known. */
void agreed_group(SSL *ssl, char *text, size_t size);
void agreed_signer(SSL *ssl, char *text, size_t size);

#endif
