/* nokey.h - the key of local commands where there are none.  Floor 13. */
/* SPDX-License-Identifier: ISC */
#ifndef NOKEY_H
#define NOKEY_H

#include <stdbool.h>

struct script;
struct session;

/*
 * At a terminal without an editor ^] is a letter like others, and somebody
 * who takes it for the key would send a local command to the server.  If
 * the next line begins with it, take the line out and say so.  Secrets and
 * octets that were announced are left alone; so is all input with -E.
 */
bool nokey_take(struct session *s, struct script *in);

#endif
