/* telexrc.h - the user's own settings.  Floor 9. */
/* SPDX-License-Identifier: ISC */
#ifndef TELEXRC_H
#define TELEXRC_H

#include <stdbool.h>
#include <stddef.h>

struct args;
struct fail;
struct options;

/*
 * Where the settings are: below $XDG_CONFIG_HOME if that is absolute, else
 * below $HOME/.config.  False if neither is set, or the name is too long.
 */
bool telexrc_path(char *path, size_t size);

/*
 * Read the settings and keep those that the command line leaves to them.  A
 * file that is not there has none.  -1 and a sentence (STATUS_USAGE) that
 * names file and line for a wrong one, and for a file others may write to.
 */
int telexrc_load(struct options *o, const struct args *a, const char *path,
    struct fail *f);

/*
 * options_target, with what the settings say of this host in place of what
 * they said of the one before.  What contradicts the words gives way.  After
 * -1 o is as it was.
 */
int telexrc_target(struct options *o, const char *operand, const char *port,
    struct fail *f);

/* No server is named yet: what holds for all of them, short of naming one. */
void telexrc_general(struct options *o);

#endif
