/* SPDX-License-Identifier: ISC */
/* saslprep.c - names and passwords as they are sent (RFC 4013). */
#include <stdint.h>
#include <string.h>

#include "buf.h"
#include "fail.h"
#include "saslprep.h"
#include "text.h"

/* The tables C.1.2 and B.1 of RFC 3454: a blank, or nothing at all. */
static const struct mapped {
	uint32_t first, last;
	const char *to;
} mapped[] = {
	{ 0x00a0, 0x00a0, " " },
	{ 0x00ad, 0x00ad, "" },
	{ 0x034f, 0x034f, "" },
	{ 0x1680, 0x1680, " " },
	{ 0x1806, 0x1806, "" },
	{ 0x180b, 0x180d, "" },
	{ 0x2000, 0x200b, " " },
	{ 0x200c, 0x200d, "" },
	{ 0x202f, 0x202f, " " },
	{ 0x205f, 0x205f, " " },
	{ 0x2060, 0x2060, "" },
	{ 0x3000, 0x3000, " " },
	{ 0xfe00, 0xfe0f, "" },
	{ 0xfeff, 0xfeff, "" },
};

static const char *
mapping(uint32_t code)
{
	size_t i;

	for (i = 0; i < sizeof mapped / sizeof mapped[0]; i++) {
		if (code >= mapped[i].first && code <= mapped[i].last)
			return mapped[i].to;
	}
	return NULL;
}

char *
saslprep(const char *text)
{
	size_t len = strlen(text), at = 0;
	struct buf out = { 0 };
	char *copy;

	while (at < len) {
		uint32_t code = 0;
		int n = text_utf8(text + at, len - at, &code);
		const char *to = n > 0 ? mapping(code) : NULL;

		if (n <= 0 || (to == NULL && !text_harmless(code)) ||
		    code == '\t')
			break;
		if (to != NULL)
			buf_adds(&out, to);
		else
			buf_add(&out, text + at, (size_t)n);
		at += (size_t)n;
	}
	buf_add(&out, "", 1);
	copy = at == len ? xstrdup(buf_bytes(&out)) : NULL;
	buf_free(&out);
	return copy;
}
