/* field.h - the fields of a message's header (RFC 5322).  Floor 1. */
/* SPDX-License-Identifier: ISC */
#ifndef FIELD_H
#define FIELD_H

#include <stdbool.h>
#include <stddef.h>

struct buf;

/* One field, where it stands in the header. */
struct field {
	const char *name;
	size_t name_len;  /* 0: the line is none, it has no colon */
	const char *body; /* behind the colon, with all its line ends */
	size_t body_len;
	size_t len; /* of the whole, from name on */
};

/* The field at *at, and *at moves behind it; false at the header's end. */
bool field_next(const char *head, size_t len, size_t *at, struct field *f);

/* The first of this name, whatever the case. */
bool field_find(const char *head, size_t len, const char *name,
    struct field *f);

/* Append what it says as one line, without blanks and tabs around it. */
void field_unfold(const struct field *f, struct buf *to);

/* The bytes of a line with its end; of a header with the empty line behind. */
size_t field_line(const char *p, size_t n);
size_t field_header(const char *p, size_t n);

/*
 * Where the first line begins that is no part of a header and stands in one:
 * an empty line is missing before it.  n: there is none.
 */
size_t field_stray(const char *p, size_t n);

/*
 * The structure of what a field says, from p[i] on: where the blanks and
 * (comments) end; where the "quoted string" ends, whose content is appended
 * unless `to` is NULL.
 */
size_t field_skip(const char *p, size_t n, size_t i);
size_t field_quoted(const char *p, size_t n, size_t i, struct buf *to);

#endif
