/* SPDX-License-Identifier: ISC */
/* lookup_test.c - addresses and look-ups, with a resolver of the test's. */
#include <sys/socket.h>

#include <net/if.h>
#include <netinet/in.h>

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "addrinfo.h"
#include "excuse.h"
#include "fail.h"
#include "lookup.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

/* What the resolver below answers, and what it was asked. */
static struct {
	const char *addresses; /* "192.0.2.1 2001:db8::1" */
	int error;
	char name[256];
	struct addrinfo hints;
	unsigned calls;
} resolver;

/* In place of the C library's. */
int
getaddrinfo(const char *name, const char *service, const struct addrinfo *hints,
    struct addrinfo **list)
{
	const char *p = resolver.addresses;
	size_t n;

	assert_null(service);
	resolver.calls++;
	resolver.hints = *hints;
	snprintf(resolver.name, sizeof resolver.name, "%s", name);
	errno = ENFILE;
	if (resolver.error != 0)
		return resolver.error;
	for (*list = NULL; *p != '\0'; p += n + (p[n] == ' ')) {
		n = strcspn(p, " ");
		*list = addrinfo_make(p, n);
		list = &(*list)->ai_next;
	}
	return 0;
}

static int
reset(void **state)
{
	(void)state;
	memset(&resolver, 0, sizeof resolver);
	addrinfo_open = 0;
	resolver.addresses = "";
	return 0;
}

/* The list as words. */
static const char *
words(const struct address *list, int n)
{
	static char text[2000];
	char one[LOOKUP_TEXT];
	int i;

	text[0] = '\0';
	for (i = 0; i < n; i++) {
		lookup_text(&list[i], one, sizeof one);
		snprintf(text + strlen(text), sizeof text - strlen(text),
		    "%s%s", i > 0 ? " " : "", one);
	}
	return text;
}

static void
test_addresses(void **state)
{
	static const struct {
		const char *text, *want; /* NULL: no address */
	} rows[] = {
		{ "192.0.2.1", "192.0.2.1" },
		{ "2001:DB8:0::1", "2001:db8::1" },
		{ "::ffff:192.0.2.1", "::ffff:192.0.2.1" },
		{ "fe80::1%4294967295", "fe80::1%4294967295" },
		{ "fe80::1%0", NULL },
		{ "fe80::1%4294967296", NULL },
		{ "fe80::1%", NULL },
		{ "fe80::1%no-such-one", NULL },
		{ "192.0.2.1%1", NULL },
		{ "127.1", NULL },
		{ "localhost", NULL },
		{ "", NULL },
		{ "1111:2222:3333:4444:5555:6666:7777:8888:9999:0000:1111",
		    NULL },
	};
	struct address a;
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		assert_int_equal(lookup_address(rows[i].text, &a),
		    rows[i].want != NULL);
		if (rows[i].want != NULL)
			assert_string_equal(words(&a, 1), rows[i].want);
	}
}

static void
test_scope_by_name(void **state)
{
	char name[IF_NAMESIZE], text[80];
	struct address a;

	(void)state;
	if (if_indextoname(1, name) == NULL)
		SKIP("no interface has the number 1");
	snprintf(text, sizeof text, "fe80::1%%%s", name);
	assert_true(lookup_address(text, &a));
	assert_int_equal(((struct sockaddr_in6 *)&a.sa)->sin6_scope_id, 1);
	assert_string_equal(words(&a, 1), text);
	assert_true(lookup_address("fe80::1%1", &a));
	assert_string_equal(words(&a, 1), text);
}

static void
test_port(void **state)
{
	struct address a;

	(void)state;
	lookup_address("192.0.2.1", &a);
	lookup_port(&a, 587);
	assert_int_equal(((struct sockaddr_in *)&a.sa)->sin_port, htons(587));
	lookup_address("2001:db8::1", &a);
	lookup_port(&a, 65535);
	assert_int_equal(((struct sockaddr_in6 *)&a.sa)->sin6_port, 65535);
	assert_string_equal(words(&a, 1), "2001:db8::1");
}

static void
test_hosts(void **state)
{
	static const struct {
		const char *host;
		int family;
		bool numeric;
		const char *addresses, *name, *want;
	} rows[] = {
		{ "192.0.2.1", AF_UNSPEC, false, "", "", "192.0.2.1" },
		{ "192.0.2.1", AF_INET, true, "", "", "192.0.2.1" },
		{ "2001:db8::1", AF_INET6, false, "", "", "2001:db8::1" },
		{ "mail", AF_UNSPEC, false, "192.0.2.1 2001:db8::1", "mail",
		    "192.0.2.1 2001:db8::1" },
		{ "mail", AF_INET, false, "192.0.2.1", "mail", "192.0.2.1" },
		{ "local", AF_UNSPEC, false, "127.0.0.1 ::1 127.0.0.1 ::1",
		    "local", "127.0.0.1 ::1" },
		{ "b\xc3\xbc"
		  "cher",
		    AF_UNSPEC, false, "192.0.2.1", "xn--bcher-kva",
		    "192.0.2.1" },
		{ "127.1", AF_UNSPEC, true, "127.0.0.1", "127.1", "127.0.0.1" },
		{ "many", AF_UNSPEC, false,
		    "192.0.2.1 192.0.2.2 192.0.2.3 "
		    "192.0.2.4 192.0.2.5",
		    "many", "192.0.2.1 192.0.2.2 192.0.2.3 192.0.2.4" },
	};
	struct address list[4];
	struct fail f;
	size_t i;

	for (i = 0; i < ROWS(rows); i++) {
		struct lookup l = { rows[i].host, rows[i].family,
			rows[i].numeric, NULL };
		int n;

		reset(state);
		resolver.addresses = rows[i].addresses;
		n = lookup_host(&l, list, 4, &f);
		assert_string_equal(words(list, n), rows[i].want);
		assert_string_equal(resolver.name, rows[i].name);
		assert_int_equal(resolver.calls, rows[i].name[0] != '\0');
		assert_int_equal(addrinfo_open, 0);
	}
}

static void
test_flags(void **state)
{
	static const struct {
		const char *host;
		int family;
		bool numeric;
		int want;
	} rows[] = {
		{ "mail", AF_UNSPEC, false, AI_ADDRCONFIG },
		{ "mail", AF_INET, false, 0 },
		{ "mail", AF_INET6, false, 0 },
		{ "localhost", AF_UNSPEC, false, 0 },
		{ "LocalHost", AF_UNSPEC, false, 0 },
		{ "mail", AF_UNSPEC, true, AI_NUMERICHOST },
	};
	struct address list[4];
	struct fail f;
	size_t i;

	(void)state;
	resolver.addresses = "127.0.0.1";
	for (i = 0; i < ROWS(rows); i++) {
		struct lookup l = { rows[i].host, rows[i].family,
			rows[i].numeric, NULL };

		assert_int_equal(lookup_host(&l, list, 4, &f), 1);
		assert_int_equal(resolver.hints.ai_flags, rows[i].want);
		assert_int_equal(resolver.hints.ai_family, rows[i].family);
		assert_int_equal(resolver.hints.ai_socktype, SOCK_STREAM);
	}
}

static void
test_errors(void **state)
{
	static const struct {
		struct lookup l;
		int error;
		enum status status;
		const char *want;
	} rows[] = {
		{ { "mail", AF_UNSPEC, false, NULL }, EAI_NONAME,
		    STATUS_NETWORK, "mail: no such name (is it spelt right?)" },
		{ { "mail", AF_UNSPEC, false, NULL }, EAI_AGAIN, STATUS_NETWORK,
		    "mail: no name server answers (is the network up?)" },
		{ { "mail", AF_INET6, false, NULL }, EAI_NONAME, STATUS_NETWORK,
		    "mail: no such name, or it has no IPv6 address (only IPv6 "
		    "was asked for; is it spelt right?)" },
		{ { "mail", AF_INET, false, NULL }, EAI_NONAME, STATUS_NETWORK,
		    "mail: no such name, or it has no IPv4 address (only IPv4 "
		    "was asked for; is it spelt right?)" },
		{ { "mail", AF_INET6, true, NULL }, EAI_NONAME, STATUS_USAGE,
		    "mail: no address (--numeric forbids" },
		{ { "mail", AF_INET6, false, NULL }, 0, STATUS_NETWORK,
		    "mail: no IPv6 address (only IPv6 was asked for)" },
		{ { "mail", AF_UNSPEC, true, NULL }, EAI_NONAME, STATUS_USAGE,
		    "mail: no address (--numeric forbids" },
		{ { "fe80::1%none", AF_UNSPEC, false, NULL }, EAI_NONAME,
		    STATUS_USAGE, "fe80::1%none: no interface" },
		{ { "mail", AF_INET6, false, NULL }, EAI_FAMILY, STATUS_NETWORK,
		    "mail: ai_family not supported (only IPv6 was asked" },
		{ { "mail", AF_INET, false, NULL }, EAI_FAMILY, STATUS_NETWORK,
		    "mail: ai_family not supported (only IPv4 was asked" },
		{ { "mail", AF_UNSPEC, false, NULL }, EAI_SYSTEM,
		    STATUS_NETWORK, "mail: too many open files in system" },
		{ { "mail", AF_UNSPEC, false, NULL }, EAI_MEMORY,
		    STATUS_NETWORK, "mail: memory allocation failure" },
		{ { "mail", AF_UNSPEC, false, NULL }, 0, STATUS_NETWORK,
		    "mail: no address" },
		{ { "a\033b", AF_UNSPEC, false, NULL }, EAI_NONAME,
		    STATUS_NETWORK, "a\\x1bb: no such name" },
		{ { "\xc3\xbc\xff", AF_UNSPEC, false, NULL }, 0, STATUS_USAGE,
		    "\xc3\xbc\\xff: not written in UTF-8" },
		{ { "192.0.2.1", AF_INET6, false, NULL }, 0, STATUS_USAGE,
		    "192.0.2.1: an IPv4 address (only IPv6 was asked for)" },
		{ { "::1", AF_INET, false, NULL }, 0, STATUS_USAGE,
		    "::1: an IPv6 address (only IPv4 was asked for)" },
	};
	struct address list[4];
	struct fail f;
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		resolver.error = rows[i].error;
		assert_int_equal(lookup_host(&rows[i].l, list, 4, &f), -1);
		assert_int_equal(f.status, rows[i].status);
		f.text[strlen(rows[i].want)] = '\0';
		assert_string_equal(f.text, rows[i].want);
	}
}

/* RFC 8305, section 4. */
/* Another way to addresses, which fails for every name but one. */
static int
ask_way(const struct lookup *l, struct address *list, int most, struct fail *f)
{
	assert_string_equal(l->way->plan, "plan");
	assert_int_equal(most, 4);
	if (strcmp(l->host, "good.example") != 0)
		return fail_about(f, STATUS_NETWORK, l->host, "not by me");
	return lookup_address("192.0.2.7", &list[0]);
}

static void
test_way(void **state)
{
	struct lookup_way way = { ask_way, "plan" };
	struct lookup l = { .host = "good.example", .way = &way };
	struct address list[4];
	struct fail f;

	(void)state;
	assert_string_equal(words(list, lookup_host(&l, list, 4, &f)),
	    "192.0.2.7");
	l.host = "bad.example";
	assert_int_equal(lookup_host(&l, list, 4, &f), -1);
	assert_string_equal(f.text, "bad.example: not by me");
	/* An address needs no way, and without names none is gone. */
	l.host = "192.0.2.1";
	assert_string_equal(words(list, lookup_host(&l, list, 4, &f)),
	    "192.0.2.1");
	assert_int_equal(resolver.calls, 0);
	l.host = "good.example";
	l.numeric = true;
	resolver.error = EAI_NONAME;
	assert_int_equal(lookup_host(&l, list, 4, &f), -1);
	assert_int_equal(resolver.calls, 1);
}

static void
test_interleave(void **state)
{
	static const struct {
		const char *given, *want;
	} rows[] = {
		{ "", "" },
		{ "::1", "::1" },
		{ "::1 1.1.1.1", "::1 1.1.1.1" },
		{ "1.1.1.1 ::1", "1.1.1.1 ::1" },
		{ "::1 ::2 ::3 1.1.1.1", "::1 1.1.1.1 ::2 ::3" },
		{ "::1 ::2 1.1.1.1 1.1.1.2 1.1.1.3",
		    "::1 1.1.1.1 ::2 1.1.1.2 1.1.1.3" },
		{ "1.1.1.1 1.1.1.2 1.1.1.3 ::1 ::2 ::3",
		    "1.1.1.1 ::1 1.1.1.2 ::2 1.1.1.3 ::3" },
		{ "1.1.1.1 ::1 ::2 1.1.1.2", "1.1.1.1 ::1 1.1.1.2 ::2" },
		{ "1.1.1.1 1.1.1.2 1.1.1.3", "1.1.1.1 1.1.1.2 1.1.1.3" },
	};
	struct lookup l = { "x", AF_UNSPEC, false, NULL };
	struct address list[8];
	struct fail f;
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		int n;

		resolver.addresses = rows[i].given;
		n = lookup_host(&l, list, 8, &f);
		n = n < 0 ? 0 : n;
		lookup_interleave(list, (size_t)n);
		assert_string_equal(words(list, n), rows[i].want);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_scope_by_name),
		cmocka_unit_test(test_port),
		cmocka_unit_test_setup(test_hosts, reset),
		cmocka_unit_test_setup(test_flags, reset),
		cmocka_unit_test_setup(test_errors, reset),
		cmocka_unit_test_setup(test_way, reset),
		cmocka_unit_test_setup(test_interleave, reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
