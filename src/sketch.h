/* sketch.h - a transcript becomes the rows of a picture.  Floor 10. */
/* SPDX-License-Identifier: ISC */
#ifndef SKETCH_H
#define SKETCH_H

struct fail;
struct picture;
struct proto;
struct transcript;

/*
 * Add what the transcript tells to an empty picture.  proto may be NULL: the
 * transcript tells.  -1 and a sentence when it cannot be read; the picture
 * has then what came before.
 */
int sketch(struct picture *p, struct transcript *t, const struct proto *proto,
    struct fail *f);

#endif
