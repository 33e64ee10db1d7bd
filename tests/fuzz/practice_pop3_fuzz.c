/* SPDX-License-Identifier: ISC */
/* practice_pop3_fuzz.c - any lines for the practice server's POP3. */
#include "buf.h"
#include "fuzz.h"
#include "practice/mailbox.h"
#include "practice/peer.h"

static const char *
password(void *arg, const char *user)
{
	(void)arg;
	return strcmp(user, "alice") == 0 ? "wonderland" : NULL;
}

/* Replies are whole lines, and a first line says how it went. */
static void
check(struct peer *p)
{
	const char *out = buf_bytes(&p->out);
	size_t n = p->out.len;

	MUST(n >= 4 && memcmp(out + n - 2, "\r\n", 2) == 0);
	MUST(memcmp(out, "+OK", 3) == 0 || memcmp(out, "-ERR ", 5) == 0 ||
	    (p->midway && memcmp(out, "+ ", 2) == 0));
	if (memcmp(out, "-ERR", 4) == 0)
		MUST(memchr(out, '\r', n) == out + n - 2);
	buf_clear(&p->out);
}

static void
talk(struct mailbox *box, const char *text, size_t n)
{
	static const struct manners manners = { .host = "localhost",
		.starttls = true,
		.message_most = 1000,
		.password = password };
	struct peer p = { .service = &service_pop3,
		.manners = &manners,
		.box = box };
	size_t at = 0;

	p.state = calloc(1, service_pop3.state);
	MUST(p.state != NULL);
	service_pop3.greet(&p);
	check(&p);
	while (at < n && !p.closing) {
		const char *end = memchr(text + at, '\n', n - at);
		size_t len = end == NULL ? n - at : (size_t)(end - text) - at;
		char *line = exact(text + at, len);

		service_pop3.line(&p, line, len);
		free(line);
		check(&p);
		if (p.starttls)
			p.tls = true;
		p.starttls = false;
		at += len + 1;
	}
	service_pop3.end(&p);
	free(p.state);
	buf_free(&p.out);
}

/* A message, NUL, and lines; twice, for two sessions of one mailbox. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *nul = size == 0 ? NULL : memchr(data, '\0', size);
	size_t n = nul == NULL ? 0 : (size_t)(nul - data);
	struct mailbox box = { .validity = 7 };
	size_t left;

	if (nul == NULL)
		return 0;
	MUST(mailbox_add(&box, "Subject: x\r\n\r\n.\r\n", 17, "", "") != NULL);
	MUST(mailbox_add(&box, (const char *)data, n, "", "") != NULL);
	talk(&box, (const char *)nul + 1, size - n - 1);
	left = box.count;
	talk(&box, (const char *)nul + 1, size - n - 1);
	MUST(left <= 2 && box.count <= left);
	mailbox_free(&box);
	return 0;
}
