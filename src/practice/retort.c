/* SPDX-License-Identifier: ISC */
/* retort.c - in place of the service's own words. */
#include <stdbool.h>
#include <string.h>

#include "buf.h"
#include "practice/field.h"
#include "practice/peer.h"
#include "practice/retort.h"
#include "text.h"

static bool
speaks(const struct peer *p, const char *service)
{
	return strcmp(p->service->name, service) == 0;
}

/* BYE is of no command; "*" may be there already. */
static void
add_tag(struct buf *out, const char *reply, const char *line, size_t n)
{
	if (reply[0] == '*')
		return;
	if (text_is(reply, text_word(reply, strlen(reply)), "BYE"))
		buf_adds(out, "*");
	else
		text_quote(out, line, text_word(line, n), PEER_LINE);
	buf_adds(out, " ");
}

void
retort(struct peer *p, const char *reply, const char *line, size_t n)
{
	for (;;) {
		size_t len = strcspn(reply, "\n");
		bool last = reply[len] == '\0';

		if (last && speaks(p, "imap"))
			add_tag(&p->out, reply, line, n);
		buf_add(&p->out, reply, len);
		buf_adds(&p->out, "\r\n");
		if (last)
			break;
		reply += len + 1;
	}
}

/* Where the last line of n bytes of lines begins. */
static size_t
last_line(const char *p, size_t n)
{
	size_t at = n < 2 ? 0 : n - 2;

	while (at > 0 && p[at - 1] != '\n')
		at--;
	return at;
}

/* Does the service say yes?  `own` is its last line. */
static bool
agrees(const struct peer *p, const char *own, size_t n)
{
	size_t word;

	if (!speaks(p, "imap"))
		return own[0] == '2' || text_begins(own, n, "+OK");
	word = text_nth(own, n, 1);
	return text_is(own + word, text_word(own + word, n - word), "OK");
}

void
retort_agreed(struct peer *p, size_t said, const char *reply, const char *line,
    size_t n)
{
	struct buf *out = &p->out, rest = { 0 };
	size_t from = said, to = out->len;
	const char *own = buf_bytes(out);

	if (to == said)
		return;
	if (speaks(p, "imap"))
		from += last_line(own + said, to - said);
	if (!p->unknown && !agrees(p, own + from, to - from))
		return;
	if (speaks(p, "pop3") && strchr(reply, '\n') == NULL)
		to = said + field_line(own + said, to - said);
	buf_add(&rest, own + to, out->len - to);
	out->len = from;
	retort(p, reply, line, n);
	buf_add(out, buf_bytes(&rest), rest.len);
	buf_free(&rest);
}
