/* staple.h - what the issuer says of a certificate, by OCSP.  Floor 1. */
/* SPDX-License-Identifier: ISC */
#ifndef STAPLE_H
#define STAPLE_H

#include <stdbool.h>
#include <stddef.h>

struct buf;
struct stack_st_X509;

enum staple_status {
	STAPLE_NONE, /* the server sent nothing */
	STAPLE_ODD,  /* ... something else; `why` says what */
	STAPLE_GOOD,
	STAPLE_REVOKED,
	STAPLE_UNKNOWN /* to the one who signed it */
};

/* Every text is harmless, times are as in RFC 3339 or empty. */
struct staple {
	enum staple_status status;
	bool issued;       /* it is signed by the issuer, or in its name */
	bool current;      /* ... and of these days */
	bool demanded;     /* the certificate says that there is one */
	char since[24];    /* when that was so */
	char until[24];    /* when the issuer will say it anew; may be empty */
	char age[24];      /* of `since`, in words: "3 days ago" */
	char revoked[24];  /* since when it is revoked */
	const char *cause; /* of that, "keyCompromise", or NULL */
	const char *why;   /* why it is odd or not to be believed, or NULL */
};

/*
 * Read an OCSP response (RFC 6960), n bytes of DER from a stranger; n 0: there
 * is none.  The chain begins with the certificate in question, and its next
 * one is believed if the whole chain is `trusted`: no other signature is.
 */
void staple_read(struct staple *s, const unsigned char *der, size_t n,
    struct stack_st_X509 *chain, bool trusted);

/* The same in words: "good on 2026-11-20, until 2026-11-27". */
void staple_words(struct buf *to, const struct staple *s);

/* "good", "revoked" and so on; NULL for STAPLE_NONE. */
const char *staple_name(const struct staple *s);

#endif
