/* SPDX-License-Identifier: ISC */
/* proxy.c - what -x says: which proxy, and how it is asked. */
#include <stdio.h>
#include <string.h>

#include "buf.h"
#include "fail.h"
#include "hop.h"
#include "idn.h"
#include "proxy.h"
#include "socks.h"
#include "target.h"
#include "text.h"
#include "tunnel.h"

/* 3128 is Squid's; curl's word for names looked up by the proxy is known. */
static const struct proxy_kind kinds[] = {
	{ "socks5", "SOCKS 5", 1080, true, false, socks5_step },
	{ "socks5h", "SOCKS 5", 1080, true, false, socks5_step },
	{ "socks4", "SOCKS 4", 1080, false, true, socks4_step },
	{ "socks4a", "SOCKS 4a", 1080, false, false, socks4_step },
	{ "http", "HTTP", 3128, true, false, tunnel_step },
};

static const char which[] =
    "not a kind of proxy (socks5://HOST, socks4a://HOST or http://HOST)";

static int
set_port(struct proxy *p, const char *service, struct fail *f)
{
	unsigned long port = p->kind->port;

	if (service[0] != '\0' && text_number(service, 1, 65535, &port) < 0)
		return fail_about(f, STATUS_USAGE, service,
		    "no port of a proxy (a number from 1 to 65535)");
	p->port = (uint16_t)port;
	return 0;
}

/* RFC 7617, section 2: the first colon ends the user's name. */
static int
set_user(struct proxy *p, const char *user, struct fail *f)
{
	if (p->kind->step == tunnel_step && strchr(user, ':') != NULL)
		return fail_set(f, STATUS_USAGE,
		    "the name of a proxy's user has no \":\" in HTTP");
	snprintf(p->user, sizeof p->user, "%s", user);
	return 0;
}

static const struct proxy_kind *
find_kind(const char *scheme)
{
	size_t i;

	for (i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		if (strcmp(kinds[i].scheme, scheme) == 0)
			return &kinds[i];
	}
	return NULL;
}

/* "http://", "http://bob@:3128" */
static bool
lacks_host(const char *url)
{
	const char *host = strstr(url, "://") + 3;
	const char *at = strrchr(host, '@');

	if (at != NULL)
		host = at + 1;
	return *host == ':' ? strchr(host + 1, ':') == NULL :
			      strchr("/?#", *host) != NULL;
}

/* The sentence is about a target; where no host is named, it is ours. */
static int
refuse_url(const struct target *t, const char *url, struct fail *f)
{
	const struct proxy_kind *kind = find_kind(t->scheme);

	if (t->scheme[0] != '\0' && kind == NULL)
		return fail_about(f, STATUS_USAGE, t->scheme, which);
	if (kind != NULL && lacks_host(url))
		return fail_set(f, STATUS_USAGE,
		    "the proxy's host is missing (%s://HOST)", kind->scheme);
	return -1;
}

int
proxy_parse(struct proxy *p, const char *text, struct fail *f)
{
	const char *why;
	struct target t;

	memset(p, 0, sizeof *p);
	/* What is no URL may hold a password: it is not quoted. */
	if (strstr(text, "://") == NULL)
		return fail_set(f, STATUS_USAGE,
		    "--proxy takes a URL, which names the kind of proxy "
		    "(socks5://HOST, socks4a://HOST or http://HOST)");
	if (target_parse(&t, text, f) < 0)
		return refuse_url(&t, text, f);
	p->kind = find_kind(t.scheme);
	if (p->kind == NULL)
		return fail_about(f, STATUS_USAGE, t.scheme, which);
	why = idn_ascii(t.host, p->host, sizeof p->host);
	if (why != NULL) {
		p->kind = NULL;
		return fail_about(f, STATUS_USAGE, t.host, why);
	}
	if (set_port(p, t.service, f) < 0 || set_user(p, t.user, f) < 0) {
		p->kind = NULL;
		return -1;
	}
	return 0;
}

void
proxy_place(const struct proxy *p, struct buf *to)
{
	bool six = strchr(p->host, ':') != NULL;

	buf_addf(to, "%s://%s", p->kind->scheme, six ? "[" : "");
	text_quote(to, p->host, strlen(p->host), sizeof p->host);
	buf_addf(to, "%s:%u", six ? "]" : "", (unsigned)p->port);
}
