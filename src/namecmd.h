/* namecmd.h - local commands that ask name servers.  Floor 13. */
/* SPDX-License-Identifier: ISC */
#ifndef NAMECMD_H
#define NAMECMD_H

#include "dnsmsg.h"

struct command;
struct session;

/* Ask, as dns_ask does; what went wrong is shown.  0 or -1. */
int namecmd_ask(struct session *s, const char *name, enum dns_type type,
    struct dns_answer *a);

/* The commands of these names; what goes wrong is said. */
void namecmd_a(struct command *c, const char *arg);
void namecmd_mx(struct command *c, const char *arg);
void namecmd_srv(struct command *c, const char *arg);
void namecmd_tlsa(struct command *c, const char *arg);

#endif
