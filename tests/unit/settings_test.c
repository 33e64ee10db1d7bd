/* SPDX-License-Identifier: ISC */
/* settings_test.c - files of settings, line by line. */
#include <stdio.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "buf.h"
#include "fail.h"
#include "settings.h"

/* What was read: "LINE[SECTION]name=value" and so on. */
static void
write_down(const struct settings *s, struct buf *to)
{
	size_t i;

	for (i = 0; i < s->n; i++) {
		const struct setting *row = &s->rows[i];

		buf_addf(to, "%s%zu[%s]%s", i == 0 ? "" : " ", row->line,
		    row->section == 0 ? "" : s->hosts[row->section - 1],
		    row->name);
		if (row->value != NULL)
			buf_addf(to, "=%s", row->value);
	}
	buf_add(to, "", 1);
}

static const struct {
	const char *text, *read;
} good[] = {
	{ "", "" },
	{ "\n\n", "" },
	{ "# nothing\n  # at all\n", "" },
	{ "tls", "1[]tls" },
	{ "tls\r\n", "1[]tls" },
	{ "color always\n", "1[]color=always" },
	{ "color=always\n", "1[]color=always" },
	{ " color = always \n", "1[]color=always" },
	{ "\tcolor\talways\t# it is dark\n", "1[]color=always" },
	{ "tls # always\n", "1[]tls" },
	{ "cert /a#b\n", "1[]cert=/a#b" },
	{ "user a b\n", "1[]user=a b" },
	{ "tls-opt MinProtocol=TLSv1.3\n", "1[]tls-opt=MinProtocol=TLSv1.3" },
	{ "tls-opt = MinProtocol=TLSv1.3\n", "1[]tls-opt=MinProtocol=TLSv1.3" },
	{ "escape==\n", "1[]escape==" },
	{ "user=\n", "1[]user=" },
	{ "user \xc3\xa4\n", "1[]user=\xc3\xa4" },
	{ "a\n[h]\nb\n[i]\nc\n\nd e", "1[]a 3[h]b 5[i]c 7[i]d=e" },
	{ "[ h ] # mine\nb\n", "2[h]b" },
	{ "[h.]\nb\n", "2[h]b" },
	{ "[2001:db8::1]\nb\n", "2[2001:db8::1]b" },
	{ "[*.example.org]\nb\n", "2[*.example.org]b" },
	{ "[h]\n[i]\nb\n[h]\nc\n", "3[i]b 5[h]c" },
};

static void
test_good(void **state)
{
	struct fail f;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof good / sizeof good[0]; i++) {
		struct settings s = { 0 };
		struct buf b = { 0 };

		assert_int_equal(
		    settings_read(&s, good[i].text, strlen(good[i].text), &f),
		    0);
		write_down(&s, &b);
		assert_string_equal(buf_bytes(&b), good[i].read);
		buf_free(&b);
		settings_free(&s);
	}
}

static const struct {
	const char *text, *why;
} bad[] = {
	{ "= a\n", "1: = a: the name of an option is missing" },
	{ "a\n\n[h\n", "3: [h: a section is [HOST]" },
	{ "[", "1: [: a section is [HOST]" },
	{ "[h] a\n", "1: [h] a: a section is [HOST]" },
	{ "[]", "1: []: a section names one host" },
	{ "[  ]", "1: [  ]: a section names one host" },
	{ "[a b]", "1: [a b]: a section names one host" },
	{ "[a,b]", "1: [a,b]: a section names one host" },
	{ "[a:25]", "1: [a:25]: a section names one host without a port" },
	{ "[*]", "1: [*]: a section names one host" },
	{ "[*.]", "1: [*.]: a section names one host" },
	{ "[*a.example]", "1: [*a.example]: a section names one host" },
	{ "[a.*]", "1: [a.*]: a section names one host" },
	{ "[a..]", "1: [a..]: a section names one host" },
	{ "[[::1]]", "1: [[::1]]: a section names one host" },
	{ "[smtp://h]", "1: [smtp://h]: a section names one host" },
	{ "a\nuser \033[2J\n", "2: user \\x1b[2J: this is no text" },
};

static void
test_bad(void **state)
{
	struct fail f;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct settings s = { 0 };

		assert_int_equal(
		    settings_read(&s, bad[i].text, strlen(bad[i].text), &f),
		    -1);
		assert_int_equal(f.status, STATUS_USAGE);
		assert_memory_equal(f.text, bad[i].why, strlen(bad[i].why));
		settings_free(&s);
	}
}

static void
test_nul(void **state)
{
	struct settings s = { 0 };
	struct fail f;

	(void)state;
	assert_int_equal(settings_read(&s, "a\0b\n", 4, &f), -1);
	settings_free(&s);
	assert_int_equal(settings_read(&s, "[a\0b]\n", 6, &f), -1);
	settings_free(&s);
	settings_free(NULL);
}

static const struct {
	const char *section, *host;
	bool holds;
} hosts[] = {
	{ "h", "h", true },
	{ "h", "H", true },
	{ "H", "h.", true },
	{ "h.", "h", true },
	{ "h", "hh", false },
	{ "h", "", false },
	{ "mail.example.org", "example.org", false },
	{ "::1", "::1", true },
	{ "*.example.org", "mail.example.org", true },
	{ "*.example.org", "a.b.Example.ORG.", true },
	{ "*.example.org", "example.org", false },
	{ "*.example.org", ".example.org", false },
	{ "*.example.org", "mailexample.org", false },
	{ "*.example.org", "", false },
};

static void
test_hosts(void **state)
{
	struct fail f;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof hosts / sizeof hosts[0]; i++) {
		struct settings s = { 0 };
		char text[64];

		snprintf(text, sizeof text, "[%s]\na\n", hosts[i].section);
		assert_int_equal(settings_read(&s, text, strlen(text), &f), 0);
		assert_true(settings_hold(&s, 0, hosts[i].host));
		assert_int_equal(settings_hold(&s, 1, hosts[i].host),
		    hosts[i].holds);
		settings_free(&s);
	}
}

static void
test_drop(void **state)
{
	static const char text[] = "a 1\nb 2\nc 3\n";
	struct settings s = { 0 };
	struct buf b = { 0 };
	struct fail f;

	(void)state;
	assert_int_equal(settings_read(&s, text, sizeof text - 1, &f), 0);
	settings_drop(&s, 1);
	settings_drop(&s, 1);
	write_down(&s, &b);
	assert_string_equal(buf_bytes(&b), "1[]a=1");
	buf_free(&b);
	settings_free(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_nul),
		cmocka_unit_test(test_hosts),
		cmocka_unit_test(test_drop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
