/* SPDX-License-Identifier: ISC */
/* imapdate.c - "17-Jul-1996 02:44:25 +0000". */
#include <stdint.h>
#include <string.h>

#include "buf.h"
#include "practice/imapdate.h"
#include "practice/imapin.h"
#include "text.h"

static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

enum { DAY = 86400, YEAR_MOST = 9999 };

/* Days since 1 January 1970 in the calendar of Gregory. */
static long
day_of(int year, int month, int day)
{
	static const int before[] = { 0, 31, 59, 90, 120, 151, 181, 212, 243,
		273, 304, 334 };
	long past = year - (month < 2);

	return (year - 1970) * 365L + past / 4 - past / 100 + past / 400 -
	    (1969 / 4 - 1969 / 100 + 1969 / 400) + before[month] + day - 1;
}

long
imapdate_day(time_t when)
{
	return (long)(when >= 0 ? when / DAY : -((-when + DAY - 1) / DAY));
}

void
imapdate_say(struct buf *to, time_t when)
{
	struct tm tm;

	if (gmtime_r(&when, &tm) == NULL || tm.tm_year > YEAR_MOST - 1900)
		memset(&tm, 0, sizeof tm);
	buf_addf(to, "\"%2d-%.3s-%04d %02d:%02d:%02d +0000\"", tm.tm_mday,
	    months + 3 * tm.tm_mon, 1900 + tm.tm_year, tm.tm_hour, tm.tm_min,
	    tm.tm_sec);
}

static bool
number(struct imapin *in, int low, int high, int *value)
{
	uint32_t n;

	if (!imapin_number(in, &n) || n < (uint32_t)low || n > (uint32_t)high)
		return false;
	*value = (int)n;
	return true;
}

static bool
month(struct imapin *in, int *value)
{
	char name[4] = { 0 };
	int i;

	for (i = 0; i < 12; i++) {
		memcpy(name, months + (ptrdiff_t)3 * i, 3);
		if (imapin_skip(in, name)) {
			*value = i;
			return true;
		}
	}
	return false;
}

/* Day, month and year with this between them. */
static bool
date(struct imapin *in, const char *between, long *day)
{
	int d = 0, m = 0, y = 0;

	if (!number(in, 1, 31, &d) || !imapin_skip(in, between) ||
	    !month(in, &m) || !imapin_skip(in, between) ||
	    !number(in, 1, YEAR_MOST, &y))
		return false;
	*day = day_of(y, m, d);
	return true;
}

bool
imapdate_read(struct imapin *in, long *day)
{
	size_t begin = in->at;
	bool quoted = imapin_skip(in, "\"");

	if (date(in, "-", day) && (!quoted || imapin_skip(in, "\"")))
		return true;
	in->at = begin;
	return false;
}

/* "+0100", in seconds. */
static bool
zone(struct imapin *in, long *seconds)
{
	bool west = imapin_skip(in, "-");
	int value;

	if ((!west && !imapin_skip(in, "+")) || !number(in, 0, 9959, &value))
		return false;
	*seconds = value / 100 * 3600L + value % 100 * 60L;
	if (west)
		*seconds = -*seconds;
	return true;
}

bool
imapdate_time(struct imapin *in, time_t *when)
{
	size_t begin = in->at;
	int hour = 0, minute = 0, second = 0;
	long day = 0, east = 0;

	if (imapin_skip(in, "\"") && (imapin_blank(in) || true) &&
	    date(in, "-", &day) && imapin_blank(in) &&
	    number(in, 0, 23, &hour) && imapin_skip(in, ":") &&
	    number(in, 0, 59, &minute) && imapin_skip(in, ":") &&
	    number(in, 0, 60, &second) && imapin_blank(in) && zone(in, &east) &&
	    imapin_skip(in, "\"")) {
		*when = (time_t)day * DAY + hour * 3600 + minute * 60 + second -
		    east;
		return true;
	}
	in->at = begin;
	return false;
}

/* "Wed, 17 Jul 1996 02:44:25 -0700" */
bool
imapdate_field(const char *p, size_t n, long *day)
{
	const char *comma = n == 0 ? NULL : memchr(p, ',', n);
	struct imapin in = { p, n, 0 };

	if (comma != NULL)
		in.at = (size_t)(comma - p) + 1;
	in.at += text_blanks(p + in.at, n - in.at);
	return date(&in, " ", day);
}
