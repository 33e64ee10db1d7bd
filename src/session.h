/* session.h - a connection and the conversation on it.  Floor 8. */
/* SPDX-License-Identifier: ISC */
#ifndef SESSION_H
#define SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "dialog.h"
#include "fail.h"
#include "line.h"
#include "net.h"
#include "outlet.h"
#include "tls.h"
#include "wire.h"

struct options;

/* Read at a time; larger blocks fall out of the CPU's cache. */
enum { SESSION_BLOCK = 65536 };

struct session {
	const struct options *opt;
	struct outlet out;
	struct wire wire;
	struct dialog dialog;
	struct line line; /* the server's unfinished line */
	struct net_peer peer;
	char ascii[256];       /* the host as TLS knows it (A-labels) */
	struct tls_report tls; /* filled while wire_is_tls */
	struct fail why;
	struct buf send;   /* the line that goes out */
	struct buf answer; /* a line that --auto-pong wants sent */
	char head[1024];   /* the beginning of a long line, and its end */
	size_t head_len;
	char *block;    /* what wire_read fills */
	bool person;    /* somebody types */
	bool over;      /* nothing more comes or goes */
	bool by_server; /* ... because the server closed */
	bool undecided; /* nothing has told the protocol yet */
	bool hide;      /* the next line is a secret, whatever it looks like */
	bool skip_body; /* what follows belongs to a refused command */
	bool stop;      /* --fail has seen a negative reply */
	bool warned_secret;
	bool time;    /* --time or `^] time on` */
	int worst;    /* of the replies: 0, 4 or 5 */
	int status;   /* of the connection: 0, 1, 3 or 7 */
	int timeout;  /* for a reply, milliseconds; 0: none */
	size_t shown; /* of the unfinished line, on the terminal */
	int64_t opened, said_at, partial_at; /* milliseconds, monotonic */
	bool hinted;                         /* "try -T" was said */
};

/* Begin without a connection; opt must outlive the session. */
void session_init(struct session *s, const struct options *opt, bool person);
void session_free(struct session *s);

/* The protocol is another now: how lines are cut and shown changes. */
void session_proto(struct session *s);

/* Is there a connection that has not ended? */
bool session_is_open(const struct session *s);

/* Would sending a secret now show it to others on the way? */
bool session_is_clear(const struct session *s);

/* Has the user forbidden secrets on a wire like this one? */
bool session_forbids_secrets(const struct session *s);

/* What the prompt calls this state: "smtp+tls?> ". */
void session_prompt(const struct session *s, char *text, size_t size);

/* The exit status for all that happened. */
int session_status(const struct session *s);

/* End with an error said and a status. */
void session_fail(struct session *s, int status, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Milliseconds of a clock that never jumps. */
int64_t session_now(void);

#endif
