/* SPDX-License-Identifier: ISC */
/* hop.c - what a proxy is asked, and how far that has come. */
#include <string.h>

#include "hop.h"
#include "text.h"

/* How much of what came is quoted. */
enum { QUOTED = 80 };

void
hop_free(struct hop *h)
{
	buf_free(&h->in);
	buf_free(&h->say);
	buf_free(&h->why);
}

bool
hop_take(struct hop *h, const char **p, size_t *n)
{
	size_t lack = h->want > h->in.len ? h->want - h->in.len : 0;
	size_t take = lack < *n ? lack : *n;

	buf_add(&h->in, *p, take);
	*p += take;
	*n -= take;
	return take == lack;
}

void
hop_next(struct hop *h, size_t want)
{
	buf_clear(&h->in);
	h->want = want;
}

enum hop_says
hop_refuse(struct hop *h, const char *why)
{
	buf_clear(&h->why);
	buf_adds(&h->why, why);
	return HOP_REFUSED;
}

enum hop_says
hop_quote(struct hop *h, const char *why, const char *p, size_t n)
{
	const char *line;
	size_t len = 0;

	hop_refuse(h, why);
	buf_add(&h->in, p, n < QUOTED ? n : QUOTED);
	line = h->in.len > 0 ? buf_bytes(&h->in) : "";
	while (len < h->in.len && line[len] != '\r' && line[len] != '\n')
		len++;
	buf_adds(&h->why, "\"");
	text_quote(&h->why, line, len, QUOTED);
	buf_adds(&h->why, "\"");
	return HOP_REFUSED;
}
