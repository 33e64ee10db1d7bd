/* layout.h - where the editor puts what it draws.  Floor 1. */
/* SPDX-License-Identifier: ISC */
#ifndef LAYOUT_H
#define LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <wchar.h>

/* What is drawn, and on how large a screen. */
struct layout_text {
	const wchar_t *prompt;
	const wchar_t *line; /* len characters */
	size_t len, cursor;
	unsigned columns, rows;
};

/* Rows are counted from the prompt's first one, which is 0. */
struct layout {
	unsigned row;    /* of the cursor */
	unsigned column; /* of the cursor, from 0 */
	unsigned last;   /* the last row */
	bool wide;       /* a character two cells wide is there */
	bool full; /* the cursor is behind a full row, at the end of all */
};

/*
 * Compute the rows as libedit counts them.  What is taller than the screen
 * ends at its last row.
 */
void layout_measure(struct layout *l, const struct layout_text *text);

#endif
