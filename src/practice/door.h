/* door.h - the ports of the practice server.  Floor 4. */
/* SPDX-License-Identifier: ISC */
#ifndef DOOR_H
#define DOOR_H

#include <stdbool.h>
#include <stdint.h>

struct fail;
struct service;

enum { DOORS = 6 };

struct door {
	const char *name; /* "smtp", "smtps" */
	const struct service *service;
	bool secure; /* TLS from the first byte */
	int fd;      /* listens; -1 */
	uint16_t port;
};

/*
 * Listen on all of them, on this address (no name): on ports that are free,
 * or on `port` and those behind it, in the order smtp, smtps, pop3, pop3s,
 * imap, imaps.  -1 and a sentence (STATUS_NETWORK), with nothing open.
 */
int door_open(struct door doors[DOORS], const char *address, uint16_t port,
    struct fail *f);
void door_close(struct door doors[DOORS]);

/* Who is at the other end, as an address; "" unknown. */
void door_peer(int fd, char *address, unsigned size);

#endif
