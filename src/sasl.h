/* sasl.h - our side of a SASL exchange (RFC 4422); no I/O.  Floor 3. */
/* SPDX-License-Identifier: ISC */
#ifndef SASL_H
#define SASL_H

#include <stdbool.h>
#include <stddef.h>

struct buf;
struct fail;
struct sasl;

/* What there is to choose a mechanism by. */
enum {
	SASL_PASSWORD = 1 << 0, /* a password */
	SASL_TOKEN = 1 << 1,    /* a token of OAuth 2.0 */
	SASL_CERT = 1 << 2,     /* we have shown a certificate */
	SASL_BINDING = 1 << 3,  /* data that binds to the TLS connection */
	SASL_PRIVATE = 1 << 4,  /* nobody else reads what is sent */
	SASL_NAMED = 1 << 5     /* of mechanisms: never chosen unnamed */
};

/* What it takes; strings and data are borrowed while the exchange lasts. */
struct sasl_plan {
	const char *user;    /* NULL or empty: none */
	const char *secret;  /* password or token; NULL: none */
	const char *nonce;   /* for SCRAM: random, printable, no comma */
	const char *binding; /* "tls-exporter"; NULL: there is none */
	const void *bound;   /* ... its data */
	size_t bound_len;
	bool unbound;     /* the server offers no -PLUS at all */
	const char *host; /* for OAUTHBEARER; NULL: not said */
	unsigned port;
};

/*
 * The best mechanism among the offered ones (names with blanks between them,
 * in any case) for what `have` says; NULL: none.
 */
const char *sasl_choose(const char *offered, unsigned have);

/* What this mechanism needs (SASL_PASSWORD ...); 0: telex does not know it. */
unsigned sasl_needs(const char *mechanism);

/* Does this mechanism show the password or token to whoever reads along? */
bool sasl_reveals(const char *mechanism);

/* The mechanisms telex knows, best first; NULL behind the last. */
const char *sasl_known(size_t i);

/*
 * Begin.  NULL and a sentence (STATUS_USAGE) for an unknown mechanism, a user
 * or secret that is missing or has characters that RFC 4013 prohibits.
 */
struct sasl *sasl_open(const char *mechanism, const struct sasl_plan *plan,
    struct fail *f);

/* Wipe and free all of it; NULL is fine. */
void sasl_close(struct sasl *a);

/* As it is registered: "SCRAM-SHA-256". */
const char *sasl_name(const struct sasl *a);

/*
 * The initial response, appended; false when the server speaks first.  Words
 * are lines that each end in a line feed and say what a message means, with
 * "********" for secrets; nothing in them is harmful to a terminal.
 */
bool sasl_first(struct sasl *a, struct buf *response, struct buf *words);

/*
 * The next challenge, decoded: the response to it, appended, or -1 when the
 * exchange has failed, with the sentence in sasl_why.
 */
int sasl_step(struct sasl *a, const char *challenge, size_t n,
    struct buf *response, struct buf *words);

/*
 * The server says that all is well: -1 when it must not, because it has not
 * proved yet that it knows the password.
 */
int sasl_accepted(struct sasl *a);

const struct fail *sasl_why(const struct sasl *a);

/* What is doubtful about the exchange so far, in a sentence, or NULL. */
const char *sasl_warning(const struct sasl *a);

#endif
