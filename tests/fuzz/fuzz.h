/* SPDX-License-Identifier: ISC */
/* fuzz.h - what the fuzzers share: input in pieces, and a promise kept. */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A promise of the code under test; a broken one ends the run. */
#define MUST(that) \
	do { \
		if (!(that)) { \
			fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, \
			    __LINE__, #that); \
			abort(); \
		} \
	} while (0)

/* Where to cut a stream of n bytes: told by one byte of the input, which is
 * '1' for byte by byte.  Long streams are cut into larger pieces. */
struct cuts {
	uint32_t state;
	size_t most;
};

static inline struct cuts
cuts_begin(uint8_t kind, size_t n)
{
	size_t most = kind == '1' ? 1 : kind % 2 == 0 ? 7 : 300;

	return (struct cuts){ 2463534242U ^ kind * 2654435761U,
		n < 8192 ? most : most + n / 20 };
}

/* The length of the next piece of the n > 0 bytes that are left. */
static inline size_t
cuts_next(struct cuts *c, size_t n)
{
	size_t len;

	c->state ^= c->state << 13;
	c->state ^= c->state >> 17;
	c->state ^= c->state << 5;
	len = c->state % c->most + 1;
	return len < n ? len : n;
}

/* A copy with nothing behind it, so that reading too far is seen. */
static inline char *
exact(const void *p, size_t n)
{
	char *copy = malloc(n + (n == 0));

	MUST(copy != NULL);
	if (n > 0)
		memcpy(copy, p, n);
	return copy;
}

/* Is it UTF-8 of one line, with nothing that acts on a terminal? */
static inline bool
is_harmless(const char *p, size_t n)
{
	size_t i;
	int len;

	for (i = 0; i < n; i += (size_t)len) {
		uint32_t code;

		len = text_utf8(p + i, n - i, &code);
		if (len < 1 || code < 0x20 || !text_harmless(code))
			return false;
	}
	return true;
}

#endif
