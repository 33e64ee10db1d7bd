/* term.h - the terminal: one line at a time, edited.  Floor 5. */
/* SPDX-License-Identifier: ISC */
#ifndef TERM_H
#define TERM_H

#include <stdbool.h>
#include <stddef.h>

struct buf;
struct complete;
struct term;

/* How the reading of a line ended. */
enum term_end {
	TERM_LINE,      /* here it is */
	TERM_LOCAL,     /* the local-command key; the half line is kept */
	TERM_EOF,       /* ^D on an empty line */
	TERM_INTERRUPT, /* ^C on an empty line */
	TERM_DROPPED,   /* ^C dropped what was typed */
	TERM_ABANDONED, /* the wait hook said so; the half line is kept */
	TERM_SIGNAL,    /* TERM, HUP or QUIT: see term_signal */
	TERM_HANGUP     /* the terminal is gone */
};

/* What the owner does while the terminal has nothing to say. */
struct term_hooks {
	/*
	 * Wait until fd is readable (1; fd -1: none), ms have passed (0; ms
	 * -1: no limit) or a signal waits (see signals.h) (0); -1: abandon the
	 * line.  It serves the network meanwhile and may call term_print,
	 * term_show and term_prompt.
	 */
	int (*wait)(void *arg, int fd, int ms);

	/* Offer words for the line up to the cursor (complete_offer).
	 * Without complete_begin TAB is a letter like others. */
	void (*complete)(void *arg, const char *line, size_t len,
	    struct complete *c);
	void *arg;
};

struct term_plan {
	struct term_hooks hooks;
	int escape;          /* the local-command key, 0x1d; -1: none */
	bool color;          /* may the prompt be coloured? */
	const char *history; /* file, NULL: keep none */
};

/*
 * Take the terminal (stdout if it is one, else the controlling terminal),
 * make it raw, start the editor.  NULL and a reason in why[128] if there is
 * no terminal or it cannot move its cursor (TERM is dumb or unknown).
 */
struct term *term_open(const struct term_plan *plan, char why[128]);

/* Give the terminal back as it was and free everything; NULL is fine. */
void term_close(struct term *t);

/* Is what goes to stdout or stderr (fd 1 or 2) shown on this terminal? */
bool term_shows(const struct term *t, int fd);

/* The prompt, with its colour as SGR parameters ("32") or NULL. */
void term_prompt(struct term *t, const char *prompt, const char *sgr);

/*
 * Read a line into *line (UTF-8 or the very bytes typed, without its end).
 * A line of a paste was not shown by the editor: *shown is then false and
 * the caller shows it when it is sent.  On return the line's end may not be
 * drawn yet: that goes out with what term_show or the next line writes, so
 * that the line can be sent first.
 */
enum term_end term_line(struct term *t, struct buf *line, bool *shown);

/* Read a local command at its own prompt, with its own history. */
enum term_end term_local(struct term *t, const char *prompt, struct buf *line);

/* Read a line without showing it; it passes through no editor or history.
 * Behind TERM_LOCAL the next one goes on with it. */
enum term_end term_secret(struct term *t, const char *prompt, struct buf *line);

/* More lines of a paste wait inside: term_line will return at once. */
bool term_has_paste(const struct term *t);

/* Forget what was pasted or typed ahead.  Returns the number of lines. */
size_t term_drop_paste(struct term *t);

/* Put text into the half-typed line at its cursor (after TERM_LOCAL).  Will
 * it be seen there? */
bool term_insert(struct term *t, const char *text, size_t len);

/*
 * The same in place of what is there, for somebody to send, edit or clear:
 * ^D right behind it is taken as on an empty line.  Is the line still made of
 * that, or was it empty since?  While the hook is asked to wait, term_type
 * puts more of it into the line that is edited; the hook returns 0 then.
 */
void term_offer(struct term *t, const char *text, size_t len);
bool term_offered(const struct term *t);
void term_type(struct term *t, const char *text, size_t len);

/* From the hook, which returns 0 then: Enter is as good as pressed; all keys
 * that were pressed by now are forgotten. */
void term_enter(struct term *t);
void term_ignore(struct term *t);

/* The half-typed line as bytes; empty if there is none. */
void term_half(struct term *t, struct buf *to);

/* The last signal behind TERM_SIGNAL. */
int term_signal(const struct term *t);

/* Keep this line in the history (ring and file); not called for secrets. */
void term_remember(struct term *t, const char *line, size_t len);

/* What is wrong with the history, said once; NULL: nothing. */
const char *term_trouble(struct term *t);

/* The last n lines of history, oldest first, each ended by a line feed. */
void term_recall(struct term *t, size_t n, struct buf *to);

/*
 * Output: hides what is being edited, if anything is, and adds text.  It is
 * shown, and the edited line redrawn, by term_show, in one write.  Text must
 * end with a line feed before term_show; line feeds alone are fine.
 */
void term_print(struct term *t, const char *p, size_t n);
void term_show(struct term *t);

/*
 * While no line is read: keep this one line below all output, until NULL ends
 * that; and do what signals ask, false if one wants an end (term_signal).
 */
void term_status(struct term *t, const char *text);
bool term_obeys(struct term *t);

/* Columns of the terminal. */
unsigned term_columns(const struct term *t);

/* Lend the terminal to another program, as it was; take it back. */
void term_lend(struct term *t);
void term_return(struct term *t);

/* Stop like ^Z; returns when continued. */
void term_stop(struct term *t);

#endif
