/* danecmd.h - local commands about what a domain publishes.  Floor 14. */
/* SPDX-License-Identifier: ISC */
#ifndef DANECMD_H
#define DANECMD_H

struct command;

/*
 * Under TLS and without an argument: the TLSA records that the server's chain
 * would need, and those that there are, if --verify=dane has looked.  With a
 * record as text ("3 1 1 HEX"): whether it is true of the chain.  Else as
 * namecmd_tlsa.
 */
void danecmd_tlsa(struct command *c, const char *arg);

/* What a domain announces of MTA-STS (RFC 8461); nothing is fetched. */
void danecmd_sts(struct command *c, const char *arg);

#endif
