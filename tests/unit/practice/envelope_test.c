/* SPDX-License-Identifier: ISC */
/* envelope_test.c - what stands behind MAIL and RCPT. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "practice/envelope.h"

#define TEN "0123456789"
#define FIFTY TEN TEN TEN TEN TEN

struct row {
	bool mail;
	const char *text;
	int code;          /* 0: it is fine */
	const char *found; /* the path, or the enhanced status */
};

static const struct row rows[] = {
	{ true, "FROM:<a@b.org>", 0, "a@b.org" },
	{ true, "from:<a.b+c@b-c.org>", 0, "a.b+c@b-c.org" },
	{ true, "FROM:<>", 0, "" },
	{ true, "FROM:<\"a b>\\\"\"@b.org>", 0, "\"a b>\\\"\"@b.org" },
	{ true, "FROM:<a@[127.0.0.1]>", 0, "a@[127.0.0.1]" },
	{ true, "FROM:<a@[IPv6:::1]>", 0, "a@[IPv6:::1]" },
	{ true, "FROM:<@x,@y:a@b.org>", 0, "a@b.org" },
	{ true, "FROM:<a@b.org>  ", 0, "a@b.org" },
	{ true, "FROM:<j\xc3\xb6rg@b.org>", 0, "j\xc3\xb6rg@b.org" },
	{ true, "FROM:<a@" FIFTY "." FIFTY "." FIFTY "." FIFTY ".org>", 0,
	    NULL },
	{ true, "FROM:<a@b.org> SIZE=1 BODY=8BITMIME SMTPUTF8 AUTH=<>", 0,
	    "a@b.org" },
	{ false, "TO:<a@b.org>", 0, "a@b.org" },
	{ false, "to:<Postmaster>", 0, "Postmaster" },
	{ true, "", 501, "5.5.4" },
	{ true, "TO:<a@b.org>", 501, "5.5.4" },
	{ true, "FROM", 501, "5.5.4" },
	{ true, "FROM:", 501, "5.5.4" },
	{ true, "FROM: <a@b.org>", 501, "5.5.4" },
	{ true, "FROM:a@b.org", 501, "5.5.4" },
	{ true, "FROM:<a@b.org", 501, "5.5.4" },
	{ true, "FROM:<\"a@b.org>", 501, "5.5.4" },
	{ true, "FROM:<a@b.org>SIZE=1", 501, "5.5.4" },
	{ true, "FROM:<a>", 501, "5.1.7" },
	{ true, "FROM:<postmaster>", 501, "5.1.7" },
	{ true, "FROM:<@b.org>", 501, "5.1.7" },
	{ true, "FROM:<a@>", 501, "5.1.7" },
	{ true, "FROM:<.a@b.org>", 501, "5.1.7" },
	{ true, "FROM:<a.@b.org>", 501, "5.1.7" },
	{ true, "FROM:<a..b@b.org>", 501, "5.1.7" },
	{ true, "FROM:<a b@b.org>", 501, "5.1.7" },
	{ true, "FROM:<a@b@c.org>", 501, "5.1.7" },
	{ true, "FROM:<a@b..org>", 501, "5.1.7" },
	{ true, "FROM:<a@b.org.>", 501, "5.1.7" },
	{ true, "FROM:<a@[1>", 501, "5.1.7" },
	{ true, "FROM:<a@[]>", 501, "5.1.7" },
	{ false, "TO:<a@[foo]>", 501, "5.1.3" },
	{ false, "TO:<a@[1.2.3]>", 501, "5.1.3" },
	{ false, "TO:<a@[127.0.0.1]b>", 501, "5.1.3" },
	{ false, "TO:<a@-b>", 501, "5.1.3" },
	{ true, "FROM:<a@b.c-.org>", 501, "5.1.7" },
	{ true, "FROM:<j\xf6rg@b.org>", 501, "5.1.7" },
	{ true, "FROM:<" FIFTY TEN "01234@b.org>", 501, "5.1.7" },
	{ true, "FROM:<a@" FIFTY "." FIFTY "." FIFTY "." FIFTY "." FIFTY ">",
	    501, "5.1.7" },
	{ false, "TO:<>", 501, "5.1.3" },
	{ false, "TO:<alice>", 501, "5.1.3" },
	{ false, "TO:<a@b.org> SIZE=1", 555, "5.5.4" },
	{ true, "FROM:<a@b.org> SIZE", 501, "5.5.4" },
	{ true, "FROM:<a@b.org> SIZE=", 501, "5.5.4" },
	{ true, "FROM:<a@b.org> SIZE=-1", 501, "5.5.4" },
	{ true, "FROM:<a@b.org> SIZE=99999999999999999999", 501, "5.5.4" },
	{ true, "FROM:<a@b.org> SIZE=1 size=2", 501, "5.5.4" },
	{ true, "FROM:<a@b.org> BODY=BINARYMIME", 555, "5.5.4" },
	{ true, "FROM:<a@b.org> SMTPUTF8=yes", 501, "5.5.4" },
	{ true, "FROM:<a@b.org> AUTH=", 501, "5.5.4" },
	{ true, "FROM:<a@b.org> RET=FULL", 555, "5.5.4" },
	{ true, "FROM:<a@b.org> =", 555, "5.5.4" },
};

static void
test_rows(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct row *r = &rows[i];
		size_t n = strlen(r->text);
		char *text = malloc(n + (n == 0));
		struct envelope e;
		struct refusal no;

		memcpy(text, r->text, n);
		if (envelope_read(&e, r->mail, text, n, &no) != (r->code == 0))
			fail_msg("%s: %d %s", r->text, no.code, no.why);
		assert_int_equal(no.code, r->code);
		if (r->code != 0)
			assert_string_equal(no.enhanced, r->found);
		else if (r->found != NULL)
			assert_string_equal(e.path, r->found);
		free(text);
	}
}

static void
test_parameters(void **state)
{
	static const char text[] = "FROM:<j\xc3\xb6rg@b.org> size=12345 "
				   "body=8bitmime smtputf8";
	struct envelope e;
	struct refusal no;

	(void)state;
	assert_true(envelope_read(&e, true, text, strlen(text), &no));
	assert_int_equal(e.size, 12345);
	assert_true(e.eight && e.utf8 && e.esmtp && e.foreign);
	assert_int_equal(e.local, 5);
	assert_true(envelope_read(&e, true, "FROM:<>", 7, &no));
	assert_false(e.eight || e.utf8 || e.esmtp || e.foreign);
}

static void
test_host(void **state)
{
	static const struct {
		const char *text;
		bool is;
	} hosts[] = {
		{ "localhost", true },
		{ "a-b.example.org", true },
		{ "[127.0.0.1]", true },
		{ "[IPv6:2001:db8::1]", true },
		{ "", false },
		{ ".", false },
		{ "a..b", false },
		{ "what?", false },
		{ "[ipv6:::ffff:192.0.2.1]", true },
		{ "a_b", true },
		{ "1-2.3", true },
		{ "[127.0.0.1", false },
		{ "[300.1.1.1]", false },
		{ "[::1]", false },
		{ "[IPv6:127.0.0.1]", false },
		{ "[IPv6:1::2::3]", false },
		{ "[IPv6:0000:0000:0000:0000:0000:0000:255.255.255.2555]",
		    false },
		{ "[tag:value]", false },
		{ "-b", false },
		{ "b-", false },
		{ "a.-b", false },
		{ "a b", false },
		{ FIFTY FIFTY FIFTY FIFTY FIFTY TEN, false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof hosts / sizeof hosts[0]; i++)
		assert_int_equal(
		    envelope_is_host(hosts[i].text, strlen(hosts[i].text)),
		    hosts[i].is);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_parameters),
		cmocka_unit_test(test_host),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
