/* saslway.h - how SASL travels in each protocol, without any I/O.  Floor 5. */
/* SPDX-License-Identifier: ISC */
#ifndef SASLWAY_H
#define SASLWAY_H

#include <stdbool.h>
#include <stddef.h>

struct buf;
struct proto;
struct words;

/*
 * The way in where a server has no SASL: the protocol's own command (POP3's
 * USER and PASS, IMAP's LOGIN, NNTP's AUTHINFO USER and PASS).  It stands in
 * place of a mechanism.
 */
#define SASLWAY_OWN "PASS"

/* The protocol's rules; NULL where it has nothing. */
struct saslway {
	const struct proto *proto;
	const char *verb;  /* "AUTH" */
	const char *offer; /* the capability that lists mechanisms */
	const char *early; /* one of these capabilities (blanks between them)
			      must be there for an initial response */
	const char *empty; /* a response of no octets */
	size_t most;       /* octets of a command, with its line end */
	int proof;         /* the code with which a last challenge comes */
	bool strings;      /* all is in strings, as in ManageSieve */
	const char *user;  /* the protocol's own command for the name */
	const char *pass;  /* ... and for the password, or for both */
	const char *bars;  /* the capability that forbids these */
};

/* Does this mechanism, or that way, need a password or token, and does it
 * show it to whoever reads along? */
bool saslway_needs_secret(const char *mechanism);
bool saslway_reveals(const char *mechanism);

/* NULL: there is no SASL in this protocol, or none that telex knows. */
const struct saslway *saslway_of(const struct proto *proto);

/* The mechanisms offered, appended with blanks between them. */
void saslway_offered(const struct saslway *w, const struct words *words,
    struct buf *to);

/* Is this one of those names? */
bool saslway_lists(const char *offered, const char *mechanism);

/* May an initial response be sent to a server that says this of itself? */
bool saslway_early(const struct saslway *w, const struct words *words);

/*
 * The command that begins, without a tag and its line end; `first` is the
 * initial response, or NULL.  False, and nothing appended, when the response
 * does not fit into the command: then it goes without.
 */
bool saslway_begin(const struct saslway *w, const char *mechanism,
    const struct buf *first, struct buf *to);

/* What answers a challenge, without its last line end. */
void saslway_respond(const struct saslway *w, const struct buf *response,
    struct buf *to);

/* The line that gives up. */
const char *saslway_cancel(const struct saslway *w);

/* The challenge in a whole reply, with its line ends, decoded and appended;
 * -1 when it is not base64. */
int saslway_challenge(const struct saslway *w, const char *p, size_t n,
    struct buf *to);

/* The last challenge in a reply that says yes: 1, 0 there is none, -1. */
int saslway_proof(const struct saslway *w, const char *p, size_t n,
    struct buf *to);

/*
 * The protocol's own commands with name and password (both UTF-8 without
 * controls): lines with CR LF between them, each to be said when the server
 * has agreed to the one before.
 */
void saslway_own(const struct saslway *w, const char *user,
    const char *password, struct buf *to);

#endif
