/* SPDX-License-Identifier: ISC */
/* conn_test.c - a server's connection, with its client in the same process. */
#include <sys/socket.h>

#include <netinet/in.h>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <stdarg.h>
#include <stddef.h>

#include <openssl/ssl.h>

#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "conn.h"
#include "fail.h"
#include "identity.h"

enum { LONG = 4 << 20, ROUNDS = 20000 };

/* Both ends. */
struct pair {
	struct conn conn;
	int client;
	SSL *ssl; /* of the client */
	SSL_CTX *cctx, *sctx;
};

static int
set_up(void **state)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	struct pair *p = calloc(1, sizeof *p);
	struct identity *id;
	struct fail f;
	uint16_t port = 0;
	int listener = conn_listen(0, &port, &f);

	*state = p;
	assert_true(listener >= 0 && port > 0);
	assert_int_equal(conn_accept(&p->conn, listener, &f), 0);
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	a.sin_port = htons(port);
	p->client = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(connect(p->client, (struct sockaddr *)&a, sizeof a),
	    0);
	fcntl(p->client, F_SETFL, O_NONBLOCK);
	assert_int_equal(conn_accept(&p->conn, listener, &f), 1);
	assert_int_equal(conn_accept(&p->conn, listener, &f), 0);
	close(listener);
	id = identity_make(IDENTITY_LOOPBACK, 0, &f);
	p->sctx = identity_context(id, &f);
	identity_free(id);
	p->cctx = SSL_CTX_new(TLS_client_method());
	p->ssl = SSL_new(p->cctx);
	SSL_set_fd(p->ssl, p->client);
	return 0;
}

static int
tear_down(void **state)
{
	struct pair *p = *state;

	SSL_free(p->ssl);
	SSL_CTX_free(p->cctx);
	conn_close(&p->conn);
	conn_close(&p->conn);
	identity_context_free(p->sctx);
	close(p->client);
	free(p);
	return 0;
}

/* One turn of a loop: what is wanted, what is there, what is done. */
static int
turn(struct conn *c)
{
	struct pollfd p = { c->fd, conn_events(c), 0 };

	if (p.events != 0 && poll(&p, 1, 10) > 0)
		return conn_work(c);
	return 0;
}

static void
say(struct pair *p, const char *text)
{
	size_t n = strlen(text);

	assert_int_equal(write(p->client, text, n), n);
}

/* Work until so many bytes have come. */
static void
await(struct pair *p, size_t n)
{
	int i;

	for (i = 0; i < 100 && p->conn.in.len < n; i++)
		assert_int_equal(turn(&p->conn), 0);
	assert_int_equal(p->conn.in.len, n);
}

/* What the client has got by now, plain or not. */
static size_t
got(struct pair *p, char *text, size_t size, bool tls)
{
	int n;

	turn(&p->conn);
	n = tls ? SSL_read(p->ssl, text, (int)size) :
		  (int)read(p->client, text, size);
	return n < 0 ? 0 : (size_t)n;
}

static void
expect(struct pair *p, const char *want, bool tls)
{
	char text[256] = "";
	size_t have = 0;
	int i;

	for (i = 0; i < 100 && have < strlen(want); i++)
		have += got(p, text + have, sizeof text - 1 - have, tls);
	assert_string_equal(text, want);
}

static void
shake(struct pair *p)
{
	int i;

	SSL_set_connect_state(p->ssl);
	for (i = 0; i < 100 && !conn_is_tls(&p->conn); i++) {
		SSL_do_handshake(p->ssl);
		assert_int_equal(turn(&p->conn), 0);
	}
	assert_true(conn_is_tls(&p->conn));
}

/* --- */

static void
listens_on_a_given_port(void **state)
{
	struct fail f;
	uint16_t port = 0, again = 0;
	int fd = conn_listen(0, &port, &f), other;

	(void)state;
	assert_true(fd >= 0 && port > 0);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	other = conn_listen(port, &again, &f);
	assert_int_equal(other, -1);
	assert_int_equal(f.status, STATUS_NETWORK);
	assert_non_null(strstr(f.text, "cannot listen on 127.0.0.1 port "));
	close(fd);
	fd = conn_listen(port, &again, &f);
	assert_true(fd >= 0);
	assert_int_equal(again, port);
	close(fd);
}

static void
finds_lines(void **state)
{
	static const struct {
		const char *in;
		size_t whole, len;
	} rows[] = {
		{ "", 0, 0 },
		{ "a", 0, 0 },
		{ "a\r", 0, 0 },
		{ "\n", 1, 0 },
		{ "\r\n", 2, 0 },
		{ "ab\r\ncd\r\n", 4, 2 },
		{ "ab\ncd\r\n", 3, 2 },
		{ "a\rb\r\r\n", 6, 4 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct conn c = { .fd = -1 };
		size_t len = 0;

		buf_add(&c.in, rows[i].in, strlen(rows[i].in));
		if (conn_line(&c, &len) != rows[i].whole || len != rows[i].len)
			fail_msg("row %zu: %zu", i, len);
		conn_close(&c);
	}
}

static void
talks_plain(void **state)
{
	struct pair *p = *state;

	say(p, "EHLO x\r\nNO");
	await(p, 10);
	buf_drop(&p->conn.in, 8);
	say(p, "OP\r\n");
	await(p, 6);
	assert_memory_equal(buf_bytes(&p->conn.in), "NOOP\r\n", 6);
	assert_true(conn_send(&p->conn, "250 a\r\n", 7));
	assert_true(conn_send(&p->conn, "250 b\r\n", 7));
	expect(p, "250 a\r\n250 b\r\n", false);
	assert_int_equal(conn_events(&p->conn), POLLIN);
}

static void
sees_both_ends(void **state)
{
	struct pair *p = *state;
	char byte;
	int i;

	assert_true(conn_send(&p->conn, "221 bye\r\n", 9));
	conn_end(&p->conn);
	assert_false(conn_send(&p->conn, "x", 1));
	expect(p, "221 bye\r\n", false);
	assert_int_equal(turn(&p->conn), 0);
	assert_int_equal(read(p->client, &byte, 1), 0);
	say(p, "late");
	shutdown(p->client, SHUT_WR);
	for (i = 0; i < 100 && !p->conn.ended; i++)
		assert_int_equal(turn(&p->conn), 0);
	assert_true(p->conn.ended);
	assert_int_equal(p->conn.in.len, 4);
	assert_int_equal(conn_events(&p->conn), 0);
}

/* A client that reads nothing, and then all. */
static void
hold_back(struct pair *p, bool tls)
{
	char block[8192], text[8192];
	size_t sent = 0, read_so_far = 0, i, n;
	int round;

	for (i = 0; i < sizeof block; i++)
		block[i] = (char)(i % 251);
	while (conn_send(&p->conn, block, sizeof block)) {
		sent += sizeof block;
		assert_int_equal(conn_work(&p->conn), 0);
		assert_true(sent < 100 << 20);
		assert_true(p->conn.out.len <= CONN_OUT_MOST);
	}
	assert_true(conn_events(&p->conn) & POLLOUT);
	for (round = 0; round < ROUNDS && read_so_far < sent; round++) {
		n = got(p, text, sizeof text, tls);
		for (i = 0; i < n; i++, read_so_far++)
			assert_int_equal((unsigned char)text[i],
			    read_so_far % sizeof block % 251);
	}
	assert_int_equal(read_so_far, sent);
	assert_true(conn_send(&p->conn, block, sizeof block));
}

static void
holds_back_for_a_slow_reader(void **state)
{
	hold_back(*state, false);
}

static void
does_so_under_tls(void **state)
{
	struct pair *p = *state;

	assert_int_equal(conn_tls(&p->conn, p->sctx), 0);
	shake(p);
	hold_back(p, true);
}

/* One message of any length is taken, in TLS too. */
static void
takes_a_long_message(void **state)
{
	struct pair *p = *state;
	char *text = calloc(1, LONG), *back = calloc(1, LONG);
	size_t i, have = 0;
	int round;

	for (i = 0; i < LONG; i++)
		text[i] = (char)(i % 249);
	assert_int_equal(conn_tls(&p->conn, p->sctx), 0);
	shake(p);
	assert_true(conn_send(&p->conn, text, LONG));
	assert_false(conn_send(&p->conn, text, 1));
	for (round = 0; round < ROUNDS && have < LONG; round++)
		have += got(p, back + have, LONG - have, true);
	assert_int_equal(have, LONG);
	assert_memory_equal(text, back, LONG);
	free(text);
	free(back);
}

static void
reads_no_more_than_it_keeps(void **state)
{
	struct pair *p = *state;
	char block[65536] = { 0 };
	size_t sent = 0;
	int i;

	for (i = 0; i < 200; i++) {
		ssize_t n = write(p->client, block, sizeof block);

		sent += n > 0 ? (size_t)n : 0;
		assert_int_equal(turn(&p->conn), 0);
	}
	assert_true(sent > CONN_IN_MOST + sizeof block);
	assert_true(p->conn.in.len >= CONN_IN_MOST);
	assert_true(p->conn.in.len < CONN_IN_MOST + 20000);
	assert_int_equal(conn_events(&p->conn), 0);
	buf_drop(&p->conn.in, p->conn.in.len);
	assert_int_equal(conn_events(&p->conn), POLLIN);
}

static void
upgrades_when_all_is_said(void **state)
{
	struct pair *p = *state;

	say(p, "STARTTLS\r\n");
	await(p, 10);
	/* Nothing of the client's may be left. */
	assert_int_equal(conn_tls(&p->conn, p->sctx), -1);
	assert_true(conn_send(&p->conn, "220 go\r\n", 8));
	buf_drop(&p->conn.in, 10);
	assert_int_equal(conn_tls(&p->conn, p->sctx), 0);
	assert_false(conn_is_tls(&p->conn));
	assert_false(conn_send(&p->conn, "250 early\r\n", 11));
	assert_int_equal(conn_events(&p->conn), POLLOUT);
	expect(p, "220 go\r\n", false);
	assert_int_equal(conn_events(&p->conn), POLLIN);
	shake(p);
	assert_int_equal(SSL_write(p->ssl, "EHLO y\r\n", 8), 8);
	await(p, 8);
	assert_true(conn_send(&p->conn, "250 z\r\n", 7));
	expect(p, "250 z\r\n", true);
	assert_int_equal(p->conn.out.len, 0);
	conn_end(&p->conn);
	assert_true(conn_events(&p->conn) & POLLOUT);
	assert_int_equal(turn(&p->conn), 0);
	assert_false(conn_events(&p->conn) & POLLOUT);
	assert_int_equal(SSL_read(p->ssl, (char[1]){ 0 }, 1), 0);
	assert_int_equal(SSL_get_error(p->ssl, 0), SSL_ERROR_ZERO_RETURN);
	SSL_shutdown(p->ssl);
	turn(&p->conn);
	assert_true(p->conn.ended);
}

/* Whatever else comes than a handshake: an error, and no busy waiting. */
static void
fails_to_shake(void **state)
{
	static const char *const rows[] = { "EHLO x\r\n", "" };
	size_t i;

	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct pair *p;
		int round, rc = 0;

		if (i > 0) {
			tear_down(state);
			set_up(state);
		}
		p = *state;
		assert_int_equal(conn_tls(&p->conn, p->sctx), 0);
		assert_int_equal(conn_work(&p->conn), 0);
		say(p, rows[i]);
		shutdown(p->client, SHUT_WR);
		for (round = 0; round < 100 && rc == 0; round++)
			rc = turn(&p->conn);
		assert_int_equal(rc, -1);
		assert_memory_equal(p->conn.error, "TLS: ", 5);
		assert_int_equal(conn_events(&p->conn), 0);
		assert_int_equal(conn_work(&p->conn), -1);
	}
}

static void
says_that_the_client_is_lost(void **state)
{
	struct pair *p = *state;
	struct linger at_once = { 1, 0 };
	int i, rc = 0;

	say(p, "QUIT\r\n");
	setsockopt(p->client, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
	await(p, 6);
	close(p->client);
	p->client = -1;
	for (i = 0; i < 100 && rc == 0; i++)
		rc = turn(&p->conn);
	assert_int_equal(rc, -1);
	assert_string_equal(p->conn.error,
	    "cannot receive: connection reset by peer");
	assert_int_equal(p->conn.in.len, 6);
	assert_int_equal(conn_events(&p->conn), 0);
	assert_int_equal(conn_work(&p->conn), -1);
}

#define ON_A_PAIR(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(listens_on_a_given_port),
		cmocka_unit_test(finds_lines),
		ON_A_PAIR(talks_plain),
		ON_A_PAIR(sees_both_ends),
		ON_A_PAIR(holds_back_for_a_slow_reader),
		ON_A_PAIR(does_so_under_tls),
		ON_A_PAIR(takes_a_long_message),
		ON_A_PAIR(reads_no_more_than_it_keeps),
		ON_A_PAIR(upgrades_when_all_is_said),
		ON_A_PAIR(fails_to_shake),
		ON_A_PAIR(says_that_the_client_is_lost),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
