/* complete.h - candidates for what is being typed.  Floor 1. */
/* SPDX-License-Identifier: ISC */
#ifndef COMPLETE_H
#define COMPLETE_H

#include <stdbool.h>
#include <stddef.h>

struct buf;

enum { COMPLETE_MOST = 256 };

/*
 * A list of candidates for the text that ends at the cursor.  All bytes zero
 * is empty.  Candidates that do not begin with what was typed are passed
 * over; ASCII letters match whatever their case; doubles are dropped.
 */
struct complete {
	char *words[COMPLETE_MOST];
	size_t count;
	bool begun;  /* false: nothing is completed here */
	size_t from; /* where the completed text begins in the line */
	char typed[512];
	size_t typed_len;
};

/* Say what is completed: line[from..len).  Text too long offers nothing. */
void complete_begin(struct complete *c, const char *line, size_t from,
    size_t len);

/* Offer one candidate; it may hold blanks ("MAIL FROM:<"). */
void complete_offer(struct complete *c, const char *word);

/* Offer the names of files that begin with what was typed; folders end in
 * a slash, hidden files are offered only when a dot was typed. */
void complete_files(struct complete *c);

/*
 * How long the part is that all candidates share (of words[0]); 0 if none.
 * It is never shorter than what was typed.
 */
size_t complete_shared(const struct complete *c);

/* All candidates in columns, as lines for a screen of so many columns. */
void complete_list(const struct complete *c, unsigned columns, struct buf *to);

void complete_free(struct complete *c);

#endif
