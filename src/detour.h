/* detour.h - to a server, through a proxy or not.  Floor 4. */
/* SPDX-License-Identifier: ISC */
#ifndef DETOUR_H
#define DETOUR_H

struct fail;
struct net_peer;
struct net_plan;
struct proxy;

/*
 * net_connect, with the same plan, results and promises, but through the
 * proxy where there is one (proxy->kind is set).  The plan's source, family
 * and `numeric` then say how the proxy is reached; plan->host is looked up
 * by the proxy and has to be ASCII.  The time limit covers all of it, except
 * for the question for a password at the terminal, where proxy->purse has
 * none and the proxy's user needs one, and for what is looked up here for a
 * proxy that takes no names.  A password that was given
 * there is kept in the purse until the proxy denies it.  peer->address says
 * which proxy it was.  Nothing of what the server says is read.
 */
int detour_connect(const struct net_plan *plan, const struct proxy *proxy,
    struct net_peer *peer, struct fail *f);

#endif
