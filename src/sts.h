/* sts.h - the TXT record that announces MTA-STS (RFC 8461).  Floor 1. */
/* SPDX-License-Identifier: ISC */
#ifndef STS_H
#define STS_H

#include <stdbool.h>
#include <stddef.h>

struct buf;

/* Is this text such a record?  Others at the same name do not count. */
bool sts_is(const char *p, size_t n);

/* What it says: which policy is the one of today.  It is borrowed. */
struct sts {
	const char *id;
	size_t len;
};

/*
 * Read one that sts_is (RFC 8461, section 3.1).  False if it is ill-formed,
 * and `why`, which is cleared first, has that in a few harmless words.
 */
bool sts_read(struct sts *sts, const char *p, size_t n, struct buf *why);

#endif
