/* SPDX-License-Identifier: ISC */
/* stepcmd.c - local commands about a transcript under way. */
#include <string.h>

#include "craft.h"
#include "options.h"
#include "step.h"
#include "stepcmd.h"
#include "term/term.h"

/* Read it, and ask for what it lacks. */
static int
prepare(struct command *c, struct ready *r, const char *name, struct vars *v,
    struct fail *f)
{
	int rc;

	ready_own(v, c->opt);
	rc = ready_open(r, name, c->opt, v, f);
	if (rc < 0 || r->vetted.nmissing == 0)
		return rc;
	outlet_flush(&c->s->out);
	term_lend(c->term);
	rc = ready_ask(r, c->opt, v, f);
	term_return(c->term);
	return rc;
}

static bool
is_under_way(struct command *c, const char *name)
{
	if (c->step->s != NULL)
		return true;
	outlet_error(&c->s->out, "%s: no transcript is under way (replay FILE)",
	    name);
	return false;
}

void
stepcmd_replay(struct command *c, const char *arg)
{
	struct ready r = { .open = false };
	struct vars v = { 0 };
	struct fail f;

	if (arg[0] == '\0') {
		outlet_error(&c->s->out, "replay: name a transcript, or off");
	} else if (strcmp(arg, "off") == 0) {
		if (is_under_way(c, "replay"))
			step_over(c->step, false);
	} else if (prepare(c, &r, arg, &v, &f) < 0) {
		outlet_error(&c->s->out, "replay: %s", f.text);
	} else {
		step_over(c->step, false);
		step_begin(c->step, c->s, &r, &v,
		    (enum match_mode)c->opt->match);
	}
	ready_close(&r);
	vars_free(&v);
}

static void
say_why_not(struct command *c, const char *name, const char *why)
{
	if (why != NULL)
		outlet_error(&c->s->out, "%s: %s", name, why);
}

void
stepcmd_again(struct command *c, const char *arg)
{
	(void)arg;
	if (is_under_way(c, "again"))
		say_why_not(c, "again", step_again(c->step));
}

void
stepcmd_skip(struct command *c, const char *arg)
{
	(void)arg;
	if (is_under_way(c, "skip"))
		say_why_not(c, "skip", step_skip(c->step));
}
