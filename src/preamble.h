/* preamble.h - how TLS begins where commands cannot be typed.  Floor 2. */
/* SPDX-License-Identifier: ISC */
#ifndef PREAMBLE_H
#define PREAMBLE_H

#include <stddef.h>

struct buf;

/* No preamble is longer; what a server says beyond it is refused. */
enum { PREAMBLE_MOST = 16384 };

enum preamble_says {
	PREAMBLE_MORE,   /* more of the server's bytes are awaited */
	PREAMBLE_AGREED, /* behind the bytes used, the handshake begins */
	PREAMBLE_REFUSED /* there will be no TLS */
};

/* Where a preamble stands. */
struct preamble_talk {
	unsigned state;  /* the protocol's own; 0: nothing was said yet */
	size_t used;     /* of the server's bytes, by this step */
	struct buf *say; /* bytes that go to the server before all else */
	struct buf *why; /* it was refused: why, in harmless words */
};

/* The preamble of one protocol: pure, and the same for everyone. */
struct preamble {
	/*
	 * These n bytes of the server are there that no step has used.  The
	 * first step comes before anything was said: what is there by then
	 * answers nothing of ours.
	 */
	enum preamble_says (
	    *step)(struct preamble_talk *t, const char *in, size_t n);
	const char *note; /* what somebody who types should know */
};

/*
 * Refuse, because of `why`; with n > 0 these bytes are quoted behind it.
 * Returns PREAMBLE_REFUSED, so that a caller can return the call.
 */
enum preamble_says preamble_refuse(struct preamble_talk *t, const char *why,
    const char *p, size_t n);

#endif
