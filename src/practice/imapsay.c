/* SPDX-License-Identifier: ISC */
/* imapsay.c - quoted, or counted. */
#include <stdbool.h>

#include "buf.h"
#include "practice/imapsay.h"

enum { QUOTED_MOST = 1000 };

void
imapsay_literal(struct buf *to, const char *p, size_t n)
{
	buf_addf(to, "{%zu}\r\n", n);
	buf_add(to, p, n);
}

/* Before RFC 9051 a quoted string had no place for anything but ASCII. */
static bool
is_quotable(const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		unsigned char c = (unsigned char)p[i];

		if (c == '\0' || c == '\r' || c == '\n' || c >= 0x80)
			return false;
	}
	return n <= QUOTED_MOST;
}

void
imapsay_string(struct buf *to, const char *p, size_t n)
{
	size_t i;

	if (!is_quotable(p, n)) {
		imapsay_literal(to, p, n);
		return;
	}
	buf_adds(to, "\"");
	for (i = 0; i < n; i++) {
		if (p[i] == '"' || p[i] == '\\')
			buf_adds(to, "\\");
		buf_add(to, p + i, 1);
	}
	buf_adds(to, "\"");
}

void
imapsay_nstring(struct buf *to, const char *p, size_t n)
{
	if (p == NULL)
		buf_adds(to, "NIL");
	else
		imapsay_string(to, p, n);
}
