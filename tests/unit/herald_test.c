/* SPDX-License-Identifier: ISC */
/* herald_test.c - the header goes out first, and what it says is told. */
#include <netinet/in.h>
#include <sys/socket.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "buf.h"
#include "fail.h"
#include "herald.h"
#include "preface.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])
#define BYTES(s) (s), sizeof(s) - 1
#define SIGN "\15\12\15\12\0\15\12QUIT\12"

static uint16_t
port_of(int fd)
{
	struct sockaddr_in a;
	socklen_t len = sizeof a;

	assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &len), 0);
	return ntohs(a.sin_port);
}

/* Two ends of a connection; one of TCP has addresses. */
static void
connect_pair(int fds[2], bool tcp)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int server;

	if (!tcp) {
		assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
		return;
	}
	server = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(bind(server, (struct sockaddr *)&a, sizeof a), 0);
	assert_int_equal(listen(server, 1), 0);
	a.sin_port = htons(port_of(server));
	fds[0] = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(connect(fds[0], (struct sockaddr *)&a, sizeof a), 0);
	fds[1] = accept(server, NULL, NULL);
	assert_true(fds[1] >= 0);
	close(server);
}

static void
read_all(int fd, struct buf *to)
{
	ssize_t n;

	while ((n = read(fd, buf_room(to, 512), 512)) > 0)
		buf_grew(to, (size_t)n);
}

/* What stands in it is preface_test's affair. */
static void
test_sent(void **state)
{
	static const struct {
		const char *option;
		bool tcp;
		const char *sent;
		size_t sent_len;
		const char *words; /* behind "PROXY " */
	} rows[] = {
		{ NULL, false, BYTES("PROXY UNKNOWN\r\n"), "UNKNOWN" },
		{ "v2", false, BYTES(SIGN " \0\0\0"),
		    "UNKNOWN (in version 2)" },
		{ "192.0.2.7:42", false,
		    BYTES("PROXY TCP4 192.0.2.7 127.0.0.1 42 0\r\n"),
		    "TCP4 192.0.2.7 127.0.0.1 42 0" },
		{ "v2,192.0.2.7:42", false,
		    BYTES(SIGN "!\21\0\14\300\0\2\7\177\0\0\1\0\52\0\0"),
		    "TCP4 192.0.2.7 127.0.0.1 42 0 (in version 2)" },
		{ NULL, true, NULL, 0, NULL },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct buf sent = { 0 }, words = { 0 };
		char line[120], own[100] = "";
		struct preface p;
		struct fail f;
		int fds[2];

		connect_pair(fds, rows[i].tcp);
		assert_int_equal(preface_parse(&p, rows[i].option, &f), 0);
		assert_int_equal(herald_send(fds[0], &p, &words, &f), 0);
		/* The socket stays as it is: for what is said next. */
		assert_int_equal(write(fds[0], "EHLO", 4), 4);
		if (rows[i].tcp)
			snprintf(own, sizeof own, "TCP4 %s %s %u %u",
			    "127.0.0.1", "127.0.0.1", (unsigned)port_of(fds[0]),
			    (unsigned)port_of(fds[1]));
		close(fds[0]);
		read_all(fds[1], &sent);
		close(fds[1]);
		snprintf(line, sizeof line, "PROXY %s",
		    rows[i].tcp ? own : rows[i].words);
		assert_string_equal(buf_bytes(&words), line);
		snprintf(line, sizeof line, "PROXY %s\r\n", own);
		assert_int_equal(sent.len,
		    (rows[i].tcp ? strlen(line) : rows[i].sent_len) + 4);
		assert_memory_equal(buf_bytes(&sent),
		    rows[i].tcp ? line : rows[i].sent, sent.len - 4);
		assert_memory_equal(buf_bytes(&sent) + sent.len - 4, "EHLO", 4);
		buf_free(&sent);
		buf_free(&words);
	}
}

/* Nobody is there any more: no signal, but a sentence. */
static void
test_broken(void **state)
{
	struct preface p = { .version = 1 };
	struct buf words = { 0 };
	struct fail f = { .status = STATUS_TLS };
	int fds[2];

	(void)state;
	connect_pair(fds, false);
	close(fds[1]);
	assert_int_equal(herald_send(fds[0], &p, &words, &f), -1);
	assert_int_equal(f.status, STATUS_NETWORK);
	assert_string_equal(f.text,
	    "cannot send the header of the PROXY protocol: broken pipe");
	close(fds[0]);
	buf_free(&words);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sent),
		cmocka_unit_test(test_broken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
