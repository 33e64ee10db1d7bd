/* words.h - what the server said that it can do.  Floor 1. */
/* SPDX-License-Identifier: ISC */
#ifndef WORDS_H
#define WORDS_H

#include <stdbool.h>
#include <stddef.h>

enum { WORDS_MOST = 4096 };

/* Capabilities, each ended by NUL; zero is an empty list. */
struct words {
	char text[WORDS_MOST];
	size_t len;
};

void words_clear(struct words *w);

/*
 * Add n bytes as one capability ("SIZE 1000000"), or each word of them as
 * one.  What has a NUL in it or does not fit is left out.
 */
void words_add(struct words *w, const char *p, size_t n);
void words_add_each(struct words *w, const char *p, size_t n);

/* The i-th, or NULL. */
const char *words_at(const struct words *w, size_t i);

/* Is there one that begins with this ("STARTTLS", "AUTH TLS"), whatever the
 * case, and then ends or goes on behind a blank? */
bool words_have(const struct words *w, const char *name);

#endif
