/* SPDX-License-Identifier: ISC */
/* console.c - local commands about the terminal and what it shows. */
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "console.h"
#include "craft.h"
#include "errand.h"
#include "session.h"
#include "term/term.h"
#include "text.h"

/* "on", "off", or nothing, which turns it round. */
static void
toggle(struct command *c, const char *what, bool *value, const char *arg)
{
	struct outlet *o = &c->s->out;

	if (strcmp(arg, "on") == 0)
		*value = true;
	else if (strcmp(arg, "off") == 0)
		*value = false;
	else if (arg[0] == '\0')
		*value = !*value;
	else {
		outlet_error(o, "%s: say on or off", what);
		return;
	}
	outlet_note(o, 0, "%s is %s", what, *value ? "on" : "off");
}

void
console_raw(struct command *c, const char *arg)
{
	toggle(c, "raw", &c->s->out.screen.raw, arg);
}

void
console_color(struct command *c, const char *arg)
{
	toggle(c, "color", &c->s->out.screen.color, arg);
	c->s->out.own.color = c->s->out.screen.color;
}

void
console_time(struct command *c, const char *arg)
{
	toggle(c, "time", &c->s->time, arg);
	if (c->s->time)
		session_time(c->s);
}

void
console_history(struct command *c, const char *arg)
{
	struct buf text = { 0 };
	unsigned long n = 20;

	if (arg[0] != '\0' && text_number(arg, 1, 100000, &n) < 0) {
		outlet_error(&c->s->out, "history: how many lines?");
		return;
	}
	term_recall(c->term, n, &text);
	outlet_text(&c->s->out, buf_bytes(&text), text.len);
	buf_free(&text);
}

void
console_stop(struct command *c, const char *arg)
{
	(void)arg;
	outlet_flush(&c->s->out);
	term_stop(c->term);
}

void
console_shell(struct command *c, const char *arg)
{
	const char *shell = getenv("SHELL");
	const char *argv[] = { shell, arg[0] == '\0' ? NULL : "-c", arg, NULL };

	if (shell == NULL || shell[0] == '\0')
		argv[0] = "/bin/sh";
	if (errand_run(&c->s->out, c->term, argv) < 0)
		outlet_error(&c->s->out, "!: cannot start %s", argv[0]);
}
