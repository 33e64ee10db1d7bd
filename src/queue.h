/* queue.h - lines that wait until it is their turn.  Floor 1. */
/* SPDX-License-Identifier: ISC */
#ifndef QUEUE_H
#define QUEUE_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"

/* First in, first out.  All bytes zero is empty. */
struct queue {
	struct buf bytes; /* of each line: its head, its bytes */
	size_t count;
};

/* Put a line behind the others; `shown` is kept with it. */
void queue_put(struct queue *q, const char *line, size_t len, bool shown);

/* The first line, which stays; valid until the next call.  NULL if none. */
const char *queue_peek(const struct queue *q, size_t *len, bool *shown);

/* Take the first line away into a buffer; false if there is none. */
bool queue_take(struct queue *q, struct buf *line, bool *shown);

/* Wipe all lines; free also frees the memory. */
void queue_drop(struct queue *q);
void queue_free(struct queue *q);

#endif
