/* imapdate.h - days and times, as IMAP writes them.  Floor 2. */
/* SPDX-License-Identifier: ISC */
#ifndef IMAPDATE_H
#define IMAPDATE_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

struct buf;
struct imapin;

/* Append "17-Jul-1996 02:44:25 +0000", with its quotes. */
void imapdate_say(struct buf *to, time_t when);

/* Read such a time, or a day as "1-Feb-1994", quoted or not: days since
 * the epoch, as imapdate_day makes of a time. */
bool imapdate_time(struct imapin *in, time_t *when);
bool imapdate_read(struct imapin *in, long *day);
long imapdate_day(time_t when);

/* The day that a field Date names, in its own zone. */
bool imapdate_field(const char *p, size_t n, long *day);

#endif
