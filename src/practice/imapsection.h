/* imapsection.h - the part of a message in BODY[...].  Floor 3. */
/* SPDX-License-Identifier: ISC */
#ifndef IMAPSECTION_H
#define IMAPSECTION_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"

struct imapin;
struct mime;

enum imapsection_kind {
	SECTION_WHOLE,
	SECTION_HEADER,
	SECTION_FIELDS,
	SECTION_FIELDS_NOT,
	SECTION_TEXT,
	SECTION_MIME
};

enum { SECTION_DEPTH = 12 };

/* "1.2.HEADER.FIELDS (From To)"; all bytes zero is the whole message. */
struct imapsection {
	enum imapsection_kind kind;
	unsigned path[SECTION_DEPTH];
	size_t depth;
	struct buf names; /* of fields, each ended by NUL */
};

/*
 * Read it, with the "]" behind it; false when it is none: free it anyway.
 */
bool imapsection_read(struct imapsection *s, struct imapin *in);

/* Append it as it is to stand in the answer, without brackets. */
void imapsection_say(const struct imapsection *s, struct buf *to);

/*
 * Where its n bytes are in a message, whose parts `m` knows: in the message
 * or, if fields had to be picked, in `store`.  NULL: there is no such part.
 */
const char *imapsection_find(const struct imapsection *s, const struct mime *m,
    struct buf *store, size_t *n);

void imapsection_free(struct imapsection *s);

#endif
