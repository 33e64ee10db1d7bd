/* proxy.h - what -x says: which proxy, and how it is asked.  Floor 3. */
/* SPDX-License-Identifier: ISC */
#ifndef PROXY_H
#define PROXY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hop.h"

struct fail;
struct vars;

/* One way to ask for a connection. */
struct proxy_kind {
	const char *scheme; /* "socks5" */
	const char *name;   /* "SOCKS 5" */
	uint16_t port;      /* where such proxies listen */
	bool password;      /* it takes one */
	bool address;       /* it takes no names, and no IPv6 */
	enum hop_says (*step)(struct hop *h, const char **p, size_t *n);
};

struct proxy {
	const struct proxy_kind *kind; /* NULL: no proxy */
	char host[256];                /* in ASCII */
	uint16_t port;
	char user[256];     /* or empty */
	struct vars *purse; /* has the user's password, or what keeps it
			       once it was asked for; or NULL */
};

/*
 * Read "socks5://[USER@]HOST[:PORT]" with socks4, socks4a, socks5h or http
 * in its place.  A sentence and -1 for what is none of these, and for a
 * password, which others could read there.
 */
int proxy_parse(struct proxy *p, const char *text, struct fail *f);

/* Append how it is written: "socks5://proxy.example:1080", without the user. */
void proxy_place(const struct proxy *p, struct buf *to);

#endif
