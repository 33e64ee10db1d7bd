/* replays.h - transcripts as tests, and their report.  Floor 16. */
/* SPDX-License-Identifier: ISC */
#ifndef REPLAYS_H
#define REPLAYS_H

struct options;

/*
 * Read all files of --replay, ask for what their variables lack, play them
 * (--jobs at once) and report.  Nothing is sent if one is ill-formed.
 * Returns the exit status; what went wrong was said.
 */
int replays_run(const struct options *opt);

#endif
