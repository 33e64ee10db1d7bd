/* inbox.h - the server's lines that nobody has looked at yet.  Floor 2. */
/* SPDX-License-Identifier: ISC */
#ifndef INBOX_H
#define INBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "line.h"

/* The status of a reply, or what a line of it says of that. */
struct standing {
	int class;      /* enum reply_class */
	int code;       /* 0: it has no number */
	bool mixed;     /* ... and lines before the last have others */
	char status[8]; /* "250", "NO" */
};

/* A line, or the end of a reply. */
struct came {
	bool end;
	struct standing is; /* of the reply that ends */
	size_t len;         /* of the line, without its end */
	double seconds;     /* what inbox_bytes was told with its last byte */
};

/* A queue; all bytes zero is an empty one. */
struct inbox {
	struct line line; /* cuts what comes */
	struct came *list;
	size_t first, count, room;
	struct buf text;
	size_t used;    /* bytes of `text` that inbox_next has handed out */
	uint64_t bytes; /* that ever came */
	double seconds; /* when the last of them did */
};

/* n bytes came, so many seconds after something; `cut` is as in struct proto.
 */
void inbox_bytes(struct inbox *b, char cut, const char *p, size_t n,
    double seconds);

/* They complete a reply. */
void inbox_end(struct inbox *b, const struct standing *is);

/* Take the oldest; *line is valid until the next call.  False: none. */
bool inbox_next(struct inbox *b, struct came *c, const char **line);

/* The oldest line, without taking it; NULL if there is none. */
const char *inbox_peek(const struct inbox *b, size_t *len);

/* How much waits, in bytes. */
size_t inbox_size(const struct inbox *b);
void inbox_free(struct inbox *b);

#endif
