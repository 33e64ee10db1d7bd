/* SPDX-License-Identifier: ISC */
/* mysql.c - the protocol of MySQL and MariaDB (version 10).  Floor 4. */
#include <stdint.h>
#include <string.h>

#include "buf.h"
#include "preamble.h"
#include "proto.h"

/* Capabilities, as the manuals of both servers number them. */
enum {
	LONG_PASSWORD = 0x1,
	LONG_FLAG = 0x4,
	PROTOCOL_41 = 0x200,
	CAN_TLS = 0x800,
	TRANSACTIONS = 0x2000,
	SECURE_CONNECTION = 0x8000,
	MULTI_RESULTS = 0x20000,
	PLUGIN_AUTH = 0x80000
};

/* What a login typed by hand can do with; servers keep to what was said
 * first, so nothing is promised that would have to be sent later. */
enum {
	OURS = LONG_FLAG | PROTOCOL_41 | CAN_TLS | TRANSACTIONS |
	    SECURE_CONNECTION | MULTI_RESULTS | PLUGIN_AUTH
};

enum {
	HEADER = 4,      /* a length of three bytes, a number */
	FLAGS_AT = 13,   /* behind the version: thread, salt, filler */
	REQUEST = 32,    /* the size of the SSLRequest */
	UTF8MB4 = 45,    /* utf8mb4_general_ci */
	MESSAGE_AT = 3,  /* of an error: behind its letter and number */
	STATE_LENGTH = 6 /* "#HY000" */
};

static const struct scheme schemes[] = {
	{ "mysql", 3306, false },
	{ NULL, 0, false },
};

static uint32_t
two(const unsigned char *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8;
}

/* In place of the handshake: this host may not connect, and so on. */
static enum preamble_says
error(struct preamble_talk *t, const char *p, size_t n)
{
	size_t at = MESSAGE_AT;

	if (n > MESSAGE_AT + STATE_LENGTH && p[MESSAGE_AT] == '#')
		at += STATE_LENGTH;
	if (at > n)
		at = n;
	return preamble_refuse(t, "the server refused this session", p + at,
	    n - at);
}

static void
request(struct buf *say, uint32_t theirs)
{
	char packet[HEADER + REQUEST] = { REQUEST, 0, 0, 1 };
	uint32_t flags = (theirs & OURS) | LONG_PASSWORD;
	size_t i;

	for (i = 0; i < 4; i++)
		packet[HEADER + i] = (char)(flags >> 8 * i & 0xff);
	/* Packets of 16 MiB; the number stands in its highest byte. */
	packet[HEADER + 7] = 1;
	packet[HEADER + 8] = UTF8MB4;
	buf_add(say, packet, sizeof packet);
}

/* The server's greeting, without its header. */
static enum preamble_says
greeting(struct preamble_talk *t, const char *p, size_t n)
{
	const char *version = p + 1;
	const char *end = memchr(version, '\0', n - 1);
	size_t len = end == NULL ? n - 1 : (size_t)(end - version);
	size_t left = end == NULL ? 0 : n - len - 2;
	const unsigned char *u;
	uint32_t flags;

	if (left < FLAGS_AT + 2)
		return preamble_refuse(t, "the server's greeting is malformed",
		    p, n);
	u = (const unsigned char *)end + 1;
	flags = two(u + FLAGS_AT);
	/* The upper half stands behind a character set and a status. */
	if (left >= FLAGS_AT + 7)
		flags |= two(u + FLAGS_AT + 5) << 16;
	if ((flags & PROTOCOL_41) == 0)
		return preamble_refuse(t, "the server is older than MySQL 4.1",
		    version, len);
	if ((flags & CAN_TLS) == 0)
		return preamble_refuse(t,
		    "the server has no TLS, or has it off; its version is",
		    version, len);
	request(t->say, flags);
	return PREAMBLE_AGREED;
}

static enum preamble_says
mysql_step(struct preamble_talk *t, const char *in, size_t n)
{
	const unsigned char *u = (const unsigned char *)in;
	size_t size;

	if (n < HEADER)
		return PREAMBLE_MORE;
	size = (size_t)u[0] | (size_t)u[1] << 8 | (size_t)u[2] << 16;
	if (size == 0 || size > PREAMBLE_MOST - HEADER || u[3] != 0)
		return preamble_refuse(t, "this is no greeting of MySQL", in,
		    n);
	if (n < HEADER + size)
		return PREAMBLE_MORE;
	t->used = HEADER + size;
	if (u[HEADER] == 0xff)
		return error(t, in + HEADER, size);
	if (u[HEADER] != 10)
		return preamble_refuse(t,
		    "this is no greeting of MySQL's protocol 10", in + HEADER,
		    size);
	return greeting(t, in + HEADER, size);
}

static const struct preamble preamble = {
	.step = mysql_step,
	.note = "MySQL speaks in binary: --raw sends bytes as they are",
};

const struct proto proto_mysql = {
	.name = "mysql",
	.title = "MySQL's and MariaDB's protocol: binary, -S begins TLS",
	.schemes = schemes,
	.preamble = &preamble,
};
