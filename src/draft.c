/* SPDX-License-Identifier: ISC */
/* draft.c - the message that is being sent, as far as it went. */
#include <string.h>

#include "draft.h"

static void
forget(struct draft *d)
{
	posting_begin(&d->posting);
	d->attached = false;
}

/* Its dot has gone, or another command came in between. */
static void
over(struct draft *d)
{
	if (d->attached && d->posting.place != POSTING_ENDED)
		outlet_warning(&d->s->out,
		    "the message ended without the line \"--%s--\" behind its "
		    "last part: some readers show it all the same",
		    d->posting.boundary);
	forget(d);
	d->id = d->s->dialog.id;
}

static void
said(void *arg, const char *p, size_t n, size_t open)
{
	struct draft *d = arg;
	const struct dialog *dialog = &d->s->dialog;

	(void)open;
	if (dialog->state != TURN_DATA || dialog->id != d->id)
		over(d);
	else
		posting_said(&d->posting, p, n);
}

static void
changed(void *arg, enum change what)
{
	if (what == CHANGE_OPENED || what == CHANGE_CLOSED)
		forget(arg);
}

void
draft_begin(struct draft *d, struct session *s)
{
	memset(d, 0, sizeof *d);
	d->s = s;
	d->follower.said = said;
	d->follower.changed = changed;
	d->follower.arg = d;
	session_follow(s, &d->follower);
}

void
draft_end(struct draft *d)
{
	session_unfollow(d->s, &d->follower);
}

bool
draft_is_open(const struct draft *d)
{
	const struct dialog *dialog = &d->s->dialog;

	return session_is_open(d->s) && dialog_turn(dialog) == TURN_DATA;
}
