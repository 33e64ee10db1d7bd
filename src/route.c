/* SPDX-License-Identifier: ISC */
/* route.c - from a target to a socket. */
#include "route.h"
#include "net.h"
#include "options.h"
#include "session.h"
#include "signals.h"

/* Did any option speak of TLS?  Without one nothing of it is initialised. */
static bool
tls_is_wanted(const struct options *o)
{
	const struct tls_plan *p = &o->tls_plan;

	return o->tls || o->starttls || p->cafile != NULL ||
	    p->capath != NULL || p->cert != NULL || p->key != NULL ||
	    p->pin != NULL || p->alpn != NULL || p->nopts > 0;
}

int
route_open(struct session *s)
{
	const struct options *o = s->opt;
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
	};
	int fd;

	/* What is wrong with a TLS option is said before anything is sent. */
	if (tls_is_wanted(o) &&
	    wire_prepare(&s->wire, &o->tls_plan, &s->why) < 0) {
		session_fail(s, s->why.status, "%s", s->why.text);
		return -1;
	}
	fd = o->unix_path == NULL &&
		net_ascii(plan.host, s->ascii, sizeof s->ascii, &s->why) < 0 ?
	    -1 :
	    net_connect(&plan, &s->peer, &s->why);
	if (fd >= 0) {
		wire_open(&s->wire, fd);
		return 0;
	}
	session_fail(s, s->why.status, "%s", s->why.text);
	return -1;
}
