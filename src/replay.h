/* replay.h - one transcript, played against a server.  Floor 15. */
/* SPDX-License-Identifier: ISC */
#ifndef REPLAY_H
#define REPLAY_H

#include "fail.h"
#include "match.h"
#include "report.h"

struct options;
struct transcript;
struct vars;
struct vetted;

/* What is played, and who is told of it. */
struct replay {
	const struct options *opt; /* the target, TLS, time-outs */
	struct transcript *in;     /* vetted */
	const struct vetted *vetted;
	struct vars *vars;
	enum match_mode mode;
	void (*check)(void *arg, const struct check *c);
	void *arg;
};

/* How it ended. */
struct replayed {
	enum outcome how;
	int status;      /* 0, 6, or that of what failed */
	struct fail why; /* of what failed or was skipped */
	double seconds;
};

/* Connect, play, compare, close. */
void replay_run(const struct replay *r, struct replayed *out);

#endif
