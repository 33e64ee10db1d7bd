/* SPDX-License-Identifier: ISC */
/* lesson.c - what a transcript wants of one who may part from it. */
#include <string.h>

#include "lesson.h"
#include "trial.h"

void
lesson_begin(struct lesson *l, struct trial *t, const struct proto *live)
{
	struct paper *paper = &t->paper;

	l->on = true;
	if (live == NULL)
		return;
	l->passing = true;
	paper->greeted = true;
	paper->undecided = false;
	dialog_again(&paper->dialog, live, false);
}

void
lesson_end(struct lesson *l)
{
	buf_free(&l->passed);
}

enum turn
lesson_say(struct lesson *l, struct trial *t)
{
	const struct dialog *d = &t->paper.dialog;
	const char *line;
	struct came c;

	l->passing = false;
	l->from = l->to = d->id;
	while (l->on && dialog_owed(d) == 0 && inbox_next(&t->inbox, &c, &line))
		;
	return d->proto->judge == NULL ? TURN_SERVER : d->state;
}

void
lesson_said(struct lesson *l, const struct trial *t)
{
	l->to = t->paper.dialog.id;
}

void
lesson_pass(struct lesson *l)
{
	l->passing = true;
	while (l->from != l->to) {
		l->from++;
		buf_add(&l->passed, (const char *)&l->from, sizeof l->from);
	}
}

static void
drop(struct trial *t)
{
	struct owing *owing = &t->paper.dialog.owing;
	struct owed *o = owing_first(owing);

	/* The paper would wait for it as well. */
	if (t->arm == ARM_FOLLOW && o != NULL)
		owing_answered(owing, o);
	trial_drop(t);
}

/* Was this command not said? */
static bool
is_passed(const struct lesson *l, unsigned id)
{
	size_t i;

	for (i = 0; i < l->passed.len; i += sizeof id) {
		if (memcmp(buf_bytes(&l->passed) + i, &id, sizeof id) == 0)
			return true;
	}
	return false;
}

bool
lesson_passes(const struct lesson *l, struct trial *t)
{
	bool unasked = t->arm == ARM_LINES || t->unasked;

	if (!l->on || (unasked ? !l->passing : !is_passed(l, t->asked)))
		return false;
	drop(t);
	return true;
}

bool
lesson_leaves(const struct lesson *l, struct trial *t)
{
	if (!l->on || t->match.count > 0)
		return false;
	drop(t);
	return true;
}

bool
lesson_lacks(const struct lesson *l, const struct trial *t,
    const struct dialog *live)
{
	return l->on && t->arm != ARM_LINES && !t->unasked &&
	    live->proto->judge != NULL && dialog_turn(live) != TURN_SERVER;
}
