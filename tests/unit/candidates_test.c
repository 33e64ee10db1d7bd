/* SPDX-License-Identifier: ISC */
/* candidates_test.c - which servers a domain has, as a name server says. */
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "buf.h"
#include "candidates.h"
#include "dns.h"
#include "fail.h"
#include "nameserver.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

static const struct zone zones[] = {
	{ "mail.test", DNS_MX, "a", 0,
	    "@ MX 20 b.test\n@ MX 10 a.test\n@ MX 30 c.test" },
	{ "alias.test", DNS_MX, "", 0, "@ CNAME mail.test" },
	{ "plain.test", DNS_MX, "", 0, "" },
	{ "moved.test", DNS_MX, "", 0, "@ CNAME plain.test" },
	{ "null.test", DNS_MX, "", 0, "@ MX 0 ." },
	{ "mixed.test", DNS_MX, "", 0,
	    "@ MX 0 .\n@ MX 5 odd_name.test\n@ MX 9 a.test" },
	{ "odd.test", DNS_MX, "", 0, "@ MX 5 a^b.test\n@ MX 6 ." },
	{ "down.test", DNS_MX, "", DNS_SERVFAIL, "" },
	{ "_imaps._tcp.mail.test", DNS_SRV, "a", 0,
	    "@ SRV 2 0 993 b.test\n@ SRV 1 0 1993 a.test" },
	{ "_imaps._tcp.null.test", DNS_SRV, "", 0, "@ SRV 0 0 0 ." },
	{ "_imaps._tcp.zero.test", DNS_SRV, "", 0,
	    "@ SRV 1 0 0 b.test\n@ SRV 2 0 993 a.test" },
	{ "_imaps._tcp.plain.test", DNS_SRV, "", 0, "" },
	{ "_imaps._tcp.down.test", DNS_SRV, "", DNS_REFUSED, "" },
	{ .name = NULL },
};

static void
test_servers(void **state)
{
	static const struct {
		const char *service; /* NULL: mail exchangers */
		const char *domain;
		const char *list; /* NULL: it failed */
		const char *why;
		size_t odd;
		bool authentic, implicit;
	} rows[] = {
		{ NULL, "mail.test", "a.test (10), b.test (20), c.test (30)",
		    "", 0, true, false },
		{ NULL, "alias.test", "a.test (10), b.test (20), c.test (30)",
		    "", 0, false, false },
		{ NULL, "plain.test", "plain.test", "", 0, false, true },
		{ NULL, "moved.test", "plain.test", "", 0, false, true },
		{ NULL, "mixed.test", "odd_name.test (5), a.test (9)", "", 1,
		    false, false },
		{ NULL, "null.test", NULL, "accepts no mail", 0, false, false },
		{ NULL, "odd.test", NULL, "its records name no host", 0, false,
		    false },
		{ NULL, "gone.test", NULL, "there is no such domain", 0, false,
		    false },
		{ NULL, "down.test", NULL, "down.test: name server", 0, false,
		    false },
		{ "imaps", "mail.test",
		    "a.test port 1993 (1), b.test port 993 (2)", "", 0, true,
		    false },
		{ "imaps", "zero.test", "a.test port 993 (2)", "", 1, false,
		    false },
		{ "imaps", "null.test", NULL, "offers no imaps", 0, false,
		    false },
		{ "imaps", "plain.test", NULL, "no SRV record _imaps._tcp", 0,
		    false, false },
		{ "imaps", "gone.test", NULL, "no SRV record _imaps._tcp", 0,
		    false, false },
		{ "imaps", "down.test", NULL, "name server", 0, false, false },
	};
	struct nameserver ns;
	struct dns_plan plan = { .timeout = 2000, .wake = -1 };
	unsigned wrong = 0;
	size_t i;

	(void)state;
	nameserver_begin(&ns, zones);
	plan.server = ns.address;
	for (i = 0; i < ROWS(rows); i++) {
		struct fail f = { .status = STATUS_OK };
		struct candidates c;
		struct buf list = { 0 };
		int rc = rows[i].service == NULL ?
		    candidates_mx(&plan, rows[i].domain, &c, &f) :
		    candidates_srv(&plan, rows[i].service, rows[i].domain, &c,
			&f);

		candidates_list(&list, &c);
		buf_add(&list, "", 1);
		if (rc != (rows[i].list == NULL ? -1 : 0) ||
		    strstr(f.text, rows[i].why) == NULL ||
		    (rc == 0 &&
			(strcmp(buf_bytes(&list), rows[i].list) != 0 ||
			    c.odd != rows[i].odd || c.left != 0 ||
			    c.authentic != rows[i].authentic ||
			    c.implicit != rows[i].implicit)) ||
		    (rc < 0 && (c.n != 0 || f.status != STATUS_NETWORK))) {
			wrong++;
			print_error("%s: %d, \"%s\", %zu odd, \"%s\"\n",
			    rows[i].domain, rc, buf_bytes(&list), c.odd,
			    f.text);
		}
		buf_free(&list);
		candidates_free(&c);
	}
	nameserver_end(&ns);
	assert_int_equal(wrong, 0);
}

/* More of them than anybody needs. */
static void
test_most(void **state)
{
	char records[42 * 20];
	struct zone many[] = {
		{ "many.test", DNS_MX, "", 0, records },
		{ .name = NULL },
	};
	struct nameserver ns;
	struct dns_plan plan = { .timeout = 2000, .wake = -1 };
	struct candidates c;
	struct fail f;
	size_t n = 0;
	int i;

	(void)state;
	for (i = 0; i < 40; i++)
		n += (size_t)snprintf(records + n, sizeof records - n,
		    "@ MX %d h%d.test\n", i, i);
	/* What is no host's name is none that is left out. */
	snprintf(records + n, sizeof records - n, "@ MX 99 a^b.test\n");
	nameserver_begin(&ns, many);
	plan.server = ns.address;
	assert_int_equal(candidates_mx(&plan, "many.test", &c, &f), 0);
	nameserver_end(&ns);
	assert_int_equal(c.n, 32);
	assert_string_equal(c.list[31].host, "h31.test");
	assert_int_equal(c.left, 8);
	assert_int_equal(c.odd, 1);
	candidates_free(&c);
}

static void
test_service(void **state)
{
	static const struct {
		const char *scheme, *service;
	} rows[] = {
		{ "imaps", "imaps" },
		{ "submissions", "submissions" },
		{ "xmpp", "xmpp-client" },
		{ "XMPPS", "xmpps-client" },
		{ "smtp", NULL },
		{ "tls", NULL },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		const char *got = candidates_service(rows[i].scheme);

		if (rows[i].service == NULL)
			assert_null(got);
		else
			assert_string_equal(got, rows[i].service);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_servers),
		cmocka_unit_test(test_most),
		cmocka_unit_test(test_service),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
