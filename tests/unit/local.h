/* SPDX-License-Identifier: ISC */
/* local.h - local commands as tables: what each says, and does. */
#ifndef LOCAL_H
#define LOCAL_H

#include <string.h>

#include "command.h"
#include "desk.h"
#include "draft.h"
#include "say.h"

enum { LOCAL_STEPS = 10 };

/*
 * One after the other, in SMTP:
 *
 *	^line	a local command
 *	C:line	a line of ours
 *	S:text	the server says it
 *	VISUAL=	the editor is this from now on
 *	OVER	the connection has ended
 *	WAITS	a line of ours waits its turn
 *
 * `log` is that of the desk, and in the end the line that is being typed, in
 * "<>", and a word for each thing that is left to the caller; `err` has
 * telex's words.
 */
struct local_row {
	const char *name;
	const char *steps[LOCAL_STEPS];
	const char *log, *err;
};

static inline void
local_step(struct desk *d, const char *step)
{
	struct command *c = &d->typing.local;
	const char *text = step + 2;

	if (step[0] == '^') {
		command_run(c, step + 1, strlen(step + 1));
	} else if (strncmp(step, "C:", 2) == 0) {
		say_line(&d->st.s, text, strlen(text));
	} else if (strncmp(step, "S:", 2) == 0) {
		desk_says(d, text);
		hear_drain(&d->st.s);
	} else if (strncmp(step, "VISUAL=", 7) == 0) {
		setenv("VISUAL", step + 7, 1);
	} else if (strcmp(step, "OVER") == 0) {
		d->st.s.over = true;
	} else {
		c->waiting++;
	}
}

/* What is left to the caller. */
static inline void
local_left(struct desk *d)
{
	struct command *c = &d->typing.local;
	struct buf half = { 0 };

	desk_hear(d);
	term_half(d->term, &half);
	if (half.len > 0)
		buf_addf(&d->log, "<%.*s>", (int)half.len, buf_bytes(&half));
	buf_free(&half);
	if (c->typed->len > 0)
		buf_addf(&d->log, "(typed %.*s)", (int)c->typed->len,
		    buf_bytes(c->typed));
	if (c->quit)
		buf_adds(&d->log, "(quit)");
	if (c->secret)
		buf_adds(&d->log, "(secret)");
	if (c->now)
		buf_adds(&d->log, "(now)");
}

static inline void
local_play(struct desk *d, const char *const *steps)
{
	struct buf typed = { 0 };
	struct draft draft;
	size_t i;

	d->opt.proto_given = true;
	desk_begin(d, &proto_smtp, NULL);
	draft_begin(&draft, &d->st.s);
	d->typing.local.draft = &draft;
	d->typing.local.typed = &typed;
	for (i = 0; i < LOCAL_STEPS && steps[i] != NULL; i++)
		local_step(d, steps[i]);
	local_left(d);
	draft_end(&draft);
	buf_free(&typed);
	desk_end(d);
}

static inline void
local_rows(const struct local_row *rows, size_t n)
{
	static struct desk d;
	unsigned wrong = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		local_play(&d, rows[i].steps);
		if (strcmp(buf_bytes(&d.log), rows[i].log) != 0 ||
		    strcmp(d.st.err, rows[i].err) != 0) {
			wrong++;
			print_error("%s: \"%s\", stderr \"%s\"\n", rows[i].name,
			    buf_bytes(&d.log), d.st.err);
		}
		desk_free(&d);
	}
	assert_int_equal(wrong, 0);
}

#endif
