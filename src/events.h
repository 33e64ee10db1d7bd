/* events.h - a session as objects of JSON, one a line.  Floor 9. */
/* SPDX-License-Identifier: ISC */
#ifndef EVENTS_H
#define EVENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"
#include "session.h"

struct fail;

/* What is longer than this is told in pieces. */
enum { EVENTS_PIECE = 16384 };

/* A line that has not ended. */
struct events_line {
	struct buf text;
	bool secret;
};

/* All bytes zero: nothing is told. */
struct events {
	struct session *s; /* the one that is followed, or NULL */
	struct follower follower;
	struct events_line ours, theirs;
	struct buf text; /* objects, not yet written */
	uint64_t told;   /* as many bytes of the server as wire.received says */
};

/*
 * From now on write to standard output what happens, in place of the server's
 * words.  -1 and a sentence where a person types at it (status 2).
 */
int events_open(struct events *e, struct session *s, struct fail *f);

/* The last object: how it ended. */
void events_close(struct events *e);

#endif
