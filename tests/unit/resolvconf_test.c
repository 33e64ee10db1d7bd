/* SPDX-License-Identifier: ISC */
/* resolvconf_test.c - lines of resolv.conf, and a server by hand. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "fail.h"
#include "resolvconf.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

static void
server_is(const struct address *a, const char *text)
{
	char address[LOOKUP_TEXT];

	lookup_text(a, address, sizeof address);
	assert_string_equal(address, text);
}

static void
test_lines(void **state)
{
	static const struct {
		const char *line;
		size_t n;
		int timeout, attempts;
		bool trusted;
	} rows[] = {
		{ "nameserver 192.0.2.1\n", 1, 5000, 2, false },
		{ "nameserver\t 2001:db8::1", 1, 5000, 2, false },
		{ "nameserver 192.0.2.1 # ours\n", 1, 5000, 2, false },
		{ "nameserver\n", 0, 5000, 2, false },
		{ "nameserver ns.example\n", 0, 5000, 2, false },
		{ "nameservers 192.0.2.1\n", 0, 5000, 2, false },
		{ "# nameserver 192.0.2.1\n", 0, 5000, 2, false },
		{ "search example.org\n", 0, 5000, 2, false },
		{ "options timeout:1 attempts:3\n", 0, 1000, 3, false },
		{ "options\ttrust-ad\n", 0, 5000, 2, true },
		{ "options timeout:99 attempts:0\n", 0, 30000, 1, false },
		{ "options timeout: attempts:x timeout\n", 0, 5000, 2, false },
		{ "options rotate edns0 no-trust-ad\n", 0, 5000, 2, false },
		{ "", 0, 5000, 2, false },
	};
	struct resolvers r;
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		resolvconf_begin(&r);
		resolvconf_line(&r, rows[i].line);
		assert_int_equal(r.n, rows[i].n);
		assert_int_equal(r.timeout, rows[i].timeout);
		assert_int_equal(r.attempts, rows[i].attempts);
		assert_int_equal(r.trusted, rows[i].trusted);
	}
}

static void
test_file(void **state)
{
	char name[] = "/tmp/resolvconf_test.XXXXXX";
	struct resolvers r;
	int fd = mkstemp(name);
	FILE *file = fdopen(fd, "w");
	int i;

	(void)state;
	assert_non_null(file);
	for (i = 1; i < 6; i++)
		fprintf(file, "nameserver 192.0.2.%d\n", i);
	fprintf(file, "options timeout:2\n");
	fclose(file);
	resolvconf_begin(&r);
	resolvconf_read(&r, name);
	unlink(name);
	assert_int_equal(r.n, RESOLVERS_MOST);
	server_is(&r.server[2], "192.0.2.3");
	assert_int_equal(r.timeout, 2000);

	/* Without the file, this machine is asked. */
	resolvconf_begin(&r);
	resolvconf_read(&r, name);
	assert_int_equal(r.n, 1);
	server_is(&r.server[0], "127.0.0.1");
}

static void
test_servers(void **state)
{
	static const struct {
		const char *text, *address; /* NULL: refused */
		unsigned port;
	} rows[] = {
		{ "192.0.2.1", "192.0.2.1", 53 },
		{ "192.0.2.1:5353", "192.0.2.1", 5353 },
		{ "2001:db8::1", "2001:db8::1", 53 },
		{ "[2001:db8::1]:54", "2001:db8::1", 54 },
		{ "[::1]", "::1", 53 },
		{ "ns.example.org", NULL, 0 },
		{ "192.0.2.1:0", NULL, 0 },
		{ "192.0.2.1:65536", NULL, 0 },
		{ "192.0.2.1:domain", NULL, 0 },
		{ "dns://192.0.2.1", NULL, 0 },
		{ "unix:/tmp/x", NULL, 0 },
		{ "", NULL, 0 },
	};
	struct address a;
	struct fail f;
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		int rc = resolvconf_server(rows[i].text, &a, &f);
		unsigned char port[4];

		assert_int_equal(rc, rows[i].address == NULL ? -1 : 0);
		if (rc < 0) {
			assert_int_equal(f.status, STATUS_USAGE);
			continue;
		}
		server_is(&a, rows[i].address);
		/* Both families have the port behind the family. */
		memcpy(port, &a.sa, 4);
		assert_int_equal(port[2] << 8 | port[3], rows[i].port);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_servers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
