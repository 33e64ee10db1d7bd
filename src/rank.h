/* rank.h - which of several servers comes first.  Floor 2. */
/* SPDX-License-Identifier: ISC */
#ifndef RANK_H
#define RANK_H

#include <stddef.h>
#include <stdint.h>

struct dns_record;

/* Where chance comes from: a number from 0 to n - 1; see chance_below. */
struct rank_dice {
	uint32_t (*below)(void *arg, uint32_t n);
	void *arg;
};

/* Mail exchangers: the lowest preference first, equals shuffled (RFC 5321,
 * section 5.1). */
void rank_mx(struct dns_record *list, size_t n, const struct rank_dice *dice);

/* Services: the lowest priority first; of equals one with twice the weight
 * is twice as likely to be the next (RFC 2782). */
void rank_srv(struct dns_record *list, size_t n, const struct rank_dice *dice);

#endif
