/* retort.h - a rule's reply goes out.  Floor 4. */
/* SPDX-License-Identifier: ISC */
#ifndef RETORT_H
#define RETORT_H

#include <stddef.h>

struct peer;

/*
 * Append a reply, whose lines have LF between them, to what the peer is told;
 * IMAP's last line bears the tag of the command, a line of n bytes ("*" for a
 * greeting).
 */
void retort(struct peer *p, const char *reply, const char *line, size_t n);

/*
 * The service has done as the line asked, and its answer begins at `said` in
 * p->out: a reply that agrees takes its place.  Of IMAP's answer that is the
 * last line, of POP3's the first if the reply has no more.  The answer stays
 * when it refuses (unless nobody knows the command), or asks for more, or is
 * still to come.
 */
void retort_agreed(struct peer *p, size_t said, const char *reply,
    const char *line, size_t n);

#endif
