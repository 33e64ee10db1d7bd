/* cloak.h - secrets hidden in what comes back from a server.  Floor 2. */
/* SPDX-License-Identifier: ISC */
#ifndef CLOAK_H
#define CLOAK_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "vars.h"

/* All bytes zero is a good start. */
struct cloak {
	struct vars secrets;
	struct buf tail;  /* of what came, where a secret may have begun */
	struct buf begun; /* of a secret that went out; its line goes on */
};

/*
 * These n bytes, the end of what went out, were a secret: hide them from now
 * on, as they are, without the marks around them (see bare.h), and the last
 * word alone, which is the password of two arguments.  Of base64 the last of
 * the strings in it is hidden too.  What is shorter than four bytes is not.
 */
void cloak_remember(struct cloak *c, const char *p, size_t n);

/*
 * These n bytes went out, behind the first `open` of them a secret: remember
 * that.  What follows goes on with it until its line has ended.
 */
void cloak_said(struct cloak *c, const char *p, size_t n, size_t open);

/* Is anything hidden?  If not, cloak_put only copies. */
bool cloak_is_worn(const struct cloak *c);

/*
 * Append n bytes that came with "********" for each secret in them.  One may
 * stand in two blocks: its beginning at the end of a block is hidden before
 * it is known what follows.
 */
void cloak_put(struct cloak *c, struct buf *to, const char *p, size_t n);

void cloak_free(struct cloak *c);

#endif
