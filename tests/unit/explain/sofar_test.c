/* SPDX-License-Identifier: ISC */
/* sofar_test.c - what was accepted, undone, and asked for. */
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "explain/sofar.h"
#include "proto.h"
#include "words.h"

static const struct verb *
verb(const char *word)
{
	const struct verb *v = proto_smtp.verbs;

	while (strcmp(v->word, word) != 0)
		v++;
	return v;
}

static bool
is(const struct sofar *s, const char *when)
{
	return sofar_is(s, &proto_smtp, NULL, when);
}

static void
test_lists(void **state)
{
	(void)state;
	assert_true(sofar_lists("RCPT", "RCPT", 4));
	assert_true(sofar_lists("MAIL|RCPT|DATA", "RCPT to", 4));
	assert_true(sofar_lists("MAIL|AUTH TLS", "AUTH TLS", 8));
	assert_false(sofar_lists("MAIL|AUTH TLS", "AUTH", 4));
	assert_false(sofar_lists("RCPT", "RCP", 3));
	assert_false(sofar_lists("MAIL|RCPT", "rcpt", 4));
	assert_false(sofar_lists("", "", 0));
}

static void
test_replies(void **state)
{
	struct sofar s = { .tls = false };

	(void)state;
	assert_true(is(&s, NULL) && is(&s, "") && is(&s, "-MAIL|-TLS"));
	sofar_reply(&s, &proto_smtp, verb("MAIL"), SOFAR_REFUSED);
	assert_true(is(&s, "-MAIL"));
	sofar_reply(&s, &proto_smtp, verb("MAIL"), SOFAR_ACCEPTED);
	assert_true(is(&s, "+MAIL|-RCPT"));
	assert_false(is(&s, "+MAIL|+RCPT"));
	sofar_reply(&s, &proto_smtp, verb("DATA"), SOFAR_GOES_ON);
	assert_true(is(&s, "+DATA"));
	s.tls = true;
	assert_true(is(&s, "+TLS|-AWAY"));
	assert_false(is(&s, "+NOSUCH"));
	assert_true(is(&s, "-ALONE"));
	s.alone = true;
	assert_true(is(&s, "+ALONE"));
	sofar_reply(&s, &proto_smtp, verb("STARTTLS"), SOFAR_ACCEPTED);
	assert_true(is(&s, "-MAIL|-DATA|-STARTTLS"));
}

/* Who answers a challenge says no verb. */
static void
test_challenges(void **state)
{
	struct sofar s = { .tls = false };

	(void)state;
	sofar_reply(&s, &proto_smtp, verb("AUTH"), SOFAR_GOES_ON);
	sofar_reply(&s, &proto_smtp, NULL, SOFAR_GOES_ON);
	assert_true(is(&s, "-AUTH"));
	sofar_reply(&s, &proto_smtp, NULL, SOFAR_REFUSED);
	sofar_reply(&s, &proto_smtp, NULL, SOFAR_ACCEPTED);
	assert_true(is(&s, "-AUTH"));
	sofar_reply(&s, &proto_smtp, verb("AUTH"), SOFAR_GOES_ON);
	sofar_reply(&s, &proto_smtp, verb("NOOP"), SOFAR_ACCEPTED);
	sofar_reply(&s, &proto_smtp, NULL, SOFAR_ACCEPTED);
	assert_true(is(&s, "-AUTH"));
	sofar_reply(&s, &proto_smtp, verb("AUTH"), SOFAR_GOES_ON);
	sofar_reply(&s, &proto_smtp, NULL, SOFAR_ACCEPTED);
	assert_true(is(&s, "+AUTH"));
}

static void
test_offers(void **state)
{
	static const char word[] = "A-WORD-LONGER-THAN-ANY-EXTENSION-HAS";
	struct sofar s = { .tls = false };
	struct words offers = { .len = 0 };
	char when[sizeof word + 1] = "?";

	(void)state;
	words_add(&offers, "AUTH PLAIN", 10);
	words_add(&offers, word, strlen(word));
	assert_true(sofar_is(&s, &proto_smtp, &offers, "?AUTH|!STARTTLS"));
	assert_false(sofar_is(&s, &proto_smtp, &offers, "!AUTH"));
	assert_false(sofar_is(&s, &proto_smtp, &offers, "?AUTH|?STARTTLS"));
	assert_true(sofar_is(&s, &proto_smtp, NULL, "!AUTH"));
	strcat(when, word);
	assert_false(sofar_is(&s, &proto_smtp, &offers, when));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_replies),
		cmocka_unit_test(test_challenges),
		cmocka_unit_test(test_offers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
