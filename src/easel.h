/* easel.h - a picture of the session that goes on.  Floor 12. */
/* SPDX-License-Identifier: ISC */
#ifndef EASEL_H
#define EASEL_H

#include <stdio.h>

#include "journal.h"

struct fail;
struct session;

/* All bytes zero: nothing is drawn. */
struct easel {
	struct journal journal;
	FILE *paper; /* a transcript, in a temporary file without a name */
	const char *to;
};

/*
 * Follow the session from now on, for a picture in the file that --draw
 * names.  -1 and a sentence when it could not be made there.
 */
int easel_open(struct easel *e, struct session *s, struct fail *f);

/* The session has ended: draw it.  -1 and a sentence. */
int easel_close(struct easel *e, const struct session *s, struct fail *f);

#endif
