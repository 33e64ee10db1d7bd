/* step.h - a class goes through a transcript, line by line.  Floor 15. */
/* SPDX-License-Identifier: ISC */
#ifndef STEP_H
#define STEP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "match.h"
#include "offer.h"
#include "play.h"
#include "ready.h"
#include "session.h"
#include "vars.h"

/* All bytes zero: there is no transcript. */
struct step {
	struct session *s; /* while there is one */
	char *name;
	struct ready ready;
	struct vars vars;
	struct play play;
	struct follower follower;
	struct offer next, last; /* last: what was done before it */
	bool has_next, has_last;
	bool again;      /* `last` is offered, then `next` */
	unsigned serial; /* of the newest offer */
	unsigned told;   /* ... that waits for its turn, which was said */
	bool upfront;    /* -S: what telex says is not of the transcript */
	bool listens;    /* what the server says answers the transcript */
	int64_t until;   /* of a pause; 0: there is none */
	int64_t since;   /* something is awaited that nobody owes; 0: not */
	bool said;       /* ... and that was said */
	/* Lines that nobody wants, passed over and not yet told. */
	unsigned long passed, passed_from, passed_to;
	unsigned long differ; /* of all transcripts so far */
};

/*
 * Begin with what is ready, which it takes over: *r and *v are all zero then.
 * The session may be connected or not.
 */
void step_begin(struct step *st, struct session *s, struct ready *r,
    struct vars *v, enum match_mode mode);

/*
 * The connection has ended; by_server: what was awaited did not come.  Or the
 * class has: the totals are said.
 */
void step_over(struct step *st, bool by_server);
void step_free(struct step *st);

/* Hold what came against the transcript, and go on in it as far as nobody is
 * needed; ours: it is our turn, and nothing else waits. */
void step_serve(struct step *st, bool ours);

/* In how many milliseconds at most this is wanted again; -1: no limit. */
int step_left(const struct step *st);

/* What may be said or done now; NULL if nothing. */
const struct offer *step_offer(const struct step *st);

/* Do that; its text, of which `open` bytes are no secret, may have been
 * edited. */
void step_do(struct step *st, const char *text, size_t len, size_t open);

/* Something else was said: what the server answers is not compared. */
void step_own(struct step *st);

/* The last one is offered once more; what is offered or awaited is passed
 * over.  NULL, or why not. */
const char *step_again(struct step *st);
const char *step_skip(struct step *st);

#endif
