/* SPDX-License-Identifier: ISC */
/* ldap.c - the Lightweight Directory Access Protocol (RFC 4511).  Floor 4. */
#include <stdint.h>
#include <stdio.h>

#include "buf.h"
#include "preamble.h"
#include "proto.h"
#include "text.h"

/* RFC 4511, 4.14; the request is what section 4.12 makes of it. */
#define STARTTLS_OID "1.3.6.1.4.1.1466.20037"

static const char request[] = "0\35\2\1\1w\30\200\26" STARTTLS_OID;

enum {
	INTEGER = 0x02,
	OCTETS = 0x04,
	ENUMERATED = 0x0a,
	SEQUENCE = 0x30,
	RESPONSE = 0x78, /* ExtendedResponse */
	REFERRAL = 0xa3,
	RESPONSE_NAME = 0x8a
};

static const struct scheme schemes[] = {
	{ "ldap", 389, false },
	{ "ldaps", 636, true },
	{ NULL, 0, false },
};

/* Result codes that StartTLS may meet (RFC 4511, appendix A). */
static const struct {
	uint32_t code;
	const char *name;
} results[] = {
	{ 1, "operationsError" },
	{ 2, "protocolError" },
	{ 8, "strongerAuthRequired" },
	{ 10, "referral" },
	{ 11, "adminLimitExceeded" },
	{ 12, "unavailableCriticalExtension" },
	{ 13, "confidentialityRequired" },
	{ 50, "insufficientAccessRights" },
	{ 51, "busy" },
	{ 52, "unavailable" },
	{ 53, "unwillingToPerform" },
	{ 80, "other" },
};

/* An element of BER: its content, as far as it is there. */
struct element {
	unsigned tag;
	const unsigned char *p;
	size_t n;
};

/*
 * The length of an element in the definite form (RFC 4511, 5.1) from n bytes
 * behind the tag.  How many bytes it takes, 0 when they are not all there,
 * -1 when it is no length or too long a one.
 */
static int
read_length(const unsigned char *p, size_t n, size_t *length)
{
	unsigned count, i;

	if (n == 0)
		return 0;
	*length = p[0] & 0x7f;
	if (p[0] < 0x80)
		return 1;
	count = p[0] & 0x7f;
	if (count == 0 || count > 4)
		return -1;
	if (n < 1 + count)
		return 0;
	*length = 0;
	for (i = 1; i <= count; i++)
		*length = *length << 8 | p[i];
	return *length > PREAMBLE_MOST ? -1 : (int)(1 + count);
}

/* Take one element off the front of *from.  False: there is no whole one. */
static bool
take(struct element *from, struct element *e)
{
	size_t length;
	int head;

	if (from->n < 2 || (from->p[0] & 0x1f) == 0x1f)
		return false;
	head = read_length(from->p + 1, from->n - 1, &length);
	if (head <= 0 || length > from->n - 1 - (size_t)head)
		return false;
	e->tag = from->p[0];
	e->p = from->p + 1 + head;
	e->n = length;
	from->p = e->p + length;
	from->n -= 1 + (size_t)head + length;
	return true;
}

/* Take an element of this tag. */
static bool
take_a(struct element *from, unsigned tag, struct element *e)
{
	return take(from, e) && e->tag == tag;
}

/* Take a number that is not negative. */
static bool
take_number(struct element *from, unsigned tag, uint32_t *number)
{
	struct element e;
	size_t i;

	if (!take_a(from, tag, &e) || e.n == 0 || e.n > 4 || e.p[0] > 0x7f)
		return false;
	*number = 0;
	for (i = 0; i < e.n; i++)
		*number = *number << 8 | e.p[i];
	return true;
}

/* What the server answered, apart. */
struct result {
	uint32_t id;
	uint32_t code;
	struct element text; /* diagnosticMessage */
	struct element name; /* responseName; n is 0 without one */
	struct element link; /* the first URL of a referral */
};

/* The content of an LDAPMessage. */
static bool
read_result(struct element message, struct result *r)
{
	struct element op, part;

	if (!take_number(&message, INTEGER, &r->id) ||
	    !take_a(&message, RESPONSE, &op) ||
	    !take_number(&op, ENUMERATED, &r->code) ||
	    !take_a(&op, OCTETS, &part) || !take_a(&op, OCTETS, &r->text))
		return false;
	while (op.n > 0) {
		if (!take(&op, &part))
			return false;
		if (part.tag == RESPONSE_NAME)
			r->name = part;
		if (part.tag == REFERRAL && !take_a(&part, OCTETS, &r->link))
			return false;
	}
	/* Controls may follow. */
	while (message.n > 0) {
		if (!take(&message, &part))
			return false;
	}
	return true;
}

static enum preamble_says
refuse(struct preamble_talk *t, const struct result *r)
{
	struct buf why = { 0 };
	const struct element *e = r->text.n > 0 ? &r->text : &r->link;
	const char *name = "an unknown result";
	size_t i;

	for (i = 0; i < sizeof results / sizeof results[0]; i++) {
		if (results[i].code == r->code)
			name = results[i].name;
	}
	buf_addf(&why, "the server %s: %s (%lu)",
	    r->id == 0 ? "ends the session" : "refused it", name,
	    (unsigned long)r->code);
	buf_add(&why, "", 1);
	preamble_refuse(t, buf_bytes(&why), (const char *)e->p, e->n);
	buf_free(&why);
	return PREAMBLE_REFUSED;
}

/* A whole message is there. */
static enum preamble_says
judge(struct preamble_talk *t, struct element message)
{
	struct result r = { .id = 0 };
	struct element whole = message;

	if (!read_result(message, &r))
		return preamble_refuse(t, "the server's answer is malformed",
		    (const char *)whole.p, whole.n);
	if (r.code != 0 || r.id == 0)
		return refuse(t, &r);
	if (r.id != 1 ||
	    (r.name.n > 0 &&
		!text_is((const char *)r.name.p, r.name.n, STARTTLS_OID)))
		return preamble_refuse(t,
		    "the server answered something else than StartTLS", NULL,
		    0);
	return PREAMBLE_AGREED;
}

static enum preamble_says
ldap_step(struct preamble_talk *t, const char *in, size_t n)
{
	struct element all = { 0, (const unsigned char *)in, n };
	struct element message;
	size_t length;
	int head;

	if (t->state == 0 && n > 0)
		return preamble_refuse(t,
		    "an LDAP server does not speak first, and this one does",
		    in, n);
	if (t->state == 0)
		buf_add(t->say, request, sizeof request - 1);
	t->state = 1;
	if (n == 0)
		return PREAMBLE_MORE;
	head =
	    all.p[0] != SEQUENCE ? -1 : read_length(all.p + 1, n - 1, &length);
	if (head < 0)
		return preamble_refuse(t, "the server's answer is not LDAP", in,
		    n);
	if (!take(&all, &message))
		return PREAMBLE_MORE;
	t->used = n - all.n;
	return judge(t, message);
}

static const struct preamble preamble = {
	.step = ldap_step,
	.note = "LDAP speaks in binary: --raw sends bytes as they are",
};

const struct proto proto_ldap = {
	.name = "ldap",
	.title = "Lightweight Directory Access Protocol: binary, -S begins TLS",
	.schemes = schemes,
	.preamble = &preamble,
};
