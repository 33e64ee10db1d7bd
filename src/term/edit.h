/* edit.h - one line in the editor, and its place on the screen.  Floor 2. */
/* SPDX-License-Identifier: ISC */
#ifndef EDIT_H
#define EDIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <wchar.h>

#include <histedit.h>

struct buf;
struct complete;
struct history;
struct layout_change;
struct tty;

/* How the editing of a line ended. */
enum edit_end {
	EDIT_GOES_ON,
	EDIT_LINE,  /* Enter */
	EDIT_LOCAL, /* the local-command key */
	EDIT_EOF,
	EDIT_LEFT /* whoever gives the keys said so */
};

/* Where the arrows are in the history. */
struct edit_pick {
	size_t at;       /* this line of it */
	wchar_t *typed;  /* what was there before, NULL: nothing was picked */
	size_t cursor;   /* and where in it; up to there lines must agree */
	wchar_t *picked; /* what was put in its place */
};

struct edit {
	EditLine *el;
	struct tty *tty;
	bool utf8;
	const struct history *history;

	/* The next key: 1, or -1: leave the line. */
	int (*key)(void *arg, uint32_t *key);
	/* See struct term_hooks. */
	void (*complete)(void *arg, const char *line, size_t len,
	    struct complete *c);
	bool tabs; /* TAB is a letter where nothing is completed */
	void *key_arg, *complete_arg;

	/* Text for KEY_INSERT; the cursor then goes back so many
	 * characters. */
	struct buf *insert;
	size_t back;

	enum edit_end end;
	bool offered; /* the line came from elsewhere, and was not emptied */
	bool stray;   /* libedit ended the line, with a line feed in it */
	uint32_t last, before; /* keys */
	struct edit_pick pick;

	wchar_t *prompt;      /* as it is seen */
	wchar_t *drawn;       /* with its colour */
	unsigned row, column; /* of the cursor on the screen */
	unsigned bottom;      /* the last row */
	size_t mark;          /* output up to here fits to these */
	bool active, hidden;  /* a line is edited; but not on the screen */
	bool placed; /* the cursor is not where libedit believes it is */
	bool blind;  /* only its prompt is shown */
	/* What was on the screen when its size changed; NULL: all is certain */
	struct layout_change *change;
	size_t event;      /* libedit's place in the history */
	wchar_t *recalled; /* and the line it was given */
	wchar_t *kept;     /* see edit_mend */
};

/*
 * Start libedit on this terminal; the keys are bound by command_bind, then
 * edit_ready makes the terminal raw.  -1 and a reason when the terminal
 * cannot move its cursor.
 */
int edit_open(struct edit *e, struct tty *tty, char why[128]);
void edit_ready(struct edit *e);
void edit_close(struct edit *e);

void edit_prompt(struct edit *e, const char *prompt, const char *sgr);

/* Edit a line; edit_text has it afterwards, and before that as it is. */
enum edit_end edit_run(struct edit *e);
void edit_text(struct edit *e, struct buf *before, struct buf *after);

/* End edit_run; what a command of libedit is to return then. */
unsigned char edit_finish(struct edit *e, enum edit_end end);

/* Begin and end to show a prompt alone, in place of a line. */
void edit_blind(struct edit *e, bool on);

/* Take the line off the screen, and put it there again.  No-ops when nothing
 * is edited or it is done already. */
void edit_hide(struct edit *e);
void edit_show(struct edit *e);

/* Leave the line where it is and go to a fresh row; it counts as hidden. */
void edit_leave(struct edit *e);

/* The line is no longer edited. */
void edit_over(struct edit *e);

/* Put right what libedit draws wrong, then write all output. */
void edit_flush(struct edit *e);

/*
 * The screen has another size.  Nothing is drawn or written until it is
 * certain that no other follows (tty_unsure); keys should not come before.
 */
void edit_resize(struct edit *e);

/* Take the size it has for certain, and draw. */
void edit_sure(struct edit *e);

unsigned edit_columns(const struct edit *e);

#endif
