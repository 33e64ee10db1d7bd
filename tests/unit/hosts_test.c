/* SPDX-License-Identifier: ISC */
/* hosts_test.c - addresses, by questions of our own. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "buf.h"
#include "dns.h"
#include "fail.h"
#include "hosts.h"
#include "lookup.h"
#include "nameserver.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

static const struct zone zones[] = {
	{ "both.test", DNS_A, "", 0, "@ A 192.0.2.1\n@ A 192.0.2.2" },
	{ "both.test", DNS_AAAA, "", 0, "@ AAAA ::1\n@ AAAA ::2" },
	{ "four.test", DNS_A, "", 0, "@ CNAME x.test\nx.test A 192.0.2.3" },
	{ "four.test", DNS_AAAA, "", 0, "" },
	{ "none.test", DNS_A, "", 0, "" },
	{ "none.test", DNS_AAAA, "", 0, "" },
	/* One kind cannot be had, the other is there, or is not. */
	{ "half.test", DNS_A, "", 0, "@ A 192.0.2.4" },
	{ "half.test", DNS_AAAA, "", DNS_SERVFAIL, "" },
	{ "worse.test", DNS_A, "", DNS_NXDOMAIN, "" },
	{ "worse.test", DNS_AAAA, "", DNS_REFUSED, "" },
	{ "slow.test", DNS_A, "s", 0, "" },
	{ "slow.test", DNS_AAAA, "s", 0, "" },
	{ .name = NULL },
};

/* "::1 192.0.2.1 ", or the sentence of the failure. */
static void
ask(struct buf *to, const struct dns_plan *plan, const char *host, int family,
    int most)
{
	struct lookup_way way = { hosts_ask, plan };
	struct lookup l = { .host = host, .family = family, .way = &way };
	struct address list[8];
	char text[LOOKUP_TEXT];
	struct fail f;
	int n = hosts_ask(&l, list, most, &f), i;

	for (i = 0; i < n; i++) {
		lookup_text(&list[i], text, sizeof text);
		buf_addf(to, "%s ", text);
	}
	if (n < 0)
		buf_adds(to, f.text);
	buf_add(to, "", 1);
}

static void
test_hosts(void **state)
{
	static const struct {
		const char *host;
		int family, most;
		const char *got; /* the beginning */
	} rows[] = {
		{ "both.test", AF_UNSPEC, 8, "::1 ::2 192.0.2.1 192.0.2.2 " },
		{ "both.test", AF_INET, 8, "192.0.2.1 192.0.2.2 " },
		{ "both.test", AF_INET6, 8, "::1 ::2 " },
		{ "both.test", AF_UNSPEC, 3, "::1 ::2 192.0.2.1 " },
		{ "four.test", AF_UNSPEC, 8, "192.0.2.3 " },
		{ "four.test", AF_INET6, 8,
		    "four.test: no IPv6 address (only IPv6 was asked for)" },
		{ "none.test", AF_INET, 8,
		    "none.test: no IPv4 address (only IPv4 was asked for)" },
		{ "gone.test", AF_INET6, 8, "gone.test: no such name" },
		{ "none.test", AF_UNSPEC, 8, "none.test: no address" },
		{ "gone.test", AF_UNSPEC, 8, "gone.test: no such name" },
		{ "half.test", AF_UNSPEC, 8, "192.0.2.4 " },
		{ "worse.test", AF_UNSPEC, 8, "worse.test: name server 127." },
		{ "slow.test", AF_INET, 8, "slow.test: name server 127." },
		/* This machine is known without a question. */
		{ "localhost", AF_INET, 8, "127.0.0.1 " },
	};
	struct nameserver ns;
	struct dns_plan plan = { .wake = -1 };
	unsigned wrong = 0;
	size_t i;

	(void)state;
	nameserver_begin(&ns, zones);
	plan.server = ns.address;
	for (i = 0; i < ROWS(rows); i++) {
		const char *want = rows[i].got;
		struct buf got = { 0 };

		/* Nobody but the silent one is hurried. */
		plan.timeout =
		    strcmp(rows[i].host, "slow.test") == 0 ? 100 : 5000;
		ask(&got, &plan, rows[i].host, rows[i].family, rows[i].most);
		if (strncmp(buf_bytes(&got), want, strlen(want)) != 0 ||
		    (want[strlen(want) - 1] == ' ' &&
			strcmp(buf_bytes(&got), want) != 0)) {
			wrong++;
			print_error("%s: \"%s\" for \"%s\"\n", rows[i].host,
			    buf_bytes(&got), want);
		}
		buf_free(&got);
	}
	nameserver_end(&ns);
	assert_int_equal(wrong, 0);
}

/* An interruption is not taken for a name without IPv6. */
static void
test_woken(void **state)
{
	struct nameserver ns;
	int wake[2];
	struct dns_plan plan = { .timeout = 0 };
	struct buf got = { 0 };

	(void)state;
	assert_int_equal(pipe(wake), 0);
	assert_int_equal(write(wake[1], "x", 1), 1);
	plan.wake = wake[0];
	nameserver_begin(&ns, zones);
	plan.server = ns.address;
	errno = 0;
	ask(&got, &plan, "slow.test", AF_UNSPEC, 8);
	assert_int_equal(errno, EINTR);
	assert_string_equal(buf_bytes(&got), "slow.test: look-up interrupted");
	nameserver_end(&ns);
	assert_int_equal(ns.asked, 1);
	buf_free(&got);
	close(wake[0]);
	close(wake[1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hosts),
		cmocka_unit_test(test_woken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
