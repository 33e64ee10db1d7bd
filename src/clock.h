/* clock.h - time that never jumps.  Floor 0. */
/* SPDX-License-Identifier: ISC */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdint.h>

/* Microseconds, milliseconds of a monotonic clock; its zero means nothing. */
int64_t clock_us(void);
int64_t clock_ms(void);

/* How many whole milliseconds ago clock_us gave this; never more than
 * 60,000. */
int clock_since(int64_t us);

#endif
