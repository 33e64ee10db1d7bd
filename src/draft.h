/* draft.h - the message that is being sent, as far as it went.  Floor 9. */
/* SPDX-License-Identifier: ISC */
#ifndef DRAFT_H
#define DRAFT_H

#include <stdbool.h>

#include "posting.h"
#include "session.h"

/* It follows a session from draft_begin to draft_end and does not move. */
struct draft {
	struct session *s;
	struct posting posting;
	struct follower follower;
	unsigned id;   /* of the command that it belongs to */
	bool attached; /* something was, by telex */
};

void draft_begin(struct draft *d, struct session *s);
void draft_end(struct draft *d);

/* Is the next line one of a message? */
bool draft_is_open(const struct draft *d);

#endif
