/* peer.h - one client of the practice server, and its protocol.  Floor 3. */
/* SPDX-License-Identifier: ISC */
#ifndef PEER_H
#define PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"

struct mailbox;
struct peer;

/* How the practice server behaves; constant while it runs. */
struct manners {
	const char *host;    /* how it calls itself: "localhost" */
	bool starttls;       /* it offers TLS where a client may ask for it */
	bool auth;           /* a user must authenticate before MAIL (SMTP) */
	bool known;          /* only users get mail (SMTP) */
	size_t message_most; /* bytes of one message */
	bool strict;         /* what other servers let pass is refused */
	/* The reply to a recipient who gets nothing; NULL: who does (SMTP);
	 * the function may be NULL: everybody does. */
	const char *(*judge)(void *arg, const char *from, const char *to);
	/* The password of a user; NULL: there is no such user. */
	const char *(*password)(void *arg, const char *user);
	void *arg;
};

/*
 * A protocol's part: pure, without I/O.  What it says is appended to
 * peer->out.  Replies explain themselves when a student errs.
 */
struct service {
	const char *name; /* "smtp" */
	size_t state;     /* bytes of memory for peer->state, zeroed */
	void (*greet)(struct peer *p);
	/* A line without its end, of at most PEER_LINE bytes. */
	void (*line)(struct peer *p, const char *line, size_t len);
	/* Bytes that `want` asked for (a literal, BDAT), in pieces; they are
	 * counted off `want` before the call. */
	void (*bytes)(struct peer *p, const char *b, size_t n);
	/* Something changed in the mailbox (IDLE); NULL: never mind. */
	void (*changed)(struct peer *p);
	void (*end)(struct peer *p); /* free what state points to; or NULL */
	/* A rule has answered the "." that ends data, which the service did
	 * not get to see: forget the data; NULL: it takes none. */
	void (*drop)(struct peer *p);
	/* Bytes of memory that the state keeps and the mailbox does not count;
	 * NULL: few. */
	size_t (*holds)(const struct peer *p);
};

enum { PEER_LINE = 65536 };

struct peer {
	const struct service *service;
	const struct manners *manners;
	struct mailbox *box;
	void *state;
	struct buf out;   /* what is to be sent */
	uint64_t want;    /* bytes as they are, before the next line */
	bool tls;         /* the connection has TLS */
	bool bare;        /* the line at hand ended in LF without CR */
	bool more;        /* behind it there is something already */
	bool midway;      /* the next line is no command: data, an answer
			     to a challenge, the rest of a command; services
			     keep it up to date, rules look at it */
	char address[56]; /* of the client; "" nobody knows */
	bool unknown;     /* the line at hand was a command that the service
			     does not do: a rule may answer it; see visit.c */
	bool starttls;    /* begin the handshake once `out` is sent; the
			     service sees p->tls and is told by its next
			     line: nothing of before survives but that */
	bool closing;     /* close once `out` is sent */
	char user[128];   /* who authenticated; "" nobody */
	/* For the log and for `^] mail`: a message was accepted. */
	void (*accepted)(void *arg, const struct peer *p, uint32_t uid);
	void *arg;
};

extern const struct service service_smtp, service_pop3, service_imap;

#endif
