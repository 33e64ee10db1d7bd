/* session.h - a connection and the conversation on it.  Floor 8. */
/* SPDX-License-Identifier: ISC */
#ifndef SESSION_H
#define SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "cloak.h"
#include "dialog.h"
#include "explain/sofar.h"
#include "fail.h"
#include "iac.h"
#include "line.h"
#include "net.h"
#include "outlet.h"
#include "tls.h"
#include "wire.h"

struct dane;
struct heard;
struct options;
struct stopwatch;

/* What happens to a connection beside what is said on it. */
enum change {
	CHANGE_OPENED,
	CHANGE_TLS,     /* the handshake is done, and its outcome accepted */
	CHANGE_REFUSED, /* ... and it was not: the session ends */
	CHANGE_PLAIN,   /* TLS has ended */
	CHANGE_CLOSED   /* s->by_server says by whom */
};

/*
 * Somebody who follows a session: each is told of everything in its order.
 * NULL where a follower has no interest.
 */
struct follower {
	/* Bytes went out; those from `open` on are secret. */
	void (*said)(void *arg, const char *p, size_t n, size_t open);
	/* Bytes came; h is what the line was that ends with them, or NULL. */
	void (
	    *heard)(void *arg, const char *p, size_t n, const struct heard *h);
	void (*changed)(void *arg, enum change what);
	/* A whole SASL exchange stands for its lines, which were not told. */
	void (
	    *authenticated)(void *arg, const char *mechanism, const char *user);
	void *arg;
	bool backstage; /* it is told of what is said offstage too */
	struct follower *next;
};

/* Another descriptor that is looked after while the session waits. */
struct sideline {
	int fd;                   /* -1: no more */
	void (*ready)(void *arg); /* it is readable */
	void *arg;
};

/* Which replies of the server are explained. */
enum explained { EXPLAIN_NONE, EXPLAIN_REFUSALS, EXPLAIN_ALL };

/* Read at a time; larger blocks fall out of the CPU's cache. */
enum { SESSION_BLOCK = 65536 };

struct session {
	const struct options *opt;
	struct outlet out;
	struct wire wire;
	struct dialog dialog;
	struct line line; /* the server's unfinished line */
	struct iac iac;   /* --telnet: the server's commands */
	struct net_peer peer;
	char host[256];        /* the server's, of the user or DNS */
	uint16_t port;         /* ... of it; 0 with a Unix-domain socket */
	bool authentic;        /* DNSSEC vouches for DNS's choice of it */
	char ascii[256];       /* the host as TLS knows it (A-labels) */
	struct tls_plan plan;  /* the options' and, of this host, ... */
	struct dane *dane;     /* its TLSA records, or NULL */
	struct tls_report tls; /* filled while wire_is_tls */
	struct fail why;
	struct follower *followers;
	struct cloak cloak;    /* of what -vvv shows of the server */
	bool offstage;         /* they are not told of what is said now */
	struct buf send;       /* the line that goes out */
	struct buf batch;      /* lines that go out together */
	struct buf answer;     /* a line that --auto-pong wants sent */
	struct line_ends ends; /* of a long line */
	char *block;           /* what wire_read fills */
	bool person;           /* somebody types */
	bool over;             /* nothing more comes or goes */
	bool by_server;        /* ... because the server closed */
	bool undecided;        /* nothing has told the protocol yet */
	size_t hide;       /* of the next line, bytes from here on are secret,
			      whatever they look like; SIZE_MAX: none */
	bool skip_body;    /* what follows belongs to a refused command */
	bool hide_rest;    /* what goes on the line of say_begin is secret */
	bool asks_user;    /* the secret that is awaited is the user's name */
	bool judged;       /* a transcript says what replies are right */
	bool hushed;       /* a failure is kept in `why` and not said */
	bool stop;         /* --fail has seen a negative reply */
	unsigned junk;     /* lines that were no replies of the protocol */
	char unwelcome[8]; /* a refusal in place of the greeting: "554" */
	bool warned_secret;
	bool time; /* --time or `^] time on`: replies are timed aloud */
	struct stopwatch *watch; /* or NULL: nothing is timed */
	enum explained explain;
	struct sofar sofar; /* for hints, reply by reply */
	int worst;          /* of the replies: 0, 4 or 5 */
	int status;         /* of the connection: 0, 1, 3 or 7 */
	int timeout;        /* for a reply, milliseconds; 0: none */
	size_t shown;       /* of the unfinished line, on the terminal */
	int64_t opened, said_at, partial_at; /* milliseconds, monotonic */
	bool hinted;                         /* "try -T" was said */

	struct sideline *sideline; /* or NULL */
};

/* Begin without a connection; opt must outlive the session. */
void session_init(struct session *s, const struct options *opt, bool person);
void session_free(struct session *s);

/* The protocol is another now: how lines are cut and shown changes. */
void session_proto(struct session *s);

/* Take the time of phases and replies from now on. */
void session_time(struct session *s);

/* Is there a connection that has not ended? */
bool session_is_open(const struct session *s);

/* The name of the server's host: DNS's, where that was asked for one. */
const char *session_host(const struct session *s);

/* Would sending a secret now show it to others on the way? */
bool session_is_clear(const struct session *s);

/* Is nothing to be said in plain text once TLS was refused? */
bool session_requires_tls(const struct session *s);

/* Has the user forbidden secrets on a wire like this one? */
bool session_forbids_secrets(const struct session *s);

/* Does ^] open the local commands here? */
bool session_has_key(const struct session *s);

/* What the prompt calls this state: "smtp+tls?> ". */
void session_prompt(const struct session *s, char *text, size_t size);

/* The exit status for all that happened. */
int session_status(const struct session *s);

/* From now on this one is told; it must live until it is taken out. */
void session_follow(struct session *s, struct follower *f);
void session_unfollow(struct session *s, struct follower *f);

/* Tell all followers. */
void session_said(struct session *s, const char *p, size_t n, size_t open);
void session_heard(struct session *s, const char *p, size_t n,
    const struct heard *h);
void session_changed(struct session *s, enum change what);
void session_authenticated(struct session *s, const char *mechanism,
    const char *user);

/* Under -vvv: bytes that came, in hexadecimal, without the secrets that were
 * said before. */
void session_dump(struct session *s, const char *p, size_t n);

/* End with an error said and a status. */
void session_fail(struct session *s, int status, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Milliseconds of a clock that never jumps. */
int64_t session_now(void);

/* Seconds since something was last said to the server. */
double session_since_said(const struct session *s);

#endif
