/* report.h - what a replay found, in the form that is wanted.  Floor 2. */
/* SPDX-License-Identifier: ISC */
#ifndef REPORT_H
#define REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "buf.h"

struct fail;

/*
 * Names, commands, expectations and the server's bytes are shown harmless and
 * on one line, cut at 300 bytes: as text_quote does it; in JSON, strings are
 * exact where the bytes are UTF-8, what must not reach a terminal is \uXXXX,
 * and a byte that is not UTF-8 is \ufffd.
 */
enum report_form {
	REPORT_TEXT, /* for people: differences, and a line for each file */
	REPORT_TAP,  /* TAP version 13 */
	REPORT_JSON  /* an object a line: checks, then the file's result */
};

/* One comparison. */
struct check {
	unsigned long line; /* of the file */
	const char *what;   /* the command it answers or the line that asks
			       for it, as the file has it */
	size_t what_len;
	bool good;
	const char *expected; /* as the file has it; of a bad one */
	size_t expected_len;
	const char *got; /* what came, secrets masked; NULL: nothing did */
	size_t got_len;
	const char *why; /* a sentence instead of "got", or NULL */
	double seconds;  /* since the command */
};

/* How the replay of one file ended. */
enum outcome {
	OUTCOME_SAME,    /* as it should */
	OUTCOME_DIFFERS, /* some check was bad */
	OUTCOME_FAILED,  /* it could not be played: `why` */
	OUTCOME_SKIPPED  /* <skip unless ...>: `why` */
};

struct report {
	enum report_form form;
	FILE *out;
	bool color;  /* the caller may set it, once it is open */
	FILE *junit; /* or NULL; a file's test cases gather in `cases` */
	FILE *cases; /* an unnamed temporary file */
	const char *junit_name;
	int error, junit_error; /* errno of what could not be written */
	const char *file;       /* the one that is reported on now */
	unsigned long count;    /* checks so far, of all files */
	unsigned long bad;
	unsigned long file_count, file_bad; /* ... of this file */
	unsigned long points;               /* TAP's numbers so far */
	unsigned long outcomes[4];          /* files that ended so */
	struct buf text;
};

/* Begin; `junit` names the file for JUnit's form, or is NULL, and lives until
 * the end.  -1 and a sentence (status 2) when it cannot be written. */
int report_open(struct report *r, enum report_form form, FILE *out,
    const char *junit, struct fail *f);

/* A file begins, has checks, and ends.  `name` must live until its end; `why`
 * says why it was not played or skipped, and is NULL otherwise. */
void report_file(struct report *r, const char *name);
void report_check(struct report *r, const struct check *c);
void report_file_end(struct report *r, enum outcome how, const char *why,
    double seconds);

/* The end of all: the plan, the totals.  -1 and a sentence (status 1) when
 * something could not be written. */
int report_close(struct report *r, struct fail *f);

#endif
