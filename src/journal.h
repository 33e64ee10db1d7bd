/* journal.h - a session's transcript, kept while it goes on.  Floor 9. */
/* SPDX-License-Identifier: ISC */
#ifndef JOURNAL_H
#define JOURNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "record.h"
#include "session.h"

struct buf;
struct fail;

/* All bytes zero: nothing is written. */
struct journal {
	struct session *s; /* the one that is followed, or NULL */
	struct follower follower;
	struct record record;
	const struct proto *proto; /* as the transcript has it; NULL: none */
	uint64_t told; /* as many bytes of the server as wire.received says */
	bool lost;     /* something was not written */
};

/*
 * From now on write down what is said in the session, as record_open takes
 * the name.  Where "-" is written, nothing else is: the server's words do not
 * go to standard output.  -1 and a sentence (status 2).
 */
int journal_open(struct journal *j, struct session *s, const char *name,
    struct fail *f);

/* The same into a descriptor that stays the caller's. */
void journal_begin(struct journal *j, struct session *s, int fd);

/* `log FILE`, `log off`, `log`: what is done or goes wrong is said. */
void journal_log(struct journal *j, struct session *s, const char *arg);

/* Stop.  False if what was written is not complete, which was said. */
bool journal_close(struct journal *j);

/* Append the URL that leads to where this session is. */
void journal_url(struct buf *to, const struct session *s);

#endif
