/* event.h - what stands between "<" and ">" in a transcript.  Floor 2. */
/* SPDX-License-Identifier: ISC */
#ifndef EVENT_H
#define EVENT_H

#include <stdbool.h>
#include <stddef.h>

struct fail;

enum event {
	EVENT_CONNECT,  /* <connect URL> */
	EVENT_PROTOCOL, /* <protocol NAME> */
	EVENT_MATCH,    /* <match status|class|text>: `number` 0, 1, 2 */
	EVENT_UPGRADE,  /* <TLS>, <TLS verified>, <TLS refused>, <closed> and
			   alternatives of these: `accepts` */
	EVENT_AUTH,     /* <auth MECH USER>: text is "MECH USER", or "MECH"
			   where there is no user */
	EVENT_CLOSE,    /* <close>: we close */
	EVENT_PAUSE,    /* <pause SECS>: `seconds` */
	EVENT_WITHIN,   /* <within SECS>: the next reply comes in this time */
	EVENT_SILENCE,  /* <silence SECS> */
	EVENT_SET,      /* <set name=value>: text is "name=value" */
	EVENT_SKIP,     /* <skip unless CAPABILITY>: text is the word */
	EVENT_NEVER     /* <never PATTERN> */
};

/* What EVENT_UPGRADE accepts: <TLS verified> is ACCEPT_VERIFIED alone,
 * <TLS | closed> is two of them. */
enum {
	ACCEPT_TLS = 1 << 0,      /* the handshake was done */
	ACCEPT_VERIFIED = 1 << 1, /* ... and the certificate is verified */
	ACCEPT_REFUSED = 1 << 2,  /* it failed, or the connection ended */
	ACCEPT_CLOSED = 1 << 3    /* the server closes */
};

struct event_args {
	enum event event;
	unsigned accepts; /* ACCEPT_... */
	int number;
	double seconds;
	const char *text; /* the argument, without a note */
	size_t len;
};

/*
 * Read n bytes that begin with "<" and end with ">".  A note behind ":" or
 * "," is left out; where the argument itself may have these signs, a blank
 * must follow; <set> and <never> have none.  -1 and a sentence without file
 * and line (status 2).
 */
int event_read(struct event_args *e, const char *p, size_t n, struct fail *f);

/* What a stage direction behind a label means, "C: <opens connection>". */
enum stage_means {
	STAGE_UNKNOWN,
	STAGE_NOTHING,
	STAGE_ELLIPSIS, /* any lines of the server */
	STAGE_UPGRADE,  /* as <TLS> */
	STAGE_CLOSE     /* as <close> */
};

/* The label: "C:", "S:" or "C & S:". */
enum stage_side { STAGE_OURS, STAGE_THEIRS, STAGE_BOTH };

enum stage_means event_stage(enum stage_side side, const char *p, size_t n);

/* A decimal number, as "2" or "0.214", at most `most`. */
bool event_seconds(const char *p, size_t n, double most, double *value);

#endif
