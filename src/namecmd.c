/* SPDX-License-Identifier: ISC */
/* namecmd.c - records of DNS, as dig shows them. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "chance.h"
#include "craft.h"
#include "dns.h"
#include "dnstext.h"
#include "fail.h"
#include "namecmd.h"
#include "options.h"
#include "rank.h"
#include "session.h"
#include "signals.h"
#include "surety.h"
#include "target.h"
#include "text.h"

/* The services of a mail domain (RFC 6186, RFC 8314, 5.1; RFC 5804). */
static const char *const services[] = { "submissions", "submission", "imaps",
	"imap", "pop3s", "pop3", "sieve" };

/* ^C has ended the look-up, and that is all that it was to end. */
static void
swallow_interrupt(void)
{
	int others[8], signo, n = 0;

	while ((signo = signals_next()) != 0) {
		if (signo != SIGINT && n < 8)
			others[n++] = signo;
	}
	while (n > 0)
		raise(others[--n]);
}

int
namecmd_ask(struct session *s, const char *name, enum dns_type type,
    struct dns_answer *a)
{
	struct dns_plan plan = { s->opt->dns, s->opt->connect_timeout,
		signals_fd() };
	struct fail f;

	outlet_flush(&s->out);
	if (dns_ask(&plan, name, type, a, &f) == 0)
		return 0;
	if (errno == EINTR)
		swallow_interrupt();
	outlet_error(&s->out, "%s", f.text);
	return -1;
}

/* In the order in which connections would be tried. */
static void
sort(struct dns_answer *a, enum dns_type type)
{
	const struct rank_dice dice = { chance_below, NULL };
	struct dns_record *list = a->records + a->aliases;

	if (type == DNS_MX)
		rank_mx(list, a->n - a->aliases, &dice);
	else if (type == DNS_SRV)
		rank_srv(list, a->n - a->aliases, &dice);
}

/* The records from the i-th on, and whether their signatures are good. */
static void
show(struct session *s, const struct dns_answer *a, size_t i)
{
	struct buf text = { 0 };

	if (i >= a->n)
		return;
	for (; i < a->n; i++)
		dnstext_line(&text, &a->records[i]);
	outlet_text(&s->out, buf_bytes(&text), text.len);
	buf_free(&text);
	outlet_note(&s->out, a->authentic ? 0 : 1, "%svouched for by DNSSEC",
	    a->authentic ? "" : "not ");
}

static void
show_nothing(struct session *s, const char *name, const char *what, int rcode)
{
	struct fail f;
	char why[64];

	snprintf(why, sizeof why, "no %s record", what);
	fail_about(&f, STATUS_NETWORK, name,
	    rcode == DNS_NOERROR ? why : dnstext_words(rcode));
	outlet_error(&s->out, "%s", f.text);
}

/* One question, and all that is known of it. */
static void
look_up(struct command *c, const char *name, enum dns_type type)
{
	struct dns_answer a;

	if (namecmd_ask(c->s, name, type, &a) < 0)
		return;
	sort(&a, type);
	show(c->s, &a, 0);
	if (a.n == a.aliases)
		show_nothing(c->s, name, dnstext_type(type), a.rcode);
	dnsmsg_free(&a);
}

/* Is there an argument?  If not, say what it is. */
static bool
has_arg(struct command *c, const char *arg, const char *usage)
{
	if (arg[0] == '\0')
		outlet_error(&c->s->out, "%s", usage);
	return arg[0] != '\0';
}

bool
namecmd_is_address(struct session *s, const char *command, const char *arg)
{
	bool is = target_is_address(arg);

	if (is)
		outlet_error(&s->out,
		    "%s: %s is an address, and has no such records", command,
		    arg);
	return is;
}

void
namecmd_a(struct command *c, const char *arg)
{
	struct dns_answer four, six;

	if (!has_arg(c, arg, "a: name a host: a NAME") ||
	    namecmd_is_address(c->s, "a", arg) ||
	    namecmd_ask(c->s, arg, DNS_A, &four) < 0)
		return;
	show(c->s, &four, 0);
	if (four.rcode == DNS_NOERROR &&
	    namecmd_ask(c->s, arg, DNS_AAAA, &six) == 0) {
		/* The aliases have been shown. */
		show(c->s, &six, six.aliases);
		if (four.n == four.aliases && six.n == six.aliases)
			show_nothing(c->s, arg, "A or AAAA", DNS_NOERROR);
		dnsmsg_free(&six);
	} else if (four.rcode != DNS_NOERROR) {
		show_nothing(c->s, arg, "A", four.rcode);
	}
	dnsmsg_free(&four);
}

void
namecmd_mx(struct command *c, const char *arg)
{
	if (has_arg(c, arg, "mx: name a domain: mx DOMAIN") &&
	    !namecmd_is_address(c->s, "mx", arg))
		look_up(c, arg, DNS_MX);
}

/* All that a client for mail would ask a domain for. */
static void
look_up_services(struct command *c, const char *domain)
{
	char name[DNS_NAME_SIZE];
	struct dns_answer a;
	size_t i, n = 0;

	for (i = 0; i < sizeof services / sizeof services[0]; i++) {
		snprintf(name, sizeof name, "_%s._tcp.%s", services[i], domain);
		if (namecmd_ask(c->s, name, DNS_SRV, &a) < 0)
			return;
		sort(&a, DNS_SRV);
		show(c->s, &a, 0);
		n += a.n;
		dnsmsg_free(&a);
	}
	if (n == 0)
		show_nothing(c->s, domain, "SRV", DNS_NOERROR);
}

void
namecmd_srv(struct command *c, const char *arg)
{
	if (!has_arg(c, arg,
		"srv: name a domain, or a service of it: srv "
		"_imaps._tcp.DOMAIN") ||
	    namecmd_is_address(c->s, "srv", arg))
		return;
	if (arg[0] == '_')
		look_up(c, arg, DNS_SRV);
	else
		look_up_services(c, arg);
}

/* Where the records of a place are (RFC 6698, section 3); false: it is none
 * that has any. */
static bool
find_owner(const struct session *s, const char *arg, char *to, size_t size)
{
	unsigned long port = 25;
	const char *host = NULL;
	struct target t;
	struct fail ignored;

	if (arg[0] == '\0' && session_is_open(s) && s->port != 0) {
		host = surety_base(s);
		port = s->port;
	} else if (target_parse(&t, arg, &ignored) == 0 && t.host[0] != '\0' &&
	    !target_is_address(t.host) &&
	    (t.service[0] == '\0' ||
		text_number(t.service, 1, 65535, &port) == 0)) {
		host = t.host;
	}
	if (host != NULL)
		snprintf(to, size, "_%lu._tcp.%s", port, host);
	return host != NULL;
}

void
namecmd_tlsa(struct command *c, const char *arg)
{
	char name[DNS_NAME_SIZE];

	if (arg[0] == '_')
		look_up(c, arg, DNS_TLSA);
	else if (find_owner(c->s, arg, name, sizeof name))
		look_up(c, name, DNS_TLSA);
	else
		outlet_error(&c->s->out,
		    "tlsa: name a place: tlsa HOST:PORT (an address has no "
		    "TLSA records)");
}
