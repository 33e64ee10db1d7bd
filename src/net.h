/* net.h - from a name to a connected socket (RFC 8305).  Floor 2. */
/* SPDX-License-Identifier: ISC */
#ifndef NET_H
#define NET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fail;
struct lookup_way;

/* Of a name with more addresses the first NET_MOST are tried. */
enum { NET_MOST = 64 };

/* Where to go and how; strings are borrowed. */
struct net_plan {
	const char *host; /* a name, an address, or NULL with `path` */
	const char *path; /* a Unix-domain socket instead of host and port */
	uint16_t port;
	int family;         /* AF_UNSPEC, AF_INET, AF_INET6 */
	bool numeric;       /* no name look-ups */
	const char *source; /* local address or NULL */
	uint16_t source_port;
	int timeout; /* milliseconds for all of it; 0: none */
	int wake;    /* becomes readable when the user interrupts; -1 */

	const struct lookup_way *way; /* to addresses; NULL: the C library's */
};

/* Who was reached. */
struct net_peer {
	char address[108]; /* "192.0.2.1", "2001:db8::1", a path */
	uint16_t port;
	char failed[512]; /* the addresses tried before it, with reasons */
	int64_t lookup;   /* microseconds until its addresses were known, */
	int64_t connect;  /* ... and from there to the connection */
	bool nowhere;     /* nothing was tried: the host has no address */
};

/*
 * Connect as the plan says: all addresses of the name, families interleaved,
 * 250 ms apart (RFC 8305, section 5), the losers closed.  Returns a
 * close-on-exec socket that blocks, with TCP_NODELAY set, numbered above 2,
 * and fills *peer; or -1 with a sentence that names every address and its
 * reason (STATUS_TIMEOUT when time ran out, STATUS_USAGE when the plan
 * cannot be carried out as it is written, STATUS_NETWORK otherwise).  An
 * interruption through `wake` is errno EINTR, and nothing else is, with
 * `wake` left unread.  The look-up of a name is the C library's: neither the
 * time limit nor `wake` ends it early, both are heeded right after it.
 */
int net_connect(const struct net_plan *plan, struct net_peer *peer,
    struct fail *f);

/*
 * A name with non-ASCII letters as its A-label, for TLS; look-ups take the
 * same, so that both mean one host, whatever the locale.  Returns -1 with a
 * sentence when the name is not valid; an ASCII name is copied.
 */
int net_ascii(const char *host, char *out, unsigned size, struct fail *f);

#endif
