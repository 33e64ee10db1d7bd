/* line.h - where lines end.  Floor 1. */
/* SPDX-License-Identifier: ISC */
#ifndef LINE_H
#define LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A line longer than this is handed on in pieces. */
enum { LINE_MOST = 65536 };

/* Cuts a stream into lines.  All bytes zero is a good start. */
struct line {
	char *data;     /* LINE_MOST bytes, had at the first part of a line */
	size_t len;     /* bytes of the unfinished line */
	bool continued; /* a piece of this line was already handed out */
	bool held;      /* a CR came last: it may belong to the line's end */
	char end;       /* '>': that ends a line instead; see below */
	unsigned long bare; /* line feeds that had no carriage return */
};

/* One line, or a piece of a long one. */
struct line_piece {
	const char *text; /* without its end; valid until the next call */
	size_t len;
	bool first; /* begins at the line's beginning */
	bool last;  /* its end was seen */
	bool crlf;  /* and that was CR LF, not LF alone */
};

/*
 * XML has no lines (RFC 6120): with an `end` each of these bytes ends one and
 * stays part of it, while CR and LF before a line are passed over.  What is
 * too long for a piece is then cut into lines of their own, so that a line is
 * always whole.
 *
 * Take the next line from *p, *n (both moved past what was used).  True and
 * *piece set when there is one; false when all was used and the line is not
 * complete.  The result depends on the bytes only, not on how they were cut.
 */
bool line_next(struct line *l, const char **p, size_t *n,
    struct line_piece *piece);

/* The unfinished line, as a last piece without an end; false if none. */
bool line_rest(struct line *l, struct line_piece *piece);

/*
 * What is kept of a long line: its beginning, which says what it is, and its
 * end, which says what follows.  Of a line in one piece, that is all of it.
 */
struct line_ends {
	char text[1024];
	size_t len;
};

/* A piece of the line more. */
void line_keep_ends(struct line_ends *e, const struct line_piece *piece);

/* Has a line begun that has not ended? */
bool line_is_open(const struct line *l);

/* Forget the unfinished line; free also frees the memory. */
void line_reset(struct line *l);
void line_free(struct line *l);

/*
 * Copy n bytes from src to dst with CR put before each LF that has none;
 * *last is the byte before src[0] (start with 0) and becomes the last byte
 * copied.  dst has room for 2 * n + 64 bytes.  Returns the bytes written.
 */
size_t line_crlf(char *dst, const char *src, size_t n, char *last);

/* The same by a portable way; line_crlf picks the fastest for this CPU. */
size_t line_crlf_portable(char *dst, const char *src, size_t n, char *last);

/* Copy n bytes with each CR LF made LF (for --lf); *cr says that a CR is
 * held back.  dst has room for n + 1 bytes. */
size_t line_lf(char *dst, const char *src, size_t n, bool *cr);

/*
 * Find the end of mail data in n bytes of LF or CRLF lines: the offset just
 * behind the line "." (RFC 5321, 4.1.1.4), or 0 when it is not there.
 * *at_start says whether p[0] begins a line.  *safe becomes the number of
 * bytes that cannot be part of an unfinished end.
 */
size_t line_dot(const char *p, size_t n, bool at_start, size_t *safe);

/*
 * How many of n bytes of LF or CRLF lines make `most` bytes, or as many as
 * they can, when each line ends in CR LF; *made becomes how many that are.
 * A line end of which only the CR would be among them is taken whole.
 */
size_t line_fit(const char *p, size_t n, uint64_t most, uint64_t *made);

#endif
