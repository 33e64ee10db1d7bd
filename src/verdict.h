/* verdict.h - what the server's lines mean, and what they change.  Floor 7. */
/* SPDX-License-Identifier: ISC */
#ifndef VERDICT_H
#define VERDICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto.h"

struct dialog;

/* What a line of the server was. */
struct heard {
	enum reply_class class;
	int code;
	bool last;         /* the reply ends with this line */
	bool greeting;     /* it is (of) the greeting */
	bool message;      /* it answers the end of a message */
	bool junk;         /* it is no reply of this protocol at all */
	bool unsolicited;  /* it answers nothing of ours */
	bool aside;        /* ... as lines of this protocol may */
	bool data;         /* of a block of lines that may be dot-stuffed */
	bool alone;        /* ... to a command without an argument */
	bool data_refused; /* DATA was refused: its body must not be sent */
	bool upgrade_refused;
	bool disagreed;          /* positive, but no go-ahead for the upgrade */
	const struct verb *verb; /* of the command it answers, or NULL */
	unsigned id;             /* of that command, as dialog counts them */
};

/* A whole line of the server came; of a very long one its first part. */
struct heard verdict_line(struct dialog *d, const char *line, size_t len);

/* Would this, or a line that begins so, be one that may be dot-stuffed? */
bool verdict_is_data(const struct dialog *d, const char *line, size_t len);

/* So many bytes are to come that are no lines; OCTETS_TO_END: all. */
uint64_t verdict_octets(const struct dialog *d);

/* n of them came: not more than those.  h.last when the reply is complete. */
struct heard verdict_took(struct dialog *d, size_t n);

/* The server does not greet, or not again: nobody waits for it. */
void verdict_ungreeted(struct dialog *d);

/*
 * The server closed.  h.last when that completed a reply, as in protocols
 * whose replies end so; what else is owed stays owed.
 */
struct heard verdict_closed(struct dialog *d);

#endif
