/* draw.h - a transcript as a sequence diagram.  Floor 11. */
/* SPDX-License-Identifier: ISC */
#ifndef DRAW_H
#define DRAW_H

#include <stdio.h>

struct fail;
struct proto;
struct transcript;

/* What is done with a file that is there already. */
enum draw_mode { DRAW_NEW, DRAW_FORCE };

/*
 * Draw a transcript that has just been opened or rewound: as SVG where `name`
 * ends in ".svg", in plain ASCII of at most 79 columns where it ends in
 * ".txt" or is "-".  proto may be NULL: the transcript tells.  -1 and a
 * sentence: another name (status 2), a transcript that cannot be read, an
 * `out` that cannot be written (status 1).
 *
 * No secret is shown, also where the transcript has it in the clear.
 */
int draw_transcript(struct transcript *t, const struct proto *proto,
    const char *name, FILE *out, struct fail *f);

/*
 * The same from a file ("-": standard input) to a file ("-": standard
 * output), which appears when it is complete, with mode 0600.  It must not
 * be there yet unless DRAW_FORCE (status 2).
 */
int draw_file(const char *from, const struct proto *proto, const char *to,
    enum draw_mode mode, struct fail *f);

/* The two halves of that: may this be drawn there, and the drawing. */
int draw_check(const char *to, enum draw_mode mode, struct fail *f);
int draw_to(struct transcript *t, const struct proto *proto, const char *to,
    enum draw_mode mode, struct fail *f);

/* Does this name tell a form?  -1 and a sentence (status 2) if not. */
int draw_name(const char *name, struct fail *f);

#endif
