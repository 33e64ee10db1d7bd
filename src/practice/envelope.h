/* envelope.h - what MAIL and RCPT say (RFC 5321, section 4.1).  Floor 1. */
/* SPDX-License-Identifier: ISC */
#ifndef ENVELOPE_H
#define ENVELOPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Octets with the angle brackets (RFC 5321, section 4.5.3.1). */
enum { ENVELOPE_PATH = 256, ENVELOPE_LOCAL = 64 };

/* What a command said; what it did not say is 0. */
struct envelope {
	char path[ENVELOPE_PATH + 1]; /* without <> and source route */
	size_t local;                 /* bytes before "@"; all without one */
	uint64_t size;                /* of SIZE= */
	bool utf8;                    /* SMTPUTF8 */
	bool eight;                   /* BODY=8BITMIME */
	bool esmtp;                   /* there are parameters */
	bool foreign;                 /* the path is not ASCII */
};

/* A refusal: the status, the enhanced status, and why, in words that are
 * harmless and fit behind them. */
struct refusal {
	int code; /* 0: none */
	char enhanced[8];
	char why[256];
};

/*
 * Read what stands behind the verb, "FROM:<path> parameters" or "TO:...";
 * `mail` says which.  False and the refusal when it is not as the RFCs have
 * it.
 */
bool envelope_read(struct envelope *e, bool mail, const char *p, size_t n,
    struct refusal *no);

/* Is this a host's name or an address literal ("[192.0.2.1]")? */
bool envelope_is_host(const char *p, size_t n);

#endif
