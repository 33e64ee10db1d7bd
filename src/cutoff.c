/* SPDX-License-Identifier: ISC */
/* cutoff.c - a conversation that a transcript breaks off. */
#include "cutoff.h"
#include "buf.h"
#include "dialog.h"
#include "inbox.h"
#include "line.h"
#include "match.h"
#include "paper.h"
#include "transcript.h"
#include "trial.h"

/* The line on paper that has no end is one like those before it. */
static void
want_rest(struct trial *t, const struct item *item)
{
	struct item line = { .kind = ITEM_HEAR,
		.how = TEXT_ESCAPED,
		.line = item->line };
	struct standing says = { .code = 0 };
	struct line_piece piece;

	if (!line_rest(&t->cut, &piece))
		return;
	if (t->match.count > 0)
		says = t->match.list[t->match.count - 1].says;
	match_add(&t->match, &line, piece.text, piece.len, &says);
	line_reset(&t->cut);
}

void
cutoff_reply(struct trial *t, const struct dialog *live,
    const struct item *item)
{
	struct standing is = { .code = 0 };

	if (t->arm != ARM_NONE)
		return;
	want_rest(t, item);
	if (t->match.count == 0)
		return;
	if (live->in_reply)
		is = t->latest;
	inbox_end(&t->inbox, &is);
	trial_follow(t);
	t->arm = ARM_REPLY;
	trial_judge(t);
}

void
cutoff_all(struct trial *t)
{
	paper_end(&t->paper);
	paper_start(&t->paper, NULL);
	match_clear(&t->match);
	line_reset(&t->cut);
	buf_clear(&t->held);
	inbox_free(&t->inbox);
	t->arm = ARM_NONE;
	t->asked = 0;
	t->within = 0;
}
