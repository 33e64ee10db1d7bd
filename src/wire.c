/* SPDX-License-Identifier: ISC */
/* wire.c - the one place that touches the socket and TLS. */
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "buf.h"
#include "fail.h"
#include "splice.h"
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
	ferry_free(&w->ferry);
	if (w->fd >= 0)
		close(w->fd);
	buf_free(&w->out);
	buf_free(&w->held);
	w->ssl = NULL;
	w->ctx = NULL;
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

/* Does OpenSSL only wait for the socket, or for the other side? */
static bool
tls_waits(const struct wire *w, int result)
{
	int why = SSL_get_error(w->ssl, result);

	return why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE;
}

/* The write BIO takes everything; but the server may have begun another
 * handshake (RFC 5246, section 7.4.1.1), which has to end first. */
static int
tls_write(struct wire *w, const char *p, size_t n)
{
	ERR_clear_error();
	w->may_wait = false;
	while (n > 0) {
		int put = SSL_write(w->ssl, p, n < 1 << 20 ? (int)n : 1 << 20);

		if (put <= 0 && !tls_waits(w, put))
			return tls_failed(w, put);
		if (put <= 0) {
			buf_add(&w->held, p, n);
			break;
		}
		p += put;
		n -= (size_t)put;
	}
	return wire_flush(w);
}

static int
end_half(struct wire *w)
{
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

/* What that handshake kept may go now, and then the end. */
static int
tls_go_on(struct wire *w)
{
	struct buf held = w->held;
	int rc;

	w->held = (struct buf){ .len = 0 };
	rc = tls_write(w, buf_bytes(&held), held.len);
	buf_free(&held);
	if (rc == 0 && w->held.len == 0 && w->ending)
		rc = end_half(w);
	return rc;
}

int
wire_write(struct wire *w, const void *p, size_t n)
{
	if (n == 0)
		return 0;
	w->sent += n;
	if (w->ssl == NULL)
		return plain_write(w, p, n);
	if (w->held.len == 0)
		return tls_write(w, p, n);
	buf_add(&w->held, p, n);
	return 0;
}

size_t
wire_owed(const struct wire *w)
{
	return w->out.len + w->held.len;
}

bool
wire_wants_room(const struct wire *w)
{
	return w->out.len > 0;
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

/* What OpenSSL gave no bytes for: the end, or what went wrong. */
static ssize_t
tls_ended(struct wire *w, int result)
{
	int error = errno;

	/* An alert of ours goes out as well. */
	(void)wire_flush(w);
	errno = error;
	if (SSL_get_error(w->ssl, result) == SSL_ERROR_ZERO_RETURN)
		return WIRE_EOF;
	tls_failed(w, result);
	return WIRE_ERROR;
}

ssize_t
wire_read(struct wire *w, void *p, size_t n, bool wait)
{
	int got, rc;

	if (w->ssl == NULL)
		return plain_read(w, p, n, wait);
	ERR_clear_error();
	w->may_wait = wait;
	w->slow = false;
	got = SSL_read(w->ssl, p, n < 1 << 20 ? (int)n : 1 << 20);
	if (got <= 0 && !tls_waits(w, got))
		return tls_ended(w, got);
	/* Answers to what was read (a key update) go out now.  If they cannot,
	 * what was read is not lost: the next call fails. */
	rc = w->held.len > 0 ? tls_go_on(w) : wire_flush(w);
	if (got > 0) {
		w->received += (size_t)got;
		return got;
	}
	if (rc < 0)
		return WIRE_ERROR;
	return w->slow ? WIRE_SLOW : WIRE_AGAIN;
}

ssize_t
wire_splice(struct wire *w, int pipe, size_t n)
{
	ssize_t got;

	if (w->ssl != NULL)
		return WIRE_CANNOT;
	got = splice_part(w->fd, pipe, n);
	if (got > 0)
		w->received += (size_t)got;
	if (got >= 0)
		return got;
	if (errno == EAGAIN || errno == EINTR)
		return WIRE_AGAIN;
	if (errno == ENOSYS)
		return WIRE_CANNOT;
	wire_failed(w, "cannot receive");
	return WIRE_ERROR;
}

/* --- how OpenSSL reaches the socket --- */

static ssize_t
tls_in(void *arg, void *p, size_t n)
{
	struct wire *w = arg;
	bool wait = w->may_wait;
	ssize_t got;

	/* What is awaited may be the answer to what we have just gathered. */
	if (wait && w->out.len > 0)
		wait = wire_flush(w) == 0 && w->out.len == 0;
	got = socket_read(w, p, n, wait);
	if (got > 0 && w->first_len == 0) {
		w->first_len = (size_t)got < sizeof w->first ? (size_t)got :
							       sizeof w->first;
		memcpy(w->first, p, w->first_len);
	}
	return got;
}

/* Records are gathered: one write of the socket takes several. */
static void
tls_out(void *arg, const void *p, size_t n)
{
	struct wire *w = arg;

	buf_add(&w->out, p, n);
}

/* Give the connection its BIO. */
static int
bio_attach(struct wire *w)
{
	BIO *b;

	w->ferry = (struct ferry){ .in = tls_in, .out = tls_out, .arg = w };
	b = ferry_bio(&w->ferry);
	if (b == NULL)
		return -1;
	SSL_set_bio(w->ssl, b, b);
	/* A record's header and body, or several records, in one call. */
	SSL_set_read_ahead(w->ssl, 1);
	SSL_set_default_read_buffer_len(w->ssl, READ_AHEAD);
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
	int done;
	bool failed;

	ERR_clear_error();
	done = SSL_connect(w->ssl);
	failed = done != 1 && !tls_waits(w, done);
	if (failed)
		tls_failed(w, done);
	/* An alert of ours goes out as well. */
	if (w->out.len > 0 && wire_flush(w) < 0)
		return -1;
	return done == 1 ? 1 : failed ? -1 : 0;
}

int
wire_unshake(struct wire *w)
{
	int done;

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
		ferry_free(&w->ferry);
		w->ssl = NULL;
		w->first_len = 0;
		return 1;
	}
	return tls_waits(w, done) ? 0 : tls_failed(w, done);
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
	w->ending = w->held.len > 0;
	return w->ending ? 0 : end_half(w);
}
