/* tally.h - checks on their way from one process to another.  Floor 3. */
/* SPDX-License-Identifier: ISC */
#ifndef TALLY_H
#define TALLY_H

#include <stdio.h>

#include "report.h"

/* A temporary file without a name; NULL and errno. */
FILE *tally_open(void);
void tally_close(FILE *tally);

/* Write a check down, and how a file ended, with its exit status. */
void tally_check(FILE *to, const struct check *c);
void tally_end(FILE *to, enum outcome how, int status, const char *why,
    double seconds);

/*
 * Read what was written from the beginning and report it.  Returns the exit
 * status of the file; -1 when its end is missing.
 */
int tally_report(FILE *from, struct report *to);

#endif
