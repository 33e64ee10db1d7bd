/* notepad.h - a text in a file that nobody else sees.  Floor 1. */
/* SPDX-License-Identifier: ISC */
#ifndef NOTEPAD_H
#define NOTEPAD_H

#include <stddef.h>

struct buf;
struct fail;

/* A folder for its owner alone, and the file in it. */
struct notepad {
	char folder[400];
	char path[440];
};

/* The longest text that is read back. */
enum { NOTEPAD_MOST = 16 << 20 };

/* Make it below $TMPDIR, with this text in it; -1 and a sentence. */
int notepad_open(struct notepad *n, const char *name, const struct buf *text,
    struct fail *f);

/* Append what is in it now, whoever has written that; -1 and a sentence. */
int notepad_read(const struct notepad *n, struct buf *to, struct fail *f);

/* Append the text of a file of the user's own, which is only read.  After -1,
 * with a sentence, a part of it may have been appended. */
int notepad_load(const char *name, struct buf *to, struct fail *f);

/* Overwrite and remove it, with all that an editor has left beside it. */
void notepad_close(struct notepad *n);

#endif
