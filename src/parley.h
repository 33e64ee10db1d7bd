/* parley.h - a command that telex says by itself, and its reply.  Floor 12. */
/* SPDX-License-Identifier: ISC */
#ifndef PARLEY_H
#define PARLEY_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "session.h"

/* The longest reply that is kept. */
enum { PARLEY_MOST = 65536 };

/* Commands offstage: followers do not hear of them. */
struct parley {
	struct session *s;
	struct follower ear;
	struct buf reply; /* all of it, with its line ends */
	enum reply_class class;
	int code;
	bool complete;
};

/* Begin and end; in between the structure must not move. */
void parley_begin(struct parley *p, struct session *s);
void parley_end(struct parley *p);

/*
 * Wait until it is our turn, or the reply is there.  -1 when the connection
 * is over, which was said, or the user interrupted.
 */
int parley_turn(struct parley *p);

/*
 * Say lines, with CR LF between them and none behind the last, of which all
 * from `open` on is secret; then wait for the whole reply.  -1 as above, or
 * when the secret must not go.
 */
int parley_say(struct parley *p, const char *text, size_t len, size_t open);

/* Why it failed: s->why, said unless a transcript is judged.  Returns -1. */
int parley_fail(struct parley *p, enum status status, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* The same for a reply that is not the one that was hoped for. */
int parley_refusal(struct parley *p);

#endif
