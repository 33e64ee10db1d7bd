/* filecmd.h - the local command that sends a text file.  Floor 13. */
/* SPDX-License-Identifier: ISC */
#ifndef FILECMD_H
#define FILECMD_H

struct command;

/* Send it as the lines of a message; what goes wrong is said. */
void filecmd_file(struct command *c, const char *arg);

#endif
