/* SPDX-License-Identifier: ISC */
/* preface.c - the header of the PROXY protocol. */
#include <sys/socket.h>

#include <netinet/in.h>

#include <arpa/inet.h>
#include <string.h>

#include "buf.h"
#include "fail.h"
#include "lookup.h"
#include "preface.h"
#include "target.h"
#include "text.h"

/* Version and command, family and transport of version 2 (section 2.2). */
enum { LOCAL = 0x20, PROXY = 0x21, TCP4 = 0x11, TCP6 = 0x21 };

/* One end as both versions write it. */
struct end {
	int family; /* AF_INET, AF_INET6; else unknown */
	unsigned char bytes[16];
	uint16_t port;
};

static int
set_source(struct preface *p, const char *text, struct fail *f)
{
	struct target t;
	unsigned long port = 0;

	if (target_parse(&t, text, f) < 0 || !target_is_address(t.host) ||
	    strchr(t.host, '%') != NULL || t.scheme[0] != '\0' ||
	    strlen(t.host) >= sizeof p->address)
		return fail_about(f, STATUS_USAGE, text,
		    "no client for --proxy-header (an address is wanted, "
		    "ADDRESS or ADDRESS:PORT, or v1 or v2)");
	if (t.service[0] != '\0' && text_number(t.service, 1, 65535, &port) < 0)
		return fail_about(f, STATUS_USAGE, t.service,
		    "no port of a client (a number from 1 to 65535)");
	memcpy(p->address, t.host, strlen(t.host) + 1);
	p->port = (uint16_t)port;
	return 0;
}

int
preface_parse(struct preface *p, const char *text, struct fail *f)
{
	size_t n = text == NULL ? 0 : strlen(text);
	size_t word = text == NULL ? 0 : strcspn(text, ",");

	*p = (struct preface){ .version = 1 };
	if (text == NULL)
		return 0;
	if (text_is(text, word, "v2"))
		p->version = 2;
	else if (!text_is(text, word, "v1"))
		return set_source(p, text, f);
	return word == n ? 0 : set_source(p, text + word + 1, f);
}

static struct end
read_end(const struct address *a)
{
	struct sockaddr_in four;
	struct sockaddr_in6 six;
	struct end e = { .family = a->sa.ss_family };

	if (e.family == AF_INET) {
		memcpy(&four, &a->sa, sizeof four);
		memcpy(e.bytes, &four.sin_addr, 4);
		e.port = ntohs(four.sin_port);
	} else if (e.family == AF_INET6) {
		memcpy(&six, &a->sa, sizeof six);
		memcpy(e.bytes, &six.sin6_addr, 16);
		e.port = ntohs(six.sin6_port);
	}
	return e;
}

/* The client that was named in place of this one. */
static void
rename_end(const struct preface *p, struct end *from, struct end *to)
{
	struct address named;
	uint16_t port = p->port != 0 ? p->port : from->port;

	if (p->address[0] == '\0' || !lookup_address(p->address, &named))
		return;
	*from = read_end(&named);
	from->port = port;
	if (to->family == AF_INET || to->family == AF_INET6)
		return;
	lookup_address(from->family == AF_INET ? "127.0.0.1" : "::1", &named);
	*to = read_end(&named);
}

/* An IPv4 address as one of IPv6 (RFC 4291, section 2.5.5.2). */
static void
map_end(struct end *e)
{
	unsigned char four[4];

	if (e->family != AF_INET)
		return;
	memcpy(four, e->bytes, sizeof four);
	memset(e->bytes, 0, sizeof e->bytes);
	memset(e->bytes + 10, 0xff, 2);
	memcpy(e->bytes + 12, four, sizeof four);
	e->family = AF_INET6;
}

static void
write_line(const struct end *from, const struct end *to, struct buf *out)
{
	char one[INET6_ADDRSTRLEN], other[INET6_ADDRSTRLEN];

	if (from->family != AF_INET && from->family != AF_INET6) {
		buf_adds(out, "PROXY UNKNOWN\r\n");
		return;
	}
	inet_ntop(from->family, from->bytes, one, sizeof one);
	inet_ntop(to->family, to->bytes, other, sizeof other);
	buf_addf(out, "PROXY TCP%c %s %s %u %u\r\n",
	    from->family == AF_INET ? '4' : '6', one, other,
	    (unsigned)from->port, (unsigned)to->port);
}

static void
write_number(struct buf *out, uint16_t number)
{
	unsigned char bytes[2] = { (unsigned char)(number >> 8),
		(unsigned char)number };

	buf_add(out, bytes, sizeof bytes);
}

static void
write_binary(const struct end *from, const struct end *to, struct buf *out)
{
	static const char signature[12] = "\r\n\r\n\0\r\nQUIT\n";
	bool four = from->family == AF_INET;
	bool known = four || from->family == AF_INET6;
	unsigned char kind[2] = { LOCAL, 0 };
	uint16_t size = four ? 4 : 16;

	buf_add(out, signature, sizeof signature);
	if (known) {
		kind[0] = PROXY;
		kind[1] = four ? TCP4 : TCP6;
	}
	buf_add(out, kind, sizeof kind);
	write_number(out, known ? (uint16_t)(2 * size + 4) : 0);
	if (!known)
		return;
	buf_add(out, from->bytes, size);
	buf_add(out, to->bytes, size);
	write_number(out, from->port);
	write_number(out, to->port);
}

void
preface_write(const struct preface *p, const struct address *from,
    const struct address *to, struct buf *out)
{
	struct end one = read_end(from), other = read_end(to);

	rename_end(p, &one, &other);
	if (one.family != other.family) {
		map_end(&one);
		map_end(&other);
	}
	if (p->version == 2)
		write_binary(&one, &other, out);
	else
		write_line(&one, &other, out);
}
