/* SPDX-License-Identifier: ISC */
/* imapset.c - ranges, in order and without overlap. */
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "fail.h"
#include "practice/imapin.h"
#include "practice/imapset.h"

static void
add_range(struct imapset *s, uint32_t low, uint32_t high)
{
	if (s->count == s->room) {
		s->room = s->room == 0 ? 8 : s->room * 2;
		s->list = xrealloc(s->list, s->room * sizeof *s->list);
	}
	s->list[s->count].low = low;
	s->list[s->count].high = high;
	s->count++;
}

/* A number from 1, or "*". */
static bool
read_number(struct imapset *s, struct imapin *in, uint32_t *n)
{
	if (imapin_skip(in, "*")) {
		s->star = true;
		*n = 0;
		return true;
	}
	if (!imapin_number(in, n) || *n == 0)
		return false;
	if (*n > s->most)
		s->most = *n;
	return true;
}

bool
imapset_read(struct imapset *s, struct imapin *in)
{
	uint32_t low, high;

	if (imapin_skip(in, "$")) {
		s->saved = true;
		return true;
	}
	do {
		if (!read_number(s, in, &low))
			return false;
		high = low;
		if (imapin_skip(in, ":") && !read_number(s, in, &high))
			return false;
		add_range(s, low, high);
	} while (imapin_skip(in, ","));
	return true;
}

static int
by_low(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

void
imapset_settle(struct imapset *s, uint32_t last)
{
	size_t i, kept = 0;

	for (i = 0; i < s->count; i++) {
		uint32_t a = s->list[i].low == 0 ? last : s->list[i].low;
		uint32_t b = s->list[i].high == 0 ? last : s->list[i].high;

		s->list[i].low = a < b ? a : b;
		s->list[i].high = a < b ? b : a;
	}
	if (s->count > 1)
		qsort(s->list, s->count, sizeof *s->list, by_low);
	for (i = 1; i < s->count; i++) {
		if (s->list[i].low > s->list[kept].high)
			s->list[++kept] = s->list[i];
		else if (s->list[i].high > s->list[kept].high)
			s->list[kept].high = s->list[i].high;
	}
	if (s->count > 0)
		s->count = kept + 1;
}

bool
imapset_has(const struct imapset *s, uint32_t n)
{
	size_t low = 0, high = s->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (s->list[middle].high < n)
			low = middle + 1;
		else
			high = middle;
	}
	return low < s->count && s->list[low].low <= n;
}

void
imapset_add(struct imapset *s, uint32_t n)
{
	if (s->count > 0 && s->list[s->count - 1].high + 1 == n)
		s->list[s->count - 1].high = n;
	else
		add_range(s, n, n);
}

void
imapset_say(const struct imapset *s, struct buf *to)
{
	size_t i;

	for (i = 0; i < s->count; i++) {
		uint32_t low = s->list[i].low, high = s->list[i].high;

		buf_addf(to, "%s%lu", i == 0 ? "" : ",", (unsigned long)low);
		if (high > low)
			buf_addf(to, ":%lu", (unsigned long)high);
	}
}

void
imapset_free(struct imapset *s)
{
	free(s->list);
	memset(s, 0, sizeof *s);
}
