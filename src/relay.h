/* relay.h - bytes both ways at full speed.  Floor 13. */
/* SPDX-License-Identifier: ISC */
#ifndef RELAY_H
#define RELAY_H

struct script;
struct session;

/*
 * For a protocol without rules and a stdout that is no terminal: the script
 * to the server with its line ends made CR LF (not under --raw), the
 * server's bytes to stdout, neither waiting for the other, in constant
 * memory, until the server closes or --eof and the time-out end it.
 */
void relay_run(struct session *s, struct script *in);

#endif
