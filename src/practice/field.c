/* SPDX-License-Identifier: ISC */
/* field.c - names, folded lines, comments and quoted strings. */
#include <string.h>

#include "buf.h"
#include "practice/field.h"
#include "text.h"

size_t
field_line(const char *p, size_t n)
{
	const char *end = n == 0 ? NULL : memchr(p, '\n', n);

	return end == NULL ? n : (size_t)(end - p) + 1;
}

static bool
is_empty(const char *line, size_t len)
{
	return len == 0 || line[0] == '\n' ||
	    (len >= 2 && line[0] == '\r' && line[1] == '\n');
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool
is_around(char c)
{
	return is_blank(c) || c == '\r' || c == '\n';
}

bool
field_next(const char *head, size_t len, size_t *at, struct field *f)
{
	const char *p = head + *at;
	size_t n = len - *at, line = field_line(p, n);
	const char *colon;

	if (is_empty(p, line))
		return false;
	colon = memchr(p, ':', line);
	f->name = p;
	f->name_len = colon == NULL ? 0 : (size_t)(colon - p);
	while (f->name_len > 0 && is_blank(p[f->name_len - 1]))
		f->name_len--;
	while (line < n && is_blank(p[line]))
		line += field_line(p + line, n - line);
	f->body = colon == NULL ? p : colon + 1;
	f->len = line;
	f->body_len = line - (size_t)(f->body - p);
	*at += line;
	return true;
}

bool
field_find(const char *head, size_t len, const char *name, struct field *f)
{
	size_t at = 0;

	while (field_next(head, len, &at, f)) {
		if (text_is(f->name, f->name_len, name))
			return true;
	}
	return false;
}

void
field_unfold(const struct field *f, struct buf *to)
{
	size_t begin = 0, end = f->body_len, i;

	while (begin < end && is_around(f->body[begin]))
		begin++;
	while (end > begin && is_around(f->body[end - 1]))
		end--;
	for (i = begin; i < end; i++) {
		if (f->body[i] != '\r' && f->body[i] != '\n')
			buf_add(to, f->body + i, 1);
	}
}

size_t
field_header(const char *p, size_t n)
{
	size_t at = 0;

	while (at < n) {
		size_t line = field_line(p + at, n - at);
		bool last = is_empty(p + at, line);

		at += line;
		if (last)
			break;
	}
	return at;
}

/* "Name:" (RFC 5322, sections 3.6.8 and 4.5) */
static bool
is_field(const char *p, size_t n)
{
	size_t name = 0, i;

	while (name < n && p[name] > ' ' && p[name] < 127 && p[name] != ':')
		name++;
	for (i = name; i < n && is_blank(p[i]); i++)
		continue;
	return name > 0 && i < n && p[i] == ':';
}

size_t
field_stray(const char *p, size_t n)
{
	size_t at = 0;

	while (at < n) {
		size_t line = field_line(p + at, n - at);

		if (is_empty(p + at, line))
			return n;
		if (!is_field(p + at, line) && (at == 0 || !is_blank(p[at])))
			return at;
		at += line;
	}
	return n;
}

/* Where a comment ends, with those in it. */
static size_t
comment(const char *p, size_t n, size_t i)
{
	size_t depth = 0;

	for (; i < n; i++) {
		if (p[i] == '\\')
			i++;
		else if (p[i] == '(')
			depth++;
		else if (p[i] == ')' && --depth == 0)
			return i + 1;
	}
	return n;
}

size_t
field_skip(const char *p, size_t n, size_t i)
{
	while (i < n && (p[i] == '(' || (unsigned char)p[i] <= ' '))
		i = p[i] == '(' ? comment(p, n, i) : i + 1;
	return i;
}

size_t
field_quoted(const char *p, size_t n, size_t i, struct buf *to)
{
	for (i++; i < n && p[i] != '"'; i++) {
		if (p[i] == '\\' && i + 1 < n)
			i++;
		if (to != NULL)
			buf_add(to, p + i, 1);
	}
	return i < n ? i + 1 : n;
}
