/* posting.h - what of a message has been said.  Floor 1. */
/* SPDX-License-Identifier: ISC */
#ifndef POSTING_H
#define POSTING_H

#include <stdbool.h>
#include <stddef.h>

/* Where in the message the next line stands. */
enum posting_place {
	POSTING_HEADER,
	POSTING_BODY,        /* of the message or of a part */
	POSTING_PART,        /* right behind a boundary */
	POSTING_PART_HEADER, /* which has begun */
	POSTING_ENDED        /* behind the boundary that ends the last part */
};

/* What its header says of the contents. */
enum posting_kind { POSTING_UNTOLD, POSTING_MULTIPART, POSTING_OTHER };

/* The longest boundary (RFC 2046, section 5.1.1), and what is looked at of a
 * field and of a line. */
enum { POSTING_BOUNDARY = 70, POSTING_FIELD = 2000, POSTING_LINE = 1000 };

struct posting {
	enum posting_place place;
	enum posting_kind kind;
	bool version;                        /* MIME-Version was said */
	char boundary[POSTING_BOUNDARY + 1]; /* without "--"; "": none */
	char field[POSTING_FIELD];           /* the last one, unfolded */
	size_t field_len;
	char line[POSTING_LINE]; /* which is not complete */
	size_t len;
};

/* A message begins. */
void posting_begin(struct posting *p);

/* Bytes of it, as they are sent, cut in any way. */
void posting_said(struct posting *p, const char *bytes, size_t n);

/* Is this line, without its end, the boundary between two parts, or behind
 * the last one? */
bool posting_divides(const struct posting *p, const char *line, size_t n);

#endif
