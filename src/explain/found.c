/* SPDX-License-Identifier: ISC */
/* found.c - the codes of a line, by the way its protocol writes them. */
#include <string.h>

#include "explain/codes.h"
#include "explain/found.h"
#include "ircline.h"
#include "text.h"

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

size_t
found_digits(const char *p, size_t n)
{
	if (n < 3 || !is_digit(p[0]) || !is_digit(p[1]) || !is_digit(p[2]))
		return 0;
	return n == 3 || strchr(" \t-\r", p[3]) != NULL ? 3 : 0;
}

/* One to three digits. */
static size_t
number(const char *p, size_t n)
{
	size_t i = 0;

	while (i < n && i < 4 && is_digit(p[i]))
		i++;
	return i < 4 ? i : 0;
}

bool
found_is_enhanced(const char *p, size_t n)
{
	size_t subject, detail;

	if (n < 5 || strchr("245Xx", p[0]) == NULL || p[1] != '.')
		return false;
	subject = number(p + 2, n - 2);
	if (subject == 0 || 2 + subject >= n || p[2 + subject] != '.')
		return false;
	detail = number(p + 3 + subject, n - 3 - subject);
	return detail > 0 && 3 + subject + detail == n;
}

bool
found_is_text(const char *p, size_t n)
{
	size_t i;
	uint32_t code;

	for (i = 0; i < n;) {
		int len = text_utf8(p + i, n - i, &code);

		if (len <= 0 || code == '\t' || !text_harmless(code))
			return false;
		i += (size_t)len;
	}
	return n > 0;
}

const struct code *
found_code(const struct codes *table, const char *word, size_t len)
{
	const struct code *c = table->codes;
	size_t skip = table == &codes_enhanced ? 1 : 0;

	if (len <= skip)
		return NULL;
	for (; c != NULL && c->word != NULL; c++) {
		if (text_is(word + skip, len - skip, c->word + skip))
			return c;
	}
	return NULL;
}

/* The first word of what is left. */
static size_t
word_at(const struct found *f, size_t *at)
{
	*at += text_blanks(f->line + *at, f->line_len - *at);
	return text_word(f->line + *at, f->line_len - *at);
}

/* Base64, and nothing else, stands there up to the end; of nothing at all it
 * is "=" in some protocols. */
static void
find_challenge(struct found *f, size_t at)
{
	size_t n = word_at(f, &at);
	size_t end = at + n;

	end += text_blanks(f->line + end, f->line_len - end);
	if (n == 1 && f->line[at] == '=')
		n = 0;
	if (end < f->line_len || n % 4 != 0)
		return;
	f->challenge = f->line + at;
	f->challenge_len = n;
}

static bool
find_digits(struct found *f)
{
	size_t at = f->line_len > 3 ? 4 : 3, n;

	f->len = found_digits(f->line, f->line_len);
	if (f->len == 0)
		return false;
	n = word_at(f, &at);
	if (found_is_enhanced(f->line + at, n) && f->line[at] == f->line[0]) {
		f->enhanced = true;
		f->extra = f->line + at;
		f->extra_len = n;
	} else if (f->line[0] == '3') {
		find_challenge(f, at);
	}
	return true;
}

static bool
is_status(const struct codes *table, const char *p, size_t n)
{
	const char *const *s = table->status;

	while (*s != NULL && !text_is(p, n, *s))
		s++;
	return *s != NULL;
}

/* "[CODE argument]" or "(CODE argument)" behind the status. */
static void
find_bracket(struct found *f, size_t at)
{
	const char *p;
	size_t n = 0, left;

	word_at(f, &at);
	p = f->line + at;
	left = f->line_len - at;
	if (left < 2 || (p[0] != '[' && p[0] != '('))
		return;
	p++;
	left--;
	while (n < left && strchr(" ])", p[n]) == NULL)
		n++;
	f->extra = p;
	f->extra_len = n;
}

static bool
find_status(struct found *f, const struct codes *table)
{
	size_t at = 0, n = word_at(f, &at);

	/* A tag, or a star, may stand before it. */
	if (!is_status(table, f->line + at, n)) {
		at += n;
		n = word_at(f, &at);
	}
	if (!is_status(table, f->line + at, n))
		return false;
	f->word = f->line + at;
	f->len = n;
	at += n;
	if (n == 1)
		find_challenge(f, at);
	else
		find_bracket(f, at);
	return true;
}

static bool
find_http(struct found *f)
{
	size_t at = 0, n = word_at(f, &at);

	if (n >= 8 && text_begins(f->line + at, n, "HTTP/"))
		at += n;
	word_at(f, &at);
	f->word = f->line + at;
	f->len = found_digits(f->word, f->line_len - at);
	return f->len > 0;
}

static bool
find_irc(struct found *f)
{
	struct ircline m = ircline(f->line, f->line_len);

	f->word = m.word;
	f->len = m.word_len;
	return m.word != NULL && m.word_len == 3 &&
	    found_digits(m.word, m.word_len) == 3;
}

bool
found_line(struct found *f, const struct codes *table, const char *line,
    size_t len)
{
	*f = (struct found){ .line = line,
		.line_len = len,
		.word = line,
		.extra = line };
	switch (table->place) {
	case CODE_DIGITS:
		return find_digits(f);
	case CODE_STATUS:
		return find_status(f, table);
	case CODE_HTTP:
		return find_http(f);
	case CODE_IRC:
		return find_irc(f);
	}
	return false;
}
