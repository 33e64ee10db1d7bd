/* compose.h - parts of messages made on the spot.  Floor 6. */
/* SPDX-License-Identifier: ISC */
#ifndef COMPOSE_H
#define COMPOSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

struct buf;
struct fail;

/* A date as in "Date:" (RFC 5322, section 3.3), in the local zone. */
void compose_date(struct buf *to, time_t when);

/*
 * A message identifier (RFC 5322, section 3.6.4) that nobody else makes, with
 * this machine's name, or "localhost" where that name may not stand there.
 */
void compose_msgid(struct buf *to);

/*
 * Append bytes from words: crlf, lf, cr, nul, tab, esc, or hex digits in
 * pairs ("0d0a", "41 42").  -1 if a word is none of these or there is none;
 * the buffer is then as it was.
 */
int compose_bytes(struct buf *to, const char *words);

/* A file on its way into mail data. */
struct compose_file {
	int fd;
	bool stuff;    /* a dot before a line's dot (RFC 5321, 4.5.2) */
	bool at_start; /* of a line */
	bool failed;
	bool ended;
	char last; /* byte handed out, for CR LF */
	char *in, *stuffed, *out;
	uint64_t sent;
};

/* Open a regular file; -1 and a sentence. */
int compose_open(struct compose_file *c, const char *name, bool stuff,
    struct fail *f);

/*
 * The next block, line ends made CR LF, the last line ended; valid until the
 * next call.  1, 0 at the end, -1 and a sentence.
 */
int compose_read(struct compose_file *c, const char **p, size_t *n,
    struct fail *f);
void compose_close(struct compose_file *c);

#endif
