/* SPDX-License-Identifier: ISC */
/* door_test.c - the ports of the practice server. */
#include <netinet/in.h>
#include <sys/socket.h>
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

#include <string.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "fail.h"
#include "practice/door.h"
#include "practice/peer.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

static int
reach(uint16_t port)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
		.sin_port = htons(port) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_true(fd >= 0);
	if (connect(fd, (struct sockaddr *)&a, sizeof a) == 0)
		return fd;
	close(fd);
	return -1;
}

static void
test_free_ports(void **state)
{
	static const struct {
		const char *name;
		const struct service *service;
		bool secure;
	} rows[DOORS] = {
		{ "smtp", &service_smtp, false },
		{ "smtps", &service_smtp, true },
		{ "pop3", &service_pop3, false },
		{ "pop3s", &service_pop3, true },
		{ "imap", &service_imap, false },
		{ "imaps", &service_imap, true },
	};
	struct pollfd pfd = { .events = POLLIN };
	struct door doors[DOORS];
	struct fail f;
	size_t i, k;

	(void)state;
	assert_int_equal(door_open(doors, "127.0.0.1", 0, &f), 0);
	for (i = 0; i < DOORS; i++) {
		char address[56] = "nobody";
		int fd = reach(doors[i].port), other;

		assert_string_equal(doors[i].name, rows[i].name);
		assert_ptr_equal(doors[i].service, rows[i].service);
		assert_int_equal(doors[i].secure, rows[i].secure);
		for (k = 0; k < i; k++)
			assert_int_not_equal(doors[k].port, doors[i].port);
		assert_true(fd >= 0);
		pfd.fd = doors[i].fd;
		assert_int_equal(poll(&pfd, 1, 30000), 1);
		other = accept(doors[i].fd, NULL, NULL);
		assert_true(other >= 0);
		door_peer(other, address, sizeof address);
		assert_string_equal(address, "127.0.0.1");
		/* Nobody waits there for somebody who does not come. */
		assert_int_equal(accept(doors[i].fd, NULL, NULL), -1);
		close(other);
		close(fd);
	}
	door_close(doors);
	for (i = 0; i < DOORS; i++)
		assert_int_equal(doors[i].fd, -1);
	door_close(doors);
}

/* None stays open where one cannot be. */
static void
test_taken(void **state)
{
	struct door doors[DOORS], others[DOORS];
	struct fail f;
	char why[80];
	uint16_t port;
	size_t i;

	(void)state;
	assert_int_equal(door_open(doors, "127.0.0.1", 0, &f), 0);
	for (i = 1, port = doors[0].port; i < DOORS; i++)
		port = doors[i].port < port ? doors[i].port : port;
	assert_int_equal(door_open(others, "127.0.0.1", port, &f), -1);
	assert_int_equal(f.status, STATUS_NETWORK);
	snprintf(why, sizeof why, "cannot listen on 127.0.0.1 port %u for smtp",
	    (unsigned)port);
	assert_ptr_equal(strstr(f.text, why), f.text);
	assert_non_null(strstr(f.text, "(--practice alone takes free ones)"));
	for (i = 0; i < DOORS; i++)
		assert_int_equal(others[i].fd, -1);
	door_close(doors);
}

static void
test_refused(void **state)
{
	static const struct {
		const char *address;
		uint16_t port;
		const char *why;
	} rows[] = {
		{ "localhost", 0, "localhost: not an address to listen on" },
		{ "", 0, "not an address to listen on" },
		{ "127.0.0.1", 65531,
		    "the practice server needs 6 ports from 65531 on" },
		{ "127.0.0.1", 65535,
		    "the practice server needs 6 ports from 65535 on" },
	};
	struct door doors[DOORS];
	struct fail f;
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		assert_int_equal(
		    door_open(doors, rows[i].address, rows[i].port, &f), -1);
		assert_int_equal(f.status, STATUS_USAGE);
		if (strstr(f.text, rows[i].why) == NULL)
			fail_msg("row %zu: %s", i, f.text);
	}
}

/* Who has no address is nobody. */
static void
test_no_peer(void **state)
{
	char address[56] = "somebody";
	int fds[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	door_peer(fds[0], address, sizeof address);
	assert_string_equal(address, "");
	strcpy(address, "somebody");
	door_peer(-1, address, sizeof address);
	assert_string_equal(address, "");
	close(fds[0]);
	close(fds[1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_free_ports),
		cmocka_unit_test(test_taken),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_no_peer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
