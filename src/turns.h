/* turns.h - what is typed goes out when it is its turn.  Floor 18. */
/* SPDX-License-Identifier: ISC */
#ifndef TURNS_H
#define TURNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "craft.h"
#include "cue.h"
#include "queue.h"
#include "step.h"

struct complete;
struct session;
struct term;

/* A person at the terminal and what is under way. */
struct typing {
	struct session *s;
	struct term *term;
	struct command local;
	struct step step;   /* a transcript that is gone through */
	struct cue cue;     /* ... and the line it offers */
	struct queue queue; /* lines that wait their turn */
	int64_t since;      /* ... since then */
	size_t skipped;     /* lines of a refused command's body */
	bool said;          /* ... and that was said */
	bool hidden;        /* the terminal reads a secret */
	bool at_local;      /* ... or a local command */
	bool reading;       /* inside the terminal's reading of a line */
	bool connected;     /* there was a connection when it began to read */
	bool leave;
	int64_t closing; /* the server promised to close at this time */
	int signo;
};

/* Does the next line have to stay hidden?  Is it ours to speak? */
bool turns_secret(const struct typing *t);
bool turns_ours(const struct typing *t);

/* Send a line now; one that the editor did not show is shown. */
void turns_send(struct typing *t, const char *line, size_t len, bool shown);

/* The same of what the transcript offers, with this text; `open` bytes of it
 * are no secret. */
void turns_play(struct typing *t, const struct buf *text, size_t open,
    bool shown);

/* Let a line wait behind the others. */
void turns_queue(struct typing *t, const char *line, size_t len, bool shown);

/*
 * Do everything that is to be done without a key: send what waits and may
 * go, shake hands, close, say what is awaited, set the prompt.  False when
 * it cannot go on while the terminal reads a line.
 */
bool turns_serve(struct typing *t);

/* For struct term_hooks; arg is the struct typing *. */
int turns_wait(void *arg, int fd, int ms);
void turns_complete(void *arg, const char *line, size_t len,
    struct complete *c);

#endif
