/* SPDX-License-Identifier: ISC */
/* words.c - the capabilities of a server. */
#include <string.h>

#include "text.h"
#include "words.h"

void
words_clear(struct words *w)
{
	w->len = 0;
}

void
words_add(struct words *w, const char *p, size_t n)
{
	if (n == 0 || n >= sizeof w->text - w->len)
		return;
	if (memchr(p, '\0', n) != NULL)
		return;
	memcpy(w->text + w->len, p, n);
	w->len += n;
	w->text[w->len++] = '\0';
}

void
words_add_each(struct words *w, const char *p, size_t n)
{
	while (n > 0) {
		size_t blanks = text_blanks(p, n);
		size_t word = text_word(p + blanks, n - blanks);

		words_add(w, p + blanks, word);
		p += blanks + word;
		n -= blanks + word;
	}
}

const char *
words_at(const struct words *w, size_t i)
{
	const char *p = w->text;

	while (p < w->text + w->len) {
		if (i-- == 0)
			return p;
		p += strlen(p) + 1;
	}
	return NULL;
}

bool
words_have(const struct words *w, const char *name)
{
	size_t n = strlen(name);
	const char *word;
	size_t i;

	for (i = 0; (word = words_at(w, i)) != NULL; i++) {
		if (text_begins(word, strlen(word), name) &&
		    (word[n] == '\0' || word[n] == ' ' || word[n] == '='))
			return true;
	}
	return false;
}
