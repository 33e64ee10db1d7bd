/* SPDX-License-Identifier: ISC */
/* ircask_test.c - what a line of IRC asks for, and what of it is secret. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "ircask.h"
#include "proto.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

enum { LINES = 6 };

/* As the dialogue does it, with memory of that very size. */
static void
ask(struct asked *a, struct wants *w, const char *line)
{
	const struct verb *v = proto_irc.verbs;
	size_t len = strlen(line), at = proto_irc.verb_at(line, len);
	char *copy = malloc(len + 1);

	for (; v->word != NULL; v++) {
		size_t n = strlen(v->word);

		if (strncmp(line + at, v->word, n) == 0 &&
		    (line[at + n] == ' ' || line[at + n] == '\0'))
			break;
	}
	memset(a, 0, sizeof *a);
	a->verb = v->word == NULL ? NULL : v;
	a->flags = v->word == NULL ? 0 : v->flags;
	w->secret = len;
	assert_non_null(copy);
	memcpy(copy, line, len);
	copy = realloc(copy, len == 0 ? 1 : len);
	ircask(a, w, copy, len);
	free(copy);
}

/* "|" stands where the secret begins; it is no part of the line. */
static void
test_secrets(void **state)
{
	static const char *const lines[] = { "PASS |x", "PASS |:x y", "PASS|",
		"OPER name |x", "OPER name|", "OPER|",
		"@time=1 :me OPER  name |x", "AUTHENTICATE PLAIN|",
		"AUTHENTICATE plain|", "AUTHENTICATE SCRAM-SHA-256|",
		"AUTHENTICATE |SCRAM", "AUTHENTICATE *|", "AUTHENTICATE +|",
		"AUTHENTICATE |**", "AUTHENTICATE |PLAINX",
		"AUTHENTICATE |YWxpY2U=", "AUTHENTICATE |PLAINYWI=",
		"AUTHENTICATE|", "NS IDENTIFY |x", "NS identify |x y",
		"NS ID |x", "NS HELP x|", "NS IDENTIFYX y|",
		"NICKSERV SETPASS |x", "NICKSERV|",
		"PRIVMSG NickServ :IDENTIFY |x", "PRIVMSG nickserv IDENTIFY |x",
		"PRIVMSG NickServ  : x y|", "PRIVMSG NickServ|",
		"PRIVMSG NickServ :|",
		"PRIVMSG Q@CServe.quakenet.org :AUTH |me x",
		"PRIVMSG ChanServ :REGISTER |#a x", "PRIVMSG #a :IDENTIFY x|",
		"PRIVMSG bob :LOGIN x|", "PRIVMSG Q :AUTH x y|",
		"SQUERY X@a :LOGIN |x", "NICK PASS|", "FOO x|" };
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(lines); i++) {
		size_t at = strcspn(lines[i], "|");
		struct wants w = { .said = 0 };
		struct asked a;
		char line[80];

		snprintf(line, sizeof line, "%.*s%s", (int)at, lines[i],
		    lines[i] + at + 1);
		ask(&a, &w, line);
		if (w.secret != at)
			fail_msg("%s: %zu", lines[i], w.secret);
	}
}

/* The last of some lines, all of which are ours: is an answer owed? */
static void
test_answers(void **state)
{
	enum { NONE, WELCOMED = IRC_WELCOME, SASL = IRC_SASL };
	static const struct {
		unsigned heard;
		const char *lines[LINES];
		bool answer;
	} rows[] = {
		/* Registration is answered when it is complete. */
		{ NONE, { "NICK a" }, false },
		{ NONE, { "USER a 0 * :a" }, false },
		{ NONE, { "NICK a", "USER a 0 * :a" }, true },
		{ NONE, { "USER a 0 * :a", "NICK a" }, true },
		{ NONE, { "CAP LS" }, true },
		{ NONE, { "CAP REQ :a" }, true },
		{ NONE, { "CAP LS", "NICK a", "USER a" }, false },
		{ NONE, { "CAP REQ :a", "NICK a", "USER a" }, false },
		{ NONE, { "CAP LS", "NICK a", "USER a", "CAP END" }, true },
		{ NONE, { "CAP LS", "CAP END", "NICK a" }, false },
		{ NONE, { "CAP LIST", "NICK a", "USER a" }, true },
		{ IRC_NO_CAP, { "CAP LS", "NICK a", "USER a" }, true },
		{ NONE, { "NICK a", "USER a", "PONG x" }, true },
		{ NONE, { "PONG x" }, false },
		/* The first name was refused; then the second. */
		{ 1 << IRC_NICKS, { "NICK a", "USER a" }, false },
		{ 1 << IRC_NICKS, { "NICK a", "USER a", "NICK b" }, true },
		{ 2 << IRC_NICKS, { "NICK a", "USER a", "NICK b" }, false },
		{ WELCOMED, { "NICK a", "USER a" }, false },
		{ WELCOMED, { "CAP LS", "CAP END" }, false },
		/* Before the welcome some servers answer, some do not. */
		{ NONE, { "MOTD" }, false },
		{ WELCOMED, { "MOTD" }, true },
		{ NONE, { "QUIT" }, true },
		{ NONE, { "STARTTLS" }, true },
		{ NONE, { "AUTHENTICATE PLAIN" }, false },
		{ SASL, { "AUTHENTICATE PLAIN" }, true },
		{ SASL, { "AUTHENTICATE" }, false },
		{ WELCOMED, { "PRIVMSG #a :x" }, false },
		{ WELCOMED, { "FOO" }, false },
		/* Without what they need, nothing or an error comes. */
		{ WELCOMED, { "WHOIS" }, false },
		{ WELCOMED, { "WHOIS a" }, true },
		{ WELCOMED, { "WHOIS a,b" }, false },
		{ WELCOMED, { "OPER a" }, false },
		{ WELCOMED, { "OPER a b" }, true },
		{ WELCOMED, { "KICK #a b" }, true },
		{ WELCOMED, { "KICK #a,#b c" }, false },
		/* What changes nothing is answered. */
		{ WELCOMED, { "TOPIC #a" }, true },
		{ WELCOMED, { "TOPIC #a :x" }, false },
		{ WELCOMED, { "MODE #a" }, true },
		{ WELCOMED, { "MODE #a +n" }, false },
		/* Who is in a channel already hears nothing. */
		{ WELCOMED, { "JOIN #a" }, true },
		{ WELCOMED, { "JOIN #a", "JOIN #a" }, false },
		{ WELCOMED, { "JOIN #a", "JOIN #A" }, false },
		{ WELCOMED, { "JOIN #a", "JOIN #b" }, true },
		{ WELCOMED, { "JOIN #a", "PART #a", "JOIN #a" }, false },
		{ WELCOMED, { "JOIN #a,#b" }, false },
		{ WELCOMED, { "JOIN 0" }, false },
		{ WELCOMED, { "JOIN :" }, false },
		{ WELCOMED, { "JOIN" }, false },
	};
	size_t i, k;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct wants w = { .heard = rows[i].heard };
		struct asked a;

		for (k = 0; k < LINES && rows[i].lines[k] != NULL; k++)
			ask(&a, &w, rows[i].lines[k]);
		if (w.silent == rows[i].answer)
			fail_msg("%zu: %s: %d", i, rows[i].lines[k - 1],
			    w.silent);
	}
}

/* What the answer is told by, and its shape. */
static void
test_asked(void **state)
{
	static const struct {
		const char *line, *tag;
		unsigned char shape;
	} rows[] = {
		{ "WHOIS  a", "a", IRC_AS_VERB },
		{ ":me @ WHOIS", "", IRC_AS_VERB },
		{ "CAP REQ  :a", ":a", IRC_AS_VERB },
		{ "CAP END", "", IRC_AS_WELCOME },
		{ "NICK a", "a", IRC_AS_WELCOME },
		{ "PONG :x", ":x", IRC_AS_WELCOME },
		{ "JOIN #a23456789012345678901234567890123456789xyz",
		    "#a23456789012345678901234567890123456789", IRC_AS_VERB },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct wants w = { .more = true };
		struct asked a;
		size_t n = strlen(rows[i].tag);

		ask(&a, &w, rows[i].line);
		assert_false(w.more);
		assert_int_equal(a.shape, rows[i].shape);
		assert_true(a.tag_len == n || (n == TAG_MOST && a.tag_len > n));
		assert_memory_equal(a.tag, rows[i].tag, n);
	}
}

/* The answer to a challenge is no command. */
static void
test_hidden(void **state)
{
	struct wants w = { .secret = 0, .more = true };
	struct asked a = { .hidden = true };

	(void)state;
	ircask(&a, &w, "NICK a", 6);
	assert_false(w.more || w.silent);
	assert_int_equal(w.said, 0);
	assert_int_equal(a.tag_len, 0);
	assert_int_equal(w.secret, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_secrets),
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_asked),
		cmocka_unit_test(test_hidden),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
