/* owing.h - commands that have not been answered yet.  Floor 2. */
/* SPDX-License-Identifier: ISC */
#ifndef OWING_H
#define OWING_H

#include <stdbool.h>
#include <stddef.h>

#include "proto.h"

/* How many commands may be unanswered at one time. */
enum { OWING_MOST = 1024 };

/* Why a reply is owed. */
enum owed_kind { OWED_GREETING, OWED_COMMAND, OWED_DATA_END, OWED_SECRET };

struct owed {
	enum owed_kind kind;
	unsigned id;
	unsigned replies; /* how many, to this one command */
	struct asked asked;
};

/* A ring of them, oldest first; the oldest one always owes something. */
struct owing {
	struct owed *ring;
	size_t first, count;
	size_t replies; /* to all of them */
};

void owing_init(struct owing *q);
void owing_free(struct owing *q);

/* Forget them all. */
void owing_clear(struct owing *q);

/* One more that owes one reply; asked is copied.  NULL when all are full. */
struct owed *owing_push(struct owing *q, enum owed_kind kind, unsigned id,
    const struct asked *asked);

/* The oldest, the newest, the oldest with this tag; NULL if none. */
struct owed *owing_first(const struct owing *q);
struct owed *owing_last(const struct owing *q);
struct owed *owing_find(const struct owing *q, const char *tag, size_t len);

/* What the oldest owes, in words ("RCPT", "the greeting"); NULL if nothing. */
const char *owing_awaited(const struct owing *q);

/* This one owes so many replies more. */
void owing_more(struct owing *q, struct owed *o, unsigned n);

/* One reply came to it; behind the last one it may be gone. */
void owing_answered(struct owing *q, struct owed *o);

#endif
