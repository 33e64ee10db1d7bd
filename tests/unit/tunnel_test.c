/* SPDX-License-Identifier: ISC */
/* tunnel_test.c - CONNECT, and what comes of it, however it is cut. */
#include <stdlib.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "buf.h"
#include "hop.h"
#include "tunnel.h"

#define SERVER "220 mail\r\n"

static const struct row {
	const char *user;
	const char *in;
	enum hop_says says;
	size_t server; /* so many bytes are the server's */
	const char *why;
} rows[] = {
	{ NULL, "HTTP/1.1 200 OK\r\n\r\n" SERVER, HOP_OPEN, 10, "" },
	{ NULL, "HTTP/1.0 200\r\nA: b\r\n\r\n" SERVER, HOP_OPEN, 10, "" },
	{ NULL, "HTTP/1.1 200 OK\nA: b\n\n" SERVER, HOP_OPEN, 10, "" },
	{ NULL, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n" SERVER, HOP_OPEN,
	    10, "" },
	{ NULL, "HTTP/1.1 204 \r\n\r\n\r\n", HOP_OPEN, 2, "" },
	{ NULL, "HTTP/1.1 100 Go\r\n\r\nHTTP/1.1 200 OK\r\n\r\n" SERVER,
	    HOP_OPEN, 10, "" },
	{ NULL, "HTTP/1.1 200 OK\r\nA: b\r\n", HOP_MORE, 0, "" },
	{ NULL, "HTTP/1.1 200 OK\r\n\r", HOP_MORE, 0, "" },
	{ NULL, "HTTP/1.1 403 Forbidden\r\n\r\n<html>", HOP_REFUSED, 0,
	    "the proxy says: \"HTTP/1.1 403 Forbidden\" (do its rules allow "
	    "this port?)" },
	{ NULL, "HTTP/1.1 407 Who\r\nA: b\r\n\r\n", HOP_REFUSED, 0,
	    "the proxy says: \"HTTP/1.1 407 Who\" (-x http://USER@... says who "
	    "asks)" },
	{ "bob", "HTTP/1.1 407 Who\r\nA: b\r\n\r\n", HOP_REFUSED, 0,
	    "the proxy says: \"HTTP/1.1 407 Who\" (is the password right?)" },
	{ "bob",
	    "HTTP/1.1 407 Who\r\nProxy-Authenticate: Digest realm=\"a\"\r\n"
	    "proxy-authenticate: basic realm=\"a\"\r\n\r\n",
	    HOP_REFUSED, 0,
	    "the proxy says: \"HTTP/1.1 407 Who\" (is the password right?)" },
	{ "bob",
	    "HTTP/1.1 407 Who\r\nProxy-Authenticate:Negotiate,Basic "
	    "realm=\"a\"\r\n\r\n",
	    HOP_REFUSED, 0,
	    "the proxy says: \"HTTP/1.1 407 Who\" (is the password right?)" },
	{ "bob",
	    "HTTP/1.1 407 Who\nProxy-Authenticate: Negotiate\n"
	    "PROXY-AUTHENTICATE: NTLM\n\n",
	    HOP_REFUSED, 0,
	    "the proxy says: \"HTTP/1.1 407 Who\" (it does not take a "
	    "password as Basic sends it)" },
	{ NULL, "HTTP/1.1 407 Who\r\nProxy-Authenticate: NTLM\r\n\r\n",
	    HOP_REFUSED, 0,
	    "the proxy says: \"HTTP/1.1 407 Who\" (it does not take a" },
	{ NULL, "HTTP/1.1 301 \033[31m\r\n\r\n", HOP_REFUSED, 0,
	    "the proxy says: \"HTTP/1.1 301 \\x1b[31m\"" },
	{ NULL, "HTTP/2.0 200 OK\r\n\r\n", HOP_REFUSED, 0,
	    "no HTTP answer (is it a proxy?): \"HTTP/2" },
	{ NULL, "HTTP/1.x 200 OK\r\n\r\n", HOP_REFUSED, 0,
	    "no HTTP answer (is it a proxy?): \"HTTP/1.x" },
	{ NULL, "HTTP/1.1 2x0 OK\r\n\r\n", HOP_REFUSED, 0,
	    "no HTTP answer (is it a proxy?): \"HTTP/1.1 2x" },
	{ NULL, "HTTP/1.1 2000 OK\r\n\r\n", HOP_REFUSED, 0,
	    "no HTTP answer (is it a proxy?): \"HTTP/1.1 2000" },
	{ NULL, SERVER, HOP_REFUSED, 0,
	    "no HTTP answer (is it a proxy?): \"2" },
	{ NULL, "\5\377", HOP_REFUSED, 0,
	    "no HTTP answer (is it a proxy?): \"\\x05" },
};

/* Hear the bytes in pieces; returns how many were left. */
static size_t
hear(struct hop *h, const char *in, size_t len, size_t most,
    enum hop_says *says)
{
	while (*says == HOP_MORE && len > 0) {
		size_t piece = len < most ? len : most, n = piece;
		char *copy = malloc(piece);
		const char *p = copy;

		assert_non_null(copy);
		memcpy(copy, in, piece);
		*says = tunnel_step(h, &p, &n);
		assert_int_equal(piece - n, p - copy);
		in += piece - n;
		len -= piece - n;
		free(copy);
	}
	return len;
}

static enum hop_says
begin(struct hop *h)
{
	const char *p = "";
	size_t n = 0;

	return tunnel_step(h, &p, &n);
}

static void
test_answers(void **state)
{
	size_t i, most;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct row *row = &rows[i];

		for (most = 1; most <= 40; most++) {
			struct hop h = { .host = "a",
				.port = 25,
				.user = row->user,
				.password = "pw" };
			enum hop_says says = begin(&h);
			size_t left =
			    hear(&h, row->in, strlen(row->in), most, &says);

			assert_int_equal(says, row->says);
			if (says == HOP_OPEN)
				assert_int_equal(left, row->server);
			buf_add(&h.why, "", 1);
			assert_memory_equal(buf_bytes(&h.why), row->why,
			    strlen(row->why));
			hop_free(&h);
		}
	}
}

static void
test_requests(void **state)
{
	static const struct {
		const char *host, *user, *said;
	} asks[] = {
		{ "mx.example", NULL,
		    "CONNECT mx.example:587 HTTP/1.1\r\nHost: "
		    "mx.example:587\r\n\r\n" },
		{ "2001:db8::1", NULL,
		    "CONNECT [2001:db8::1]:587 HTTP/1.1\r\nHost: "
		    "[2001:db8::1]:587\r\n\r\n" },
		{ "a", "Aladdin",
		    "CONNECT a:587 HTTP/1.1\r\nHost: a:587\r\n"
		    "Proxy-Authorization: Basic "
		    "QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n\r\n" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof asks / sizeof asks[0]; i++) {
		struct hop h = { .host = asks[i].host,
			.port = 587,
			.user = asks[i].user,
			.password = "open sesame" };

		assert_int_equal(begin(&h), HOP_MORE);
		buf_add(&h.say, "", 1);
		assert_string_equal(buf_bytes(&h.say), asks[i].said);
		hop_free(&h);
	}
}

static void
test_without_an_end(void **state)
{
	struct hop h = { .host = "a", .port = 25 };
	enum hop_says says = begin(&h);
	static char much[2 * HOP_MOST] = "HTTP/1.1 200 OK\r\nA: ";

	(void)state;
	memset(much + strlen(much), 'x', sizeof much - strlen(much));
	hear(&h, much, sizeof much, 500, &says);
	assert_int_equal(says, HOP_REFUSED);
	buf_add(&h.why, "", 1);
	assert_string_equal(buf_bytes(&h.why), "its answer does not end");
	hop_free(&h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_requests),
		cmocka_unit_test(test_without_an_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
