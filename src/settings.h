/* settings.h - what a file of settings says, line by line.  Floor 1. */
/* SPDX-License-Identifier: ISC */
#ifndef SETTINGS_H
#define SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

struct fail;

struct setting {
	size_t line;    /* from 1 */
	size_t section; /* 0: before the first */
	char *name;
	char *value; /* NULL: none was given */
};

/* With every byte zero it is empty and valid. */
struct settings {
	struct setting *rows; /* as they stand in the file */
	size_t n;
	char **hosts; /* of section 1 and so on */
	size_t nhosts;
};

/*
 * Read the text of a file: "name", "name value" or "name = value" on a line
 * of its own, "[host]" before those that hold for that host only; behind a
 * "#" at the beginning or after a blank nothing counts.  A sentence that
 * begins with the number of the wrong line, and -1; settings_free either way.
 */
int settings_read(struct settings *s, const char *text, size_t n,
    struct fail *f);

/*
 * Does this section hold for a host ("" if there is none)?  Its name is
 * compared without regard to case; "*." stands for one label or more.
 */
bool settings_hold(const struct settings *s, size_t section, const char *host);

/* Forget the i-th setting. */
void settings_drop(struct settings *s, size_t i);

/* NULL is fine. */
void settings_free(struct settings *s);

#endif
