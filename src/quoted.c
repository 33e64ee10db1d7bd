/* SPDX-License-Identifier: ISC */
/* quoted.c - text made quoted-printable. */
#include <string.h>

#include "quoted.h"

/* n characters that stay together. */
static char *
put(struct quoted *q, char *to, const char *p, size_t n)
{
	static const char soft[] = { '=', '\r', '\n' };

	/* The last column is for the sign that the line goes on. */
	if (q->columns + n > QUOTED_COLUMNS - 1 && !q->endless) {
		memcpy(to, soft, sizeof soft);
		to += sizeof soft;
		q->columns = 0;
	}
	if (q->stuff && q->columns == 0 && p[0] == '.')
		*to++ = '.';
	memcpy(to, p, n);
	q->columns += n;
	return to + n;
}

static char *
put_code(struct quoted *q, char *to, char c)
{
	static const char digits[] = "0123456789ABCDEF";
	unsigned char byte = (unsigned char)c;
	char code[3] = { '=', digits[byte >> 4], digits[byte & 15] };

	return put(q, to, code, sizeof code);
}

/* Something follows on the line, or its end: what was held is decided. */
static char *
release(struct quoted *q, char *to, bool last)
{
	char held = q->held;

	q->held = '\0';
	if (held == '\0')
		return to;
	if (held == '\r' || last)
		return put_code(q, to, held);
	return put(q, to, &held, 1);
}

static char *
end_line(struct quoted *q, char *to)
{
	*to++ = '\r';
	*to++ = '\n';
	q->columns = 0;
	return to;
}

static char *
put_byte(struct quoted *q, char *to, char c)
{
	if (c == '\n') {
		if (q->held == '\r')
			q->held = '\0';
		return end_line(q, release(q, to, true));
	}
	/* Before a CR LF a blank is the last, too. */
	if (c == '\r' && (q->held == ' ' || q->held == '\t'))
		to = release(q, to, true);
	to = release(q, to, false);
	if (c == ' ' || c == '\t' || c == '\r') {
		q->held = c;
		return to;
	}
	if (c > ' ' && c <= '~' && c != '=')
		return put(q, to, &c, 1);
	return put_code(q, to, c);
}

size_t
quoted_add(struct quoted *q, char *to, const char *p, size_t n)
{
	char *at = to;
	size_t i;

	for (i = 0; i < n; i++)
		at = put_byte(q, at, p[i]);
	return (size_t)(at - to);
}

size_t
quoted_end(struct quoted *q, char *to, bool ended)
{
	char *at = release(q, to, true);

	if (ended && q->columns > 0)
		at = end_line(q, at);
	return (size_t)(at - to);
}
