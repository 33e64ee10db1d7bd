/* SPDX-License-Identifier: ISC */
/* titles.c - the beginnings of the last commands. */
#include <stdlib.h>
#include <string.h>

#include "fail.h"
#include "titles.h"

void
titles_put(struct titles *t, unsigned id, const char *text, size_t len)
{
	struct title *at;

	if (t->ring == NULL) {
		t->ring = xmalloc(TITLES_MOST * sizeof *t->ring);
		memset(t->ring, 0, TITLES_MOST * sizeof *t->ring);
	}
	at = &t->ring[id % TITLES_MOST];
	at->id = id;
	at->len = len < TITLES_LEN ? len : TITLES_LEN;
	memcpy(at->text, text, at->len);
}

const char *
titles_get(const struct titles *t, unsigned id, size_t *len)
{
	const struct title *at;

	if (t->ring == NULL)
		return NULL;
	at = &t->ring[id % TITLES_MOST];
	if (at->id != id || at->len == 0)
		return NULL;
	*len = at->len;
	return at->text;
}

void
titles_free(struct titles *t)
{
	free(t->ring);
	t->ring = NULL;
}
