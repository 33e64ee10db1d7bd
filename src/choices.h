/* choices.h - what may stand on telex's own command line.  Floor 9. */
/* SPDX-License-Identifier: ISC */
#ifndef CHOICES_H
#define CHOICES_H

#include <stdbool.h>
#include <stddef.h>

struct args_row;
struct buf;

/* The next row that the help shows, from this one on; NULL: none is left. */
const struct args_row *choices_row(const struct args_row *row);

/* What stands behind an option: ANY is nothing that is known beforehand. */
enum takes { TAKES_NOTHING, TAKES_ANY, TAKES_WORD, TAKES_FILE, TAKES_FOLDER };

/* For TAKES_WORD the words are appended, with blanks between them. */
enum takes choices_of(const struct args_row *row, struct buf *words);

/* Of a row with a value: can it be left out? */
bool choices_optional(const struct args_row *row);

/* Is a row's value one of some words, and they stand there? */
bool choices_fixed(const char *value);

/* Append the beginnings of URLs, with blanks between them. */
void choices_urls(struct buf *to);

/* Append a blank, unless this is the first, n bytes of a word, its end. */
void choices_add(struct buf *to, const char *word, size_t n, const char *end);

#endif
