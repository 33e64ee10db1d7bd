/* offer.h - what a transcript offers to be said.  Floor 12. */
/* SPDX-License-Identifier: ISC */
#ifndef OFFER_H
#define OFFER_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "play.h"

/* All bytes zero is a good start. */
struct offer {
	enum play_step what; /* PLAY_SAY, PLAY_FILE, PLAY_AUTH, PLAY_CLOSE */
	struct buf text;
	size_t open;        /* bytes of it that are no secret */
	bool bare;          /* no line end follows */
	enum turn turn;     /* as in struct play */
	unsigned long line; /* of the file */
	unsigned serial;    /* no other offer has this number; not 0 */
};

/* Take the step that a play has come to. */
void offer_take(struct offer *o, const struct play *p, enum play_step what);

/* Does the server want this kind of thing now?  Does it belong to something
 * that was refused, or not said: is a command wanted and this is none? */
bool offer_fits(const struct offer *o, const struct dialog *live);
bool offer_is_stray(const struct offer *o, const struct dialog *live);

/* What it is, in words: "a command", "data". */
const char *offer_kind(const struct offer *o);

/*
 * Append it as a line to be edited, with "********" for what is secret in the
 * dialogue.  False, and nothing, if it is no line that an editor can show.
 */
bool offer_show(const struct offer *o, const struct dialog *live,
    struct buf *to);

/* Append what stands in place of that: "the lines of mail.txt". */
void offer_hint(const struct offer *o, const struct dialog *live,
    struct buf *to);

/*
 * What offer_show gave was edited to this: append what it means, and return
 * how many bytes of that are no secret.
 */
size_t offer_edited(const struct offer *o, const struct dialog *live,
    const char *line, size_t len, struct buf *to);

#endif
