/* frame.h - what the practice server and telex say to each other.  Floor 1. */
/* SPDX-License-Identifier: ISC */
#ifndef FRAME_H
#define FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;

/* Kinds: the server's own notes; questions, and the answers of that kind. */
enum frame_kind {
	FRAME_NOTE = 'n',   /* lines for a note: a message was accepted */
	FRAME_LIST = 'l',   /* the mailbox, as lines */
	FRAME_SHOW = 's',   /* the message with the number that is asked for */
	FRAME_CA = 'c',     /* the certificate to trust, as PEM */
	FRAME_FAILED = 'f', /* an answer: why there is none */
	FRAME_NONE = 0      /* nothing whole is there */
};

/* The most that one may hold: a server is not believed beyond that. */
enum { FRAME_MOST = 512 * 1024 * 1024 };

/* Append one. */
void frame_put(struct buf *to, enum frame_kind kind, const void *p, size_t n);

/*
 * The first frame in a buffer, whose content is left at its front: *n bytes,
 * to be dropped by the caller.  FRAME_NONE when it is not there yet; false
 * when it can be none.
 */
bool frame_take(struct buf *from, enum frame_kind *kind, size_t *n);

#endif
