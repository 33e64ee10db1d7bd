/* SPDX-License-Identifier: ISC */
/* settings.c - what a file of settings says, line by line. */
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "fail.h"
#include "settings.h"
#include "text.h"

/* A line, without what is around it. */
struct piece {
	const char *at;
	size_t len;
};

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static struct piece
trimmed(const char *p, size_t n)
{
	while (n > 0 && is_blank(*p)) {
		p++;
		n--;
	}
	while (n > 0 && (is_blank(p[n - 1]) || p[n - 1] == '\r'))
		n--;
	return (struct piece){ p, n };
}

/* How much comes before a comment. */
static size_t
before_comment(const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (p[i] == '#' && (i == 0 || is_blank(p[i - 1])))
			break;
	}
	return i;
}

static int
refuse(size_t line, struct piece what, const char *why, struct fail *f)
{
	struct buf shown = { 0 };

	text_quote(&shown, what.at, what.len, 60);
	buf_add(&shown, "", 1);
	fail_set(f, STATUS_USAGE, "%zu: %s: %s", line, buf_bytes(&shown), why);
	buf_free(&shown);
	return -1;
}

/* Is there a byte that no name and no value has? */
static bool
has_control(struct piece p)
{
	size_t i;

	for (i = 0; i < p.len; i++) {
		unsigned char c = (unsigned char)p.at[i];

		if ((c < ' ' && c != '\t') || c == 0x7f)
			return true;
	}
	return false;
}

/* A name may end with the dot of the root. */
static size_t
without_dot(const char *p, size_t n)
{
	return n > 1 && p[n - 1] == '.' ? n - 1 : n;
}

/* Is a section's name one host, or a pattern for several? */
static bool
is_host(const char *p, size_t n)
{
	size_t i, colons = 0;
	size_t from = n > 2 && memcmp(p, "*.", 2) == 0 ? 2 : 0;

	for (i = from; i < n; i++) {
		if (is_blank(p[i]) || strchr("*[]/,;", p[i]) != NULL)
			return false;
		if (p[i] == '.' && i + 1 < n && p[i + 1] == '.')
			return false;
		colons += p[i] == ':';
	}
	/* One colon would be that of a port. */
	return n > from && p[from] != '.' && colons != 1;
}

static int
add_section(struct settings *s, size_t line, struct piece p, struct fail *f)
{
	struct piece host = trimmed(p.at + 1, p.len - (p.len > 1 ? 2 : 1));

	if (p.at[p.len - 1] != ']')
		return refuse(line, p, "a section is [HOST]", f);
	if (!is_host(host.at, host.len))
		return refuse(line, p,
		    "a section names one host without a port, or as "
		    "[*.example.org] those below a domain",
		    f);
	s->hosts = xrealloc(s->hosts, (s->nhosts + 1) * sizeof *s->hosts);
	s->hosts[s->nhosts++] =
	    xstrndup(host.at, without_dot(host.at, host.len));
	return 0;
}

static int
add_setting(struct settings *s, size_t line, struct piece p, struct fail *f)
{
	struct setting *row;
	struct piece value;
	size_t n = 0;

	while (n < p.len && !is_blank(p.at[n]) && p.at[n] != '=')
		n++;
	if (n == 0)
		return refuse(line, p, "the name of an option is missing", f);
	s->rows = xrealloc(s->rows, (s->n + 1) * sizeof *s->rows);
	row = &s->rows[s->n++];
	*row = (struct setting){ line, s->nhosts, xstrndup(p.at, n), NULL };
	value = trimmed(p.at + n, p.len - n);
	if (value.len == 0)
		return 0;
	if (value.at[0] == '=')
		value = trimmed(value.at + 1, value.len - 1);
	row->value = xstrndup(value.at, value.len);
	return 0;
}

int
settings_read(struct settings *s, const char *text, size_t n, struct fail *f)
{
	const char *end = text + n;
	size_t line = 0;

	while (text < end) {
		size_t left = (size_t)(end - text);
		const char *stop = memchr(text, '\n', left);
		size_t len = stop == NULL ? left : (size_t)(stop - text);
		struct piece p = trimmed(text, before_comment(text, len));
		int rc = 0;

		line++;
		if (has_control(p))
			rc = refuse(line, p, "this is no text", f);
		else if (p.len > 0)
			rc = (p.at[0] == '[' ? add_section : add_setting)(s,
			    line, p, f);
		if (rc < 0)
			return -1;
		text += stop == NULL ? len : len + 1;
	}
	return 0;
}

bool
settings_hold(const struct settings *s, size_t section, const char *host)
{
	const char *wanted;
	size_t len, n = without_dot(host, strlen(host));

	if (section == 0)
		return true;
	wanted = s->hosts[section - 1];
	if (wanted[0] != '*')
		return text_is(host, n, wanted);
	/* The dot behind the star must be there, and something before it. */
	wanted++;
	len = strlen(wanted);
	return n > len && text_is(host + n - len, len, wanted);
}

void
settings_drop(struct settings *s, size_t i)
{
	free(s->rows[i].name);
	free(s->rows[i].value);
	s->n--;
	memmove(&s->rows[i], &s->rows[i + 1], (s->n - i) * sizeof *s->rows);
}

void
settings_free(struct settings *s)
{
	if (s == NULL)
		return;
	while (s->n > 0)
		settings_drop(s, s->n - 1);
	while (s->nhosts > 0)
		free(s->hosts[--s->nhosts]);
	free(s->rows);
	free(s->hosts);
	*s = (struct settings){ 0 };
}
