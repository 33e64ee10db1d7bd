/* SPDX-License-Identifier: ISC */
/* keyboard.c - the loop that all typing waits in. */
#include <poll.h>
#include <signal.h>

#include "clock.h"
#include "signals.h"
#include "term/edit.h"
#include "term/input.h"
#include "term/keyboard.h"
#include "term/keys.h"
#include "term/tty.h"

enum {
	READ_SIZE = 65536,
	QUIET_MS = 50,    /* after it, nothing more of a paste comes */
	DRAIN_MOST = 4096 /* reads: the terminal is not drained for ever */
};

/* The shell may have written meanwhile and changed the modes. */
static void
resume(struct keyboard *k)
{
	tty_take(k->tty);
	k->edit->hidden = true;
	edit_resize(k->edit);
	if (k->edit->active)
		tty_puts(k->tty, "\r\033[K");
	edit_show(k->edit);
	edit_flush(k->edit);
}

void
keyboard_stop(struct keyboard *k)
{
	edit_leave(k->edit);
	tty_lend(k->tty);
	signals_stop();
	resume(k);
}

/* -1: the line is to be left; k->why says for what. */
int
keyboard_signals(struct keyboard *k)
{
	int signo;

	while ((signo = signals_next()) != 0) {
		if (signo == SIGWINCH) {
			edit_resize(k->edit);
		} else if (signo == SIGTSTP) {
			keyboard_stop(k);
		} else if (signo == SIGCONT) {
			resume(k);
		} else {
			k->signo = signo;
			k->why = signo == SIGINT ? KEYBOARD_INTERRUPT :
						   KEYBOARD_SIGNAL;
			return -1;
		}
	}
	return 0;
}

/* Keys are left alone until it is certain on what they will be seen. */
static int
wait_sure(struct keyboard *k, int ms)
{
	int unsure = tty_unsure(k->tty), rc;

	if (unsure >= 0) {
		rc = k->wait(k->arg, -1, unsure);
		if (rc < 0 || tty_unsure(k->tty) > 0)
			return rc;
		edit_flush(k->edit);
	}
	return tty_has_typed(k->tty) ? 1 : k->wait(k->arg, tty_in(k->tty), ms);
}

/* Wait for bytes: 1 when some came, 0 for none, -1 to leave the line. */
int
keyboard_wait(struct keyboard *k, int ms)
{
	int64_t since;
	ssize_t n;
	int rc;

	edit_flush(k->edit);
	since = clock_us();
	rc = wait_sure(k, ms);
	edit_show(k->edit);
	if (rc < 0)
		k->why = KEYBOARD_ABANDONED;
	if (rc <= 0)
		return rc;
	n = tty_read(k->tty, input_room(k->input, READ_SIZE), READ_SIZE);
	if (n == 0) {
		k->why = KEYBOARD_HANGUP;
		return -1;
	}
	if (n > 0)
		input_grew(k->input, (size_t)n, clock_since(since));
	return n > 0;
}

/* One step towards a key: 1 a key, 0 none so far, -1 lines wait. */
static int
look_for_key(struct keyboard *k, bool final, uint32_t *key)
{
	switch (input_look(k->input)) {
	case INPUT_LINES:
		k->why = KEYBOARD_LINES;
		return -1;
	case INPUT_TEXT:
		*key = KEY_INSERT;
		return input_text(k->input, final, k->edit->insert);
	case INPUT_KEYS:
		break;
	}
	*key = KEY_NONE;
	return input_key(k->input, final, key);
}

int
keyboard_key(struct keyboard *k, uint32_t *key)
{
	bool final = false;
	int rc, ms;

	for (;;) {
		if (keyboard_signals(k) != 0)
			return -1;
		if (k->typed) {
			k->typed = false;
			*key = KEY_INSERT;
			return 1;
		}
		rc = look_for_key(k, final, key);
		if (rc < 0 || (rc > 0 && *key != KEY_NONE))
			return rc;
		final = false;
		if (rc > 0)
			continue;
		ms = input_patience(k->input);
		rc = keyboard_wait(k, ms);
		if (rc < 0)
			return -1;
		final = rc == 0 && ms >= 0;
	}
}

int
keyboard_sure(void *keyboard, uint32_t *key)
{
	struct keyboard *k = keyboard;
	int rc = keyboard_key(k, key);

	/* It may have been read before the size changed. */
	while (rc == 1 && tty_unsure(k->tty) > 0 && keyboard_wait(k, 0) >= 0)
		rc = keyboard_signals(k) == 0 ? 1 : -1;
	return rc;
}

/* The terminal may be in the middle of a paste: wait for its end. */
size_t
keyboard_drain(struct keyboard *k)
{
	struct pollfd pfd = { .fd = tty_in(k->tty), .events = POLLIN };
	size_t lines = 0, i;
	ssize_t n;

	for (i = 0; i < DRAIN_MOST && poll(&pfd, 1, QUIET_MS) > 0; i++) {
		n = tty_read(k->tty, input_room(k->input, READ_SIZE),
		    READ_SIZE);
		if (n <= 0)
			break;
		input_grew(k->input, (size_t)n, 0);
		lines += input_drop(k->input);
	}
	return lines;
}
