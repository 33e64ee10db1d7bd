/* authcmd.h - the local command that authenticates.  Floor 14. */
/* SPDX-License-Identifier: ISC */
#ifndef AUTHCMD_H
#define AUTHCMD_H

struct command;

/* `auth [MECHANISM] [USER]`; what goes wrong is said. */
void auth_command(struct command *c, const char *arg);

#endif
