/* SPDX-License-Identifier: ISC */
/* rank.c - sorted by what was asked for, mixed where nothing was. */
#include <stdlib.h>

#include "dnsmsg.h"
#include "rank.h"

static int
compare(const void *one, const void *other)
{
	const struct dns_record *a = one, *b = other;

	return a->priority != b->priority ? a->priority - b->priority :
					    a->weight - b->weight;
}

static void
swap(struct dns_record *list, size_t i, size_t k)
{
	struct dns_record kept = list[i];

	list[i] = list[k];
	list[k] = kept;
}

/* How many at the front have the priority of the first. */
static size_t
equals(const struct dns_record *list, size_t n)
{
	size_t i;

	for (i = 1; i < n && list[i].priority == list[0].priority; i++)
		continue;
	return i;
}

static void
shuffle(struct dns_record *list, size_t n, const struct rank_dice *dice)
{
	for (; n > 1; n--)
		swap(list, n - 1, dice->below(dice->arg, (uint32_t)n));
}

/* The one whose share of all weights the dice fall into comes to the front;
 * those without weight stand before the others and are hardly ever it. */
static void
draw(struct dns_record *list, size_t n, const struct rank_dice *dice)
{
	struct dns_record chosen;
	uint32_t sum = 0, mark;
	size_t i;

	for (i = 0; i < n; i++)
		sum += list[i].weight;
	mark = dice->below(dice->arg, sum + 1);
	for (i = 0, sum = list[0].weight; sum < mark; sum += list[i].weight)
		i++;
	chosen = list[i];
	for (; i > 0; i--)
		list[i] = list[i - 1];
	list[0] = chosen;
}

void
rank_mx(struct dns_record *list, size_t n, const struct rank_dice *dice)
{
	size_t same;

	if (n > 1)
		qsort(list, n, sizeof *list, compare);
	for (; n > 0; list += same, n -= same) {
		same = equals(list, n);
		shuffle(list, same, dice);
	}
}

void
rank_srv(struct dns_record *list, size_t n, const struct rank_dice *dice)
{
	size_t same;

	if (n > 1)
		qsort(list, n, sizeof *list, compare);
	while (n > 0) {
		for (same = equals(list, n); same > 1; same--, list++, n--)
			draw(list, same, dice);
		list++;
		n--;
	}
}
