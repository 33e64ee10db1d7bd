/* bind.h - which key does what in the editor.  Floor 3. */
/* SPDX-License-Identifier: ISC */
#ifndef BIND_H
#define BIND_H

struct edit;

/*
 * Read the user's ~/.editrc, then bind what must work whatever is in there:
 * Enter, the arrows, TAB, ^D and the local-command key (-1: none).
 */
void bind_keys(struct edit *e, int escape);

#endif
