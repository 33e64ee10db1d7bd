/* judge.h - who gets no mail, or not yet.  Floor 1. */
/* SPDX-License-Identifier: ISC */
#ifndef JUDGE_H
#define JUDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

/* Strangers remembered; a pair of addresses that came first goes first. */
enum { JUDGE_PAIRS = 1024 };

struct pair;

/* All bytes zero lets everybody pass. */
struct judge {
	bool known;   /* only users get mail */
	int greylist; /* seconds that a stranger has to wait; 0: none */
	/* Is there such a user? */
	bool (*is_user)(void *arg, const char *user);
	void *arg;
	struct pair *pairs;
	size_t count, next;
	char text[128];
};

/* The refusal, valid until the next call, or NULL. */
const char *judge_recipient(struct judge *j, const char *from, const char *to,
    time_t now);
void judge_free(struct judge *j);

#endif
