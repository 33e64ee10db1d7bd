/* run.h - one session, typed or from a script.  Floor 20. */
/* SPDX-License-Identifier: ISC */
#ifndef RUN_H
#define RUN_H

#include "match.h"
#include "ready.h"
#include "vars.h"

struct drill;
struct fail;
struct options;
struct script;

/* A transcript that is gone through by hand. */
struct run_lesson {
	struct ready ready;
	struct vars vars;
	enum match_mode mode;
};

/*
 * A whole session, from the connection to the exit status, which it returns:
 * typed if somebody sits there, else as a script.  The practice server may
 * be beside it, or is NULL.
 */
int run_session(struct options *opt, struct drill *drill);

/*
 * The same for a person, perhaps with a transcript; -1 when there is no
 * terminal to be had.
 */
int run_person(struct options *opt, struct run_lesson *lesson,
    struct drill *drill);

/* The script that the options name: the lines of -c, or the file of -f, or
 * standard input.  -1 and a sentence. */
int run_lines(struct script *in, const struct options *opt, struct fail *f);

#endif
