/* SPDX-License-Identifier: ISC */
/* preamble.c - refusing in words. */
#include "preamble.h"
#include "buf.h"
#include "text.h"

/* Bytes of the server that are quoted at most. */
enum { QUOTE_MOST = 300 };

enum preamble_says
preamble_refuse(struct preamble_talk *t, const char *why, const char *p,
    size_t n)
{
	/* The line end behind a message says nothing. */
	while (n > 0 && (p[n - 1] == '\n' || p[n - 1] == '\r'))
		n--;
	buf_adds(t->why, why);
	if (n > 0) {
		buf_adds(t->why, ": \"");
		text_quote(t->why, p, n, QUOTE_MOST);
		buf_adds(t->why, "\"");
	}
	return PREAMBLE_REFUSED;
}
