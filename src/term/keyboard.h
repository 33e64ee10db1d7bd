/* keyboard.h - wait for keys, and do what signals ask.  Floor 3. */
/* SPDX-License-Identifier: ISC */
#ifndef KEYBOARD_H
#define KEYBOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct edit;
struct input;
struct tty;

/* Why there is no key. */
enum keyboard_end {
	KEYBOARD_LINES, /* whole lines wait: see input_line */
	KEYBOARD_ABANDONED,
	KEYBOARD_INTERRUPT,
	KEYBOARD_SIGNAL,
	KEYBOARD_HANGUP
};

struct keyboard {
	struct tty *tty;
	struct edit *edit; /* what is on the screen */
	struct input *input;
	/* See struct term_hooks. */
	int (*wait)(void *arg, int fd, int ms);
	void *arg;
	bool typed; /* the owner put text into edit->insert */
	int local;  /* opens the local prompt at a secret; -1: no key does */
	enum keyboard_end why;
	int signo; /* of KEYBOARD_SIGNAL */
};

/* The next key; KEY_INSERT when text was put into edit->insert.  1, or -1
 * and `why`. */
int keyboard_key(struct keyboard *k, uint32_t *key);

/* The same for struct edit, which is to know how large the screen is; the
 * argument is a struct keyboard *. */
int keyboard_sure(void *keyboard, uint32_t *key);

/* Wait for bytes: 1 when some came, 0 for none, -1 and `why`. */
int keyboard_wait(struct keyboard *k, int ms);

/* -1 and `why` if a signal wants an end; others are obeyed here. */
int keyboard_signals(struct keyboard *k);

/* Stop like ^Z; returns when continued. */
void keyboard_stop(struct keyboard *k);

/* Read and forget until nothing more of a paste comes.  Returns the lines. */
size_t keyboard_drain(struct keyboard *k);

#endif
