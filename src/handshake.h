/* handshake.h - from plain text to TLS, in limited time.  Floor 4. */
/* SPDX-License-Identifier: ISC */
#ifndef HANDSHAKE_H
#define HANDSHAKE_H

#include <stdint.h>

struct fail;
struct tls_plan;
struct tls_report;
struct wire;

/* What a handshake is to be like; all is borrowed. */
struct handshake {
	const struct tls_plan *plan;
	const char *host; /* to be verified */
	int timeout;      /* milliseconds for all of it; 0: none */
	int wake;         /* becomes readable when the user interrupts; -1 */
};

/*
 * Shake hands (RFC 8446, section 4).  Nothing may be unread or unsent.  0 and
 * the report filled, or -1 and a sentence (STATUS_TLS, STATUS_TIMEOUT or, for
 * bad values, STATUS_USAGE); the wire can then only be closed.
 */
int handshake_run(struct wire *w, const struct handshake *h,
    struct tls_report *report, struct fail *f);

/*
 * Wait for the socket until this moment of the monotonic clock (milliseconds;
 * 0: none): 1 it is ready, 0 time is up, -1 interrupted.
 */
int handshake_wait(struct wire *w, int64_t until, int wake);

/* End TLS on a connection that goes on in plain text; as above. */
int handshake_end(struct wire *w, const struct handshake *h, struct fail *f);

#endif
