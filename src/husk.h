/* husk.h - a secret that only its marks are written of.  Floor 1. */
/* SPDX-License-Identifier: ISC */
#ifndef HUSK_H
#define HUSK_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"

/* All bytes zero begins. */
struct husk {
	struct buf text; /* the end of a line, from where its secret begins */
	bool unknown;    /* not all of that is here */
};

/* These n bytes go on with it. */
void husk_add(struct husk *h, const char *p, size_t n);

/* More goes on with it that is not here: nothing of it can be told. */
void husk_lose(struct husk *h);

/*
 * Append "${secret:N}".  With `marked` the quotation marks around the secret,
 * or the tags behind it (see bare.h), are not in the variable but around it;
 * tags with anything between them may hold another secret and stay in it.
 */
void husk_put(const struct husk *h, bool marked, unsigned number,
    struct buf *to);

/* Wipe it: another one may begin.  husk_free gives back the memory as well. */
void husk_clear(struct husk *h);
void husk_free(struct husk *h);

#endif
