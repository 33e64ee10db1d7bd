/* proto.h - what there is to know of one protocol.  Floor 1. */
/* SPDX-License-Identifier: ISC */
#ifndef PROTO_H
#define PROTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;
struct words;

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
	VERB_SECRET = 1 << 3,    /* an argument is secret: see `ask` */
	VERB_HELLO = 1 << 4,     /* tells the protocol, as the first command */
	VERB_RCPT = 1 << 5,      /* counts as a recipient when accepted */
	VERB_RESET = 1 << 6,     /* forgets the recipients */
	VERB_END = 1 << 7,       /* the server closes after it */
	VERB_AHEAD = 1 << 8,     /* others may go with it (RFC 2920) */
	VERB_DATA_NOW = 1 << 9,  /* data ended by a dot follows at once */
	VERB_LINES = 1 << 10,    /* 3yz: a line of ours ends it (IDLE) */
	VERB_PLAIN = 1 << 11,    /* TLS ends, plain text goes on (FTP's CCC) */
	VERB_DATA_END = 1 << 12, /* the last of the message (BDAT LAST) */
	VERB_NEVER = 1 << 13,    /* telex cannot do it and does not send it */
	VERB_TO_END = 1 << 14    /* the answer is all up to the server's end */
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

enum { TAG_MOST = 40 };

/* A command of ours, as far as the answer to it is judged by it. */
struct asked {
	const struct verb *verb; /* NULL if the protocol has no such verb */
	unsigned flags;          /* the verb's, unless `ask` changed them */
	bool alone;              /* nothing stands behind the verb */
	bool greeting;           /* nothing was asked: the greeting is owed */
	bool hidden;             /* the answer to a line that was a secret */
	unsigned char shape;     /* the protocol's own: how the answer looks */
	size_t tag_len;
	char tag[TAG_MOST]; /* IMAP: "a1"; the first TAG_MOST bytes */
	uint64_t size;      /* the protocol's own: octets announced */
};

/* What a line of ours brings with it, beside a reply; zero: nothing. */
struct wants {
	bool literal;    /* octets follow the line, as they are */
	bool wait;       /* ... when the server has agreed to them */
	bool more;       /* the command goes on, in another line */
	bool silent;     /* no reply is owed */
	bool bare;       /* its line end is not sent */
	uint64_t octets; /* how many, of a literal */
	size_t secret;   /* bytes from here on are not to be kept; len: none */
	unsigned said;   /* the protocol's own notes on our lines so far */
	unsigned heard;  /* for it to read: struct hold's flags */
};

/* What a protocol keeps between two lines of the server; zero at first and
 * after the handshake. */
struct hold {
	int code;       /* of the reply that goes on */
	int step;       /* where in it: the protocol's own numbers */
	unsigned flags; /* the protocol's own */
	uint64_t left;  /* parts still to come: the protocol's own count */
};

/* Octets up to the end of the connection. */
#define OCTETS_TO_END UINT64_MAX

/* One line of the server, judged. */
struct judged {
	enum reply_class class;
	int code;         /* three digits, or 0 */
	const char *word; /* the status as it stands there: "250", "NO" */
	size_t word_len;  /* ... in the line; 0: none */
	bool first;       /* of its reply; set by the dialogue */
	bool more;        /* another line of the same reply follows */
	bool aside;       /* said unasked: it answers nothing */
	bool data;        /* of a block of lines that may be dot-stuffed */
	bool closes;      /* the server closes behind it */
	bool raw;         /* behind the reply another protocol begins */
	uint64_t octets;  /* bytes behind this line, as they are */
	bool ends;        /* ... and the reply ends with them */
	const char *tag;  /* in the line: which command it answers; NULL: */
	size_t tag_len;   /* ... the first of those not answered yet */
};

/* One protocol.  Everything is constant; NULL where it has nothing. */
struct proto {
	const char *name;             /* also its prompt */
	const char *title;            /* "Simple Mail Transfer Protocol" */
	const struct scheme *schemes; /* ended by a NULL name */
	const struct verb *verbs;     /* ended by a NULL word */

	/* A line of the server; a: the first command that has no answer yet
	 * (all zero if there is none).  NULL: the protocol has no rules. */
	struct judged (*judge)(struct hold *h, const struct asked *a,
	    const char *line, size_t len);

	/* A line of ours; a->verb and a->flags are set, w->secret is len.  For
	 * a later line of the same command `a` is as the line before left it,
	 * and w->more is true.  Of a line that was a secret (a->hidden) only
	 * a literal counts. */
	void (*ask)(struct asked *a, struct wants *w, const char *line,
	    size_t len);

	/* Does this greeting look like mine?  0 no, 1 it may be, 2 surely. */
	int (*greets)(const char *line, size_t len);

	/* The one code or word that agrees to begin TLS. */
	bool (*agrees)(const struct asked *a, const char *line, size_t len);

	/* Where the verb begins: behind a tag, which may be missing. */
	size_t (*verb_at)(const char *line, size_t len);

	/* Keep what a line of the server advertises. */
	void (*learn)(struct words *w, const struct asked *a,
	    const struct judged *j, const char *line, size_t len);

	/* What a line of the server means, in a few words; false: nothing. */
	bool (*remark)(const struct asked *a, const char *line, size_t len,
	    struct buf *to);

	/* The line that answers a line of the server by itself (PING). */
	bool (*answer)(const char *line, size_t len, struct buf *to);

	/* The binary beginning of TLS, where commands cannot be typed. */
	const struct preamble *preamble;

	/* What is secret in a line may have marks around it; see bare.h. */
	bool marks;

	const char *hello;   /* before an up-front STARTTLS; see reach.h */
	const char *upgrade; /* "STARTTLS" */
	const char *offer;   /* what advertises it; NULL: nothing does */
	const char *quit;    /* "QUIT" */
	char cut;            /* what ends a line of the server, beside LF */
	bool tagged;         /* each command has a tag of its own */
	bool stars;          /* the server's lines may begin with "* " */
	bool mute;           /* the server does not greet */
	bool regreets;       /* it greets again under TLS */
	bool reply_per_rcpt; /* LMTP: a reply per recipient after the dot */
};

/* The protocols there are: a new one is a line here and its own file. */
/* clang-format off */
#define PROTOS(X) \
	X(smtp) \
	X(lmtp) \
	X(pop3) \
	X(nntp) \
	X(ftp) \
	X(sieve) \
	X(imap) \
	X(ldap) \
	X(postgres) \
	X(mysql) \
	X(telnet) \
	X(irc) \
	X(xmpp) \
	X(xmpp_server) \
	X(http) \
	X(redis) \
	X(memcached) \
	X(dict) \
	X(gopher) \
	X(finger) \
	X(whois) \
	X(policy) \
	X(raw)
/* clang-format on */

#define PROTO_DECLARE(name) extern const struct proto proto_##name;
PROTOS(PROTO_DECLARE)
#undef PROTO_DECLARE

#endif
