/* tty.h - the terminal as a device: its modes and its bytes.  Floor 1. */
/* SPDX-License-Identifier: ISC */
#ifndef TTY_H
#define TTY_H

#include <sys/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct tty;

/*
 * Find the terminal: stdin with stdout or stderr if these are terminals,
 * else the controlling terminal.  NULL and a reason if there is none.
 */
struct tty *tty_open(char why[128]);

/* Give it its modes back, write what is left and forget it. */
void tty_close(struct tty *t);

int tty_in(const struct tty *t);
int tty_out(const struct tty *t);

/* Is what goes to stdout or stderr (fd 1 or 2) shown on this terminal? */
bool tty_shows(const struct tty *t, int fd);

/* The modes it has now are those for editing; the editor has set them. */
void tty_keep(struct tty *t);

/* The modes as they were, and those for editing again.  Both flush. */
void tty_lend(struct tty *t);
void tty_take(struct tty *t);

/* Where output is collected until tty_flush sends it in one write. */
FILE *tty_file(const struct tty *t);
void tty_put(struct tty *t, const char *p, size_t n);
void tty_puts(struct tty *t, const char *s);
void tty_flush(struct tty *t);

/* How much is collected, and the way back to such a length. */
size_t tty_length(const struct tty *t);
void tty_cut(struct tty *t, size_t length);

/* What was typed; waits.  0: the terminal is gone, -1: try again. */
ssize_t tty_read(struct tty *t, char *p, size_t n);

/* Columns and rows as the kernel says; 0 if it does not know. */
void tty_size(const struct tty *t, unsigned *columns, unsigned *rows);

#endif
