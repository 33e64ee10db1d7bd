/* SPDX-License-Identifier: ISC */
/* explain_fuzz.c - any line of a server, explained in any protocol. */
#include "explain.h"
#include "buf.h"
#include "explain/sofar.h"
#include "fuzz.h"
#include "proto.h"
#include "protos.h"

/* Whole lines that fit, of printable text, and so many of them. */
static void
check(const char *p, size_t n, size_t most)
{
	size_t at = 0, lines = 0;

	for (; at < n; lines++) {
		const char *end = memchr(p + at, '\n', n - at);
		size_t len, i;

		MUST(end != NULL);
		len = (size_t)(end - p) - at;
		MUST(len > 0);
		for (i = 0; i < len; i++)
			MUST((unsigned char)p[at + i] >= ' ');
		at += len + 1;
	}
	MUST(lines <= most);
}

/* The first byte is the protocol, the second the verb, the rest the line. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct proto *p;
	const struct verb *v = NULL;
	struct explained_line r;
	struct sofar sofar = { .tls = false };
	struct buf text = { 0 };
	size_t i = 0;
	char *line;
	bool known;

	if (size < 2)
		return 0;
	p = protos_at(data[0] % 32);
	if (p == NULL)
		return 0;
	while (p->verbs != NULL && p->verbs[i].word != NULL && i < data[1])
		v = &p->verbs[i++];
	if (data[1] == 'g')
		v = &explain_greeting;
	if (data[1] == 'm')
		v = &explain_message;
	line = exact(data + 2, size - 2);
	r = (struct explained_line){ .proto = p,
		.verb = v,
		.line = line,
		.len = size - 2,
		.sofar = &sofar };
	for (i = 0; i < 3; i++) {
		buf_clear(&text);
		known = explain_reply(&r, &text);
		MUST(known == (text.len > 0));
		check(buf_bytes(&text), text.len, EXPLAIN_LINES);
		explain_follow(&sofar, &r, i == 1, i == 0);
	}
	explain_challenges(p, v, line, size - 2);
	free(line);
	buf_clear(&text);
	line = exact(data + 1, size - 1);
	line[size - 2] = 0;
	known = explain_word(p, line, &text);
	MUST(known == (text.len > 0));
	check(buf_bytes(&text), text.len, 99);
	free(line);
	buf_free(&text);
	return 0;
}
