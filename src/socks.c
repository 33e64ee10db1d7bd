/* SPDX-License-Identifier: ISC */
/* socks.c - SOCKS 4, 4a and 5: a few bytes each way. */
#include <sys/socket.h>

#include <netinet/in.h>

#include <arpa/inet.h>
#include <string.h>

#include "buf.h"
#include "hop.h"
#include "socks.h"

enum {
	CONNECT = 1,
	NOBODY = 0,        /* no authentication */
	BY_PASSWORD = 2,   /* RFC 1929 */
	NO_WAY = 0xff,     /* none of the methods offered will do */
	STRING_MOST = 255, /* names and passwords */
	FOUR_ANSWER = 8,
	FOUR_GRANTED = 90
};

/* Kinds of addresses (RFC 1928, section 5). */
enum { IPV4 = 1, NAME = 3, IPV6 = 4 };

/* What is awaited. */
enum { BEGIN, METHOD, LOGIN, ANSWER, ANSWER_FOR_NAME };

/* What a number in an answer means; ended by NULL. */
struct meaning {
	unsigned number;
	const char *text;
};

static const struct meaning fives[] = {
	{ 1, "the proxy says: general failure (it may not know the name)" },
	{ 2, "the proxy says: not allowed by its rules" },
	{ 3, "the proxy says: network unreachable" },
	{ 4, "the proxy says: host unreachable" },
	{ 5,
	    "the proxy says: connection refused (is a server running there?)" },
	{ 6, "the proxy says: time to live expired" },
	{ 7, "the proxy says: it opens no connections" },
	{ 8, "the proxy says: it does not know this kind of address" },
	{ 0, NULL },
};

static const struct meaning fours[] = {
	{ 91, "the proxy says: rejected or failed" },
	{ 92, "the proxy says: no identd answers at your address" },
	{ 93, "the proxy says: identd names another user" },
	{ 0, NULL },
};

/* Who else answers, told by the first byte. */
static const struct meaning strangers[] = {
	{ 'H', "no SOCKS answer (try http://): " },
	{ 0, "no SOCKS 5 answer (try socks4a://): " },
	{ 5, "no SOCKS 4 answer (try socks5://): " },
	{ 0, NULL },
};

static const char *
meaning_of(const struct meaning *m, unsigned number, const char *otherwise)
{
	for (; m->text != NULL; m++) {
		if (m->number == number)
			return m->text;
	}
	return otherwise;
}

static unsigned
byte(const struct hop *h, size_t i)
{
	return (unsigned char)buf_bytes(&h->in)[i];
}

/* The first byte is not that of a SOCKS answer. */
static enum hop_says
refuse_stranger(struct hop *h, const char *p, size_t n)
{
	return hop_quote(h,
	    meaning_of(strangers, byte(h, 0),
		"no SOCKS answer (is it a proxy?): "),
	    p, n);
}

static void
say_byte(struct hop *h, unsigned value)
{
	char c = (char)value;

	buf_add(&h->say, &c, 1);
}

static void
say_port(struct hop *h)
{
	say_byte(h, h->port >> 8);
	say_byte(h, h->port & 0xff);
}

/* A string with its length before it, in one byte. */
static void
say_string(struct hop *h, const char *s)
{
	say_byte(h, (unsigned)strlen(s));
	buf_adds(&h->say, s);
}

static enum hop_says
ask_five(struct hop *h)
{
	unsigned char address[16];

	buf_add(&h->say, "\5\1\0", 3);
	if (inet_pton(AF_INET, h->host, address) == 1) {
		say_byte(h, IPV4);
		buf_add(&h->say, address, 4);
	} else if (inet_pton(AF_INET6, h->host, address) == 1) {
		say_byte(h, IPV6);
		buf_add(&h->say, address, 16);
	} else {
		say_byte(h, NAME);
		say_string(h, h->host);
	}
	say_port(h);
	h->state = ANSWER;
	hop_next(h, 2);
	return HOP_MORE;
}

static enum hop_says
begin_five(struct hop *h)
{
	if (strlen(h->host) > STRING_MOST)
		return hop_refuse(h, "SOCKS takes names up to 255 bytes");
	if (h->user != NULL &&
	    (strlen(h->user) > STRING_MOST ||
		strlen(h->password) > STRING_MOST))
		return hop_refuse(h,
		    "SOCKS takes users and passwords up to 255 bytes");
	say_byte(h, 5);
	say_byte(h, h->user == NULL ? 1 : 2);
	say_byte(h, NOBODY);
	if (h->user != NULL)
		say_byte(h, BY_PASSWORD);
	h->state = METHOD;
	hop_next(h, 2);
	return HOP_MORE;
}

static enum hop_says
heard_method(struct hop *h)
{
	if (byte(h, 1) == NOBODY)
		return ask_five(h);
	if (byte(h, 1) == BY_PASSWORD && h->user != NULL) {
		say_byte(h, 1);
		say_string(h, h->user);
		say_string(h, h->password);
		h->state = LOGIN;
		hop_next(h, 2);
		return HOP_MORE;
	}
	if (byte(h, 1) != NO_WAY)
		return hop_refuse(h,
		    "the proxy chose a way to authenticate that was not "
		    "offered");
	return hop_refuse(h,
	    h->user == NULL ?
		"the proxy wants to know who asks (-x socks5://USER@...)" :
		"the proxy does not take passwords");
}

/* The first byte is the version of RFC 1929, or 5 by mistake. */
static enum hop_says
heard_login(struct hop *h)
{
	if (byte(h, 1) == 0)
		return ask_five(h);
	h->denied = true;
	return hop_refuse(h, "the proxy refuses this user or password");
}

/* Behind the second byte stands an address that nobody needs. */
static enum hop_says
heard_answer(struct hop *h)
{
	size_t address = 4;

	if (byte(h, 1) != 0)
		return hop_refuse(h,
		    meaning_of(fives, byte(h, 1),
			"the proxy refuses, for a reason without a name"));
	if (h->want < 5) {
		h->want = 5;
		return HOP_MORE;
	}
	if (byte(h, 3) == IPV6)
		address = 16;
	else if (byte(h, 3) == NAME)
		address = 1 + (size_t)byte(h, 4);
	else if (byte(h, 3) != IPV4)
		return hop_refuse(h,
		    "the proxy's answer has an unknown kind of address");
	if (h->want == 4 + address + 2)
		return HOP_OPEN;
	h->want = 4 + address + 2;
	return HOP_MORE;
}

enum hop_says
socks5_step(struct hop *h, const char **p, size_t *n)
{
	static enum hop_says (*const heard[])(struct hop *) = {
		[METHOD] = heard_method,
		[LOGIN] = heard_login,
		[ANSWER] = heard_answer,
	};
	enum hop_says says = HOP_MORE;
	bool complete;

	if (h->state == BEGIN)
		return begin_five(h);
	while (says == HOP_MORE) {
		complete = hop_take(h, p, n);
		if (h->in.len > 0 && h->state != LOGIN && byte(h, 0) != 5)
			return refuse_stranger(h, *p, *n);
		if (!complete)
			return HOP_MORE;
		says = heard[h->state](h);
	}
	return says;
}

static enum hop_says
begin_four(struct hop *h)
{
	/* With 4a an address that cannot be stands for the name. */
	unsigned char address[4] = { 0, 0, 0, 1 };
	bool name = inet_pton(AF_INET, h->host, address) != 1;

	if (strchr(h->host, ':') != NULL)
		return hop_refuse(h,
		    "SOCKS 4 has no IPv6 addresses (socks5:// has)");
	say_byte(h, 4);
	say_byte(h, CONNECT);
	say_port(h);
	buf_add(&h->say, address, sizeof address);
	buf_add(&h->say, h->user == NULL ? "" : h->user,
	    h->user == NULL ? 1 : strlen(h->user) + 1);
	if (name)
		buf_add(&h->say, h->host, strlen(h->host) + 1);
	h->state = name ? ANSWER_FOR_NAME : ANSWER;
	hop_next(h, FOUR_ANSWER);
	return HOP_MORE;
}

static enum hop_says
refuse_four(struct hop *h)
{
	hop_refuse(h,
	    meaning_of(fours, byte(h, 1),
		"the proxy refuses, for a reason without a name"));
	if (h->state == ANSWER_FOR_NAME)
		buf_adds(&h->why,
		    " (if it does not know SOCKS 4a: try socks5://)");
	return HOP_REFUSED;
}

enum hop_says
socks4_step(struct hop *h, const char **p, size_t *n)
{
	bool complete;

	if (h->state == BEGIN)
		return begin_four(h);
	complete = hop_take(h, p, n);
	if (h->in.len > 0 && byte(h, 0) != 0)
		return refuse_stranger(h, *p, *n);
	if (h->in.len > 1 && byte(h, 1) != FOUR_GRANTED)
		return refuse_four(h);
	return complete ? HOP_OPEN : HOP_MORE;
}
