/* SPDX-License-Identifier: ISC */
/* net_test.c - real connections on the loopback. */
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <netinet/in.h>
#include <netinet/tcp.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "addrinfo.h"
#include "clock.h"
#include "excuse.h"
#include "fail.h"
#include "lookup.h"
#include "net.h"

enum { MANY = 100 };

/* The addresses that every name has here; and how long the answer takes. */
static struct {
	const char *address[MANY];
	size_t count;
	int delay; /* milliseconds */
} names;

static int
wait_ms(int ms)
{
	return poll(NULL, 0, ms);
}

/* In place of the C library's. */
int
getaddrinfo(const char *name, const char *service, const struct addrinfo *hints,
    struct addrinfo **list)
{
	size_t i;

	(void)name, (void)service, (void)hints;
	wait_ms(names.delay);
	for (i = 0; i < names.count; i++) {
		*list =
		    addrinfo_make(names.address[i], strlen(names.address[i]));
		list = &(*list)->ai_next;
	}
	return 0;
}

static void
set_names(const char *first, const char *second)
{
	names.address[0] = first;
	names.address[1] = second;
	names.count = second == NULL ? 1 : 2;
	names.delay = 0;
}

static unsigned
descriptors(void)
{
	unsigned n = 0;
	int fd;

	for (fd = 0; fd < 256; fd++)
		n += fcntl(fd, F_GETFD) != -1;
	return n;
}

/*
 * A socket bound to this address; *port is wanted, or 0 and then set.
 * backlog -1: it does not listen, so that connections are refused.  -1 when
 * the machine has no such address.
 */
static int
server(const char *address, uint16_t *port, int backlog)
{
	struct address a;
	int fd;

	assert_true(lookup_address(address, &a));
	lookup_port(&a, *port);
	fd = socket(a.sa.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	if (bind(fd, (struct sockaddr *)&a.sa, a.len) != 0) {
		close(fd);
		return -1;
	}
	if (backlog >= 0)
		assert_int_equal(listen(fd, backlog), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&a.sa, &a.len), 0);
	*port = ntohs(((struct sockaddr_in *)&a.sa)->sin_port);
	return fd;
}

/* The same port at two addresses, or a skipped test. */
static void
two_servers(const char *const *address, const int *backlog, int *fd,
    uint16_t *port)
{
	int tries;

	for (tries = 0; tries < 20; tries++) {
		*port = 0;
		fd[0] = server(address[0], port, backlog[0]);
		if (fd[0] < 0)
			SKIP("no second loopback address");
		fd[1] = server(address[1], port, backlog[1]);
		if (fd[1] >= 0)
			return;
		close(fd[0]);
	}
	SKIP("no port was free at both addresses");
}

/* Fill the queue of a listener, so that nothing it is sent is answered. */
static void
fill(const char *address, uint16_t port, int *fd, size_t n)
{
	struct address a;
	size_t i;

	lookup_address(address, &a);
	lookup_port(&a, port);
	for (i = 0; i < n; i++) {
		fd[i] = socket(a.sa.ss_family, SOCK_STREAM | SOCK_NONBLOCK, 0);
		assert_true(fd[i] >= 0);
		connect(fd[i], (struct sockaddr *)&a.sa, a.len);
		wait_ms(5);
	}
}

static void
close_all(const int *fd, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		close(fd[i]);
}

static void
assert_good_socket(int fd)
{
	int on = 0;
	socklen_t len = sizeof on;

	assert_true(fd > 2);
	assert_int_equal(fcntl(fd, F_GETFL) & O_NONBLOCK, 0);
	assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
	assert_int_equal(getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, &len),
	    0);
	assert_true(on);
}

static void
test_connects(void **state)
{
	static const char *const hosts[] = { "127.0.0.1", "::1" };
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		struct net_plan plan = { .host = hosts[i], .wake = -1 };
		struct net_peer peer;
		struct fail f;
		int listener = server(hosts[i], &plan.port, 5), fd;

		if (listener < 0)
			continue;
		fd = net_connect(&plan, &peer, &f);
		assert_good_socket(fd);
		assert_string_equal(peer.address, hosts[i]);
		assert_int_equal(peer.port, plan.port);
		assert_string_equal(peer.failed, "");
		close(fd);
		close(listener);
	}
}

static void
test_refused(void **state)
{
	static const char *const both[] = { "127.0.0.1", "::1" };
	static const int backlog[] = { -1, -1 };
	struct net_plan plan = { .host = "two.example", .wake = -1 };
	struct net_peer peer;
	struct fail f;
	char want[200];
	unsigned open;
	int fd[2];

	(void)state;
	two_servers(both, backlog, fd, &plan.port);
	set_names("127.0.0.1", "::1");
	open = descriptors();
	assert_int_equal(net_connect(&plan, &peer, &f), -1);
	assert_int_equal(descriptors(), open);
	assert_int_not_equal(errno, EINTR);
	assert_int_equal(f.status, STATUS_NETWORK);
	snprintf(want, sizeof want,
	    "cannot connect to two.example port %u: 127.0.0.1: connection "
	    "refused; ::1: connection refused (is a server running there?)",
	    (unsigned)plan.port);
	assert_string_equal(f.text, want);
	plan.host = "127.0.0.1";
	assert_int_equal(net_connect(&plan, &peer, &f), -1);
	snprintf(want, sizeof want,
	    "cannot connect to 127.0.0.1 port %u: "
	    "connection refused (is a server running there?)",
	    (unsigned)plan.port);
	assert_string_equal(f.text, want);
	close_all(fd, 2);
}

/* Milliseconds of the best of five, because other programs run here. */
static int64_t
quickest(const struct net_plan *plan, struct net_peer *peer)
{
	int64_t best = INT64_MAX, took;
	struct fail f;
	int i, fd;

	for (i = 0; i < 5; i++) {
		took = clock_ms();
		fd = net_connect(plan, peer, &f);
		took = clock_ms() - took;
		assert_good_socket(fd);
		close(fd);
		best = took < best ? took : best;
	}
	return best;
}

/* The first address refuses: the second is tried at once. */
static void
test_second_address(void **state)
{
	static const char *const addresses[] = { "127.0.0.2", "127.0.0.1" };
	static const int backlog[] = { -1, 5 };
	struct net_plan plan = { .host = "two.example", .wake = -1 };
	struct net_peer peer;
	int64_t took;
	int servers[2];

	(void)state;
	two_servers(addresses, backlog, servers, &plan.port);
	set_names("127.0.0.2", "127.0.0.1");
	took = quickest(&plan, &peer);
	assert_string_equal(peer.address, "127.0.0.1");
	assert_string_equal(peer.failed, "127.0.0.2: connection refused");
	assert_true(took < 240);
	close_all(servers, 2);
}

/* The first address is silent: it costs 250 ms, and its socket is closed. */
static void
test_dead_address(void **state)
{
	static const char *const addresses[] = { "127.0.0.2", "127.0.0.1" };
	static const int backlog[] = { 0, 5 };
	struct net_plan plan = { .host = "two.example", .wake = -1 };
	struct net_peer peer;
	struct fail f;
	int64_t took;
	unsigned open;
	int servers[2], full[3], fd;

	(void)state;
	two_servers(addresses, backlog, servers, &plan.port);
	fill("127.0.0.2", plan.port, full, 3);
	set_names("127.0.0.2", "127.0.0.1");
	open = descriptors();
	took = clock_ms();
	fd = net_connect(&plan, &peer, &f);
	took = clock_ms() - took;
	assert_good_socket(fd);
	assert_string_equal(peer.address, "127.0.0.1");
	assert_string_equal(peer.failed, "");
	assert_int_equal(descriptors(), open + 1);
	assert_true(took >= 240);
	assert_true(took < 5000); /* 250 ms on a quiet machine */
	close(fd);
	close_all(full, 3);
	close_all(servers, 2);
}

/* The first is silent, the second refuses: the third is tried at once. */
static void
test_third_address(void **state)
{
	static const char *const addresses[] = { "127.0.0.2", "127.0.0.1" };
	static const int backlog[] = { 0, 5 };
	struct net_plan plan = { .host = "three.example", .wake = -1 };
	struct net_peer peer;
	int64_t took;
	int servers[2], full[3];

	(void)state;
	two_servers(addresses, backlog, servers, &plan.port);
	fill("127.0.0.2", plan.port, full, 3);
	set_names("127.0.0.2", "127.0.0.3");
	names.address[2] = "127.0.0.1";
	names.count = 3;
	took = quickest(&plan, &peer);
	assert_string_equal(peer.failed, "127.0.0.3: connection refused");
	assert_true(took >= 240 && took < 490);
	close_all(full, 3);
	close_all(servers, 2);
}

static void
test_time_limit(void **state)
{
	struct net_plan plan = { .host = "127.0.0.1",
		.wake = -1,
		.timeout = 100 };
	struct net_peer peer;
	struct fail f;
	int64_t took;
	unsigned open;
	int listener = server("127.0.0.1", &plan.port, 0), full[3];
	char want[200];

	(void)state;
	fill("127.0.0.1", plan.port, full, 3);
	open = descriptors();
	took = clock_ms();
	assert_int_equal(net_connect(&plan, &peer, &f), -1);
	took = clock_ms() - took;
	assert_true(took >= 100 && took < 5000);
	assert_int_not_equal(errno, EINTR);
	assert_int_equal(f.status, STATUS_TIMEOUT);
	snprintf(want, sizeof want,
	    "cannot connect to 127.0.0.1 port %u in "
	    "0.1 s: no answer (does a firewall drop what is sent? "
	    "--connect-timeout waits longer)",
	    (unsigned)plan.port);
	assert_string_equal(f.text, want);
	set_names("127.0.0.1", "127.0.0.3");
	plan.host = "two.example";
	assert_int_equal(net_connect(&plan, &peer, &f), -1);
	assert_non_null(
	    strstr(f.text, "127.0.0.1: no answer; 127.0.0.3: not tried"));
	assert_int_equal(descriptors(), open);
	close_all(full, 3);
	close(listener);
}

/* A look-up cannot be cut short, but what it took counts. */
static void
test_slow_name(void **state)
{
	struct net_plan plan = { .host = "slow.example",
		.port = 1,
		.wake = -1,
		.timeout = 20 };
	struct net_peer peer;
	struct fail f;

	(void)state;
	set_names("127.0.0.1", NULL);
	names.delay = 40;
	assert_int_equal(net_connect(&plan, &peer, &f), -1);
	assert_int_equal(f.status, STATUS_TIMEOUT);
	assert_string_equal(f.text,
	    "slow.example: no name server answered "
	    "in time (--connect-timeout waits longer)");
}

static void
test_interrupted(void **state)
{
	struct net_plan plan = { .host = "127.0.0.1" };
	struct net_peer peer;
	struct fail f;
	unsigned open;
	int listener = server("127.0.0.1", &plan.port, 0), full[3], ends[2];
	char byte = 0;

	(void)state;
	fill("127.0.0.1", plan.port, full, 3);
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], "!", 1), 1);
	plan.wake = ends[0];
	open = descriptors();
	errno = 0;
	assert_int_equal(net_connect(&plan, &peer, &f), -1);
	assert_int_equal(errno, EINTR);
	assert_int_equal(f.status, STATUS_NETWORK);
	assert_non_null(strstr(f.text,
	    "interrupted while connecting to "
	    "127.0.0.1 port "));
	assert_int_equal(descriptors(), open);
	assert_int_equal(read(ends[0], &byte, 1), 1);
	assert_int_equal(byte, '!');
	close_all(ends, 2);
	close_all(full, 3);
	close(listener);
}

/* All that is refused is named, as far as there is room. */
static void
test_many_addresses(void **state)
{
	static char text[MANY][16];
	struct net_plan plan = { .host = "many.example", .wake = -1 };
	struct net_peer peer;
	struct fail f;
	int bound = server("127.0.0.1", &plan.port, -1);
	const char *end;
	size_t i;

	(void)state;
	for (i = 0; i < MANY; i++) {
		snprintf(text[i], sizeof text[i], "127.0.0.%zu", i + 1);
		names.address[i] = text[i];
	}
	names.count = MANY;
	names.delay = 0;
	assert_int_equal(net_connect(&plan, &peer, &f), -1);
	assert_memory_equal(peer.failed,
	    "127.0.0.1: connection refused; "
	    "127.0.0.2: connection refused; ",
	    62);
	end = peer.failed + strlen(peer.failed) - 29;
	assert_true(strlen(peer.failed) < sizeof peer.failed);
	assert_true(strlen(peer.failed) > sizeof peer.failed - 40);
	assert_string_equal(end - 1, ": connection refused; and more");
	assert_non_null(strstr(f.text, "; and more (is a server"));
	close(bound);
}

static void
test_source(void **state)
{
	struct net_plan plan = { .host = "127.0.0.1",
		.wake = -1,
		.source = "127.0.0.5" };
	struct net_peer peer;
	struct fail f;
	struct sockaddr_in from;
	socklen_t len = sizeof from;
	char text[64];
	int listener = server("127.0.0.1", &plan.port, 5), fd, got;
	uint16_t port = 0;

	(void)state;
	fd = server("127.0.0.5", &port, -1);
	if (fd < 0)
		SKIP("127.0.0.5 cannot be listened on");
	close(fd); /* most likely nobody takes this port at once */
	plan.source_port = port;
	fd = net_connect(&plan, &peer, &f);
	assert_good_socket(fd);
	got = accept(listener, (struct sockaddr *)&from, &len);
	assert_true(got >= 0);
	inet_ntop(AF_INET, &from.sin_addr, text, sizeof text);
	assert_string_equal(text, "127.0.0.5");
	assert_int_equal(ntohs(from.sin_port), port);
	close(got);
	close(fd);
	close(listener);
}

/* Attempts that run side by side share the source port. */
static void
test_source_port(void **state)
{
	static const char *const addresses[] = { "127.0.0.2", "127.0.0.1" };
	static const int backlog[] = { 0, 5 };
	struct net_plan plan = { .host = "two.example", .wake = -1 };
	struct net_peer peer;
	struct fail f;
	struct sockaddr_in own;
	socklen_t len = sizeof own;
	int servers[2], full[3], fd;

	(void)state;
	two_servers(addresses, backlog, servers, &plan.port);
	fill("127.0.0.2", plan.port, full, 3);
	fd = server("127.0.0.1", &plan.source_port, -1);
	close(fd);
	set_names("127.0.0.2", "127.0.0.1");
	fd = net_connect(&plan, &peer, &f);
	assert_good_socket(fd);
	assert_string_equal(peer.failed, "");
	getsockname(fd, (struct sockaddr *)&own, &len);
	assert_int_equal(ntohs(own.sin_port), plan.source_port);
	close(fd);
	close_all(full, 3);
	close_all(servers, 2);
}

static void
test_bad_source(void **state)
{
	static const struct {
		const char *host, *source;
		int family;
		enum status status;
		const char *want;
	} rows[] = {
		{ "127.0.0.1", "eth\033", AF_UNSPEC, STATUS_USAGE,
		    "eth\\x1b: no source address" },
		{ "127.0.0.1", "", AF_UNSPEC, STATUS_USAGE,
		    ": no source address" },
		{ "127.0.0.1", "127.0.0.1", AF_INET6, STATUS_USAGE,
		    "127.0.0.1: a source address of the other family" },
		{ "127.0.0.1", "::1", AF_UNSPEC, STATUS_USAGE,
		    "127.0.0.1: an IPv4 address (only IPv6" },
		{ "127.0.0.1", "203.0.113.9", AF_UNSPEC, STATUS_NETWORK,
		    "cannot connect to 127.0.0.1 port 1: binding the source: "
		    "cannot assign requested address" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct net_plan plan = { .host = rows[i].host,
			.port = 1,
			.source = rows[i].source,
			.family = rows[i].family,
			.wake = -1 };
		struct net_peer peer;
		struct fail f;
		unsigned open = descriptors();

		assert_int_equal(net_connect(&plan, &peer, &f), -1);
		assert_int_equal(f.status, rows[i].status);
		f.text[strlen(rows[i].want)] = '\0';
		assert_string_equal(f.text, rows[i].want);
		assert_int_equal(descriptors(), open);
	}
}

/* Descriptors 0 to 2 may be closed: the socket must not become one. */
static void
test_low_descriptors(void **state)
{
	struct net_plan plan = { .host = "127.0.0.1", .wake = -1 };
	int listener = server("127.0.0.1", &plan.port, 5), status = 0;
	pid_t child = fork();

	(void)state;
	assert_true(child >= 0);
	if (child == 0) {
		struct net_peer peer;
		struct fail f;
		int fd;

		close(0);
		close(1);
		close(2);
		fd = net_connect(&plan, &peer, &f);
		_exit(fd > 2 && fcntl(fd, F_GETFD) == FD_CLOEXEC &&
		    fcntl(0, F_GETFD) == -1 && fcntl(2, F_GETFD) == -1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 1);
	close(listener);
}

/* A Unix-domain socket in a directory of its own. */
struct place {
	char folder[32];
	char path[64];
	int listener;
};

static int
make_place(void **state)
{
	struct place *p = calloc(1, sizeof *p);
	struct sockaddr_un a = { .sun_family = AF_UNIX };

	assert_non_null(p);
	strncpy(p->folder, "/tmp/net_test.XXXXXX", sizeof p->folder - 1);
	if (mkdtemp(p->folder) == NULL)
		return -1;
	snprintf(p->path, sizeof p->path, "%s/socket", p->folder);
	strncpy(a.sun_path, p->path, sizeof a.sun_path - 1);
	p->listener = socket(AF_UNIX, SOCK_STREAM, 0);
	*state = p;
	return bind(p->listener, (struct sockaddr *)&a, sizeof a);
}

static int
remove_place(void **state)
{
	struct place *p = *state;

	close(p->listener);
	unlink(p->path);
	rmdir(p->folder);
	free(p);
	return 0;
}

static void
test_unix(void **state)
{
	struct place *p = *state;
	struct net_plan plan = { .path = p->path, .wake = -1 };
	struct net_peer peer;
	struct fail f;
	char want[200];
	int fd;

	assert_int_equal(net_connect(&plan, &peer, &f), -1);
	snprintf(want, sizeof want,
	    "cannot connect to %s: connection refused "
	    "(is a server running there?)",
	    p->path);
	assert_string_equal(f.text, want);
	assert_int_equal(f.status, STATUS_NETWORK);
	assert_int_equal(listen(p->listener, 5), 0);
	fd = net_connect(&plan, &peer, &f);
	assert_true(fd > 2);
	assert_int_equal(fcntl(fd, F_GETFL) & O_NONBLOCK, 0);
	assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
	assert_string_equal(peer.address, p->path);
	assert_int_equal(peer.port, 0);
	close(fd);
	unlink(p->path);
	assert_int_equal(net_connect(&plan, &peer, &f), -1);
	snprintf(want, sizeof want,
	    "cannot connect to %s: no such file or "
	    "directory (is a server running there?)",
	    p->path);
	assert_string_equal(f.text, want);
}

static void
test_unix_path_too_long(void **state)
{
	char path[200] = "";
	struct net_plan plan = { .path = path, .wake = -1 };
	struct net_peer peer;
	struct fail f;
	struct sockaddr_un a;

	(void)state;
	memset(path, 'p', sizeof a.sun_path);
	assert_int_equal(net_connect(&plan, &peer, &f), -1);
	assert_int_equal(f.status, STATUS_USAGE);
	assert_non_null(strstr(f.text, "too long for a Unix-domain socket"));
	path[sizeof a.sun_path - 1] = '\0';
	assert_int_equal(net_connect(&plan, &peer, &f), -1);
	assert_non_null(strstr(f.text, "no such file or directory"));
}

/* The queue of the listener is full: that is no error, but it takes time. */
static void
test_unix_queue_full(void **state)
{
	struct place *p = *state;
	struct net_plan plan = { .path = p->path, .wake = -1, .timeout = 60 };
	struct net_peer peer;
	struct fail f;
	int full[8], ends[2], fd;
	size_t n = 0;

	assert_int_equal(listen(p->listener, 0), 0);
	while (n < 8 && (full[n] = net_connect(&plan, &peer, &f)) >= 0)
		n++;
	if (n == 0 || n == 8)
		SKIP("the backlog of a socket does not fill here");
	assert_int_equal(f.status, STATUS_TIMEOUT);
	assert_non_null(strstr(f.text, " in 0.06 s: no answer"));
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], "!", 1), 1);
	plan.wake = ends[0];
	assert_int_equal(net_connect(&plan, &peer, &f), -1);
	assert_int_equal(errno, EINTR);
	plan.wake = -1;
	fd = accept(p->listener, NULL, NULL);
	assert_true(fd >= 0);
	close(fd);
	fd = net_connect(&plan, &peer, &f);
	assert_true(fd > 2);
	close(fd);
	close_all(ends, 2);
	close_all(full, n);
}

static void
test_ascii(void **state)
{
	struct fail f;
	char out[64];

	(void)state;
	assert_int_equal(net_ascii("b\xc3\xbc"
				   "cher.example",
			     out, sizeof out, &f),
	    0);
	assert_string_equal(out, "xn--bcher-kva.example");
	assert_int_equal(net_ascii("Mail", out, sizeof out, &f), 0);
	assert_string_equal(out, "Mail");
	assert_int_equal(net_ascii("b\xff", out, sizeof out, &f), -1);
	assert_string_equal(f.text, "b\\xff: not written in UTF-8");
	assert_int_equal(f.status, STATUS_USAGE);
	assert_int_equal(net_ascii("Mail", out, 4, &f), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_connects),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_second_address),
		cmocka_unit_test(test_dead_address),
		cmocka_unit_test(test_third_address),
		cmocka_unit_test(test_time_limit),
		cmocka_unit_test(test_slow_name),
		cmocka_unit_test(test_interrupted),
		cmocka_unit_test(test_many_addresses),
		cmocka_unit_test(test_source),
		cmocka_unit_test(test_source_port),
		cmocka_unit_test(test_bad_source),
		cmocka_unit_test(test_low_descriptors),
		cmocka_unit_test_setup_teardown(test_unix, make_place,
		    remove_place),
		cmocka_unit_test(test_unix_path_too_long),
		cmocka_unit_test_setup_teardown(test_unix_queue_full,
		    make_place, remove_place),
		cmocka_unit_test(test_ascii),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
