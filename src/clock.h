/* clock.h - time that never jumps.  Floor 0. */
/* SPDX-License-Identifier: ISC */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdint.h>

/* Microseconds, milliseconds of a monotonic clock; its zero means nothing. */
int64_t clock_us(void);
int64_t clock_ms(void);

#endif
