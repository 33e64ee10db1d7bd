/* SPDX-License-Identifier: ISC */
/* bare.c - a secret without the marks around it. */
#include <stdbool.h>
#include <string.h>

#include "bare.h"

/* "like this", with nothing in it that another quotation would need. */
static bool
is_quoted(const char *p, size_t n)
{
	return n > 2 && p[0] == '"' && p[n - 1] == '"' &&
	    memchr(p + 1, '"', n - 2) == NULL && memchr(p, '\\', n) == NULL;
}

/* How many bytes come before "</a>" or "</a></b>", if there are no others. */
static size_t
before_tags(const char *p, size_t n)
{
	const char *tag = memchr(p, '<', n);
	size_t at = tag == NULL ? n : (size_t)(tag - p);

	if (n - at < 4 || tag[1] != '/' || p[n - 1] != '>')
		return n;
	return at;
}

void
bare_find(const char *p, size_t n, size_t *at, size_t *len)
{
	size_t text = before_tags(p, n);

	*at = 0;
	*len = text > 0 ? text : n;
	if (is_quoted(p, n)) {
		*at = 1;
		*len = n - 2;
	}
}
