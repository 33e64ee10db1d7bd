/* SPDX-License-Identifier: ISC */
/* wire_test.c - bytes in and out of a socket, none lost, none too late. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "buf.h"
#include "clock.h"
#include "fail.h"
#include "tls.h"
#include "tlspeer.h"
#include "wire.h"

static unsigned
pick(unsigned *seed, unsigned below)
{
	*seed = *seed * 1103515245u + 12345u;
	return (*seed >> 16 & 0x7fff) % below;
}

/* A wire and the other end of it. */
static void
open_pair(struct wire *w, int *peer)
{
	int fds[2];

	memset(w, 0, sizeof *w);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	wire_open(w, fds[0]);
	*peer = fds[1];
}

/* The same over TCP. */
static void
open_tcp(struct wire *w, int *peer)
{
	struct sockaddr_in sin = { .sin_family = AF_INET };
	socklen_t len = sizeof sin;
	int server = socket(AF_INET, SOCK_STREAM, 0);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	memset(w, 0, sizeof *w);
	sin.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(server, (struct sockaddr *)&sin, len), 0);
	assert_int_equal(listen(server, 1), 0);
	assert_int_equal(getsockname(server, (struct sockaddr *)&sin, &len), 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&sin, len), 0);
	*peer = accept(server, NULL, NULL);
	assert_true(*peer >= 0);
	close(server);
	wire_open(w, fd);
}

static void
give(int peer, const char *text)
{
	assert_int_equal(write(peer, text, strlen(text)), strlen(text));
}

static void
test_closed(void **state)
{
	struct wire w;
	int peer;

	(void)state;
	open_pair(&w, &peer);
	assert_true(wire_is_open(&w));
	assert_false(wire_is_tls(&w));
	assert_false(wire_has_pending(&w));
	assert_int_equal(wire_owed(&w), 0);
	wire_close(&w);
	assert_false(wire_is_open(&w));
	wire_close(&w);
	assert_int_equal(wire_shut(&w), 0);
	close(peer);
}

static void
test_read(void **state)
{
	struct wire w;
	char text[10];
	int peer;

	(void)state;
	open_pair(&w, &peer);
	assert_int_equal(wire_read(&w, text, sizeof text, false), WIRE_AGAIN);
	assert_int_equal(wire_unread(&w), 0);
	give(peer, "220 hello\r\n");
	assert_int_equal(wire_unread(&w), 11);
	assert_int_equal(wire_read(&w, text, sizeof text, false), 10);
	assert_memory_equal(text, "220 hello\r", 10);
	assert_int_equal(wire_unread(&w), 1);
	assert_int_equal(wire_read(&w, text, sizeof text, true), 1);
	assert_int_equal(wire_read(&w, text, sizeof text, false), WIRE_AGAIN);
	assert_int_equal(w.received, 11);
	give(peer, "x");
	close(peer);
	assert_int_equal(wire_read(&w, text, sizeof text, false), 1);
	assert_int_equal(wire_read(&w, text, sizeof text, false), WIRE_EOF);
	assert_int_equal(wire_read(&w, text, sizeof text, true), WIRE_EOF);
	wire_close(&w);
}

static void
test_patience(void **state)
{
	struct wire w;
	char text[10];
	int peer;
	int64_t begun;

	(void)state;
	open_pair(&w, &peer);
	wire_patience(&w, 500);
	begun = clock_ms();
	assert_int_equal(wire_read(&w, text, sizeof text, true), WIRE_SLOW);
	assert_in_range(clock_ms() - begun, 480, 5000);
	begun = clock_ms();
	assert_int_equal(wire_read(&w, text, sizeof text, false), WIRE_AGAIN);
	assert_in_range(clock_ms() - begun, 0, 400);
	give(peer, "x");
	assert_int_equal(wire_read(&w, text, sizeof text, true), 1);
	wire_close(&w);
	close(peer);
}

/* Take what is there, and compare it with what must come. */
static size_t
take(int peer, const char *want, size_t most)
{
	char block[5000];
	ssize_t got = recv(peer, block,
	    most < sizeof block ? most : sizeof block, MSG_DONTWAIT);

	if (got <= 0)
		return 0;
	assert_memory_equal(block, want, got);
	return (size_t)got;
}

/* The kernel takes little, the other side reads when it likes to. */
static void
test_nothing_is_lost(void **state)
{
	enum { SIZE = 1500000 };
	char *bytes = malloc(SIZE);
	struct wire w;
	unsigned seed = 1;
	size_t sent = 0, taken = 0, most = 0, i;
	int peer, small = 4096;

	(void)state;
	assert_non_null(bytes);
	for (i = 0; i < SIZE; i++)
		bytes[i] = (char)(i * 7 + i / 251);
	open_pair(&w, &peer);
	setsockopt(w.fd, SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
	while (taken < SIZE) {
		size_t n = pick(&seed, 20000);

		if (sent < SIZE && pick(&seed, 3) == 0) {
			n = n < SIZE - sent ? n : SIZE - sent;
			assert_int_equal(wire_write(&w, bytes + sent, n), 0);
			sent += n;
		}
		if (pick(&seed, 2) == 0)
			assert_int_equal(wire_flush(&w), 0);
		taken += take(peer, bytes + taken, n);
		assert_true(wire_owed(&w) <= sent - taken);
		most = wire_owed(&w) > most ? wire_owed(&w) : most;
	}
	assert_true(most > 0);
	assert_int_equal(wire_owed(&w), 0);
	assert_int_equal(w.sent, SIZE);
	wire_close(&w);
	close(peer);
	free(bytes);
}

/* The other side reads nothing at all: what is accepted waits here. */
static void
test_write_never_waits(void **state)
{
	static char block[100000];
	struct wire w;
	struct pollfd p;
	int64_t begun = clock_ms();
	int peer, i;

	(void)state;
	open_pair(&w, &peer);
	for (i = 0; i < 20; i++)
		assert_int_equal(wire_write(&w, block, sizeof block), 0);
	assert_int_equal(wire_flush(&w), 0);
	assert_in_range(clock_ms() - begun, 0, 2000);
	assert_true(wire_owed(&w) > 0);
	p.fd = w.fd;
	p.events = POLLOUT;
	assert_int_equal(poll(&p, 1, 0), 0);
	wire_close(&w);
	assert_int_equal(wire_owed(&w), 0);
	close(peer);
}

static void
test_write_to_nobody(void **state)
{
	struct wire w;
	int peer;

	(void)state;
	open_pair(&w, &peer);
	close(peer);
	assert_int_equal(wire_write(&w, "", 0), 0);
	assert_int_equal(wire_write(&w, "NOOP\r\n", 6), -1);
	assert_string_equal(wire_error(&w), "cannot send: broken pipe");
	wire_close(&w);
}

static void
test_flush_to_nobody(void **state)
{
	static char block[1000000];
	struct wire w;
	int peer;

	(void)state;
	open_pair(&w, &peer);
	assert_int_equal(wire_write(&w, block, sizeof block), 0);
	assert_true(wire_owed(&w) > 0);
	close(peer);
	assert_int_equal(wire_flush(&w), -1);
	assert_non_null(strstr(wire_error(&w), "cannot send: "));
	wire_close(&w);
}

static void
test_reset(void **state)
{
	struct linger now = { 1, 0 };
	struct wire w;
	char text[10];
	int peer;

	(void)state;
	open_tcp(&w, &peer);
	setsockopt(peer, SOL_SOCKET, SO_LINGER, &now, sizeof now);
	close(peer);
	assert_int_equal(wire_read(&w, text, sizeof text, true), WIRE_ERROR);
	assert_string_equal(wire_error(&w),
	    "cannot receive: connection reset by peer");
	wire_close(&w);
}

/* Our half is closed; the other one still speaks. */
static void
test_shut(void **state)
{
	struct wire w;
	char text[10];
	int peer;

	(void)state;
	open_tcp(&w, &peer);
	assert_int_equal(wire_write(&w, "QUIT\r\n", 6), 0);
	assert_int_equal(wire_shut(&w), 0);
	assert_int_equal(wire_shut(&w), 0);
	assert_int_equal(recv(peer, text, 6, MSG_WAITALL), 6);
	assert_memory_equal(text, "QUIT\r\n", 6);
	assert_int_equal(read(peer, text, sizeof text), 0);
	give(peer, "221 bye");
	assert_int_equal(wire_read(&w, text, sizeof text, true), 7);
	close(peer);
	assert_int_equal(wire_read(&w, text, sizeof text, true), WIRE_EOF);
	assert_int_equal(wire_shut(&w), 0);
	wire_close(&w);
}

static void
test_splice(void **state)
{
	struct wire w;
	char text[20];
	int peer, fds[2];
	ssize_t got;

	(void)state;
	open_tcp(&w, &peer);
	assert_int_equal(pipe(fds), 0);
	give(peer, "220 hello\r\n");
	assert_true(poll(&(struct pollfd){ w.fd, POLLIN, 0 }, 1, 5000) == 1);
	got = wire_splice(&w, fds[1], 4);
	if (got == WIRE_CANNOT)
		skip();
	assert_int_equal(got, 4);
	assert_int_equal(wire_splice(&w, fds[1], 100), 7);
	assert_int_equal(read(fds[0], text, sizeof text), 11);
	assert_memory_equal(text, "220 hello\r\n", 11);
	assert_int_equal(w.received, 11);
	close(peer);
	assert_true(poll(&(struct pollfd){ w.fd, POLLIN, 0 }, 1, 5000) == 1);
	assert_int_equal(wire_splice(&w, fds[1], 100), WIRE_EOF);
	wire_close(&w);
	close(fds[0]);
	close(fds[1]);
}

/* It does not wait for the server. */
static void
test_splice_of_nothing(void **state)
{
	struct wire w;
	int64_t begun;
	int peer, fds[2];
	ssize_t got;

	(void)state;
	open_tcp(&w, &peer);
	assert_int_equal(pipe(fds), 0);
	/* Should it wait, then not for ever. */
	wire_patience(&w, 3000);
	begun = clock_ms();
	got = wire_splice(&w, fds[1], 100);
	if (got == WIRE_CANNOT)
		skip();
	assert_int_equal(got, WIRE_AGAIN);
	assert_in_range(clock_ms() - begun, 0, 2000);
	wire_close(&w);
	close(peer);
	close(fds[0]);
	close(fds[1]);
}

/* Nor for the pipe's reader. */
static void
test_splice_into_full_pipe(void **state)
{
	static char block[60000];
	struct wire w;
	int peer, fds[2], i;
	ssize_t got = 0;

	(void)state;
	open_tcp(&w, &peer);
	assert_int_equal(pipe(fds), 0);
	for (i = 0; i < 10; i++)
		(void)send(peer, block, sizeof block, MSG_DONTWAIT);
	for (i = 0; i < 1000 && got >= 0 && wire_unread(&w) > 0; i++)
		got = wire_splice(&w, fds[1], 1 << 20);
	if (got == WIRE_CANNOT)
		skip();
	assert_int_equal(got, WIRE_AGAIN);
	assert_true(wire_unread(&w) > 0);
	wire_close(&w);
	close(peer);
	close(fds[0]);
	close(fds[1]);
}

static void
test_splice_to_no_pipe(void **state)
{
	struct wire w;
	int peer, null = open("/dev/null", O_WRONLY);

	(void)state;
	open_pair(&w, &peer);
	give(peer, "x");
	assert_int_equal(wire_splice(&w, null, 100), WIRE_CANNOT);
	assert_int_equal(wire_unread(&w), 1);
	close(null);
	close(peer);
	wire_close(&w);
}

/* Nothing of one connection is left in the next. */
static void
test_again(void **state)
{
	static char block[1000000];
	struct wire w;
	struct tls_chain chain;
	struct fail f;
	char text[10];
	int peer, fds[2];

	(void)state;
	open_pair(&w, &peer);
	assert_int_equal(wire_write(&w, block, sizeof block), 0);
	assert_int_equal(wire_shut(&w), 0);
	wire_close(&w);
	close(peer);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	wire_open(&w, fds[0]);
	assert_int_equal(w.sent, 0);
	assert_int_equal(wire_owed(&w), 0);
	assert_int_equal(wire_write(&w, "x", 1), 0);
	assert_int_equal(read(fds[1], text, sizeof text), 1);
	assert_int_equal(wire_shut(&w), 0);
	assert_int_equal(read(fds[1], text, sizeof text), 0);
	wire_chain(&w, &chain);
	assert_int_equal(chain.n, 0);
	assert_int_equal(wire_keep(&w, &f), 0);
	wire_close(&w);
	close(fds[1]);
}

static void
end_tls(struct wire *w, int peer, SSL *ssl)
{
	SSL_free(ssl);
	wire_close(w);
	close(peer);
}

/* TLS ends, plain text goes both ways, and TLS may begin again. */
static void
test_unshake(void **state)
{
	static const int versions[] = { TLS1_2_VERSION, TLS1_3_VERSION };
	struct wire w;
	char text[10];
	int peer;
	size_t i;
	SSL *ssl;

	(void)state;
	open_tcp(&w, &peer);
	for (i = 0; i < 2; i++) {
		ssl = tlspeer_begin(&w, peer, versions[i]);
		assert_int_equal(wire_write(&w, "CCC\r\n", 5), 0);
		assert_int_equal(SSL_read(ssl, text, sizeof text), 5);
		assert_int_equal(wire_unshake(&w), 0);
		assert_int_equal(wire_unshake(&w), 0);
		assert_true(wire_is_tls(&w));
		assert_int_equal(SSL_shutdown(ssl), 0);
		assert_int_equal(SSL_shutdown(ssl), 1);
		assert_true(poll(&(struct pollfd){ w.fd, POLLIN, 0 }, 1, 5000));
		assert_int_equal(wire_unshake(&w), 1);
		assert_false(wire_is_tls(&w));
		assert_false(wire_has_pending(&w));
		assert_int_equal(wire_write(&w, "PWD\r\n", 5), 0);
		assert_int_equal(wire_owed(&w), 0);
		assert_true(poll(&(struct pollfd){ peer, POLLIN, 0 }, 1, 5000));
		assert_int_equal(read(peer, text, sizeof text), 5);
		assert_memory_equal(text, "PWD\r\n", 5);
		give(peer, "257 /\r\n");
		assert_int_equal(wire_read(&w, text, sizeof text, true), 7);
		assert_memory_equal(text, "257 /\r\n", 7);
		SSL_free(ssl);
	}
	wire_close(&w);
	close(peer);
}

/* The server says it first, together with its last reply; and then more. */
static void
test_unshake_by_server(void **state)
{
	static const char *const behind[] = { "", "421 bye\r\n" };
	struct wire w;
	char text[10];
	int peer;
	size_t i;
	SSL *ssl;

	(void)state;
	for (i = 0; i < 2; i++) {
		open_pair(&w, &peer);
		ssl = tlspeer_begin(&w, peer, TLS1_3_VERSION);
		assert_int_equal(SSL_write(ssl, "200 ok\r\n", 8), 8);
		assert_int_equal(SSL_shutdown(ssl), 0);
		give(peer, behind[i]);
		assert_int_equal(wire_read(&w, text, sizeof text, false), 8);
		if (behind[i][0] == '\0') {
			assert_int_equal(wire_unshake(&w), 1);
			assert_false(wire_is_tls(&w));
			assert_int_equal(SSL_shutdown(ssl), 1);
		} else {
			assert_int_equal(wire_unshake(&w), -1);
			assert_string_equal(wire_error(&w),
			    "plain text came together with its end");
		}
		end_tls(&w, peer, ssl);
	}
}

/* The server closes in place of ending TLS. */
static void
test_unshake_closed(void **state)
{
	struct wire w;
	int peer;
	SSL *ssl;

	(void)state;
	open_pair(&w, &peer);
	ssl = tlspeer_begin(&w, peer, TLS1_3_VERSION);
	assert_int_equal(wire_unshake(&w), 0);
	shutdown(peer, SHUT_WR);
	assert_int_equal(wire_unshake(&w), -1);
	assert_true(strlen(wire_error(&w)) > 0);
	end_tls(&w, peer, ssl);
}

/* Give the server its turns, and ours to the wire, until it has it all. */
static void
converse(struct wire *w, SSL *ssl, char *heard, size_t size)
{
	size_t len = strlen(heard);
	char block[64];
	int round, got;

	for (round = 0; round < 20; round++) {
		got = SSL_read(ssl, heard + len, (int)(size - 1 - len));
		if (got > 0)
			len += (size_t)got;
		heard[len] = '\0';
		assert_int_equal(wire_read(w, block, sizeof block, false),
		    WIRE_AGAIN);
	}
}

/* The server of TLS 1.2 asks for new keys and says more at once: what we say
 * meanwhile goes out when both have them, and then the end. */
static void
test_new_handshake(void **state)
{
	struct wire w = { .fd = -1 };
	char block[64], heard[64] = "";
	ssize_t got;
	int peer;
	SSL *ssl;

	(void)state;
	open_pair(&w, &peer);
	ssl = tlspeer_begin(&w, peer, TLS1_2_VERSION);
	while (wire_read(&w, block, sizeof block, false) != WIRE_AGAIN)
		continue;
	assert_int_equal(SSL_renegotiate(ssl), 1);
	assert_int_equal(SSL_do_handshake(ssl), 1);
	assert_int_equal(SSL_write(ssl, "250 a\r\n", 7), 7);
	/* This may wait, but what follows must not. */
	got = wire_read(&w, block, sizeof block, true);
	assert_int_equal(got, 7);
	assert_memory_equal(block, "250 a\r\n", 7);
	assert_int_equal(wire_write(&w, "NOOP\r\n", 6), 0);
	assert_int_equal(wire_write(&w, "QUIT\r\n", 6), 0);
	assert_int_equal(wire_owed(&w), 12);
	assert_false(wire_wants_room(&w));
	assert_int_equal(wire_shut(&w), 0);
	converse(&w, ssl, heard, sizeof heard);
	assert_string_equal(heard, "NOOP\r\nQUIT\r\n");
	assert_int_equal(wire_owed(&w), 0);
	assert_true(SSL_get_shutdown(ssl) & SSL_RECEIVED_SHUTDOWN);
	end_tls(&w, peer, ssl);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_closed),
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_patience),
		cmocka_unit_test(test_nothing_is_lost),
		cmocka_unit_test(test_write_never_waits),
		cmocka_unit_test(test_write_to_nobody),
		cmocka_unit_test(test_flush_to_nobody),
		cmocka_unit_test(test_reset),
		cmocka_unit_test(test_shut),
		cmocka_unit_test(test_splice),
		cmocka_unit_test(test_splice_of_nothing),
		cmocka_unit_test(test_splice_into_full_pipe),
		cmocka_unit_test(test_splice_to_no_pipe),
		cmocka_unit_test(test_again),
		cmocka_unit_test(test_new_handshake),
		cmocka_unit_test(test_unshake),
		cmocka_unit_test(test_unshake_by_server),
		cmocka_unit_test(test_unshake_closed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
