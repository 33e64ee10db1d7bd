/* vouch.h - the server's side of SCRAM (RFC 5802, RFC 7677).  Floor 2. */
/* SPDX-License-Identifier: ISC */
#ifndef VOUCH_H
#define VOUCH_H

#include <stddef.h>

#include "buf.h"

enum { VOUCH_ITERATIONS = 4096, VOUCH_SALT = 16, VOUCH_USER = 128 };

/* One exchange; all zero before vouch_first. */
struct vouch {
	char user[VOUCH_USER]; /* as the client names itself */
	struct buf gs2;        /* what "c=" has to encode */
	struct buf message;    /* AuthMessage, as far as it has come */
	struct buf nonce;      /* the client's, then both */
	unsigned char salt[VOUCH_SALT];
};

/* What only the server knows. */
struct vouch_secret {
	const char *digest;   /* "SHA256" */
	const char *password; /* prepared as RFC 4013 says */
};

/* client-first-message came: NULL, or why it is none. */
const char *vouch_first(struct vouch *v, const char *p, size_t n);

/* server-first-message, appended: our nonce is printable, without comma. */
void vouch_challenge(struct vouch *v, const char *nonce,
    const unsigned char salt[VOUCH_SALT], struct buf *to);

/*
 * client-final-message came: NULL and server-final-message, appended; or why
 * the client does not know the password, or what is wrong with the message.
 */
const char *vouch_final(struct vouch *v, const struct vouch_secret *secret,
    const struct buf *final, struct buf *to);

/* Wipe and free everything. */
void vouch_free(struct vouch *v);

#endif
