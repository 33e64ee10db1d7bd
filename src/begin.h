/* begin.h - the preamble of TLS, and who is told of it.  Floor 10. */
/* SPDX-License-Identifier: ISC */
#ifndef BEGIN_H
#define BEGIN_H

struct session;

/* Say what a person should know of a protocol that cannot be typed. */
void begin_note(struct session *s);

/*
 * Say what the protocol says before TLS, in the time that connecting has too.
 * 0 when the handshake may begin, or -1 with the reason said and s->over set.
 */
int begin_preamble(struct session *s);

#endif
