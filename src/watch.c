/* SPDX-License-Identifier: ISC */
/* watch.c - patterns that no line may match any more. */
#include <stdlib.h>
#include <string.h>

#include "fail.h"
#include "pattern.h"
#include "watch.h"

void
watch_add(struct watch *w, unsigned long line, const char *text, size_t len)
{
	struct watched *at;
	struct fail f;

	w->list = xrealloc(w->list, (w->count + 1) * sizeof *w->list);
	at = &w->list[w->count++];
	*at = (struct watched){ .line = line, .len = len };
	at->pattern = pattern_open(text, len, &f);
	at->text = xmalloc(len + 1);
	memcpy(at->text, text, len);
}

const struct watched *
watch_line(struct watch *w, const char *line, size_t len)
{
	size_t i;

	for (i = 0; i < w->count; i++) {
		struct watched *at = &w->list[i];

		if (!at->matched && pattern_matches(at->pattern, line, len)) {
			at->matched = true;
			return at;
		}
	}
	return NULL;
}

void
watch_free(struct watch *w)
{
	size_t i;

	for (i = 0; i < w->count; i++) {
		pattern_close(w->list[i].pattern);
		free(w->list[i].text);
	}
	free(w->list);
	memset(w, 0, sizeof *w);
}
