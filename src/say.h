/* say.h - what goes to the server.  Floor 11. */
/* SPDX-License-Identifier: ISC */
#ifndef SAY_H
#define SAY_H

#include <stdbool.h>
#include <stddef.h>

struct session;

/*
 * Send a line now, as what the dialogue says it is, with CR LF behind it.  -1
 * when it must not go (a secret in the clear) or the connection broke; the
 * reason was said.
 */
int say_line(struct session *s, const char *line, size_t len);

/*
 * The same for the beginning of a line that is longer than what is at hand:
 * the rest and the line's end follow with say_rest.
 */
int say_begin(struct session *s, const char *line, size_t len);
int say_rest(struct session *s, const char *p, size_t n);

/*
 * Send lines of a transcript: they are gathered and go out with say_flush, or
 * when they are many.  CR LF between them ends a line; bare: the last has no
 * end.  From `open` on they are secret.  -1 as above.
 */
int say_lines(struct session *s, const char *text, size_t len, size_t open,
    bool bare);
int say_flush(struct session *s);

/* Bytes of data or of a literal that the dialogue was told of; `hidden` says
 * that they are a secret.  -1 as above. */
int say_block(struct session *s, const char *p, size_t n, bool hidden);

/* Send bytes as they are. */
int say_bytes(struct session *s, const char *p, size_t n);

/* Send what answers the server by itself, when that may go. */
void say_answer(struct session *s);

#endif
