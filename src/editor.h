/* editor.h - the local command that opens an editor.  Floor 13. */
/* SPDX-License-Identifier: ISC */
#ifndef EDITOR_H
#define EDITOR_H

struct command;

/*
 * Edit what is half typed in a file; its lines are then to be taken as typed
 * ones (c->typed), or in a message as lines of that.  What goes wrong is said.
 */
void editor_edit(struct command *c, const char *arg);

#endif
