/* SPDX-License-Identifier: ISC */
/* term.c - the terminal: a line to edit, output above it, and signals. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "fail.h"
#include "term/bind.h"
#include "term/edit.h"
#include "term/half.h"
#include "term/history.h"
#include "term/input.h"
#include "term/keyboard.h"
#include "term/keys.h"
#include "term/secret.h"
#include "term/term.h"
#include "term/tty.h"

struct term {
	struct tty *tty;
	struct edit edit;
	struct input *input;
	struct history *history, *local;
	struct keyboard keyboard;
	struct half half;
	struct buf unseen; /* what a secret has, while a local command runs */
	bool hides;        /* that is so */
	char *prompt, *sgr;
	bool color;
	bool other; /* another prompt than the caller's is in use */
	char trouble[256];
	bool told;
};

struct term *
term_open(const struct term_plan *plan, char why[128])
{
	struct term *t = xmalloc(sizeof *t);
	char none[256];
	bool utf8 = keys_locale();

	memset(t, 0, sizeof *t);
	t->tty = tty_open(why);
	if (t->tty == NULL || edit_open(&t->edit, t->tty, why) != 0) {
		tty_close(t->tty);
		free(t);
		return NULL;
	}
	t->color = plan->color;
	t->input = input_new(utf8);
	t->keyboard = (struct keyboard){ .tty = t->tty,
		.edit = &t->edit,
		.input = t->input,
		.wait = plan->hooks.wait,
		.arg = plan->hooks.arg,
		/* A letter may be one of a password. */
		.local = plan->escape < ' ' ? plan->escape : -1 };
	t->history = history_open(plan->history, t->trouble);
	t->local = history_open(NULL, none);
	t->edit.utf8 = utf8;
	t->edit.history = t->history;
	t->edit.tabs = true;
	t->edit.key = keyboard_sure;
	t->edit.key_arg = &t->keyboard;
	t->edit.complete = plan->hooks.complete;
	t->edit.complete_arg = plan->hooks.arg;
	bind_keys(&t->edit, plan->escape);
	edit_ready(&t->edit);
	return t;
}

void
term_close(struct term *t)
{
	if (t == NULL)
		return;
	edit_close(&t->edit);
	tty_close(t->tty);
	input_drop(t->input);
	input_free(t->input);
	history_close(t->history);
	history_close(t->local);
	half_free(&t->half);
	buf_free(&t->unseen);
	free(t->prompt);
	free(t->sgr);
	free(t);
}

bool
term_shows(const struct term *t, int fd)
{
	return tty_shows(t->tty, fd);
}

static bool
is_same(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static void
use_prompt(struct term *t)
{
	t->other = false;
	edit_prompt(&t->edit, t->prompt != NULL ? t->prompt : "",
	    t->color ? t->sgr : NULL);
}

void
term_prompt(struct term *t, const char *prompt, const char *sgr)
{
	if (is_same(prompt, t->prompt) && is_same(sgr, t->sgr))
		return;
	free(t->prompt);
	free(t->sgr);
	t->prompt = xstrdup(prompt);
	t->sgr = sgr != NULL ? xstrdup(sgr) : NULL;
	if (t->other)
		return;
	edit_hide(&t->edit);
	use_prompt(t);
}

/* ^C: what is half typed and what waits behind it goes. */
static enum term_end
interrupted(struct term *t, struct half *half)
{
	bool empty =
	    half->before.len + half->after.len == 0 && !term_has_paste(t);

	half_clear(half);
	term_drop_paste(t);
	return empty ? TERM_INTERRUPT : TERM_DROPPED;
}

/* There is no line, and why; what is half typed stays in `half`. */
static enum term_end
no_line(struct term *t, struct half *half)
{
	static const enum term_end ends[] = {
		[KEYBOARD_LINES] = TERM_LINE, /* never asked for */
		[KEYBOARD_ABANDONED] = TERM_ABANDONED,
		[KEYBOARD_INTERRUPT] = TERM_INTERRUPT,
		[KEYBOARD_SIGNAL] = TERM_SIGNAL,
		[KEYBOARD_HANGUP] = TERM_HANGUP,
	};

	if (t->keyboard.why == KEYBOARD_INTERRUPT)
		return interrupted(t, half);
	return ends[t->keyboard.why];
}

/*
 * Take a line of a paste, past the editor.  True when that is how the line
 * ends; false when what there is of it, in `half`, is to be edited.
 */
static bool
read_pasted(struct term *t, struct half *half, struct buf *line,
    enum term_end *end)
{
	enum input_line got;
	int rc = 0;

	while (keyboard_signals(&t->keyboard) == 0 && rc >= 0) {
		got = input_line(t->input, &half->before);
		if (got == INPUT_LINE) {
			half_take(half, line);
			*end = TERM_LINE;
			return true;
		}
		if (got == INPUT_MORE)
			rc = keyboard_wait(&t->keyboard, INPUT_PAUSE);
		if (got == INPUT_OVER || rc == 0) {
			input_settle(t->input);
			return false;
		}
	}
	*end = no_line(t, half);
	return true;
}

/* Put the half-typed line into the editor. */
static void
give_half(struct term *t, struct half *half)
{
	wchar_t *behind;

	behind = input_wide(t->input, buf_bytes(&half->after), half->after.len);
	t->edit.back = wcslen(behind);
	free(behind);
	buf_wipe(t->edit.insert);
	half_take(half, t->edit.insert);
}

/* False: lines wait, and what is half typed belongs to the first. */
static bool
read_edited(struct term *t, struct half *half, struct buf *line,
    enum term_end *end)
{
	enum edit_end how;
	enum keyboard_end why;

	give_half(t, half);
	how = edit_run(&t->edit);
	why = t->keyboard.why;
	edit_text(&t->edit, &half->before, &half->after);
	if (how == EDIT_LOCAL ||
	    (how == EDIT_LEFT &&
		(why == KEYBOARD_LINES || why == KEYBOARD_ABANDONED)))
		edit_hide(&t->edit);
	else
		edit_leave(&t->edit);
	edit_over(&t->edit);
	if (how == EDIT_LEFT && why == KEYBOARD_LINES)
		return false;
	*end = how == EDIT_LEFT ? no_line(t, half) :
	    how == EDIT_LOCAL   ? TERM_LOCAL :
	    how == EDIT_EOF     ? TERM_EOF :
				  TERM_LINE;
	if (how == EDIT_LINE)
		half_take(half, line);
	return true;
}

static enum term_end
read_line(struct term *t, struct half *half, struct buf *line, bool *shown)
{
	enum term_end end;

	buf_clear(line);
	for (;;) {
		*shown = false;
		if ((input_flows(t->input) ||
			input_look(t->input) == INPUT_LINES) &&
		    read_pasted(t, half, line, &end))
			return end;
		*shown = true;
		if (read_edited(t, half, line, &end))
			return end;
	}
}

enum term_end
term_line(struct term *t, struct buf *line, bool *shown)
{
	t->hides = false;
	buf_wipe(&t->unseen);
	return read_line(t, &t->half, line, shown);
}

enum term_end
term_local(struct term *t, const char *prompt, struct buf *line)
{
	struct half half = { 0 };
	enum term_end end;
	bool shown, offered = t->edit.offered;

	t->other = true;
	edit_prompt(&t->edit, prompt, NULL);
	t->edit.history = t->local;
	t->edit.tabs = false;
	end = read_line(t, &half, line, &shown);
	if (end == TERM_LINE && !shown) {
		tty_puts(t->tty, prompt);
		tty_put(t->tty, buf_bytes(line), line->len);
		tty_puts(t->tty, "\n");
	}
	if (end == TERM_LINE)
		history_add(t->local, buf_bytes(line), line->len);
	t->edit.history = t->history;
	t->edit.tabs = true;
	t->edit.offered = offered;
	use_prompt(t);
	half_free(&half);
	return end;
}

enum term_end
term_secret(struct term *t, const char *prompt, struct buf *line)
{
	struct half none = { 0 };
	enum term_end end;
	enum secret_end how;
	bool typed;

	t->other = true;
	edit_prompt(&t->edit, prompt, NULL);
	how = secret_read(&t->keyboard, &t->unseen, line);
	use_prompt(t);
	typed = line->len > 0;
	t->hides = how == SECRET_LOCAL;
	if (how != SECRET_LINE)
		buf_wipe(line);
	end = how == SECRET_LOCAL ? TERM_LOCAL :
	    how == SECRET_EOF     ? TERM_EOF :
	    how == SECRET_LINE    ? TERM_LINE :
				    no_line(t, &none);
	return end == TERM_INTERRUPT && typed ? TERM_DROPPED : end;
}

bool
term_has_paste(const struct term *t)
{
	return input_has_line(t->input);
}

size_t
term_drop_paste(struct term *t)
{
	bool going = input_flows(t->input) || input_in_paste(t->input);
	size_t lines = input_drop(t->input);

	if (!going)
		return lines;
	half_clear(&t->half);
	return lines + keyboard_drain(&t->keyboard);
}

bool
term_insert(struct term *t, const char *text, size_t len)
{
	buf_add(t->hides ? &t->unseen : &t->half.before, text, len);
	return !t->hides;
}

void
term_offer(struct term *t, const char *text, size_t len)
{
	half_clear(&t->half);
	term_insert(t, text, len);
	t->edit.offered = len > 0;
}

bool
term_offered(const struct term *t)
{
	return t->edit.offered;
}

void
term_type(struct term *t, const char *text, size_t len)
{
	buf_add(t->edit.insert, text, len);
	t->edit.offered = true;
	t->keyboard.typed = true;
}

void
term_enter(struct term *t)
{
	*input_room(t->input, 1) = '\r';
	input_grew(t->input, 1, INPUT_PAUSE);
}

void
term_ignore(struct term *t)
{
	keyboard_drain(&t->keyboard);
}

void
term_half(struct term *t, struct buf *to)
{
	half_copy(&t->half, to);
	if (t->edit.active && !t->other)
		edit_text(&t->edit, to, to);
}

int
term_signal(const struct term *t)
{
	return t->keyboard.signo;
}

void
term_remember(struct term *t, const char *line, size_t len)
{
	if (history_add(t->history, line, len) != 0)
		snprintf(t->trouble, sizeof t->trouble,
		    "the history cannot be written");
}

const char *
term_trouble(struct term *t)
{
	bool told = t->told;

	t->told = t->trouble[0] != '\0';
	return t->told && !told ? t->trouble : NULL;
}

void
term_recall(struct term *t, size_t n, struct buf *to)
{
	size_t count = history_count(t->history), i;

	for (i = n < count ? count - n : 0; i < count; i++)
		buf_addf(to, "%s\n", history_at(t->history, i));
}

void
term_print(struct term *t, const char *p, size_t n)
{
	edit_hide(&t->edit);
	tty_put(t->tty, p, n);
}

void
term_show(struct term *t)
{
	edit_show(&t->edit);
	edit_flush(&t->edit);
}

void
term_status(struct term *t, const char *text)
{
	edit_hide(&t->edit);
	if (text == NULL) {
		edit_blind(&t->edit, false);
		use_prompt(t);
	} else {
		t->other = true;
		edit_prompt(&t->edit, text, NULL);
		edit_blind(&t->edit, true);
	}
	term_show(t);
}

bool
term_obeys(struct term *t)
{
	return keyboard_signals(&t->keyboard) == 0;
}

unsigned
term_columns(const struct term *t)
{
	return edit_columns(&t->edit);
}

void
term_lend(struct term *t)
{
	tty_lend(t->tty);
}

void
term_stop(struct term *t)
{
	keyboard_stop(&t->keyboard);
}

void
term_return(struct term *t)
{
	tty_take(t->tty);
	edit_resize(&t->edit);
}
