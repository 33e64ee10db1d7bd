/* SPDX-License-Identifier: ISC */
/* judge.c - unknown recipients and greylisting (RFC 6647). */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fail.h"
#include "practice/judge.h"
#include "text.h"

/* Who writes to whom, and since when; addresses as a number each. */
struct pair {
	uint64_t key;
	time_t since;
};

/* FNV-1a: two pairs that share a number share their fate, no more. */
static uint64_t
number(const char *from, const char *to)
{
	uint64_t key = 14695981039346656037U;
	const char *parts[] = { from, ">", to };
	size_t i;

	for (i = 0; i < 3; i++) {
		const char *p;

		for (p = parts[i]; *p != '\0'; p++)
			key = (key ^ (unsigned char)*p) * 1099511628211U;
	}
	return key;
}

static struct pair *
find(struct judge *j, uint64_t key)
{
	size_t i;

	for (i = 0; i < j->count; i++) {
		if (j->pairs[i].key == key)
			return &j->pairs[i];
	}
	return NULL;
}

static void
remember(struct judge *j, uint64_t key, time_t now)
{
	if (j->pairs == NULL)
		j->pairs = xmalloc(JUDGE_PAIRS * sizeof j->pairs[0]);
	j->pairs[j->next] = (struct pair){ key, now };
	j->next = (j->next + 1) % JUDGE_PAIRS;
	if (j->count < JUDGE_PAIRS)
		j->count++;
}

static const char *
judge_stranger(struct judge *j, const char *from, const char *to, time_t now)
{
	uint64_t key = number(from, to);
	struct pair *pair = find(j, key);
	time_t left;

	if (pair == NULL) {
		remember(j, key, now);
		left = j->greylist;
	} else {
		left = pair->since + j->greylist - now;
	}
	if (left <= 0)
		return NULL;
	snprintf(j->text, sizeof j->text,
	    "451 4.7.1 Greylisted: who means it comes again in %ld s",
	    (long)left);
	return j->text;
}

static bool
is_user(const struct judge *j, const char *to)
{
	size_t n = strcspn(to, "@");
	char user[128];

	if (text_is(to, n, "postmaster"))
		return true;
	if (n >= sizeof user)
		return false;
	memcpy(user, to, n);
	user[n] = '\0';
	return j->is_user(j->arg, user);
}

const char *
judge_recipient(struct judge *j, const char *from, const char *to, time_t now)
{
	if (j->known && !is_user(j, to))
		return "550 5.1.1 There is no such user here";
	return j->greylist > 0 ? judge_stranger(j, from, to, now) : NULL;
}

void
judge_free(struct judge *j)
{
	free(j->pairs);
	memset(j, 0, sizeof *j);
}
