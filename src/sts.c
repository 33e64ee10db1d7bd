/* SPDX-License-Identifier: ISC */
/* sts.c - the TXT record that announces MTA-STS. */
#include <string.h>

#include "buf.h"
#include "sts.h"
#include "text.h"

/* Of an id, and of the name of a field. */
enum { WORD_MOST = 32 };

static const char version[] = "v=STSv1";
static const char letters[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static size_t
skip_blanks(const char *p, size_t n, size_t at)
{
	while (at < n && is_blank(p[at]))
		at++;
	return at;
}

bool
sts_is(const char *p, size_t n)
{
	size_t at = sizeof version - 1;

	/* The case counts: RFC 8461 has its words in "%s" form (RFC 7405). */
	if (n < at || memcmp(p, version, at) != 0)
		return false;
	at = skip_blanks(p, n, at);
	return at < n && p[at] == ';';
}

/* How many of n bytes are letters, digits or one of `more`. */
static size_t
span(const char *p, size_t n, const char *more)
{
	size_t i = 0;

	while (i < n && p[i] != '\0' &&
	    (strchr(letters, p[i]) != NULL || strchr(more, p[i]) != NULL))
		i++;
	return i;
}

/* Is this the value of a field: something, and neither blank nor "="? */
static bool
is_value(const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (p[i] <= ' ' || p[i] > '~' || p[i] == '=')
			return false;
	}
	return n > 0;
}

static bool
is_field(const char *p, size_t n)
{
	size_t name = span(p, n, "_-.");

	return name > 0 && name <= WORD_MOST && span(p, 1, "") == 1 &&
	    name < n && p[name] == '=' && is_value(p + name + 1, n - name - 1);
}

/*
 * The field that begins behind the ";" at *at, without the blanks around it;
 * *at moves to the next ";" or the end.
 */
static size_t
next_field(const char *p, size_t n, size_t *at, const char **field)
{
	size_t from = skip_blanks(p, n, *at + 1), to;

	for (*at = from; *at < n && p[*at] != ';'; ++*at)
		continue;
	for (to = *at; to > from && is_blank(p[to - 1]); to--)
		continue;
	*field = p + from;
	return to - from;
}

/* One field: what is wrong with it, and the id if it is that. */
static void
take_field(const char *p, size_t n, struct buf *why, struct sts *sts)
{
	if (!is_field(p, n)) {
		buf_adds(why, "\"");
		text_quote(why, p, n, 60);
		buf_adds(why, "\" is no field");
	} else if (memcmp(p, "id=", 3) == 0) {
		if (sts->id != NULL)
			buf_adds(why, "it has two ids");
		sts->id = p + 3;
		sts->len = n - 3;
		if (why->len == 0 &&
		    (span(sts->id, sts->len, "") != sts->len ||
			sts->len > WORD_MOST))
			buf_adds(why,
			    "its id is not of 1 to 32 letters and digits");
	}
}

bool
sts_read(struct sts *sts, const char *p, size_t n, struct buf *why)
{
	size_t at = skip_blanks(p, n, sizeof version - 1);
	const char *field;
	size_t len;

	*sts = (struct sts){ NULL, 0 };
	buf_clear(why);
	while (at < n && why->len == 0) {
		len = next_field(p, n, &at, &field);
		/* A ";" may end it. */
		if (len > 0 || at < n)
			take_field(field, len, why, sts);
	}
	if (why->len == 0 && sts->id == NULL)
		buf_adds(why, "it has no id");
	return why->len == 0;
}
