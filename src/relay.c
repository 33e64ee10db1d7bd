/* SPDX-License-Identifier: ISC */
/* relay.c - the full-speed pipe between stdin, server and stdout. */
#include <sys/stat.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "line.h"
#include "options.h"
#include "relay.h"
#include "script.h"
#include "session.h"

/* Blocks up and down: what was fastest; 128 KiB is eight TLS records. */
enum {
	UP = SCRIPT_BLOCK,
	PLAIN = 65536,
	DOWN = 131072,
	RECORD = 16384,
	PIPE_SIZE = 1 << 20,
	TURNS = 16 /* before the other direction is looked at again */
};

struct relay {
	struct session *s;
	struct script *in;
	char *up, *down;  /* converted for the server; for stdout */
	size_t head, len; /* in `down`, not yet written */
	char last;        /* byte sent, for CR LF */
	int out;          /* stdout, or a non-blocking way to it */
	bool splice;
	bool full;   /* the pipe took no more */
	bool ended;  /* the end of input was acted on */
	bool broken; /* nothing can be sent any more */
};

/*
 * A pipe's own flags are shared with whoever gave it to us, so O_NONBLOCK
 * goes to a description of our own, where the system lets us have one.
 */
static int
open_pipe(void)
{
	struct stat st;

	if (fstat(STDOUT_FILENO, &st) < 0 || !S_ISFIFO(st.st_mode))
		return STDOUT_FILENO;
#ifdef F_SETPIPE_SZ
	(void)fcntl(STDOUT_FILENO, F_SETPIPE_SZ, PIPE_SIZE);
#endif
	return open("/proc/self/fd/1", O_WRONLY | O_NONBLOCK | O_CLOEXEC);
}

static void
relay_init(struct relay *r, struct session *s, struct script *in)
{
	memset(r, 0, sizeof *r);
	r->s = s;
	r->in = in;
	r->out = open_pipe();
	r->splice = r->out >= 0 && r->out != STDOUT_FILENO && !s->opt->lf &&
	    !wire_is_tls(&s->wire);
	if (r->out < 0)
		r->out = STDOUT_FILENO;
	r->up = xmalloc_page(2 * UP + 64);
	r->down = r->splice ? NULL : xmalloc_page(DOWN + 1);
}

static void
relay_free(struct relay *r)
{
	if (r->out != STDOUT_FILENO)
		close(r->out);
	free(r->up);
	free(r->down);
}

/* Nothing more can be sent; what the server said before may still come. */
static void
relay_broken(struct relay *r)
{
	outlet_error(&r->s->out, "the connection broke: %s",
	    wire_error(&r->s->wire));
	r->s->status = STATUS_NETWORK;
	r->ended = r->broken = true;
}

/* One block of input to the server. */
static void
relay_up(struct relay *r)
{
	struct session *s = r->s;
	const char *p;
	size_t n;

	if (r->in->len == 0 && script_fill(r->in, &s->why) == SCRIPT_ERROR) {
		session_fail(s, s->why.status, "%s", s->why.text);
		return;
	}
	p = script_block(r->in, &n);
	if (n > UP)
		n = UP;
	script_used(r->in, n);
	if (!s->opt->raw) {
		n = line_crlf(r->up, p, n, &r->last);
		p = r->up;
	}
	if (wire_write(&s->wire, p, n) < 0)
		relay_broken(r);
}

/* What came in the end; the caller has nothing more to read. */
static void
relay_closed(struct relay *r, ssize_t got)
{
	struct session *s = r->s;

	if (got == WIRE_ERROR && s->status == 0)
		session_fail(s, STATUS_NETWORK, "the connection broke: %s",
		    wire_error(&s->wire));
	s->over = true;
	s->by_server = true;
}

/* Write what waits for stdout, as far as it goes. */
static void
relay_out(struct relay *r)
{
	struct session *s = r->s;
	size_t most = r->len;
	ssize_t put;

	/* A pipe that may block takes this much at least after POLLOUT. */
	if (r->out == STDOUT_FILENO && most > 4096 && r->full)
		most = 4096;
	put = write(r->out, r->down + r->head, most);
	if (put < 0 && errno != EAGAIN && errno != EINTR) {
		char why[128];

		s->out.deaf = s->out.said = true;
		session_fail(s, STATUS_NETWORK,
		    "cannot write to standard output: %s",
		    fail_strerror(errno, why, sizeof why));
		return;
	}
	if (put > 0) {
		r->head += (size_t)put;
		r->len -= (size_t)put;
	}
	if (r->len == 0)
		r->head = 0;
}

/* Without a copy, from the socket into the pipe. */
static void
relay_splice(struct relay *r)
{
	ssize_t got = wire_splice(&r->s->wire, r->out, PIPE_SIZE);

	r->full = got == WIRE_AGAIN;
	if (got == WIRE_CANNOT) {
		r->splice = false;
		r->down = xmalloc_page(DOWN + 1);
	} else if (got == WIRE_EOF || got == WIRE_ERROR) {
		relay_closed(r, got);
	}
}

/*
 * Read a block: of plain text what one call gives, of TLS several records.
 * Returns what the last wire_read did.
 */
static ssize_t
relay_gather(struct relay *r)
{
	struct wire *w = &r->s->wire;
	ssize_t got;

	if (!wire_is_tls(w)) {
		got = wire_read(w, r->down, PLAIN, false);
		r->len = got > 0 ? (size_t)got : 0;
		return got;
	}
	do {
		got = wire_read(w, r->down + r->len, DOWN - r->len, false);
		if (got > 0)
			r->len += (size_t)got;
	} while (got > 0 && r->len + RECORD <= DOWN);
	return got;
}

/* --lf: what is to be written is made first, and written at once. */
static void
relay_lf(struct relay *r)
{
	outlet_bytes(&r->s->out, r->down, r->len);
	if (outlet_flush(&r->s->out) < 0) {
		r->s->status = STATUS_NETWORK;
		r->s->over = true;
	}
	r->len = 0;
}

/* The last block goes out, however long it takes. */
static void
relay_last(struct relay *r)
{
	while (r->len > 0 && !r->s->out.deaf) {
		struct pollfd p = { r->out, POLLOUT, 0 };

		poll(&p, 1, -1);
		relay_out(r);
	}
}

/* From the server to stdout, block by block as long as both keep up. */
static void
relay_down(struct relay *r)
{
	ssize_t got;
	size_t len;
	int turns = 0;

	do {
		got = relay_gather(r);
		len = r->len;
		if (r->s->opt->lf && len > 0)
			relay_lf(r);
		else if (len > 0)
			relay_out(r);
	} while (len >= PLAIN && r->len == 0 && got > 0 && !r->s->over &&
	    ++turns < TURNS);
	if (got == WIRE_EOF || got == WIRE_ERROR) {
		relay_last(r);
		relay_closed(r, got);
	}
}

/* The input is used up and sent: what --eof says. */
static void
relay_ended(struct relay *r)
{
	struct session *s = r->s;

	r->ended = true;
	if (s->opt->eof == EOF_CLOSE)
		s->over = true;
	else if (s->opt->eof != EOF_WAIT && wire_shut(&s->wire) < 0)
		relay_broken(r);
}

/* Silence for as long as -i allows; not said by default. */
static void
relay_idle(struct relay *r)
{
	struct session *s = r->s;

	if (s->opt->timeout > 0)
		session_fail(s, STATUS_TIMEOUT,
		    "nothing came for %g s (-i SECS waits longer)",
		    (double)s->timeout / 1000);
	else
		outlet_note(&s->out, 0, "nothing came for %d s",
		    s->timeout / 1000);
	s->over = true;
}

/* Does the server take input? */
static bool
relay_wants_input(const struct relay *r)
{
	return !r->ended && wire_owed(&r->s->wire) == 0;
}

/* To the server: a file block by block as long as the wire takes it. */
static void
relay_upward(struct relay *r)
{
	int turns = 0;

	while (!r->s->over && relay_wants_input(r) && !script_at_end(r->in)) {
		relay_up(r);
		if (!r->in->ready || ++turns == TURNS)
			break;
	}
}

/* Deal with one poll's findings. */
static void
relay_turn(struct relay *r, struct pollfd *p)
{
	struct session *s = r->s;

	if ((p[1].revents & POLLOUT) != 0 && !r->broken &&
	    wire_flush(&s->wire) < 0)
		relay_broken(r);
	if (p[2].revents != 0) {
		r->full = false;
		if (r->len > 0)
			relay_out(r);
	}
	if ((p[1].revents & ~POLLOUT) != 0 && r->len == 0) {
		if (r->splice)
			relay_splice(r);
		else
			relay_down(r);
	}
	if (p[0].revents != 0)
		relay_upward(r);
}

/* How long silence may last, in milliseconds; -1: for ever. */
static int
relay_patience(const struct relay *r)
{
	const struct session *s = r->s;

	/* Before the input's end only -i is a reason to give up. */
	if (s->timeout > 0 && (s->opt->timeout > 0 || r->ended))
		return s->timeout;
	return -1;
}

/* Is there some that needs no waiting? */
static bool
relay_has_input(const struct relay *r)
{
	return relay_wants_input(r) && (r->in->ready || r->in->len > 0);
}

/* What of the server's side to poll for. */
static short
relay_events(const struct relay *r)
{
	short events = 0;

	if (r->len == 0 && !r->full)
		events |= POLLIN;
	if (wire_owed(&r->s->wire) > 0 && !r->broken)
		events |= POLLOUT;
	return events;
}

/*
 * Wait for what can go on.  Bytes at hand (input, TLS records already read)
 * are taken up without waiting.  False when time is up.
 */
static bool
relay_wait(struct relay *r, struct pollfd *p)
{
	bool input = relay_has_input(r);
	bool more;
	int ms = relay_patience(r);

	p[0].fd = relay_wants_input(r) && !input ? r->in->fd : -1;
	p[1].events = relay_events(r);
	p[2].fd = (p[1].events & POLLIN) != 0 ? -1 : r->out;
	more = p[2].fd < 0 && wire_has_pending(&r->s->wire);
	if (input || more)
		ms = 0;
	if (poll(p, 3, ms) == 0 && ms != 0)
		return false;
	if (input)
		p[0].revents = POLLIN;
	if (more)
		p[1].revents |= POLLIN;
	return true;
}

void
relay_run(struct session *s, struct script *in)
{
	struct relay r;

	outlet_flush(&s->out);
	relay_init(&r, s, in);
	while (session_is_open(s)) {
		struct pollfd p[3] = {
			{ -1, POLLIN, 0 },
			{ s->wire.fd, 0, 0 },
			{ -1, POLLOUT, 0 },
		};

		if (!r.ended && script_at_end(in) && wire_owed(&s->wire) == 0)
			relay_ended(&r);
		else if (relay_wait(&r, p))
			relay_turn(&r, p);
		else
			relay_idle(&r);
	}
	relay_free(&r);
}
