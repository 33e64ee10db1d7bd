/* namecmd.h - local commands that ask name servers.  Floor 13. */
/* SPDX-License-Identifier: ISC */
#ifndef NAMECMD_H
#define NAMECMD_H

#include <stdbool.h>

#include "dnsmsg.h"

struct command;
struct session;

/* Ask, as dns_ask does; what went wrong is shown.  0 or -1. */
int namecmd_ask(struct session *s, const char *name, enum dns_type type,
    struct dns_answer *a);

/* Is it an address, of which nothing can be asked?  This command says so. */
bool namecmd_is_address(struct session *s, const char *command,
    const char *arg);

/* The commands of these names; what goes wrong is said. */
void namecmd_a(struct command *c, const char *arg);
void namecmd_mx(struct command *c, const char *arg);
void namecmd_srv(struct command *c, const char *arg);
void namecmd_tlsa(struct command *c, const char *arg);

#endif
