/* SPDX-License-Identifier: ISC */
/* proxy_test.c - what -x says. */
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "buf.h"
#include "fail.h"
#include "proxy.h"

static void
test_read(void **state)
{
	static const struct {
		const char *text, *place, *user;
	} rows[] = {
		{ "socks5://proxy.example", "socks5://proxy.example:1080", "" },
		{ "SOCKS5h://127.0.0.1:99", "socks5h://127.0.0.1:99", "" },
		{ "socks4://h", "socks4://h:1080", "" },
		{ "socks4a://bob@h:1/", "socks4a://h:1", "bob" },
		{ "http://b%40c@[::1]", "http://[::1]:3128", "b@c" },
		{ "socks5://B\u00fccher.example",
		    "socks5://xn--bcher-kva.example:1080", "" },
		{ "socks5://a%3Ab@h", "socks5://h:1080", "a:b" },
	};
	struct proxy p;
	struct fail f;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct buf place = { 0 };

		assert_int_equal(proxy_parse(&p, rows[i].text, &f), 0);
		proxy_place(&p, &place);
		buf_add(&place, "", 1);
		assert_string_equal(buf_bytes(&place), rows[i].place);
		assert_string_equal(p.user, rows[i].user);
		buf_free(&place);
	}
}

static void
test_refused(void **state)
{
	static const struct {
		const char *text, *why;
	} rows[] = {
		{ "proxy.example:1080", "takes a URL" },
		{ "bob:secret@h", "takes a URL" },
		{ "", "takes a URL" },
		{ "https://h", "not a kind of proxy" },
		{ "socks5://bob:secret@h", "holds a password" },
		{ "socks5://", "the proxy's host is missing (socks5://HOST)" },
		{ "http://", "the proxy's host is missing (http://HOST)" },
		{ "http://:8080", "the proxy's host is missing (http://" },
		{ "HTTP://bob@", "the proxy's host is missing (http://" },
		{ "http:///", "the proxy's host is missing (http://HOST)" },
		{ "http://bob:secret@", "holds a password" },
		{ "https://", "not a kind of proxy" },
		{ "socks5://h:0", "no port of a proxy" },
		{ "socks5://h:65536", "no port of a proxy" },
		{ "socks5://h:smtp", "no port of a proxy" },
		{ "socks5://\xff.example", "no host name has" },
		{ "http://a%3ab@h", "no \":\" in HTTP" },
	};
	struct proxy p;
	struct fail f;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_int_equal(proxy_parse(&p, rows[i].text, &f), -1);
		assert_null(p.kind);
		assert_int_equal(f.status, STATUS_USAGE);
		assert_non_null(strstr(f.text, rows[i].why));
		assert_null(strstr(f.text, "secret"));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
