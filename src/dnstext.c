/* SPDX-License-Identifier: ISC */
/* dnstext.c - records as zone files have them, codes as people do. */
#include <netinet/in.h>
#include <sys/socket.h>

#include <arpa/inet.h>
#include <string.h>

#include "buf.h"
#include "dnsmsg.h"
#include "dnstext.h"
#include "text.h"

/* How much of a name or a text is shown. */
enum { SHOWN = 1024 };

static const struct {
	enum dns_type type;
	const char *name;
} types[] = {
	{ DNS_A, "A" },
	{ DNS_CNAME, "CNAME" },
	{ DNS_MX, "MX" },
	{ DNS_TXT, "TXT" },
	{ DNS_AAAA, "AAAA" },
	{ DNS_SRV, "SRV" },
	{ DNS_TLSA, "TLSA" },
};

const char *
dnstext_type(enum dns_type type)
{
	size_t i;

	for (i = 0; i < sizeof types / sizeof types[0]; i++) {
		if (types[i].type == type)
			return types[i].name;
	}
	return "?";
}

const char *
dnstext_words(int rcode)
{
	static const struct {
		int rcode;
		const char *text;
	} words[] = {
		{ DNS_NOERROR, "no record of this type" },
		{ DNS_FORMERR,
		    "FORMERR (it does not understand the question)" },
		{ DNS_SERVFAIL,
		    "SERVFAIL (the domain's servers do not answer, or its "
		    "signatures are wrong)" },
		{ DNS_NXDOMAIN, "no such name (is it spelt right?)" },
		{ DNS_NOTIMP, "NOTIMP (it does not answer such questions)" },
		{ DNS_REFUSED, "REFUSED (it serves others, or other names)" },
	};
	size_t i;

	for (i = 0; i < sizeof words / sizeof words[0]; i++) {
		if (words[i].rcode == rcode)
			return words[i].text;
	}
	return "an unusual error";
}

bool
dnstext_is_host(const char *name)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789-_.";
	struct in_addr address;

	return name[0] != '\0' && name[0] != '-' && name[0] != '.' &&
	    name[strspn(name, letters)] == '\0' && strlen(name) < 254 &&
	    inet_pton(AF_INET, name, &address) != 1;
}

/* A name with its last dot. */
static void
add_name(struct buf *to, const char *name)
{
	text_quote(to, name, strlen(name), SHOWN);
	if (strcmp(name, ".") != 0)
		buf_adds(to, ".");
}

static void
add_data(struct buf *to, const struct dns_record *r)
{
	size_t i;

	switch (r->type) {
	case DNS_A:
	case DNS_AAAA:
		buf_adds(to, r->address);
		break;
	case DNS_SRV:
		buf_addf(to, "%u %u %u ", (unsigned)r->priority,
		    (unsigned)r->weight, (unsigned)r->port);
		break;
	case DNS_MX:
		buf_addf(to, "%u ", (unsigned)r->priority);
		break;
	case DNS_TLSA:
		buf_addf(to, "%u %u %u ", (unsigned)r->usage,
		    (unsigned)r->selector, (unsigned)r->matching);
		for (i = 0; i < r->len; i++)
			buf_addf(to, "%02X", (unsigned)r->data[i]);
		break;
	case DNS_TXT:
		buf_adds(to, "\"");
		text_quote(to, (const char *)r->data, r->len, r->len);
		buf_adds(to, "\"");
		break;
	case DNS_CNAME:
		break;
	}
	if (r->host != NULL)
		add_name(to, r->host);
}

void
dnstext_line(struct buf *to, const struct dns_record *r)
{
	add_name(to, r->name);
	buf_addf(to, "  %lu  IN  %s  ", (unsigned long)r->ttl,
	    dnstext_type(r->type));
	add_data(to, r);
	buf_adds(to, "\n");
}
