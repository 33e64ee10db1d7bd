/* SPDX-License-Identifier: ISC */
/* target_test.c - every way to name a place, and what is none. */
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "fail.h"
#include "target.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])
#define LABEL "123456789012345678901234567890123456789012345678901234567890123"

static void
test_places(void **state)
{
	static const struct {
		const char *text;
		struct target want;
	} rows[] = {
		{ "mail.example", { .host = "mail.example" } },
		{ "Mail.Example.", { .host = "Mail.Example." } },
		{ "localhost:25", { .host = "localhost", .service = "25" } },
		{ "localhost:smtp",
		    { .host = "localhost", .service = "smtp" } },
		{ "localhost:65536",
		    { .host = "localhost", .service = "65536" } },
		{ "h:0x19", { .host = "h", .service = "0x19" } },
		{ "h:whois++", { .host = "h", .service = "whois++" } },
		{ "under_score", { .host = "under_score" } },
		{ "b\xc3\xbc"
		  "cher.example",
		    { .host = "b\xc3\xbc"
			      "cher.example" } },
		{ LABEL ".example", { .host = LABEL ".example" } },
		{ "192.0.2.1", { .host = "192.0.2.1" } },
		{ "192.0.2.1:25", { .host = "192.0.2.1", .service = "25" } },
		{ "2001:db8::1", { .host = "2001:db8::1" } },
		{ "::1", { .host = "::1" } },
		{ "::", { .host = "::" } },
		{ "::ffff:192.0.2.1", { .host = "::ffff:192.0.2.1" } },
		{ "fe80::1%eth0", { .host = "fe80::1%eth0" } },
		{ "[::1]", { .host = "::1" } },
		{ "[2001:db8::1]:25",
		    { .host = "2001:db8::1", .service = "25" } },
		{ "[fe80::1%eth0]:smtp",
		    { .host = "fe80::1%eth0", .service = "smtp" } },
		{ "[fe80::1%25eth0]", { .host = "fe80::1%25eth0" } },
		{ "[fe80::1%25]:25",
		    { .host = "fe80::1%25", .service = "25" } },
		{ "smtp://mail.example",
		    { .scheme = "smtp", .host = "mail.example" } },
		{ "SMTPS://mail.example/",
		    { .scheme = "smtps", .host = "mail.example" } },
		{ "smtp://mail.example:587/",
		    { .scheme = "smtp",
			.host = "mail.example",
			.service = "587" } },
		{ "lmtp://[::1]:24",
		    { .scheme = "lmtp", .host = "::1", .service = "24" } },
		{ "smtp://[fe80::1%25eth0]",
		    { .scheme = "smtp", .host = "fe80::1%eth0" } },
		{ "smtp://[fe80::1%eth0]",
		    { .scheme = "smtp", .host = "fe80::1%eth0" } },
		{ "smtp://[fe80::1%25]",
		    { .scheme = "smtp", .host = "fe80::1%25" } },
		{ "smtp://alice@mail.example",
		    { .scheme = "smtp",
			.user = "alice",
			.host = "mail.example" } },
		{ "smtp://alice%40example.org@mail:587",
		    { .scheme = "smtp",
			.user = "alice@example.org",
			.host = "mail",
			.service = "587" } },
		{ "smtp://alice@example.org@mail/",
		    { .scheme = "smtp",
			.user = "alice@example.org",
			.host = "mail" } },
		{ "smtp://a%3ab%C3%bc@h",
		    { .scheme = "smtp", .user = "a:b\xc3\xbc", .host = "h" } },
		{ "smtp://bob@[::1]:25",
		    { .scheme = "smtp",
			.user = "bob",
			.host = "::1",
			.service = "25" } },
		{ "unix:/run/lmtp.sock", { .path = "/run/lmtp.sock" } },
		{ "UNIX:sock et", { .path = "sock et" } },
		{ "unix:///run/lmtp.sock", { .path = "///run/lmtp.sock" } },
		{ "lmtp:unix:/run/lmtp.sock",
		    { .scheme = "lmtp", .path = "/run/lmtp.sock" } },
		{ "LMTP:unix:s@x:1", { .scheme = "lmtp", .path = "s@x:1" } },
	};
	struct target t;
	struct fail f;
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		if (target_parse(&t, rows[i].text, &f) != 0)
			fail_msg("%s: %s", rows[i].text, f.text);
		assert_string_equal(t.scheme, rows[i].want.scheme);
		assert_string_equal(t.user, rows[i].want.user);
		assert_string_equal(t.host, rows[i].want.host);
		assert_string_equal(t.service, rows[i].want.service);
		assert_string_equal(t.path, rows[i].want.path);
	}
}

static void
test_mistakes(void **state)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "", "no host is named" },
		{ ":25", "no host is named" },
		{ "smtp://", "no host is named" },
		{ "smtp://:25", "no host is named" },
		{ "smtp:///x", "/x: a path" },
		{ "://host", "no host is named" },
		{ "host:", "no port stands behind" },
		{ "[::1]:", "no port stands behind" },
		{ "smtp://host:/", "no port stands behind" },
		{ "host:-1", "-1: no port" },
		{ "host:+25", "+25: no port" },
		{ "host: 25", " 25: no port" },
		{ "host:25x/y", "25x/y: no port" },
		{ "host:" LABEL "4", "no port" },
		{ "-host", "-host: no host name begins with" },
		{ "--", "begins with" },
		{ "smtp://-oProxy", "begins with" },
		{ "mail example", "blank" },
		{ "/run/x.sock", "unix:PATH" },
		{ "a,b", "comma" },
		{ "*.example", "\"*\"" },
		{ "a%20b", "\"%\"" },
		{ "smtp://a%20b", "\"%\"" },
		{ "a[1]", "comes first" },
		{ "a]", "before" },
		{ "a\033[2Jb", "a\\x1b[2Jb: there is a character" },
		{ "a\xff", "a\\xff: there is a character" },
		{ "a\xe2\x80\xae"
		  "b",
		    "a\\u{202E}b: there is a character" },
		{ "a..b", "empty part" },
		{ ".a", "empty part" },
		{ ".", "empty part" },
		{ "a.b..", "empty part" },
		{ LABEL "4.example", "longer than 63" },
		{ LABEL "." LABEL "." LABEL "." LABEL ".a", "longer than any" },
		{ "[::1", "\"]\" is missing" },
		{ "[::1]x", "only a port" },
		{ "[::1]25", "only a port" },
		{ "[192.0.2.1]:25", "only an IPv6" },
		{ "[mail]:25", "only an IPv6" },
		{ "[]", "only an IPv6" },
		{ "[::1%]", "only an IPv6" },
		{ "[::1%a%b]", "only an IPv6" },
		{ "[" LABEL LABEL LABEL LABEL LABEL "]", "only an IPv6" },
		{ "a:b:c", "more than one" },
		{ "2001:db8::zz", "more than one" },
		{ "smtp://::1:25", "more than one" },
		{ LABEL LABEL LABEL LABEL LABEL "::", "more than one" },
		{ "smtp://host/inbox", "/inbox: a path" },
		{ "smtp://host?x", "?x: a path" },
		{ "smtp://host#x", "#x: a path" },
		{ "smtp://host:25//", "//: a path" },
		{ "1smtp://host", "1smtp: no protocol" },
		{ "s\033p://host", "s\\x1bp: no protocol" },
		{ "averyveryverylongscheme://host", "no protocol" },
		{ "smtp://@host", "no user is named" },
		{ "smtp://a%zz@host", "two hex digits" },
		{ "smtp://a%4@host", "two hex digits" },
		{ "smtp://a%0a@host", "control character" },
		{ "smtp://a%00@host", "control character" },
		{ "smtp://a\n@host", "control character" },
		{ "smtp://" LABEL LABEL LABEL LABEL LABEL "@h",
		    "longer than any user" },
		{ "alice@host", "smtp://USER@HOST" },
		{ "unix:", "no path" },
		{ "lmtp:unix:", "no path" },
		{ "1:unix:/x", "1: no protocol" },
		{ "unix:/" LABEL LABEL, "too long" },
	};
	struct target t;
	struct fail f;
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		f.text[0] = '\0';
		if (target_parse(&t, rows[i].text, &f) != -1 ||
		    strstr(f.text, rows[i].want) == NULL)
			fail_msg("%s: %s", rows[i].text, f.text);
		assert_int_equal(f.status, STATUS_USAGE);
		assert_null(strchr(f.text, '\033'));
	}
}

/* A sentence may be logged, so it quotes no password. */
static void
test_passwords(void **state)
{
	static const char *const rows[] = {
		"smtp://alice:secret@host",
		"smtp://:secret@host",
		"smtp://alice:@host",
		"smtp://alice:se/cret@host/x",
		"smtp://alice:se?secret@host",
		"1smtp://alice:secret@host",
		"smtp://alice:secret@h@host:x:y",
	};
	struct target t;
	struct fail f;
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		assert_int_equal(target_parse(&t, rows[i], &f), -1);
		assert_non_null(strstr(f.text, "holds a password"));
		assert_null(strstr(f.text, "cret"));
	}
	assert_int_equal(target_parse(&t, "alice:secret@host", &f), -1);
	assert_null(strstr(f.text, "cret"));
}

/* The longest that fits, and one more. */
static void
test_limits(void **state)
{
	struct target t;
	struct fail f;
	char text[400] = "unix:";

	(void)state;
	memset(text + 5, 'p', 107);
	assert_int_equal(target_parse(&t, text, &f), 0);
	assert_int_equal(strlen(t.path), 107);
	text[112] = 'p';
	assert_int_equal(target_parse(&t, text, &f), -1);
	memset(text, 0, sizeof text);
	memcpy(text, "s://", 4);
	memset(text + 4, 'u', 255);
	memcpy(text + 259, "@h", 3);
	assert_int_equal(target_parse(&t, text, &f), 0);
	assert_int_equal(strlen(t.user), 255);
	memcpy(text + 259, "u@h", 4);
	assert_int_equal(target_parse(&t, text, &f), -1);
}

static void
test_addresses(void **state)
{
	static const struct {
		const char *host;
		bool address, loopback;
	} rows[] = {
		{ "127.0.0.1", true, true },
		{ "127.255.0.9", true, true },
		{ "126.0.0.1", true, false },
		{ "0.0.0.0", true, false },
		{ "127.1", false, false },
		{ "0x7f.0.0.1", false, false },
		{ "::1", true, true },
		{ "0:0:0:0:0:0:0:1", true, true },
		{ "::1%lo", true, true },
		{ "::2", true, false },
		{ "::", true, false },
		{ "::ffff:127.0.0.1", true, true },
		{ "::ffff:128.0.0.1", true, false },
		{ "::fffe:7f00:1", true, false },
		{ "fe80::1%eth0.5", true, false },
		{ "fe80::1%", false, false },
		{ "fe80::1%a b", false, false },
		{ "fe80::1%sixteen-letters-", false, false },
		{ "127.0.0.1%lo", false, false },
		{ "localhost", false, true },
		{ "LocalHost.", false, true },
		{ "localhost.example", false, false },
		{ "a.localhost", false, false },
		{ "", false, false },
		{ LABEL LABEL LABEL LABEL LABEL, false, false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		if (target_is_address(rows[i].host) != rows[i].address ||
		    target_is_loopback(rows[i].host) != rows[i].loopback)
			fail_msg("%s", rows[i].host);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_mistakes),
		cmocka_unit_test(test_passwords),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
