/* target.h - what the user named as the place to go.  Floor 1. */
/* SPDX-License-Identifier: ISC */
#ifndef TARGET_H
#define TARGET_H

#include <stdbool.h>

struct fail;

/*
 * An operand or URL cut into its parts; what was absent is empty.  Nothing
 * is looked up here: `scheme` and `service` are the words of the user.
 */
struct target {
	char scheme[16];  /* "smtp", lower case, without "://" */
	char user[256];   /* before "@", percent-decoded */
	char host[256];   /* without brackets; may bear an IPv6 scope */
	char service[64]; /* port number or service name */
	char path[108];   /* of a Unix-domain socket ("unix:PATH") */
};

/*
 * Read "HOST", "HOST:PORT", "[V6]:PORT", a bare IPv6 address,
 * "SCHEME://[USER@]HOST[:PORT][/]", "unix:PATH" or "SCHEME:unix:PATH".
 * A sentence and -1 for what is none of these: an empty host, a password in
 * the URL, a byte no host name has, a path or query behind the port.
 */
int target_parse(struct target *t, const char *text, struct fail *f);

/* Is this text an IPv4 or IPv6 address (a scope allowed)? */
bool target_is_address(const char *host);

/* Is it this machine's own loopback, by name or by address? */
bool target_is_loopback(const char *host);

#endif
