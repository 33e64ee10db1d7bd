/* ask.h - a question at the terminal, without an editor.  Floor 3. */
/* SPDX-License-Identifier: ISC */
#ifndef ASK_H
#define ASK_H

#include <stdbool.h>

struct buf;
struct fail;

/*
 * Show `question` on the controlling terminal and read a line from it into
 * `to`, appended; hidden: without an echo.  -1 and a sentence (status 2) when
 * there is no terminal or the line was given up (^C, ^D).  The terminal's
 * modes are put back, also when a signal ends the process.
 */
int ask(const char *question, bool hidden, struct buf *to, struct fail *f);

#endif
