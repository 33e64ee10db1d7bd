/* SPDX-License-Identifier: ISC */
/* practice_smtp_fuzz.c - the practice server's SMTP, said anything. */
#include <stdbool.h>
#include <string.h>

#include "buf.h"
#include "fuzz.h"
#include "practice/mailbox.h"
#include "practice/peer.h"
#include "text.h"

enum { BOX = 64 * 1024, MESSAGE = 4096 };

static const char *
password(void *arg, const char *user)
{
	(void)arg;
	return strcmp(user, "alice") == 0 ? "wonderland" : NULL;
}

static const char *
judge(void *arg, const char *from, const char *to)
{
	(void)arg;
	(void)from;
	return to[0] == 'x' ? "550 5.1.1 nobody" : NULL;
}

/* The next line or piece of bytes; how much of the input it took. */
static size_t
feed(struct peer *p, const char *text, size_t n, struct cuts *cuts)
{
	const char *end;
	size_t len;
	char *copy;

	if (p->want > 0) {
		len = cuts_next(cuts, n);
		if (len > p->want)
			len = (size_t)p->want;
		copy = exact(text, len);
		p->want -= len;
		p->service->bytes(p, copy, len);
		free(copy);
		return len;
	}
	end = memchr(text, '\n', n);
	if (end == NULL)
		return n;
	len = (size_t)(end - text);
	p->bare = len == 0 || text[len - 1] != '\r';
	p->more = len + 1 < n;
	if (len > PEER_LINE)
		return len + 1;
	copy = exact(text, len - !p->bare);
	p->service->line(p, copy, len - !p->bare);
	free(copy);
	return len + 1;
}

/* Everything that is said, up to where it would close. */
static void
say(struct peer *p, const char *text, size_t n, struct cuts cuts)
{
	size_t i = 0;

	p->service->greet(p);
	while (i < n && !p->closing) {
		i += feed(p, text + i, n - i, &cuts);
		if (p->starttls) {
			MUST(!p->more && !p->tls);
			p->tls = true;
			p->starttls = false;
		}
		MUST(p->box->bytes + p->box->extra + p->box->reserved <=
		    p->box->most);
	}
}

/* Lines of replies, and nothing in them that acts on a terminal. */
static void
check_replies(const struct buf *out)
{
	const char *text = buf_bytes(out);
	size_t i, start = 0;

	for (i = 0; i < out->len; i++) {
		MUST((unsigned char)text[i] != 0x7f);
		if ((unsigned char)text[i] >= ' ')
			continue;
		MUST(
		    text[i] == '\r' && i + 1 < out->len && text[i + 1] == '\n');
		MUST(i - start >= 3 && strspn(text + start, "0123456789") >= 3);
		MUST(text[start + 3] == ' ' || text[start + 3] == '-');
		i++;
		start = i + 1;
	}
	MUST(start == out->len);
}

/* Only whole lines are kept. */
static void
check_mail(const struct mailbox *box)
{
	size_t i, j;

	for (i = 0; i < box->count; i++) {
		const struct mail *m = box->list[i];

		MUST(m->len >= 2 && m->to[0] != '\0');
		MUST(memcmp(m->bytes + m->len - 2, "\r\n", 2) == 0);
		for (j = 0; j < m->len; j++) {
			MUST(m->bytes[j] != '\n' ||
			    (j > 0 && m->bytes[j - 1] == '\r'));
			MUST(m->bytes[j] != '\r' || m->bytes[j + 1] == '\n');
		}
	}
}

static void
run(uint8_t kind, const char *text, size_t n, struct buf *out)
{
	struct manners manners = { .host = "localhost",
		.starttls = (kind & 1) != 0,
		.auth = (kind & 2) != 0,
		.strict = (kind & 4) != 0,
		.message_most = MESSAGE,
		.judge = judge,
		.password = password };
	struct mailbox box = { .most = BOX };
	struct peer p = { .service = &service_smtp,
		.manners = &manners,
		.box = &box,
		.address = "127.0.0.1" };
	struct cuts cuts = cuts_begin(kind, n);

	p.state = calloc(1, service_smtp.state);
	say(&p, text, n, cuts);
	check_replies(&p.out);
	check_mail(&box);
	buf_add(out, buf_bytes(&p.out), p.out.len);
	service_smtp.end(&p);
	MUST(box.reserved == 0);
	free(p.state);
	buf_free(&p.out);
	mailbox_free(&box);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf out = { 0 };

	if (size < 1)
		return 0;
	run(data[0], (const char *)data + 1, size - 1, &out);
	MUST(out.len > 0);
	buf_free(&out);
	return 0;
}
