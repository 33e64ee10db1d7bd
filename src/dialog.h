/* dialog.h - whose turn it is to speak.  Floor 6. */
/* SPDX-License-Identifier: ISC */
#ifndef DIALOG_H
#define DIALOG_H

#include <stdbool.h>
#include <stddef.h>

#include "proto.h"

/* Who speaks next, and what is wanted. */
enum turn {
	TURN_SERVER,  /* a reply is owed */
	TURN_COMMAND, /* a command of ours */
	TURN_DATA,    /* mail data, up to the line "." */
	TURN_SECRET,  /* a line that must not be shown or kept */
	TURN_UPGRADE, /* the TLS handshake */
	TURN_OVER     /* the server closes; nothing more is wanted */
};

/* What a line of ours was. */
enum said_kind {
	SAID_COMMAND,
	SAID_DATA,
	SAID_DATA_END,
	SAID_SECRET,
	SAID_FREE /* the protocol has no rules */
};

struct said {
	enum said_kind kind;
	const struct verb *verb; /* of a command, NULL if unknown */
	size_t secret; /* bytes from here on are not to be kept; len if none */
};

/* What a line of the server was. */
struct heard {
	enum reply_class class;
	int code;
	bool last;         /* the reply ends with this line */
	bool greeting;     /* it is (of) the greeting */
	bool junk;         /* it is no reply of this protocol at all */
	bool unsolicited;  /* it answers nothing of ours */
	bool data_refused; /* DATA was refused: its body must not be sent */
	bool upgrade_refused;
	bool disagreed;          /* positive, but no go-ahead for the upgrade */
	const struct verb *verb; /* of the command it answers, or NULL */
	unsigned id;             /* of that command, as dialog_id gave it */
};

/* How many commands may be unanswered at one time. */
enum { DIALOG_OWED = 1024, DIALOG_WORDS = 2048 };

struct owed;

/* The state of a conversation; made by dialog_start, freed by dialog_end. */
struct dialog {
	const struct proto *proto;
	enum turn state;   /* what our next line is, once nothing is owed */
	struct owed *owed; /* a ring of commands not yet answered */
	size_t first, count;
	size_t replies;      /* to all of them */
	unsigned id;         /* of the last command said */
	int open;            /* see struct proto, judge */
	int code;            /* of all lines of that reply; 0: they differ */
	bool in_reply;       /* a reply has begun and goes on */
	bool stray;          /* ... that answers nothing */
	bool tls;            /* the handshake is done */
	bool ended;          /* the server agreed to our QUIT */
	bool at_start;       /* the next byte of data begins a line */
	unsigned recipients; /* accepted so far (LMTP) */
	unsigned commands;   /* said, for the summary */
	unsigned refused;
	int refused_code;         /* of the last one refused */
	char words[DIALOG_WORDS]; /* capabilities, each ended by NUL */
	size_t words_len;
};

/* Begin, with a greeting owed or not. */
void dialog_start(struct dialog *d, const struct proto *proto, bool greeting);
void dialog_end(struct dialog *d);

/* Another protocol for the same connection: a greeting told better. */
void dialog_proto(struct dialog *d, const struct proto *proto);

/*
 * A whole line of ours, without its end, is about to go out.  Call it in the
 * order in which the lines go.
 */
struct said dialog_said(struct dialog *d, const char *line, size_t len);

/* What dialog_said would answer, with nothing changed. */
struct said dialog_would(const struct dialog *d, const char *line, size_t len);

/* A whole line of the server came; of a very long one its first part. */
struct heard dialog_heard(struct dialog *d, const char *line, size_t len);

/*
 * The unfinished line in the buffer began before our last command: it and
 * the reply it belongs to answer nothing.
 */
void dialog_stale(struct dialog *d);

/*
 * Whose turn it is now.  dialog_turn_ahead is for those who do not wait for
 * replies: TURN_COMMAND also while replies are owed, unless the last command
 * must be the last of its group (RFC 2920, section 3.1).
 */
enum turn dialog_turn(const struct dialog *d);
enum turn dialog_turn_ahead(const struct dialog *d);

/*
 * Bulk: n bytes of LF or CRLF lines are about to be sent as data.  Returns
 * how many of them are data still, the end-of-data line included, and
 * whether that end is there; the dialogue is told of it.  With `eof` a last
 * line needs no line end.
 */
size_t dialog_block(struct dialog *d, const char *p, size_t n, bool eof,
    bool *ended);

/* The handshake is done: nothing learned before it survives. */
void dialog_upgraded(struct dialog *d);

/* How many replies are owed, and to what the first: "RCPT", "the greeting". */
size_t dialog_owed(const struct dialog *d);
const char *dialog_awaited(const struct dialog *d);
bool dialog_greeting_owed(const struct dialog *d);

/* Does the server offer this capability ("STARTTLS")? */
bool dialog_offers(const struct dialog *d, const char *word);

/* The i-th word the server advertised ("SIZE 1000000"), or NULL. */
const char *dialog_word(const struct dialog *d, size_t i);

#endif
