/* SPDX-License-Identifier: ISC */
/* ircline.c - cutting a line of IRC (RFC 2812, 2.3.1). */
#include "ircline.h"
#include "text.h"

size_t
ircline_at(const char *line, size_t len)
{
	size_t at = text_blanks(line, len);

	if (at < len && line[at] == '@') {
		at += text_word(line + at, len - at);
		at += text_blanks(line + at, len - at);
	}
	if (at < len && line[at] == ':') {
		at += text_word(line + at, len - at);
		at += text_blanks(line + at, len - at);
	}
	return at;
}

struct ircline
ircline(const char *line, size_t len)
{
	size_t at = ircline_at(line, len), i;
	struct ircline m = { .word = line + at };

	m.word_len = text_word(m.word, len - at);
	at += m.word_len;
	at += text_blanks(line + at, len - at);
	m.rest = line + at;
	m.rest_len = len - at;
	for (i = 0; i < 3 && m.word_len == 3; i++) {
		if (m.word[i] < '0' || m.word[i] > '9')
			return m;
	}
	if (m.word_len == 3)
		m.code = (m.word[0] - '0') * 100 + (m.word[1] - '0') * 10 +
		    m.word[2] - '0';
	return m;
}

bool
ircline_is(const struct ircline *m, const char *word)
{
	return text_is(m->word, m->word_len, word);
}

const char *
ircline_next(const char **p, size_t *n, size_t *len)
{
	size_t blanks = text_blanks(*p, *n);
	const char *found = *p + blanks;

	*n -= blanks;
	*len = *n > 0 && found[0] == ':' ? *n : text_word(found, *n);
	*p = found + *len;
	*n -= *len;
	if (*len == 0)
		return NULL;
	if (found[0] == ':') {
		found++;
		(*len)--;
	}
	return found;
}

const char *
ircline_parameter(const char *p, size_t n, int which, size_t *len)
{
	const char *found = ircline_next(&p, &n, len);

	while (found != NULL && which-- > 0)
		found = ircline_next(&p, &n, len);
	return found;
}

int
ircline_count(const char *p, size_t n)
{
	size_t len;
	int found = 0;

	while (ircline_next(&p, &n, &len) != NULL)
		found++;
	return found;
}
