/* hop.h - what a proxy is asked, and how far that has come.  Floor 1. */
/* SPDX-License-Identifier: ISC */
#ifndef HOP_H
#define HOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"

/* No answer of a proxy is longer; what goes on is refused. */
enum { HOP_MOST = 16384 };

enum hop_says {
	HOP_MORE,   /* more of the proxy's bytes are awaited */
	HOP_OPEN,   /* behind the bytes used the server speaks */
	HOP_REFUSED /* there is no way: `why` */
};

/* One request to a proxy; the strings are borrowed. */
struct hop {
	const char *host; /* where to: a name in ASCII, or an address */
	uint16_t port;
	const char *user, *password; /* NULL: nobody */
	unsigned state;              /* the protocol's own; 0: nothing said */
	size_t want;                 /* so long is what is awaited */
	struct buf in;               /* ... of which this has come */
	struct buf say;              /* goes to the proxy */
	struct buf why;              /* in harmless words */
	bool denied;                 /* the user, or the password */
};

/* Forget all of it, the secrets in what was said too. */
void hop_free(struct hop *h);

/*
 * Take bytes from *p, *n (both moved) until h->want of them are in h->in.
 * True when they are.
 */
bool hop_take(struct hop *h, const char **p, size_t *n);

/* Nothing more is awaited of this message: `want` bytes of the next are. */
void hop_next(struct hop *h, size_t want);

/*
 * Refuse, because of `why`.  The other also quotes what came, up to the end
 * of its line, with n more bytes that were not taken.  Both return
 * HOP_REFUSED, so that a caller can return the call.
 */
enum hop_says hop_refuse(struct hop *h, const char *why);
enum hop_says hop_quote(struct hop *h, const char *why, const char *p,
    size_t n);

#endif
