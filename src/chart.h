/* chart.h - a picture in plain characters.  Floor 3. */
/* SPDX-License-Identifier: ISC */
#ifndef CHART_H
#define CHART_H

#include <stdio.h>

struct picture;

/*
 * Write the picture as lines of at most 79 columns, in ASCII if its text is.
 * What went wrong is left in ferror(out).
 */
void chart_write(const struct picture *p, FILE *out);

#endif
