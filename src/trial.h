/* trial.h - the server's replies held against a transcript's.  Floor 9. */
/* SPDX-License-Identifier: ISC */
#ifndef TRIAL_H
#define TRIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "inbox.h"
#include "line.h"
#include "match.h"
#include "paper.h"
#include "titles.h"
#include "watch.h"

struct check;
struct heard;
struct vars;

/* What the server's next lines are held against. */
enum trial_arm {
	ARM_NONE,   /* nothing: they wait */
	ARM_REPLY,  /* a reply that is complete on paper */
	ARM_FOLLOW, /* one that the paper leaves out, and hears now */
	ARM_LINES   /* lines that belong to no reply */
};

/* What may follow a refusal that the paper leaves out. */
enum trial_astray {
	ASTRAY_NO,     /* anything */
	ASTRAY_UNLESS, /* a command, but not what was refused */
	ASTRAY         /* nothing */
};

/* The dialogue on paper, and what has come of the live one. */
struct trial {
	struct vars *vars;
	enum match_mode mode;
	void (*check)(void *arg, const struct check *c); /* or NULL */
	void *arg;

	struct paper paper;
	struct matcher match; /* the transcript's lines about the reply */
	struct line cut;      /* ... the last of which may not have ended */
	struct buf held;      /* ... or is a template that has not */
	bool odd;             /* ... and their status counts in any case */
	enum trial_arm arm;
	bool waits; /* ... and some line has to come */
	enum trial_astray astray;
	double since_said; /* seconds since we spoke last; it is set
			      whenever trial_heard is called */
	struct inbox inbox;
	struct standing latest; /* of the server's last line of a reply */
	struct watch watch;
	struct titles titles;
	unsigned due;          /* replies that the line on paper completes */
	unsigned asked;        /* the command that is answered ... */
	bool unasked;          /* ... unless nothing was */
	double within;         /* seconds for the next reply; 0: any */
	unsigned long since;   /* ... as this line says */
	unsigned long settled; /* how often something armed was settled */
	unsigned long checks, bad;
	bool flooded; /* the server said more than is kept: it is lost */
};

void trial_start(struct trial *t, struct vars *vars, const struct proto *proto,
    enum match_mode mode);
void trial_end(struct trial *t);

/* For struct follower: the server said this, just now (see `since_said`); `d`
 * is the live dialogue. */
void trial_heard(struct trial *t, const struct dialog *d, const char *bytes,
    size_t n, const struct heard *h);

/* A line of the transcript about the server: S: S% S$, and S~ S! "...". */
void trial_want(struct trial *t, const struct item *item);

/*
 * The lines about the server end here, and on paper no reply does.  False
 * when what they ask for has to come first: the trial is armed for it.  In
 * the middle of a reply an event ends nothing; a line of ours does.
 */
bool trial_tail(struct trial *t, bool event);

/* The paper leaves a reply out that has to come first: arm for it. */
void trial_follow(struct trial *t);

/* Hold what came against what is armed: true when that is settled, false when
 * more has to come. */
bool trial_judge(struct trial *t);

/* What is armed cannot come any more. */
void trial_fault(struct trial *t, const char *why);

/* The transcript's lines about the reply are of no interest any more. */
void trial_drop(struct trial *t);

/* The transcript has ended: so do the watches, over all that has come. */
void trial_over(struct trial *t);

/* A check that is about no reply, named by the item that asks for it: good
 * unless `why` is set; `got` (or NULL) is the server's line that shows it. */
void trial_tell(struct trial *t, const struct item *item, const char *why,
    const char *got, size_t got_len);

#endif
