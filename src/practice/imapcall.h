/* imapcall.h - one IMAP command of one client, and its answer.  Floor 5. */
/* SPDX-License-Identifier: ISC */
#ifndef IMAPCALL_H
#define IMAPCALL_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "practice/imapin.h"
#include "practice/imapset.h"
#include "practice/imapview.h"
#include "practice/login.h"

struct imapcall;
struct peer;

enum { IMAP_TAG = 64 };

/* Who reads the next line: commands, or one that is not finished. */
enum imap_mood { IMAP_READY, IMAP_REST, IMAP_SWALLOW, IMAP_LOGIN, IMAP_IDLE };

/* A client's session. */
struct imap {
	struct buf command; /* what came of it */
	bool nul;           /* there was a NUL in it */
	enum imap_mood mood;
	char tag[IMAP_TAG]; /* of the command that the mood is of */
	struct login login;
	bool rev2; /* it has said ENABLE IMAP4rev2 */
	bool selected, readonly;
	struct imapview view;
	struct imapset saved; /* uids: what a search with SAVE found */
};

/* What a command needs and does. */
enum {
	IMAP_AUTH = 1 << 0,     /* a user */
	IMAP_SELECTED = 1 << 1, /* a mailbox */
	IMAP_WRITE = 1 << 2,    /* ... by SELECT, not EXAMINE */
	IMAP_KEEP = 1 << 3,     /* no number may change at its end */
	IMAP_ALONE = 1 << 4,    /* it has no arguments */
	IMAP_QUIET = 1 << 5,    /* nothing is told of the mailbox */
	IMAP_NOBODY = 1 << 6    /* it has no place once there is a user */
};

struct imapverb {
	const char *name;
	unsigned flags;
	void (*run)(struct imapcall *c);
	const char *wants;   /* "a set and items" */
	const char *example; /* "1 FLAGS" */
};

struct imapcall {
	struct peer *peer;
	struct imap *imap;
	const struct imapverb *verb;
	struct imapin tag;
	struct imapin in; /* at the first argument, if it may have any */
	bool uid;         /* UID came before the verb */
};

/* Go on in a mood, in which the tag will be needed. */
void imapcall_mood(struct imapcall *c, enum imap_mood mood);

/* The last line of the answer, with what has changed in the mailbox before. */
void imapcall_ok(struct imapcall *c, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void imapcall_no(struct imapcall *c, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void imapcall_bad(struct imapcall *c, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Does a string begin here that never ends?  Then BAD is said. */
bool imapcall_unclosed(struct imapcall *c);

/* BAD: that, or what the verb wants; BAD or NO about something that the client
 * said. */
void imapcall_usage(struct imapcall *c);
void imapcall_bad_at(struct imapcall *c, const char *before,
    const struct imapin *what, const char *after);
void imapcall_no_at(struct imapcall *c, const char *before,
    const struct imapin *what, const char *after);

/* A blank is next or the end; or usage is said, and that is false. */
bool imapcall_blank(struct imapcall *c);
bool imapcall_end(struct imapcall *c);

/*
 * Read a set and see to it that it is one of this mailbox; or BAD is said,
 * and that is false.  Free it in any case.  Then, is message i + 1 in it?
 * And the next one in it, from message *i + 1 on; false: there is none.  It
 * is NULL if another client has removed it.
 */
bool imapcall_set(struct imapcall *c, struct imapset *set);
bool imapcall_settle(struct imapcall *c, struct imapset *set, bool uid);
bool imapcall_in(const struct imapcall *c, const struct imapset *set, bool uid,
    size_t i);
bool imapcall_next(const struct imapcall *c, const struct imapset *set,
    size_t *i, struct mail **mail);

/* Read the name of a mailbox; or NO or BAD is said, unless it is INBOX. */
bool imapcall_inbox(struct imapcall *c);

#endif
