/* ircask.h - what a command of IRC asks for.  Floor 3. */
/* SPDX-License-Identifier: ISC */
#ifndef IRCASK_H
#define IRCASK_H

#include <stddef.h>

struct asked;
struct wants;

/* What the server's lines said (struct hold's flags), and above these a count
 * of the NICKs that it refused. */
enum {
	IRC_WELCOME = 1 << 0,
	IRC_NO_CAP = 1 << 1,
	IRC_SASL = 1 << 2,
	IRC_NICKS = 8
};

/* The shape of an answer: that of the verb, or the end of registration. */
enum { IRC_AS_VERB, IRC_AS_WELCOME };

/* struct proto's ask. */
void ircask(struct asked *a, struct wants *w, const char *line, size_t len);

#endif
