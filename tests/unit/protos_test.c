/* SPDX-License-Identifier: ISC */
/* protos_test.c - protocols by name, port, greeting and command. */
#include <stdlib.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "proto.h"
#include "protos.h"
#include "text.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

static const char *
name_of(const struct proto *p)
{
	return p == NULL ? "none" : p->name;
}

static void
test_all(void **state)
{
	size_t n, i;

	(void)state;
	for (n = 0; protos_at(n) != NULL; n++)
		;
	assert_true(n >= 3);
	assert_ptr_equal(protos_at(n - 1), protos_raw());
	assert_null(protos_at(n + 1));
	for (i = 0; i < n; i++) {
		const struct proto *p = protos_at(i);

		assert_ptr_equal(protos_find(p->name), p);
		assert_true(strlen(p->title) > 0);
	}
	assert_null(protos_raw()->judge);
}

/* What is written in each row, so that help and completion have words. */
static void
test_rows_are_filled(void **state)
{
	const struct proto *p;
	const struct verb *v;
	size_t i;

	(void)state;
	for (i = 0; (p = protos_at(i)) != NULL; i++) {
		if (p->judge == NULL)
			continue;
		assert_true(p->mute || p->greets != NULL);
		assert_non_null(p->verbs);
		if (p->quit != NULL)
			assert_non_null(
			    protos_verb(p, p->quit, strlen(p->quit)));
		for (v = p->verbs; v->word != NULL; v++) {
			size_t n = strlen(v->word);

			assert_ptr_equal(protos_verb(p, v->word, n), v);
			assert_true(strlen(v->help) > 0);
			assert_true(strlen(v->rfc) > 0);
			assert_true(
			    text_begins(v->syntax, strlen(v->syntax), v->word));
			if (v->fixed != NULL)
				assert_memory_equal(v->syntax + n, v->fixed,
				    strlen(v->fixed));
			if ((v->flags & VERB_SECRET) != 0)
				assert_non_null(p->ask);
			if ((v->flags & VERB_UPGRADE) != 0)
				assert_non_null(p->agrees);
		}
	}
}

/* What an up-front STARTTLS says, of each protocol that has one. */
static void
test_upgrades_are_known(void **state)
{
	const struct proto *p;
	size_t i;

	(void)state;
	for (i = 0; (p = protos_at(i)) != NULL; i++) {
		const struct verb *v;

		if (p->upgrade == NULL)
			continue;
		v = protos_verb(p, p->upgrade, strlen(p->upgrade));
		assert_non_null(v);
		assert_true((v->flags & VERB_UPGRADE) != 0);
		if (p->hello == NULL)
			continue;
		v = protos_verb(p, p->hello, strlen(p->hello));
		assert_non_null(v);
		assert_true((v->flags & VERB_HELLO) != 0);
	}
}

static void
test_find(void **state)
{
	static const struct {
		const char *name, *proto;
	} rows[] = {
		{ "smtp", "smtp" },
		{ "SMTP", "smtp" },
		{ "smtps", "smtp" },
		{ "submission", "smtp" },
		{ "submissions", "smtp" },
		{ "lmtp", "lmtp" },
		{ "raw", "raw" },
		{ "https", "http" },
		{ "smt", "none" },
		{ "smtpsx", "none" },
		{ "", "none" },
		{ "25", "none" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++)
		assert_string_equal(name_of(protos_find(rows[i].name)),
		    rows[i].proto);
}

static void
test_schemes(void **state)
{
	static const struct {
		const char *name;
		uint16_t port;
		bool tls;
		const char *proto;
	} rows[] = {
		{ "smtp", 25, false, "smtp" },
		{ "Smtp", 25, false, "smtp" },
		{ "smtps", 465, true, "smtp" },
		{ "submission", 587, false, "smtp" },
		{ "submissions", 465, true, "smtp" },
		{ "lmtp", 24, false, "lmtp" },
		{ "pop3", 110, false, "pop3" },
		{ "pop3s", 995, true, "pop3" },
		{ "imap", 143, false, "imap" },
		{ "imaps", 993, true, "imap" },
		{ "nntps", 563, true, "nntp" },
		{ "ftps", 990, true, "ftp" },
		{ "irc", 6667, false, "irc" },
		{ "ircs", 6697, true, "irc" },
		{ "xmpp", 5222, false, "xmpp" },
		{ "xmpps", 5223, true, "xmpp" },
		{ "xmpp-server", 5269, false, "xmpp-server" },
		{ "https", 443, true, "http" },
		{ "http", 80, false, "http" },
		{ "sieve", 4190, false, "sieve" },
		{ "telnet", 23, false, "telnet" },
	};
	const struct proto *proto;
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		const struct scheme *s = protos_scheme(rows[i].name, &proto);

		assert_non_null(s);
		assert_int_equal(s->port, rows[i].port);
		assert_int_equal(s->tls, rows[i].tls);
		assert_string_equal(name_of(proto), rows[i].proto);
		s = protos_port(rows[i].port, &proto);
		assert_non_null(s);
		assert_int_equal(s->tls, rows[i].tls);
		assert_string_equal(name_of(proto), rows[i].proto);
	}
	assert_null(protos_scheme("gopherx", &proto));
	assert_null(proto);
	assert_null(protos_scheme("", &proto));
	assert_null(protos_port(1, &proto));
	assert_null(proto);
	assert_null(protos_port(0, &proto));
	assert_non_null(protos_port(1025, &proto));
	assert_string_equal(name_of(proto), "smtp");
	assert_non_null(protos_port(2525, &proto));
	assert_string_equal(name_of(proto), "smtp");
}

static void
test_service(void **state)
{
	static const struct {
		const char *name;
		uint16_t port;
	} rows[] = {
		{ "1", 1 },
		{ "25", 25 },
		{ "65535", 65535 },
		{ "smtp", 25 },
		{ "SMTPS", 465 },
		{ "submission", 587 },
		{ "submissions", 465 },
		{ "lmtp", 24 },
		{ "https", 443 },
		{ "imaps", 993 },
		{ "0", 0 },
		{ "65536", 0 },
		{ "65561", 0 },
		{ "4294967321", 0 },
		{ "18446744073709551641", 0 },
		{ "99999999999999999999999", 0 },
		{ "", 0 },
		{ "-25", 0 },
		{ "+25", 0 },
		{ " 25", 0 },
		{ "25 ", 0 },
		{ "0x19", 0 },
		{ "25.0", 0 },
		{ "2 5", 0 },
		{ "nosuchservice", 0 },
		{ "smtp ", 0 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		uint16_t port = protos_service(rows[i].name);

		if (port != rows[i].port)
			fail_msg("\"%s\": %u", rows[i].name, (unsigned)port);
	}
}

static void
test_greeting(void **state)
{
	static const struct {
		const char *line, *proto;
	} rows[] = {
		{ "220 mail.example.org ESMTP", "smtp" },
		{ "220-mail.example.org", "smtp" },
		{ "220 mail LMTP", "lmtp" },
		{ "554 no", "smtp" },
		{ "421 no", "smtp" },
		{ "+OK ready", "pop3" },
		{ "* OK ready", "imap" },
		{ "2200", "none" },
		{ "", "none" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++)
		assert_string_equal(name_of(protos_greeting(&proto_raw,
					rows[i].line, strlen(rows[i].line))),
		    rows[i].proto);
}

static void
test_hello(void **state)
{
	static const struct {
		const char *line, *proto;
	} rows[] = {
		{ "EHLO a", "smtp" },
		{ "ehlo a", "smtp" },
		{ "HELO a", "smtp" },
		{ "EHLO", "smtp" },
		{ "EHLO\ta", "smtp" },
		{ "LHLO a", "lmtp" },
		{ "EHLOX a", "none" },
		{ "EHL", "none" },
		{ " EHLO a", "smtp" },
		{ "\t EHLO\r", "smtp" },
		{ "  ", "none" },
		{ "NOOP", "none" },
		{ "", "none" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++)
		assert_string_equal(
		    name_of(protos_hello(rows[i].line, strlen(rows[i].line))),
		    rows[i].proto);
}

static void
test_verb(void **state)
{
	static const struct {
		const char *line, *word;
	} rows[] = {
		{ "MAIL FROM:<a>", "MAIL" },
		{ "mail", "MAIL" },
		{ "Rcpt\tTO:<a>", "RCPT" },
		{ "STARTTLS ", "STARTTLS" },
		{ "auth plain x", "AUTH" },
		{ " DATA", "DATA" },
		{ "DATA\r", "DATA" },
		{ "D ATA", "none" },
		{ "MAILFROM:<a>", "none" },
		{ "MAI", "none" },
		{ "MAIL:x", "none" },
		{ "LHLO a", "none" },
		{ "", "none" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		const struct verb *v = protos_verb(&proto_smtp, rows[i].line,
		    strlen(rows[i].line));

		assert_string_equal(v == NULL ? "none" : v->word, rows[i].word);
	}
	assert_null(protos_verb(protos_raw(), "QUIT", 4));
	assert_null(protos_verb(&proto_lmtp, "EHLO a", 6));
	assert_non_null(protos_verb(&proto_lmtp, "LHLO a", 6));
	assert_null(protos_verb(&proto_smtp, "QUIT", 3));
}

/* Words of the verb, a tag and blanks are no argument. */
static void
test_verbs_alone(void **state)
{
	static const struct {
		const char *proto, *line;
		bool want;
	} rows[] = {
		{ "pop3", "DELE", true },
		{ "pop3", "  dele  ", true },
		{ "pop3", "DELE 1", false },
		{ "pop3", "NOSUCH", false },
		{ "pop3", "", false },
		{ "ftp", "AUTH TLS", true },
		{ "nntp", "AUTHINFO  USER", true },
		{ "nntp", "AUTHINFO USER a", false },
		{ "imap", "a SELECT", true },
		{ "imap", "a SELECT b", false },
		{ "raw", "DELE", false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		const struct proto *p = protos_find(rows[i].proto);
		const char *line = rows[i].line;
		size_t len = strlen(line);

		assert_int_equal(
		    protos_alone(p, protos_verb(p, line, len), line, len),
		    rows[i].want);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_verbs_alone),
		cmocka_unit_test(test_all),
		cmocka_unit_test(test_rows_are_filled),
		cmocka_unit_test(test_upgrades_are_known),
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_schemes),
		cmocka_unit_test(test_service),
		cmocka_unit_test(test_greeting),
		cmocka_unit_test(test_hello),
		cmocka_unit_test(test_verb),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
