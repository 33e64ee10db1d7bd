/* SPDX-License-Identifier: ISC */
/* relay.c - the full-speed pipe between stdin, server and stdout. */
#include <sys/stat.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "line.h"
#include "negotiate.h"
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
	char *came;       /* --lf: what `down` is made of */
	size_t head, len; /* in `down`, not yet written */
	char last;        /* byte sent, for CR LF */
	int out;          /* stdout, or a non-blocking way to it */
	bool careful;     /* it waits, when given more than it has room for */
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
#ifdef F_SETPIPE_SZ
	(void)fcntl(STDOUT_FILENO, F_SETPIPE_SZ, PIPE_SIZE);
#endif
	return open("/proc/self/fd/1", O_WRONLY | O_NONBLOCK | O_CLOEXEC);
}

/* How to write to stdout without waiting for its reader. */
static void
relay_stdout(struct relay *r)
{
	struct stat st;
	int own;

	r->out = STDOUT_FILENO;
	if (fstat(STDOUT_FILENO, &st) < 0)
		return;
	r->careful = S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode);
	own = S_ISFIFO(st.st_mode) ? open_pipe() : -1;
	if (own >= 0) {
		r->out = own;
		r->careful = false;
	}
}

static void
relay_init(struct relay *r, struct session *s, struct script *in)
{
	memset(r, 0, sizeof *r);
	r->s = s;
	r->in = in;
	relay_stdout(r);
	r->splice = r->out != STDOUT_FILENO && !s->opt->lf && !s->opt->telnet &&
	    !wire_is_tls(&s->wire);
	r->up = xmalloc_page(2 * UP + 64);
	r->down = r->splice ? NULL : xmalloc_page(DOWN + 1);
	r->came = s->opt->lf ? xmalloc_page(DOWN) : NULL;
}

static void
relay_free(struct relay *r)
{
	if (r->out != STDOUT_FILENO)
		close(r->out);
	free(r->up);
	free(r->down);
	free(r->came);
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
	script_used(r->in, n);
	if (!s->opt->raw) {
		n = line_crlf(r->up, p, n, &r->last);
		p = r->up;
	}
	if (negotiate_write(s, p, n) < 0)
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

/* How much may be written now, so that nobody has to wait for it? */
static size_t
relay_room(const struct relay *r)
{
	struct pollfd p = { r->out, POLLOUT, 0 };

	if (!r->careful)
		return r->len;
	if (poll(&p, 1, 0) <= 0)
		return 0;
	/* This much is taken whole after POLLOUT. */
	return r->len < PIPE_BUF ? r->len : PIPE_BUF;
}

/* Write what waits for stdout, as far as it goes. */
static void
relay_out(struct relay *r)
{
	struct session *s = r->s;
	size_t n = relay_room(r);
	char why[128];

	while (n > 0) {
		ssize_t put = write(r->out, r->down + r->head, n);

		if (put < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (put < 0) {
			s->out.deaf = s->out.said = true;
			session_fail(s, STATUS_NETWORK,
			    "cannot write to standard output: %s",
			    fail_strerror(errno, why, sizeof why));
			return;
		}
		r->head += (size_t)put;
		r->len -= (size_t)put;
		/* What took less has no room; the careful ask each time. */
		n = r->careful && r->len > 0 ? relay_room(r) : 0;
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
 * *n becomes its length.  Returns what the last wire_read did.
 */
static ssize_t
relay_gather(struct relay *r, size_t *n)
{
	struct wire *w = &r->s->wire;
	bool tls = wire_is_tls(w);
	char *to = r->came != NULL ? r->came : r->down;
	size_t most = tls ? DOWN : PLAIN;
	ssize_t got;

	*n = 0;
	do {
		got = negotiate_read(r->s, to + *n, most - *n, false);
		if (got > 0)
			*n += (size_t)got;
	} while (tls && got > 0 && *n + RECORD <= most);
	/* A CR that is held back goes out with what follows, or at last. */
	r->len = *n;
	if (r->came != NULL)
		r->len = line_lf(r->down, r->came, *n, &r->s->out.cr);
	return got;
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
	size_t came;
	int turns = 0;

	do {
		got = relay_gather(r, &came);
		if (r->len > 0)
			relay_out(r);
	} while (came >= PLAIN && r->len == 0 && got > 0 && !r->s->over &&
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

/* Silence for as long as -i allows; no failure by default. */
static void
relay_idle(struct relay *r)
{
	struct session *s = r->s;

	if (s->opt->timeout > 0)
		session_fail(s, STATUS_TIMEOUT,
		    "%s for %g s (-i SECS waits longer)",
		    wire_owed(&s->wire) > 0 ? "the server read nothing" :
					      "nothing came",
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

	/* Who waits for stdout's reader cannot say that nothing comes. */
	if (r->len > 0 || r->full)
		return -1;
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
	if (wire_wants_room(&r->s->wire) && !r->broken)
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
	/* Nothing is wanted of it: its end would be told again and again. */
	if (p[1].events == 0)
		p[1].fd = -1;
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

bool
relay_is_enough(const struct session *s)
{
	return s->dialog.proto->judge == NULL && !s->out.terminal &&
	    !s->out.mute && !s->person && s->out.verbose < 3 &&
	    s->followers == NULL && s->sideline == NULL;
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
