/* relay.h - bytes both ways at full speed.  Floor 13. */
/* SPDX-License-Identifier: ISC */
#ifndef RELAY_H
#define RELAY_H

#include <stdbool.h>

struct script;
struct session;

/* Does nothing but stdout want the bytes, and it wants them as they are? */
bool relay_is_enough(const struct session *s);

/*
 * For a protocol without rules and a stdout that is no terminal: the script
 * to the server with its line ends made CR LF (not under --raw), the
 * server's bytes to stdout, neither waiting for the other, in constant
 * memory, until the server closes or --eof and the time-out end it.
 */
void relay_run(struct session *s, struct script *in);

#endif
