/* pour.h - a file goes to the server, however long it is.  Floor 12. */
/* SPDX-License-Identifier: ISC */
#ifndef POUR_H
#define POUR_H

#include <stdbool.h>

struct compose_file;
struct session;
struct term;

/*
 * Send all of the file, in constant memory; what takes its time is told in a
 * line below the others when stderr is the terminal.  `what` is the command
 * that does so, `begun` says that the message has a part that needs it.
 *
 * 0 when everything has gone.  -1 when something prevented that, or ^C did:
 * it was said, and mail data that is not complete ends the session, so that
 * nobody ends the message instead.
 */
int pour(struct session *s, struct term *t, struct compose_file *file,
    const char *what, bool begun);

#endif
