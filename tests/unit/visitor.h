/* SPDX-License-Identifier: ISC */
/* visitor.h - a guest to be served, whose other end is the test. */
#ifndef VISITOR_H
#define VISITOR_H

#include <sys/socket.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "guest.h"
#include "protos.h"

struct visitor {
	struct guest g;
	int client;       /* the client's end */
	char heard[8192]; /* what it was sent, so far */
};

/*
 * It comes, and this was said: "S:" before a line of ours and "C:" before one
 * of the client's ("c:" where its end is still to come), LF behind each; "TLS"
 * and LF: the handshake is over.
 */
static inline void
visitor_comes(struct visitor *v, const char *proto, const char *said)
{
	struct guest *g = &v->g;
	int fds[2];

	memset(v, 0, sizeof *v);
	signal(SIGPIPE, SIG_IGN);
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, fds) < 0 ||
	    fcntl(fds[0], F_SETFL, O_NONBLOCK) < 0)
		abort();
	g->conn.fd = fds[0];
	v->client = fds[1];
	g->file = "t";
	/* Nobody but the silent are hurried. */
	g->timeout = 20000;
	g->wake = -1;
	paper_start(&g->paper, proto == NULL ? NULL : protos_find(proto));
	while (*said != '\0') {
		const char *end = strchr(said, '\n');
		size_t n = (size_t)(end - said);
		struct heard h;

		if (said[0] == 'S')
			paper_heard(&g->paper, said + 2, n - 2, false, &h);
		else if (said[0] == 'C' || said[0] == 'c')
			paper_said(&g->paper, said + 2, n - 2, said[0] == 'c');
		else
			paper_settle(&g->paper);
		said = end + 1;
	}
}

/* The client says so; it need not be read yet. */
static inline void
visitor_says(struct visitor *v, const char *text)
{
	size_t n = strlen(text);

	if (send(v->client, text, n, MSG_NOSIGNAL) != (ssize_t)n)
		abort();
}

/* Read it now. */
static inline void
visitor_is_read(struct visitor *v)
{
	struct pollfd p = { v->g.conn.fd, POLLIN, 0 };

	if (poll(&p, 1, 20000) != 1 || conn_work(&v->g.conn) < 0)
		abort();
}

/* Send what waits, and hear what there is. */
static inline const char *
visitor_hears(struct visitor *v)
{
	size_t len = strlen(v->heard);
	ssize_t n;

	conn_work(&v->g.conn);
	n = recv(v->client, v->heard + len, sizeof v->heard - 1 - len,
	    MSG_DONTWAIT);
	v->heard[len + (n < 0 ? 0 : (size_t)n)] = '\0';
	return v->heard;
}

/* Is this what waits to be taken? */
static inline bool
visitor_left(const struct visitor *v, const char *text)
{
	const struct buf *in = &v->g.conn.in;

	return in->len == strlen(text) &&
	    (in->len == 0 || memcmp(buf_bytes(in), text, in->len) == 0);
}

static inline void
visitor_goes(struct visitor *v)
{
	guest_free(&v->g);
	close(v->client);
}

#endif
