/* found.h - where in a line of the server its codes are.  Floor 3. */
/* SPDX-License-Identifier: ISC */
#ifndef FOUND_H
#define FOUND_H

#include <stdbool.h>
#include <stddef.h>

struct code;
struct codes;

/* The parts of a line; they point into it. */
struct found {
	const char *line;
	size_t line_len;
	const char *word; /* the code or the status */
	size_t len;
	const char *extra; /* the enhanced code, or the one in brackets */
	size_t extra_len;
	bool enhanced;
	const char *challenge; /* base64, or NULL */
	size_t challenge_len;
};

/* Look for what this table is about; false if it is not there. */
bool found_line(struct found *f, const struct codes *table, const char *line,
    size_t len);

/* The table's row of this word, whatever the case; "5.1.1" is "X.1.1". */
const struct code *found_code(const struct codes *table, const char *word,
    size_t len);

/* Three digits at the front and nothing like them behind: 3, else 0. */
size_t found_digits(const char *p, size_t n);

/* Is it an enhanced code: "5.7.1", or "X.7.1"? */
bool found_is_enhanced(const char *p, size_t n);

/* May these bytes be shown as text: not binary? */
bool found_is_text(const char *p, size_t n);

#endif
