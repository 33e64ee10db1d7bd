/* quoted.h - text made quoted-printable.  Floor 1. */
/* SPDX-License-Identifier: ISC */
#ifndef QUOTED_H
#define QUOTED_H

#include <stdbool.h>
#include <stddef.h>

/* Text on its way (RFC 2045, section 6.7); all bytes zero begins. */
struct quoted {
	bool stuff;     /* a dot before a line's dot (RFC 5321, 4.5.2) */
	bool endless;   /* one line, without soft line breaks */
	char held;      /* a blank or a CR that may be the last of its line */
	size_t columns; /* of the line, so far */
};

/* The most that a line has. */
enum { QUOTED_COLUMNS = 76 };

/* Room for n bytes and what was held before them. */
enum { QUOTED_MOST = 7, QUOTED_HELD = 16 };

/*
 * Encode n bytes of LF or CR LF lines; line ends become CR LF, lines have 76
 * columns at most.  `to` has room for QUOTED_MOST * n + QUOTED_HELD.  The
 * result does not depend on how the text is cut.  Returns the bytes written.
 */
size_t quoted_add(struct quoted *q, char *to, const char *p, size_t n);

/* The end of the text: what was held, and, with `ended`, the end of a line
 * that has none. */
size_t quoted_end(struct quoted *q, char *to, bool ended);

#endif
