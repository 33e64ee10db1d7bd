/* stepcmd.h - local commands about a transcript under way.  Floor 16. */
/* SPDX-License-Identifier: ISC */
#ifndef STEPCMD_H
#define STEPCMD_H

struct command;

/* `replay FILE`, `replay off`, `again`, `skip`; what goes wrong is said. */
void stepcmd_replay(struct command *c, const char *arg);
void stepcmd_again(struct command *c, const char *arg);
void stepcmd_skip(struct command *c, const char *arg);

#endif
