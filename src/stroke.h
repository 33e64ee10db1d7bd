/* stroke.h - the lines of a transcript, as arrows without secrets.  Floor 9. */
/* SPDX-License-Identifier: ISC */
#ifndef STROKE_H
#define STROKE_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "paper.h"
#include "picture.h"
#include "transcript.h"
#include "veil.h"

enum { STROKE_NAME = 32 }; /* columns of a name */

/* What is drawn, and where in the dialogue that is. */
struct stroke {
	struct picture *p;
	struct paper paper;
	struct veil veil;
	struct buf line; /* that has not ended: \c stood behind it */
	size_t open;     /* where its secret begins; SIZE_MAX: nowhere */
	bool begun;      /* our last line has not ended */
	bool hiding;     /* ... and its rest is a secret */
	enum item_kind whose;
	double now;   /* below 0: not told */
	bool in_data; /* the row of ours goes on with what follows */
};

void stroke_start(struct stroke *s, struct picture *p,
    const struct proto *proto);
void stroke_end(struct stroke *s);

/* ITEM_SAY and ITEM_HEAR; ITEM_FILE; what is expected of a reply. */
void stroke_line(struct stroke *s, const struct item *item);
void stroke_file(struct stroke *s, const struct item *item);
void stroke_expected(struct stroke *s, const struct item *item);

/* Something else comes: whatever line has not ended now has, `bare` without
 * a line's end. */
void stroke_flush(struct stroke *s, bool bare);

/* A row of one line: `before` and n bytes. */
void stroke_note(struct stroke *s, enum row_kind kind, const char *before,
    const char *text, size_t n);

#endif
