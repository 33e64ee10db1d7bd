/* socks.h - asking a SOCKS proxy for a connection.  Floor 2. */
/* SPDX-License-Identifier: ISC */
#ifndef SOCKS_H
#define SOCKS_H

#include <stddef.h>

#include "hop.h"

/*
 * One step each: deal with what came of the proxy's bytes, *n at *p, both
 * moved past what belongs to its answer, and put what it is to be told into
 * h->say.  The first step comes before anything was heard, with no bytes.
 * The result depends on the bytes alone, not on how they were cut.
 *
 * SOCKS 4 takes an IPv4 address alone; with 4a the proxy looks names up.  Of
 * SOCKS 5 (RFC 1928) there are no authentication and, where the hop has a
 * user, that by password (RFC 1929).
 */
enum hop_says socks4_step(struct hop *h, const char **p, size_t *n);
enum hop_says socks5_step(struct hop *h, const char **p, size_t *n);

#endif
