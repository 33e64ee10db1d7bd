/* SPDX-License-Identifier: ISC */
/* posting.c - what of a message has been said. */
#include <string.h>

#include "posting.h"
#include "text.h"

void
posting_begin(struct posting *p)
{
	memset(p, 0, sizeof *p);
}

/* Append as much as there is room for. */
static void
keep(char *to, size_t *len, size_t most, const char *bytes, size_t n)
{
	size_t room = most - *len;

	if (n > room)
		n = room;
	memcpy(to + *len, bytes, n);
	*len += n;
}

/* The value of a parameter, with or without quotes. */
static void
read_boundary(struct posting *p, const char *value, size_t n)
{
	bool quotes = n > 0 && value[0] == '"';
	size_t i, len = 0;

	for (i = quotes; i < n; i++) {
		if (strchr(quotes ? "\"" : "; \t(", value[i]) != NULL)
			break;
		if (quotes && value[i] == '\\' && i + 1 < n)
			i++;
		if (len == POSTING_BOUNDARY) {
			/* Too long to be one. */
			len = 0;
			break;
		}
		p->boundary[len++] = value[i];
	}
	/* They cannot end in a blank. */
	while (len > 0 && p->boundary[len - 1] == ' ')
		len--;
	p->boundary[len] = '\0';
}

/* Past this parameter, which may have a ";" between quotes. */
static size_t
skip_parameter(const char *text, size_t n)
{
	bool quotes = false;
	size_t i;

	for (i = 0; i < n && (quotes || text[i] != ';'); i++) {
		if (quotes && text[i] == '\\')
			i++;
		else if (text[i] == '"')
			quotes = !quotes;
	}
	return i < n ? i + 1 : n;
}

static void
read_type(struct posting *p, const char *text, size_t n)
{
	size_t at = text_blanks(text, n);
	size_t word = strlen("boundary");

	p->boundary[0] = '\0';
	p->kind = POSTING_OTHER;
	if (!text_begins(text + at, n - at, "multipart/"))
		return;
	p->kind = POSTING_MULTIPART;
	while ((at += skip_parameter(text + at, n - at)) < n) {
		size_t to = at + text_blanks(text + at, n - at);

		if (!text_begins(text + to, n - to, "boundary"))
			continue;
		to += word;
		to += text_blanks(text + to, n - to);
		if (to == n || text[to] != '=')
			continue;
		to++;
		to += text_blanks(text + to, n - to);
		read_boundary(p, text + to, n - to);
		return;
	}
}

/* The length of the name before the colon; 0: this is no field. */
static size_t
name_of(const char *line, size_t n)
{
	size_t i = 0;

	while (i < n && line[i] > ' ' && line[i] < 0x7f && line[i] != ':')
		i++;
	return i < n && line[i] == ':' ? i : 0;
}

/* The field is complete, or goes on: what it says so far counts. */
static void
read_field(struct posting *p)
{
	size_t name = name_of(p->field, p->field_len);
	const char *text = p->field + name + 1;
	size_t n = p->field_len - name - 1;

	if (text_is(p->field, name, "MIME-Version"))
		p->version = true;
	else if (text_is(p->field, name, "Content-Type"))
		read_type(p, text, n);
}

static void
header_line(struct posting *p, const char *line, size_t n)
{
	bool more = n > 0 && (line[0] == ' ' || line[0] == '\t');

	if (!more)
		p->field_len = 0;
	/* Servers, too, take what is no field for the body. */
	if (n == 0 || (more ? p->field_len : name_of(line, n)) == 0) {
		p->place = POSTING_BODY;
		return;
	}
	keep(p->field, &p->field_len, sizeof p->field, line, n);
	read_field(p);
}

/* What follows "--" and the boundary in this line; NULL: it is none. */
static const char *
divider(const struct posting *p, const char *line, size_t n, size_t *rest)
{
	size_t len = strlen(p->boundary);

	if (len == 0 || n < len + 2 || memcmp(line, "--", 2) != 0 ||
	    memcmp(line + 2, p->boundary, len) != 0)
		return NULL;
	*rest = n - len - 2;
	return line + 2 + len;
}

static bool
is_blank(const char *p, size_t n)
{
	return text_blanks(p, n) == n;
}

bool
posting_divides(const struct posting *p, const char *line, size_t n)
{
	size_t rest;
	const char *text = divider(p, line, n, &rest);

	if (text == NULL)
		return false;
	if (rest >= 2 && memcmp(text, "--", 2) == 0)
		return is_blank(text + 2, rest - 2);
	return is_blank(text, rest);
}

static void
body_line(struct posting *p, const char *line, size_t n)
{
	if (p->place == POSTING_ENDED)
		return;
	if (posting_divides(p, line, n)) {
		size_t at = 2 + strlen(p->boundary);

		p->place =
		    n > at && line[at] == '-' ? POSTING_ENDED : POSTING_PART;
	} else if (p->place != POSTING_BODY) {
		p->place = n == 0 ? POSTING_BODY : POSTING_PART_HEADER;
	}
}

static void
whole_line(struct posting *p, const char *line, size_t n)
{
	if (n > 0 && line[n - 1] == '\r')
		n--;
	if (p->place == POSTING_HEADER)
		header_line(p, line, n);
	else
		body_line(p, line, n);
}

void
posting_said(struct posting *p, const char *bytes, size_t n)
{
	const char *end = bytes + n;

	while (bytes < end) {
		const char *lf = memchr(bytes, '\n', (size_t)(end - bytes));
		size_t len = (size_t)((lf == NULL ? end : lf) - bytes);

		if (p->len == 0 && lf != NULL) {
			whole_line(p, bytes, len);
		} else {
			keep(p->line, &p->len, sizeof p->line, bytes, len);
			if (lf != NULL) {
				whole_line(p, p->line, p->len);
				p->len = 0;
			}
		}
		bytes += len + (lf != NULL);
	}
}
