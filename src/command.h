/* command.h - local commands, behind the escape key.  Floor 17. */
/* SPDX-License-Identifier: ISC */
#ifndef COMMAND_H
#define COMMAND_H

#include <stddef.h>

struct command;
struct complete;

/* Do what one line says; what goes wrong is said. */
void command_run(struct command *c, const char *line, size_t len);

/* Offer commands and file names for a line that is being typed. */
void command_complete(struct complete *c, const char *line, size_t len);

#endif
