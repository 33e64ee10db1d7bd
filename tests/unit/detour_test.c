/* SPDX-License-Identifier: ISC */
/* detour_test.c - the way through a proxy, and what bars it. */
#include <netinet/in.h>
#include <sys/socket.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "detour.h"
#include "fail.h"
#include "lookup.h"
#include "net.h"
#include "player.h"
#include "proxy.h"
#include "vars.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])
#define ASKED "CONNECT mx.test:25 HTTP/1.1\r\nHost: mx.test:25\r\n"

enum { STEPS = 8, SHORT = 300, LONG = 10000 };

/* The proxy of this URL, at this port of 127.0.0.1. */
static struct proxy
proxy_at(const char *scheme, uint16_t port)
{
	struct proxy x;
	struct fail f;
	char url[80];

	snprintf(url, sizeof url, "%s127.0.0.1:%u", scheme, (unsigned)port);
	assert_int_equal(proxy_parse(&x, url, &f), 0);
	return x;
}

/* One address for every name. */
static int
one_address(const struct lookup *l, struct address *list, int most,
    struct fail *f)
{
	(void)f;
	assert_int_equal(l->family, AF_INET);
	assert_true(most >= 1);
	assert_true(lookup_address("192.0.2.1", list));
	return 1;
}

static const struct lookup_way way = { one_address, NULL };

/* What the proxy hears and says, and what comes of it. */
static void
test_proxies(void **state)
{
	static const struct {
		const char *name, *scheme, *host;
		int timeout;
		const char *part[STEPS];
		const char *heard; /* "": of no interest */
		enum status status;
		const char *why;  /* behind the place; NULL: the way is open */
		const char *next; /* what the server says then */
	} rows[] = {
		{ "open", "http://", "mx.test", LONG,
		    { "C", "C", "C", "S:HTTP/1.1 200 OK\r\n\r\n220 hi\r\n" },
		    ASKED "\r\n", STATUS_OK, NULL, "220 hi\r\n" },
		{ "in pieces", "http://", "mx.test", LONG,
		    { "C", "S:HTTP/1.", "C", "S:1 200 OK\r\n\r", "C",
			"S:\n220 hi\r\n" },
		    ASKED "\r\n", STATUS_OK, NULL, "220 hi\r\n" },
		{ "with a password", "http://bob@", "mx.test", LONG,
		    { "C", "C", "C", "C", "S:HTTP/1.1 200 OK\r\n\r\nx" },
		    ASKED "Proxy-Authorization: Basic Ym9iOmh1c2g=\r\n\r\n",
		    STATUS_OK, NULL, "x" },
		{ "refused", "http://", "mx.test", LONG,
		    { "C", "C", "C", "S:HTTP/1.1 403 \033No\r\n\r\n" }, "",
		    STATUS_NETWORK,
		    "the proxy says: \"HTTP/1.1 403 \\x1bNo\" (do its rules "
		    "allow this port?)",
		    NULL },
		{ "closed", "http://", "mx.test", LONG, { "C", "C", "C" }, "",
		    STATUS_NETWORK,
		    "the proxy closed the connection (is it one for HTTP?)",
		    NULL },
		{ "silent", "http://", "mx.test", SHORT, { "ALL" }, "",
		    STATUS_TIMEOUT,
		    "no answer in 0.3 s (is it a proxy of this kind?)", NULL },
		{ "silent in mid answer", "http://", "mx.test", SHORT,
		    { "S:HTTP/1.1 200 OK\r\n", "ALL" }, "", STATUS_TIMEOUT,
		    "no answer in 0.3 s (does the server answer the proxy?)",
		    NULL },
		{ "no names", "socks4://", "mx.test", SHORT, { "ALL" }, "\4\1",
		    STATUS_TIMEOUT,
		    "no answer in 0.3 s (is it a proxy of this kind?)", NULL },
		{ "no name at all", "http://", "a b", LONG, { NULL }, "",
		    STATUS_USAGE, "this name means nothing to a proxy", NULL },
		{ "lines", "http://", "a\r\nb", LONG, { NULL }, "",
		    STATUS_USAGE, "this name means nothing to a proxy", NULL },
		{ "a scope", "http://", "fe80::1%lo", LONG, { NULL }, "",
		    STATUS_USAGE, "this name means nothing to a proxy", NULL },
	};
	static struct player p;
	struct vars purse = { 0 };
	size_t i;

	(void)state;
	vars_set(&purse, "PROXY_PASSWORD", 14, "hush", 5);
	for (i = 0; i < ROWS(rows); i++) {
		struct net_plan plan = { .host = rows[i].host,
			.port = 25,
			.timeout = rows[i].timeout,
			.wake = -1,
			.way = &way };
		bool reached = rows[i].part[0] != NULL;
		struct proxy x;
		struct net_peer peer;
		struct fail f;
		char block[40] = "", by[60];
		int fd;

		if (reached)
			player_begin(&p, rows[i].part);
		x = proxy_at(rows[i].scheme, reached ? p.port : 9);
		x.purse = &purse;
		snprintf(by, sizeof by, "by %s://127.0.0.1:%u", x.kind->scheme,
		    (unsigned)x.port);
		fd = detour_connect(&plan, &x, &peer, &f);
		if ((fd >= 0) != (rows[i].why == NULL))
			fail_msg("%s: %d", rows[i].name, fd);
		if (fd >= 0) {
			assert_int_equal(
			    recv(fd, block, strlen(rows[i].next), MSG_WAITALL),
			    strlen(rows[i].next));
			assert_string_equal(block, rows[i].next);
			assert_string_equal(peer.address, by);
			assert_int_equal(peer.port, 25);
			assert_true(peer.connect > 0);
			close(fd);
		} else {
			assert_int_equal(errno, ENOTCONN);
			assert_int_equal(f.status, rows[i].status);
			assert_non_null(strstr(f.text, "cannot connect to "));
			assert_non_null(strstr(f.text, by));
			assert_non_null(strstr(f.text, rows[i].why));
		}
		if (reached)
			player_end(&p);
		if (rows[i].heard[0] != '\0')
			assert_string_equal(p.heard, rows[i].heard);
	}
	vars_free(&purse);
}

/* What is looked up here is an address for the proxy. */
static void
test_looked_up_here(void **state)
{
	static const char *const part[] = { "ALL", NULL };
	static struct player p;
	struct net_plan plan = { .host = "mx.test",
		.port = 258,
		.timeout = SHORT,
		.wake = -1,
		.way = &way };
	struct proxy x;
	struct net_peer peer;
	struct fail f;

	(void)state;
	player_begin(&p, part);
	x = proxy_at("socks4://bob@", p.port);
	assert_int_equal(detour_connect(&plan, &x, &peer, &f), -1);
	player_end(&p);
	assert_memory_equal(p.heard, "\4\1\1\2\300\0\2\1bob\0", 12);
	plan.numeric = true;
	assert_int_equal(detour_connect(&plan, &x, &peer, &f), -1);
	assert_null(strstr(f.text, "proxy"));
}

/* The user does not want to wait. */
static void
test_interrupted(void **state)
{
	static const char *const part[] = { "ALL", NULL };
	static struct player p;
	struct net_plan plan = { .host = "mx.test", .port = 25 };
	struct proxy x;
	struct net_peer peer;
	struct fail f;
	int fds[2];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(write(fds[1], "x", 1), 1);
	plan.wake = fds[0];
	player_begin(&p, part);
	x = proxy_at("http://", p.port);
	assert_int_equal(detour_connect(&plan, &x, &peer, &f), -1);
	assert_int_equal(errno, EINTR);
	assert_int_equal(f.status, STATUS_NETWORK);
	assert_non_null(strstr(f.text, "interrupted while connecting"));
	/* Whoever has it looked after sees it too. */
	assert_int_equal(read(fds[0], &(char){ 0 }, 1), 1);
	player_end(&p);
	close(fds[0]);
	close(fds[1]);
}

/* A port of 127.0.0.1 where nobody is. */
static uint16_t
lonely_port(int *fd)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof a;

	*fd = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(bind(*fd, (struct sockaddr *)&a, len), 0);
	assert_int_equal(getsockname(*fd, (struct sockaddr *)&a, &len), 0);
	return ntohs(a.sin_port);
}

static void
test_not_reached(void **state)
{
	struct net_plan plan = { .host = "mx.test", .port = 25, .wake = -1 };
	struct proxy x;
	struct net_peer peer = { .nowhere = true };
	struct fail f;
	int fd;

	(void)state;
	x = proxy_at("socks5://", lonely_port(&fd));
	assert_int_equal(detour_connect(&plan, &x, &peer, &f), -1);
	assert_int_equal(f.status, STATUS_NETWORK);
	assert_memory_equal(f.text, "the proxy is not reached: ", 26);
	assert_null(strstr(f.text, "mx.test"));
	/* It says nothing of the server's name. */
	x = proxy_at("socks5://", 1);
	snprintf(x.host, sizeof x.host, "no.such.invalid");
	plan.numeric = true;
	assert_int_equal(detour_connect(&plan, &x, &peer, &f), -1);
	assert_false(peer.nowhere);
	plan.path = "/x";
	assert_int_equal(detour_connect(&plan, &x, &peer, &f), -1);
	assert_int_equal(f.status, STATUS_USAGE);
	assert_non_null(strstr(f.text, "no proxy leads to a Unix-domain"));
	close(fd);
}

static void
test_without_a_proxy(void **state)
{
	static const char *const part[] = { "S:220 hi", "ALL", NULL };
	static struct player p;
	struct net_plan plan = { .host = "127.0.0.1", .wake = -1 };
	struct proxy none = { .kind = NULL };
	struct net_peer peer;
	struct fail f;
	char block[10] = "";
	int fd;

	(void)state;
	player_begin(&p, part);
	plan.port = p.port;
	fd = detour_connect(&plan, &none, &peer, &f);
	assert_true(fd >= 0);
	assert_int_equal(recv(fd, block, 6, MSG_WAITALL), 6);
	assert_string_equal(block, "220 hi");
	assert_string_equal(peer.address, "127.0.0.1");
	close(fd);
	player_end(&p);
	assert_string_equal(p.heard, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_proxies),
		cmocka_unit_test(test_looked_up_here),
		cmocka_unit_test(test_interrupted),
		cmocka_unit_test(test_not_reached),
		cmocka_unit_test(test_without_a_proxy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
