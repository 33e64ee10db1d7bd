/* SPDX-License-Identifier: ISC */
/* event_test.c - events, their notes, and what the RFCs write. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "event.h"
#include "fail.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])
#define ALL \
	"connect, protocol, match, TLS, closed, auth, close, pause, " \
	"within, silence, set, skip, never"

enum {
	TLS = ACCEPT_TLS,
	VERIFIED = ACCEPT_VERIFIED,
	REFUSED = ACCEPT_REFUSED,
	CLOSED = ACCEPT_CLOSED
};

static void
test_events(void **state)
{
	static const struct {
		const char *event;
		enum event is;
		const char *text;
		unsigned accepts;
		int number;
		double seconds;
	} rows[] = {
		{ "<connect smtp://h:25>", EVENT_CONNECT,
		    .text = "smtp://h:25" },
		{ "<connect h:25: by hand>", EVENT_CONNECT, .text = "h:25" },
		{ "<connect [::1]:25, say>", EVENT_CONNECT,
		    .text = "[::1]:25" },
		{ "<CONNECT  h >", EVENT_CONNECT, .text = "h" },
		{ "<protocol pop3>", EVENT_PROTOCOL, .text = "pop3" },
		{ "<protocol pop3: a note>", EVENT_PROTOCOL, .text = "pop3" },
		{ "<match status>", EVENT_MATCH, .text = "status",
		    .number = 0 },
		{ "<match class>", EVENT_MATCH, .text = "class", .number = 1 },
		{ "<match text>", EVENT_MATCH, .text = "text", .number = 2 },
		{ "<match Text, all>", EVENT_MATCH, .text = "Text",
		    .number = 2 },
		{ "<TLS>", EVENT_UPGRADE, "TLS", .accepts = TLS },
		{ "< tls >", EVENT_UPGRADE, "tls", .accepts = TLS },
		{ "<TLS verified>", EVENT_UPGRADE, "TLS verified",
		    .accepts = VERIFIED },
		{ "<TLS refused>", EVENT_UPGRADE, "TLS refused",
		    .accepts = REFUSED },
		{ "<closed>", EVENT_UPGRADE, "closed", .accepts = CLOSED },
		{ "<closed: by the server>", EVENT_UPGRADE, "closed",
		    .accepts = CLOSED },
		{ "<TLS:TLSv1.3 x, y>", EVENT_UPGRADE, "TLS", .accepts = TLS },
		{ "<TLS verified: v>", EVENT_UPGRADE, "TLS verified",
		    .accepts = VERIFIED },
		{ "<TLS | closed>", EVENT_UPGRADE, "TLS | closed",
		    .accepts = TLS | CLOSED },
		{ "<closed|TLS refused>", EVENT_UPGRADE, "closed|TLS refused",
		    .accepts = CLOSED | REFUSED },
		{ "<TLS verified | refused>", EVENT_UPGRADE,
		    "TLS verified | refused", .accepts = VERIFIED | REFUSED },
		{ "<TLS | refused | closed: or so>", EVENT_UPGRADE,
		    "TLS | refused | closed",
		    .accepts = TLS | REFUSED | CLOSED },
		{ "<TLS negotiation, then commands>", EVENT_UPGRADE,
		    "TLS negotiation", .accepts = TLS },
		{ "<TLS negotiation proceeds>", EVENT_UPGRADE,
		    "TLS negotiation proceeds", .accepts = TLS },
		{ "<auth PLAIN alice>", EVENT_AUTH, .text = "PLAIN alice" },
		{ "<auth PLAIN a:b, c>", EVENT_AUTH, .text = "PLAIN a:b" },
		{ "<auth EXTERNAL>", EVENT_AUTH, .text = "EXTERNAL" },
		{ "<close>", EVENT_CLOSE, .text = "" },
		{ "<close: at once>", EVENT_CLOSE, .text = "" },
		{ "<pause 2>", EVENT_PAUSE, .text = "2", .seconds = 2 },
		{ "<pause 0>", EVENT_PAUSE, .text = "0", .seconds = 0 },
		{ "<pause 86400>", EVENT_PAUSE, .text = "86400",
		    .seconds = 86400 },
		{ "<within 0.25>", EVENT_WITHIN, .text = "0.25",
		    .seconds = 0.25 },
		{ "<silence 2, under TLS>", EVENT_SILENCE, .text = "2",
		    .seconds = 2 },
		{ "<set n=a, b: c >", EVENT_SET, .text = "n=a, b: c " },
		{ "<set n=>", EVENT_SET, .text = "n=" },
		{ "<set n=x=y>z>", EVENT_SET, .text = "n=x=y>z" },
		{ "<skip unless STARTTLS>", EVENT_SKIP, .text = "STARTTLS" },
		{ "<skip  unless  AUTH=PLAIN: n>", EVENT_SKIP,
		    .text = "AUTH=PLAIN" },
		{ "<skip unless urn:ietf:x>", EVENT_SKIP,
		    .text = "urn:ietf:x" },
		{ "<never ^250>", EVENT_NEVER, .text = "^250" },
		{ "<never  <[a-z]+>: [0-9], >", EVENT_NEVER,
		    .text = "<[a-z]+>: [0-9], " },
	};
	struct event_args e;
	struct fail f;
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		size_t n = strlen(rows[i].event);
		char *exact = malloc(n);

		memcpy(exact, rows[i].event, n);
		if (event_read(&e, exact, n, &f) < 0)
			fail_msg("%s: %s", rows[i].event, f.text);
		assert_int_equal(e.event, rows[i].is);
		if (e.len != strlen(rows[i].text) ||
		    memcmp(e.text, rows[i].text, e.len) != 0)
			fail_msg("%s: \"%.*s\"", rows[i].event, (int)e.len,
			    e.text);
		assert_int_equal(e.accepts, rows[i].accepts);
		assert_int_equal(e.number, rows[i].number);
		assert_true(e.seconds == rows[i].seconds);
		free(exact);
	}
}

static void
test_refused(void **state)
{
	static const struct {
		const char *event;
		const char *why; /* behind the event in quotes */
	} rows[] = {
		{ "<>", "is no event (they are " ALL ")" },
		{ "<foo>", "is no event (they are " ALL ")" },
		{ "<verified>", "is no event (they are " ALL ")" },
		{ "<closing>", "is no event (they are " ALL ")" },
		{ "<connect>", "is not understood (write <connect URL>)" },
		{ "<connect a b>", "is not understood (write <connect URL>)" },
		{ "<protocol>", "is not understood (write <protocol NAME>)" },
		{ "<match x>",
		    "is not understood (write <match status>, <match class> "
		    "or <match text>)" },
		{ "<TLS or so>",
		    "is not understood (write <TLS>, <TLS verified>, "
		    "<TLS refused>, or <TLS | closed>)" },
		{ "<TLS |>",
		    "is not understood (write <TLS>, <TLS verified>, "
		    "<TLS refused>, or <TLS | closed>)" },
		{ "<TLS closed>",
		    "is not understood (write <TLS>, <TLS verified>, "
		    "<TLS refused>, or <TLS | closed>)" },
		{ "<closed by them>",
		    "is not understood (write <closed>, or <closed | TLS>)" },
		{ "<auth>", "is not understood (write <auth MECHANISM USER>)" },
		{ "<close it>", "is not understood (write <close>)" },
		{ "<pause>",
		    "is not understood (write <pause SECONDS>, 0 to 86400)" },
		{ "<pause 86401>",
		    "is not understood (write <pause SECONDS>, 0 to 86400)" },
		{ "<pause 99999999999999999999999>",
		    "is not understood (write <pause SECONDS>, 0 to 86400)" },
		{ "<pause -1>",
		    "is not understood (write <pause SECONDS>, 0 to 86400)" },
		{ "<pause 1.>",
		    "is not understood (write <pause SECONDS>, 0 to 86400)" },
		{ "<pause .5>",
		    "is not understood (write <pause SECONDS>, 0 to 86400)" },
		{ "<within 1.2.3>",
		    "is not understood (write <within SECONDS>, 0 to 86400)" },
		{ "<silence 1e3>",
		    "is not understood (write <silence SECONDS>, 0 to "
		    "86400)" },
		{ "<set>", "is not understood (write <set NAME=VALUE>)" },
		{ "<set x>", "is not understood (write <set NAME=VALUE>)" },
		{ "<set =x>", "is not understood (write <set NAME=VALUE>)" },
		{ "<set a b=c>", "is not understood (write <set NAME=VALUE>)" },
		{ "<skip STARTTLS>",
		    "is not understood (write <skip unless CAPABILITY>)" },
		{ "<skip unless>",
		    "is not understood (write <skip unless CAPABILITY>)" },
		{ "<skip unlessx y>",
		    "is not understood (write <skip unless CAPABILITY>)" },
		{ "<never>", "is not understood (write <never PATTERN>)" },
		{ "<never >", "is not understood (write <never PATTERN>)" },
	};
	struct event_args e;
	char want[512];
	struct fail f;
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		f.text[0] = '\0';
		assert_int_equal(
		    event_read(&e, rows[i].event, strlen(rows[i].event), &f),
		    -1);
		snprintf(want, sizeof want, "\"%s\" %s", rows[i].event,
		    rows[i].why);
		assert_string_equal(f.text, want);
		assert_int_equal(f.status, STATUS_USAGE);
	}
	assert_int_equal(event_read(&e, "<never \\d>", 10, &f), -1);
	assert_non_null(strstr(f.text, "POSIX patterns have no \"\\d\""));
	assert_int_equal(event_read(&e, "<\x1b[2J>", 6, &f), -1);
	assert_non_null(strstr(f.text, "\"<\\x1b[2J>\" is no event"));
}

static void
test_stages(void **state)
{
	static const struct {
		enum stage_side side;
		const char *text;
		enum stage_means means;
	} rows[] = {
		/* RFC 3207 */
		{ STAGE_THEIRS, "<waits for connection on TCP port 25>",
		    STAGE_NOTHING },
		{ STAGE_OURS, "<opens connection>", STAGE_NOTHING },
		{ STAGE_OURS, "<starts TLS negotiation>", STAGE_UPGRADE },
		{ STAGE_BOTH, "<negotiate a TLS session>", STAGE_UPGRADE },
		{ STAGE_BOTH, "<check result of negotiation>", STAGE_NOTHING },
		/* RFC 1939 */
		{ STAGE_THEIRS, "<wait for next connection>", STAGE_NOTHING },
		{ STAGE_OURS, "<open connection>", STAGE_NOTHING },
		{ STAGE_OURS, "<close connection>", STAGE_CLOSE },
		{ STAGE_THEIRS, "<the POP3 server sends message 1>",
		    STAGE_ELLIPSIS },
		{ STAGE_THEIRS, "<TLS negotiation>", STAGE_UPGRADE },
		{ STAGE_OURS, "<tls Negotiation>", STAGE_UPGRADE },
		{ STAGE_BOTH, "<TLS negotiation>", STAGE_UPGRADE },
		{ STAGE_THEIRS, "<>", STAGE_ELLIPSIS },
		{ STAGE_THEIRS, "<closes>", STAGE_ELLIPSIS },
		{ STAGE_OURS, "<>", STAGE_UNKNOWN },
		{ STAGE_OURS, "<clos>", STAGE_UNKNOWN },
		{ STAGE_OURS, "<waits>", STAGE_UNKNOWN },
		{ STAGE_OURS, "<starttls xmlns='urn'/>", STAGE_UNKNOWN },
		{ STAGE_BOTH, "<wait>", STAGE_UNKNOWN },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		if (event_stage(rows[i].side, rows[i].text,
			strlen(rows[i].text)) != rows[i].means)
			fail_msg("%s", rows[i].text);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_events),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_stages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
