/* control.h - local commands about the connection.  Floor 13. */
/* SPDX-License-Identifier: ISC */
#ifndef CONTROL_H
#define CONTROL_H

#include <stdbool.h>

struct command;
struct session;

/* The commands of these names; what goes wrong is said. */
void control_status(struct command *c, const char *arg);
void control_open(struct command *c, const char *arg);
void control_close(struct command *c, const char *arg);
void control_quit(struct command *c, const char *arg);
void control_tls(struct command *c, const char *arg);
void control_cert(struct command *c, const char *arg);
void control_secret(struct command *c, const char *arg);
void control_explain(struct command *c, const char *arg);
void control_log(struct command *c, const char *arg);
void control_mail(struct command *c, const char *arg);
void control_set(struct command *c, const char *arg);

/* Show all that is known of a code; false if that is nothing. */
bool control_code(struct session *s, const char *word);

#endif
