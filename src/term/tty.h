/* tty.h - the terminal as a device: its modes and its bytes.  Floor 1. */
/* SPDX-License-Identifier: ISC */
#ifndef TTY_H
#define TTY_H

#include <sys/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct tty;

/*
 * Find the terminal: stdin with stdout or stderr if these are terminals,
 * else the controlling terminal.  NULL and a reason if there is none.
 */
struct tty *tty_open(char why[128]);

/* Give it its modes back, write what is left and forget it. */
void tty_close(struct tty *t);

int tty_in(const struct tty *t);
int tty_out(const struct tty *t);

/* Is what goes to stdout or stderr (fd 1 or 2) shown on this terminal? */
bool tty_shows(const struct tty *t, int fd);

/* The modes it has now are those for editing; the editor has set them. */
void tty_keep(struct tty *t);

/* The modes as they were, and those for editing again.  Both flush. */
void tty_lend(struct tty *t);
void tty_take(struct tty *t);

/* Where output is collected until tty_flush sends it in one write. */
FILE *tty_file(const struct tty *t);
void tty_put(struct tty *t, const char *p, size_t n);
void tty_puts(struct tty *t, const char *s);
void tty_flush(struct tty *t);

/* How much is collected, and the way back to such a length. */
size_t tty_length(const struct tty *t);
void tty_cut(struct tty *t, size_t length);

/* Move the cursor by n cells: A up, B down, C to the right. */
void tty_move(struct tty *t, unsigned n, char how);

/* Erase rows from the last one, so far below the cursor, up to the first;
 * so many are above it.  The cursor goes there. */
void tty_erase(struct tty *t, unsigned below, unsigned above);

/* The same with all that is below, before whatever is collected; after
 * tty_resized, when that is over. */
void tty_reclaim(struct tty *t, unsigned above);

/* What was typed; waits.  0: the terminal is gone, -1: try again. */
ssize_t tty_read(struct tty *t, char *p, size_t n);

/*
 * The size has changed, to this as the kernel says; 0 if it does not know.
 * True if the last output may have come to a screen that had changed.
 */
bool tty_resized(struct tty *t, unsigned *columns, unsigned *rows);

/*
 * When this was not the first change, a terminal may wrap its text anew some
 * time before it says so: for so many milliseconds nobody knows where things
 * are, and nothing should be written, unless there is very much.  -1: that
 * is over.
 */
int tty_unsure(const struct tty *t);
void tty_sure(struct tty *t);

/*
 * Ask the terminal for the cursor's column, from 0.  False: it does not say.
 * What is typed meanwhile is kept for tty_read, and is there at once if
 * tty_has_typed.
 */
bool tty_column(struct tty *t, unsigned *column);

/*
 * How many rows the cursor would get up, going back over so many cells from
 * its row's first.  Some terminals let it, up to where a line begins that
 * they wrapped.  0: this one does not, or it is not known.
 */
unsigned tty_back(struct tty *t, unsigned cells);
bool tty_has_typed(const struct tty *t);

#endif
