/* route.h - from a target to a socket.  Floor 11. */
/* SPDX-License-Identifier: ISC */
#ifndef ROUTE_H
#define ROUTE_H

struct session;

/*
 * Connect the session's wire where its options say, and fill s->peer and
 * s->ascii.  0, or -1 with the error said and s->status set.
 */
int route_open(struct session *s);

#endif
