/* typing.h - a person's side of the conversation.  Floor 19. */
/* SPDX-License-Identifier: ISC */
#ifndef TYPING_H
#define TYPING_H

struct options;
struct session;
struct term;
struct typing;

/*
 * Read lines from the terminal and send each when it is its turn, until the
 * server closes or the user leaves.  Without a connection the local prompt
 * reads commands.  *t is all zero, and what the terminal's hooks point to.
 * Returns the signal that ended it, or 0.
 */
int typing_run(struct typing *t, struct session *s, struct options *opt,
    struct term *term);

#endif
