/* SPDX-License-Identifier: ISC */
/* seek.c - MX and SRV: the first server that takes the connection. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "buf.h"
#include "candidates.h"
#include "clock.h"
#include "dns.h"
#include "fail.h"
#include "net.h"
#include "options.h"
#include "seek.h"
#include "session.h"

/* For what nobody asked for, milliseconds. */
enum { HINT_TIME = 3000 };

static struct dns_plan
dns_plan(const struct session *s, const struct net_plan *plan)
{
	return (struct dns_plan){ s->opt->dns, plan->timeout, plan->wake };
}

/* Notes that a person gets, and a script under -v. */
static int
level(const struct session *s)
{
	return s->person ? 0 : 1;
}

/* What was found, in one line. */
static void
found_note(struct session *s, const struct candidates *c)
{
	const struct options *o = s->opt;
	struct buf list = { 0 };

	candidates_list(&list, c);
	buf_add(&list, "", 1);
	if (c->implicit)
		outlet_note(&s->out, level(s),
		    "%s has no MX record: its mail goes to the host itself",
		    buf_bytes(&list));
	else
		outlet_note(&s->out, level(s), "%s of %s: %s%s",
		    o->service != NULL ? o->service : "mail exchangers",
		    s->ascii, buf_bytes(&list),
		    c->authentic ? "; vouched for by DNSSEC" : "");
	buf_free(&list);
	if (c->odd > 0)
		outlet_warning(&s->out,
		    "%zu record%s passed over: no host has such a name", c->odd,
		    c->odd == 1 ? "" : "s");
	if (c->left > 0)
		outlet_warning(&s->out,
		    "%zu more server%s named there: the first %zu are tried "
		    "at most",
		    c->left, c->left == 1 ? " is" : "s are", c->n);
}

/*
 * The name that the certificate is to bear.  A mail exchanger's is its own
 * (RFC 7672, 2.2.3: without DNSSEC that proves little).  Of a service it is
 * the domain, unless the host's name is vouched for (RFC 6186, section 6).
 */
static void
name_note(struct session *s, const struct candidates *c)
{
	const struct options *o = s->opt;
	bool tls = o->tls || o->starttls;

	if (o->tls_plan.verify_name != NULL || c->authentic)
		return;
	if (o->service == NULL)
		outlet_note(&s->out, 1,
		    "this name is DNS's word alone, without DNSSEC: a "
		    "certificate for it proves no more");
	else
		outlet_note(&s->out, tls ? level(s) : 1,
		    "a certificate is to bear %s, the name that you gave "
		    "(--verify-name %s trusts DNS for it)",
		    s->ascii, s->host);
}

/* Which one is tried now, for each may take all the time that there is. */
static void
next_note(struct session *s, const struct candidates *c, size_t i)
{
	const char *host = c->list[i].host;

	if (i > 0)
		outlet_note(&s->out, level(s), "%s: on to %s (%zu of %zu)",
		    s->why.text, host, i + 1, c->n);
	else if (c->n > 1)
		outlet_note(&s->out, level(s), "trying %s (1 of %zu)", host,
		    c->n);
	outlet_flush(&s->out);
}

/* One after the other; how it went with each is said. */
static int
try_all(struct session *s, const struct net_plan *plan,
    const struct candidates *c, seek_try *attempt)
{
	char domain[sizeof s->ascii];
	struct net_plan own = *plan;
	size_t i;
	int fd = -1;

	memcpy(domain, s->ascii, sizeof domain);
	errno = 0;
	for (i = 0; fd < 0 && i < c->n && errno != EINTR; i++) {
		next_note(s, c, i);
		own.host = c->list[i].host;
		if (c->list[i].port != 0)
			own.port = c->list[i].port;
		snprintf(s->host, sizeof s->host, "%s", own.host);
		s->port = own.port;
		fd = attempt(s, &own);
	}
	if (s->opt->service != NULL && !c->authentic)
		memcpy(s->ascii, domain, sizeof domain);
	return fd;
}

int
seek_connect(struct session *s, const struct net_plan *plan, seek_try *attempt)
{
	struct dns_plan dns = dns_plan(s, plan);
	const char *service = s->opt->service;
	int64_t began = clock_us(), took;
	struct candidates c;
	int fd, error;

	if (net_ascii(plan->host, s->ascii, sizeof s->ascii, &s->why) < 0)
		return -1;
	if ((service == NULL ?
		    candidates_mx(&dns, s->ascii, &c, &s->why) :
		    candidates_srv(&dns, service, s->ascii, &c, &s->why)) < 0)
		return -1;
	took = clock_us() - began;
	found_note(s, &c);
	fd = try_all(s, plan, &c, attempt);
	error = errno;
	s->authentic = c.authentic;
	s->peer.lookup += took;
	if (fd >= 0)
		name_note(s, &c);
	candidates_free(&c);
	errno = error;
	return fd;
}

void
seek_hint(struct session *s, const struct net_plan *plan)
{
	struct dns_plan dns = dns_plan(s, plan);
	struct buf list = { 0 };
	struct candidates c;
	struct fail ignored;
	size_t n = strlen(s->why.text);

	if (plan->numeric || strchr(s->ascii, '.') == NULL)
		return;
	dns.timeout = HINT_TIME;
	if (candidates_mx(&dns, s->ascii, &c, &ignored) < 0)
		return;
	if (!c.implicit) {
		candidates_list(&list, &c);
		snprintf(s->why.text + n, sizeof s->why.text - n,
		    "; its mail goes to %.*s (telex -m %s)",
		    list.len > 200 ? 200 : (int)list.len, buf_bytes(&list),
		    s->ascii);
	}
	buf_free(&list);
	candidates_free(&c);
}
