/* preface.h - what a proxy in front of a server says first.  Floor 2. */
/* SPDX-License-Identifier: ISC */
#ifndef PREFACE_H
#define PREFACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct address;
struct buf;
struct fail;

/*
 * The header of HAProxy's "The PROXY protocol", version 1 (a line) or 2
 * (binary), and whom it names as the client.
 */
struct preface {
	int version;      /* 0: none is wanted */
	char address[46]; /* or empty: the connection's own */
	uint16_t port;    /* 0: the connection's own */
};

/*
 * Read "[v1|v2][,][ADDRESS[:PORT]]", or NULL for version 1 with the
 * connection's own addresses.  -1 and a sentence.
 */
int preface_parse(struct preface *p, const char *text, struct fail *f);

/*
 * Append the header for a connection between these two.  Where they are of
 * two families the IPv4 address is written as one of IPv6 (::ffff:192.0.2.1);
 * where they have none (a Unix-domain socket) it says that nothing is known,
 * or has the loopback address for the server if p names a client.
 */
void preface_write(const struct preface *p, const struct address *from,
    const struct address *to, struct buf *out);

#endif
