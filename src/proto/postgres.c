/* SPDX-License-Identifier: ISC */
/* postgres.c - PostgreSQL's frontend protocol (version 3).  Floor 4. */
#include <string.h>

#include "buf.h"
#include "preamble.h"
#include "proto.h"

/* Of the manual's chapter "Message Formats": SSLRequest. */
static const char ssl_request[] = "\0\0\0\10\4\322\26/";

static const struct scheme schemes[] = {
	{ "postgres", 5432, false },
	{ "postgresql", 5432, false },
	{ NULL, 0, false },
};

/* A field of an error message: a letter, a text, a NUL. */
static size_t
field(const char *p, size_t n, char letter, const char **text)
{
	while (n > 1 && p[0] != '\0') {
		const char *end = memchr(p + 1, '\0', n - 1);
		size_t len = end == NULL ? n - 1 : (size_t)(end - p - 1);

		if (p[0] == letter) {
			*text = p + 1;
			return len;
		}
		if (end == NULL)
			break;
		n -= len + 2;
		p += len + 2;
	}
	return 0;
}

/* An ErrorResponse: before version 3, which has a length, only a text. */
static enum preamble_says
error(struct preamble_talk *t, const char *in, size_t n)
{
	const unsigned char *u = (const unsigned char *)in;
	const char *text = in + 1;
	size_t size, len = 0;

	if (n < 2)
		return PREAMBLE_MORE;
	if (u[1] != 0) {
		const char *end = memchr(text, '\0', n - 1);

		if (end == NULL && n < PREAMBLE_MOST)
			return PREAMBLE_MORE;
		len = end == NULL ? n - 1 : (size_t)(end - text);
		return preamble_refuse(t, "the server refused it", text, len);
	}
	if (n < 5)
		return PREAMBLE_MORE;
	size = (size_t)u[2] << 16 | (size_t)u[3] << 8 | u[4];
	if (size < 4 || size >= PREAMBLE_MOST)
		return preamble_refuse(t, "the server's answer is malformed",
		    in, n);
	if (n < 1 + size)
		return PREAMBLE_MORE;
	len = field(in + 5, size - 4, 'M', &text);
	return preamble_refuse(t, "the server refused it", text, len);
}

static enum preamble_says
postgres_step(struct preamble_talk *t, const char *in, size_t n)
{
	if (t->state == 0 && n > 0)
		return preamble_refuse(t,
		    "a PostgreSQL server does not speak first, and this one "
		    "does",
		    in, n);
	if (t->state == 0)
		buf_add(t->say, ssl_request, sizeof ssl_request - 1);
	t->state = 1;
	if (n == 0)
		return PREAMBLE_MORE;
	switch (in[0]) {
	case 'S':
		t->used = 1;
		return PREAMBLE_AGREED;
	case 'N':
		return preamble_refuse(t,
		    "the server has no TLS (its answer is N: ssl is off "
		    "there)",
		    NULL, 0);
	case 'E':
		return error(t, in, n);
	default:
		return preamble_refuse(t,
		    "the server's answer is none of PostgreSQL", in, n);
	}
}

static const struct preamble preamble = {
	.step = postgres_step,
	.note = "PostgreSQL speaks in binary: --raw sends bytes as they are",
};

const struct proto proto_postgres = {
	.name = "postgres",
	.title = "PostgreSQL's protocol: binary, -S begins TLS",
	.schemes = schemes,
	.preamble = &preamble,
};
