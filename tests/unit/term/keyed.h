/* SPDX-License-Identifier: ISC */
/* keyed.h - a line editor on a terminal of ours, to be played step by step. */
#ifndef KEYED_H
#define KEYED_H

#include "pty.h"
#include "term/bind.h"
#include "term/edit.h"
#include "term/history.h"
#include "term/input.h"
#include "term/keyboard.h"
#include "term/keys.h"
#include "term/tty.h"

enum { KEYED_LOCAL = 0x1d };

struct keyed {
	struct pty pty;
	struct tty *tty;
	struct edit edit;
	struct input *input;
	struct history *history;
	struct keyboard keyboard;
	struct buf line; /* see keyed_text */
};

/* As term_open does it. */
static inline void
keyed_open(struct keyed *k)
{
	bool utf8 = keys_locale();
	char why[256] = "";

	k->tty = tty_open(why);
	assert_non_null(k->tty);
	assert_int_equal(edit_open(&k->edit, k->tty, why), 0);
	k->input = input_new(utf8);
	k->history = history_open(NULL, why);
	k->keyboard = (struct keyboard){ .tty = k->tty,
		.edit = &k->edit,
		.input = k->input,
		.wait = pty_wait,
		.arg = &k->pty,
		.local = KEYED_LOCAL };
	k->edit.utf8 = utf8;
	k->edit.history = k->history;
	k->edit.tabs = true;
	k->edit.key = keyboard_sure;
	k->edit.key_arg = &k->keyboard;
	bind_keys(&k->edit, KEYED_LOCAL);
	edit_ready(&k->edit);
}

static inline void
keyed_close(struct keyed *k)
{
	edit_close(&k->edit);
	tty_close(k->tty);
	input_free(k->input);
	history_close(k->history);
	buf_free(&k->line);
}

static inline int
keyed_begin(void **state)
{
	static struct keyed k;

	memset(&k, 0, sizeof k);
	pty_begin(&k.pty);
	keyed_open(&k);
	*state = &k;
	return 0;
}

static inline int
keyed_end(void **state)
{
	struct keyed *k = *state;

	keyed_close(k);
	pty_end(&k->pty);
	return 0;
}

/* The stage for row i of a table: a new one for each. */
static inline struct keyed *
keyed_row(void **state, size_t i)
{
	if (i > 0) {
		keyed_end(state);
		keyed_begin(state);
	}
	return *state;
}

/* Edit a line, and take it off the screen. */
static inline enum edit_end
keyed_run(struct keyed *k, const char *const *steps)
{
	enum edit_end end;

	k->pty.steps = steps;
	end = edit_run(&k->edit);
	edit_leave(&k->edit);
	edit_over(&k->edit);
	return end;
}

/* The line, with "|" where the cursor is in it unless that is at its end. */
static inline const char *
keyed_text(struct keyed *k)
{
	struct buf after = { 0 };

	buf_clear(&k->line);
	edit_text(&k->edit, &k->line, &after);
	if (after.len > 0)
		buf_addf(&k->line, "|%.*s", (int)after.len, buf_bytes(&after));
	buf_add(&k->line, "", 1);
	buf_free(&after);
	return buf_bytes(&k->line);
}

#define KEYED_TEST(name) \
	cmocka_unit_test_setup_teardown(name, keyed_begin, keyed_end)

#endif
