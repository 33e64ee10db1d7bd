/* wire.h - one byte stream, plain or TLS.  Floor 3. */
/* SPDX-License-Identifier: ISC */
#ifndef WIRE_H
#define WIRE_H

#include <sys/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/types.h>

#include "buf.h"
#include "ferry.h"

struct fail;
struct tls_chain;
struct tls_plan;
struct tls_report;

/* What wire_read returns beside a number of bytes. */
enum wire_read {
	WIRE_EOF = 0,    /* the server closed in an orderly way */
	WIRE_ERROR = -1, /* wire_error says what happened */
	WIRE_AGAIN = -2, /* nothing there now */
	WIRE_SLOW = -3,  /* nothing came in the time that wire_patience set */
	WIRE_CANNOT = -4 /* of wire_splice */
};

/*
 * The socket stays in blocking mode; whether a call may wait is said for
 * each.  All output goes out in the order of the calls.
 */
struct wire {
	int fd;
	SSL *ssl;
	SSL_CTX *ctx;
	struct buf out;     /* bytes accepted and not yet taken by the kernel */
	struct buf held;    /* what TLS takes after the server's handshake */
	struct ferry ferry; /* OpenSSL's way to this structure */
	char first[64];     /* what the server answered the ClientHello with */
	size_t first_len;
	bool may_wait;     /* for the TLS side's reads in progress */
	bool shut;         /* our half is closed */
	bool ending;       /* ... as soon as nothing is held */
	bool slow;         /* the last read ended by time */
	uint64_t sent;     /* bytes of ours, before TLS */
	uint64_t received; /* bytes for us, after TLS */
	char error[512];
};

/* Take over a connected socket; *w is all zero or was closed. */
void wire_open(struct wire *w, int fd);

/* Close the socket and forget everything; harmless when it is closed. */
void wire_close(struct wire *w);

bool wire_is_open(const struct wire *w);
bool wire_is_tls(const struct wire *w);

/* The last error in words. */
const char *wire_error(const struct wire *w);

/* How long a read that waits may wait, in milliseconds; 0: for ever. */
void wire_patience(struct wire *w, int ms);

/*
 * Read what is there, n bytes at most, and wait for it if `wait`.  Returns
 * how many came, or one of enum wire_read.  Without TLS one system call.
 */
ssize_t wire_read(struct wire *w, void *p, size_t n, bool wait);

/*
 * Move what is there, n bytes at most, into a pipe without copying it; never
 * waits.  Returns as wire_read does; WIRE_AGAIN also when the pipe is full,
 * and WIRE_CANNOT when this is not possible here (TLS, not a pipe).
 */
ssize_t wire_splice(struct wire *w, int pipe, size_t n);

/*
 * Accept all n bytes and give the kernel what it takes; never waits.  What is
 * left is sent by wire_flush when poll says POLLOUT.  0, or -1 and an error.
 */
int wire_write(struct wire *w, const void *p, size_t n);
int wire_flush(struct wire *w);

/*
 * Bytes accepted that the kernel has not taken.  It may be the server's turn:
 * where TLS 1.2 shakes hands anew, they go out as wire_read goes on.
 */
size_t wire_owed(const struct wire *w);

/* Does it wait for room in the kernel?  Poll for POLLOUT then. */
bool wire_wants_room(const struct wire *w);

/* Poll would not know of them: bytes already read from the socket. */
bool wire_has_pending(const struct wire *w);

/* Bytes that wait in the kernel's receive buffer, unread (FIONREAD). */
size_t wire_unread(const struct wire *w);

/*
 * Make what TLS needs, once, so that bad values are known before anything is
 * sent.  Before wire_open too.  -1 and a sentence.
 */
int wire_prepare(struct wire *w, const struct tls_plan *plan, struct fail *f);

/*
 * Begin TLS.  Nothing may be unread or unsent: bytes that came before are
 * never given to TLS.  -1 and a sentence; the wire can then only be closed.
 */
int wire_begin(struct wire *w, const struct tls_plan *plan, const char *host,
    struct fail *f);

/*
 * One step of the handshake, which never waits: 1 when it is done, 0 when it
 * waits for the socket, -1 when it failed (wire_error).
 */
int wire_shake(struct wire *w);

/*
 * One step of the end of TLS on a connection that goes on in plain text (RFC
 * 4217, section 12.3): 1 when both sides have said it, else as wire_shake.
 */
int wire_unshake(struct wire *w);

/* After the handshake: who is there. */
void wire_report(struct wire *w, const struct tls_plan *plan, const char *host,
    struct tls_report *report);

/* The first bytes, n at most, that came in answer to the handshake. */
size_t wire_first(struct wire *w, char *p, size_t n);

/* The certificate chain, to be freed by tls_chain_free; empty without TLS. */
void wire_chain(struct wire *w, struct tls_chain *chain);

/* Before the end: keep the session, as tls_keep does; 0 without TLS. */
int wire_keep(struct wire *w, struct fail *f);

/* Say that nothing more comes from us (close_notify under TLS, then FIN). */
int wire_shut(struct wire *w);

#endif
