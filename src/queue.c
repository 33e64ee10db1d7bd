/* SPDX-License-Identifier: ISC */
/* queue.c - lines that wait until it is their turn. */
#include <string.h>

#include "queue.h"

/* What stands before a line's bytes. */
struct head {
	size_t len;
	bool shown;
};

void
queue_put(struct queue *q, const char *line, size_t len, bool shown)
{
	struct head h;

	memset(&h, 0, sizeof h);
	h.len = len;
	h.shown = shown;
	buf_add(&q->bytes, &h, sizeof h);
	buf_add(&q->bytes, line, len);
	q->count++;
}

const char *
queue_peek(const struct queue *q, size_t *len, bool *shown)
{
	struct head h;

	if (q->count == 0)
		return NULL;
	memcpy(&h, buf_bytes(&q->bytes), sizeof h);
	*len = h.len;
	*shown = h.shown;
	return buf_bytes(&q->bytes) + sizeof h;
}

bool
queue_take(struct queue *q, struct buf *line, bool *shown)
{
	size_t len;
	const char *p = queue_peek(q, &len, shown);

	if (p == NULL)
		return false;
	buf_add(line, p, len);
	buf_drop(&q->bytes, sizeof(struct head) + len);
	/* Passwords wait here too. */
	if (--q->count == 0)
		buf_wipe(&q->bytes);
	return true;
}

void
queue_drop(struct queue *q)
{
	buf_wipe(&q->bytes);
	q->count = 0;
}

void
queue_free(struct queue *q)
{
	buf_free(&q->bytes);
	q->count = 0;
}
