/* SPDX-License-Identifier: ISC */
/* surety.c - who answers for a server's certificate. */
#include "surety.h"
#include "dane.h"
#include "dns.h"
#include "fail.h"
#include "options.h"
#include "protos.h"
#include "session.h"
#include "signals.h"
#include "target.h"
#include "tlsa.h"

const char *
surety_base(const struct session *s)
{
	const struct options *o = s->opt;
	/* Of a service s->ascii may be the domain (RFC 6186, section 6). */
	const char *host = o->service != NULL ? s->host : s->ascii;

	if (o->unix_path != NULL)
		return NULL;
	return target_is_address(host) ? o->tls_plan.verify_name : host;
}

/* How many records there are, for those who want to know. */
static void
found_note(struct session *s)
{
	const struct tlsa_host *d = dane_records(s->dane);

	outlet_note(&s->out, 1,
	    "%zu usable TLSA record%s of %s port %u, vouched for by DNSSEC",
	    d->n, d->n == 1 ? "" : "s", d->base, (unsigned)s->port);
}

/* The records of this host, as its protocol has it. */
static int
ask(struct session *s, const char *host, const char *domain)
{
	const struct options *o = s->opt;
	struct dns_plan dns = { o->dns, o->connect_timeout, signals_fd() };
	struct dane_ask what = { .dns = &dns,
		.host = host,
		.domain = domain,
		.port = s->port,
		.smtp = o->proto == NULL || o->proto == protos_find("smtp") };

	s->dane = dane_find(&what, &s->why);
	if (s->dane == NULL)
		return -1;
	s->plan.dane = dane_records(s->dane);
	found_note(s);
	return 0;
}

/* DNS has named the host: whoever can forge that can name one of his. */
static int
ask_named(struct session *s, const char *host)
{
	const struct options *o = s->opt;
	char domain[sizeof s->ascii];

	if (!s->authentic)
		return dane_refuse(&s->why,
		    o->by_mx ? "the mail exchangers of" : "the servers of",
		    o->target.host);
	if (net_ascii(o->target.host, domain, sizeof domain, &s->why) < 0)
		return -1;
	return ask(s, host, domain);
}

void
surety_begin(struct session *s)
{
	dane_free(s->dane);
	s->dane = NULL;
	s->plan = s->opt->tls_plan;
	s->plan.want_dane = s->opt->verify == VERIFY_DANE;
}

int
surety_find(struct session *s)
{
	const struct options *o = s->opt;
	const char *host = surety_base(s);

	if (!s->plan.want_dane)
		return 0;
	if (host == NULL && o->unix_path != NULL)
		return fail_set(&s->why, STATUS_USAGE,
		    "DANE: a path has no TLSA records");
	if (host == NULL)
		return fail_set(&s->why, STATUS_USAGE,
		    "DANE: %s is an address, which has no TLSA records "
		    "(--verify-name NAME says whose it is)",
		    s->ascii);
	return o->by_mx || o->service != NULL ? ask_named(s, host) :
						ask(s, host, NULL);
}
