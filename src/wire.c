/* SPDX-License-Identifier: ISC */
/* wire.c - the one place that touches the socket and TLS. */
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include "buf.h"
#include "fail.h"
#include "text.h"
#include "tls.h"
#include "wire.h"

/* Four records of TLS with what is around them. */
enum { READ_AHEAD = 4 * (16384 + 256) };

void
wire_open(struct wire *w, int fd)
{
	SSL_CTX *ctx = w->ctx;

	memset(w, 0, sizeof *w);
	w->ctx = ctx;
	w->fd = fd;
}

void
wire_close(struct wire *w)
{
	SSL_free(w->ssl);
	tls_free(w->ctx);
	BIO_meth_free(w->method);
	if (w->fd >= 0)
		close(w->fd);
	buf_free(&w->out);
	w->ssl = NULL;
	w->ctx = NULL;
	w->method = NULL;
	w->fd = -1;
}

bool
wire_is_open(const struct wire *w)
{
	return w->fd >= 0;
}

bool
wire_is_tls(const struct wire *w)
{
	return w->ssl != NULL;
}

const char *
wire_error(const struct wire *w)
{
	return w->error;
}

static int
wire_failed(struct wire *w, const char *what)
{
	char why[128];

	snprintf(w->error, sizeof w->error, "%s: %s", what,
	    fail_strerror(errno, why, sizeof why));
	return -1;
}

void
wire_patience(struct wire *w, int ms)
{
	struct timeval tv = { ms / 1000, ms % 1000 * 1000 };

	setsockopt(w->fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof tv);
}

/*
 * The kernel's side of a read: bytes, 0 at the end, -1 and errno (EAGAIN
 * when nothing is there; w->slow then tells that the patience ran out).
 */
static ssize_t
socket_read(struct wire *w, void *p, size_t n, bool wait)
{
	ssize_t got = recv(w->fd, p, n, wait ? 0 : MSG_DONTWAIT);

	w->slow = got < 0 && wait && errno == EAGAIN;
	return got;
}

/* Give the kernel what it takes of the bytes accepted. */
int
wire_flush(struct wire *w)
{
	while (w->out.len > 0) {
		ssize_t put = send(w->fd, buf_bytes(&w->out), w->out.len,
		    MSG_DONTWAIT | MSG_NOSIGNAL);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0 && (errno == EAGAIN || errno == ENOBUFS))
			return 0;
		if (put < 0)
			return wire_failed(w, "cannot send");
		buf_drop(&w->out, (size_t)put);
	}
	return 0;
}

static int
plain_write(struct wire *w, const char *p, size_t n)
{
	while (n > 0 && w->out.len == 0) {
		ssize_t put = send(w->fd, p, n, MSG_DONTWAIT | MSG_NOSIGNAL);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0 && errno != EAGAIN && errno != ENOBUFS)
			return wire_failed(w, "cannot send");
		if (put < 0)
			break;
		p += put;
		n -= (size_t)put;
	}
	if (n > 0)
		buf_add(&w->out, p, n);
	return 0;
}

/* A result of OpenSSL that is no success: in words. */
static int
tls_failed(struct wire *w, int result)
{
	tls_words(w->ssl, result, w->error, sizeof w->error);
	return -1;
}

int
wire_write(struct wire *w, const void *p, size_t n)
{
	int put;

	if (n == 0)
		return 0;
	w->sent += n;
	if (w->ssl == NULL)
		return plain_write(w, p, n);
	/* The write BIO takes everything: only errors are left. */
	ERR_clear_error();
	while (n > 0) {
		size_t part = n < 1 << 20 ? n : 1 << 20;

		put = SSL_write(w->ssl, p, (int)part);
		if (put <= 0)
			return tls_failed(w, put);
		p = (const char *)p + put;
		n -= (size_t)put;
	}
	return wire_flush(w);
}

size_t
wire_owed(const struct wire *w)
{
	return w->out.len;
}

bool
wire_has_pending(const struct wire *w)
{
	return w->ssl != NULL && SSL_has_pending(w->ssl);
}

size_t
wire_unread(const struct wire *w)
{
	int n = 0;

	return ioctl(w->fd, FIONREAD, &n) < 0 || n < 0 ? 0 : (size_t)n;
}

static ssize_t
plain_read(struct wire *w, void *p, size_t n, bool wait)
{
	ssize_t got = socket_read(w, p, n, wait);

	if (got > 0)
		w->received += (size_t)got;
	if (got >= 0)
		return got;
	if (w->slow)
		return WIRE_SLOW;
	if (errno == EAGAIN || errno == EINTR)
		return WIRE_AGAIN;
	wire_failed(w, "cannot receive");
	return WIRE_ERROR;
}

ssize_t
wire_read(struct wire *w, void *p, size_t n, bool wait)
{
	int got;

	if (w->ssl == NULL)
		return plain_read(w, p, n, wait);
	ERR_clear_error();
	w->may_wait = wait;
	w->slow = false;
	got = SSL_read(w->ssl, p, n < 1 << 20 ? (int)n : 1 << 20);
	/* Answers to what was read (a key update) go out now. */
	if (w->out.len > 0 && wire_flush(w) < 0)
		return WIRE_ERROR;
	if (got > 0) {
		w->received += (size_t)got;
		return got;
	}
	switch (SSL_get_error(w->ssl, got)) {
	case SSL_ERROR_ZERO_RETURN:
		return WIRE_EOF;
	case SSL_ERROR_WANT_READ:
	case SSL_ERROR_WANT_WRITE:
		return w->slow ? WIRE_SLOW : WIRE_AGAIN;
	default:
		tls_failed(w, got);
		return WIRE_ERROR;
	}
}

ssize_t
wire_splice(struct wire *w, int pipe, size_t n)
{
#ifdef SPLICE_F_NONBLOCK
	ssize_t got;

	char peek;

	if (w->ssl != NULL)
		return WIRE_CANNOT;
	/* SPLICE_F_NONBLOCK is for the pipe: the socket would be waited for. */
	got = recv(w->fd, &peek, 1, MSG_PEEK | MSG_DONTWAIT);
	if (got > 0)
		got = splice(w->fd, NULL, pipe, NULL, n,
		    SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
	if (got > 0)
		w->received += (size_t)got;
	if (got >= 0)
		return got;
	if (errno == EAGAIN || errno == EINTR)
		return WIRE_AGAIN;
	/* The pipe's reader has gone (EPIPE): no fault of the wire. */
	if (errno == EINVAL || errno == ENOSYS || errno == EPIPE)
		return WIRE_CANNOT;
	wire_failed(w, "cannot receive");
	return WIRE_ERROR;
#else
	(void)w;
	(void)pipe;
	(void)n;
	return WIRE_CANNOT;
#endif
}

/* --- the BIO through which OpenSSL reaches the socket --- */

static int
bio_read(BIO *b, char *p, int n)
{
	struct wire *w = BIO_get_data(b);
	ssize_t got = socket_read(w, p, (size_t)n, w->may_wait);

	BIO_clear_retry_flags(b);
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		BIO_set_retry_read(b);
	if (got == 0)
		BIO_set_flags(b, BIO_FLAGS_IN_EOF);
	if (got > 0 && w->first_len == 0) {
		w->first_len = (size_t)got < sizeof w->first ? (size_t)got :
							       sizeof w->first;
		memcpy(w->first, p, w->first_len);
	}
	return (int)got;
}

/* Records are gathered: one write of the socket takes several. */
static int
bio_write(BIO *b, const char *p, int n)
{
	struct wire *w = BIO_get_data(b);

	buf_add(&w->out, p, (size_t)n);
	return n;
}

static long
bio_ctrl(BIO *b, int command, long n, void *p)
{
	(void)n;
	(void)p;
	if (command == BIO_CTRL_EOF)
		return BIO_test_flags(b, BIO_FLAGS_IN_EOF) != 0;
	return command == BIO_CTRL_FLUSH;
}

static int
bio_create(BIO *b)
{
	BIO_set_init(b, 1);
	return 1;
}

/* Give the connection its BIO; the method lives as long as the BIO. */
static int
bio_attach(struct wire *w)
{
	BIO_METHOD *m = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "wire");
	BIO *b;

	if (m == NULL)
		return -1;
	BIO_meth_set_read(m, bio_read);
	BIO_meth_set_write(m, bio_write);
	BIO_meth_set_ctrl(m, bio_ctrl);
	BIO_meth_set_create(m, bio_create);
	b = BIO_new(m);
	if (b == NULL) {
		BIO_meth_free(m);
		return -1;
	}
	BIO_set_data(b, w);
	SSL_set_bio(w->ssl, b, b);
	/* A record's header and body, or several records, in one call. */
	SSL_set_read_ahead(w->ssl, 1);
	SSL_set_default_read_buffer_len(w->ssl, READ_AHEAD);
	w->method = m;
	return 0;
}

int
wire_prepare(struct wire *w, const struct tls_plan *plan, struct fail *f)
{
	if (w->ctx == NULL)
		w->ctx = tls_context(plan, f);
	return w->ctx == NULL ? -1 : 0;
}

int
wire_begin(struct wire *w, const struct tls_plan *plan, const char *host,
    struct fail *f)
{
	if (wire_prepare(w, plan, f) < 0)
		return -1;
	w->ssl = tls_client(w->ctx, plan, host, f);
	if (w->ssl == NULL)
		return -1;
	if (bio_attach(w) < 0)
		return fail_set(f, STATUS_TLS, "cannot begin TLS: no memory");
	w->may_wait = false;
	w->first_len = 0;
	return 0;
}

int
wire_shake(struct wire *w)
{
	int done, why;

	ERR_clear_error();
	done = SSL_connect(w->ssl);
	why = SSL_get_error(w->ssl, done);
	if (done != 1 && why != SSL_ERROR_WANT_READ &&
	    why != SSL_ERROR_WANT_WRITE)
		tls_failed(w, done);
	else
		why = 0;
	/* An alert of ours goes out as well. */
	if (w->out.len > 0 && wire_flush(w) < 0)
		return -1;
	return done == 1 ? 1 : why == 0 ? 0 : -1;
}

int
wire_unshake(struct wire *w)
{
	int done, why;

	ERR_clear_error();
	w->may_wait = false;
	done = SSL_shutdown(w->ssl);
	if (w->out.len > 0 && wire_flush(w) < 0)
		return -1;
	if (done == 0)
		done = SSL_shutdown(w->ssl);
	/* OpenSSL has read too far: there is no way to have it back. */
	if (done == 1 && SSL_has_pending(w->ssl)) {
		snprintf(w->error, sizeof w->error,
		    "plain text came together with its end");
		return -1;
	}
	if (done == 1) {
		SSL_free(w->ssl);
		BIO_meth_free(w->method);
		w->ssl = NULL;
		w->method = NULL;
		w->first_len = 0;
		return 1;
	}
	why = SSL_get_error(w->ssl, done);
	if (why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE)
		return 0;
	tls_failed(w, done);
	return -1;
}

void
wire_report(struct wire *w, const struct tls_plan *plan, const char *host,
    struct tls_report *report)
{
	tls_report(w->ssl, plan, host, report);
}

size_t
wire_first(struct wire *w, char *p, size_t n)
{
	ssize_t more;

	if (n > w->first_len) {
		more = recv(w->fd, w->first + w->first_len,
		    sizeof w->first - w->first_len, MSG_DONTWAIT);
		if (more > 0)
			w->first_len += (size_t)more;
	}
	if (n > w->first_len)
		n = w->first_len;
	memcpy(p, w->first, n);
	return n;
}

void
wire_chain(struct wire *w, struct tls_chain *chain)
{
	tls_chain(w->ssl, chain);
}

int
wire_keep(struct wire *w, struct fail *f)
{
	return w->ssl == NULL ? 0 : tls_keep(w->ctx, f);
}

int
wire_shut(struct wire *w)
{
	if (w->shut || w->fd < 0)
		return 0;
	w->shut = true;
	if (w->ssl != NULL) {
		ERR_clear_error();
		SSL_shutdown(w->ssl);
		if (wire_flush(w) < 0)
			return -1;
	}
	if (shutdown(w->fd, SHUT_WR) < 0 && errno != ENOTCONN)
		return wire_failed(w, "cannot close our half");
	return 0;
}
