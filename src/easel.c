/* SPDX-License-Identifier: ISC */
/* easel.c - a transcript kept for the sake of a picture. */
#include <string.h>

#include "draw.h"
#include "easel.h"
#include "fail.h"
#include "options.h"
#include "session.h"
#include "transcript.h"

static enum draw_mode
mode_of(const struct session *s)
{
	return s->opt->force ? DRAW_FORCE : DRAW_NEW;
}

int
easel_open(struct easel *e, struct session *s, struct fail *f)
{
	const char *to = s->opt->draw;

	if (to == NULL)
		return 0;
	if (strcmp(to, "-") == 0)
		return fail_set(f, STATUS_USAGE,
		    "a picture cannot go to standard output, where the "
		    "server's words are (--draw FILE)");
	if (draw_check(to, mode_of(s), f) < 0)
		return -1;
	e->paper = tmpfile();
	if (e->paper == NULL)
		return fail_errno(f, STATUS_NETWORK,
		    "cannot make a temporary file");
	e->to = to;
	journal_begin(&e->journal, s, fileno(e->paper));
	return 0;
}

int
easel_close(struct easel *e, const struct session *s, struct fail *f)
{
	struct transcript t;
	int rc;

	if (e->to == NULL)
		return 0;
	journal_close(&e->journal);
	e->to = NULL;
	/* Where nobody was met there is nothing to see. */
	if (s->opened == 0) {
		fclose(e->paper);
		return 0;
	}
	rc = transcript_file(&t, e->paper, f);
	if (rc == 0)
		rc = draw_to(&t, s->opt->proto, s->opt->draw, mode_of(s), f);
	transcript_close(&t);
	return rc;
}
