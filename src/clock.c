/* SPDX-License-Identifier: ISC */
/* clock.c - time that never jumps. */
#include <time.h>

#include "clock.h"

int64_t
clock_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t
clock_ms(void)
{
	return clock_us() / 1000;
}

int
clock_since(int64_t us)
{
	int64_t ms = (clock_us() - us) / 1000;

	return ms < 60000 ? (int)ms : 60000;
}
