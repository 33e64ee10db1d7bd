/* SPDX-License-Identifier: ISC */
/* client.h - a client of a practice service: it says, and looks at replies. */
#ifndef CLIENT_H
#define CLIENT_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "crlf.h"
#include "practice/mailbox.h"
#include "practice/peer.h"

struct client {
	struct peer peer;
	unsigned accepted;
};

/* What is said, and what has to come; in both, line ends are "\n". */
struct exchange {
	const char *say, *reply;
};

static inline const char *
client_password(void *arg, const char *user)
{
	(void)arg;
	return strcmp(user, "alice") == 0 ? "wonderland" : NULL;
}

static inline void
client_accepted(void *arg, const struct peer *p, uint32_t uid)
{
	struct client *c = arg;

	assert_ptr_equal(p, &c->peer);
	assert_true(uid > 0);
	c->accepted++;
}

static const struct manners client_manners = {
	.host = "localhost",
	.starttls = true,
	.message_most = 10000,
	.password = client_password,
};

/* A mailbox of one letter for each text, of 17 July 1996. */
static inline void
client_fill(struct mailbox *box, const char *const *texts)
{
	box->validity = 7;
	for (; *texts != NULL; texts++) {
		struct buf b = crlf_text(*texts);

		mailbox_add(box, buf_bytes(&b), b.len, "a@b", "c@d")->when =
		    837596665;
		buf_free(&b);
	}
}

static inline void
client_begin(struct client *c, const struct service *service,
    struct mailbox *box)
{
	memset(c, 0, sizeof *c);
	c->peer.service = service;
	c->peer.manners = &client_manners;
	c->peer.box = box;
	c->peer.state = calloc(1, service->state);
	c->peer.accepted = client_accepted;
	c->peer.arg = c;
	assert_non_null(c->peer.state);
	service->greet(&c->peer);
}

static inline void
client_end(struct client *c)
{
	c->peer.service->end(&c->peer);
	free(c->peer.state);
	buf_free(&c->peer.out);
}

/* One whose greeting was looked at before. */
static inline void
client_greeted(struct client *c, const struct service *service,
    struct mailbox *box)
{
	client_begin(c, service, box);
	buf_clear(&c->peer.out);
}

/* The last one of this mailbox. */
static inline void
client_finish(struct client *c, struct mailbox *box)
{
	client_end(c);
	mailbox_free(box);
}

/* Bytes that came, with memory of their own for each piece. */
static inline void
client_send(struct client *c, const char *p, size_t n)
{
	while (n > 0) {
		bool bytes = c->peer.want > 0;
		const char *end = memchr(p, '\n', n);
		size_t len = bytes || end == NULL ? n : (size_t)(end - p) + 1;
		char *copy;

		if (bytes && len > c->peer.want)
			len = (size_t)c->peer.want;
		assert_true(bytes || end != NULL);
		copy = malloc(len);
		assert_non_null(copy);
		memcpy(copy, p, len);
		if (bytes) {
			c->peer.want -= len;
			c->peer.service->bytes(&c->peer, copy, len);
		} else {
			c->peer.service->line(&c->peer, copy,
			    len >= 2 && p[len - 2] == '\r' ? len - 2 : len - 1);
		}
		free(copy);
		p += len;
		n -= len;
	}
}

/* What has come since, without CR; the caller frees it. */
static inline char *
client_reply(struct client *c)
{
	char *text = calloc(1, c->peer.out.len + 1), *to = text;
	size_t i;

	assert_non_null(text);
	for (i = 0; i < c->peer.out.len; i++) {
		char b = buf_bytes(&c->peer.out)[i];

		if (b != '\r')
			*to++ = b;
	}
	buf_clear(&c->peer.out);
	return text;
}

static inline void
client_expect(struct client *c, const char *said, const char *want)
{
	char *reply = client_reply(c);

	if (strcmp(reply, want) != 0)
		print_error("after %s\n", said);
	assert_string_equal(reply, want);
	free(reply);
}

/* Say something with CR LF at the end of each line, and look. */
static inline void
client_say(struct client *c, const char *say, const char *want)
{
	struct buf b = crlf_text(say);

	buf_adds(&b, "\r\n");
	client_send(c, buf_bytes(&b), b.len);
	buf_free(&b);
	client_expect(c, say, want);
}

static inline void
client_talk(struct client *c, const struct exchange *rows, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		client_say(c, rows[i].say, rows[i].reply);
}

#endif
