/* lookup.h - addresses, and the names that have them.  Floor 1. */
/* SPDX-License-Identifier: ISC */
#ifndef LOOKUP_H
#define LOOKUP_H

#include <sys/socket.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fail;

struct address {
	struct sockaddr_storage sa;
	socklen_t len;
};

struct lookup;

/* Another way than the C library's to the addresses of a name. */
struct lookup_way {
	/* as lookup_host, for a name alone */
	int (*ask)(const struct lookup *l, struct address *list, int most,
	    struct fail *f);
	const void *plan; /* its own affair */
};

/* What is looked up, and which addresses are wanted. */
struct lookup {
	const char *host;
	int family;   /* AF_UNSPEC, AF_INET, AF_INET6 */
	bool numeric; /* no name server */

	const struct lookup_way *way; /* NULL: the C library's */
};

/* Read an address, its scope too, without asking anybody; false if none. */
bool lookup_address(const char *text, struct address *a);

/* What a name lacks that is there and has none of this family's addresses. */
const char *lookup_none(int family);

/* The text of an address, a scope with it: LOOKUP_TEXT bytes are enough. */
enum { LOOKUP_TEXT = 80 };
void lookup_text(const struct address *a, char *text, size_t size);

/* Set the port of an address. */
void lookup_port(struct address *a, uint16_t port);

/*
 * Write the addresses of the host to list, `most` of them at most, each
 * once, in the order of the C library (RFC 6724).  An address is its own.
 * Returns how many there are, at least 1, or -1 and a sentence.
 */
int lookup_host(const struct lookup *l, struct address *list, int most,
    struct fail *f);

/*
 * Put the addresses into the order in which to try them: the family of the
 * first in turns with the other (RFC 8305, section 4).
 */
void lookup_interleave(struct address *list, size_t n);

#endif
