/* SPDX-License-Identifier: ISC */
/* net.c - the first address that answers wins. */
#include <sys/socket.h>
#include <sys/un.h>

#include <netinet/in.h>
#include <netinet/tcp.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "clock.h"
#include "fail.h"
#include "idn.h"
#include "lookup.h"
#include "net.h"
#include "text.h"

/*
 * Milliseconds between two attempts (RFC 8305, section 5), and until a
 * Unix-domain socket whose queue is full is tried again.
 */
enum { STAGGER = 250, QUEUE_FULL = 20 };

/* How much of a name or path a sentence shows. */
enum { SHOWN = 100 };

enum outcome { WON, LOST, LATE, WOKEN };

/* Attempts under way have a descriptor; poll ignores the others' -1. */
struct race {
	const struct net_plan *plan;
	struct address source; /* len 0: none wanted */
	struct address to[NET_MOST];
	struct pollfd poll[NET_MOST + 1]; /* the first is `wake` */
	size_t count;                     /* addresses */
	size_t next;                      /* the first one not yet tried */
	size_t running;
	size_t winner;
	int fd;           /* the winner's, or -1 */
	int64_t deadline; /* 0: none */
	int64_t next_at;
	size_t hint;       /* the first row of hints that fits */
	struct buf failed; /* "ADDRESS: reason; ADDRESS: reason" */
};

/* What may help, by what happened; the first row that fits is said. */
static const struct hint {
	int error;
	enum status status;
	const char *text;
} hints[] = {
	{ ECONNREFUSED, STATUS_NETWORK, " (is a server running there?)" },
	{ ENOENT, STATUS_NETWORK, " (is a server running there?)" },
	{ ETIMEDOUT, STATUS_TIMEOUT, " (does a firewall drop what is sent?)" },
	{ EMFILE, STATUS_NETWORK, " (see ulimit -n)" },
	{ EADDRINUSE, STATUS_NETWORK, " (choose another source port)" },
	{ EINVAL, STATUS_NETWORK,
	    " (a link-local address has a scope: fe80::1%eth0)" },
	{ EHOSTUNREACH, STATUS_NETWORK, " (is that host up?)" },
	{ ENETUNREACH, STATUS_NETWORK, " (is the network up?)" },
};

enum { HINTS = sizeof hints / sizeof hints[0] };

static bool
is_late(const struct race *r)
{
	return r->deadline != 0 && clock_ms() >= r->deadline;
}

/* How long poll may wait: until the next start or the end of all time. */
static int
patience(const struct race *r)
{
	int64_t until = r->deadline, ms;

	if (r->next < r->count && (until == 0 || r->next_at < until))
		until = r->next_at;
	if (until == 0)
		return -1;
	ms = until - clock_ms();
	return ms < 0 ? 0 : ms > INT_MAX ? INT_MAX : (int)ms;
}

static void
note(struct race *r, const struct address *a, const char *what, int error)
{
	char text[LOOKUP_TEXT], why[128];
	size_t i;

	if (r->failed.len > 0)
		buf_adds(&r->failed, "; ");
	if (a != NULL) {
		lookup_text(a, text, sizeof text);
		buf_addf(&r->failed, "%s: ", text);
	}
	buf_adds(&r->failed, what);
	if (error == 0)
		return;
	buf_adds(&r->failed, fail_strerror(error, why, sizeof why));
	for (i = 0; i < r->hint; i++) {
		if (hints[i].error == error)
			r->hint = i;
	}
}

/* The address needs no telling apart when it is all that the user named. */
static void
note_address(struct race *r, size_t i, const char *what, int error)
{
	struct address own;
	bool alone = r->count == 1 && lookup_address(r->plan->host, &own);

	note(r, alone ? NULL : &r->to[i], what, error);
}

/* A socket numbered above the standard streams, which may be closed. */
static int
open_socket(int family)
{
	int type = SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK;
	int fd = socket(family, type, 0);
	int low = fd, error;

	if (fd < 0 || fd > STDERR_FILENO)
		return fd;
	fd = fcntl(low, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	error = errno;
	close(low);
	errno = error;
	return fd;
}

/* All attempts use the same source port, hence SO_REUSEADDR. */
static int
bind_source(const struct race *r, int fd, int family)
{
	struct address from = r->source;
	int on = 1;

	if (r->plan->source == NULL && r->plan->source_port == 0)
		return 0;
	if (from.len == 0)
		lookup_address(family == AF_INET ? "0.0.0.0" : "::", &from);
	lookup_port(&from, r->plan->source_port);
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0)
		return -1;
	return bind(fd, (struct sockaddr *)&from.sa, from.len);
}

/* Begin the next attempt.  True if that was all it needed. */
static bool
start(struct race *r)
{
	size_t i = r->next++;
	struct address *to = &r->to[i];
	int fd = open_socket(to->sa.ss_family);
	const char *what = "";

	r->next_at = clock_ms() + STAGGER;
	if (fd >= 0 && bind_source(r, fd, to->sa.ss_family) != 0) {
		what = "binding the source: ";
	} else if (fd >= 0 &&
	    connect(fd, (struct sockaddr *)&to->sa, to->len) == 0) {
		r->winner = i;
		r->fd = fd;
		return true;
	} else if (fd >= 0 && (errno == EINPROGRESS || errno == EINTR)) {
		r->poll[i + 1].fd = fd;
		r->running++;
		return false;
	}
	note_address(r, i, what, errno);
	if (fd >= 0)
		close(fd);
	r->next_at = clock_ms();
	return false;
}

/* Start what is due; a failure makes the next one due.  True if one won. */
static bool
start_due(struct race *r)
{
	while (r->next < r->count &&
	    (r->running == 0 || clock_ms() >= r->next_at)) {
		if (start(r))
			return true;
	}
	return false;
}

/* See to the attempts that poll tells of.  True if one of them won. */
static bool
hear(struct race *r)
{
	size_t i;

	for (i = 0; i < r->next; i++) {
		struct pollfd *p = &r->poll[i + 1];
		int error = 0;
		socklen_t len = sizeof error;

		if (p->fd < 0 || p->revents == 0)
			continue;
		if (getsockopt(p->fd, SOL_SOCKET, SO_ERROR, &error, &len) != 0)
			error = errno;
		r->running--;
		if (error == 0) {
			r->winner = i;
			r->fd = p->fd;
			p->fd = -1;
			return true;
		}
		note_address(r, i, "", error);
		close(p->fd);
		p->fd = -1;
		r->next_at = clock_ms();
	}
	return false;
}

static enum outcome
run(struct race *r)
{
	for (;;) {
		if (start_due(r))
			return WON;
		if (r->running == 0)
			return LOST;
		if (poll(r->poll, r->next + 1, patience(r)) < 0) {
			if (errno == EINTR)
				continue;
			note(r, NULL, "", errno);
			return LOST;
		}
		if (r->poll[0].revents != 0)
			return WOKEN;
		if (hear(r))
			return WON;
		if (is_late(r))
			return LATE;
	}
}

/* Close the losers; of those cut short by the time limit say so. */
static void
stop(struct race *r, enum outcome outcome)
{
	size_t i;

	for (i = 0; i < r->count; i++) {
		if (outcome == LATE && i >= r->next)
			note_address(r, i, "not tried", 0);
		if (r->poll[i + 1].fd < 0)
			continue;
		if (outcome == LATE)
			note_address(r, i, "no answer", 0);
		close(r->poll[i + 1].fd);
	}
}

/*
 * A Unix-domain socket has one address and never is in progress; a full
 * queue on the other side is EAGAIN, and nothing tells when it empties.
 */
static enum outcome
run_path(struct race *r)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	enum outcome outcome = LOST;
	int fd = open_socket(AF_UNIX);

	snprintf(to.sun_path, sizeof to.sun_path, "%s", r->plan->path);
	while (fd >= 0 && outcome == LOST) {
		if (connect(fd, (struct sockaddr *)&to, sizeof to) == 0) {
			r->fd = fd;
			return WON;
		}
		if (errno != EAGAIN)
			break;
		if (poll(r->poll, 1, QUEUE_FULL) > 0)
			outcome = WOKEN;
		else if (is_late(r))
			outcome = LATE;
	}
	note(r, NULL, outcome == LATE ? "no answer" : "",
	    outcome == LOST ? errno : 0);
	if (fd >= 0)
		close(fd);
	return outcome;
}

/* Of too long a list the whole entries that fit. */
static void
copy_failed(const struct buf *failed, char *to, size_t size)
{
	static const char rest[] = "; and more";
	size_t n = failed->len;

	if (n >= size) {
		n = size - sizeof rest;
		while (n > 0 && memcmp(buf_bytes(failed) + n, "; ", 2) != 0)
			n--;
	}
	if (n > 0)
		memcpy(to, buf_bytes(failed), n);
	snprintf(to + n, size - n, "%s", n < failed->len ? rest : "");
}

/* "mail.example port 25", or the path. */
static void
write_place(const struct net_plan *plan, struct buf *to)
{
	const char *name = plan->path != NULL ? plan->path : plan->host;

	text_quote(to, name, strlen(name), SHOWN);
	if (plan->path == NULL)
		buf_addf(to, " port %u", (unsigned)plan->port);
	buf_add(to, "", 1);
}

static int
say(const struct race *r, enum outcome outcome, const char *failed,
    struct fail *f)
{
	enum status status = STATUS_NETWORK;
	const char *hint = "";
	struct buf place = { 0 };

	if (outcome == LOST && r->hint < HINTS) {
		hint = hints[r->hint].text;
		status = hints[r->hint].status;
	}
	write_place(r->plan, &place);
	if (outcome == WOKEN)
		fail_set(f, status, "interrupted while connecting to %s",
		    buf_bytes(&place));
	else if (outcome == LATE)
		fail_set(f, STATUS_TIMEOUT,
		    "cannot connect to %s in %g s: %s (does a firewall drop "
		    "what is sent? --connect-timeout waits longer)",
		    buf_bytes(&place), r->plan->timeout / 1000.0, failed);
	else
		fail_set(f, status, "cannot connect to %s: %s%s",
		    buf_bytes(&place), failed, hint);
	buf_free(&place);
	return -1;
}

/* The source address decides the family where the user did not. */
static int
read_source(struct race *r, int *family, struct fail *f)
{
	const char *text = r->plan->source;

	*family = r->plan->family;
	if (text == NULL)
		return 0;
	if (!lookup_address(text, &r->source))
		return fail_about(f, STATUS_USAGE, text,
		    "no source address (one of this machine is wanted)");
	if (*family == AF_UNSPEC)
		*family = r->source.sa.ss_family;
	if (*family != r->source.sa.ss_family)
		return fail_about(f, STATUS_USAGE, text,
		    "a source address of the other family (see -4 and -6)");
	return 0;
}

/* Fill in the addresses in the order in which they are tried. */
static int
list_addresses(struct race *r, struct fail *f)
{
	struct lookup want = { .host = r->plan->host,
		.numeric = r->plan->numeric,
		.way = r->plan->way };
	int i, n;

	if (read_source(r, &want.family, f) != 0)
		return -1;
	n = lookup_host(&want, r->to, NET_MOST, f);
	if (n < 0)
		return -1;
	for (i = 0; i < n; i++)
		lookup_port(&r->to[i], r->plan->port);
	r->count = (size_t)n;
	lookup_interleave(r->to, r->count);
	if (is_late(r))
		return fail_about(f, STATUS_TIMEOUT, r->plan->host,
		    "no name server answered in time "
		    "(--connect-timeout waits longer)");
	return 0;
}

/* Everything that can fail before there is an attempt. */
static int
prepare(struct race *r, struct fail *f)
{
	const char *path = r->plan->path;
	struct sockaddr_un to;

	if (path == NULL)
		return list_addresses(r, f);
	if (strlen(path) >= sizeof to.sun_path)
		return fail_about(f, STATUS_USAGE, path,
		    "too long for a Unix-domain socket");
	return 0;
}

/* The winner blocks from now on and sends small lines at once. */
static void
finish(struct race *r, struct net_peer *peer)
{
	int on = 1;

	fcntl(r->fd, F_SETFL, 0);
	if (r->plan->path != NULL) {
		snprintf(peer->address, sizeof peer->address, "%s",
		    r->plan->path);
		return;
	}
	setsockopt(r->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	lookup_text(&r->to[r->winner], peer->address, sizeof peer->address);
	peer->port = r->plan->port;
}

int
net_connect(const struct net_plan *plan, struct net_peer *peer, struct fail *f)
{
	struct race r = { .plan = plan, .fd = -1, .hint = HINTS };
	enum outcome outcome = LOST;
	int64_t began;
	size_t i;

	memset(peer, 0, sizeof *peer);
	r.deadline = plan->timeout > 0 ? clock_ms() + plan->timeout : 0;
	for (i = 0; i <= NET_MOST; i++)
		r.poll[i] = (struct pollfd){ .fd = -1, .events = POLLOUT };
	r.poll[0] = (struct pollfd){ .fd = plan->wake, .events = POLLIN };
	began = clock_us();
	if (prepare(&r, f) == 0) {
		peer->lookup = clock_us() - began;
		outcome = plan->path != NULL ? run_path(&r) : run(&r);
		peer->connect = clock_us() - began - peer->lookup;
		stop(&r, outcome);
		copy_failed(&r.failed, peer->failed, sizeof peer->failed);
		if (outcome == WON)
			finish(&r, peer);
		else
			say(&r, outcome, peer->failed, f);
	}
	buf_free(&r.failed);
	peer->nowhere = r.count == 0 && plan->path == NULL;
	if (outcome != WON)
		errno = outcome == WOKEN ? EINTR : ENOTCONN;
	return r.fd;
}

int
net_ascii(const char *host, char *out, unsigned size, struct fail *f)
{
	const char *why = idn_ascii(host, out, size);

	return why == NULL ? 0 : fail_about(f, STATUS_USAGE, host, why);
}
