/* tunnel.h - asking an HTTP proxy for a connection.  Floor 2. */
/* SPDX-License-Identifier: ISC */
#ifndef TUNNEL_H
#define TUNNEL_H

#include <stddef.h>

#include "hop.h"

/*
 * CONNECT (RFC 9110, section 9.3.6), with Basic (RFC 7617) where the hop has
 * a user.  One step as those of socks.h: behind the empty line of a 2xx the
 * server speaks, whatever lengths its header announces.
 */
enum hop_says tunnel_step(struct hop *h, const char **p, size_t *n);

#endif
