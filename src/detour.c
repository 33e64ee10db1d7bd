/* SPDX-License-Identifier: ISC */
/* detour.c - to a server, through a proxy. */
#include <sys/socket.h>

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ask.h"
#include "buf.h"
#include "clock.h"
#include "detour.h"
#include "fail.h"
#include "hop.h"
#include "lookup.h"
#include "net.h"
#include "proxy.h"
#include "purse.h"
#include "text.h"

/* How much of a name a sentence shows. */
enum { SHOWN = 100, BLOCK = 512 };

/* One connection that is being made. */
struct detour {
	const struct net_plan *plan;
	const struct proxy *proxy;
	struct hop hop;
	char address[LOOKUP_TEXT]; /* the host's, where the proxy wants it */
	struct buf password;
	struct buf place; /* "mail.example port 25 by socks5://proxy:1080" */
	int fd;
	bool heard;       /* the proxy has answered something */
	int64_t began;    /* microseconds */
	int64_t deadline; /* milliseconds; 0: none */
};

static void
write_place(struct detour *d)
{
	const char *host = d->plan->host;

	text_quote(&d->place, host, strlen(host), SHOWN);
	buf_addf(&d->place, " port %u by ", (unsigned)d->plan->port);
	proxy_place(d->proxy, &d->place);
	buf_add(&d->place, "", 1);
}

/* There is no way; errno tells an interruption from the rest. */
static int
refuse(struct detour *d, enum status status, const char *why, struct fail *f)
{
	fail_set(f, status, "cannot connect to %s: %s", buf_bytes(&d->place),
	    why);
	errno = ENOTCONN;
	return -1;
}

/* What goes to a proxy in a line or a string ends neither. */
static bool
is_plain(const char *host)
{
	for (; *host != '\0'; host++) {
		if (*host <= ' ' || *host > '~' || *host == '%')
			return false;
	}
	return true;
}

/* The proxy takes no names: the first IPv4 address has to do. */
static int
look_up(struct detour *d, struct fail *f)
{
	struct lookup want = { .host = d->plan->host,
		.family = AF_INET,
		.numeric = d->plan->numeric,
		.way = d->plan->way };
	struct address found;

	/* What is no IPv4 address at all is refused in better words. */
	if (strchr(d->plan->host, ':') != NULL)
		return 0;
	if (lookup_host(&want, &found, 1, f) < 0)
		return -1;
	lookup_text(&found, d->address, sizeof d->address);
	d->hop.host = d->address;
	return 0;
}

/* "password of alice at socks5://proxy:1080: " */
static void
write_question(const struct proxy *x, struct buf *to)
{
	buf_adds(to, "password of ");
	text_quote(to, x->user, strlen(x->user), SHOWN);
	buf_adds(to, " at ");
	proxy_place(x, to);
	buf_add(to, ": ", 3);
}

/* Ask for it, once for all connections. */
static int
ask_password(struct detour *d, struct fail *f)
{
	struct vars *purse = d->proxy->purse;
	struct buf question = { 0 };
	const char *kept;
	int rc = 0;

	write_question(d->proxy, &question);
	kept = purse_kept(purse, buf_bytes(&question));
	if (kept != NULL)
		buf_adds(&d->password, kept);
	else
		rc = ask(buf_bytes(&question), true, &d->password, f);
	buf_add(&d->password, "", 1);
	if (rc == 0 && kept == NULL)
		purse_keep(purse, buf_bytes(&question),
		    buf_bytes(&d->password));
	buf_free(&question);
	return rc;
}

/* The user's password, a string. */
static int
get_password(struct detour *d, struct fail *f)
{
	const char *given = purse_get(d->proxy->purse, "TELEX_PROXY_PASSWORD");
	struct fail why;

	if (given != NULL) {
		buf_adds(&d->password, given);
		buf_add(&d->password, "", 1);
		return 0;
	}
	if (ask_password(d, &why) == 0)
		return 0;
	return fail_set(f, why.status,
	    "the password of the proxy's user is missing: %s "
	    "(TELEX_PROXY_PASSWORD may hold it)",
	    why.text);
}

/* All that can fail before there is a connection. */
static int
prepare(struct detour *d, struct fail *f)
{
	const struct proxy *x = d->proxy;

	if (d->plan->path != NULL)
		return fail_about(f, STATUS_USAGE, d->plan->path,
		    "no proxy leads to a Unix-domain socket (leave -x out)");
	write_place(d);
	d->hop.host = d->plan->host;
	d->hop.port = d->plan->port;
	if (!is_plain(d->plan->host))
		return refuse(d, STATUS_USAGE,
		    "this name means nothing to a proxy", f);
	if (x->kind->address && look_up(d, f) < 0)
		return -1;
	if (x->user[0] == '\0')
		return 0;
	d->hop.user = x->user;
	if (!x->kind->password)
		return 0;
	if (get_password(d, f) < 0)
		return -1;
	d->hop.password = buf_bytes(&d->password);
	return 0;
}

/* Connect to the proxy itself. */
static int
reach(struct detour *d, struct net_peer *peer, struct fail *f)
{
	struct net_plan plan = *d->plan;
	struct fail why = { .status = STATUS_NETWORK };
	int error;

	plan.host = d->proxy->host;
	plan.port = d->proxy->port;
	d->began = clock_us();
	d->deadline = plan.timeout > 0 ? clock_ms() + plan.timeout : 0;
	d->fd = net_connect(&plan, peer, &why);
	if (d->fd >= 0)
		return 0;
	error = errno;
	/* Of the server's name nothing is known. */
	peer->nowhere = false;
	fail_set(f, why.status, "the proxy is not reached: %s", why.text);
	errno = error;
	return -1;
}

static int
broken(struct detour *d, struct fail *f)
{
	char why[128];

	return refuse(d, STATUS_NETWORK, fail_strerror(errno, why, sizeof why),
	    f);
}

/* Wait for the proxy.  0, or -1 when there is no use in it. */
static int
await(struct detour *d, struct fail *f)
{
	struct pollfd p[2] = {
		{ d->fd, POLLIN, 0 },
		{ d->plan->wake, POLLIN, 0 },
	};
	int64_t left = d->deadline == 0 ? -1 : d->deadline - clock_ms();
	char why[80];

	if (d->hop.say.len > 0)
		p[0].events |= POLLOUT;
	if (left > INT_MAX)
		left = INT_MAX;
	if ((d->deadline != 0 && left <= 0) || poll(p, 2, (int)left) == 0) {
		snprintf(why, sizeof why, "no answer in %g s (%s)",
		    d->plan->timeout / 1000.0,
		    d->heard ? "does the server answer the proxy?" :
			       "is it a proxy of this kind?");
		return refuse(d, STATUS_TIMEOUT, why, f);
	}
	if (p[1].revents == 0)
		return 0;
	fail_set(f, STATUS_NETWORK, "interrupted while connecting to %s",
	    buf_bytes(&d->place));
	errno = EINTR;
	return -1;
}

/* What the proxy is to be told goes out, as far as it is taken. */
static int
tell(struct detour *d, struct fail *f)
{
	struct buf *say = &d->hop.say;
	ssize_t put;

	if (say->len == 0)
		return 0;
	put =
	    send(d->fd, buf_bytes(say), say->len, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (put >= 0)
		buf_drop(say, (size_t)put);
	else if (errno != EAGAIN && errno != EINTR)
		return broken(d, f);
	return 0;
}

/* Read what was only looked at before: n bytes that are there. */
static void
swallow(struct detour *d, size_t n)
{
	char gone[BLOCK];

	while (n > 0) {
		ssize_t got = recv(d->fd, gone, n, 0);

		if (got > 0)
			n -= (size_t)got;
		else if (got == 0 || errno != EINTR)
			return;
	}
}

/*
 * Deal with what is there.  The server's words may stand behind the proxy's
 * answer, so that no more is read than belongs to it.
 */
static int
listen_to(struct detour *d, enum hop_says *says, struct fail *f)
{
	char block[BLOCK];
	const char *p = block;
	ssize_t got = recv(d->fd, block, sizeof block, MSG_PEEK | MSG_DONTWAIT);
	size_t n = got > 0 ? (size_t)got : 0;
	char why[80];

	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (got < 0)
		return broken(d, f);
	if (got == 0) {
		snprintf(why, sizeof why,
		    "the proxy closed the connection (is it one for %s?)",
		    d->proxy->kind->name);
		return refuse(d, STATUS_NETWORK, why, f);
	}
	d->heard = true;
	*says = d->proxy->kind->step(&d->hop, &p, &n);
	swallow(d, (size_t)(p - block));
	return 0;
}

static int
talk(struct detour *d, struct fail *f)
{
	const char *p = "";
	size_t n = 0;
	enum hop_says says = d->proxy->kind->step(&d->hop, &p, &n);

	while (
	    says != HOP_REFUSED && (says == HOP_MORE || d->hop.say.len > 0)) {
		if (tell(d, f) < 0)
			return -1;
		if (says == HOP_OPEN && d->hop.say.len == 0)
			break;
		if (await(d, f) < 0)
			return -1;
		if (says == HOP_MORE && listen_to(d, &says, f) < 0)
			return -1;
	}
	if (says == HOP_OPEN)
		return 0;
	buf_add(&d->hop.why, "", 1);
	return refuse(d, STATUS_NETWORK, buf_bytes(&d->hop.why), f);
}

/* Whoever asks for the peer is told of the proxy: no more is known.  The time
 * that the proxy took is that of connecting. */
static void
describe(struct detour *d, struct net_peer *peer)
{
	struct buf text = { 0 };

	peer->connect = clock_us() - d->began - peer->lookup;
	buf_adds(&text, "by ");
	proxy_place(d->proxy, &text);
	buf_add(&text, "", 1);
	snprintf(peer->address, sizeof peer->address, "%s", buf_bytes(&text));
	peer->port = d->plan->port;
	buf_free(&text);
}

int
detour_connect(const struct net_plan *plan, const struct proxy *proxy,
    struct net_peer *peer, struct fail *f)
{
	struct detour d = { .plan = plan, .proxy = proxy, .fd = -1 };
	int error = ENOTCONN;
	bool done = false;

	if (proxy->kind == NULL)
		return net_connect(plan, peer, f);
	memset(peer, 0, sizeof *peer);
	if (prepare(&d, f) == 0) {
		done = reach(&d, peer, f) == 0 && talk(&d, f) == 0;
		error = errno;
	}
	if (d.hop.denied)
		purse_forget(proxy->purse);
	if (done) {
		describe(&d, peer);
	} else if (d.fd >= 0) {
		close(d.fd);
		d.fd = -1;
	}
	hop_free(&d.hop);
	buf_free(&d.password);
	buf_free(&d.place);
	errno = error;
	return d.fd;
}
