/* hear.h - what comes from the server, and what it means.  Floor 10. */
/* SPDX-License-Identifier: ISC */
#ifndef HEAR_H
#define HEAR_H

struct session;

/* What hear_wait found; several at once. */
enum {
	HEAR_INPUT = 1 << 0,  /* the caller's descriptor is readable */
	HEAR_SIGNAL = 1 << 1, /* a signal waits */
	HEAR_HEARD = 1 << 2,  /* the server said something, now handled */
	HEAR_OVER = 1 << 3,   /* the connection has ended */
	HEAR_BESIDE = 1 << 4  /* the sideline was looked after */
};

/*
 * The only place that polls in a conversation: wait for `fd` (-1: none), the
 * server, a signal, the sideline or ms milliseconds (-1: none), and deal with
 * what the server and the sideline said.  Returns the HEAR_ flags, 0 when time
 * is up.
 */
int hear_wait(struct session *s, int fd, int ms);

/*
 * Wait for the owed reply without poll, as scripts do; ends the session when
 * the time-out is reached.
 */
void hear_await(struct session *s);

/* Deal with what the server has already sent, without waiting. */
void hear_drain(struct session *s);

/* Sending failed: deal with what came before the connection broke, and say
 * why it did (wire_error). */
void hear_broken(struct session *s);

#endif
