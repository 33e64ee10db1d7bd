/* rules.h - what the practice server does wrong on purpose.  Floor 2. */
/* SPDX-License-Identifier: ISC */
#ifndef RULES_H
#define RULES_H

#include <stdbool.h>
#include <stddef.h>

struct fail;

/* One rule: what happens to a command. */
struct rule {
	char service[8];  /* "smtp", "pop3", "imap"; "" any of them */
	char verb[16];    /* CONNECT is the greeting, "." the end of data,
			     "*" any command */
	unsigned percent; /* of the times */
	int delay;        /* milliseconds before anything happens */
	bool close;       /* ... and the connection ends, after the reply */
	bool agrees;      /* the reply does: once the service has, too */
	char *reply;      /* instead of the service's own; lines have LF
			     between them; NULL: its own */
};

/* All bytes zero are none. */
struct rules {
	struct rule *list;
	size_t count;
};

/*
 * Read one: [smtp/]VERB:[N%:][+TIME:][REPLY|close], where TIME is "2s" or
 * "500ms" and "\n" in a reply begins a new line:
 *
 *	RCPT:550 5.1.1 no such user	RCPT:20%:451 4.7.1 greylisted
 *	DATA:+2s			QUIT:close
 *
 * A reply says by its form whose it is: digits SMTP's, "+OK" and "-ERR"
 * POP3's, other words IMAP's (behind the client's tag).  421 and BYE close.
 * No reply asks for more (354, "+").
 * -1 and a sentence (STATUS_USAGE).
 */
int rules_add(struct rules *r, const char *text, struct fail *f);
void rules_free(struct rules *r);

/* Which command it is, and luck. */
struct rules_case {
	const char *service;
	const char *verb;
	size_t len;
	unsigned (*dice)(void *arg); /* 0 to 99 */
	void *arg;
};

/* The first rule that fits, if luck wants it so; or NULL. */
const struct rule *rules_find(const struct rules *r,
    const struct rules_case *what);

#endif
