/* SPDX-License-Identifier: ISC */
/* imapin.c - atoms, strings and numbers. */
#include <string.h>

#include "buf.h"
#include "practice/imapin.h"
#include "text.h"

enum { SHOWN = 40 };

bool
imapin_end(const struct imapin *in)
{
	size_t i = in->at;

	while (i < in->len && in->p[i] == ' ')
		i++;
	return i == in->len;
}

bool
imapin_blank(struct imapin *in)
{
	size_t begin = in->at;

	while (in->at < in->len && in->p[in->at] == ' ')
		in->at++;
	return in->at > begin;
}

bool
imapin_skip(struct imapin *in, const char *text)
{
	if (!text_begins(in->p + in->at, in->len - in->at, text))
		return false;
	in->at += strlen(text);
	return true;
}

/* Characters beyond ASCII are let through: names may be UTF-8. */
static bool
is_atom(char c, const char *also)
{
	unsigned char u = (unsigned char)c;

	if (u <= ' ' || u == 0x7f)
		return false;
	return strchr("(){%*\"\\]", c) == NULL || strchr(also, c) != NULL;
}

bool
imapin_atom(struct imapin *in, const char *also, struct imapin *atom)
{
	size_t begin = in->at;

	while (in->at < in->len && is_atom(in->p[in->at], also))
		in->at++;
	*atom = (struct imapin){ in->p + begin, in->at - begin, 0 };
	return atom->len > 0;
}

bool
imapin_is(const struct imapin *atom, const char *word)
{
	return text_is(atom->p, atom->len, word);
}

static bool
quoted(struct imapin *in, struct buf *to)
{
	size_t begin = to->len, i;

	for (i = in->at + 1; i < in->len && in->p[i] != '"'; i++) {
		if (in->p[i] == '\\' && ++i == in->len)
			break;
		if (in->p[i] == '\r' || in->p[i] == '\n' || in->p[i] == '\0')
			break;
		buf_add(to, in->p + i, 1);
	}
	if (i >= in->len || in->p[i] != '"') {
		to->len = begin;
		return false;
	}
	in->at = i + 1;
	return true;
}

static bool
literal(struct imapin *in, struct buf *to)
{
	const char *p = in->p + in->at;
	size_t n = in->len - in->at, digits = 1, head;
	uint64_t octets;

	while (digits < n && p[digits] >= '0' && p[digits] <= '9')
		digits++;
	if (text_octets(p + 1, digits - 1, &octets) != 0)
		return false;
	head = digits;
	if (head < n && (p[head] == '+' || p[head] == '-'))
		head++;
	if (n - head < 3 || memcmp(p + head, "}\r\n", 3) != 0)
		return false;
	head += 3;
	if (octets > n - head)
		return false;
	buf_add(to, p + head, (size_t)octets);
	in->at += head + (size_t)octets;
	return true;
}

bool
imapin_string(struct imapin *in, const char *also, struct buf *to)
{
	struct imapin atom;

	if (in->at < in->len && in->p[in->at] == '"')
		return quoted(in, to);
	if (in->at < in->len && in->p[in->at] == '{')
		return literal(in, to);
	if (!imapin_atom(in, also, &atom))
		return false;
	buf_add(to, atom.p, atom.len);
	return true;
}

bool
imapin_number(struct imapin *in, uint32_t *n)
{
	size_t i = in->at;
	uint64_t value;

	while (i < in->len && in->p[i] >= '0' && in->p[i] <= '9')
		i++;
	if (text_octets(in->p + in->at, i - in->at, &value) != 0 ||
	    value > UINT32_MAX)
		return false;
	*n = (uint32_t)value;
	in->at = i;
	return true;
}

void
imapin_show(const struct imapin *in, struct buf *to)
{
	size_t n = 0, left = in->len - in->at;

	while (n < left && in->p[in->at + n] != '\r')
		n++;
	if (n > 0)
		text_quote(to, in->p + in->at, n, SHOWN);
}
