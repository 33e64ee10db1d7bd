/* vars.h - the variables of a transcript.  Floor 1. */
/* SPDX-License-Identifier: ISC */
#ifndef VARS_H
#define VARS_H

#include <stdbool.h>
#include <stddef.h>

struct buf;

enum { VARS_NAME_MOST = 64 };

/* One variable; a secret one is never shown. */
struct var {
	char name[VARS_NAME_MOST + 1];
	bool secret; /* its name begins with "secret:" */
	char *value;
	size_t len;
};

/* A set of variables; all bytes zero is an empty one. */
struct vars {
	struct var *list;
	size_t count;
};

/* Is this the name of a variable: letters, digits, "_" and ":", not long? */
bool vars_name(const char *name, size_t len);

/* Is it that of a secret? */
bool vars_is_secret(const char *name, size_t len);

/* Set it, whatever it was before; the value is copied. */
void vars_set(struct vars *v, const char *name, size_t name_len,
    const char *value, size_t len);

/* The same of "NAME=VALUE"; what is no name is left alone. */
void vars_assign(struct vars *v, const char *pair, size_t len);

/* The variable; NULL if it is not set.  Valid until the next vars_set. */
const struct var *vars_get(const struct vars *v, const char *name, size_t len);

/* What all of `from` has, into `to`. */
void vars_copy(struct vars *to, const struct vars *from);

/*
 * Append n bytes with every secret value that stands in them shown as
 * "********" instead.
 */
void vars_mask(const struct vars *v, struct buf *to, const char *p, size_t n);

/* Wipe and free all. */
void vars_free(struct vars *v);

#endif
