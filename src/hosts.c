/* SPDX-License-Identifier: ISC */
/* hosts.c - A and AAAA, asked for one after the other. */
#include <sys/socket.h>

#include <errno.h>
#include <stdint.h>

#include "clock.h"
#include "dns.h"
#include "dnsmsg.h"
#include "dnstext.h"
#include "fail.h"
#include "hosts.h"
#include "lookup.h"
#include "target.h"

/* What a family's addresses are called in DNS, in the order of asking. */
static const struct {
	int family;
	enum dns_type type;
} kinds[] = {
	{ AF_INET6, DNS_AAAA },
	{ AF_INET, DNS_A },
};

/* The addresses of an answer, behind n others. */
static int
copy(const struct dns_answer *a, struct address *list, int n, int most)
{
	size_t i;

	for (i = a->aliases; i < a->n && n < most; i++)
		n += lookup_address(a->records[i].address, &list[n]);
	return n;
}

/* What a question has of the time: half of the rest when another follows. */
static int
share(int64_t until, bool last)
{
	int64_t left = until - clock_ms();

	if (!last)
		left /= 2;
	return left < 1 ? 1 : (int)left;
}

int
hosts_ask(const struct lookup *l, struct address *list, int most,
    struct fail *f)
{
	struct lookup own = *l;
	const struct dns_plan *whole = l->way->plan;
	struct dns_plan plan = *whole;
	int64_t until = clock_ms() + whole->timeout;
	struct dns_answer a;
	bool failed = false;
	size_t i;
	int n = 0;

	own.way = NULL;
	if (target_is_loopback(l->host))
		return lookup_host(&own, list, most, f);
	fail_about(f, STATUS_NETWORK, l->host, lookup_none(l->family));
	for (i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		if (l->family != AF_UNSPEC && l->family != kinds[i].family)
			continue;
		if (whole->timeout > 0)
			plan.timeout =
			    share(until, i > 0 || l->family != AF_UNSPEC);
		if (dns_ask(&plan, l->host, kinds[i].type, &a, f) < 0) {
			if (errno == EINTR)
				return -1;
			failed = true;
			continue;
		}
		n = copy(&a, list, n, most);
		if (a.rcode != DNS_NOERROR && !failed)
			fail_about(f, STATUS_NETWORK, l->host,
			    dnstext_words(a.rcode));
		dnsmsg_free(&a);
	}
	return n > 0 ? n : -1;
}
