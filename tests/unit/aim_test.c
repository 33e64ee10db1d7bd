/* SPDX-License-Identifier: ISC */
/* aim_test.c - what a target means, from a URL, two words or a port. */
#include <stdio.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "aim.h"
#include "fail.h"
#include "proto.h"
#include "protos.h"
#include "target.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

/*
 * What was said: a target, a second operand, -P, -p, and -T and -S by their
 * letters.  What it means: "PROTOCOL PORT", with "tls" or "tls by port"
 * behind it and "?" behind a protocol that is but a guess; or a sentence.
 */
struct row {
	const char *target, *second, *proto, *port, *how;
	const char *means;
};

/* The steps, as the caller of all of them does it. */
static int
take(struct aim *a, const struct row *row, struct fail *f)
{
	const struct proto *proto = NULL, *by_port_proto = NULL;
	const struct scheme *scheme;
	const char *word = row->port;

	memset(a, 0, sizeof *a);
	a->want_tls = strchr(row->how, 'T') != NULL;
	a->want_starttls = strchr(row->how, 'S') != NULL;
	if (row->proto != NULL) {
		a->proto = protos_find(row->proto);
		a->scheme = protos_scheme(row->proto, &proto);
	}
	assert_int_equal(target_parse(&a->target, row->target, f), 0);
	if (row->second != NULL && aim_second(a, row->second, f) < 0)
		return -1;
	proto = NULL;
	scheme = protos_scheme(a->target.scheme, &proto);
	if (aim_scheme(a, scheme, proto, f) < 0)
		return -1;
	if (a->target.service[0] != '\0')
		word = a->target.service;
	if (aim_port(a, word, word == NULL ? 0 : protos_service(word), f) < 0)
		return -1;
	scheme = protos_port(a->port, &by_port_proto);
	return aim_tls(a, scheme, by_port_proto, f);
}

static void
play_rows(const struct row *rows, size_t n)
{
	unsigned wrong = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		struct aim a;
		struct fail f;
		char got[sizeof f.text];

		if (take(&a, &rows[i], &f) < 0) {
			assert_int_equal(f.status, STATUS_USAGE);
			snprintf(got, sizeof got, "%s", f.text);
		} else {
			snprintf(got, sizeof got, "%s%s %u%s%s",
			    a.proto == NULL ? "-" : a.proto->name,
			    a.proto != NULL && !a.proto_given ? "?" : "",
			    (unsigned)a.port, a.tls ? " tls" : "",
			    a.tls_by_port ? " by port" : "");
		}
		if (strcmp(got, rows[i].means) == 0)
			continue;
		wrong++;
		print_error("%s %s: \"%s\", not \"%s\"\n", rows[i].target,
		    rows[i].second == NULL ? "" : rows[i].second, got,
		    rows[i].means);
	}
	assert_int_equal(wrong, 0);
}

static void
test_meanings(void **state)
{
	static const struct row rows[] = {
		{ "h", "25", NULL, NULL, "", "smtp? 25" },
		{ "h", "smtp", NULL, NULL, "", "smtp? 25" },
		{ "h:25", NULL, NULL, NULL, "", "smtp? 25" },
		{ "h", NULL, NULL, "25", "", "smtp? 25" },
		{ "h", "465", NULL, NULL, "", "smtp? 465 tls by port" },
		{ "h", "9999", NULL, NULL, "", "- 9999" },
		{ "h", "9999", NULL, NULL, "T", "- 9999 tls" },
		{ "h", "9999", NULL, NULL, "S", "- 9999" },
		{ "h", "465", NULL, NULL, "T", "smtp? 465 tls" },
		{ "h", "465", NULL, NULL, "S", "smtp? 465" },
		{ "h", NULL, "smtp", NULL, "", "smtp 25" },
		{ "h", NULL, "imap", NULL, "", "imap 143" },
		{ "h", NULL, "imaps", NULL, "", "imap 993 tls" },
		{ "h", "25", "imap", NULL, "", "imap 25" },
		{ "h", "465", "imap", NULL, "", "imap 465 tls by port" },
		{ "h", "465", "raw", NULL, "", "raw 465" },
		{ "h", "465", "raw", NULL, "T", "raw 465 tls" },
		{ "smtp://h", NULL, NULL, NULL, "", "smtp 25" },
		{ "smtp://h:26", NULL, NULL, NULL, "", "smtp 26" },
		{ "smtp://h", NULL, NULL, "26", "", "smtp 26" },
		{ "smtp://h:465", NULL, NULL, NULL, "", "smtp 465" },
		{ "smtps://h", NULL, NULL, NULL, "", "smtp 465 tls" },
		{ "smtps://h", NULL, NULL, NULL, "T", "smtp 465 tls" },
		{ "smtps://h", NULL, "smtp", NULL, "", "smtp 465 tls" },
		{ "smtp://h", NULL, NULL, NULL, "S", "smtp 25" },
		{ "tcp://h:25", NULL, NULL, NULL, "", "- 25" },
		{ "tcp://h:465", NULL, NULL, NULL, "", "- 465" },
		{ "tls://h:25", NULL, NULL, NULL, "", "- 25 tls" },
		{ "tls://h:25", NULL, "smtp", NULL, "", "smtp 25 tls" },
		{ "tcp://h:9999", NULL, NULL, NULL, "S", "- 9999" },
		{ "unix:/x", NULL, NULL, NULL, "", "- 0" },
		{ "unix:/x", NULL, "lmtp", NULL, "", "lmtp 0" },
		{ "lmtp:unix:/x", NULL, NULL, NULL, "", "lmtp 0" },
		{ "unix:/x", NULL, NULL, NULL, "T", "- 0 tls" },
	};

	(void)state;
	play_rows(rows, ROWS(rows));
}

#define NO_PORT(host, say) \
	"no port given for " host " (name one: telex " host " 25, or " say ")"

static void
test_contradictions(void **state)
{
	static const struct row rows[] = {
		{ "h", NULL, NULL, NULL, "", NO_PORT("h", "smtp://h") },
		{ "::1", NULL, NULL, NULL, "", NO_PORT("::1", "smtp://[::1]") },
		{ "tcp://h", NULL, NULL, NULL, "", NO_PORT("h", "tcp://h:25") },
		{ "tls://[::1]", NULL, NULL, NULL, "",
		    NO_PORT("::1", "tls://[::1]:25") },
		{ "h", NULL, "raw", NULL, "", NO_PORT("h", "smtp://h") },
		{ "h", "", NULL, NULL, "", NO_PORT("h", "smtp://h") },
		{ "h", "0", NULL, NULL, "",
		    "there is no port 0 (ports are 1 to 65535)" },
		{ "h", "65536", NULL, NULL, "",
		    "there is no port 65536 (ports are 1 to 65535)" },
		{ "h", "none-of-these", NULL, NULL, "",
		    "no port is called none-of-these (a number from 1 to "
		    "65535, or a service such as smtp)" },
		{ "h", "\033", NULL, NULL, "",
		    "no port is called \\x1b (a number from 1 to 65535, or a "
		    "service such as smtp)" },
		{ "h", "i:25", NULL, NULL, "",
		    "two targets: the second is i:25" },
		{ "h", "/x", NULL, NULL, "", "two targets: the second is /x" },
		{ "h:25", "26", NULL, NULL, "", "two ports: the second is 26" },
		{ "unix:/x", "25", NULL, NULL, "",
		    "a Unix-domain socket has no port (leave 25 out)" },
		{ "unix:/x", NULL, NULL, "25", "",
		    "a Unix-domain socket has no port (leave 25 out)" },
		{ "what://h", NULL, NULL, NULL, "",
		    "there is no scheme what:// (telex --help "
		    "lists the URLs)" },
		{ "smtp://h", NULL, "imap", NULL, "",
		    "two protocols: imap, and smtp of the URL" },
		{ "smtps://h", NULL, NULL, NULL, "S",
		    "smtps is TLS from the first byte, where -S has no place "
		    "(leave it out)" },
		{ "h", NULL, "smtps", NULL, "S",
		    "smtps is TLS from the first byte, where -S has no place "
		    "(leave it out)" },
		{ "tls://h:25", NULL, NULL, NULL, "S",
		    "tls is TLS from the first byte, where -S has no place "
		    "(leave it out)" },
		{ "smtp://h", NULL, NULL, NULL, "T",
		    "smtp:// begins in plain text, -T in TLS (smtps:// is TLS "
		    "from the first byte)" },
		{ "tcp://h:25", NULL, NULL, NULL, "T",
		    "tcp:// begins in plain text, -T in TLS (tls:// is TLS "
		    "from the first byte)" },
		{ "h", "79", NULL, NULL, "S",
		    "finger has no STARTTLS (leave -S out)" },
		{ "h", "25", "finger", NULL, "S",
		    "finger has no STARTTLS (leave -S out)" },
	};

	(void)state;
	play_rows(rows, ROWS(rows));
}

/* A port's name has some room, and no more. */
static void
test_long_second(void **state)
{
	struct aim a = { .port = 0 };
	char word[sizeof a.target.service + 1];
	struct fail f;

	(void)state;
	memset(word, 'a', sizeof word - 1);
	word[sizeof word - 1] = '\0';
	assert_int_equal(aim_second(&a, word, &f), -1);
	assert_int_equal(f.status, STATUS_USAGE);
	assert_memory_equal(f.text, "no port is called aaa", 21);
	assert_string_equal(a.target.service, "");
	word[sizeof word - 2] = '\0';
	assert_int_equal(aim_second(&a, word, &f), 0);
	assert_string_equal(a.target.service, word);
}

/* The STARTTLS of a scheme whose protocol nobody knows. */
static void
test_unknown_starttls(void **state)
{
	static const struct scheme bare = { "what", 0, false },
				   ported = { "what", 7, false };
	struct aim a = { .want_starttls = true, .port = 7 };
	struct fail f;

	(void)state;
	assert_int_equal(aim_tls(&a, &bare, NULL, &f), 0);
	assert_int_equal(aim_tls(&a, &ported, NULL, &f), -1);
	assert_string_equal(f.text,
	    "telex does not know the STARTTLS of what (-S=smtp is that of "
	    "SMTP)");
	a.want_starttls = false;
	assert_int_equal(aim_tls(&a, &ported, NULL, &f), 0);
}

static void
test_refused_ports(void **state)
{
	struct fail f;

	(void)state;
	assert_int_equal(aim_refuse_port("", &f), -1);
	assert_string_equal(f.text, "the port is empty");
	assert_int_equal(f.status, STATUS_USAGE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_meanings),
		cmocka_unit_test(test_contradictions),
		cmocka_unit_test(test_long_second),
		cmocka_unit_test(test_unknown_starttls),
		cmocka_unit_test(test_refused_ports),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
