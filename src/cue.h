/* cue.h - the line that a transcript puts at the prompt.  Floor 17. */
/* SPDX-License-Identifier: ISC */
#ifndef CUE_H
#define CUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "offer.h"

struct step;
struct term;

/* What a line that was typed has to do with the one that was offered. */
enum cue_line {
	CUE_OWN,  /* nothing */
	CUE_PLAY, /* it is that, perhaps edited */
	CUE_NONE  /* it is no line: offer it again */
};

/* All bytes zero, but for step, and term and speed where it types. */
struct cue {
	struct step *step;
	struct term *term;
	int speed;       /* characters a second; 0: nothing types by itself */
	unsigned serial; /* of the offer at the prompt; 0: there is none */
	struct buf text; /* as it is shown; empty: Enter alone stands for it */
	size_t typed;    /* bytes of it that are in the line ... */
	size_t count;    /* ... and characters */
	size_t lead;     /* so long before the first */
	int64_t began;   /* to type it by itself; 0: that is over */
	bool hidden;     /* nothing of it is shown */
};

/* Before a line is read: put what is offered into it, if nothing else is
 * there; hidden: it will be read unseen. */
void cue_show(struct cue *c, bool hidden);

/* Is something to be put into the line that is read, which is empty? */
bool cue_waits(const struct cue *c);

/*
 * A line was typed.  Behind CUE_PLAY `to` has what is to be said, *open bytes
 * of which are no secret.
 */
enum cue_line cue_take(struct cue *c, const char *line, size_t len,
    struct buf *to, size_t *open);

/* While it types by itself: milliseconds to the next character, -1 if it does
 * not; do what is due (true: something was); a key was pressed. */
int cue_left(const struct cue *c);
bool cue_type(struct cue *c);
void cue_stop(struct cue *c);

/* Nothing will be read any more: what nobody touched is taken away. */
void cue_end(struct cue *c);

#endif
