/* login.h - the server's side of AUTH (RFC 4422), without I/O.  Floor 4. */
/* SPDX-License-Identifier: ISC */
#ifndef LOGIN_H
#define LOGIN_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "practice/vouch.h"

struct manners;
struct way;

enum login_result {
	LOGIN_MORE,      /* send the challenge (it may be empty), and wait */
	LOGIN_OK,        /* it is `user` */
	LOGIN_WRONG,     /* name or password: 535, NO, -ERR [AUTH] */
	LOGIN_BAD,       /* a line that is none: 501, BAD */
	LOGIN_CANCELLED, /* the client said "*" */
	LOGIN_UNKNOWN    /* no such mechanism: 504, NO */
};

/* One exchange; all bytes zero is none.  `why` says what went wrong, in words
 * that are harmless and fit behind a status. */
struct login {
	const struct manners *manners;
	const struct way *way;
	int step;              /* answers so far */
	char user[VOUCH_USER]; /* who it claims to be */
	char why[320];
	struct buf nonce; /* of ours */
	struct vouch vouch;
};

/* The names of the mechanisms, best first; NULL behind the last. */
const char *login_mechanism(size_t i);

/*
 * Begin: what stands behind AUTH or AUTHENTICATE, "MECHANISM [initial]" with
 * the initial response in base64 or "=" for an empty one.  What is to be sent
 * behind "334 " or "+ " is appended, in base64 already.
 */
enum login_result login_begin(struct login *l, const struct manners *m,
    const char *words, size_t n, struct buf *challenge);

/* The client's next line. */
enum login_result login_line(struct login *l, const char *line, size_t n,
    struct buf *challenge);

/* Did the password go over the wire as it is (PLAIN, LOGIN)? */
bool login_reveals(const struct login *l);

/*
 * A name and a password in the protocol's own words (USER and PASS, LOGIN):
 * LOGIN_OK or LOGIN_WRONG, and l->user or l->why.
 */
enum login_result login_password(struct login *l, const struct manners *m,
    const char *user, const char *password);

/* Wipe and free everything but `user` and `why`; harmless twice. */
void login_end(struct login *l);

#endif
