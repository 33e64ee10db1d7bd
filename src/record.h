/* record.h - a session written down as a transcript.  Floor 3. */
/* SPDX-License-Identifier: ISC */
#ifndef RECORD_H
#define RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "husk.h"

struct fail;

/* Who speaks. */
enum side { SIDE_NONE, SIDE_CLIENT, SIDE_SERVER };

/* What is longer than this, without its end, is written in pieces. */
enum { RECORD_PIECE = 65536 };

/*
 * A transcript that is being written.  What is said goes in as the bytes that
 * were on the wire, in their order, cut as they may be; lines are found here.
 * A line is in the file when record_flush was called behind it, and the file
 * is a valid transcript at any time.
 */
struct record {
	int fd;
	bool ours;         /* fd is to be closed */
	bool made;         /* the file was not there before */
	bool used;         /* it holds a conversation */
	char *name;        /* of the file, for messages */
	enum side side;    /* whose line is open */
	enum side wrote;   /* whose line was written last */
	bool plain;        /* a line shows how many blanks follow a label */
	bool secret;       /* the open line is a template, up to a secret */
	bool hidden;       /* ... and its rest belongs to that secret */
	bool marked;       /* marks around one are no part of it; the caller
			      sets it, as is said in struct proto */
	unsigned secrets;  /* so far */
	struct husk husk;  /* of the one that the open line ends in */
	int64_t began;     /* milliseconds, as given to record_connect */
	int64_t now, told; /* ... of the line, and of the last comment */
	struct buf line;   /* the line that has not ended */
	struct buf text;   /* lines not yet written */
	bool failed;       /* nothing more is written; `why` says why */
	bool told_failed;
	char why[256];
};

/* What is done with a file that is there already. */
enum record_mode { RECORD_NEW, RECORD_FORCE };

/*
 * Begin a transcript: "-" is standard output, ">>NAME" appends, NAME is made
 * with mode 0600 and must not be there yet unless RECORD_FORCE.  A device or
 * a FIFO may be.  -1 and a sentence (status 2).
 */
int record_open(struct record *r, const char *name, enum record_mode mode,
    struct fail *f);

/* The same into a descriptor that stays the caller's. */
void record_begin(struct record *r, int fd);

/* Events.  `now` is in milliseconds of session_now. */
void record_connect(struct record *r, const char *url, int64_t now);
void record_tls(struct record *r, bool verified, const char *note);
void record_auth(struct record *r, const char *mechanism, const char *user);
void record_comment(struct record *r, const char *text);

/* The protocol; a line that has begun is already one of it. */
void record_protocol(struct record *r, const char *name);

/*
 * n bytes went out, of which those from `open` on are secret up to their end
 * (the end of their line, where it is among them, is none).  What is secret
 * again right behind them belongs to the same secret.
 */
void record_said(struct record *r, const char *p, size_t n, size_t open,
    int64_t now);

/* What follows in this line belongs to the secret that was said. */
void record_hide(struct record *r);

/* n bytes came. */
void record_heard(struct record *r, const char *p, size_t n, int64_t now);

/* The connection has ended, by the server or by us. */
void record_end(struct record *r, bool by_server);

/* Write the complete lines.  -1 once, with r->why set, when that failed. */
int record_flush(struct record *r);

/* Write all, and free it; a new file without a conversation goes away.  As
 * record_flush. */
int record_close(struct record *r);

#endif
