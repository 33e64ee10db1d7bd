/* dialog.h - whose turn it is to speak.  Floor 6. */
/* SPDX-License-Identifier: ISC */
#ifndef DIALOG_H
#define DIALOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "owing.h"
#include "proto.h"
#include "words.h"

/* Who speaks next, and what is wanted. */
enum turn {
	TURN_SERVER,  /* a reply is owed */
	TURN_COMMAND, /* a command of ours */
	TURN_DATA,    /* mail data, up to the line "." */
	TURN_LITERAL, /* so many octets */
	TURN_MORE,    /* the rest of a command */
	TURN_SECRET,  /* a line that must not be shown or kept */
	TURN_UPGRADE, /* the TLS handshake */
	TURN_PLAIN,   /* the end of TLS, and plain text again */
	TURN_OVER     /* the server closes; nothing more is wanted */
};

/* What a line of ours was. */
enum said_kind {
	SAID_COMMAND,
	SAID_DATA,
	SAID_DATA_END,
	SAID_LITERAL, /* octets; what stands behind them was dealt with too */
	SAID_MORE,    /* of the command before it */
	SAID_SECRET,
	SAID_FREE /* the protocol has no rules */
};

struct said {
	enum said_kind kind;
	const struct verb *verb; /* of a command, NULL if unknown */
	size_t secret; /* bytes from here on are not to be kept; len if none */
	bool bare;     /* its line end is not sent: the octets are complete */
};

/* What of ours has lost its command, which was refused; see skip.h. */
enum skip { SKIP_NONE, SKIP_DATA, SKIP_LITERAL, SKIP_REST };

/* The state of a conversation; made by dialog_start, freed by dialog_end. */
struct dialog {
	const struct proto *proto;
	enum turn state; /* what our next line is, once nothing is owed */
	bool go;         /* ... or now, though a reply is owed */
	struct owing owing;
	unsigned id;       /* of the last command said */
	struct asked last; /* ... as far as it was said */
	struct buf begun;  /* of the line that follows; see begun.h */
	struct hold hold;
	unsigned said;      /* what the protocol noted of our lines */
	struct words words; /* capabilities */
	int code;           /* of all lines of that reply; 0: they differ */
	bool in_reply;      /* a reply has begun and goes on */
	bool stray;         /* ... that answers nothing */
	bool tls;           /* the handshake is done */
	bool ended;         /* the server agreed to our QUIT */
	bool at_start;      /* the next byte of data begins a line */
	bool as_is;         /* no line end of ours is changed (--raw) */
	bool more;          /* behind the literal the command goes on */
	bool data_owes;     /* the end of data is owed a reply of its own */
	uint64_t octets;    /* of our literal, not sent yet */
	uint64_t coming;    /* of the server's, not come yet */
	bool ends;          /* the reply ends with them */
	struct judged held; /* the line that announced them */
	enum skip skip;
	uint64_t skip_octets;
	unsigned recipients; /* accepted so far */
	unsigned sent_to;    /* ... of the message whose end was sent */
	unsigned commands;   /* said, for the summary */
	unsigned refused;
	char status[8];     /* the last status word of that reply */
	char refused_as[8]; /* the last refusal: "550", "NO" */
};

/* Begin, with a greeting owed or not. */
void dialog_start(struct dialog *d, const struct proto *proto, bool greeting);
void dialog_end(struct dialog *d);

/* Begin again with another protocol on the same connection. */
void dialog_again(struct dialog *d, const struct proto *proto, bool greeting);

/* Another protocol, and the same greeting owed: it told better. */
void dialog_proto(struct dialog *d, const struct proto *proto);

/*
 * A whole line of ours, without its end, is about to go out.  Call it in the
 * order in which the lines go.
 */
struct said dialog_said(struct dialog *d, const char *line, size_t len);

/* Bytes are about to go out as they are, while TURN_LITERAL: how many of them
 * belong to it. */
size_t dialog_octets(struct dialog *d, size_t n);

/* What dialog_said would answer, with nothing changed. */
struct said dialog_would(const struct dialog *d, const char *line, size_t len);

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

/* Must the next line of ours not be shown or kept? */
bool dialog_hides(const struct dialog *d);

/*
 * Bulk: n bytes of LF or CRLF lines are about to be sent as data or literal.
 * Returns how many of them belong to it, the end-of-data line included, and
 * whether that end is there; the dialogue is told of it.  With `eof` a last
 * line needs no line end.
 */
size_t dialog_block(struct dialog *d, const char *p, size_t n, bool eof,
    bool *ended);

/* The handshake is done: nothing learned before it survives. */
void dialog_upgraded(struct dialog *d);

/* TLS has ended, and plain text goes on. */
void dialog_plain(struct dialog *d);

/* How many replies are owed, and to what the first: "RCPT", "the greeting". */
size_t dialog_owed(const struct dialog *d);
const char *dialog_awaited(const struct dialog *d);
bool dialog_greeting_owed(const struct dialog *d);

#endif
