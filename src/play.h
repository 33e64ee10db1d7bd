/* play.h - a transcript played against a server, without any I/O.  Floor 11. */
/* SPDX-License-Identifier: ISC */
#ifndef PLAY_H
#define PLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "fail.h"
#include "lesson.h"
#include "transcript.h"
#include "trial.h"
#include "utter.h"

/* What is to be done next. */
enum play_step {
	PLAY_SAY,   /* send `text`; `open`, `bare` and `joined` hold for it */
	PLAY_FILE,  /* send the lines of the file that `text` names */
	PLAY_WAIT,  /* hear what the server says */
	PLAY_HUSH,  /* do so for `seconds` */
	PLAY_ENDS,  /* ... until the server closes or time is up */
	PLAY_AUTH,  /* a SASL exchange: `text` is "MECH USER" */
	PLAY_CLOSE, /* close the connection */
	PLAY_AGAIN, /* connect again: where `text` says, a URL */
	PLAY_PROTO, /* from now on `proto` is spoken */
	PLAY_END    /* nothing is left, or the rest cannot be played */
};

/* What the connection is like when the next step is asked for. */
struct play_state {
	const struct dialog *dialog;
	bool open;
	bool tls;
	bool verified;
	const char *why; /* it has ended; NULL: it simply did */
};

struct play {
	struct transcript *in;
	struct trial trial;
	struct item item; /* the one that comes next, if `ahead` */
	bool ahead;
	uint64_t heard; /* bytes that had come when a silence began */
	bool hushed;    /* ... and none of them was left over */
	bool hushing, ending;
	bool begun;    /* something was said, or should have been */
	bool over;     /* the rest is not played */
	bool finished; /* ... because all was */
	struct utter say;
	struct lesson lesson; /* begun behind play_start, if at all: then
				 whatever differs is told, and it goes on;
				 what goes out in one write is one step */

	/* Of the step; valid until the next one is asked for. */
	const char *text;
	size_t len;
	size_t open; /* bytes that are no secret */
	bool bare;   /* no line end follows */
	bool joined; /* in one write with what was said before */
	double seconds;
	const struct proto *proto;
	unsigned long line; /* of the file */
	enum turn turn;     /* what is wanted of us on paper; TURN_SERVER:
			       the protocol is not known */

	bool skipped; /* <skip unless ...> did so */
	bool failed;  /* the transcript could not be read: `why` */
	struct fail why;
};

/*
 * Begin to play what transcript_open has read.  proto is what the target
 * says, or NULL; all pointers must outlive the play.  The caller sets
 * p->trial.check and sees to it that trial_heard hears the server, and when.
 */
void play_start(struct play *p, struct transcript *in, struct vars *vars,
    const struct proto *proto, enum match_mode mode);
void play_end(struct play *p);

/*
 * What to do next.  Behind PLAY_WAIT, PLAY_HUSH and PLAY_ENDS ask again when
 * something came or the time is up.
 */
enum play_step play_next(struct play *p, const struct play_state *st);

/* The step could not be done, or what is awaited did not come. */
void play_fault(struct play *p, const char *why);

/* Behind PLAY_END, when the last that the server says has come. */
void play_over(struct play *p);

/* The SASL exchange went well. */
void play_passed(struct play *p);

/* So many bytes of a file are about to go out as data. */
void play_block(struct play *p, const char *bytes, size_t n);

#endif
