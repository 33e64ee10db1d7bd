/* SPDX-License-Identifier: ISC */
/* inbox.c - a queue of lines and reply ends. */
#include <stdlib.h>
#include <string.h>

#include "fail.h"
#include "inbox.h"

static struct came *
push(struct inbox *b)
{
	if (b->first > 0 && b->first == b->count) {
		b->first = b->count = 0;
	} else if (b->count == b->room && b->first > b->room / 2) {
		b->count -= b->first;
		memmove(b->list, b->list + b->first,
		    b->count * sizeof *b->list);
		b->first = 0;
	}
	if (b->count == b->room) {
		b->room = b->room == 0 ? 64 : 2 * b->room;
		b->list = xrealloc(b->list, b->room * sizeof *b->list);
	}
	memset(&b->list[b->count], 0, sizeof *b->list);
	b->list[b->count].seconds = b->seconds;
	return &b->list[b->count++];
}

static void
put_line(struct inbox *b, const struct line_piece *piece)
{
	push(b)->len = piece->len;
	buf_add(&b->text, piece->text, piece->len);
}

void
inbox_bytes(struct inbox *b, char cut, const char *p, size_t n, double seconds)
{
	struct line_piece piece;

	/* What was handed out is not looked at any more. */
	buf_drop(&b->text, b->used);
	b->used = 0;
	b->bytes += n;
	b->seconds = seconds;
	b->line.end = cut;
	while (line_next(&b->line, &p, &n, &piece))
		put_line(b, &piece);
}

void
inbox_end(struct inbox *b, const struct standing *is)
{
	struct line_piece piece;
	struct came *c;

	/* Octets need not end where a line does. */
	if (line_rest(&b->line, &piece))
		put_line(b, &piece);
	line_reset(&b->line);
	c = push(b);
	c->end = true;
	c->is = *is;
}

bool
inbox_next(struct inbox *b, struct came *c, const char **line)
{
	if (b->first == b->count)
		return false;
	*c = b->list[b->first++];
	buf_drop(&b->text, b->used);
	b->used = c->len;
	*line = b->text.len == 0 ? "" : buf_bytes(&b->text);
	return true;
}

const char *
inbox_peek(const struct inbox *b, size_t *len)
{
	size_t i = b->first;

	while (i < b->count && b->list[i].end)
		i++;
	if (i == b->count)
		return NULL;
	*len = b->list[i].len;
	return b->text.len == 0 ? "" : buf_bytes(&b->text) + b->used;
}

size_t
inbox_size(const struct inbox *b)
{
	return b->text.len - b->used + (b->count - b->first) * sizeof *b->list;
}

void
inbox_free(struct inbox *b)
{
	line_free(&b->line);
	buf_free(&b->text);
	free(b->list);
	memset(b, 0, sizeof *b);
}
