/* utter.h - what a transcript wants said, put together.  Floor 9. */
/* SPDX-License-Identifier: ISC */
#ifndef UTTER_H
#define UTTER_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"

struct fail;
struct item;
struct paper;
struct titles;
struct vars;

/* A line of ours, which several lines of the file may make up; all bytes zero
 * is none. */
struct utter {
	struct buf text;
	size_t open; /* bytes that are no secret */
	bool bare;   /* no line end follows */
	struct buf title;
};

/* Begin with the text of an item, for the dialogue on paper.  -1 and a
 * sentence when a variable is not set. */
int utter_begin(struct utter *u, const struct paper *p, const struct vars *v,
    const struct item *item, struct fail *f);

/* The next item goes on with it. */
int utter_more(struct utter *u, const struct vars *v, const struct item *item,
    struct fail *f);

/* A line ends here, though not what is said. */
void utter_end(struct utter *u);

/* It is said: tell the paper, and remember by what name a reply goes.  Of the
 * rest of a line that was begun, what the paper calls secret is not open. */
void utter_said(struct utter *u, struct paper *p, struct titles *t);
void utter_free(struct utter *u);

#endif
