/* SPDX-License-Identifier: ISC */
/* chance.c - numbers from the system, without OpenSSL. */
#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include "chance.h"

/* Where nothing better can be had: the time in nanoseconds, well mixed. */
static uint32_t
by_time(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return ((uint32_t)t.tv_nsec ^ (uint32_t)getpid() << 16) * 2654435761U;
}

static uint32_t
any(void)
{
	uint32_t value;
	int fd = open("/dev/urandom", O_RDONLY | O_CLOEXEC);

	if (fd < 0 || read(fd, &value, sizeof value) != sizeof value)
		value = by_time();
	if (fd >= 0)
		close(fd);
	return value;
}

uint32_t
chance_below(void *ignored, uint32_t n)
{
	/* The last, incomplete round would favour the low numbers. */
	uint32_t most = UINT32_MAX - UINT32_MAX % n;
	uint32_t value;

	(void)ignored;
	do
		value = any();
	while (value >= most);
	return value % n;
}
