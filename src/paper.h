/* paper.h - a conversation as a transcript has it.  Floor 8. */
/* SPDX-License-Identifier: ISC */
#ifndef PAPER_H
#define PAPER_H

#include <stdbool.h>
#include <stddef.h>

#include "dialog.h"
#include "line.h"
#include "verdict.h"

struct buf;
struct item;
struct vars;

/*
 * The dialogue that a transcript tells, followed by the protocol's own rules
 * and without any connection: what each line of ours is, and where each reply
 * of the server ends.
 */
struct paper {
	struct dialog dialog;
	struct line line;
	struct line_ends ends; /* of the server's line, when it is long */
	bool undecided;        /* nothing has told the protocol yet */
	bool greeted;          /* the server has said something */
	bool spoken;           /* we have */
};

/* Begin; proto may be NULL: the first lines tell. */
void paper_start(struct paper *p, const struct proto *proto);
void paper_end(struct paper *p);

/* <protocol NAME>: a greeting is owed if nobody has said anything. */
void paper_proto(struct paper *p, const struct proto *proto);

/* A line of ours, its variables put in; bare: no line end follows it.  While
 * data or a literal is wanted it is that.  See begun.h. */
struct said paper_said(struct paper *p, const char *text, size_t len,
    bool bare);

/* The same of bytes in which CR LF ends a line; of the first of them. */
struct said paper_said_all(struct paper *p, const char *text, size_t len,
    bool bare);

/*
 * A line of the server, the same way.  Returns how many replies it completes:
 * 0 or 1, but several where lines are cut elsewhere (XMPP).  *h is of the
 * last of them, or of the line.
 */
unsigned paper_heard(struct paper *p, const char *text, size_t len, bool bare,
    struct heard *h);

/*
 * Append what the text of C: C$ S: S% S$ stands for, as far as is known: a
 * variable that is not set stays as it is written.  True unless it has \c.
 */
bool paper_text(const struct vars *v, const struct item *item, struct buf *to);

/* Append the text of a line of ours that is not said yet, for a report: its
 * first line, "********" where what the protocol holds secret begins. */
void paper_title(const struct paper *p, const struct item *item,
    struct buf *to);

/* When the go-ahead for TLS (or for its end) has come, that is now done. */
void paper_settle(struct paper *p);

#endif
