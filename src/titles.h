/* titles.h - what the last commands were, for messages.  Floor 1. */
/* SPDX-License-Identifier: ISC */
#ifndef TITLES_H
#define TITLES_H

#include <stddef.h>

/* As many as may be unanswered at one time, and of each its beginning. */
enum { TITLES_MOST = 1024, TITLES_LEN = 120 };

struct title {
	unsigned id;
	size_t len;
	char text[TITLES_LEN];
};

/* The last TITLES_MOST commands by their numbers; all zero: none. */
struct titles {
	struct title *ring; /* had at the first command */
};

/* A command: its beginning is kept. */
void titles_put(struct titles *t, unsigned id, const char *text, size_t len);

/* What that command was; NULL if it is not known any more. */
const char *titles_get(const struct titles *t, unsigned id, size_t *len);
void titles_free(struct titles *t);

#endif
