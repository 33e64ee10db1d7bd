/* SPDX-License-Identifier: ISC */
/* play_test.c - what a transcript says, and what it finds. */
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "examples.h"
#include "scene.h"

static void
set(struct vars *v, const char *name, const char *value)
{
	vars_set(v, name, strlen(name), value, strlen(value));
}

static void
begin(struct scene *s, const char *server, const char *proto)
{
	*s = (struct scene){ .server = server,
		.proto = proto == NULL ? NULL : protos_find(proto),
		.verified = true };
	set(&s->vars, "secret:1", "hunter2");
	set(&s->vars, "secret:mrose", "tanstaaf");
	set(&s->vars, "DATE", "today");
	set(&s->vars, "UNIQUE", "t1234");
}

/* The worked examples, as they stand. */
static void
test_examples(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(examples); i++) {
		const struct example *e = &examples[i];
		struct scene s;

		begin(&s, e->server, NULL);
		if (!scene_play(&s, e->transcript, strlen(e->transcript)) ||
		    !scene_is(&s.found, e->found))
			fail_msg("%s: %.*s", e->name, (int)s.told.len,
			    scene_some(&s.told));
		scene_end(&s);
	}
}

struct row {
	const char *name;
	const char *proto; /* the target's; NULL: it tells nothing */
	const char *transcript;
	const char *server;
	const char *done;
	const char *found;
	const char *told; /* NULL, or somewhere in what is told */
};

static void
play_rows(const struct row *rows, size_t n, enum match_mode mode)
{
	unsigned wrong = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		const struct row *r = &rows[i];
		struct scene s;

		begin(&s, r->server, r->proto);
		s.mode = mode;
		if (!scene_play(&s, r->transcript, strlen(r->transcript)) ||
		    !scene_agrees(&s, r->done, r->found, r->told)) {
			wrong++;
			scene_show(&s, r->name);
		}
		scene_end(&s);
	}
	assert_int_equal(wrong, 0);
}

#define HELLO "S: 220 a\nC: EHLO me\nS: 250 b\n"
#define SAID "EHLO me|"

static void
test_replies(void **state)
{
	static const struct row rows[] = {
		{ "another code", "smtp", HELLO "C: NOOP\nS: 250 c\n",
		    "220 a\n250 b\n251 c\n", SAID "NOOP|", "1 3 -5 ",
		    "5: NOOP - 250 c + 251 c" },
		{ "another class", "smtp", HELLO "C: NOOP\nS: 250 c\n",
		    "220 a\n250 b\n500-c\n500 d\n", SAID "NOOP|", "1 3 -5 ",
		    "- 250 c + 500 d" },
		{ "any text of any lines", "smtp",
		    "S: 220-x\nS: 220 y\nC: NOOP\nS: 250 c\n",
		    "220 a\n250-b\n250 d\n", "NOOP|", "2 4 ", NULL },
		{ "the line of it that is wrong", "smtp",
		    "S: 220 a\nC: EHLO me\nS: 250-a\nS: 251-b\nS: 250 c\n",
		    "220 a\n250-b\n250 d\n", "EHLO me|", "1 -4 ", NULL },
		{ "one that is left out", "smtp",
		    "C: EHLO me\nC: MAIL FROM:<>\nS: 250\n",
		    "220 a\n250 b\n250 c\n", "EHLO me|MAIL FROM:<>|", "3 ",
		    "MAIL FROM:<>" },
		{ "all left out", "smtp", "C: EHLO me\nC: QUIT\n",
		    "220 a\n550 b\n221 c\n", "EHLO me|QUIT|", "", NULL },
		{ "its rest left out", "smtp",
		    "S: 220 a\nC: EHLO me\nS: 250-b\nC: NOOP\nS: 250 c\n",
		    "220 a\n250-b\n250-c\n250 d\n250 e\n", "EHLO me|NOOP|",
		    "1 3 5 ", NULL },
		{ "its rest left out, and wrong", "smtp",
		    "S: 220 a\nC: EHLO me\nS: 250-b\nC: NOOP\nS: 250 c\n",
		    "220 a\n500-b\n500 d\n250 e\n", "EHLO me|NOOP|", "1 -3 5 ",
		    NULL },
		{ "its rest left out at the end", "smtp",
		    "S: 220 a\nC: EHLO me\nS: 251-b\n", "220 a\n250-b\n250 d\n",
		    "EHLO me|", "1 -3 ", NULL },
		{ "no reply at all", "smtp", HELLO "C: NOOP\nS: 650 what\n",
		    "220 a\n250 b\n250 c\n", SAID "NOOP|", "1 3 -5 ",
		    "- 650 what + 250 c" },
		{ "it does not come", "smtp", HELLO "C: NOOP\nS: 250 c\n",
		    "220 a\n250 b\n", SAID "NOOP|", "1 3 -5 ",
		    "5: NOOP - 250 c ! nothing came" },
		{ "the end in place of it", "smtp",
		    HELLO "C: NOOP\nS: 250 c\nC: QUIT\n",
		    "220 a\n250 b\n!close\n", SAID "NOOP|", "1 3 -5 ",
		    "! the server closed the connection" },
		{ "what is not asked for", "smtp",
		    HELLO "S: 421 too slow\n<closed>\n",
		    "220 a\n250 b\n421 c\n!close\n", SAID "ENDS|", "1 3 4 5 ",
		    "4: what is said unasked - 421" },
		{ "what is no reply, in its place", "smtp",
		    HELLO "C: NOOP\nS: what $?\nS: 250\n",
		    "220 a\n250 b\nwhat $?\n250 c\n", SAID "NOOP|", "1 3 6 ",
		    NULL },
		{ "what is no reply, and another", "smtp",
		    HELLO "C: NOOP\nS: what $?\nS: 250\n",
		    "220 a\n250 b\nwhat?\n250 c\n", SAID "NOOP|", "1 3 -5 ",
		    "NOOP - what \\$? + 250 c" },
		{ "one that should have closed", "smtp",
		    HELLO "C: NOOP\nS: 421\nC: NOOP\nS: 250\n",
		    "220 a\n250 b\n250 c\n250 d\n", SAID "NOOP|NOOP|",
		    "1 3 -5 7 ", NULL },
		{ "the first that is owed", "smtp",
		    "S: 220\nC: RSET\nC: MAIL FROM:<>\nS~ ^5\nC: QUIT\n",
		    "220\n250 a\n250\n", "RSET|MAIL FROM:<>|QUIT|", "1 -4 ",
		    "4: RSET - ^5 + 250 a" },
		{ "out of time", "smtp",
		    HELLO "<within 2>\nC: NOOP\nS: 250\nC: NOOP\nS: 250\n",
		    "220 a\n250 b\n!slow 3\n250 c\n!slow 3\n250 d\n",
		    SAID "NOOP|NOOP|", "1 3 -4 6 8 ", "the reply took longer" },
		{ "in time, though it is judged later", "smtp",
		    HELLO "<within 2>\nC: NOOP\n<pause 9>\nS: 250\n",
		    "220 a\n250 b\n!slow 2\n!hush 250 c\n", SAID "NOOP|HUSH|",
		    "1 3 4 7 ", NULL },
		{ "out of time, in a pause", "smtp",
		    HELLO "<within 2>\nC: NOOP\n<pause 9>\nS: 250\n",
		    "220 a\n250 b\n!slow 3\n!hush 250 c\n", SAID "NOOP|HUSH|",
		    "1 3 -4 7 ", "the reply took longer" },
		{ "the last line counts", "smtp",
		    HELLO "<within 2>\nC: NOOP\n<pause 9>\nS: 250\n",
		    "220 a\n250 b\n!hush 250-c\n!slow 3\n!hush 250 d\n",
		    SAID "NOOP|HUSH|", "1 3 -4 7 ", "the reply took longer" },
		{ "what comes behind it does not count", "smtp",
		    HELLO "<within 2>\nC: NOOP\n<pause 9>\nS: 250\nS: 421\n",
		    "220 a\n250 b\n!hush 250 c\n!slow 3\n!hush 421 d\n",
		    SAID "NOOP|HUSH|", "1 3 4 7 8 ", NULL },
		{ "it broke off in time", "smtp",
		    HELLO "<within 2>\nC: NOOP\n<pause 9>\nS: 250-c\n"
			  "<closed>\n",
		    "220 a\n250 b\n!hush 250-c\n!slow 5\n!close\n",
		    SAID "NOOP|HUSH|ENDS|", "1 3 4 7 8 ", NULL },
		{ "in time", "smtp", HELLO "<within 3>\nC: NOOP\nS: 250\n",
		    "220 a\n250 b\n!slow 3\n250 c\n", SAID "NOOP|", "1 3 4 6 ",
		    NULL },
	};

	(void)state;
	play_rows(rows, ROWS(rows), MATCH_BY_STATUS);
}

static void
test_protocols(void **state)
{
	static const struct row rows[] = {
		{ "IMAP, another status", "imap",
		    "S: * OK a\nC: a1 NOOP\nS: a1 OK b\n",
		    "* OK a\n* 3 EXISTS\na1 NO c\n", "a1 NOOP|", "1 -3 ",
		    "3: a1 NOOP - a1 OK b + a1 NO c" },
		{ "IMAP, a refusal is one whatever its reason", "imap",
		    "S: * OK a\nC: a1 NOOP\nS: a1 NO b\n",
		    "* OK a\na1 NO [INUSE] c\n", "a1 NOOP|", "1 3 ", NULL },
		{ "IMAP, another greeting", "imap",
		    "S: * NO a\nC: a1 NOOP\nS: a1 OK b\n", "* OK a\na1 OK c\n",
		    "a1 NOOP|", "-1 3 ", NULL },
		{ "IMAP, answers out of order", "imap",
		    "S: * OK a\nC: a1 NOOP\nC: a2 NOOP\nS: a2 OK\nS: a1 OK\n",
		    "* OK a\na1 OK\na2 OK\n", "a1 NOOP|a2 NOOP|", "1 4 5 ",
		    NULL },
		{ "IMAP, a tag made up", "imap",
		    "S: * OK a\nC$ ${UNIQUE} NOOP\nS$ ${UNIQUE} OK ${}\n"
		    "C: a2 NOOP\nS: a2 OK\n",
		    "* OK a\nt1234 OK b\na2 OK c\n", "t1234 NOOP|a2 NOOP|",
		    "1 3 5 ", NULL },
		{ "IMAP, a tag captured", "imap",
		    "S: * OK a\nC: a1 NOOP\nS$ ${tag} OK\nC$ ${tag}b NOOP\n"
		    "S: a1b OK\n",
		    "* OK a\na1 OK\na1b OK c\n", "a1 NOOP|a1b NOOP|", "1 3 5 ",
		    NULL },
		{ "IMAP, a tag captured, and waited for", "imap",
		    "S: * OK a\nC: a1 LOGIN u p\nS$ ${tag} OK\n"
		    "C: a2 SELECT x\nS: a2 OK\n",
		    "* OK a\na1 OK\na2 OK c\n", "a1 LOGIN u p|a2 SELECT x|",
		    "1 3 5 ", NULL },
		{ "IMAP, lines unasked", "imap",
		    "S: * OK a\nC: a1 IDLE\nS: + idle\nS: * 4 EXISTS\n"
		    "C: DONE\nS: a1 OK\n",
		    "* OK a\n+ idle\na1 OK\n", "a1 IDLE|DONE|", "1 3 6 ",
		    NULL },
		{ "IMAP, lines that must come", "imap",
		    "S: * OK a\nC: a1 IDLE\nS: + idle\nS$ * ${n} EXISTS\n"
		    "C: DONE\nS: a1 OK\nC$ a2 FETCH ${n}\nS: a2 OK\n",
		    "* OK a\n+ idle\n* 3 RECENT\n* 4 EXISTS\na1 OK\na2 OK\n",
		    "a1 IDLE|DONE|a2 FETCH 4|", "1 3 4 6 8 ", NULL },
		{ "IMAP, lines that did not come", "imap",
		    "S: * OK a\nC: a1 IDLE\nS: + idle\nS~ EXISTS\n"
		    "C: DONE\nS: a1 OK\n",
		    "* OK a\n+ idle\n* 3 RECENT\n", "a1 IDLE|", "1 3 -4 ",
		    "4: what is said unasked - EXISTS ! nothing came" },
		{ "IMAP, no such line so far", "imap",
		    "S: * OK a\nC: a1 IDLE\nS: + idle\nS! EXISTS\n"
		    "C: DONE\nS: a1 OK\n",
		    "* OK a\n+ idle\n!more * 3 RECENT\na1 OK\n",
		    "a1 IDLE|DONE|", "1 3 4 6 ", NULL },
		{ "IMAP, such a line so far", "imap",
		    "S: * OK a\nC: a1 IDLE\nS: + idle\nS! EXISTS\n"
		    "C: DONE\nS: a1 OK\n",
		    "* OK a\n+ idle\n!more * 1 RECENT\n!more * 3 EXISTS\n"
		    "a1 OK\n",
		    "a1 IDLE|DONE|", "1 3 -4 6 ", "+ * 3 EXISTS" },
		{ "IMAP, literals", "imap",
		    "S: * OK a\nC: a1 LOGIN {5}\nS: + a\nC: alice {7}\n"
		    "S: + b\nC: hunter2\nS: a1 OK\n",
		    "* OK a\n+ b\n+ c\na1 OK\n",
		    "a1 LOGIN {5}|alice {7}|hunter2|", "1 3 5 7 ", NULL },
		{ "IMAP, a literal refused", "imap",
		    "S: * OK a\nC: a1 APPEND x {5}\nS: + a\nC: a1 X\n"
		    "S: a1 OK\n",
		    "* OK a\na1 NO no\n", "a1 APPEND x {5}|", "1 -3 -4 ",
		    "out of step" },
		{ "POP3, a block refused", "pop3",
		    "S: +OK\nC: RETR 1\nS: +OK\nS: text\nS: .\nC: QUIT\n"
		    "S: +OK\n",
		    "+OK\n-ERR no\n+OK bye\n", "RETR 1|QUIT|", "1 -3 7 ",
		    "3: RETR 1 - +OK + -ERR no" },
		{ "POP3, a block not refused", "pop3",
		    "S: +OK\nC: RETR 1\nS: -ERR\nC: QUIT\nS: +OK\n",
		    "+OK\n+OK it is\ntext\n.\n+OK bye\n", "RETR 1|QUIT|",
		    "1 -3 5 ", NULL },
		{ "LMTP, a reply for each", "lmtp",
		    "S: 220\nC: LHLO me\nS: 250\nC: MAIL FROM:<>\nS: 250\n"
		    "C: RCPT TO:<a>\nS: 250\nC: RCPT TO:<b>\nS: 250\n"
		    "C: DATA\nS: 354\nC: text\nC: .\nS: 250\nS: 550\n"
		    "C: QUIT\nS: 221\n",
		    "220 a LMTP\n250 b\n250 c\n250 d\n250 e\n354 f\n250 g\n"
		    "450 h\n221 i\n",
		    "LHLO me|MAIL FROM:<>|RCPT TO:<a>|RCPT TO:<b>|DATA|text|"
		    ".|QUIT|",
		    "1 3 5 7 9 11 14 -15 17 ", "15: . - 550 + 450 h" },
		{ "NNTP, by its greeting", NULL,
		    "S: 200 news, posting allowed\nC: DATE\nS$ 111 ${date}\n",
		    "200 b NNTP posting\n111 2024\n", "DATE|", "1 3 ", NULL },
		{ "XMPP, cut at >", "xmpp",
		    "C$ <stream:stream to='a' version='1.0'>\n"
		    "S% <stream:stream version='1.0'><stream:features/>\n"
		    "C$ <iq type='get' id='1'/>\n"
		    "S$ <iq type='result' id='1'><x v='${v}'/></iq>\n"
		    "C$ <iq type='get' id='${v}'/>\n"
		    "S% <iq type='error' id='7'/>\n",
		    "!bare <?xml version='1.0'?>\n"
		    "!bare <stream:stream id='9' version='1.0'>\n"
		    "!bare <stream:features><starttls/></stream:features>\n"
		    "!bare <iq id='1' type='result'/><iq type='result' "
		    "id='7'/>\n",
		    "<stream:stream to='a' version='1.0'>|"
		    "<iq type='get' id='1'/>|",
		    "2 -4 -5 ", NULL },
		{ "XMPP, a template of several tags", "xmpp",
		    "C$ <stream:stream to='a' version='1.0'>\n"
		    "S% <stream:stream version='1.0'>\n"
		    "S% <stream:features/>\n"
		    "C$ <iq type='get' id='1'/>\n"
		    "S$ <iq type='result' id='1'><x v='${v}'/></iq>\n"
		    "C$ <iq type='get' id='${v}'/>\n"
		    "S% <iq type='error' id='7'/>\n",
		    "!bare <stream:stream id='9' version='1.0'>"
		    "<stream:features><starttls/></stream:features>\n"
		    "!bare <iq type='result' id='1'><x v='7'/></iq>\n"
		    "!bare <iq type='error' id='7'/>\n",
		    "<stream:stream to='a' version='1.0'>|"
		    "<iq type='get' id='1'/>|<iq type='get' id='7'/>|",
		    "3 5 7 ", NULL },
		{ "no protocol: a line is a reply", "raw",
		    "S: hello\nC: help\nS: any\nS$ line ${n}\nC$ ${n}\n",
		    "hi\none\nline 2\n", "help|2|", "1 3 4 ", NULL },
		{ "a greeting that tells another protocol", NULL,
		    "S: 220\nC: LHLO me\nS: 250\n", "220 a LMTP\n250 b\n",
		    "LHLO me|", "1 3 ", NULL },
		{ "no greeting, no protocol", NULL, "C: EHLO me\nS: 250\n",
		    "220 a\n250 b\n", "EHLO me|", "2 ", NULL },
		{ "a greeting that is none", NULL,
		    "S: 920 a\nC: EHLO me\nS: 250\n", "220 a\n250 b\n",
		    "EHLO me|", "-1 3 ", NULL },
		{ "another one from here on", "raw",
		    "S: hi\nC: smtp\nS: well\n<protocol smtp>\nC: NOOP\n"
		    "S: 250\n",
		    "hi\nwell\n250-a\n250 b\n", "smtp|PROTO smtp|NOOP|",
		    "1 3 6 ", NULL },
	};

	(void)state;
	play_rows(rows, ROWS(rows), MATCH_BY_STATUS);
}

static void
test_lines(void **state)
{
	static const struct row rows[] = {
		{ "in order", "smtp",
		    "S: 220\nC: EHLO me\nS$ 250-A ${a}\nS$ 250-B ${b}\nS: 250\n"
		    "C$ ${b} ${a}\nS: 500\n",
		    "220 a\n250-x\n250-A 1\n250-y\n250-B 2\n250 z\n500\n",
		    "EHLO me|2 1|", "1 5 7 ", NULL },
		{ "out of order", "smtp",
		    "S: 220\nC: EHLO me\nS$ 250-A ${a}\nS$ 250-B ${b}\n"
		    "S: 250\n",
		    "220 a\n250-B 2\n250-A 1\n250 z\n", "EHLO me|", "1 -4 ",
		    "- 250-B ${b}" },
		{ "none fits", "smtp",
		    "S: 220\nC: EHLO me\nS$ 250-A ${a}\nS: 250\nC$ ${a}\n",
		    "220 a\n250-x\n250 z\n", "EHLO me|", "1 -3 -5 ",
		    "the variable ${a} has no value" },
		{ "patterns in any order", "smtp",
		    "S: 220\nC: EHLO me\nS~ B$\nS! ^250.C\nS~ A$\nS: 250\n",
		    "220 a\n250-A\n250-B\n250 z\n", "EHLO me|", "1 6 ", NULL },
		{ "a pattern that none matches", "smtp",
		    "S: 220\nC: EHLO me\nS~ B$\nS~ C$\nS: 250\n",
		    "220 a\n250-A\n250-B\n250 z\n", "EHLO me|", "1 -4 ",
		    "no line of the reply matches this pattern" },
		{ "one that none may", "smtp",
		    "S: 220\nC: EHLO me\nS! B$\nS: 250\n",
		    "220 a\n250-A\n250-B\n250 z\n", "EHLO me|", "1 -3 ",
		    "+ 250-B ! no line may match this pattern" },
		{ "alone, it takes any status", "smtp",
		    "S~ ^(220|[45])\nC: EHLO me\nS~ ^[25]\nC: QUIT\nS: 221\n",
		    "220 a\n500 z\n221 b\n", "EHLO me|QUIT|", "1 3 5 ", NULL },
		{ "alone, and not met", "smtp",
		    "S: 220\nC: EHLO me\nS~ ^25\nC: QUIT\nS: 221\n",
		    "220 a\n500 z\n221 b\n", "EHLO me|QUIT|", "1 -3 5 ",
		    "EHLO me" },
		{ "alone at the end", "smtp", "S: 220\nC: EHLO me\nS~ ^25\n",
		    "220 a\n250-a\n250 z\n", "EHLO me|", "1 3 ", NULL },
		{ "a status that is captured", "smtp",
		    "S: 220\nC: NOOP\nS$ ${code} ok\nC: NOOP\nS$ ${code} ok\n"
		    "C: NOOP\nS: 250\n",
		    "220 a\n251 ok\n250 ok\n250 x\n", "NOOP|NOOP|NOOP|",
		    "1 3 -5 7 ", NULL },
		{ "a value across replies", "smtp",
		    "S$ 220 ${host} ${}\nC$ EHLO ${host}\nS$ 250 ${host}\n",
		    "220 a.example b c\n250 a.example\n", "EHLO a.example|",
		    "1 3 ", NULL },
		{ "groups", "smtp",
		    "S: 220\nC: MAIL FROM:<a>\nC: RCPT TO:<b>\n"
		    "C: RCPT TO:<c>\nS: 250\nS! d\nS: 250\nS: 550\n",
		    "220\n250 a\n!more 250 b\n!more 250 c\n",
		    "MAIL FROM:<a>|RCPT TO:<b>|RCPT TO:<c>|", "1 5 7 -8 ",
		    "8: RCPT TO:<c> - 550 + 250 c" },
		{ "many in a group", "smtp",
		    "S: 220\nC: RSET\nC: RSET\nC: RSET\nC: RSET\n"
		    "S: 250\nS: 250\nS: 250\nS: 250\n",
		    "220\n250\n250\n250\n250\n", "RSET|RSET|RSET|RSET|",
		    "1 6 7 8 9 ", NULL },
		{ "escapes are compared as S: is", "smtp",
		    "S: 220\nC: NOOP\nS% 250\\x20\\t\\xff\n", "220\n250 ok\n",
		    "NOOP|", "1 3 ", NULL },
	};

	(void)state;
	play_rows(rows, ROWS(rows), MATCH_BY_STATUS);
}

static void
test_modes(void **state)
{
	static const struct row class[] = {
		{ "the first digit", "smtp", "S: 220\nC: NOOP\nS: 250 a\n",
		    "220\n299-x\n299 y\n", "NOOP|", "1 3 ", NULL },
		{ "another", "smtp", "S: 220\nC: NOOP\nS: 450 a\n",
		    "220\n550 y\n", "NOOP|", "1 -3 ", NULL },
		{ "good or bad", "imap",
		    "S: * OK\nC: a NOOP\nS: a NO\nC: b NOOP\nS: b BAD\n"
		    "C: c NOOP\nS: c OK\n",
		    "* PREAUTH\na BAD\nb NO [INUSE] x\nc NO\n",
		    "a NOOP|b NOOP|c NOOP|", "1 3 5 -7 ", NULL },
		{ "from here on", "smtp",
		    "S: 220\nC: NOOP\nS: 250 a\n<match status>\nC: NOOP\n"
		    "S: 250 a\n",
		    "220\n251 a\n251 a\n", "NOOP|NOOP|", "1 3 -6 ", NULL },
	};
	static const struct row text[] = {
		{ "the same", "smtp",
		    "S: 220 a\nC: EHLO me\nS: 250-b\nS: 250-c\nS: 250 d\n",
		    "220 a\n250-b\n250-c\n250 d\n", "EHLO me|", "1 5 ", NULL },
		{ "another line", "smtp",
		    "S: 220 a\nC: EHLO me\nS: 250-b\nS: 250-c\nS: 250 d\n",
		    "220 a\n250-b\n250-C\n250 d\n", "EHLO me|", "1 -4 ",
		    "- 250-c + 250-C" },
		{ "a line less", "smtp",
		    "S: 220 a\nC: EHLO me\nS: 250-b\nS: 250-c\nS: 250 d\n",
		    "220 a\n250-b\n250 d\n", "EHLO me|", "1 -4 ", NULL },
		{ "a line more", "smtp",
		    "S: 220 a\nC: EHLO me\nS: 250-b\nS: 250 d\n",
		    "220 a\n250-b\n250-c\n250 d\n", "EHLO me|", "1 -4 ", NULL },
		{ "any lines", "smtp",
		    "S: 220 a\nC: EHLO me\nS: 250-b\n...\nS: 250 d\n",
		    "220 a\n250-b\n250-c\n250-e\n250 d\n", "EHLO me|", "1 5 ",
		    NULL },
		{ "any lines, and none", "smtp",
		    "S: 220 a\nC: EHLO me\nS: 250-b\nS: <more>\nS: 250 d\n",
		    "220 a\n250-b\n250 d\n", "EHLO me|", "1 5 ", NULL },
		{ "templates and patterns", "smtp",
		    "S: 220 a\nC: EHLO me\nS$ 250-${b}\nS~ c\nS: 250 d\n",
		    "220 a\n250-c\n250 d\n", "EHLO me|", "1 5 ", NULL },
		{ "patterns alone", "smtp", "S: 220 a\nC: EHLO me\nS~ c\n",
		    "220 a\n250-c\n250 d\n", "EHLO me|", "1 3 ", NULL },
		{ "in pieces", "smtp",
		    "S% 220 a\\c\nS: b\nC: NOOP\nS% 250\\x20\n",
		    "220 ab\n250 \n", "NOOP|", "2 4 ", NULL },
		{ "in pieces of which one is a template", "smtp",
		    "S% 22\\x30 \\c\nS$ ${a},\\c\nS: ${b}\n", "220 x y,${b}\n",
		    "", "3 ", NULL },
		{ "in pieces, and wrong", "smtp", "S% 220 a\\c\nS: b\n",
		    "220 a\n", "", "-2 ", "- 220 ab + 220 a" },
		{ "lines unasked", "imap",
		    "S: * OK\nC: a IDLE\nS: + x\nS: * 2 EXISTS\nC: DONE\n",
		    "* OK\n+ x\n* 2 EXISTS\n", "a IDLE|DONE|", "1 3 4 ", NULL },
	};

	(void)state;
	play_rows(class, ROWS(class), MATCH_BY_CLASS);
	play_rows(text, ROWS(text), MATCH_BY_TEXT);
}

/* What belongs to something that was refused never goes out as commands. */
static void
test_out_of_step(void **state)
{
	static const struct row rows[] = {
		{ "DATA refused", "smtp",
		    "S: 220\nC: DATA\nS: 354\nC: QUIT\nC: .\nS: 250\n",
		    "220\n503 no\n", "DATA|", "1 -3 -4 ",
		    "4: QUIT ! the dial" },
		{ "DATA not refused", "smtp",
		    "S: 220\nC: DATA\nS: 503\nC: QUIT\nS: 221\n",
		    "220\n354 go\n", "DATA|", "1 -3 -4 ", "out of step" },
		{ "DATA refused, which is left out", "smtp",
		    "S: 220\nC: DATA\nC: QUIT\nC: .\nS: 250\n", "220\n503 no\n",
		    "DATA|", "1 -3 ", "3: QUIT ! what this belongs to" },
		{ "DATA agreed, which is left out", "smtp",
		    "S: 220\nC: DATA\nC: QUIT\nC: .\nS: 250\n",
		    "220\n354 go\n250 a\n", "DATA|QUIT|.|", "1 5 ", NULL },
		{ "DATA, whatever comes, and text", "smtp",
		    "S: 220\nC: DATA\nS~ ^[35]\nC: Subject: x\nC: .\nS: 250\n",
		    "220\n503 no\n", "DATA|", "1 3 -4 ", NULL },
		{ "DATA, whatever comes, and a command", "smtp",
		    "S: 220\nC: DATA\nS~ ^[45]\nC: QUIT\nS: 221\n",
		    "220\n503 no\n221 a\n", "DATA|QUIT|", "1 3 5 ", NULL },
		{ "DATA, whatever comes, and what is no command later", "smtp",
		    "S: 220\nC: DATA\nS~ ^[45]\nC: RSET\nS: 250\nC: FOO\n"
		    "S: 500\n",
		    "220\n503 no\n250\n500\n", "DATA|RSET|FOO|", "1 3 5 7 ",
		    NULL },
		{ "a file in place of a command", "smtp",
		    "S: 220\nC< f\nS: 250\n", "220\n", "", "1 -2 ",
		    "no data is wanted" },
		{ "a file", "smtp",
		    "S: 220\nC: DATA\nS: 354\nC< f\nC: .\nS: 250\n",
		    "220\n354\n250\n", "DATA|FILE f|.|", "1 3 6 ", NULL },
		{ "a literal refused, which is left out", "imap",
		    "S: * OK\nC: a APPEND x {9}\nC: b DELETE y\n",
		    "* OK\na NO no\n", "a APPEND x {9}|", "1 -3 ", NULL },
		{ "AUTH refused", "smtp",
		    "S: 220\nC: AUTH LOGIN\nS: 334\nC: c2VjcmV0\nS: 235\n",
		    "220\n535 no\n", "AUTH LOGIN|", "1 -3 -4 ",
		    "4: ******** !" },
		{ "AUTH refused, which is left out", "smtp",
		    "S: 220\nC: AUTH LOGIN\nC: c2VjcmV0\nS: 235\n",
		    "220\n535 no\n", "AUTH LOGIN|", "1 -3 ", NULL },
		{ "its second step, too", "smtp",
		    "S: 220\nC: AUTH LOGIN\nC: YQ==\nC: c2VjcmV0\nS: 235\n",
		    "220\n334 a\n535 no\n", "AUTH LOGIN|YQ==|", "1 -4 ", NULL },
		{ "STARTTLS refused", "smtp",
		    "S: 220\nC: STARTTLS\nS: 220\nC$ AUTH PLAIN ${secret:1}\n",
		    "220\n454 no\n", "STARTTLS|", "1 -3 -4 ",
		    "4: AUTH PLAIN ${secret:1} !" },
		{ "STARTTLS refused, which is left out", "smtp",
		    "S: 220\nC: STARTTLS\nC: EHLO me\n", "220\n454 no\n",
		    "STARTTLS|", "1 -3 ", NULL },
		{ "STARTTLS refused, as it should be", "smtp",
		    "S: 220\nC: STARTTLS\nS~ ^[45]\nC: QUIT\nS: 221\n",
		    "220\n454 no\n221\n", "STARTTLS|QUIT|", "1 3 5 ", NULL },
		{ "what never ends", "smtp", HELLO "<pause 1>\nC: NOOP\n",
		    "220\n250\n!hush x\n!flood 40\n", SAID "HUSH|NOOP|", "1 3 ",
		    NULL },
		{ "what never ends, and nobody hears", "smtp",
		    HELLO "<closed>\nC: NOOP\n", "220\n250\n!flood 40\n",
		    SAID "ENDS|", "1 3 -4 ", "too much at once" },
	};

	(void)state;
	play_rows(rows, ROWS(rows), MATCH_BY_STATUS);
}

static void
test_events(void **state)
{
	static const struct row rows[] = {
		{ "STARTTLS", "smtp",
		    "S: 220\nC: STARTTLS\nS: 220\n<TLS>\nC: EHLO me\nS: 250\n",
		    "220\n220 go\n250\n", "STARTTLS|EHLO me|", "1 3 4 6 ",
		    NULL },
		{ "STARTTLS without a word of it", "smtp",
		    "S: 220\nC: STARTTLS\nS: 220\nC: EHLO me\nS: 250\n",
		    "220\n220 go\n250\n", "STARTTLS|EHLO me|", "1 3 5 ", NULL },
		{ "a greeting under TLS", "sieve",
		    "S: OK a\nC: STARTTLS\nS: OK b\n<TLS>\n"
		    "S: \"SIEVE\" \"x\"\nS: OK c\nC: NOOP\nS: OK d\n",
		    "\"STARTTLS\"\nOK a\nOK b\n\"SIEVE\" \"y\"\nOK c\nOK d\n",
		    "STARTTLS|NOOP|", "1 3 4 6 8 ", NULL },
		{ "a greeting under TLS, left out", "sieve",
		    "S: OK a\nC: STARTTLS\nS: OK b\n<TLS>\nC: NOOP\nS: OK d\n",
		    "OK a\nOK b\n\"SIEVE\" \"y\"\nOK c\nOK d\n",
		    "STARTTLS|NOOP|", "1 3 4 6 ", NULL },
		{ "the handshake fails", "smtp",
		    "S: 220\nC: STARTTLS\nS: 220\n<TLS>\nC: EHLO me\n",
		    "220\n!tls no\n220 go\n", "STARTTLS|", "1 3 -4 ", NULL },
		{ "as it should", "smtp",
		    "S: 220\nC: STARTTLS\nS: 220\n<TLS refused>\nC: EHLO me\n",
		    "220\n!tls no\n220 go\n", "STARTTLS|", "1 3 4 ", NULL },
		{ "it should, and does not", "smtp",
		    "S: 220\nC: STARTTLS\nS: 220\n<TLS refused>\n",
		    "220\n220 go\n", "STARTTLS|", "1 3 -4 ",
		    "TLS was not refused" },
		{ "one of two: TLS", "smtp",
		    "S: 220\nC: STARTTLS\nS~ ^[245]\n<TLS | closed>\n"
		    "C: EHLO me\nS: 250\n",
		    "220\n220 go\n250 a\n", "STARTTLS|EHLO me|", "1 3 4 6 ",
		    NULL },
		{ "one of two: closed", "smtp",
		    "S: 220\nC: STARTTLS\nS~ ^[245]\n<TLS | closed>\n"
		    "C: EHLO me\nS: 250\n",
		    "220\n454 no\n!close\n", "STARTTLS|ENDS|", "1 3 4 ", NULL },
		{ "one of two: closed, and never", "smtp",
		    "<never ^250>\nS: 220\nC: STARTTLS\nS~ ^[245]\n"
		    "<TLS | closed>\n",
		    "220\n454 no\n!close\n", "STARTTLS|ENDS|", "2 4 5 1 ",
		    NULL },
		{ "one of two: neither", "smtp",
		    "S: 220\nC: STARTTLS\nS~ ^[245]\n<TLS | closed>\n"
		    "C: EHLO me\nS: 250\n",
		    "220\n454 no\n", "STARTTLS|ENDS|", "1 3 -4 ",
		    "the server did not close" },
		{ "closed", "smtp", HELLO "C: QUIT\nS: 221\n<closed>\n",
		    "220\n250\n221\n!close\n", SAID "QUIT|ENDS|", "1 3 5 6 ",
		    NULL },
		{ "not closed", "smtp", HELLO "C: QUIT\nS: 221\n<closed>\n",
		    "220\n250\n221\n", SAID "QUIT|ENDS|", "1 3 5 -6 ",
		    "the server did not close" },
		{ "closed before", "smtp", HELLO "C: QUIT\nS: 221\n<closed>\n",
		    "220\n250\n!close\n", SAID "QUIT|", "1 3 -5 ", NULL },
		{ "we close", "smtp", HELLO "<close>\n", "220\n250\n",
		    SAID "CLOSE|", "1 3 ", NULL },
		{ "silence", "smtp", HELLO "<silence 2>\nC: NOOP\nS: 250\n",
		    "220\n250\n250\n", SAID "HUSH|NOOP|", "1 3 4 6 ", NULL },
		{ "no silence", "smtp", HELLO "<silence 2>\nC: NOOP\nS: 250\n",
		    "220\n250\n!hush 250 injected\n500 x\n", SAID "HUSH|NOOP|",
		    "1 3 -4 6 ",
		    "4: <silence 2> + 250 injected ! the server said" },
		{ "none before it", "smtp",
		    HELLO "<silence 2>\nC: NOOP\nS: 250\n",
		    "220\n250\n!more 250 injected\n500 x\n", SAID "HUSH|NOOP|",
		    "1 3 -4 6 ", "+ 250 injected" },
		{ "never", "smtp",
		    "<never ^221>\n" HELLO "<never [x-z]$>\nC: NOOP\nS: 250\n",
		    "220\n250\n250 a\n", SAID "NOOP|", "2 4 7 1 5 ", NULL },
		{ "never, but", "smtp", HELLO "<never x$>\nC: NOOP\nS: 250\n",
		    "220 x\n250 x\n250-x\n250 x\n", SAID "NOOP|", "1 3 -4 6 ",
		    "4: x$ + 250-x ! no line may match" },
		{ "never, but at the end", "smtp",
		    HELLO "<never x$>\nC: NOOP\nS: 250\n",
		    "220\n250\n250 a\n!more 250 x\n", SAID "NOOP|", "1 3 6 -4 ",
		    "+ 250 x" },
		{ "never, but in a reply left out", "smtp",
		    HELLO "<never x$>\nC: NOOP\n", "220\n250\n250 x\n",
		    SAID "NOOP|", "1 3 -4 ", NULL },
		{ "skipped", "smtp",
		    HELLO "<skip unless PIPELINING>\nC: NOOP\nS: 250\n",
		    "220\n250\n", SAID, "1 3 ", NULL },
		{ "not skipped", "smtp",
		    HELLO "<skip unless PIPELINING>\nC: NOOP\nS: 250\n",
		    "220\n250-x\n250 PIPELINING\n250\n", SAID "NOOP|", "1 3 6 ",
		    NULL },
		{ "a pause", "smtp", HELLO "<pause 1>\nC: NOOP\nS: 250\n",
		    "220\n250\n250\n", SAID "HUSH|NOOP|", "1 3 6 ", NULL },
		{ "a variable", "smtp", HELLO "<set a=NO>\nC$ ${a}OP\nS: 250\n",
		    "220\n250\n250\n", SAID "NOOP|", "1 3 6 ", NULL },
		{ "a login", "smtp", HELLO "<auth PLAIN me>\nC: NOOP\nS: 250\n",
		    "220\n250\n250\n", SAID "AUTH PLAIN me|NOOP|", "1 3 4 6 ",
		    NULL },
		{ "a login behind a reply that is left out", "smtp",
		    "S: 220\nC: EHLO me\n<auth PLAIN me>\n", "220\n250\n",
		    "EHLO me|AUTH PLAIN me|", "1 3 ", NULL },
		{ "a login out of step", "smtp",
		    "S: 220\nC: DATA\nS: 354\n<auth PLAIN me>\n", "220\n503\n",
		    "DATA|", "1 -3 -4 ", "out of step" },
		{ "events in a reply", "smtp",
		    "S: 220\nC: EHLO me\nS: 250-a\n<within 1>\n# +1 s\n"
		    "<match class>\nS: 250 b\n",
		    "220\n!slow 2\n251-x\n251 y\n", "EHLO me|", "1 -4 7 ",
		    NULL },
		{ "what we say after the end", "smtp",
		    HELLO "<pause 1>\nC: NOOP\n", "220\n250\n",
		    SAID "HUSH|NOOP|", "1 3 ", NULL },
	};
	static const struct row unverified[] = {
		{ "not verified", "smtp",
		    "S: 220\nC: STARTTLS\nS: 220\n<TLS verified>\nC: NOOP\n",
		    "220\n220\n", "STARTTLS|", "1 3 -4 ",
		    "the server is not verified" },
	};
	struct scene s;

	(void)state;
	play_rows(rows, ROWS(rows), MATCH_BY_STATUS);
	begin(&s, unverified[0].server, "smtp");
	s.verified = false;
	assert_true(scene_play(&s, unverified[0].transcript,
	    strlen(unverified[0].transcript)));
	assert_true(scene_is(&s.found, unverified[0].found));
	assert_true(scene_has(&s.told, unverified[0].told));
	scene_end(&s);
}

/* Where the server closes in the middle of a reply, on paper as live. */
#define CUT "S: 220\nC: EHLO me\n"

static void
test_cut_replies(void **state)
{
	static const struct row rows[] = {
		{ "the same", "smtp", CUT "S: 250-a\nS: 250-b\n<closed>\n",
		    "220\n!hush 250-a\n!hush 250-b\n!close\n", SAID "ENDS|",
		    "1 4 5 ", NULL },
		{ "other lines", "smtp", CUT "S: 250-a\n<closed>\n",
		    "220\n!hush 250-x\n!hush 250-y\n!close\n", SAID "ENDS|",
		    "1 3 4 ", NULL },
		{ "another code", "smtp", CUT "S: 250-a\n<closed>\n",
		    "220\n!hush 550-x\n!close\n", SAID "ENDS|", "1 -3 4 ",
		    "250-a + 550-x" },
		{ "a whole reply", "smtp", CUT "S: 250-a\n<closed>\n",
		    "220\n!hush 250 x\n!close\n", SAID "ENDS|", "1 3 4 ",
		    NULL },
		{ "a whole reply, another one", "smtp",
		    CUT "S: 250-a\n<closed>\n", "220\n!hush 500 x\n!close\n",
		    SAID "ENDS|", "1 -3 4 ", NULL },
		{ "nothing", "smtp", CUT "S: 250-a\n<closed>\n",
		    "220\n!close\n", SAID "ENDS|", "1 -3 4 ", NULL },
		{ "half a line", "smtp",
		    CUT "S: 250-a\nS% 250-b\\c\n<closed>\n",
		    "220\n!hush 250-a\n!close\n", SAID "ENDS|", "1 5 5 ",
		    NULL },
		{ "a pattern of it", "smtp",
		    CUT "S: 250-a\nS~ 250-x\n<closed>\n",
		    "220\n!hush 250-a\n!hush 250-x\n!close\n", SAID "ENDS|",
		    "1 4 5 ", NULL },
		{ "a pattern that is not met", "smtp",
		    CUT "S: 250-a\nS~ 250-x\n<closed>\n",
		    "220\n!hush 250-a\n!hush 250-b\n!close\n", SAID "ENDS|",
		    "1 -4 5 ", NULL },
		{ "lines behind an answer", "pop3",
		    "S: +OK\nC: LIST\nS: +OK\nS: 1 9\n<closed>\n",
		    "+OK\n!hush +OK x\n!hush 1 8\n!close\n", "LIST|ENDS|",
		    "1 4 5 ", NULL },
		{ "another answer", "pop3",
		    "S: +OK\nC: LIST\nS: +OK\nS: 1 9\n<closed>\n",
		    "+OK\n!hush -ERR x\n!close\n", "LIST|ENDS|", "1 -3 5 ",
		    NULL },
		{ "it does not close", "smtp", CUT "S: 250-a\n<closed>\n",
		    "220\n!hush 250 x\n", SAID "ENDS|", "1 -4 ", NULL },
	};

	(void)state;
	play_rows(rows, ROWS(rows), MATCH_BY_STATUS);
}

static void
test_cut_texts(void **state)
{
	static const struct row rows[] = {
		{ "the same", "smtp", CUT "S: 250-a\nS: 250-b\n<closed>\n",
		    "220\n!hush 250-a\n!hush 250-b\n!close\n", SAID "ENDS|",
		    "1 4 5 ", NULL },
		{ "another line", "smtp", CUT "S: 250-a\nS: 250-b\n<closed>\n",
		    "220\n!hush 250-a\n!hush 250-c\n!close\n", SAID "ENDS|",
		    "1 -4 5 ", NULL },
		{ "a line less", "smtp", CUT "S: 250-a\nS: 250-b\n<closed>\n",
		    "220\n!hush 250-a\n!close\n", SAID "ENDS|", "1 -4 5 ",
		    NULL },
		{ "a line more", "smtp", CUT "S: 250-a\n<closed>\n",
		    "220\n!hush 250-a\n!hush 250-b\n!close\n", SAID "ENDS|",
		    "1 -3 4 ", NULL },
	};

	(void)state;
	play_rows(rows, ROWS(rows), MATCH_BY_TEXT);
}

/* Bytes as they are to be, and what goes out with what. */
static void
test_bytes(void **state)
{
	static const struct row rows[] = {
		{ "joined", "smtp",
		    "S: 220\nC: STARTTLS\nC+ EHLO x\nS: 220\n<TLS>\n"
		    "<silence 1>\nC: NOOP\nS: 250\n",
		    "220\n220 go\n250 b\n", "STARTTLS|+EHLO x|HUSH|NOOP|",
		    "1 4 5 6 8 ", NULL },
		{ "joined, and what it brings", "smtp",
		    "S: 220\nC: STARTTLS\nC+ EHLO x\nS: 220\n<TLS>\n"
		    "<silence 1>\nC: NOOP\nS: 250\n",
		    "220\n220 go\n!hush 250 injected\n500\n",
		    "STARTTLS|+EHLO x|HUSH|NOOP|", "1 4 5 -6 8 ", NULL },
		{ "two lines in one", "smtp",
		    "S: 220\nC$ MAIL FROM:<>\\r\\nRCPT TO:<a>\nS: 250\nS: 550\n"
		    "C: QUIT\nS: 221\n",
		    "220\n250\n250\n221\n", "MAIL FROM:<>\r\nRCPT TO:<a>|QUIT|",
		    "1 3 -4 6 ", "4: MAIL FROM:<> - 550 + 250" },
		{ "a line in pieces", "smtp",
		    "S: 220\nC$ NO\\c\nC: OP\nS: 250\nC: QUIT\nS: 221\n",
		    "220\n250\n221\n", "NOOP|QUIT|", "1 4 6 ", NULL },
		{ "a line in pieces, with a pause", "smtp",
		    "S: 220\nC$ EHL\\c\n<pause 1>\nC: O me\nS: 250\nC: QUIT\n"
		    "S: 221\n",
		    "220\n250\n221\n", "EHL\\c|HUSH|O me|QUIT|", "1 5 7 ",
		    NULL },
		{ "the same, by its beginning", "smtp",
		    "S: 220\nC$ EHL\\c\n<silence 1>\nC: O me\nS: 250\n",
		    "220\n550\n", "EHL\\c|HUSH|O me|", "1 3 -5 ",
		    "5: EHL\\c - 250 + 550" },
		{ "LF ends it for some", "smtp",
		    "S: 220\nC$ NO\\c\n<pause 1>\nC$ OP\\n\\c\nS: 250\n"
		    "C: QUIT\nS: 221\n",
		    "220\n250\n221\n", "NO\\c|HUSH|OP\n\\c|QUIT|", "1 5 7 ",
		    NULL },
		{ "data in pieces", "smtp",
		    "S: 220\nC: DATA\nS: 354\nC$ a\\c\n<pause 1>\nC: .\n"
		    "C$ .\\c\n<pause 1>\nC: a\nC$ .\\c\n<pause 1>\nC:\n"
		    "S: 250\n",
		    "220\n354\n250\n",
		    "DATA|a\\c|HUSH|.|.\\c|HUSH|a|.\\c|HUSH||", "1 3 13 ",
		    NULL },
		{ "a literal and more in pieces", "imap",
		    "S: * OK\nC: a LOGIN {2+}\nC$ me {3\\c\n<pause 1>\nC: +}\n"
		    "C: you\nS: a OK\n",
		    "* OK\na OK\n", "a LOGIN {2+}|me {3\\c|HUSH|+}|you|",
		    "1 7 ", NULL },
		{ "a literal without a line end", "imap",
		    "S: * OK\nC: a LOGIN {2+}\nC$ me\\c\nC$  {3+}\nC$ you\\c\n"
		    "C:\nS: a OK\n",
		    "* OK\na OK\n", "a LOGIN {2+}|me {3+}|you|", "1 7 ", NULL },
		{ "any bytes", "smtp", "S: 220\nC$ \\xff\\x00\\t\\\\\nS: 500\n",
		    "220\n500\n", "\xff", "1 3 ", NULL },
	};

	(void)state;
	play_rows(rows, ROWS(rows) - 1, MATCH_BY_STATUS);
}

/* What is secret is sent, and shown nowhere. */
static void
test_secrets(void **state)
{
	static const struct row rows[] = {
		{ "a variable", "smtp",
		    HELLO "C$ AUTH PLAIN ${secret:1}\nS: 235\n",
		    "220\n250\n500 what is \"AUTH PLAIN hunter2\"?\n",
		    SAID "AUTH PLAIN [hunter2]|", "1 3 -5 ",
		    "5: AUTH PLAIN ${secret:1} - 235 + "
		    "500 what is \"AUTH PLAIN ********\"?" },
		{ "an argument", "pop3", "S: +OK\nC: PASS hunter2\nS: +OK\n",
		    "+OK\n-ERR\n", "PASS hunter2|", "1 -3 ",
		    "3: PASS ******** - +OK" },
		{ "in a template", "pop3",
		    "S: +OK\nC$ PASS hunter2\\x21\nS: +OK\n", "+OK\n-ERR\n",
		    "PASS hunter2!|", "1 -3 ", "3: PASS ******** - +OK" },
		{ "in an escape", "pop3",
		    "S: +OK\nC$ \\x50ASS hunter2\nS: +OK\n", "+OK\n-ERR\n",
		    "PASS hunter2|", "1 -3 ", "3: ******** - +OK" },
		{ "a line", "smtp",
		    HELLO "C: AUTH LOGIN\nS: 334\nC: bWU=\nS: 334\n",
		    "220\n250\n334\n535\n", SAID "AUTH LOGIN|bWU=|",
		    "1 3 5 -7 ", "7: ******** - 334 + 535" },
		{ "in pieces", "pop3",
		    "S: +OK\nC$ PASS hun\\c\n<pause 1>\nC: ter2\nS: +OK\n",
		    "+OK\n-ERR\n", "PASS hun\\c|HUSH|[ter2]|", "1 -5 ",
		    "5: PASS ******** - +OK" },
		{ "of which the rest is not said", "pop3",
		    "S: +OK\nC$ PASS hun\\c\n<closed>\nC: ter2\nS: +OK\n",
		    "+OK\n!close\n", "PASS hun\\c|ENDS|", "1 3 -4 ",
		    "4: ******** !" },
		{ "a line that is not said", "pop3",
		    "S: +OK\nC: PASS hunter2\nC: QUIT\n", "+OK\n!close\n",
		    "PASS hunter2|", "1 -3 ", "3: QUIT !" },
		{ "one for which nobody is there", "pop3",
		    "S: +OK\n<pause 1>\nC: PASS hunter2\n", "+OK\n!more x\n",
		    "HUSH|PASS hunter2|", "1 ", NULL },
		{ "nobody is there", "pop3",
		    "S: +OK\nC: NOOP\nS: +OK\n<TLS | closed>\nC: PASS x\n",
		    "+OK\n+OK\n!close\n", "NOOP|ENDS|", "1 3 4 ", NULL },
		{ "out of step", "smtp",
		    HELLO "C: STARTTLS\nS: 220\nC: AUTH PLAIN hunter2\n",
		    "220\n250\n454\n", SAID "STARTTLS|", "1 3 -5 -6 ",
		    "6: AUTH PLAIN ******** ! the dialogues" },
	};
	struct buf transcript = { 0 }, server = { 0 };
	struct scene s;
	char token[700];

	(void)state;
	play_rows(rows, ROWS(rows), MATCH_BY_STATUS);
	/* A long one, too, which no report shows whole. */
	memset(token, 't', sizeof token - 1);
	token[sizeof token - 1] = '\0';
	buf_adds(&transcript, HELLO "C$ AUTH XOAUTH2 ${secret:t}\nS: 235\n");
	buf_addf(&server, "220\n250\n500 not %s\n", token);
	buf_add(&server, "", 1);
	begin(&s, buf_bytes(&server), "smtp");
	set(&s.vars, "secret:t", token);
	assert_true(scene_play(&s, buf_bytes(&transcript), transcript.len));
	assert_true(scene_is(&s.found, "1 3 -5 "));
	assert_true(scene_has(&s.told, "+ 500 not ********"));
	assert_false(scene_has(&s.told, "tttt"));
	scene_end(&s);
	buf_free(&transcript);
	buf_free(&server);
}

/*
 * One byte of a status in the transcript is another: the line in which it
 * stands is named.
 */
static void
mutate(const struct example *e, char *text, size_t at, size_t len,
    const char *other)
{
	struct scene s;
	struct buf changed = { 0 };
	unsigned long line = 1;
	char name[32];
	size_t i;

	for (i = 0; i < at; i++)
		line += text[i] == '\n';
	snprintf(name, sizeof name, "-%lu ", line);
	buf_add(&changed, text, at);
	buf_adds(&changed, other);
	buf_adds(&changed, text + at + len);
	begin(&s, e->server, NULL);
	assert_true(scene_play(&s, buf_bytes(&changed), changed.len));
	if (!scene_has(&s.found, name))
		fail_msg("%s: \"%s\" in line %lu is not found: %.*s", e->name,
		    other, line, (int)s.told.len, scene_some(&s.told));
	scene_end(&s);
	buf_free(&changed);
}

/* Each digit of a code, and each other word. */
static unsigned
mutate_status(const struct example *e, char *text, size_t at)
{
	static const char *const words[] = { "+OK", "-ERR", "OK", "NO", "BAD" };
	static const char *const others[] = { "-ERR", "+OK", "NO", "BAD",
		"OK" };
	/* In a reply of several lines one without a code goes on with it. */
	bool inside =
	    text[at + 3] == '-' || strncmp(text + at, "250 HELP", 8) == 0;
	unsigned done = 0;
	size_t i, k;

	for (i = 0; i < 3 && text[at] >= '2' && text[at] <= '5'; i++) {
		char digit[2] = "0";

		for (; digit[0] <= '9'; digit[0]++) {
			if (digit[0] == text[at + i] ||
			    (i == 0 && inside &&
				(digit[0] < '1' || digit[0] > '5')))
				continue;
			mutate(e, text, at + i, 1, digit);
			done++;
		}
	}
	if (text[at] == '*' || text[at] == 'a')
		at += strcspn(text + at, " ") + 1;
	for (k = 0; k < ROWS(words); k++) {
		size_t len = strlen(words[k]);

		if (strncmp(text + at, words[k], len) != 0)
			continue;
		mutate(e, text, at, len, others[k]);
		done++;
		break;
	}
	return done;
}

static void
test_mutations(void **state)
{
	unsigned done = 0;
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(examples); i++) {
		char *text = strdup(examples[i].transcript), *p;

		for (p = text; *p != '\0'; p = strchr(p, '\n') + 1) {
			if (strncmp(p, "S: ", 3) == 0 ||
			    strncmp(p, "S$ ", 3) == 0)
				done += mutate_status(&examples[i], text,
				    (size_t)(p + 3 - text));
		}
		free(text);
	}
	/* 31 codes of 3 digits, and the words. */
	assert_true(done > 500);
}

/* A large reply is not kept, in the file or from the server, and takes no
 * longer for each of its lines. */
static void
test_large(void **state)
{
	enum { LINES = 100000 };
	struct buf transcript = { 0 }, server = { 0 };
	struct scene s;
	size_t i;

	(void)state;
	buf_adds(&transcript, "S: +OK\nC: RETR 1\nS: +OK\nS~ ^last\n");
	buf_adds(&server, "+OK\n+OK\n");
	for (i = 0; i < LINES; i++) {
		buf_adds(&transcript, "S: a line of the message\n");
		buf_adds(&server, "a line of another message\n");
	}
	buf_adds(&transcript, "S: .\nC: QUIT\nS: +OK\n");
	buf_add(&server, "last\n.\n+OK\n", 12);
	begin(&s, buf_bytes(&server), "pop3");
	assert_true(scene_play(&s, buf_bytes(&transcript), transcript.len));
	assert_true(scene_is(&s.found, "1 100005 100007 "));
	assert_true(s.most < 4096);
	scene_end(&s);
	buf_free(&server);
	buf_free(&transcript);
}

/* So many lines of ours, too. */
static void
test_large_data(void **state)
{
	enum { LINES = 100000 };
	struct buf transcript = { 0 };
	struct scene s;
	size_t i;

	(void)state;
	buf_adds(&transcript, "S: 220\nC: DATA\nS: 354\n");
	for (i = 0; i < LINES; i++)
		buf_adds(&transcript, "C: a line of the message\n");
	buf_adds(&transcript, "C: .\nS: 250\n");
	begin(&s, "220\n354\n250\n", "smtp");
	assert_true(scene_play(&s, buf_bytes(&transcript), transcript.len));
	assert_true(scene_is(&s.found, "1 3 100005 "));
	scene_end(&s);
	buf_free(&transcript);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_examples),
		cmocka_unit_test(test_cut_replies),
		cmocka_unit_test(test_cut_texts),
		cmocka_unit_test(test_replies),
		cmocka_unit_test(test_protocols),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_modes),
		cmocka_unit_test(test_out_of_step),
		cmocka_unit_test(test_events),
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_secrets),
		cmocka_unit_test(test_mutations),
		cmocka_unit_test(test_large),
		cmocka_unit_test(test_large_data),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
