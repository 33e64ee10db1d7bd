/* transcript.h - a transcript, read item by item.  Floor 3. */
/* SPDX-License-Identifier: ISC */
#ifndef TRANSCRIPT_H
#define TRANSCRIPT_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "event.h"
#include "sheet.h"

struct fail;

/* What a line of a transcript is; see telex-transcript(5). */
enum item_kind {
	ITEM_SAY,   /* C: C$ C+: a line of ours */
	ITEM_FILE,  /* C<: the lines of a file, dot-stuffed */
	ITEM_HEAR,  /* S: S% S$: a line of the server */
	ITEM_SOME,  /* S~: some line of the reply matches this pattern */
	ITEM_NONE,  /* S!: no line of it does */
	ITEM_REST,  /* "...": any lines of the server */
	ITEM_EVENT, /* <word ...> */
	ITEM_TIME   /* "# +0.214 s": seconds since the connection began */
};

/* How the text of ITEM_SAY and ITEM_HEAR is meant. */
enum item_text {
	TEXT_VERBATIM, /* C: C+ S: */
	TEXT_ESCAPED,  /* S%: escapes; compared as S: is */
	TEXT_TEMPLATE  /* C$ S$: escapes and variables */
};

/* One of them; the strings are valid until the next transcript_next. */
struct item {
	enum item_kind kind;
	enum item_text how;
	enum event event;
	bool joined;      /* C+: in one write with the line before it */
	unsigned accepts; /* ACCEPT_... */
	int number;
	double seconds;
	unsigned long line; /* in the file, from 1 */
	const char *source; /* the line as it stands there, but for its
			       indentation; wrapped lines joined */
	size_t source_len;
	const char *label; /* "C:", "S$", "[C]", ...; "" without one */
	const char *text;  /* behind the label, wrapped lines joined; of an
			      event its argument, without a note; a NUL is
			      behind it, and none in it */
	size_t len;
};

/* A transcript that is being read; memory for one item. */
struct transcript {
	const char *name;   /* the caller's, for messages */
	struct sheet sheet; /* its line is the one behind the item if */
	bool ahead;         /* ... this is true */
	bool said;          /* the item before is a line of ours */
	size_t indent;      /* white space before the first label */
	size_t blanks;      /* the least behind verbatim labels; SIZE_MAX, as
			       above, if there are none */
	struct buf here;    /* the item's strings */
};

/*
 * Open a file ("-": standard input; what cannot be read twice is copied to an
 * unnamed temporary file) and read it through once: -1 and
 * "FILE:LINE: what is wrong" (status 2) unless every line is well-formed.
 * `name` must outlive it.
 */
int transcript_open(struct transcript *t, const char *name, struct fail *f);

/* The same of text in memory, which is copied. */
int transcript_text(struct transcript *t, const char *name, const char *text,
    size_t n, struct fail *f);

/* ... and of a file that can be read twice; it is closed with it. */
int transcript_file(struct transcript *t, FILE *file, struct fail *f);

/* The next item: 1, 0 at the end, -1 and a sentence. */
int transcript_next(struct transcript *t, struct item *item, struct fail *f);

/* Begin again. */
void transcript_rewind(struct transcript *t);
void transcript_close(struct transcript *t);

#endif
