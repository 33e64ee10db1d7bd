/* sheet.h - the lines of a file, read as often as wanted.  Floor 1. */
/* SPDX-License-Identifier: ISC */
#ifndef SHEET_H
#define SHEET_H

#include <stdio.h>

#include "buf.h"

struct fail;

/* The longest line there may be. */
enum { SHEET_MOST = 16 * 1024 * 1024 };

/* A text file; in memory is one line. */
struct sheet {
	FILE *file;
	const char *name;     /* for messages */
	unsigned long number; /* of the line read last, from 1 */
	struct buf line;      /* without its end, LF or CR LF; the caller may
				 take the memory and leave another */
};

/*
 * Open a file; "-" is the standard input.  What cannot be read twice is
 * copied to an unnamed temporary file.  -1 and a sentence (status 2), which
 * may be one of sheet_next's.  `name` must outlive it.
 */
int sheet_open(struct sheet *s, const char *name, struct fail *f);

/* The same of text in memory, which is copied. */
int sheet_text(struct sheet *s, const char *name, const char *text, size_t n,
    struct fail *f);

/* The same of a file that is open for reading and can be read twice; it is
 * closed with the sheet. */
void sheet_file(struct sheet *s, const char *name, FILE *file);

/* The next line: 1; 0 at the end; -1 and a sentence when it has a NUL, or is
 * too long, or cannot be read. */
int sheet_next(struct sheet *s, struct fail *f);

/* Begin again. */
void sheet_rewind(struct sheet *s);
void sheet_close(struct sheet *s);

/* "NAME:LINE: what is wrong", status 2.  Returns -1. */
int sheet_wrong(const struct sheet *s, unsigned long line, struct fail *f,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));

#endif
