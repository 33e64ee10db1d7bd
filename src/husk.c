/* SPDX-License-Identifier: ISC */
/* husk.c - a secret that only its marks are written of. */
#include <ctype.h>
#include <string.h>

#include "bare.h"
#include "husk.h"

/* Of what is longer the marks stay in the secret. */
enum { MOST = 16384 };

void
husk_add(struct husk *h, const char *p, size_t n)
{
	if (n > MOST - h->text.len)
		husk_lose(h);
	if (!h->unknown)
		buf_add(&h->text, p, n);
}

void
husk_lose(struct husk *h)
{
	buf_wipe(&h->text);
	h->unknown = true;
}

/* May it stand in a tag that says nothing but an element's name? */
static bool
is_name(char c)
{
	return isalnum((unsigned char)c) || strchr(":_.-", c) != NULL;
}

/* Are they "</a></b>" and nothing else? */
static bool
is_tags(const char *p, size_t n)
{
	while (n > 3 && p[0] == '<' && p[1] == '/') {
		size_t i = 2;

		while (i < n && p[i] != '\0' && is_name(p[i]))
			i++;
		if (i == 2 || i == n || p[i] != '>')
			return false;
		p += i + 1;
		n -= i + 1;
	}
	return n == 0;
}

void
husk_put(const struct husk *h, bool marked, unsigned number, struct buf *to)
{
	const char *p = h->text.len == 0 ? "" : buf_bytes(&h->text);
	size_t n = h->text.len, at = 0, len = n;

	if (marked)
		bare_find(p, n, &at, &len);
	/* A quotation mark in front has its fellow behind. */
	if (at == 0 && !is_tags(p + len, n - len))
		len = n;
	buf_add(to, p, at);
	buf_addf(to, "${secret:%u}", number);
	buf_add(to, p + at + len, n - at - len);
}

void
husk_clear(struct husk *h)
{
	buf_wipe(&h->text);
	h->unknown = false;
}

void
husk_free(struct husk *h)
{
	buf_free(&h->text);
	h->unknown = false;
}
