/* attach.h - local commands about the parts of a message.  Floor 13. */
/* SPDX-License-Identifier: ISC */
#ifndef ATTACH_H
#define ATTACH_H

struct command;

/* The commands of these names; what goes wrong is said. */
void attach_file(struct command *c, const char *arg);
void attach_boundary(struct command *c, const char *arg);

#endif
