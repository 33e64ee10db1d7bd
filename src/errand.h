/* errand.h - another program has the terminal for a while.  Floor 8. */
/* SPDX-License-Identifier: ISC */
#ifndef ERRAND_H
#define ERRAND_H

struct outlet;
struct term;

/*
 * Run the program with these words (the first is its path) on the terminal,
 * and wait for its end.  Its exit status, 128+n if signal n ended it, 127 if
 * there is no such program; -1 and errno if none could be started.
 */
int errand_run(struct outlet *o, struct term *t, const char *const argv[]);

#endif
