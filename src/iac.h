/* iac.h - Telnet's commands, taken out and refused.  Floor 1. */
/* SPDX-License-Identifier: ISC */
#ifndef IAC_H
#define IAC_H

#include <stdbool.h>
#include <stddef.h>

struct buf;

/*
 * Where one connection stands; all zero at its beginning.  We are a client
 * without options (RFC 854): what the server wants turned on is refused,
 * what it turns off is off already (RFC 1143, section 7).
 */
struct iac {
	unsigned char state;
	unsigned char verb;          /* whose option comes next */
	bool cr;                     /* the last byte of data was a CR */
	unsigned char asked[2][256]; /* how often, per side and option */
};

/* No request is refused more often; a server in a loop ends alone. */
enum { IAC_REFUSALS = 8 };

/*
 * Take the commands out of n bytes that came, in place, and IAC IAC for one
 * 0xff; CR NUL is a CR without an LF (RFC 854).  Appends to `say` what is to be
 * answered, three bytes each.  Returns how many bytes are left.  A command may
 * stand in several pieces.
 */
size_t iac_take(struct iac *t, char *p, size_t n, struct buf *say);

/* Has a command begun that has not ended? */
bool iac_is_open(const struct iac *t);

/* Append n bytes that go out, with each 0xff doubled. */
void iac_double(struct buf *to, const char *p, size_t n);

/*
 * What an answer of three bytes refused, in words: "WILL ECHO", or the
 * option's number where it has no name here.
 */
void iac_words(const char *answer, struct buf *to);

#endif
