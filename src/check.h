/* check.h - a server, looked at for those who monitor it.  Floor 21. */
/* SPDX-License-Identifier: ISC */
#ifndef CHECK_H
#define CHECK_H

struct fail;
struct options;

/*
 * Hold one short session, or one each opt->interval, and print a line about
 * it, as monitoring programs want it.  Returns what they want too: 0 all is
 * well, 1 a warning, 2 critical, 3 not known.
 */
int check_run(const struct options *opt);

/*
 * Print such a line about a command line that is wrong; returns 3.  As any
 * other error, with status 2, it would be taken for one of the server.
 */
int check_unknown(const struct fail *why);

#endif
