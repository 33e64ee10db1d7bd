/* SPDX-License-Identifier: ISC */
/* practice_imap_fuzz.c - any bytes for the practice server's IMAP. */
#include "buf.h"
#include "fuzz.h"
#include "literal.h"
#include "practice/mailbox.h"
#include "practice/peer.h"

enum { MESSAGE_MOST = 5000, BOX_MOST = 20000 };

static const char *
password(void *arg, const char *user)
{
	(void)arg;
	return strcmp(user, "alice") == 0 ? "wonderland" : NULL;
}

/*
 * Replies are lines, with literals among them whose octets are all there;
 * each begins with a tag and a blank.
 */
static void
check(const struct buf *b)
{
	const char *out = buf_bytes(b);
	size_t at = 0;
	bool inside = false;

	while (at < b->len) {
		const char *line = out + at;
		const char *end = memchr(line, '\n', b->len - at);
		uint64_t octets;
		bool now;

		MUST(end != NULL && end > line && end[-1] == '\r');
		MUST(inside || (line[0] != ' ' && line[0] != '\r'));
		at += (size_t)(end - line) + 1;
		inside = line[0] != '+' &&
		    literal_ends(line, (size_t)(end - line) - 1, &octets, &now);
		if (inside) {
			MUST(octets <= b->len - at);
			at += (size_t)octets;
		}
	}
	MUST(!inside);
}

static void
begin(struct peer *p, struct mailbox *box)
{
	static const struct manners manners = { .host = "localhost",
		.starttls = true,
		.message_most = MESSAGE_MOST,
		.password = password };

	*p = (struct peer){ .service = &service_imap,
		.manners = &manners,
		.box = box };
	p->state = calloc(1, service_imap.state);
	MUST(p->state != NULL);
	service_imap.greet(p);
	MUST(p->out.len > 0);
}

static void
end(struct peer *p)
{
	service_imap.end(p);
	free(p->state);
	buf_free(&p->out);
}

/* One line, or bytes for a literal; how many bytes that were. */
static size_t
give(struct peer *p, const char *text, size_t n, struct cuts *cuts)
{
	const char *newline = memchr(text, '\n', n);
	size_t len = newline == NULL ? n : (size_t)(newline - text);
	size_t all = len + (newline != NULL);
	char *copy;

	if (p->want > 0) {
		len = all = cuts_next(cuts, n < p->want ? n : (size_t)p->want);
		p->want -= len;
		copy = exact(text, len);
		service_imap.bytes(p, copy, len);
	} else {
		copy = exact(text, len);
		service_imap.line(p, copy, len);
	}
	free(copy);
	return all;
}

/* Two clients take turns: a line that begins with "2" is the second's. */
static void
talk(struct mailbox *box, const char *text, size_t n, struct cuts *cuts)
{
	struct peer p[2];
	size_t at = 0, i;

	begin(&p[0], box);
	begin(&p[1], box);
	while (at < n && !p[0].closing && !p[1].closing) {
		i = p[0].want == 0 && (p[1].want > 0 || text[at] == '2');
		at += give(&p[i], text + at, n - at, cuts);
		service_imap.changed(&p[!i]);
		p[i].tls = p[i].tls || p[i].starttls;
		p[i].starttls = false;
		for (i = 0; i < 2; i++) {
			check(&p[i].out);
			MUST(p[i].out.len <= (3 << 20) + 12 * BOX_MOST);
			buf_clear(&p[i].out);
		}
	}
	end(&p[0]);
	end(&p[1]);
}

/* How to cut; a message, NUL, and lines. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *nul = size == 0 ? NULL : memchr(data, '\0', size);
	size_t n = nul == NULL ? 0 : (size_t)(nul - data);
	struct mailbox box = { .validity = 7, .most = BOX_MOST };
	struct cuts cuts;

	if (n == 0 || n > MESSAGE_MOST)
		return 0;
	cuts = cuts_begin(data[0], size);
	MUST(mailbox_add(&box, "Subject: x\r\n\r\n.\r\n", 17, "", "") != NULL);
	MUST(mailbox_add(&box, (const char *)data + 1, n - 1, "", "") != NULL);
	talk(&box, (const char *)nul + 1, size - n - 1, &cuts);
	mailbox_free(&box);
	return 0;
}
