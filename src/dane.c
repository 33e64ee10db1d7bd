/* SPDX-License-Identifier: ISC */
/* dane.c - the TLSA records of a host, looked up and sorted. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "dane.h"
#include "dns.h"
#include "fail.h"
#include "text.h"
#include "tls.h"
#include "tlsa.h"

struct dane {
	struct dns_answer answer; /* the records borrow their data from it */
	struct tlsa *usable;
	char *base;
	char *domain;
	struct tlsa_host found;
};

void
dane_free(struct dane *d)
{
	if (d == NULL)
		return;
	dnsmsg_free(&d->answer);
	free(d->usable);
	free(d->base);
	free(d->domain);
	free(d);
}

const struct tlsa_host *
dane_records(const struct dane *d)
{
	return d == NULL ? NULL : &d->found;
}

/* A look-up that failed tells nothing, so nothing is to be trusted. */
static int
ask_dns(const struct dane_ask *ask, const char *name, enum dns_type type,
    struct dns_answer *a, struct fail *f)
{
	struct fail why;

	if (dns_ask(ask->dns, name, type, a, &why) == 0)
		return 0;
	return fail_set(f,
	    why.status == STATUS_NETWORK ? STATUS_TLS : why.status, "DANE: %s",
	    why.text);
}

/* Ask for the records at this base; whether they are any good is not said. */
static int
ask_base(struct dane *d, const struct dane_ask *ask, const char *base,
    struct fail *f)
{
	char owner[TLSA_OWNER_SIZE];

	dnsmsg_free(&d->answer);
	memset(&d->answer, 0, sizeof d->answer);
	tlsa_owner(owner, sizeof owner, ask->port, base);
	free(d->base);
	d->base = xstrdup(base);
	return ask_dns(ask, owner, DNS_TLSA, &d->answer, f);
}

static bool
has_records(const struct dns_answer *a)
{
	return a->authentic && a->n > a->aliases;
}

/*
 * Ask for those of the host that the name is an alias of.  1 if there are
 * any, 0 if not, -1 and a sentence.
 */
static int
ask_alias(struct dane *d, const struct dane_ask *ask, struct fail *f)
{
	struct dns_answer a = { 0 };
	int rc = ask_dns(ask, ask->host, DNS_A, &a, f);

	if (rc == 0 && a.authentic && a.aliases > 0)
		rc = ask_base(d, ask, a.canonical, f);
	dnsmsg_free(&a);
	return rc < 0 ? -1 : has_records(&d->answer);
}

/* Keep those that can be used, or say why there are none. */
static int
sort(struct dane *d, const struct dane_ask *ask, struct fail *f)
{
	const struct dns_answer *a = &d->answer;
	struct buf why = { 0 };
	size_t i;

	d->usable = xmalloc((a->n - a->aliases) * sizeof *d->usable);
	for (i = a->aliases; i < a->n; i++) {
		const struct dns_record *r = &a->records[i];
		struct tlsa t = { r->usage, r->selector, r->matching, r->data,
			r->len };

		buf_clear(&why);
		if (!tlsa_fault(&t, ask->smtp, &why))
			d->usable[d->found.n++] = t;
	}
	if (d->found.n == 0)
		fail_set(f, STATUS_TLS,
		    "DANE: no TLSA record of %s port %u can be used: %.*s",
		    d->base, (unsigned)ask->port, (int)why.len,
		    buf_bytes(&why));
	buf_free(&why);
	return d->found.n > 0 ? 0 : -1;
}

int
dane_refuse(struct fail *f, const char *what, const char *name)
{
	struct buf quoted = { 0 };

	text_quote(&quoted, name, strlen(name), 300);
	fail_set(f, STATUS_TLS,
	    "DANE: %s %.*s: not authenticated (the zone must be signed, and "
	    "the resolver a validating one, on this machine or of --dns "
	    "ADDR)",
	    what, (int)quoted.len, buf_bytes(&quoted));
	buf_free(&quoted);
	return -1;
}

static int
judge(struct dane *d, const struct dane_ask *ask, struct fail *f)
{
	char owner[TLSA_OWNER_SIZE];

	tlsa_owner(owner, sizeof owner, ask->port, d->base);
	if (!d->answer.authentic)
		return dane_refuse(f, "the answer for", owner);
	if (!has_records(&d->answer))
		return fail_set(f, STATUS_TLS,
		    "DANE: there is no TLSA record at %s (--verify=require "
		    "asks for a known issuer instead)",
		    owner);
	return sort(d, ask, f);
}

struct dane *
dane_find(const struct dane_ask *ask, struct fail *f)
{
	struct dane *d = xmalloc(sizeof *d);
	int found;

	memset(d, 0, sizeof *d);
	found = ask_alias(d, ask, f);
	if (found == 0)
		found = ask_base(d, ask, ask->host, f);
	if (found < 0 || judge(d, ask, f) < 0) {
		dane_free(d);
		return NULL;
	}
	if (ask->domain != NULL)
		d->domain = xstrdup(ask->domain);
	d->found.base = d->base;
	d->found.domain = d->domain;
	d->found.records = d->usable;
	return d;
}
