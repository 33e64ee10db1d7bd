/* resume.h - a TLS session kept in a file and taken up again.  Floor 1. */
/* SPDX-License-Identifier: ISC */
#ifndef RESUME_H
#define RESUME_H

#include <stdbool.h>

#include <openssl/types.h>

struct fail;
struct stack_st_X509;

/*
 * The file has the session as s_client keeps it, and behind it the chain that
 * the server showed when it began: a resumed handshake shows none, and what
 * was trusted then need not be now, so that it is judged again each time.
 *
 * All bytes zero: nothing is resumed.
 */
struct resume {
	const char *path;            /* borrowed, or NULL */
	SSL_SESSION *session;        /* of the file, then the newest */
	struct stack_st_X509 *chain; /* the server's own certificate first */
	char name[256];              /* of the server; a session is for it */
	bool offered;                /* ... in this handshake */
	bool fresh;                  /* the file does not have it yet */
	bool refused;                /* it must not go to the file */
};

/*
 * Read the file; one that is not there, or empty, is no fault.  A file of
 * others, or that others can read, or with something else in it is one: -1
 * and a sentence (STATUS_USAGE).
 */
int resume_load(struct resume *r, const char *path, struct fail *f);

/* Offer the session, if it is one for this host or address. */
void resume_offer(struct resume *r, SSL *ssl, const char *name);

/*
 * The handshake is done: keep the chain of a new session.  Sessions whose keys
 * are not bound to the handshake (RFC 7627) are not kept.
 */
void resume_begun(struct resume *r, SSL *ssl);

/* A session came: the newest is the one to keep.  Takes it over. */
void resume_came(struct resume *r, SSL_SESSION *session);

/*
 * Write the newest session, in place of what the file had, if one came: 1 if
 * so, else 0.  -1 and a sentence (STATUS_USAGE).
 */
int resume_save(struct resume *r, struct fail *f);

void resume_free(struct resume *r);

#endif
