/* SPDX-License-Identifier: ISC */
/* telnet.c - Telnet (RFC 854) and its option START_TLS.  Floor 4. */
#include <string.h>

#include "buf.h"
#include "preamble.h"
#include "proto.h"

/*
 * START_TLS is of draft-altman-telnet-starttls: the server says DO, we say
 * WILL, both say FOLLOWS, and the handshake begins.  WILL is said at once:
 * so a server without the option has to answer DONT (RFC 855), and nobody
 * waits for a DO that never comes.
 */
enum {
	SE = 240,
	SB = 250,
	WILL = 251,
	WONT = 252,
	DO = 253,
	DONT = 254,
	IAC = 255,
	START_TLS = 46,
	FOLLOWS = 1
};

/* What was said and heard. */
enum { SAID_WILL = 1, HEARD_DO = 2, HEARD_FOLLOWS = 4, ALL = 7 };

static const char will[] = "\377\373.";
static const char follows[] = "\377\372.\1\377\360";

static const struct scheme schemes[] = {
	{ "telnet", 23, false },
	{ "telnets", 992, true },
	{ NULL, 0, false },
};

/* The length of the command that begins here; 0: it is not complete. */
static size_t
command_length(const unsigned char *u, size_t n)
{
	size_t i;

	if (n < 2)
		return 0;
	if (u[1] >= WILL && u[1] <= DONT)
		return n < 3 ? 0 : 3;
	if (u[1] != SB)
		return 2;
	/* An IAC inside is doubled. */
	for (i = 2; i + 1 < n; i++) {
		if (u[i] == IAC && u[++i] == SE)
			return i + 1;
	}
	return 0;
}

/* A request or an answer about an option. */
static enum preamble_says
option(struct preamble_talk *t, unsigned char verb, unsigned char which)
{
	char no[3] = { (char)IAC, (char)WONT, (char)which };

	if (which == START_TLS && (verb == DONT || verb == WONT))
		return preamble_refuse(t,
		    verb == DONT ?
			"the server does not want START_TLS (IAC DONT)" :
			"the server will not do START_TLS (IAC WONT)",
		    NULL, 0);
	if (which == START_TLS && verb == DO) {
		if ((t->state & HEARD_DO) == 0)
			buf_add(t->say, follows, sizeof follows - 1);
		t->state |= HEARD_DO;
		return PREAMBLE_MORE;
	}
	/* Options begin anew under TLS: until then there are none. */
	if (verb == WILL)
		no[1] = (char)DONT;
	if (verb == DO || verb == WILL)
		buf_add(t->say, no, sizeof no);
	return PREAMBLE_MORE;
}

/* One complete command. */
static enum preamble_says
command(struct preamble_talk *t, const unsigned char *u, size_t n)
{
	if (u[1] == IAC)
		return preamble_refuse(t,
		    "the server goes on without START_TLS", (const char *)u, n);
	if (u[1] >= WILL)
		return option(t, u[1], u[2]);
	if (n != sizeof follows - 1 || memcmp(u, follows, n) != 0)
		return PREAMBLE_MORE;
	if ((t->state & HEARD_DO) == 0)
		return preamble_refuse(t,
		    "the server says START_TLS FOLLOWS before it says DO", NULL,
		    0);
	t->state |= HEARD_FOLLOWS;
	return t->state == ALL ? PREAMBLE_AGREED : PREAMBLE_MORE;
}

static enum preamble_says
telnet_step(struct preamble_talk *t, const char *in, size_t n)
{
	const unsigned char *u = (const unsigned char *)in;
	enum preamble_says says = PREAMBLE_MORE;

	if ((t->state & SAID_WILL) == 0)
		buf_add(t->say, will, sizeof will - 1);
	t->state |= SAID_WILL;
	while (says == PREAMBLE_MORE && t->used < n) {
		size_t left = n - t->used, len;

		if (u[t->used] != IAC)
			return preamble_refuse(t,
			    "the server goes on without START_TLS",
			    in + t->used, left);
		len = command_length(u + t->used, left);
		if (len == 0)
			break;
		says = command(t, u + t->used, len);
		t->used += len;
	}
	return says;
}

static const struct preamble preamble = {
	.step = telnet_step,
	.note = "what the server asks about Telnet options is shown, not "
		"answered (-t refuses it)",
};

const struct proto proto_telnet = {
	.name = "telnet",
	.title = "Telnet: no reply rules, -S begins TLS",
	.schemes = schemes,
	.preamble = &preamble,
};
