/* SPDX-License-Identifier: ISC */
/* route.c - from a target to a socket. */
#include <sys/socket.h>

#include <netinet/in.h>
#include <netinet/tcp.h>

#include <stdio.h>
#include <unistd.h>

#include "detour.h"
#include "dns.h"
#include "herald.h"
#include "hosts.h"
#include "lookup.h"
#include "negotiate.h"
#include "net.h"
#include "options.h"
#include "proxy.h"
#include "route.h"
#include "seek.h"
#include "session.h"
#include "signals.h"
#include "surety.h"

/* Did any option speak of TLS?  Without one nothing of it is initialised. */
static bool
tls_is_wanted(const struct options *o)
{
	const struct tls_plan *p = &o->tls_plan;

	return o->tls || o->starttls || p->cafile != NULL ||
	    p->capath != NULL || p->cert != NULL || p->key != NULL ||
	    p->pin != NULL || p->alpn != NULL || p->nopts > 0 ||
	    p->resume != NULL || o->verify == VERIFY_DANE;
}

/*
 * A person may think for hours, and a router in between forgets connections
 * that are silent for some minutes; this also tells of a server that has gone.
 */
static void
keep_alive(int fd)
{
	int on = 1;

	setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
#ifdef TCP_KEEPIDLE
	{
		int seconds = 240;

		setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &seconds,
		    sizeof seconds);
	}
#endif
}

/* What a proxy in front of the server would say goes before all else. */
static int
announce(struct session *s, int fd)
{
	struct buf words = { 0 };
	int rc = herald_send(fd, &s->opt->preface, &words, &s->why);

	if (rc == 0)
		outlet_note(&s->out, 2, "sent before all else: %s",
		    buf_bytes(&words));
	else
		close(fd);
	buf_free(&words);
	return rc;
}

/* One place, named by the plan, through a proxy or not. */
static int
connect_to(struct session *s, const struct net_plan *plan)
{
	const struct options *o = s->opt;
	struct net_plan own = *plan;
	struct proxy proxy = o->proxy;
	int fd;

	if (plan->path == NULL &&
	    net_ascii(plan->host, s->ascii, sizeof s->ascii, &s->why) < 0)
		return -1;
	/* What goes to a proxy is ASCII. */
	if (o->proxy.kind != NULL && plan->path == NULL)
		own.host = s->ascii;
	proxy.purse = o->purse;
	fd = detour_connect(&own, &proxy, &s->peer, &s->why);
	if (fd >= 0 && o->preface.version != 0 && announce(s, fd) < 0)
		return -1;
	return fd;
}

/*
 * Whoever goes through a proxy may not want to be seen asking for names.  A
 * proxy looks up addresses alone, so that other records are asked from here.
 */
static void
names_note(struct session *s)
{
	const struct options *o = s->opt;
	const char *kind = o->by_mx ? "MX" : o->service != NULL ? "SRV" : "";
	bool dane = s->plan.want_dane;

	if (o->proxy.kind != NULL && (kind[0] != '\0' || dane))
		outlet_note(&s->out, 0,
		    "%s%s%s records are asked for from here, not through the "
		    "proxy",
		    kind, kind[0] != '\0' && dane ? " and " : "",
		    dane ? "TLSA" : "");
}

/* The target itself, or what DNS names for it. */
static int
connect_all(struct session *s, const struct net_plan *plan)
{
	const struct options *o = s->opt;
	int fd;

	names_note(s);
	s->authentic = false;
	snprintf(s->host, sizeof s->host, "%s", o->target.host);
	s->port = o->port;
	if (o->by_mx || o->service != NULL)
		return seek_connect(s, plan, connect_to);
	fd = connect_to(s, plan);
	if (fd < 0 && s->peer.nowhere && s->why.status == STATUS_NETWORK)
		seek_hint(s, plan);
	return fd;
}

int
route_open(struct session *s)
{
	const struct options *o = s->opt;
	struct dns_plan dns = { o->dns, o->connect_timeout, signals_fd() };
	struct lookup_way way = { hosts_ask, &dns };
	struct net_plan plan = {
		.host = o->target.host,
		.path = o->unix_path,
		.port = o->port,
		.family = o->family,
		.numeric = o->numeric,
		.source = o->source,
		.source_port = o->source_port,
		.timeout = o->connect_timeout,
		.wake = signals_fd(),
		.way = o->dns == NULL ? NULL : &way,
	};
	int fd;

	/* What is wrong with a TLS option is said before anything is sent. */
	surety_begin(s);
	if (tls_is_wanted(o) && wire_prepare(&s->wire, &s->plan, &s->why) < 0) {
		session_fail(s, s->why.status, "%s", s->why.text);
		return -1;
	}
	fd = connect_all(s, &plan);
	if (fd >= 0 && surety_find(s) < 0) {
		close(fd);
		fd = -1;
	}
	if (fd >= 0) {
		if (o->unix_path == NULL)
			keep_alive(fd);
		wire_open(&s->wire, fd);
		negotiate_begin(s);
		return 0;
	}
	/* The next host may have other options. */
	wire_close(&s->wire);
	session_fail(s, s->why.status, "%s", s->why.text);
	return -1;
}
