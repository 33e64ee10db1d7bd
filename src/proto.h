/* proto.h - what there is to know of one protocol.  Floor 1. */
/* SPDX-License-Identifier: ISC */
#ifndef PROTO_H
#define PROTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a reply says, by the first digit of RFC 5321, section 4.2.1. */
enum reply_class {
	CLASS_NONE,        /* not a reply of this protocol */
	CLASS_PRELIMINARY, /* 1yz: another reply follows */
	CLASS_OK,          /* 2yz */
	CLASS_MORE,        /* 3yz: something more is wanted */
	CLASS_TRANSIENT,   /* 4yz */
	CLASS_PERMANENT    /* 5yz */
};

/* What a command does to the dialogue when it is accepted. */
enum {
	VERB_UPGRADE = 1 << 0,   /* TLS begins */
	VERB_DATA = 1 << 1,      /* data ended by a dot follows a 3yz */
	VERB_CHALLENGE = 1 << 2, /* 3yz: the next line of ours is a secret */
	VERB_SECRET = 1 << 3,    /* an argument is secret (secret_at) */
	VERB_HELLO = 1 << 4,     /* its positive reply lists capabilities */
	VERB_RCPT = 1 << 5,      /* counts as a recipient when accepted */
	VERB_RESET = 1 << 6,     /* forgets the recipients */
	VERB_END = 1 << 7,       /* the server closes after it */
	VERB_AHEAD = 1 << 8 /* others may go with it in one group (RFC 2920) */
};

struct verb {
	const char *word;   /* "MAIL" */
	const char *syntax; /* "MAIL FROM:<address> [SIZE=n ...]" */
	const char *help;   /* what it does, one line */
	const char *rfc;    /* "RFC 5321, 4.1.1.2" */
	const char *fixed;  /* what always follows: " FROM:<", or NULL */
	unsigned flags;
};

/* How a URL scheme or a port names a protocol. */
struct scheme {
	const char *name; /* "smtps" */
	uint16_t port;
	bool tls; /* from the first byte */
};

/* One line of a reply, judged. */
struct judged {
	enum reply_class class;
	int code;  /* three digits, or 0 */
	bool more; /* another line of the same reply follows */
};

/* One protocol.  Everything is constant; NULL where it has nothing. */
struct proto {
	const char *name;             /* also its prompt */
	const char *title;            /* "Simple Mail Transfer Protocol" */
	const struct scheme *schemes; /* ended by a NULL name */
	const struct verb *verbs;     /* ended by a NULL word */

	/* A line of the server.  The first line of a reply has *open 0; a
	 * protocol keeps there what tells the last line (a code). */
	struct judged (*judge)(int *open, const char *line, size_t len);

	/* Does this greeting look like mine? */
	bool (*greets)(const char *line, size_t len);

	/* The one code or word that agrees to begin TLS. */
	bool (*agrees)(const char *line, size_t len);

	/* Where the secret argument begins in a command, or len. */
	size_t (*secret_at)(const char *line, size_t len);

	const char *hello;   /* sent before an up-front STARTTLS: "EHLO" */
	const char *upgrade; /* "STARTTLS" */
	const char *quit;    /* "QUIT" */
	const int *closing;  /* codes behind which it closes, ended by 0 */
	bool reply_per_rcpt; /* LMTP: a reply per recipient after the dot */
};

/* The protocols there are: a new one is a word here and its own file. */
#define PROTOS(X) X(smtp) X(lmtp) X(raw)

#define PROTO_DECLARE(name) extern const struct proto proto_##name;
PROTOS(PROTO_DECLARE)
#undef PROTO_DECLARE

#endif
