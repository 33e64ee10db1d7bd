/* imapkeys.h - the keys of SEARCH, read and compared.  Floor 6. */
/* SPDX-License-Identifier: ISC */
#ifndef IMAPKEYS_H
#define IMAPKEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "practice/imapset.h"

struct imapcall;
struct imapkeys_kind;
struct mail;

enum { KEYS_MOST = 100 };

/* One key; those that it is made of are behind it in the list. */
struct imapkey {
	const struct imapkeys_kind *kind;
	struct buf text, field; /* each with a NUL that is not counted */
	struct imapset set;
	uint32_t number;
	long day;
	size_t child; /* of NOT, OR, ( ): the first; 0: none */
	size_t next;  /* of the same list; 0: the last */
};

/* list[0] is all of them, as if in parentheses. */
struct imapkeys {
	struct imapkey list[KEYS_MOST];
	size_t count;
};

/* Read the keys to the command's end; or say what is wrong: false. */
bool imapkeys_read(struct imapkeys *k, struct imapcall *c);

/* Is it so of message i + 1, which is this one? */
bool imapkeys_match(const struct imapkeys *k, const struct imapcall *c,
    size_t i, const struct mail *mail);

void imapkeys_free(struct imapkeys *k);

#endif
