/* SPDX-License-Identifier: ISC */
/* conn.c - one connection on the server's side. */
#include <sys/socket.h>

#include <netinet/in.h>
#include <netinet/tcp.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "conn.h"
#include "fail.h"

/* One record of TLS: SSL_read leaves nothing of it behind. */
enum { BLOCK = 16384 };

static int
set_flags(int fd)
{
	return fcntl(fd, F_SETFD, FD_CLOEXEC) == 0 &&
		fcntl(fd, F_SETFL, O_NONBLOCK) == 0 ?
	    0 :
	    -1;
}

int
conn_listen(uint16_t port, uint16_t *bound, struct fail *f)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	socklen_t size = sizeof a;
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	int on = 1;

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	a.sin_port = htons(port);
	if (fd < 0 || set_flags(fd) < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) < 0 ||
	    bind(fd, (struct sockaddr *)&a, sizeof a) < 0 ||
	    listen(fd, SOMAXCONN) < 0 ||
	    getsockname(fd, (struct sockaddr *)&a, &size) < 0) {
		fail_errno(f, STATUS_NETWORK,
		    "cannot listen on 127.0.0.1 port %u", (unsigned)port);
		if (fd >= 0)
			close(fd);
		return -1;
	}
	*bound = ntohs(a.sin_port);
	return fd;
}

int
conn_accept(struct conn *c, int listener, struct fail *f)
{
	int fd = accept(listener, NULL, NULL);
	int on = 1;

	/* Who has left again was never there. */
	if (fd < 0 &&
	    (errno == EAGAIN || errno == EINTR || errno == ECONNABORTED))
		return 0;
	if (fd < 0 || set_flags(fd) < 0) {
		fail_errno(f, STATUS_NETWORK, "cannot accept a connection");
		if (fd >= 0)
			close(fd);
		return -1;
	}
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	memset(c, 0, sizeof *c);
	c->fd = fd;
	return 1;
}

void
conn_close(struct conn *c)
{
	SSL_free(c->ssl);
	c->ssl = NULL;
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
	buf_free(&c->in);
	buf_free(&c->out);
}

bool
conn_is_tls(const struct conn *c)
{
	return c->ssl != NULL && !c->shaking;
}

static bool
has_room(const struct conn *c)
{
	return !c->ended && c->in.len < CONN_IN_MOST;
}

/* Bytes, or that there will be no more. */
static bool
wants_out(const struct conn *c)
{
	return c->out.len > 0 || (c->ending && !c->told);
}

short
conn_events(const struct conn *c)
{
	short events = 0;

	if (c->lost)
		return 0;
	/* What comes before all is sent is TLS's. */
	if (c->shaking ? c->begin == NULL || c->out.len == 0 : has_room(c))
		events |= POLLIN;
	/* In a handshake only TLS itself has something to send. */
	if (c->blocked || (wants_out(c) && (!c->shaking || c->begin != NULL)))
		events |= POLLOUT;
	return events;
}

static int
lost(struct conn *c, const char *what)
{
	char why[128];

	c->lost = true;
	snprintf(c->error, sizeof c->error, "%s: %s", what,
	    fail_strerror(errno, why, sizeof why));
	return -1;
}

static int
gone(struct conn *c, const char *why)
{
	c->lost = true;
	snprintf(c->error, sizeof c->error, "TLS: %s", why);
	return -1;
}

/*
 * A result of OpenSSL that is no success: 0 when it is just not the time, or
 * the client said that it ends.
 */
static int
tls_result(struct conn *c, int result)
{
	int error = errno;
	const char *why;

	switch (SSL_get_error(c->ssl, result)) {
	case SSL_ERROR_WANT_WRITE:
		c->blocked = true;
		return 0;
	case SSL_ERROR_WANT_READ:
		return 0;
	case SSL_ERROR_ZERO_RETURN:
		c->ended = true;
		return 0;
	default:
		break;
	}
	why = ERR_reason_error_string(ERR_peek_last_error());
	ERR_clear_error();
	errno = error;
	if (why == NULL && errno != 0)
		return lost(c, "TLS");
	return gone(c, why == NULL ? "the client has left" : why);
}

/* --- out --- */

/* A number of bytes that were sent; 0 none now; -1 lost. */
static int
send_some(struct conn *c)
{
	size_t n = c->out.len < BLOCK ? c->out.len : BLOCK;
	ssize_t put;

	if (c->ssl != NULL) {
		ERR_clear_error();
		errno = 0;
		put = SSL_write(c->ssl, buf_bytes(&c->out), (int)n);
		return put > 0 ? (int)put : tls_result(c, (int)put);
	}
	put = send(c->fd, buf_bytes(&c->out), n, MSG_NOSIGNAL);
	if (put >= 0 || errno == EAGAIN || errno == EINTR || errno == ENOBUFS)
		return put < 0 ? 0 : (int)put;
	return lost(c, "cannot send");
}

static int
flush(struct conn *c)
{
	while (c->out.len > 0) {
		int put = send_some(c);

		if (put <= 0)
			return put;
		buf_drop(&c->out, (size_t)put);
	}
	if (!c->ending || c->told)
		return 0;
	c->told = true;
	if (c->ssl != NULL) {
		ERR_clear_error();
		SSL_shutdown(c->ssl);
	}
	/* Who has left need not be told. */
	shutdown(c->fd, SHUT_WR);
	return 0;
}

/* --- in --- */

static int
receive_some(struct conn *c)
{
	char *room = buf_room(&c->in, BLOCK);
	ssize_t got;

	if (c->ssl != NULL) {
		ERR_clear_error();
		errno = 0;
		got = SSL_read(c->ssl, room, BLOCK);
		return got > 0 ? (int)got : tls_result(c, (int)got);
	}
	got = recv(c->fd, room, BLOCK, 0);
	if (got == 0)
		c->ended = true;
	if (got >= 0 || errno == EAGAIN || errno == EINTR)
		return got < 0 ? 0 : (int)got;
	return lost(c, "cannot receive");
}

static int
receive(struct conn *c)
{
	while (has_room(c)) {
		int got = receive_some(c);

		if (got <= 0)
			return got;
		buf_grew(&c->in, (size_t)got);
	}
	return 0;
}

/* --- TLS --- */

int
conn_tls(struct conn *c, struct ssl_ctx_st *ctx)
{
	if (c->in.len > 0)
		return -1;
	c->begin = ctx;
	c->shaking = true;
	return 0;
}

/* All is sent: from here on the socket is TLS's. */
static int
begin(struct conn *c)
{
	c->ssl = SSL_new(c->begin);
	c->begin = NULL;
	if (c->ssl != NULL && SSL_set_fd(c->ssl, c->fd) == 1) {
		/* What was not taken may have moved when it is offered
		 * again. */
		SSL_set_mode(c->ssl,
		    SSL_MODE_ENABLE_PARTIAL_WRITE |
			SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
		SSL_set_accept_state(c->ssl);
		return 0;
	}
	ERR_clear_error();
	return gone(c, "OpenSSL cannot begin");
}

static int
shake(struct conn *c)
{
	int done;

	if (c->begin != NULL && c->out.len > 0)
		return 0;
	if (c->begin != NULL && begin(c) < 0)
		return -1;
	ERR_clear_error();
	errno = 0;
	done = SSL_do_handshake(c->ssl);
	if (done == 1) {
		c->shaking = false;
		return 0;
	}
	if (tls_result(c, done) < 0)
		return -1;
	if (!c->ended)
		return 0;
	return gone(c, "the client has left");
}

int
conn_work(struct conn *c)
{
	if (c->lost)
		return -1;
	c->blocked = false;
	if (c->begin != NULL && flush(c) < 0)
		return -1;
	if (c->shaking && shake(c) < 0)
		return -1;
	if (c->shaking)
		return 0;
	/* What the client said before it left is worth having. */
	return receive(c) < 0 || flush(c) < 0 ? -1 : 0;
}

bool
conn_send(struct conn *c, const void *p, size_t n)
{
	if (c->shaking || c->ending ||
	    (c->out.len > 0 && c->out.len + n > CONN_OUT_MOST))
		return false;
	buf_add(&c->out, p, n);
	return true;
}

void
conn_end(struct conn *c)
{
	c->ending = true;
}

size_t
conn_line(const struct conn *c, size_t *len)
{
	const char *p = buf_bytes(&c->in);
	const char *end = c->in.len == 0 ? NULL : memchr(p, '\n', c->in.len);
	size_t n;

	if (end == NULL)
		return 0;
	n = (size_t)(end - p);
	*len = n > 0 && p[n - 1] == '\r' ? n - 1 : n;
	return n + 1;
}
