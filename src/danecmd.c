/* SPDX-License-Identifier: ISC */
/* danecmd.c - local commands about what a domain publishes. */
#include <stdio.h>
#include <string.h>

#include "craft.h"
#include "dane.h"
#include "danecmd.h"
#include "dnstext.h"
#include "fail.h"
#include "namecmd.h"
#include "protos.h"
#include "publish.h"
#include "session.h"
#include "sts.h"
#include "surety.h"
#include "tlsa.h"

/* One record: of what it is, or that it is of nothing here. */
static void
compare(struct session *s, const struct tlsa *t, const char *before,
    struct buf *to)
{
	bool smtp = s->dialog.proto == protos_find("smtp");
	struct buf why = { 0 };
	int depth;

	buf_adds(to, before);
	tlsa_text(to, t);
	if (tlsa_fault(t, smtp, &why)) {
		buf_adds(to, ": no use, ");
		buf_add(to, buf_bytes(&why), why.len);
	} else if ((depth = publish_match(s->wire.ssl, t)) < 0) {
		buf_adds(to, ": not true of this chain");
	} else if (depth == 0) {
		buf_adds(to, ": true of the server's certificate");
	} else {
		buf_addf(to, ": true of certificate %d of the chain", depth);
	}
	buf_adds(to, "\n");
	buf_free(&why);
}

/* What the chain would need, and what there is. */
static void
list(struct session *s, struct buf *to)
{
	const struct tlsa_host *d = dane_records(s->dane);
	const char *base = d != NULL ? d->base : surety_base(s);
	char owner[TLSA_OWNER_SIZE];
	size_t i;

	tlsa_owner(owner, sizeof owner, s->port == 0 ? 25 : s->port,
	    base == NULL ? "NAME" : base);
	publish_lines(s->wire.ssl, owner, to);
	for (i = 0; d != NULL && i < d->n; i++)
		compare(s, &d->records[i], "; published: ", to);
}

/* A number first and more words behind it are no place. */
static bool
is_like_record(const char *arg)
{
	size_t n = strspn(arg, "0123456789");

	return n > 0 && (arg[n] == ' ' || arg[n] == '\t');
}

void
danecmd_tlsa(struct command *c, const char *arg)
{
	struct session *s = c->s;
	struct buf text = { 0 }, data = { 0 };
	struct tlsa t;
	bool record = tlsa_read(&t, &data, arg) == 0;

	if (record && !wire_is_tls(&s->wire))
		outlet_error(&s->out, "tlsa: this connection has no TLS");
	else if (record)
		compare(s, &t, "; ", &text);
	else if (arg[0] == '\0' && wire_is_tls(&s->wire))
		list(s, &text);
	else if (is_like_record(arg))
		outlet_error(&s->out,
		    "tlsa: that is no record: it has three numbers of at "
		    "most 255 and hexadecimal digits in pairs, as in "
		    "3 1 1 HEX");
	else
		namecmd_tlsa(c, arg);
	if (text.len > 0)
		outlet_text(&s->out, buf_bytes(&text), text.len);
	buf_free(&text);
	buf_free(&data);
}

/* --- MTA-STS --- */

/* What the one record says. */
static void
tell_policy(struct session *s, const char *domain, const struct dns_record *r)
{
	const char *p = (const char *)r->data;
	struct buf why = { 0 };
	struct sts sts;

	if (sts_read(&sts, p, r->len, &why))
		outlet_note(&s->out, 0,
		    "the policy of today is %.*s: fetch "
		    "https://mta-sts.%s/.well-known/mta-sts.txt",
		    (int)sts.len, sts.id, domain);
	else
		outlet_warning(&s->out,
		    "the record is ill-formed: %.*s; so there is no policy "
		    "(RFC 8461, 3.1)",
		    (int)why.len, buf_bytes(&why));
	buf_free(&why);
}

/* Records of other kinds at this name do not count (RFC 8461, 3.1). */
static void
tell_records(struct session *s, const char *domain, const struct dns_answer *a)
{
	const struct dns_record *one = NULL;
	struct buf lines = { 0 };
	size_t i, n = 0;

	for (i = 0; i < a->n; i++) {
		const struct dns_record *r = &a->records[i];

		dnstext_line(&lines, r);
		if (i < a->aliases || !sts_is((const char *)r->data, r->len))
			continue;
		one = r;
		n++;
	}
	if (lines.len > 0)
		outlet_text(&s->out, buf_bytes(&lines), lines.len);
	buf_free(&lines);
	if (n == 1)
		tell_policy(s, domain, one);
	else if (n == 0)
		outlet_note(&s->out, 0,
		    "%s announces no MTA-STS policy: _mta-sts.%s has no TXT "
		    "record that begins with \"v=STSv1;\"",
		    domain, domain);
	else
		outlet_warning(&s->out,
		    "%zu records of MTA-STS where one may be: so there is no "
		    "policy (RFC 8461, 3.1)",
		    n);
}

void
danecmd_sts(struct command *c, const char *arg)
{
	struct session *s = c->s;
	struct dns_answer a;
	char domain[256], name[sizeof domain + 16];
	struct fail f;
	size_t n;

	if (arg[0] == '\0') {
		outlet_error(&s->out, "sts: which domain? (sts DOMAIN)");
		return;
	}
	if (namecmd_is_address(s, "sts", arg))
		return;
	if (net_ascii(arg, domain, sizeof domain, &f) < 0) {
		outlet_error(&s->out, "sts: %s", f.text);
		return;
	}
	/* A last dot says only that the name is complete. */
	n = strlen(domain);
	if (n > 1 && domain[n - 1] == '.')
		domain[n - 1] = '\0';
	snprintf(name, sizeof name, "_mta-sts.%s", domain);
	if (namecmd_ask(s, name, DNS_TXT, &a) < 0)
		return;
	tell_records(s, domain, &a);
	dnsmsg_free(&a);
}
