/* imapset.h - sets of message numbers: "1,3:5,9:*".  Floor 2. */
/* SPDX-License-Identifier: ISC */
#ifndef IMAPSET_H
#define IMAPSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;
struct imapin;

/* A set with every byte zero is empty and valid. */
struct imapset {
	struct {
		uint32_t low, high; /* 0: "*", until it is settled */
	} * list;
	size_t count, room;
	bool saved;    /* "$": what the last search has found (RFC 5182) */
	bool star;     /* there is a "*" in it */
	uint32_t most; /* of the numbers in it */
};

/* Read one; what was read of a wrong one is to be freed too. */
bool imapset_read(struct imapset *s, struct imapin *in);

/* From now on "*" is this number, and others may ask what is in the set. */
void imapset_settle(struct imapset *s, uint32_t last);

bool imapset_has(const struct imapset *s, uint32_t n);

/* Make a set of ascending numbers, which needs no settling. */
void imapset_add(struct imapset *s, uint32_t n);

/* "1,3:5" */
void imapset_say(const struct imapset *s, struct buf *to);

void imapset_free(struct imapset *s);

#endif
