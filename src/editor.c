/* SPDX-License-Identifier: ISC */
/* editor.c - the local command that opens an editor. */
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "craft.h"
#include "draft.h"
#include "editor.h"
#include "errand.h"
#include "fail.h"
#include "hear.h"
#include "notepad.h"
#include "session.h"
#include "term/term.h"

/* The editor that the user wants, which may have words behind it. */
static const char *
editor_name(void)
{
	const char *name = getenv("VISUAL");

	if (name == NULL || name[0] == '\0')
		name = getenv("EDITOR");
	return name == NULL || name[0] == '\0' ? "vi" : name;
}

/* Let the user edit it; -1 and a sentence. */
static int
run_editor(struct command *c, const struct notepad *pad, struct fail *f)
{
	const char *argv[] = { "/bin/sh", "-c", NULL, "edit", pad->path, NULL };
	struct buf script = { 0 };
	int status;

	buf_addf(&script, "exec %s \"$1\"", editor_name());
	buf_add(&script, "", 1);
	argv[2] = buf_bytes(&script);
	status = errand_run(&c->s->out, c->term, argv);
	buf_free(&script);
	if (status < 0)
		return fail_errno(f, STATUS_USAGE,
		    "the editor cannot be started");
	if (status != 0)
		return fail_set(f, STATUS_USAGE,
		    "nothing is sent: the editor ended with status %d "
		    "($VISUAL or $EDITOR names another than %.100s)",
		    status, editor_name());
	return 0;
}

/* Each line of it, without a CR, for typing; dots doubled in a message. */
static size_t
take_lines(struct command *c, const struct buf *text)
{
	const char *p = buf_bytes(text), *end = p + text->len;
	bool stuff = draft_is_open(c->draft);
	size_t count = 0;

	for (; p < end; count++) {
		const char *lf = memchr(p, '\n', (size_t)(end - p));
		size_t n = (size_t)((lf == NULL ? end : lf) - p);
		size_t cr = n > 0 && p[n - 1] == '\r';

		if (stuff && p[0] == '.')
			buf_adds(c->typed, ".");
		buf_add(c->typed, p, n - cr);
		buf_adds(c->typed, "\n");
		p += n + (lf != NULL);
	}
	return count;
}

static bool
is_same(const struct buf *a, const struct buf *b)
{
	return a->len == b->len &&
	    (a->len == 0 || memcmp(buf_bytes(a), buf_bytes(b), a->len) == 0);
}

/* Can lines still be sent? */
static bool
is_over(const struct session *s)
{
	return !session_is_open(s) || dialog_turn(&s->dialog) == TURN_OVER;
}

/* The editor is done.  False: the file is the only place for the text. */
static bool
take(struct command *c, const struct notepad *pad, const struct buf *had)
{
	struct outlet *o = &c->s->out;
	struct buf text = { 0 };
	struct fail f;
	bool stays = false;
	size_t count;

	/* Much may have happened in the meantime. */
	hear_drain(c->s);
	if (notepad_read(pad, &text, &f) < 0) {
		outlet_error(o, "edit: %s: the text is in %s", f.text,
		    pad->path);
		stays = true;
	} else if (text.len == 0 || is_same(&text, had)) {
		outlet_note(o, 0, "edit: nothing was written, nothing is sent");
	} else if (is_over(c->s)) {
		outlet_warning(o,
		    "edit: the server does not listen any more: the text is "
		    "in %s",
		    pad->path);
		stays = true;
	} else {
		count = take_lines(c, &text);
		term_offer(c->term, "", 0);
		outlet_note(o, 0, "%zu line%s from the editor%s", count,
		    count == 1 ? "" : "s",
		    draft_is_open(c->draft) ? "; the dot that ends the "
					      "message is yours" :
					      "");
	}
	buf_free(&text);
	return !stays;
}

void
editor_edit(struct command *c, const char *arg)
{
	bool message = draft_is_open(c->draft);
	struct buf half = { 0 };
	struct notepad pad;
	struct fail f;

	if (c->secret || dialog_hides(&c->s->dialog)) {
		outlet_error(&c->s->out,
		    "edit: a secret is awaited, which is "
		    "not for a file");
		return;
	}
	term_half(c->term, &half);
	if (half.len > 0)
		buf_adds(&half, "\n");
	if ((arg[0] != '\0' && notepad_load(arg, &half, &f) < 0) ||
	    notepad_open(&pad, message ? "message.eml" : "lines.txt", &half,
		&f) < 0) {
		outlet_error(&c->s->out, "edit: %s", f.text);
	} else if (run_editor(c, &pad, &f) < 0) {
		outlet_error(&c->s->out, "edit: %s", f.text);
		notepad_close(&pad);
	} else if (take(c, &pad, &half)) {
		notepad_close(&pad);
	}
	buf_free(&half);
}
