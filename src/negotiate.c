/* SPDX-License-Identifier: ISC */
/* negotiate.c - the wire, with Telnet's commands or not. */
#include <string.h>

#include "buf.h"
#include "iac.h"
#include "negotiate.h"
#include "options.h"
#include "session.h"

/* So many blocks of commands alone are read at once: others wait as well,
 * for a signal or a time limit. */
enum { BLOCKS = 64 };

/* The refusals go out, and -vv says what was refused. */
static int
answer(struct session *s, const struct buf *say)
{
	struct buf words = { 0 };
	size_t i;

	for (i = 0; i < say->len && s->out.verbose >= 2; i += 3) {
		iac_words(buf_bytes(say) + i, &words);
		buf_adds(&words, i + 3 < say->len ? ", " : "");
	}
	if (words.len > 0)
		outlet_note(&s->out, 2, "refused of Telnet: %.*s",
		    (int)words.len, buf_bytes(&words));
	buf_free(&words);
	/* Behind our end nothing can be said. */
	if (say->len == 0 || s->wire.shut)
		return 0;
	outlet_hex(&s->out, "> ", buf_bytes(say), say->len);
	return wire_write(&s->wire, buf_bytes(say), say->len);
}

ssize_t
negotiate_read(struct session *s, void *p, size_t n, bool wait)
{
	struct buf say = { 0 };
	ssize_t got = wire_read(&s->wire, p, n, wait);
	size_t left = 0;
	int blocks = 0;

	if (!s->opt->telnet)
		return got;
	/* Poll would not tell of what TLS has read already. */
	while (got > 0 && left == 0) {
		left = iac_take(&s->iac, p, (size_t)got, &say);
		if (left > 0)
			got = (ssize_t)left;
		else if (++blocks == BLOCKS)
			got = WIRE_AGAIN;
		else
			got = wire_read(&s->wire, p, n, false);
	}
	if (answer(s, &say) < 0 && left == 0)
		got = WIRE_ERROR;
	buf_free(&say);
	return got;
}

int
negotiate_write(struct session *s, const void *p, size_t n)
{
	struct buf doubled = { 0 };
	int rc;

	if (!s->opt->telnet || memchr(p, 0xff, n) == NULL)
		return wire_write(&s->wire, p, n);
	iac_double(&doubled, p, n);
	rc = wire_write(&s->wire, buf_bytes(&doubled), doubled.len);
	buf_free(&doubled);
	return rc;
}

void
negotiate_begin(struct session *s)
{
	memset(&s->iac, 0, sizeof s->iac);
}

bool
negotiate_is_open(const struct session *s)
{
	return iac_is_open(&s->iac);
}
