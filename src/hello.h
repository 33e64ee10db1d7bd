/* hello.h - how we greet a server.  Floor 9. */
/* SPDX-License-Identifier: ISC */
#ifndef HELLO_H
#define HELLO_H

struct buf;
struct session;

/* A line of a protocol's table, appended, with %o as our name and %h as the
 * host's; a NUL is behind it, and not counted. */
void hello_line(const struct session *s, const char *line, struct buf *to);

#endif
