/* stopwatch.h - how long each part of a session took.  Floor 1. */
/* SPDX-License-Identifier: ISC */
#ifndef STOPWATCH_H
#define STOPWATCH_H

#include <stddef.h>
#include <stdint.h>

struct buf;

/* What happens before the first command. */
enum phase { PHASE_LOOKUP, PHASE_CONNECT, PHASE_GREETING, PHASE_TLS };

enum { STOPWATCH_PHASES = 4 };

/* Commands that may be under way, and rows of the summary: beyond these the
 * oldest is forgotten, and commands are counted as "others". */
enum { STOPWATCH_RING = 1024, STOPWATCH_ROWS = 24 };

/* One row of the summary; times are in microseconds. */
struct lap {
	char word[24];
	unsigned long count;
	int64_t total, most;
};

/* All bytes zero: nothing was timed. */
struct stopwatch {
	int64_t phases[STOPWATCH_PHASES];
	int64_t sent[STOPWATCH_RING]; /* by the number of the command */
	unsigned last;                /* the highest number so far */
	struct lap laps[STOPWATCH_ROWS + 1];
	size_t nlaps;
	int64_t began;   /* the session */
	int64_t awaited; /* the greeting, since then */
	int64_t slowest; /* of the replies, the greeting too */
};

/* A connection begins; what was timed before is forgotten. */
void stopwatch_begin(struct stopwatch *w, int64_t now);

/* A greeting is awaited from now on. */
void stopwatch_await(struct stopwatch *w, int64_t now);

/* The commands up to this number are on their way. */
void stopwatch_sent(struct stopwatch *w, unsigned id, int64_t now);

/*
 * How long ago the command of this number was sent, whose reply is complete
 * now.  Number 0 is no command but the greeting.
 */
int64_t stopwatch_took(const struct stopwatch *w, unsigned id, int64_t now);

/* That long took a reply to this command, told by its first 23 letters. */
void stopwatch_lap(struct stopwatch *w, const char *word, int64_t us);

/* That long took this phase; the parts of one phase are added up. */
void stopwatch_phase(struct stopwatch *w, enum phase phase, int64_t us);

/* The summary in lines, each ended by a line feed; `now` ends the session. */
void stopwatch_lines(const struct stopwatch *w, int64_t now, struct buf *to);

#endif
