/* imapin.h - the words of an IMAP command, one after the other.  Floor 1. */
/* SPDX-License-Identifier: ISC */
#ifndef IMAPIN_H
#define IMAPIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;

/*
 * A command without its end; a literal stands in it as "{3}", CR, LF and its
 * octets.  Each function reads one thing at `at` and moves behind it, or
 * returns false and stays.
 */
struct imapin {
	const char *p;
	size_t len, at;
};

/* Is this all, or all but blanks? */
bool imapin_end(const struct imapin *in);

/* Blanks, one at least; this very text, whatever the case. */
bool imapin_blank(struct imapin *in);
bool imapin_skip(struct imapin *in, const char *text);

/*
 * The bytes of an atom (RFC 9051, section 9), among them those of `also`.
 * imapin_is compares them with a word, whatever the case.
 */
bool imapin_atom(struct imapin *in, const char *also, struct imapin *atom);
bool imapin_is(const struct imapin *atom, const char *word);

/* An atom, "a quoted string" or a literal; what it means is appended. */
bool imapin_string(struct imapin *in, const char *also, struct buf *to);

/* A decimal number up to 2^32 - 1. */
bool imapin_number(struct imapin *in, uint32_t *n);

/* What is there, to be shown to a person: at most 40 bytes of the line. */
void imapin_show(const struct imapin *in, struct buf *to);

#endif
