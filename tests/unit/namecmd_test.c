/* SPDX-License-Identifier: ISC */
/* namecmd_test.c - records shown at the local prompt. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "craft.h"
#include "namecmd.h"
#include "nameserver.h"
#include "protos.h"
#include "stage.h"

#define VOUCHED "* vouched for by DNSSEC\n"
#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

static const struct zone zones[] = {
	{ "h.test", DNS_A, "", 0, "@ A 192.0.2.1" },
	{ "h.test", DNS_AAAA, "", 0, "@ AAAA ::1" },
	{ "safe.test", DNS_A, "a", 0, "@ A 192.0.2.2" },
	{ "safe.test", DNS_AAAA, "a", 0, "" },
	{ "six.test", DNS_A, "", 0, "" },
	{ "six.test", DNS_AAAA, "", 0, "@ AAAA ::6" },
	{ "alias.test", DNS_A, "", 0, "@ CNAME h.test\nh.test A 192.0.2.1" },
	{ "alias.test", DNS_AAAA, "", 0, "@ CNAME h.test\nh.test AAAA ::1" },
	{ "empty.test", DNS_A, "", 0, "" },
	{ "empty.test", DNS_AAAA, "", 0, "" },
	{ "empty.test", DNS_MX, "", 0, "" },
	{ "half.test", DNS_A, "", 0, "@ A 192.0.2.1" },
	{ "half.test", DNS_AAAA, "", DNS_SERVFAIL, "" },
	{ "m.test", DNS_MX, "", 0, "@ MX 20 b.test\n@ MX 10 a.test" },
	{ "_imaps._tcp.m.test", DNS_SRV, "", 0,
	    "@ SRV 2 0 993 b.test\n@ SRV 1 0 993 a.test" },
	{ "_submission._tcp.m.test", DNS_SRV, "", 0, "@ SRV 0 0 0 ." },
	{ "_25._tcp.h.test", DNS_TLSA, "a", 0, "@ TLSA 3 1 1 01ab" },
	{ "_465._tcp.h.test", DNS_TLSA, "a", 0, "@ TLSA 3 1 1 02ab" },
	{ .name = NULL },
};

static const struct row {
	void (*run)(struct command *c, const char *arg);
	const char *arg;
	const char *records; /* what is shown first */
	const char *rest;    /* ... and in what follows; "": nothing does */
	unsigned asked;
} rows[] = {
	{ namecmd_a, "h.test",
	    "h.test.  60  IN  A  192.0.2.1\n"
	    "h.test.  60  IN  AAAA  ::1\n",
	    "", 2 },
	{ namecmd_a, "safe.test", "safe.test.  60  IN  A  192.0.2.2\n" VOUCHED,
	    "", 2 },
	{ namecmd_a, "six.test", "six.test.  60  IN  AAAA  ::6\n", "", 2 },
	/* The alias is shown once. */
	{ namecmd_a, "alias.test",
	    "alias.test.  60  IN  CNAME  h.test.\n"
	    "h.test.  60  IN  A  192.0.2.1\n"
	    "h.test.  60  IN  AAAA  ::1\n",
	    "", 2 },
	{ namecmd_a, "empty.test", "", "empty.test: no A or AAAA record", 2 },
	{ namecmd_a, "gone.test", "", "gone.test: no such name", 1 },
	{ namecmd_a, "half.test", "half.test.  60  IN  A  192.0.2.1\n",
	    "SERVFAIL", 3 },
	{ namecmd_a, "", "", "a: name a host: a NAME", 0 },
	{ namecmd_a, "127.0.0.1", "", "a: 127.0.0.1 is an address, and", 0 },
	{ namecmd_a, "::1", "", "a: ::1 is an address, and has no such", 0 },
	{ namecmd_mx, "192.0.2.1", "", "mx: 192.0.2.1 is an address", 0 },
	{ namecmd_srv, "192.0.2.1", "", "srv: 192.0.2.1 is an address", 0 },
	{ namecmd_mx, "m.test",
	    "m.test.  60  IN  MX  10 a.test.\n"
	    "m.test.  60  IN  MX  20 b.test.\n",
	    "", 1 },
	{ namecmd_mx, "empty.test", "", "empty.test: no MX record", 1 },
	{ namecmd_mx, "gone.test", "", "gone.test: no such name", 1 },
	{ namecmd_mx, "", "", "mx: name a domain: mx DOMAIN", 0 },
	{ namecmd_srv, "_imaps._tcp.m.test",
	    "_imaps._tcp.m.test.  60  IN  SRV  1 0 993 a.test.\n"
	    "_imaps._tcp.m.test.  60  IN  SRV  2 0 993 b.test.\n",
	    "", 1 },
	{ namecmd_srv, "m.test",
	    "_submission._tcp.m.test.  60  IN  SRV  0 0 0 .\n"
	    "_imaps._tcp.m.test.  60  IN  SRV  1 0 993 a.test.\n"
	    "_imaps._tcp.m.test.  60  IN  SRV  2 0 993 b.test.\n",
	    "", 7 },
	{ namecmd_srv, "gone.test", "", "gone.test: no SRV record", 7 },
	{ namecmd_srv, "_x._tcp.gone.test", "", "no such name", 1 },
	{ namecmd_srv, "", "", "srv: name a domain, or a service of it", 0 },
	{ namecmd_tlsa, "h.test",
	    "_25._tcp.h.test.  60  IN  TLSA  3 1 1 01AB\n", VOUCHED, 1 },
	{ namecmd_tlsa, "h.test:465",
	    "_465._tcp.h.test.  60  IN  TLSA  3 1 1 02AB\n", VOUCHED, 1 },
	{ namecmd_tlsa, "h.test:0465",
	    "_465._tcp.h.test.  60  IN  TLSA  3 1 1 02AB\n", VOUCHED, 1 },
	{ namecmd_tlsa, "_465._tcp.h.test",
	    "_465._tcp.h.test.  60  IN  TLSA  3 1 1 02AB\n", VOUCHED, 1 },
	{ namecmd_tlsa, "gone.test", "", "_25._tcp.gone.test: no such", 1 },
	{ namecmd_tlsa, "", "", "tlsa: name a place: tlsa HOST:PORT", 0 },
	{ namecmd_tlsa, "h.test:0", "", "tlsa: name a place", 0 },
	{ namecmd_tlsa, "h.test:65536", "", "tlsa: name a place", 0 },
	{ namecmd_tlsa, "h.test:smtp", "", "tlsa: name a place", 0 },
	{ namecmd_tlsa, "192.0.2.1:25", "", "an address has no TLSA", 0 },
	{ namecmd_tlsa, "[::1]:25", "", "an address has no TLSA", 0 },
};

static void
run(const struct row *row, const struct options *opt, struct stage *st)
{
	struct command c = { .s = &st->s };

	stage_dark(st);
	session_init(&st->s, opt, true);
	row->run(&c, row->arg);
	outlet_flush(&st->s.out);
	session_free(&st->s);
	stage_light(st);
}

static bool
agrees(const struct row *row, const char *shown)
{
	size_t n = strlen(row->records);

	return strncmp(shown, row->records, n) == 0 &&
	    (row->rest[0] == '\0' ? shown[n] == '\0' :
				    strstr(shown + n, row->rest) != NULL);
}

static void
test_commands(void **state)
{
	static struct stage st;
	unsigned wrong = 0;
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct options opt = { .connect_timeout = 5000 };
		struct nameserver ns;

		nameserver_begin(&ns, zones);
		opt.dns = ns.address;
		run(&rows[i], &opt, &st);
		nameserver_end(&ns);
		if (!agrees(&rows[i], st.err) || ns.asked != rows[i].asked) {
			wrong++;
			print_error("%zu %s: %u, \"%s\"\n", i, rows[i].arg,
			    ns.asked, st.err);
		}
	}
	assert_int_equal(wrong, 0);
}

/* Without an argument: those of the host that the session is with. */
static void
test_here(void **state)
{
	static const struct {
		const char *host, *ascii, *verify_name, *service;
		uint16_t port;
		const char *shown;
	} here[] = {
		{ "h.test", "h.test", NULL, NULL, 465,
		    "_465._tcp.h.test.  60" },
		{ "h.test", "h.test", "x.test", NULL, 25, "_25._tcp.h.test." },
		{ "127.0.0.1", "127.0.0.1", "h.test", NULL, 25,
		    "_25._tcp.h.test.  60" },
		{ "127.0.0.1", "127.0.0.1", NULL, NULL, 25, "name a place" },
		{ "h.test", "d.test", NULL, "imaps", 25,
		    "_25._tcp.h.test.  60" },
		{ "", "", NULL, NULL, 0, "name a place" },
	};
	static struct stage st;
	struct nameserver ns;
	unsigned wrong = 0;
	size_t i;

	(void)state;
	nameserver_begin(&ns, zones);
	for (i = 0; i < ROWS(here); i++) {
		struct options opt = { .dns = ns.address,
			.connect_timeout = 5000,
			.service = here[i].service,
			.tls_plan.verify_name = here[i].verify_name };
		struct command c = { .s = &st.s };

		stage_begin(&st, &opt, true, protos_find("smtp"));
		snprintf(st.s.host, sizeof st.s.host, "%s", here[i].host);
		snprintf(st.s.ascii, sizeof st.s.ascii, "%s", here[i].ascii);
		st.s.port = here[i].port;
		namecmd_tlsa(&c, "");
		outlet_flush(&st.s.out);
		stage_end(&st);
		if (strstr(st.err, here[i].shown) == NULL) {
			wrong++;
			print_error("%zu: \"%s\"\n", i, st.err);
		}
	}
	nameserver_end(&ns);
	assert_int_equal(wrong, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_commands),
		cmocka_unit_test(test_here),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
