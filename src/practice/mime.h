/* mime.h - the parts of a message (RFC 2045, 2046).  Floor 2. */
/* SPDX-License-Identifier: ISC */
#ifndef MIME_H
#define MIME_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"

enum mime_kind { MIME_TEXT, MIME_MESSAGE, MIME_MULTIPART, MIME_OTHER };

struct part {
	enum mime_kind kind;
	bool stated; /* it says what it is; else it is plain text, or a
			message among others */
	const char *head, *body; /* the head has the empty line */
	size_t head_len, body_len;
	size_t child, next; /* places in the list; 0: none */
};

/* list[0] is the message itself.  Multiparts have a child at least. */
struct mime {
	struct part *list;
	size_t count, room;
};

/* Too many parts, or too deep ones, are left as they are. */
void mime_parse(struct mime *m, const char *p, size_t n);
void mime_free(struct mime *m);

/*
 * The part that a client calls 1.2 (RFC 9051, section 6.4.5), or NULL.  Part
 * 1 of what has no parts is itself.
 */
const struct part *mime_at(const struct mime *m, const unsigned *path,
    size_t n);

/* What the body was before it was encoded; false: not to be known. */
bool mime_decode(const struct part *part, struct buf *to);

/* A field "word/word; name=text; name=text", read piece by piece. */
struct mimefield {
	struct buf line;
	size_t at;
};

bool mimefield_open(struct mimefield *f, const struct part *part,
    const char *name);
/* The word there, and "/" or what else it was; false: no word. */
bool mimefield_word(struct mimefield *f, struct buf *to);
bool mimefield_slash(struct mimefield *f);
bool mimefield_param(struct mimefield *f, struct buf *name, struct buf *text);
void mimefield_close(struct mimefield *f);

#endif
