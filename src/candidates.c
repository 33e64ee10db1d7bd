/* SPDX-License-Identifier: ISC */
/* candidates.c - MX and SRV records, as places to go. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "buf.h"
#include "candidates.h"
#include "chance.h"
#include "dns.h"
#include "dnsmsg.h"
#include "dnstext.h"
#include "fail.h"
#include "rank.h"

/* A domain with more servers than that is up to no good. */
enum { MOST = 32 };

/* Schemes whose service has another name, or none.  The others' are those of
 * RFC 6186, RFC 8314, section 5.1, RFC 5804, section 1.8, and so on. */
static const struct {
	const char *scheme, *service;
} services[] = {
	{ "tcp", NULL },
	{ "tls", NULL },
	{ "smtp", NULL },
	{ "smtps", NULL },
	{ "lmtp", NULL },
	{ "xmpp", "xmpp-client" },
	{ "xmpps", "xmpps-client" },
};

const char *
candidates_service(const char *scheme)
{
	size_t i;

	for (i = 0; i < sizeof services / sizeof services[0]; i++) {
		if (strcasecmp(services[i].scheme, scheme) == 0)
			return services[i].service;
	}
	return scheme;
}

static void
add(struct candidates *c, const char *host, uint16_t port, uint16_t priority)
{
	if (c->list == NULL)
		c->list = xmalloc(MOST * sizeof *c->list);
	c->list[c->n++] = (struct candidate){ xstrdup(host), port, priority };
}

static bool
is_root(const struct dns_record *r)
{
	return strcmp(r->host, ".") == 0;
}

/* What is a host's name of the records; false if the only one is ".". */
static bool
add_all(struct candidates *c, const struct dns_record *list, size_t n)
{
	size_t i;

	if (n == 1 && is_root(&list[0]))
		return false;
	for (i = 0; i < n; i++) {
		if (!dnstext_is_host(list[i].host) ||
		    (list[i].type == DNS_SRV && list[i].port == 0))
			c->odd++;
		else if (c->n == MOST)
			c->left++;
		else
			add(c, list[i].host, list[i].port, list[i].priority);
	}
	return true;
}

/* The last word, once there was an answer. */
static int
finish(struct candidates *c, struct dns_answer *a, const char *domain,
    const char *why, struct fail *f)
{
	if (why == NULL && c->n == 0)
		why = "its records name no host";
	dnsmsg_free(a);
	if (why == NULL)
		return 0;
	candidates_free(c);
	return fail_about(f, STATUS_NETWORK, domain, why);
}

int
candidates_mx(const struct dns_plan *plan, const char *domain,
    struct candidates *c, struct fail *f)
{
	const struct rank_dice dice = { chance_below, NULL };
	const char *why = NULL;
	struct dns_answer a;
	size_t n;

	*c = (struct candidates){ .n = 0 };
	if (dns_ask(plan, domain, DNS_MX, &a, f) < 0)
		return -1;
	n = a.n - a.aliases;
	c->authentic = a.authentic;
	rank_mx(a.records + a.aliases, n, &dice);
	if (a.rcode != DNS_NOERROR) {
		why = "there is no such domain (is it spelt right?)";
	} else if (n == 0 && dnstext_is_host(a.canonical)) {
		c->implicit = true;
		add(c, a.canonical, 0, 0);
	} else if (!add_all(c, a.records + a.aliases, n)) {
		why = "the domain accepts no mail, it says (null MX, "
		      "RFC 7505)";
	}
	return finish(c, &a, domain, why, f);
}

int
candidates_srv(const struct dns_plan *plan, const char *service,
    const char *domain, struct candidates *c, struct fail *f)
{
	const struct rank_dice dice = { chance_below, NULL };
	char name[DNS_NAME_SIZE], why[160] = "";
	struct dns_answer a;
	size_t n;

	*c = (struct candidates){ .n = 0 };
	snprintf(name, sizeof name, "_%s._tcp.%s", service, domain);
	if (dns_ask(plan, name, DNS_SRV, &a, f) < 0)
		return -1;
	n = a.n - a.aliases;
	c->authentic = a.authentic;
	rank_srv(a.records + a.aliases, n, &dice);
	if (n == 0)
		snprintf(why, sizeof why,
		    "the domain does not say where its %s is (no SRV record "
		    "_%s._tcp; without --srv, a host is named)",
		    service, service);
	else if (!add_all(c, a.records + a.aliases, n))
		snprintf(why, sizeof why,
		    "the domain offers no %s, it says (SRV record _%s._tcp)",
		    service, service);
	return finish(c, &a, domain, why[0] == '\0' ? NULL : why, f);
}

void
candidates_free(struct candidates *c)
{
	size_t i;

	for (i = 0; i < c->n; i++)
		free(c->list[i].host);
	free(c->list);
	*c = (struct candidates){ .n = 0 };
}

void
candidates_list(struct buf *to, const struct candidates *c)
{
	size_t i;

	for (i = 0; i < c->n; i++) {
		buf_addf(to, "%s%s", i > 0 ? ", " : "", c->list[i].host);
		if (c->list[i].port != 0)
			buf_addf(to, " port %u", (unsigned)c->list[i].port);
		if (!c->implicit)
			buf_addf(to, " (%u)", (unsigned)c->list[i].priority);
	}
}
