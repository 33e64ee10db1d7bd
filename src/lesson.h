/* lesson.h - a transcript that somebody goes through by hand.  Floor 10. */
/* SPDX-License-Identifier: ISC */
#ifndef LESSON_H
#define LESSON_H

#include <stdbool.h>

#include "buf.h"
#include "dialog.h"

struct proto;
struct trial;

/*
 * Who goes through it may edit its lines, leave some out and say others.  So
 * the paper goes on whatever the server does, and what cannot come any more
 * is not waited for.  All bytes zero: there is no lesson.
 */
struct lesson {
	bool on;
	bool passing;      /* what happens up to our next line is no check */
	struct buf passed; /* numbers of commands that were not said */
	unsigned from, to; /* those of the last step, as the paper counts */
};

/*
 * Begin.  `live` is NULL, or what is spoken if the conversation has begun
 * already: what the file has of the server before our first line is then
 * passed over.
 */
void lesson_begin(struct lesson *l, struct trial *t, const struct proto *live);
void lesson_end(struct lesson *l);

/*
 * A step of ours is next: in a lesson, what came and is owed nothing on paper
 * is of no interest.  Returns what is wanted on paper; TURN_SERVER when its
 * protocol is not known.  lesson_said when the paper has been told of it.
 */
enum turn lesson_say(struct lesson *l, struct trial *t);
void lesson_said(struct lesson *l, const struct trial *t);

/* The last step was not done: what the file has of it is passed over.  So is
 * what is awaited of the server unasked. */
void lesson_pass(struct lesson *l);

/* Is what is armed about something that was not done?  It is dropped then. */
bool lesson_passes(const struct lesson *l, struct trial *t);

/* Can it not come, because the server owes nothing?  And does the file say
 * nothing of it?  It is dropped then, too. */
bool lesson_lacks(const struct lesson *l, const struct trial *t,
    const struct dialog *live);
bool lesson_leaves(const struct lesson *l, struct trial *t);

#endif
