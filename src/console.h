/* console.h - local commands about the terminal.  Floor 13. */
/* SPDX-License-Identifier: ISC */
#ifndef CONSOLE_H
#define CONSOLE_H

struct command;

/* The commands of these names; what goes wrong is said. */
void console_raw(struct command *c, const char *arg);
void console_color(struct command *c, const char *arg);
void console_time(struct command *c, const char *arg);
void console_history(struct command *c, const char *arg);
void console_stop(struct command *c, const char *arg);
void console_shell(struct command *c, const char *arg);

#endif
