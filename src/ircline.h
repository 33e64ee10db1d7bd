/* ircline.h - a line of IRC and its parts.  Floor 1. */
/* SPDX-License-Identifier: ISC */
#ifndef IRCLINE_H
#define IRCLINE_H

#include <stdbool.h>
#include <stddef.h>

/* A line, "@tags" and ":prefix" left out; it points into the line. */
struct ircline {
	const char *word;
	size_t word_len;
	int code; /* a numeric, or 0 */
	const char *rest;
	size_t rest_len;
};

struct ircline ircline(const char *line, size_t len);

/* Where the command begins: behind "@time=... " and ":server ". */
size_t ircline_at(const char *line, size_t len);

/* Is this its command, whatever the case? */
bool ircline_is(const struct ircline *m, const char *word);

/*
 * The next parameter of *n bytes, without the colon of the last; both are
 * moved behind it.  NULL: there is none.
 */
const char *ircline_next(const char **p, size_t *n, size_t *len);

/* The parameter that `which` others come before; how many there are. */
const char *ircline_parameter(const char *p, size_t n, int which, size_t *len);
int ircline_count(const char *p, size_t n);

#endif
