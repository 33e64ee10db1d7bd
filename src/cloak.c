/* SPDX-License-Identifier: ISC */
/* cloak.c - secrets hidden in what comes back from a server. */
#include <stdio.h>
#include <string.h>

#include "bare.h"
#include "cloak.h"
#include "text.h"

enum {
	MOST = 64,      /* so many are remembered */
	LEAST = 4,      /* a shorter one stands in too many words */
	LONGEST = 16384 /* what is longer is remembered in parts alone */
};

static bool
is_known(const struct cloak *c, const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < c->secrets.count; i++) {
		const struct var *var = &c->secrets.list[i];

		if (var->len == n && memcmp(var->value, p, n) == 0)
			return true;
	}
	return false;
}

static void
keep(struct cloak *c, const char *p, size_t n)
{
	char name[32];

	if (n < LEAST || c->secrets.count == MOST || is_known(c, p, n))
		return;
	snprintf(name, sizeof name, "secret:%zu", c->secrets.count);
	vars_set(&c->secrets, name, strlen(name), p, n);
}

/* "\0user\0password", if this is base64. */
static void
keep_decoded(struct cloak *c, const char *p, size_t n)
{
	struct buf plain = { 0 };
	const char *q;
	size_t at;

	if (text_unbase64(&plain, p, n) == 0 && plain.len > 0) {
		q = buf_bytes(&plain);
		at = plain.len;
		while (at > 0 && q[at - 1] != '\0')
			at--;
		keep(c, q + at, plain.len - at);
	}
	buf_free(&plain);
}

static void
keep_bare(struct cloak *c, const char *p, size_t n)
{
	size_t at, len;

	bare_find(p, n, &at, &len);
	keep(c, p + at, len);
	keep_decoded(c, p + at, len);
}

void
cloak_remember(struct cloak *c, const char *p, size_t n)
{
	size_t last;

	while (n > 0 && strchr("\r\n ", p[n - 1]) != NULL && p[n - 1] != '\0')
		n--;
	for (last = n; last > 0 && p[last - 1] != ' '; last--)
		;
	if (n == 0)
		return;
	keep(c, p, n);
	keep_bare(c, p, n);
	keep_bare(c, p + last, n - last);
}

void
cloak_said(struct cloak *c, const char *p, size_t n, size_t open)
{
	bool goes_on = open == 0 && c->begun.len > 0;

	if (!goes_on || n > LONGEST - c->begun.len)
		buf_wipe(&c->begun);
	if (open >= n)
		return;
	cloak_remember(c, p + open, n - open);
	if (n - open > LONGEST)
		return;
	buf_add(&c->begun, p + open, n - open);
	if (goes_on)
		cloak_remember(c, buf_bytes(&c->begun), c->begun.len);
	if (p[n - 1] == '\n')
		buf_wipe(&c->begun);
}

bool
cloak_is_worn(const struct cloak *c)
{
	return c->secrets.count > 0;
}

/* Of n bytes that are the rest of what came: how many of the first are those
 * of a secret?  Or *begun: they all are the beginning of one. */
static size_t
secret_here(const struct cloak *c, const char *p, size_t n, bool *begun)
{
	size_t longest = 0, i;

	for (i = 0; i < c->secrets.count; i++) {
		const struct var *var = &c->secrets.list[i];
		size_t len = var->len < n ? var->len : n;

		if (memcmp(var->value, p, len) != 0)
			continue;
		*begun = *begun || len < var->len;
		if (len > longest)
			longest = len;
	}
	return longest;
}

void
cloak_put(struct cloak *c, struct buf *to, const char *p, size_t n)
{
	size_t shown = c->tail.len; /* its bytes were dealt with */
	size_t hidden = 0, i, open;
	const char *all;

	if (n == 0)
		return;
	buf_add(&c->tail, p, n);
	all = buf_bytes(&c->tail);
	open = n += shown;
	for (i = 0; i < n; i++) {
		bool begun = false;
		size_t len = secret_here(c, all + i, n - i, &begun);

		if (len > 0 && i >= hidden && i >= shown)
			buf_adds(to, "********");
		if (len > 0 && i + len > hidden)
			hidden = i + len;
		if (i >= hidden && i >= shown)
			buf_add(to, all + i, 1);
		if (begun && i < open)
			open = i;
	}
	buf_drop(&c->tail, open);
}

void
cloak_free(struct cloak *c)
{
	vars_free(&c->secrets);
	buf_free(&c->tail);
	buf_free(&c->begun);
}
