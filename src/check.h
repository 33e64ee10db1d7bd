/* check.h - a server, looked at for those who monitor it.  Floor 21. */
/* SPDX-License-Identifier: ISC */
#ifndef CHECK_H
#define CHECK_H

struct options;

/*
 * Hold one short session, or one each opt->interval, and print a line about
 * it, as monitoring programs want it.  Returns what they want too: 0 all is
 * well, 1 a warning, 2 critical, 3 not known.
 */
int check_run(const struct options *opt);

#endif
