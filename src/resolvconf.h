/* resolvconf.h - the system's name servers.  Floor 2. */
/* SPDX-License-Identifier: ISC */
#ifndef RESOLVCONF_H
#define RESOLVCONF_H

#include <stdbool.h>
#include <stddef.h>

#include "lookup.h"

struct fail;

/* As many as the C library asks. */
enum { RESOLVERS_MOST = 3 };

/* Whom to ask in what time. */
struct resolvers {
	struct address server[RESOLVERS_MOST]; /* with their ports */
	size_t n;
	int timeout;  /* milliseconds for one try */
	int attempts; /* rounds through the servers */
	bool trusted; /* their AD bit is to be believed ("trust-ad") */
};

/* No server yet, 5 seconds, 2 rounds. */
void resolvconf_begin(struct resolvers *r);

/* One line of resolv.conf(5): "nameserver ..." and "options ..." count. */
void resolvconf_line(struct resolvers *r, const char *line);

/* Words behind "options", as RES_OPTIONS has them too. */
void resolvconf_options(struct resolvers *r, const char *words);

/* Read the file; without it, or a server in it, this machine is asked. */
void resolvconf_read(struct resolvers *r, const char *path);

/*
 * A server as the user names it: "ADDR", "ADDR:PORT", "[V6]:PORT" (port 53
 * if there is none).  0, or -1 and a sentence (STATUS_USAGE).
 */
int resolvconf_server(const char *text, struct address *a, struct fail *f);

#endif
