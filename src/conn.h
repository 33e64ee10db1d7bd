/* conn.h - one connection on the server's side.  Floor 2. */
/* SPDX-License-Identifier: ISC */
#ifndef CONN_H
#define CONN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"

struct fail;
struct ssl_ctx_st;
struct ssl_st;

/* How much waits at most: to be taken by us, to be read by the client. */
enum { CONN_IN_MOST = 128 * 1024, CONN_OUT_MOST = 256 * 1024 };

/*
 * SIGPIPE has to be ignored.  Nothing here waits: a loop polls for conn_events,
 * calls conn_work, takes what is in `in` from its front, and sends.
 */
struct conn {
	int fd;
	struct ssl_st *ssl;
	struct ssl_ctx_st *begin; /* TLS begins when `out` is empty */
	struct buf in;            /* what the client said */
	struct buf out;           /* what it has not read yet, before TLS */
	bool shaking;             /* the handshake is under way */
	bool ended;               /* the client says nothing more */
	bool ending;              /* nor do we, once `out` is empty */
	bool told;                /* ... and the client knows */
	bool lost;                /* `error` says why */
	bool blocked; /* TLS cannot go on before the socket can be written */
	char error[256];
};

/*
 * Listen on a port of 127.0.0.1; 0 takes one that is free.  Returns a socket
 * that does not block, and *bound, or -1 and a sentence (STATUS_NETWORK).
 */
int conn_listen(uint16_t port, uint16_t *bound, struct fail *f);

/* Somebody who waits there: 1 and *c; 0 there is nobody; -1 and a sentence. */
int conn_accept(struct conn *c, int listener, struct fail *f);

/* At once and without a word; harmless on one that is closed. */
void conn_close(struct conn *c);

/* What to poll for; 0: do not poll, there is nothing to be had. */
short conn_events(const struct conn *c);

/*
 * Do all that can be done now: send, shake hands, receive.  -1 when the
 * connection is lost, and why in `error`; what came before is in `in`.
 */
int conn_work(struct conn *c);

/*
 * Send n bytes, all or none: false during a handshake, and while the client
 * is so slow that more than CONN_OUT_MOST would wait for it.
 */
bool conn_send(struct conn *c, const void *p, size_t n);

/*
 * Begin TLS, as soon as all is sent.  What came before it would be taken for
 * protected (CVE-2011-0411): -1 when there is something, and nothing begins.
 */
int conn_tls(struct conn *c, struct ssl_ctx_st *ctx);
bool conn_is_tls(const struct conn *c);

/* We say nothing more: the client sees that when all is sent. */
void conn_end(struct conn *c);

/*
 * The first line in `in`: how many bytes it has with its end, 0 if that has
 * not come yet; *len is without CR LF or LF.
 */
size_t conn_line(const struct conn *c, size_t *len);

#endif
