/* SPDX-License-Identifier: ISC */
/* dnsmsg.c - the bytes of questions to name servers, and of answers. */
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/types.h>

#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <ctype.h>
#include <resolv.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "dnsmsg.h"
#include "fail.h"

/* Sizes of the message's head, and of a record's without its name. */
enum { HEAD = 12, RECORD_HEAD = 10, OPT_SIZE = 11 };

/* Bits of the head's second and third byte, and the class of the Internet. */
enum {
	QR = 0x80,
	OPCODE = 0x78,
	TC = 0x02,
	RD = 0x01,
	AD = 0x20,
	CLASS_IN = 1
};

/* The pseudo-record of EDNS (RFC 6891, 6.1.2), and its flag DO. */
enum { TYPE_OPT = 41, EDNS_DO = 0x80 };

/* The records of an answer as they come. */
struct pile {
	struct dns_record *list;
	size_t n;
};

/* A message while it is read. */
struct reading {
	const unsigned char *p;
	size_t n;
	size_t at;
};

static unsigned
get16(const unsigned char *p)
{
	return (unsigned)p[0] << 8 | p[1];
}

static uint32_t
get32(const unsigned char *p)
{
	return (uint32_t)get16(p) << 16 | get16(p + 2);
}

static void
put16(unsigned char *p, unsigned value)
{
	p[0] = (unsigned char)(value >> 8);
	p[1] = (unsigned char)value;
}

/* Without blanks, controls and escapes: what dn_comp takes for what it is. */
static bool
is_askable(const char *name)
{
	size_t n = strlen(name);

	if (n == 0 || n >= DNS_NAME_SIZE || name[0] == '.')
		return false;
	for (; *name != '\0'; name++) {
		if (!isgraph((unsigned char)*name) || *name == '\\' ||
		    (name[0] == '.' && name[1] == '.'))
			return false;
	}
	return true;
}

size_t
dnsmsg_question(unsigned char *to, size_t size, uint16_t id, const char *name,
    enum dns_type type)
{
	unsigned char *p = to + HEAD;
	int n;

	if (size < DNS_QUESTION_MOST || !is_askable(name))
		return 0;
	memset(to, 0, HEAD);
	put16(to, id);
	to[2] = RD;
	put16(to + 4, 1); /* a question */
	n = dn_comp(name, p, DNS_QUESTION_MOST - HEAD - 4 - OPT_SIZE, NULL,
	    NULL);
	if (n <= 0 || n > 255)
		return 0;
	p += n;
	put16(p, type);
	put16(p + 2, CLASS_IN);
	p += 4;
	memset(p, 0, OPT_SIZE);
	put16(p + 1, TYPE_OPT);
	put16(p + 3, DNS_UDP_MOST);
	p[7] = EDNS_DO;
	return dnsmsg_edns(to, (size_t)(p + OPT_SIZE - to), true);
}

size_t
dnsmsg_edns(unsigned char *asked, size_t n, bool edns)
{
	asked[3] = edns ? AD : 0;
	put16(asked + 10, edns); /* the pseudo-record, at the end */
	return edns ? n : n - OPT_SIZE;
}

/* The name at `at`; returns how many bytes it has there, or -1. */
static int
get_name(const struct reading *r, size_t at, char *text)
{
	int n = dn_expand(r->p, r->p + r->n, r->p + at, text, DNS_NAME_SIZE);

	if (n >= 0 && text[0] == '\0')
		memcpy(text, ".", 2);
	return n;
}

/* The whole rest of this record's data is a name. */
static bool
get_host(const struct reading *r, size_t at, size_t end, struct dns_record *d)
{
	char text[DNS_NAME_SIZE];
	int n = at < end ? get_name(r, at, text) : -1;

	if (n < 0 || at + (size_t)n != end)
		return false;
	d->host = xstrdup(text);
	return true;
}

static bool
get_address(int family, const unsigned char *p, size_t n, struct dns_record *d)
{
	size_t wanted = family == AF_INET ? 4 : 16;

	return n == wanted &&
	    inet_ntop(family, p, d->address, sizeof d->address) != NULL;
}

static void
keep(struct dns_record *d, const unsigned char *p, size_t n)
{
	if (d->data == NULL)
		d->data = xmalloc(n);
	memcpy(d->data + d->len, p, n);
	d->len += n;
}

/* Strings with a length before each (RFC 1035, 3.3.14), joined. */
static bool
get_strings(const unsigned char *p, size_t n, struct dns_record *d)
{
	d->data = xmalloc(n);
	while (n > 0) {
		size_t len = p[0];

		if (len >= n)
			return false;
		keep(d, p + 1, len);
		p += len + 1;
		n -= len + 1;
	}
	return true;
}

static bool
get_mx(const struct reading *r, size_t at, size_t end, struct dns_record *d)
{
	if (end - at < 3)
		return false;
	d->priority = (uint16_t)get16(r->p + at);
	return get_host(r, at + 2, end, d);
}

static bool
get_srv(const struct reading *r, size_t at, size_t end, struct dns_record *d)
{
	const unsigned char *p = r->p + at;

	if (end - at < 7)
		return false;
	d->priority = (uint16_t)get16(p);
	d->weight = (uint16_t)get16(p + 2);
	d->port = (uint16_t)get16(p + 4);
	return get_host(r, at + 6, end, d);
}

static bool
get_tlsa(const unsigned char *p, size_t n, struct dns_record *d)
{
	if (n < 3)
		return false;
	d->usage = p[0];
	d->selector = p[1];
	d->matching = p[2];
	keep(d, p + 3, n - 3);
	return true;
}

/* What the data of a record says, by its type. */
static bool
get_data(const struct reading *r, size_t at, size_t end, struct dns_record *d)
{
	const unsigned char *p = r->p + at;
	size_t n = end - at;

	switch (d->type) {
	case DNS_A:
		return get_address(AF_INET, p, n, d);
	case DNS_AAAA:
		return get_address(AF_INET6, p, n, d);
	case DNS_CNAME:
		return get_host(r, at, end, d);
	case DNS_MX:
		return get_mx(r, at, end, d);
	case DNS_SRV:
		return get_srv(r, at, end, d);
	case DNS_TLSA:
		return get_tlsa(p, n, d);
	case DNS_TXT:
		return get_strings(p, n, d);
	}
	return false;
}

static void
record_free(struct dns_record *d)
{
	free(d->name);
	free(d->host);
	free(d->data);
}

static void
pile_add(struct pile *to, const struct dns_record *d)
{
	/* Room for twice as many whenever the number is a power of two. */
	if ((to->n & (to->n - 1)) == 0)
		to->list = xrealloc(to->list,
		    (to->n == 0 ? 1 : to->n * 2) * sizeof *to->list);
	to->list[to->n++] = *d;
}

/* Where a record of the message stands, and what it is. */
struct place {
	char name[DNS_NAME_SIZE];
	unsigned type, class;
	uint32_t ttl;
	size_t at, end; /* of its data */
};

/* The next record's place; false when there is none such. */
static bool
next_place(struct reading *r, struct place *to)
{
	const unsigned char *p;
	int n = r->at < r->n ? get_name(r, r->at, to->name) : -1;

	if (n < 0 || r->n - r->at - (size_t)n < RECORD_HEAD)
		return false;
	p = r->p + r->at + n;
	to->type = get16(p);
	to->class = get16(p + 2);
	to->ttl = get32(p + 4);
	to->at = r->at + (size_t)n + RECORD_HEAD;
	to->end = to->at + get16(p + 8);
	if (to->end > r->n)
		return false;
	r->at = to->end;
	return true;
}

/* Read the answer section's records that may be wanted. */
static bool
read_answers(struct reading *r, unsigned count, enum dns_type type,
    struct pile *to)
{
	struct place place;
	struct dns_record d;

	while (count-- > 0) {
		if (!next_place(r, &place))
			return false;
		if (place.class != CLASS_IN ||
		    (place.type != type && place.type != DNS_CNAME))
			continue;
		d = (struct dns_record){ .type = (enum dns_type)place.type };
		/* RFC 2181, section 8. */
		d.ttl = place.ttl > INT32_MAX ? 0 : place.ttl;
		if (!get_data(r, place.at, place.end, &d)) {
			record_free(&d);
			return false;
		}
		d.name = xstrdup(place.name);
		pile_add(to, &d);
	}
	return true;
}

/* The other sections are of interest for the rest of the response code. */
static bool
read_others(struct reading *r, unsigned count, int *rcode)
{
	struct place place;

	while (count-- > 0) {
		if (!next_place(r, &place))
			return false;
		if (place.type == TYPE_OPT)
			*rcode |= (int)(place.ttl >> 24) << 4;
	}
	return true;
}

/* The alias that this name is, and that is not taken yet. */
static struct dns_record *
find_alias(const struct pile *from, const char *name)
{
	size_t i;

	for (i = 0; i < from->n; i++) {
		struct dns_record *d = &from->list[i];

		if (d->type == DNS_CNAME && d->name != NULL &&
		    strcasecmp(d->name, name) == 0)
			return d;
	}
	return NULL;
}

/* Move a record to the answer. */
static void
take(struct pile *to, struct dns_record *d)
{
	pile_add(to, d);
	*d = (struct dns_record){ .type = d->type };
}

/* The aliases from this name on, then what the last of them has. */
static void
sort_out(struct pile *from, const char *name, enum dns_type type,
    struct dns_answer *a)
{
	struct pile to = { 0 };
	struct dns_record *d;
	size_t i;

	while (type != DNS_CNAME && to.n < DNS_ALIASES_MOST &&
	    (d = find_alias(from, name)) != NULL) {
		take(&to, d);
		name = to.list[to.n - 1].host;
	}
	a->aliases = to.n;
	a->canonical = xstrdup(name);
	for (i = 0; i < from->n; i++) {
		d = &from->list[i];
		if (d->type == type && d->name != NULL &&
		    strcasecmp(d->name, a->canonical) == 0)
			take(&to, d);
	}
	a->records = to.list;
	a->n = to.n;
}

static void
pile_free(struct pile *old)
{
	size_t i;

	for (i = 0; i < old->n; i++)
		record_free(&old->list[i]);
	free(old->list);
}

/* Names may come back in other letters; type and class may not. */
static bool
same_question(const unsigned char *asked, const unsigned char *p, size_t n)
{
	size_t i;

	for (i = 0; i + 4 < n; i++) {
		if (tolower(asked[i]) != tolower(p[i]))
			return false;
	}
	return memcmp(asked + i, p + i, n - i) == 0;
}

/* An error alone may leave the question out. */
static bool
is_ours(const unsigned char *asked, size_t nasked, const unsigned char *p,
    size_t n)
{
	size_t question = nasked - HEAD - OPT_SIZE;
	unsigned rcode;

	if (n < HEAD || get16(p) != get16(asked) || (p[2] & QR) == 0 ||
	    (p[2] & OPCODE) != 0)
		return false;
	rcode = p[3] & 0x0f;
	if (get16(p + 4) == 0)
		return rcode != DNS_NOERROR && rcode != DNS_NXDOMAIN;
	return get16(p + 4) == 1 && n >= HEAD + question &&
	    same_question(asked + HEAD, p + HEAD, question);
}

enum dnsmsg_kind
dnsmsg_read(struct dns_answer *a, const unsigned char *asked, size_t nasked,
    const unsigned char *p, size_t n)
{
	struct reading r = { p, n, 0 }, own = { asked, nasked, HEAD };
	char name[DNS_NAME_SIZE];
	struct pile pile = { 0 };
	enum dns_type type;
	bool good;

	if (!is_ours(asked, nasked, p, n))
		return DNSMSG_STRANGER;
	a->rcode = p[3] & 0x0f;
	a->authentic = (p[3] & AD) != 0;
	if (get16(p + 4) == 0)
		return DNSMSG_ANSWER;
	if ((p[2] & TC) != 0)
		return DNSMSG_TRUNCATED;
	type = (enum dns_type)get16(asked + nasked - OPT_SIZE - 4);
	r.at = nasked - OPT_SIZE;
	good = get_name(&own, HEAD, name) >= 0 &&
	    read_answers(&r, get16(p + 6), type, &pile) &&
	    read_others(&r, get16(p + 8) + get16(p + 10), &a->rcode);
	if (good)
		sort_out(&pile, name, type, a);
	pile_free(&pile);
	return good ? DNSMSG_ANSWER : DNSMSG_BROKEN;
}

void
dnsmsg_free(struct dns_answer *a)
{
	struct pile old = { a->records, a->n };

	pile_free(&old);
	free(a->canonical);
	*a = (struct dns_answer){ 0 };
}
