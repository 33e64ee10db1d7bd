/* svg.h - a picture as SVG.  Floor 3. */
/* SPDX-License-Identifier: ISC */
#ifndef SVG_H
#define SVG_H

#include <stdio.h>

struct picture;

/*
 * Write the picture as one SVG document without scripts or anything from
 * elsewhere, with colours for light and dark screens and for paper.  What
 * went wrong is left in ferror(out).
 */
void svg_write(const struct picture *p, FILE *out);

#endif
