/* hosts.h - the addresses of a host, from a name server.  Floor 4. */
/* SPDX-License-Identifier: ISC */
#ifndef HOSTS_H
#define HOSTS_H

struct address;
struct fail;
struct lookup;

/*
 * As lookup_host, by questions of our own: l->way->plan is a struct dns_plan,
 * whose time is for all of them.  IPv6 comes first.  This machine's own name
 * is not asked for.
 */
int hosts_ask(const struct lookup *l, struct address *list, int most,
    struct fail *f);

#endif
