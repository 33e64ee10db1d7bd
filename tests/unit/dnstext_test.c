/* SPDX-License-Identifier: ISC */
/* dnstext_test.c - what names and codes mean; records: dnsmsg_test.c. */
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "buf.h"
#include "dnsmsg.h"
#include "dnstext.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

static void
test_hosts(void **state)
{
	static const struct {
		const char *name;
		bool good;
	} rows[] = {
		{ "mx.example.org", true },
		{ "MX-1.example.org", true },
		{ "my_host.example", true },
		{ "xn--bcher-kva.example", true },
		{ "", false },
		{ ".", false },
		{ "-oops", false },
		{ "192.0.2.1", false },
		{ "a\\032b", false },
		{ "a\033b", false },
		{ "a@b", false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++)
		assert_int_equal(dnstext_is_host(rows[i].name), rows[i].good);
}

static void
test_words(void **state)
{
	(void)state;
	assert_string_equal(dnstext_type(DNS_TLSA), "TLSA");
	assert_string_equal(dnstext_type((enum dns_type)99), "?");
	assert_string_equal(dnstext_words(DNS_NXDOMAIN),
	    "no such name (is it spelt right?)");
	assert_string_equal(dnstext_words(4095), "an unusual error");
}

/* Whatever a server puts into a name, it stays on its line. */
static void
test_hostile_names(void **state)
{
	char name[] = "a\033[2J\n.example", host[] = ".";
	struct dns_record r = { .type = DNS_MX, .name = name, .host = host };
	struct buf text = { 0 };

	(void)state;
	dnstext_line(&text, &r);
	buf_add(&text, "", 1);
	assert_string_equal(buf_bytes(&text),
	    "a\\x1b[2J\\x0a.example.  0  IN  MX  0 .\n");
	buf_free(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hosts),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_hostile_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
