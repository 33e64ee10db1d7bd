/* SPDX-License-Identifier: ISC */
/* dns_test.c - questions to a name server that has its whims. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "clock.h"
#include "dns.h"
#include "fail.h"
#include "nameserver.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

#define LONG_LABEL \
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static const struct zone zones[] = {
	{ "a.test", DNS_A, "", 0, "@ A 192.0.2.1\n@ A 192.0.2.2" },
	{ "a.test", DNS_AAAA, "", 0, "" },
	{ "safe.test", DNS_A, "a", 0, "@ A 192.0.2.1" },
	{ "xn--bcher-kva.test", DNS_A, "", 0, "@ A 192.0.2.9" },
	{ "servfail.test", DNS_A, "", DNS_SERVFAIL, "" },
	{ "refused.test", DNS_A, "", DNS_REFUSED, "" },
	{ "broken.test", DNS_A, "b", 0, "" },
	{ "forged.test", DNS_A, "f", 0, "@ A 192.0.2.3" },
	{ "long.test", DNS_A, "t", 0, "@ A 192.0.2.4" },
	{ "half.test", DNS_A, "tc", 0, "@ A 192.0.2.4" },
	{ "silent.test", DNS_A, "s", 0, "" },
	/* They know RFC 1035, and nothing later. */
	{ "old.test", DNS_A, "ea", 0, "@ A 192.0.2.5" },
	{ "older.test", DNS_A, "n", 0, "@ A 192.0.2.6" },
	{ "oldest.test", DNS_A, "Et", 0, "@ A 192.0.2.7" },
	{ "never.test", DNS_A, "e", DNS_FORMERR, "" },
	{ "wayold.test", DNS_A, "e", 0, "@ CNAME safe.test" },
	/* Aliases: within one answer, and left to us. */
	{ "www.test", DNS_A, "a", 0,
	    "@ CNAME safe.test\nsafe.test A 192.0.2.1" },
	{ "far.test", DNS_A, "a", 0, "@ CNAME safe.test" },
	{ "further.test", DNS_A, "a", 0, "@ CNAME far.test" },
	{ "unsafe.test", DNS_A, "", 0, "@ CNAME safe.test" },
	{ "dangling.test", DNS_A, "a", 0, "@ CNAME nobody.test" },
	{ "loop.test", DNS_A, "", 0, "@ CNAME pool.test" },
	{ "pool.test", DNS_A, "", 0, "@ CNAME loop.test" },
	{ .name = NULL },
};

struct row {
	const char *name;
	const char *address; /* of the first record; NULL: there is none */
	size_t n, aliases;
	int rcode;
	bool authentic;
	const char *canonical; /* NULL: it failed */
	enum status status;
	const char *why;
};

static bool
agree(const struct row *row, int rc, const struct dns_answer *a,
    const struct fail *f)
{
	const char *found =
	    a->n > a->aliases ? a->records[a->aliases].address : "";

	if (row->canonical == NULL)
		return rc == -1 && a->n == 0 && f->status == row->status &&
		    errno != EINTR && strstr(f->text, row->why) != NULL;
	return rc == 0 && a->n == row->n && a->aliases == row->aliases &&
	    a->rcode == row->rcode && a->authentic == row->authentic &&
	    strcmp(a->canonical, row->canonical) == 0 &&
	    strcmp(found, row->address == NULL ? "" : row->address) == 0;
}

static void
test_answers(void **state)
{
	static const struct row rows[] = {
		{ "a.test", "192.0.2.1", 2, 0, 0, false, "a.test", 0, "" },
		{ "a.test.", "192.0.2.1", 2, 0, 0, false, "a.test", 0, "" },
		{ "b\xc3\xbc"
		  "cher.test",
		    "192.0.2.9", 1, 0, 0, false, "xn--bcher-kva.test", 0, "" },
		{ "safe.test", "192.0.2.1", 1, 0, 0, true, "safe.test", 0, "" },
		{ "nobody.test", NULL, 0, 0, DNS_NXDOMAIN, false, "nobody.test",
		    0, "" },
		{ "forged.test", "192.0.2.3", 1, 0, 0, false, "forged.test", 0,
		    "" },
		{ "long.test", "192.0.2.4", 1, 0, 0, false, "long.test", 0,
		    "" },
		{ "www.test", "192.0.2.1", 2, 1, 0, true, "safe.test", 0, "" },
		{ "far.test", "192.0.2.1", 2, 1, 0, true, "safe.test", 0, "" },
		{ "further.test", "192.0.2.1", 3, 2, 0, true, "safe.test", 0,
		    "" },
		{ "unsafe.test", "192.0.2.1", 2, 1, 0, false, "safe.test", 0,
		    "" },
		{ "dangling.test", NULL, 1, 1, DNS_NXDOMAIN, false,
		    "nobody.test", 0, "" },
		{ "loop.test", .status = STATUS_NETWORK,
		    .why = "aliases without end" },
		/* What knows no EDNS has verified nothing. */
		{ "old.test", "192.0.2.5", 1, 0, 0, false, "old.test", 0, "" },
		{ "older.test", "192.0.2.6", 1, 0, 0, false, "older.test", 0,
		    "" },
		{ "oldest.test", "192.0.2.7", 1, 0, 0, false, "oldest.test", 0,
		    "" },
		{ "wayold.test", "192.0.2.1", 2, 1, 0, false, "safe.test", 0,
		    "" },
		{ "never.test", .status = STATUS_NETWORK, .why = "FORMERR" },
		{ "servfail.test", .status = STATUS_NETWORK,
		    .why = "servfail.test: name server 127.0.0.1" },
		{ "refused.test", .status = STATUS_NETWORK, .why = "refused" },
		{ "broken.test", .status = STATUS_NETWORK,
		    .why = "an ill-formed answer" },
		{ "half.test", .status = STATUS_NETWORK,
		    .why = "closed in mid answer (by TCP)" },
		{ "silent.test", .status = STATUS_TIMEOUT, .why = "no answer" },
		{ LONG_LABEL ".test", .status = STATUS_USAGE,
		    .why = "no name that can be looked up" },
		{ "a..test", .status = STATUS_USAGE, .why = "" },
	};
	struct nameserver ns;
	struct dns_plan plan = { .wake = -1 };
	struct dns_answer a;
	unsigned wrong = 0;
	struct fail f;
	size_t i;
	int rc;

	(void)state;
	nameserver_begin(&ns, zones);
	plan.server = ns.address;
	for (i = 0; i < ROWS(rows); i++) {
		f.text[0] = '\0';
		/* Nobody but the silent one is hurried. */
		plan.timeout = rows[i].status == STATUS_TIMEOUT ? 100 : 5000;
		rc = dns_ask(&plan, rows[i].name, DNS_A, &a, &f);
		if (!agree(&rows[i], rc, &a, &f)) {
			wrong++;
			print_error("%s: %d, %zu records, %zu aliases, "
				    "code %d, AD %d, \"%s\"\n",
			    rows[i].name, rc, a.n, a.aliases, a.rcode,
			    a.authentic, rc < 0 ? f.text : a.canonical);
		}
		dnsmsg_free(&a);
	}
	nameserver_end(&ns);
	assert_int_equal(wrong, 0);
}

/* The name is there, and has no address of this kind. */
static void
test_no_data(void **state)
{
	struct nameserver ns;
	struct dns_plan plan = { .timeout = 1000, .wake = -1 };
	struct dns_answer a;
	struct fail f;

	(void)state;
	nameserver_begin(&ns, zones);
	plan.server = ns.address;
	assert_int_equal(dns_ask(&plan, "a.test", DNS_AAAA, &a, &f), 0);
	assert_int_equal(a.n, 0);
	assert_int_equal(a.rcode, DNS_NOERROR);
	dnsmsg_free(&a);
	nameserver_end(&ns);
}

/* By UDP once, and by TCP only where that did not suffice. */
static void
test_how_often(void **state)
{
	static const struct {
		const char *name;
		unsigned asked, by_tcp;
	} rows[] = {
		{ "a.test", 1, 0 },
		{ "long.test", 2, 1 },
		{ "further.test", 3, 0 },
		{ "loop.test", 2, 0 },
		/* Asked twice, as resolv.conf(5) has it. */
		{ "servfail.test", 2, 0 },
		/* Once more without EDNS, and then always so. */
		{ "old.test", 2, 0 },
		{ "older.test", 2, 0 },
		{ "oldest.test", 3, 1 },
		{ "wayold.test", 3, 0 },
		{ "never.test", 3, 0 },
	};
	struct nameserver ns;
	struct dns_plan plan = { .timeout = 1000, .wake = -1 };
	struct dns_answer a;
	struct fail f;
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		nameserver_begin(&ns, zones);
		plan.server = ns.address;
		dns_ask(&plan, rows[i].name, DNS_A, &a, &f);
		dnsmsg_free(&a);
		nameserver_end(&ns);
		if (ns.asked != rows[i].asked || ns.by_tcp != rows[i].by_tcp)
			fail_msg("%s: asked %u times, %u by TCP", rows[i].name,
			    ns.asked, ns.by_tcp);
	}
}

/* An old server is asked again at once, and not in another round. */
static void
test_old_at_once(void **state)
{
	struct nameserver ns;
	struct dns_plan plan = { .timeout = 5000, .wake = -1 };
	struct dns_answer a;
	struct fail f;
	int rc;

	(void)state;
	nameserver_begin(&ns, zones);
	setenv("RES_OPTIONS", "attempts:1", 1);
	plan.server = ns.address;
	rc = dns_ask(&plan, "old.test", DNS_A, &a, &f);
	dnsmsg_free(&a);
	unsetenv("RES_OPTIONS");
	nameserver_end(&ns);
	assert_int_equal(rc, 0);
	assert_int_equal(ns.asked, 2);
}

/* The user wants no more, which is not read away. */
static void
test_woken(void **state)
{
	struct nameserver ns;
	struct dns_plan plan = { .timeout = 0 };
	struct dns_answer a;
	struct fail f;
	int wake[2];
	char byte = 0;

	(void)state;
	assert_int_equal(pipe(wake), 0);
	assert_int_equal(write(wake[1], "x", 1), 1);
	plan.wake = wake[0];
	nameserver_begin(&ns, zones);
	plan.server = ns.address;
	errno = 0;
	assert_int_equal(dns_ask(&plan, "silent.test", DNS_A, &a, &f), -1);
	assert_int_equal(errno, EINTR);
	assert_int_equal(a.n, 0);
	nameserver_end(&ns);
	assert_int_equal(read(wake[0], &byte, 1), 1);
	assert_int_equal(byte, 'x');
	close(wake[0]);
	close(wake[1]);
}

/* The plan's time is the whole one, however long a server may take. */
static void
test_late(void **state)
{
	struct nameserver ns;
	struct dns_plan plan = { .timeout = 100, .wake = -1 };
	struct dns_answer a;
	struct fail f;
	int64_t began;

	(void)state;
	nameserver_begin(&ns, zones);
	plan.server = ns.address;
	began = clock_ms();
	assert_int_equal(dns_ask(&plan, "silent.test", DNS_A, &a, &f), -1);
	assert_int_equal(f.status, STATUS_TIMEOUT);
	assert_true(clock_ms() - began >= 99 && clock_ms() - began < 3000);
	nameserver_end(&ns);
}

/* Nobody is there, or no server is meant. */
static void
test_nobody(void **state)
{
	struct nameserver ns;
	struct dns_plan plan = { .timeout = 1000, .wake = -1 };
	struct dns_answer a;
	struct fail f;

	(void)state;
	nameserver_begin(&ns, zones);
	plan.server = ns.address;
	nameserver_end(&ns);
	assert_int_equal(dns_ask(&plan, "a.test", DNS_A, &a, &f), -1);
	assert_int_equal(f.status, STATUS_NETWORK);
	assert_non_null(strstr(f.text, "connection refused"));
	plan.server = "not an address";
	assert_int_equal(dns_ask(&plan, "a.test", DNS_A, &a, &f), -1);
	assert_int_equal(f.status, STATUS_USAGE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_no_data),
		cmocka_unit_test(test_how_often),
		cmocka_unit_test(test_old_at_once),
		cmocka_unit_test(test_woken),
		cmocka_unit_test(test_late),
		cmocka_unit_test(test_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
