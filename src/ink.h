/* ink.h - the colours, lines and letters of an SVG picture.  Floor 2. */
/* SPDX-License-Identifier: ISC */
#ifndef INK_H
#define INK_H

#include <stdbool.h>
#include <stdio.h>

#include "proto.h"

/* How a class of replies looks: never by its colour alone. */
struct look {
	const char *color; /* the class of the element */
	const char *means; /* in words; NULL: nothing */
	const char *arrow; /* attributes of its line */
	const char *shape; /* of its sign, around 0,0; NULL: it has none */
	const char *sign;  /* ... and what is drawn in it */
	bool loud;         /* its text has the colour too, and is bold */
};

const struct look *ink_look(enum reply_class of);

/* The <style> of the picture: for light and dark screens, and for paper. */
void ink_style(FILE *out);

/* Text as the content of an element. */
void ink_put(FILE *out, const char *text);

/* The same in an element of its own at x, y with these attributes. */
void ink_text(FILE *out, int x, int y, const char *attributes,
    const char *text);

#endif
