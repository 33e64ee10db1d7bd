/* score.h - a transcript in memory, for the server's part.  Floor 4. */
/* SPDX-License-Identifier: ISC */
#ifndef SCORE_H
#define SCORE_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "transcript.h"

struct fail;

/*
 * What a server needs to know of a transcript: the lines of both sides, and
 * the events <protocol>, <match>, <TLS>, <closed>, <close>, <pause> and
 * <set>.  What only compares or only tells is left out.
 */
struct score {
	struct item *items; /* their text is not ended by NUL; no label */
	size_t count;
	struct buf text;
	bool tls; /* some handshake is wanted */
};

/*
 * Read it whole.  `name` must outlive the score.  -1 and "FILE:LINE: ..."
 * (status 2) for what cannot be read, and for what cannot be served: <auth>
 * stands for lines that nobody wrote down.
 */
int score_load(struct score *s, const char *name, struct fail *f);
void score_free(struct score *s);

#endif
