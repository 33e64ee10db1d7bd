/* seek.h - from a domain to one of its servers.  Floor 10. */
/* SPDX-License-Identifier: ISC */
#ifndef SEEK_H
#define SEEK_H

struct net_plan;
struct session;

/* Connect to one place; fills s->peer, s->ascii.  A socket, or -1 and
 * s->why. */
typedef int seek_try(struct session *s, const struct net_plan *plan);

/*
 * Look up the servers that DNS names for the target, as -m or --srv has it,
 * and try them in their order until one can be connected to; what it greets
 * with is for the user to see.  Each has the time that the plan allows.
 * Fills s->host as well.  A socket, or -1 and s->why.
 */
int seek_connect(struct session *s, const struct net_plan *plan,
    seek_try *attempt);

/*
 * After a name has turned out to have no address: if mail for it is accepted
 * elsewhere, put that into s->why.  Takes 3 seconds at most.
 */
void seek_hint(struct session *s, const struct net_plan *plan);

#endif
