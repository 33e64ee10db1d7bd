/* SPDX-License-Identifier: ISC */
/* check_test.c - what is said of a server to those who monitor it. */
#include <ctype.h>
#include <signal.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "check.h"
#include "stage.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

enum { STEPS = 8 };

/* The exit statuses of such programs. */
enum { OK, WARNING, CRITICAL, UNKNOWN };

/* Times are never the same: each number of seconds with a point becomes "#";
 * limits have no unit. */
static void
strip(char *text)
{
	char *to = text;

	while (*text != '\0') {
		size_t n = strspn(text, "0123456789."), k;

		for (k = 0; k < n && text[k] != '.'; k++)
			;
		if (n > 0 && k < n && isdigit((unsigned char)text[0]) &&
		    text[n + (text[n] == ' ')] == 's') {
			*to++ = '#';
			text += n;
		} else {
			*to++ = *text++;
		}
	}
	*to = '\0';
}

#define TIMES "# s, the slowest reply # s"
#define LATE "# s (limit 0), the slowest reply # s"
#define REFUSES "the server refuses this session: "
#define NO_DAYS \
	"; the certificate's days are not known: there was no TLS (-S or -T " \
	"asks for it)"
#define NO_LIMITS " | time=#s;; reply=#s;;\n"

static void
test_lines(void **state)
{
	static const struct {
		const char *name;
		const struct proto *proto;
		struct limit time, reply;
		bool days;           /* a limit was given to them */
		const char *command; /* NULL: the protocol's own */
		const char *part[STEPS];
		int level;
		const char *out;
	} rows[] = {
		{ "well", &proto_smtp, { -1, -1 }, { -1, -1 }, false, NULL,
		    { "S:220 a\r\n", "C", "S:250 b\r\n", "C", "S:221 c\r\n" },
		    OK, "SMTP OK - " TIMES NO_LIMITS },
		{ "limits kept", &proto_smtp, { 60000000, 90000000 },
		    { 60000000, 90000000 }, false, NULL,
		    { "S:220 a\r\n", "C", "S:250 b\r\n", "C", "S:221 c\r\n" },
		    OK,
		    "SMTP OK - " TIMES " | time=#s;60;90 reply=#s;60;90\n" },
		{ "limits of any size", &proto_smtp, { 60000500, -1 },
		    { INT64_C(1000000000000), INT64_C(1000000000001) }, false,
		    NULL,
		    { "S:220 a\r\n", "C", "S:250 b\r\n", "C", "S:221 c\r\n" },
		    OK,
		    "SMTP OK - " TIMES
		    " | time=#s;60.0005; reply=#s;1000000;1000000.000001\n" },
		{ "limits that no server keeps", &proto_smtp, { 1, -1 },
		    { -1, 10 }, false, NULL,
		    { "S:220 a\r\n", "C", "S:250 b\r\n", "C", "S:221 c\r\n" },
		    CRITICAL,
		    "SMTP CRITICAL - # s (limit 0.000001), the slowest reply "
		    "# s (limit 0.00001) | time=#s;0.000001; "
		    "reply=#s;;0.00001\n" },
		{ "too slow", &proto_smtp, { 0, -1 }, { -1, -1 }, false, NULL,
		    { "S:220 a\r\n", "C", "S:250 b\r\n", "C", "S:221 c\r\n" },
		    WARNING,
		    "SMTP WARNING - " LATE " | time=#s;0; reply=#s;;\n" },
		{ "far too slow", &proto_smtp, { 0, -1 }, { -1, 0 }, false,
		    NULL,
		    { "S:220 a\r\n", "C", "S:250 b\r\n", "C", "S:221 c\r\n" },
		    CRITICAL,
		    "SMTP CRITICAL - " LATE
		    " (limit 0) | time=#s;0; reply=#s;;0\n" },
		{ "days without a certificate", &proto_smtp, { -1, -1 },
		    { -1, -1 }, true, NULL,
		    { "S:220 a\r\n", "C", "S:250 b\r\n", "C", "S:221 c\r\n" },
		    UNKNOWN, "SMTP UNKNOWN - " TIMES NO_DAYS NO_LIMITS },
		{ "... and too slow", &proto_smtp, { 0, -1 }, { -1, -1 }, true,
		    NULL,
		    { "S:220 a\r\n", "C", "S:250 b\r\n", "C", "S:221 c\r\n" },
		    WARNING,
		    "SMTP WARNING - " LATE NO_DAYS
		    " | time=#s;0; reply=#s;;\n" },
		{ "refused", &proto_pop3, { -1, -1 }, { -1, -1 }, false,
		    "USER a",
		    { "S:+OK a\r\n", "C", "S:-ERR b\r\n", "C", "S:+OK c\r\n" },
		    CRITICAL,
		    "POP3 CRITICAL - 1 of 2 commands refused "
		    "(last: -ERR); " TIMES NO_LIMITS },
		{ "refused for now", &proto_smtp, { -1, -1 }, { -1, -1 }, false,
		    "NOOP",
		    { "S:220 a\r\n", "C", "S:450 b\r\n", "C", "S:221 c\r\n" },
		    WARNING,
		    "SMTP WARNING - 1 of 2 commands refused "
		    "(last: 450); " TIMES NO_LIMITS },
		{ "refused for now, and far too slow", &proto_smtp, { -1, 0 },
		    { -1, -1 }, false, "NOOP",
		    { "S:220 a\r\n", "C", "S:450 b\r\n", "C", "S:221 c\r\n" },
		    CRITICAL,
		    "SMTP CRITICAL - 1 of 2 commands refused "
		    "(last: 450); " LATE " | time=#s;;0 reply=#s;;\n" },
		{ "no session for now", &proto_smtp, { -1, -1 }, { -1, -1 },
		    false, NULL, { "S:421 busy\r\n", "C", "S:221 c\r\n" },
		    WARNING,
		    "SMTP WARNING - " REFUSES "421; " TIMES NO_LIMITS },
		{ "no session for now, and gone", &proto_smtp, { -1, -1 },
		    { -1, -1 }, false, "NOOP", { "S:421 busy\r\n" }, WARNING,
		    "SMTP WARNING - " REFUSES "421; " TIMES NO_LIMITS },
		{ "no session at all", &proto_smtp, { -1, -1 }, { -1, -1 },
		    false, "NOOP", { "S:554 no\r\n", "C", "S:221 c\r\n" },
		    CRITICAL,
		    "SMTP CRITICAL - " REFUSES "554; " TIMES NO_LIMITS },
		{ "neither a session nor its end", &proto_smtp, { -1, -1 },
		    { -1, -1 }, false, NULL,
		    { "S:554 busy\r\n", "C", "S:503 c\r\n" }, CRITICAL,
		    "SMTP CRITICAL - " REFUSES "554; " TIMES NO_LIMITS },
		{ "refused with a forged word", &proto_redis, { -1, -1 },
		    { -1, -1 }, false, "PING",
		    { "C", "S:-a|b=\x9b c\r\n", "C", "S:+OK\r\n" }, CRITICAL,
		    "REDIS CRITICAL - 1 of 2 commands refused "
		    "(last: a/b=\\x9b); " TIMES NO_LIMITS },
		{ "gone", &proto_smtp, { -1, -1 }, { -1, -1 }, false, NULL,
		    { "S:220 a\r\n", "C" }, CRITICAL,
		    "SMTP CRITICAL - the server closed the connection: EHLO "
		    "was still owed" NO_LIMITS },
	};
	static struct stage st;
	static struct player p;
	size_t i;

	(void)state;
	signal(SIGPIPE, SIG_IGN);
	for (i = 0; i < ROWS(rows); i++) {
		const char *command = rows[i].command;
		struct options opt = { .have_target = true,
			.proto = rows[i].proto,
			.proto_given = true,
			.connect_timeout = 3000,
			.timeout = 3000,
			.escape = -1,
			.commands = &command,
			.ncommands = command != NULL,
			.limits = { rows[i].time, rows[i].reply, { -1, -1 } },
			.days_given = rows[i].days };
		int level;

		player_begin(&p, rows[i].part);
		snprintf(opt.target.host, sizeof opt.target.host, "127.0.0.1");
		opt.port = p.port;
		stage_dark(&st);
		level = check_run(&opt);
		stage_light(&st);
		player_end(&p);
		strip(st.out);
		if (level != rows[i].level ||
		    strcmp(st.out, rows[i].out) != 0 || st.err[0] != '\0')
			fail_msg("%s: %d, \"%s\", stderr \"%s\"", rows[i].name,
			    level, st.out, st.err);
	}
}

/* Without a server, and where nobody listens. */
static void
test_nobody(void **state)
{
	static const char *const part[] = { NULL };
	struct options opt = { .limits = { { -1, -1 }, { -1, -1 }, { -1, -1 } },
		.connect_timeout = 3000,
		.escape = -1 };
	static struct stage st;
	static struct player p;
	int none, refused;

	(void)state;
	stage_dark(&st);
	none = check_run(&opt);
	stage_light(&st);
	assert_int_equal(none, UNKNOWN);
	assert_string_equal(st.out,
	    "TELEX UNKNOWN - --check needs a server (telex --check "
	    "smtp://HOST)\n");
	assert_string_equal(st.err, "");
	player_begin(&p, part);
	opt.have_target = true;
	snprintf(opt.target.host, sizeof opt.target.host, "127.0.0.1");
	opt.port = p.port;
	stage_dark(&st);
	/* The first one ends it. */
	check_run(&opt);
	player_end(&p);
	refused = check_run(&opt);
	stage_light(&st);
	assert_int_equal(refused, CRITICAL);
	assert_non_null(
	    strstr(st.out, "\nTELEX CRITICAL - cannot connect to 127."));
	assert_non_null(strstr(st.out, "connection refused"));
	/* What is known before is told all the same. */
	opt.proto = &proto_imap;
	stage_dark(&st);
	check_run(&opt);
	stage_light(&st);
	assert_memory_equal(st.out, "IMAP CRITICAL - cannot", 22);
	opt.proto = &proto_raw;
	stage_dark(&st);
	check_run(&opt);
	stage_light(&st);
	assert_memory_equal(st.out, "TELEX CRITICAL - cannot", 23);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
