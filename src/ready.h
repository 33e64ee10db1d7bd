/* ready.h - a transcript, and all that it takes to play it.  Floor 10. */
/* SPDX-License-Identifier: ISC */
#ifndef READY_H
#define READY_H

#include <stdbool.h>

#include "transcript.h"
#include "vet.h"

struct fail;
struct options;
struct vars;

/* All bytes zero is a good start. */
struct ready {
	struct transcript in;
	struct vetted vetted;
	bool open;
};

/* Set the variables of --set. */
void ready_set(struct vars *v, const struct options *o);

/* The same, and the secrets of --secrets-fd.  -1 and a sentence. */
int ready_vars(struct vars *v, const struct options *o, struct fail *f);

/*
 * Read a transcript to its end and see what it needs, with the variables that
 * are set and those that telex sets.  `name` must outlive it.  -1 and a
 * sentence (status 2).
 */
int ready_open(struct ready *r, const char *name, const struct options *o,
    const struct vars *v, struct fail *f);
void ready_close(struct ready *r);

/* Have what it lacks: from the environment, or asked for at the terminal, as
 * ask() does.  -1 and a sentence. */
int ready_ask(const struct ready *r, const struct options *o, struct vars *v,
    struct fail *f);

/* The options for this one: its own target, and TLS where it begins so. */
int ready_options(struct options *to, const struct options *o,
    const struct vetted *v, struct fail *f);

/* Set what telex sets, unless the user did, and VET_PASSWORD. */
void ready_own(struct vars *v, const struct options *o);

#endif
