/* codes.h - tables of what replies mean.  Floor 2. */
/* SPDX-License-Identifier: ISC */
#ifndef CODES_H
#define CODES_H

#include <stdbool.h>
#include <stddef.h>

/* What is answered, where it is no command. */
#define ON_GREETING "greeting" /* nothing: it is the server's first line */
#define ON_MESSAGE "message"   /* the end of the data */
#define ON_ANSWER "answer"     /* a line that answers a challenge */

/* A code; "X.7.1" stands for 2.7.1, 4.7.1 and 5.7.1. */
struct code {
	const char *word;
	const char *text;
	const char *rfc; /* "RFC 5321, 4.2.3" */
};

/* A second line for a code that misleads; "^] ..., " at its front is for those
 * who have this key. */
struct code_more {
	const char *word;
	const char *on; /* a verb, ON_GREETING, ON_MESSAGE; NULL: anything */
	const char *text;
};

/* What a code means in some places only: said there in place of its text and
 * of its second line. */
struct code_as {
	const char *word;
	const char *on;   /* as above, or several: "DATA|BDAT" */
	const char *when; /* "-RCPT": see sofar_is */
	const char *text;
	const char *rfc;
};

/* What usually comes next; the first row that fits counts. */
struct code_next {
	const char *word; /* of the reply, or of the code in brackets in it */
	const char *on;   /* as above */
	const char *says; /* what the reply says too, or NULL */
	const char *verb; /* of the protocol; "": write the same, correctly */
	const char *when; /* as above */
};

/* What a reply changes beside the verb that it accepts. */
struct code_mark {
	const char *word;   /* of the reply; "": any */
	const char *on;     /* as above; NULL: anything */
	const char *undoes; /* "MAIL|RCPT": is now as if never accepted */
	const char *does;   /* ... as if accepted */
};

/* What digits mean where the code itself is not known. */
struct code_theory {
	const char *first[10];
	const char *second[10]; /* "about" this */
	const char *rfc;
};

/* How the code stands in a line of the server. */
enum code_place {
	CODE_DIGITS, /* "550 ..." */
	CODE_STATUS, /* "NO [CODE] ...", perhaps behind a tag */
	CODE_HTTP,   /* "HTTP/1.1 404 ..." */
	CODE_IRC     /* ":server 433 ..." */
};

/*
 * All there is to know of one registry; the arrays end with a NULL word (of
 * `next`: a NULL verb), and are NULL where there is nothing.
 */
struct codes {
	const char *title;
	const char *protos[3]; /* the names of those that use it */
	enum code_place place;
	const char *const *status; /* the words of CODE_STATUS */
	const struct code *codes;
	const struct code_more *more;
	const struct code_as *as;
	const struct code_next *next;
	const struct code_mark *marks;
	const struct code_theory *theory;
};

/* The enhanced codes, "X." before each; no protocol's by themselves. */
extern const struct codes codes_enhanced;

/* Those of them that say something else where they begin with 4. */
extern const struct codes codes_passing;

extern const struct codes codes_smtp;
extern const struct codes codes_pop3;
extern const struct codes codes_imap;
extern const struct codes codes_sieve;
extern const struct codes codes_nntp;
extern const struct codes codes_ftp;
extern const struct codes codes_http;
extern const struct codes codes_irc;
extern const struct codes codes_dict;

#endif
