/* SPDX-License-Identifier: ISC */
/* dane_test.c - which TLSA records of which host are believed. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "dane.h"
#include "dns.h"
#include "fail.h"
#include "nameserver.h"
#include "tlsa.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

/* 32 bytes; each host's begins with another. */
#define REST "00000000000000000000000000000000000000000000000000000000000000"
#define RECORD(kind, first) "@ TLSA " kind " " first REST

/* Flag a: vouched for. */
static const struct zone zones[] = {
	{ "good.test", DNS_A, "a", 0, "@ A 192.0.2.1" },
	{ "_25._tcp.good.test", DNS_TLSA, "a", 0, RECORD("3 1 1", "01") },
	/* Nobody vouches for its address, which is not needed. */
	{ "plain.test", DNS_A, "", 0, "@ A 192.0.2.1" },
	{ "_25._tcp.plain.test", DNS_TLSA, "a", 0, RECORD("3 1 1", "02") },
	{ "forged.test", DNS_A, "a", 0, "@ A 192.0.2.1" },
	{ "_25._tcp.forged.test", DNS_TLSA, "", 0, RECORD("3 1 1", "03") },
	{ "none.test", DNS_A, "a", 0, "@ A 192.0.2.1" },
	{ "_25._tcp.none.test", DNS_TLSA, "a", 0, "" },
	{ "bogus.test", DNS_A, "a", 0, "@ A 192.0.2.1" },
	{ "_25._tcp.bogus.test", DNS_TLSA, "a", DNS_SERVFAIL, "" },
	{ "lost.test", DNS_A, "a", DNS_SERVFAIL, "" },
	{ "_25._tcp.lost.test", DNS_TLSA, "a", 0, RECORD("3 1 1", "04") },
	/* Aliases: of a host with records, without, forged, and of itself. */
	{ "alias.test", DNS_A, "a", 0, "@ CNAME good.test" },
	{ "_25._tcp.alias.test", DNS_TLSA, "a", 0, RECORD("3 1 1", "05") },
	{ "away.test", DNS_A, "a", 0, "@ CNAME none.test" },
	{ "_25._tcp.away.test", DNS_TLSA, "a", 0, RECORD("3 1 1", "06") },
	{ "astray.test", DNS_A, "", 0, "@ CNAME good.test" },
	{ "_25._tcp.astray.test", DNS_TLSA, "a", 0, RECORD("3 1 1", "07") },
	{ "afar.test", DNS_A, "a", 0, "@ CNAME forged.test" },
	{ "_25._tcp.afar.test", DNS_TLSA, "a", 0, RECORD("3 1 1", "08") },
	{ "ashore.test", DNS_A, "a", 0, "@ CNAME bogus.test" },
	{ "_25._tcp.ashore.test", DNS_TLSA, "a", 0, RECORD("3 1 1", "09") },
	/* The records themselves may be elsewhere. */
	{ "moved.test", DNS_A, "a", 0, "@ A 192.0.2.1" },
	{ "_25._tcp.moved.test", DNS_TLSA, "a", 0,
	    "@ CNAME tlsa.test\n"
	    "tlsa.test TLSA 3 1 1 0a" REST },
	/* Some that can be used, and some that cannot. */
	{ "mixed.test", DNS_A, "a", 0, "@ A 192.0.2.1" },
	{ "_25._tcp.mixed.test", DNS_TLSA, "a", 0,
	    RECORD("1 1 1", "0b") "\n" RECORD("3 1 1",
		"0c") "\n" RECORD("9 1 1", "0d") "\n" RECORD("2 0 1", "0e") },
	{ "pkix.test", DNS_A, "a", 0, "@ A 192.0.2.1" },
	{ "_25._tcp.pkix.test", DNS_TLSA, "a", 0, RECORD("1 1 1", "0f") },
	{ "odd.test", DNS_A, "a", 0, "@ A 192.0.2.1" },
	{ "_25._tcp.odd.test", DNS_TLSA, "a", 0,
	    RECORD("9 1 1", "10") "\n" RECORD("3 1 9", "11") },
	{ "short.test", DNS_A, "a", 0, "@ A 192.0.2.1" },
	{ "_25._tcp.short.test", DNS_TLSA, "a", 0, "@ TLSA 3 1 1 00" },
	{ .name = NULL },
};

static const struct row {
	const char *host;
	bool any; /* it is not SMTP */
	const char *base;
	size_t n;
	unsigned char first; /* byte of the first record */
	enum status status;  /* ... if base is NULL */
	const char *why;
} rows[] = {
	{ "good.test", false, "good.test", 1, 1, 0, NULL },
	{ "plain.test", false, "plain.test", 1, 2, 0, NULL },
	{ "alias.test", false, "good.test", 1, 1, 0, NULL },
	{ "away.test", false, "away.test", 1, 6, 0, NULL },
	{ "astray.test", false, "astray.test", 1, 7, 0, NULL },
	{ "afar.test", false, "afar.test", 1, 8, 0, NULL },
	{ "moved.test", false, "moved.test", 1, 10, 0, NULL },
	{ "mixed.test", false, "mixed.test", 2, 12, 0, NULL },
	{ "mixed.test", true, "mixed.test", 3, 11, 0, NULL },
	{ "pkix.test", true, "pkix.test", 1, 15, 0, NULL },
	{ "pkix.test", false, NULL, 0, 0, STATUS_TLS,
	    "DANE: no TLSA record of pkix.test port 25 can be used: usage 1 "
	    "is not for SMTP" },
	{ "odd.test", false, NULL, 0, 0, STATUS_TLS,
	    "port 25 can be used: matching type 9 is unknown" },
	{ "short.test", false, NULL, 0, 0, STATUS_TLS,
	    "matching type 1 has 32 bytes, not 1" },
	{ "forged.test", false, NULL, 0, 0, STATUS_TLS,
	    "DANE: the answer for _25._tcp.forged.test: not authenticated" },
	{ "none.test", false, NULL, 0, 0, STATUS_TLS,
	    "DANE: there is no TLSA record at _25._tcp.none.test" },
	{ "bogus.test", false, NULL, 0, 0, STATUS_TLS, "SERVFAIL" },
	/* What the host is an alias of cannot be known. */
	{ "lost.test", false, NULL, 0, 0, STATUS_TLS,
	    "DANE: lost.test: name server" },
	{ "ashore.test", false, NULL, 0, 0, STATUS_TLS, "SERVFAIL" },
	{ "gone.test", false, NULL, 0, 0, STATUS_TLS, "not authenticated" },
};

static bool
agrees(const struct row *row, const struct dane *d, const struct fail *f)
{
	const struct tlsa_host *h = dane_records(d);

	if (row->base == NULL)
		return h == NULL && f->status == row->status &&
		    strstr(f->text, row->why) != NULL;
	return h != NULL && strcmp(h->base, row->base) == 0 && h->n == row->n &&
	    h->records[0].len == 32 && h->records[0].data[0] == row->first &&
	    h->domain == NULL;
}

static void
test_find(void **state)
{
	struct nameserver ns;
	struct dns_plan dns = { .timeout = 5000, .wake = -1 };
	unsigned wrong = 0;
	size_t i;

	(void)state;
	nameserver_begin(&ns, zones);
	dns.server = ns.address;
	for (i = 0; i < ROWS(rows); i++) {
		const struct dane_ask ask = { .dns = &dns,
			.host = rows[i].host,
			.port = 25,
			.smtp = !rows[i].any };
		struct fail f = { .text = "" };
		struct dane *d = dane_find(&ask, &f);

		if (!agrees(&rows[i], d, &f)) {
			wrong++;
			print_error("%s: %s, \"%s\"\n", rows[i].host,
			    d == NULL ? "none" : dane_records(d)->base, f.text);
		}
		dane_free(d);
	}
	nameserver_end(&ns);
	assert_int_equal(wrong, 0);
}

/* The port is in the question, the domain is kept beside the host. */
static void
test_domain(void **state)
{
	static const struct zone other[] = {
		{ "mx.test", DNS_A, "a", 0, "@ A 192.0.2.1" },
		{ "_465._tcp.mx.test", DNS_TLSA, "a", 0,
		    RECORD("3 1 1", "01") },
		{ .name = NULL },
	};
	char domain[] = "next.test", host[] = "mx.test", kept[2][20] = { "" };
	struct nameserver ns;
	struct dns_plan dns = { .timeout = 5000, .wake = -1 };
	const struct dane_ask ask = { .dns = &dns,
		.host = host,
		.domain = domain,
		.port = 465,
		.smtp = true };
	struct fail f = { .text = "" };
	struct dane *d;

	(void)state;
	nameserver_begin(&ns, other);
	dns.server = ns.address;
	d = dane_find(&ask, &f);
	nameserver_end(&ns);
	/* They were borrowed for the call. */
	memset(domain, 'x', sizeof domain - 1);
	memset(host, 'x', sizeof host - 1);
	assert_non_null(d);
	snprintf(kept[0], 20, "%s", dane_records(d)->base);
	snprintf(kept[1], 20, "%s", dane_records(d)->domain);
	dane_free(d);
	assert_string_equal(kept[0], "mx.test");
	assert_string_equal(kept[1], "next.test");
}

/* Nobody answers: nothing may be concluded, and it is no fault of TLS. */
static void
test_silence(void **state)
{
	static const struct zone silent[] = {
		{ "good.test", DNS_A, "s", 0, "" },
		{ .name = NULL },
	};
	struct nameserver ns;
	struct dns_plan dns = { .timeout = 100, .wake = -1 };
	const struct dane_ask ask = { .dns = &dns,
		.host = "good.test",
		.port = 25 };
	struct fail f = { .text = "" };
	struct dane *d;

	(void)state;
	nameserver_begin(&ns, silent);
	dns.server = ns.address;
	d = dane_find(&ask, &f);
	nameserver_end(&ns);
	assert_null(d);
	assert_int_equal(f.status, STATUS_TIMEOUT);
}

/* A host that is no alias is asked for once, also if it has no records. */
static void
test_how_often(void **state)
{
	struct nameserver ns;
	struct dns_plan dns = { .timeout = 5000, .wake = -1 };
	const struct dane_ask ask = { .dns = &dns,
		.host = "none.test",
		.port = 25 };
	struct fail f = { .text = "" };
	struct dane *d;

	(void)state;
	nameserver_begin(&ns, zones);
	dns.server = ns.address;
	d = dane_find(&ask, &f);
	nameserver_end(&ns);
	assert_null(d);
	assert_int_equal(ns.asked, 2);
}

static void
test_refuse(void **state)
{
	struct fail f;

	(void)state;
	assert_int_equal(dane_refuse(&f, "the servers of", "a\033b.test"), -1);
	assert_int_equal(f.status, STATUS_TLS);
	assert_non_null(strstr(f.text,
	    "DANE: the servers of a\\x1bb.test: not authenticated (the zone "));
	assert_null(dane_records(NULL));
	dane_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_domain),
		cmocka_unit_test(test_silence),
		cmocka_unit_test(test_how_often),
		cmocka_unit_test(test_refuse),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
