/* compose.h - parts of messages made on the spot.  Floor 6. */
/* SPDX-License-Identifier: ISC */
#ifndef COMPOSE_H
#define COMPOSE_H

#include <sys/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "quoted.h"

struct buf;
struct fail;

/* A date as in "Date:" (RFC 5322, section 3.3), in the local zone. */
void compose_date(struct buf *to, time_t when);

/*
 * A message identifier (RFC 5322, section 3.6.4) that nobody else makes, with
 * this machine's name, or "localhost" where that name may not stand there.
 */
void compose_msgid(struct buf *to);

/* A boundary between parts (RFC 2046, section 5.1.1) that no text has, least
 * of all encoded text; ended by a NUL that does not count. */
void compose_boundary(struct buf *to);

/*
 * Append bytes from words: crlf, lf, cr, nul, tab, esc, or hex digits in
 * pairs ("0d0a", "41 42").  -1 if a word is none of these or there is none;
 * the buffer is then as it was.
 */
int compose_bytes(struct buf *to, const char *words);

/* How a file goes out. */
enum compose_form {
	COMPOSE_LINES,   /* line ends made CR LF, the last line ended */
	COMPOSE_STUFFED, /* ... and a dot before a line's dot (RFC 5321, 4.5.2)
			  */
	COMPOSE_QUOTED,  /* quoted-printable, stuffed */
	COMPOSE_BASE64
};

/* A file on its way into mail data. */
struct compose_file {
	int fd;
	enum compose_form form;
	bool at_start; /* of a line */
	bool ended;
	char last;     /* byte handed out, for CR LF */
	uint64_t size; /* when it was opened; 0: it did not tell */
	uint64_t read, sent;
	char *in, *stuffed, *out;
	struct quoted quoted;
};

/* Open a regular file; -1 and a sentence. */
int compose_open(struct compose_file *c, const char *name,
    enum compose_form form, struct fail *f);

/* Look at its first bytes, n at most; how many, or -1 and a sentence. */
ssize_t compose_peek(const struct compose_file *c, void *p, size_t n,
    struct fail *f);

/*
 * The next block, valid until the next call.  1, 0 at the end, -1 and a
 * sentence, also when the file has become shorter; what is appended to it
 * meanwhile is left out.
 */
int compose_read(struct compose_file *c, const char **p, size_t *n,
    struct fail *f);
void compose_close(struct compose_file *c);

#endif
