/* SPDX-License-Identifier: ISC */
/* nokey.c - the key of local commands where there are none. */
#include "nokey.h"
#include "options.h"
#include "script.h"
#include "session.h"

enum { KEY = 0x1d };

/* May a line of a person stand there? */
static bool
is_line(const struct session *s, const struct script *in)
{
	return s->person && s->opt->escape == KEY && !s->opt->raw &&
	    !in->inside && !dialog_hides(&s->dialog) &&
	    dialog_turn(&s->dialog) != TURN_LITERAL;
}

bool
nokey_take(struct session *s, struct script *in)
{
	struct script_piece piece;
	const char *p;
	size_t n;

	p = script_block(in, &n);
	if (n == 0 || p[0] != KEY || !is_line(s, in) ||
	    !script_line(in, &piece))
		return false;
	outlet_warning(&s->out,
	    "not sent: a terminal without an editor has no local commands, "
	    "and so no ^] (-E sends such lines)");
	return true;
}
