/* scram.h - the messages of SCRAM (RFC 5802, RFC 7677).  Floor 2. */
/* SPDX-License-Identifier: ISC */
#ifndef SCRAM_H
#define SCRAM_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"

struct fail;

/*
 * Fewer iterations than the least are used all the same (the caller should
 * warn: whoever overhears the exchange can guess the password sooner), more
 * than the most would keep the client busy for minutes and are refused.
 */
enum { SCRAM_LEAST = 4096, SCRAM_MOST = 10000000 };

/* What it takes; all is borrowed, and prepared as RFC 4013 says. */
struct scram_plan {
	const char *digest; /* "SHA1", "SHA256" */
	const char *user;
	const char *password;
	const char *nonce;   /* printable, no comma */
	const char *binding; /* of the TLS connection; NULL: it is not used */
	const void *bound;   /* ... its data */
	size_t bound_len;
	bool could_bind; /* not used because the server offers no -PLUS */
};

/* One exchange; all zero before scram_first. */
struct scram {
	struct scram_plan plan;
	struct buf bare;       /* client-first-message-bare */
	struct buf gs2;        /* what "c=" encodes: header and binding */
	unsigned char sum[64]; /* the server signature to come */
	size_t size;           /* of that */
	unsigned long iterations;
	size_t salt_len;
};

/* client-first-message, appended. */
void scram_first(struct scram *c, const struct scram_plan *plan,
    struct buf *to);

/* server-first-message came: client-final-message, appended; -1 and why. */
int scram_final(struct scram *c, const char *p, size_t n, struct buf *to,
    struct fail *f);

/* server-final-message came: does the server know the password?  -1 and
 * why when it did not prove that, or refused. */
int scram_verify(struct scram *c, const char *p, size_t n, struct fail *f);

/* Wipe and free everything. */
void scram_free(struct scram *c);

#endif
