/* signals.h - signals as something to poll.  Floor 0. */
/* SPDX-License-Identifier: ISC */
#ifndef SIGNALS_H
#define SIGNALS_H

struct termios;

/*
 * From here on INT, TERM, HUP, QUIT, TSTP, CONT and WINCH are noted and make
 * a pipe readable; those that were ignored before stay so.  A second INT
 * while one still waits ends the program at once, after *rescue
 * (async-signal-safe, may be NULL) has been called.
 */
int signals_open(void (*rescue)(void));

/* The pipe's end to poll; -1 when not open. */
int signals_fd(void);

/* The next signal, 0 when none waits.  The same one twice counts once. */
int signals_next(void);

/* Back to what the signals did before. */
void signals_close(void);

/* End by this signal: default action, raise; never returns. */
void signals_die(int signo);

/* Stop by TSTP as if there were no handler; returns when continued, or at
 * once when nobody is there to continue us. */
void signals_stop(void);

/*
 * While another program has the terminal its keys are not for us: INT,
 * QUIT and TSTP pass us by.  The child calls signals_child; when it stops,
 * its parent calls signals_stop.
 */
void signals_lend(void);
void signals_return(void);
void signals_child(void);

/*
 * Give this terminal these modes before the program ends in any way: by
 * signals_die, by a second INT, by exit.  NULL: no longer.
 */
void signals_guard(int fd, const struct termios *saved);

/* Do it now; async-signal-safe. */
void signals_restore(void);

#endif
