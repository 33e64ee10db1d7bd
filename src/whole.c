/* SPDX-License-Identifier: ISC */
/* whole.c - answers that end where the connection ends. */
#include "whole.h"

void
whole_ask(struct asked *a, struct wants *w, const char *line, size_t len)
{
	(void)w;
	(void)line;
	(void)len;
	a->flags |= VERB_TO_END;
}

/* Only what comes before our line is judged: it answers nothing. */
struct judged
whole_judge(struct hold *h, const struct asked *a, const char *line, size_t len)
{
	struct judged j = { .class = CLASS_NONE };

	(void)h;
	(void)a;
	(void)line;
	(void)len;
	return j;
}
