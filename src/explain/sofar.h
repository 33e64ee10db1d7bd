/* sofar.h - what a session has come to, as far as hints go.  Floor 4. */
/* SPDX-License-Identifier: ISC */
#ifndef SOFAR_H
#define SOFAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct codes;
struct found;
struct proto;
struct verb;
struct words;

enum { SOFAR_VERBS = 128 };

/* All zero: a connection has just begun. */
struct sofar {
	uint64_t done[SOFAR_VERBS / 64]; /* verbs accepted, by their place */
	const struct verb *trying;       /* has been answered by a challenge */
	bool turned_away;                /* refused in place of the greeting */
	bool tls;                        /* the connection has TLS */
	bool alone;                      /* what is answered had no argument */
};

/* A reply to this verb: it was accepted, or refused, or goes on. */
enum sofar_reply { SOFAR_REFUSED, SOFAR_ACCEPTED, SOFAR_GOES_ON };

void sofar_reply(struct sofar *s, const struct proto *p,
    const struct verb *verb, enum sofar_reply how);

/* What the table's rows change beyond that, at this status. */
void sofar_mark(struct sofar *s, const struct proto *p, const struct codes *t,
    const struct verb *verb, const struct found *f);

/*
 * Do all of these hold?  "+MAIL|-RCPT|?AUTH|!X": MAIL was accepted and RCPT
 * was not, the server offers AUTH and not X.  TLS counts as a verb, AWAY is a
 * refusal in place of the greeting, ALONE a command without an argument.  NULL
 * holds.
 */
bool sofar_is(const struct sofar *s, const struct proto *p,
    const struct words *offers, const char *when);

/* Is the word one of "MAIL|RCPT|DATA"? */
bool sofar_lists(const char *list, const char *word, size_t len);

#endif
