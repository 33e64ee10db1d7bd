/* buf.h - bytes that come in at the end and leave at the front.  Floor 0. */
/* SPDX-License-Identifier: ISC */
#ifndef BUF_H
#define BUF_H

#include <stdbool.h>
#include <stddef.h>

/*
 * A buffer with every byte zero is empty and valid.  Its bytes are
 * data[head] to data[head + len - 1]; they move when something is appended.
 */
struct buf {
	char *data;
	size_t head;
	size_t len;
	size_t size;
};

/* The first byte held; valid until the next call that takes the buffer. */
char *buf_bytes(const struct buf *b);

/* Room for n more bytes behind the last one; buf_grew says how many came. */
char *buf_room(struct buf *b, size_t n);
void buf_grew(struct buf *b, size_t n);

void buf_add(struct buf *b, const void *p, size_t n);
void buf_adds(struct buf *b, const char *s);
void buf_addf(struct buf *b, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Forget the first n bytes (at most all). */
void buf_drop(struct buf *b, size_t n);

/* Forget all bytes and keep the memory. */
void buf_clear(struct buf *b);

/* Wipe everything that was ever in this memory, then free it. */
void buf_free(struct buf *b);

/* Wipe the memory and keep it: for buffers that held a secret. */
void buf_wipe(struct buf *b);

#endif
