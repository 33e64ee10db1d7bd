/* negotiate.h - the wire, with Telnet's commands or not.  Floor 9. */
/* SPDX-License-Identifier: ISC */
#ifndef NEGOTIATE_H
#define NEGOTIATE_H

#include <sys/types.h>
#include <stdbool.h>
#include <stddef.h>

struct session;

/*
 * wire_read and wire_write for the session's wire.  With --telnet the
 * server's commands are taken out of what is read and refused at once, and
 * 0xff is doubled in what is written.  A read that finds nothing else is
 * WIRE_AGAIN, also where it was to wait.
 */
ssize_t negotiate_read(struct session *s, void *p, size_t n, bool wait);
int negotiate_write(struct session *s, const void *p, size_t n);

/*
 * The connection is new, or another one under TLS: no option was talked of.
 * negotiate_is_open: a command of the server has begun and not ended.
 */
void negotiate_begin(struct session *s);
bool negotiate_is_open(const struct session *s);

#endif
