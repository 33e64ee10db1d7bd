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

/* In a search the line is followed, and drawn, with what is searched for:
 * where it really ends. */
const wchar_t *layout_end(const wchar_t *line, const wchar_t *end);

/* What was drawn, and then the screen was given another width, or several. */
struct layout_change {
	wchar_t *drawn; /* with the prompt */
	size_t len, cursor;
	struct layout was;
	struct layout is;   /* if the terminal wraps its text anew */
	unsigned columns;   /* there are now */
	unsigned narrowest; /* of all widths meanwhile */
	bool crossed;       /* with output: where that came is not known */
	bool told;          /* what the terminal says: see tty_column */
	unsigned at;
	unsigned back; /* see tty_back */
};

/* Remember what is drawn; how it is laid out now; forget it, NULL then. */
struct layout_change *layout_keep(const struct layout_text *text);
void layout_anew(struct layout_change *c, unsigned columns, unsigned rows);
void layout_forget(struct layout_change **c);

/* The cursor's column does not tell its row; going back may. */
bool layout_is_open(const struct layout_change *c);

/*
 * How many rows above the cursor's are ours for certain.  Rather too few: a
 * stray copy of ours stays then, but above it is what others wrote.
 */
unsigned layout_above(const struct layout_change *c);

#endif
