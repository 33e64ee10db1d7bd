/* answer.h - one line of a reply of the practice server.  Floor 4. */
/* SPDX-License-Identifier: ISC */
#ifndef ANSWER_H
#define ANSWER_H

#include <stddef.h>

struct peer;

/* A line to be sent, with its end; what goes into it is harmless. */
void answer(struct peer *p, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* The same with n bytes of the client's, made harmless and short, in quotes
 * between. */
void answer_word(struct peer *p, const char *before, const char *word, size_t n,
    const char *behind);

#endif
