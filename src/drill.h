/* drill.h - the practice server beside a session.  Floor 11. */
/* SPDX-License-Identifier: ISC */
#ifndef DRILL_H
#define DRILL_H

#include <stdbool.h>

#include "buf.h"
#include "practice/practice.h"
#include "session.h"

struct fail;
struct options;
struct script;

struct drill {
	struct practice practice;
	struct sideline sideline;
	struct session *s; /* that is told of its notes, or NULL */
	struct buf pem;    /* its issuer, while that is to be trusted */
	bool own;          /* no other server was named: it is talked to */
};

/*
 * Start the server that the options ask for, have its certificate trusted,
 * and make it the target where there is none.  -1 and a sentence.
 */
int drill_open(struct drill *d, struct options *opt, struct fail *f);
void drill_close(struct drill *d);

/*
 * Say where it is, and from now on what happens there; drill_leave says the
 * last of that.  Without a server (d is NULL) these do nothing.
 */
void drill_join(struct drill *d, struct session *s);
void drill_leave(struct drill *d);

/*
 * A script that says nothing lets the server run for others: wait until
 * there is something to say.  False when there is not.
 */
bool drill_wait(const struct drill *d, struct session *s, struct script *in);

/* The local command "mail [N]"; d may be NULL. */
void drill_mail(struct drill *d, struct session *s, const char *arg);

#endif
