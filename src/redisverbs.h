/* redisverbs.h - the commands of Redis.  Floor 2. */
/* SPDX-License-Identifier: ISC */
#ifndef REDISVERBS_H
#define REDISVERBS_H

#include "proto.h"

/* Of Redis 7; ended by a NULL word. */
extern const struct verb redis_verbs[];

#endif
