/* watch.h - patterns that no line may match any more.  Floor 2. */
/* SPDX-License-Identifier: ISC */
#ifndef WATCH_H
#define WATCH_H

#include <stdbool.h>
#include <stddef.h>

struct pattern;

/* One <never PATTERN> of a transcript. */
struct watched {
	struct pattern *pattern;
	unsigned long line; /* in the file */
	char *text;
	size_t len;
	bool matched; /* some line did: said once */
};

struct watch {
	struct watched *list;
	size_t count;
};

/* One more; the pattern is well-formed and copied. */
void watch_add(struct watch *w, unsigned long line, const char *text,
    size_t len);

/* The first that this line is the first to match; NULL if there is none. */
const struct watched *watch_line(struct watch *w, const char *line, size_t len);
void watch_free(struct watch *w);

#endif
