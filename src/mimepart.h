/* mimepart.h - the header of one part of a message, and base64.  Floor 1. */
/* SPDX-License-Identifier: ISC */
#ifndef MIMEPART_H
#define MIMEPART_H

#include <stdbool.h>
#include <stddef.h>

struct buf;

/*
 * So many bytes make a line of 76 columns (RFC 2045, section 6.8), and so
 * many that line with its end.
 */
enum { MIMEPART_BYTES = 57, MIMEPART_LINE = 78 };

/* A file as a part of a message. */
struct mimepart {
	const char *type;    /* "image/jpeg", perhaps with parameters */
	const char *charset; /* NULL: none is named */
	const char *name;    /* of the file, without its folder */
};

/* May this stand behind "Content-Type:" (RFC 2045, section 5.1)?  Blanks and
 * comments are not taken. */
bool mimepart_is_type(const char *type);

/* Must a part of this type be sent as it is (RFC 2046, sections 5.1, 5.2)? */
bool mimepart_is_bare(const char *type);

/*
 * Append its header, in lines of at most 78 columns (if the type is no longer)
 * that end in CR LF, without the empty line behind it.  A name that is no short
 * ASCII is written as RFC 2231 wants it.
 */
void mimepart_header(struct buf *to, const struct mimepart *part);

/*
 * n bytes as lines of base64; all but the last of a file's blocks are a
 * multiple of MIMEPART_BYTES.  `to` has room for MIMEPART_LINE bytes for each
 * of these.  Returns the bytes written.
 */
size_t mimepart_base64(char *to, const void *p, size_t n);

#endif
