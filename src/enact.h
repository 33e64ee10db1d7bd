/* enact.h - the server's part of a transcript, as it is played.  Floor 11. */
/* SPDX-License-Identifier: ISC */
#ifndef ENACT_H
#define ENACT_H

struct guest;
struct proto;
struct score;
struct ssl_ctx_st;

struct enact_plan {
	const struct score *score;
	const struct proto *proto; /* NULL: the first lines tell */
	struct ssl_ctx_st *ctx;    /* where the score has a handshake */
};

/*
 * Play to the end with a client that has just been accepted: g->file, conn,
 * vars, exact, timeout and wake are set, all else is zero.  A reply goes out
 * as soon as what it answers is there, so that clients may wait for each
 * reply or send ahead, whatever the transcript's own did.  0 when the client
 * did as expected; -1 with g->signo or g->why.
 */
int enact(const struct enact_plan *plan, struct guest *g);

#endif
