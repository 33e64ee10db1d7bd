/* SPDX-License-Identifier: ISC */
/* transcript_test.c - what each line of a transcript is, and what is none. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "buf.h"
#include "fail.h"
#include "transcript.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

/* The item as "LINE KIND|TEXT|", with $, % or + behind the kind. */
static void
dump_item(struct buf *to, const struct item *item)
{
	static const char *const kinds[] = { "say", "file", "hear", "some",
		"none", "rest", "event", "time" };
	static const char *const events[] = { "connect", "protocol", "match",
		"upgrade", "auth", "close", "pause", "within", "silence", "set",
		"skip", "never" };
	static const char *const hows[] = { "", "%", "$" };

	/* A caller may take the text for a string. */
	assert_int_equal(strlen(item->text), item->len);
	buf_addf(to, "%lu %s%s%s|", item->line,
	    item->kind == ITEM_EVENT ? events[item->event] : kinds[item->kind],
	    hows[item->how], item->joined ? "+" : "");
	if (item->kind == ITEM_TIME)
		buf_addf(to, "%g", item->seconds);
	else if (item->kind == ITEM_EVENT && item->event == EVENT_UPGRADE)
		buf_addf(to, "%u", item->accepts);
	else if (item->kind != ITEM_REST)
		buf_add(to, item->text, item->len);
	buf_adds(to, "|\n");
}

static void
dump(struct transcript *t, struct buf *to)
{
	unsigned long before = 0;
	struct item item;
	struct fail f;
	int rc;

	while ((rc = transcript_next(t, &item, &f)) > 0) {
		assert_true(item.line > before);
		before = item.line;
		dump_item(to, &item);
	}
	assert_int_equal(rc, 0);
	assert_int_equal(transcript_next(t, &item, &f), 0);
	buf_add(to, "", 1);
}

/* These are the items, both times. */
static void
assert_items(struct transcript *t, const char *want)
{
	int i;

	for (i = 0; i < 2; i++) {
		struct buf got = { 0 };

		dump(t, &got);
		assert_string_equal(buf_bytes(&got), want);
		buf_free(&got);
		transcript_rewind(t);
	}
}

static void
assert_text(const char *text, size_t n, const char *want)
{
	struct transcript t;
	struct fail f;

	f.text[0] = '\0';
	if (transcript_text(&t, "x.telex", text, n, &f) < 0)
		fail_msg("%s\n%.*s", f.text, (int)n, text);
	assert_items(&t, want);
	transcript_close(&t);
}

/* With CR LF for LF, or with blanks before each line: the same items. */
static void
assert_text_anyhow(const char *text, const char *want)
{
	struct buf crlf = { 0 }, indented = { 0 };
	const char *p;

	for (p = text; *p != '\0'; p++) {
		if (p == text || p[-1] == '\n')
			buf_adds(&indented, "\t  ");
		if (*p == '\n')
			buf_adds(&crlf, "\r");
		buf_add(&crlf, p, 1);
		buf_add(&indented, p, 1);
	}
	assert_text(text, strlen(text), want);
	assert_text(buf_bytes(&crlf), crlf.len, want);
	assert_text(buf_bytes(&indented), indented.len, want);
	buf_free(&crlf);
	buf_free(&indented);
}

static const struct {
	const char *text;
	const char *want;
} rows[] = {
	{ "", "" },
	/* Labels. */
	{ "C: EHLO me\n", "1 say|EHLO me|\n" },
	{ "S: 250 ok\n", "1 hear|250 ok|\n" },
	{ "C$ MAIL FROM:<${me}>\\r\\n\\c\n",
	    "1 say$|MAIL FROM:<${me}>\\r\\n\\c|\n" },
	{ "S$ 250 ${} ${id}\n", "1 hear$|250 ${} ${id}|\n" },
	{ "S% 250 \\x1b ${}\\c\n", "1 hear%|250 \\x1b ${}\\c|\n" },
	{ "S% ${ $\n", "1 hear%|${ $|\n" },
	{ "S~ ^250[ -]\n", "1 some|^250[ -]|\n" },
	{ "S! a|b\n", "1 none|a|b|\n" },
	{ "C< a file.eml\n", "1 file|a file.eml|\n" },
	{ "C: STARTTLS\nC+ EHLO ${x}\\\n",
	    "1 say|STARTTLS|\n2 say+|EHLO ${x}\\|\n" },
	{ "C$ a\n\n# why\nC+ b\nC+ <c>\n",
	    "1 say$|a|\n4 say+|b|\n5 say+|<c>|\n" },
	{ "# x\n# +2 s\nC: a\n# +3 s\nC+ b\n",
	    "2 time|2|\n3 say|a|\n4 time|3|\n5 say+|b|\n" },
	/* RFC 3977. */
	{ "[C] MODE READER\n[S] 200 hello\n[C]\n",
	    "1 say|MODE READER|\n2 hear|200 hello|\n3 say||\n" },
	/* Verbatim is verbatim. */
	{ "C: \\x00 ${a} \\ # <x> \n", "1 say|\\x00 ${a} \\ # <x> |\n" },
	{ "C: #\nC: ...\nS: <a> b\nC: C: x\nS: \xff\xfe\t\n",
	    "1 say|#|\n2 say|...|\n3 hear|<a> b|\n4 say|C: x|\n"
	    "5 hear|\xff\xfe\t|\n" },
	/* An empty line, with and without blanks. */
	{ "C:\nC: \nS:\nC$\nS$\nS%\n",
	    "1 say||\n2 say||\n3 hear||\n4 say$||\n5 hear$||\n6 hear%||\n" },
	{ "C: a\nC:   \n", "1 say|a|\n2 say|  |\n" },
	/* Comments, blank lines, times. */
	{ "# telex transcript 1\n#\n\n   \n#C: x\n\t# y\n", "" },
	{ "# telex transcript 1 \n# telex transcripts 2\n"
	  "# telex transcript of mine\n",
	    "" },
	{ "# +0.214 s\n# +17 s\n# +0.5\n# 0.5 s\n# + s\n# +1 s.\n# +a s\n",
	    "1 time|0.214|\n2 time|17|\n" },
	/* Ellipses. */
	{ "...\n. . .\n[...]\n... \nS: 2\n  ...\n",
	    "1 rest||\n2 rest||\n3 rest||\n4 rest||\n5 hear|2|\n6 rest||\n" },
	/* Wrapped lines. */
	{ "S: 250 a\n   b\n\t c d \n e\nC: x\n",
	    "1 hear|250 a b c d e|\n5 say|x|\n" },
	{ "C$ a\n  ${b}\nS~ c\n  d\nC<\n  f\n",
	    "1 say$|a ${b}|\n3 some|c d|\n5 file|f|\n" },
	{ "C:\n   a\nC: \n   b\n", "1 say|a|\n3 say|b|\n" },
	{ "  C: a\n    b\n  # c\n  C: d\n", "1 say|a b|\n4 say|d|\n" },
	{ "C: a\n  b\n   S: c\n", "1 say|a b|\n3 hear|c|\n" },
	{ "C: a\n  # b\n  <c>\n", "1 say|a # b <c>|\n" },
	{ "S: <a message\n  and more>\n", "1 rest||\n" },
	{ "<TLS negotiation,\n   further commands>\nC: a\n",
	    "1 upgrade|1|\n3 say|a|\n" },
	/* Where the first line has lost its blanks, labels still count. */
	{ "S: 220 a\n   C: b\n   S: 250 c\n     d\n   <TLS>\n   ...\n",
	    "1 hear|220 a|\n2 say|b|\n3 hear|250 c d|\n5 upgrade|1|\n"
	    "6 rest||\n" },
	{ "     C: a\n  S: b\n      S: c\nS: d\n",
	    "1 say|a|\n2 hear|b|\n3 hear|c|\n4 hear|d|\n" },
	/* The blanks behind labels: RFC 1939 has four. */
	{ "S:    +OK\nC:     APOP\nC$    PASS ${p}\nC$ x\nS:\nS: y\n",
	    "1 hear|   +OK|\n2 say|    APOP|\n3 say$|   PASS ${p}|\n4 say$|x|\n"
	    "5 hear||\n6 hear|y|\n" },
	{ "S:    +OK\nC:     APOP\nC$    PASS ${p}\nC$ x\nS:   \n",
	    "1 hear|+OK|\n2 say| APOP|\n3 say$|PASS ${p}|\n4 say$|x|\n"
	    "5 hear||\n" },
	{ "S:    +OK\nC:  <close connection>\nS:  <wait for next one>\n",
	    "1 hear|+OK|\n2 close||\n" },
	{ "C:    <opens>\nC:    <closes>\nC$  a\n", "2 close||\n3 say$| a|\n" },
	{ "C: a\nS:   <not a direction>\n",
	    "1 say|a|\n2 hear|  <not a direction>|\n" },
	{ "C:\tEHLO\n", "1 say|EHLO|\n" },
	/* Events and stage directions; event_test.c has the others. */
	{ "<connect smtp://h:25>\n<protocol pop3: x>\n<never <a>>\n",
	    "1 connect|smtp://h:25|\n2 protocol|pop3|\n3 never|<a>|\n" },
	{ "S: <waits>\nC: <opens connection>\nS: <x> \nC: <starts TLS>\n"
	  "C & S: <negotiate a TLS session>\nC & S: <check it>\n"
	  "S: <TLS negotiation>\nC: <closes> \n",
	    "3 rest||\n4 upgrade|1|\n5 upgrade|1|\n7 upgrade|1|\n8 close||\n" },
	{ "C: a\n<pause 1>\nC$ <b>\nS% <c>\nS$ <d>\n",
	    "1 say|a|\n2 pause|1|\n3 say$|<b>|\n4 hear%|<c>|\n"
	    "5 hear$|<d>|\n" },
	/* No line end at the end. */
	{ "C: a", "1 say|a|\n" },
	{ "<close>", "1 close||\n" },
};

static void
test_rows(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++)
		assert_text_anyhow(rows[i].text, rows[i].want);
}

/* What Windows puts first, and a CR that is part of a line. */
static void
test_bytes(void **state)
{
	static const char bom[] =
	    "\xef\xbb\xbf# telex transcript 1\nC: a\r\r\n";

	(void)state;
	assert_text(bom, sizeof bom - 1, "2 say|a\r|\n");
}

static void
test_fields(void **state)
{
	static const char text[] =
	    "  S: 250 a\n     b\n  <TLS | closed: note>\n"
	    "  C+ x\n";
	struct transcript t;
	struct item item;
	struct fail f;

	(void)state;
	assert_int_equal(transcript_text(&t, "x", text, strlen(text), &f), -1);
	assert_int_equal(transcript_text(&t, "x", text, strlen(text) - 7, &f),
	    0);
	assert_string_equal(t.name, "x");
	assert_int_equal(transcript_next(&t, &item, &f), 1);
	assert_string_equal(item.label, "S:");
	assert_int_equal(item.source_len, strlen("S: 250 a b"));
	assert_memory_equal(item.source, "S: 250 a b", item.source_len);
	assert_int_equal(transcript_next(&t, &item, &f), 1);
	assert_string_equal(item.label, "");
	assert_string_equal(item.text, "TLS | closed");
	assert_int_equal(item.accepts, ACCEPT_TLS | ACCEPT_CLOSED);
	assert_int_equal(item.source_len, strlen("<TLS | closed: note>"));
	assert_memory_equal(item.source, "<TLS | closed: note>",
	    item.source_len);
	assert_int_equal(transcript_next(&t, &item, &f), 0);
	transcript_close(&t);
	transcript_close(&t);
}

static void
test_wrong(void **state)
{
	static const struct {
		const char *text;
		const char *why;
	} bad[] = {
		{ "C: a\n\nhello\n",
		    "3: \"hello\" has no label (\"C:\" is for what we say, "
		    "\"S:\" for the server, \"#\" for a comment)" },
		{ "S: a\n\n  and b\n",
		    "3: \"and b\" has no label (\"C:\" is for what we say, "
		    "\"S:\" for the server, \"#\" for a comment)" },
		{ "S: a\n# c\n  b\x1b\n",
		    "3: \"b\\x1b\" has no label (\"C:\" is for what we say, "
		    "\"S:\" for the server, \"#\" for a comment)" },
		{ "c: a\n",
		    "1: \"c: a\" has no label (\"C:\" is for what we say, "
		    "\"S:\" for the server, \"#\" for a comment)" },
		{ "S: MAIL FROM:<a@b>\nR: 250 OK\n",
		    "2: RFC 821 has \"R:\" for the receiver and \"S:\" for the "
		    "sender (write \"S:\" and \"C:\")" },
		{ "C:EHLO\n", "1: there is no blank behind \"C:\"" },
		{ "S$250\n", "1: there is no blank behind \"S$\"" },
		{ "[C]QUIT\n", "1: there is no blank behind \"[C]\"" },
		{ "C & S:<x>\n", "1: there is no blank behind \"C & S:\"" },
		{ "# telex transcript 2\n",
		    "1: \"# telex transcript 2\" is of a newer telex (this one "
		    "reads transcripts of version 1)" },
		{ "# telex transcript 1\nC: a\n# telex transcript 10 b\n",
		    "3: \"# telex transcript 10 b\" is of a newer telex (this "
		    "one reads transcripts of version 1)" },
		{ "C: a\n<TLS\n",
		    "2: \"<TLS\" has no \">\" at its end, as an event has" },
		{ "<bye>\n",
		    "1: \"<bye>\" is no event (they are connect, protocol, "
		    "match, TLS, closed, auth, close, pause, within, silence, "
		    "set, skip, never)" },
		{ "\n<match x>\n",
		    "2: \"<match x>\" is not understood (write <match "
		    "status>, <match class> or <match text>)" },
		{ "<pause 86401>\n",
		    "1: \"<pause 86401>\" is not understood (write <pause "
		    "SECONDS>, 0 to 86400)" },
		{ "<never >\n",
		    "1: \"<never >\" is not understood (write <never "
		    "PATTERN>)" },
		{ "<never \\w>\n",
		    "1: POSIX patterns have no \"\\w\" (a digit is [0-9], a "
		    "blank [[:space:]])" },
		{ "S~\n", "1: the pattern is empty (\".*\" matches anything)" },
		{ "S! \\d\n",
		    "1: POSIX patterns have no \"\\d\" (a digit is [0-9], a "
		    "blank [[:space:]])" },
		{ "C: a\nC: <jumps>\n",
		    "2: \"<jumps>\" is no stage direction that is known "
		    "(behind \"C$\" it is a line to send)" },
		{ "C & S: <sing>\n",
		    "1: \"<sing>\" is no stage direction that is known "
		    "(behind \"C$\" it is a line to send)" },
		{ "C & S: EHLO\n",
		    "1: \"EHLO\" is no stage direction (\"C & S:\" has one "
		    "behind it, as <negotiate a TLS session>)" },
		{ "C$ ${}\n",
		    "1: \"${}\" stands for what the server says (a line of "
		    "ours has variables with names)" },
		{ "C<\n", "1: \"C<\" has no name of a file behind it" },
		{ "C+ a\n",
		    "1: \"C+\" has no line of ours right before it that it "
		    "could be sent with" },
		{ "C: a\nS: b\nC+ c\n",
		    "3: \"C+\" has no line of ours right before it that it "
		    "could be sent with" },
		{ "C: a\n<pause 1>\nC+ c\n",
		    "3: \"C+\" has no line of ours right before it that it "
		    "could be sent with" },
		{ "C< a\nC+ c\n",
		    "2: \"C+\" has no line of ours right before it that it "
		    "could be sent with" },
	};
	/* What others say of these is theirs. */
	static const char *const theirs[] = { "C$ \\q\n", "S$ ${\n",
		"S% \\x0\n", "C$ \\c \n", "S~ (\n", "S! [\n", "<never (>\n" };
	struct transcript t;
	char want[1024];
	struct fail f;
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(bad); i++) {
		f.text[0] = '\0';
		if (transcript_text(&t, "x.telex", bad[i].text,
			strlen(bad[i].text), &f) == 0)
			fail_msg("%s", bad[i].text);
		snprintf(want, sizeof want, "x.telex:%s", bad[i].why);
		assert_string_equal(f.text, want);
		assert_int_equal(f.status, STATUS_USAGE);
	}
	for (i = 0; i < ROWS(theirs); i++) {
		f.text[0] = '\0';
		assert_int_equal(transcript_text(&t, "\x1b.telex", theirs[i],
				     strlen(theirs[i]), &f),
		    -1);
		assert_memory_equal(f.text, "\\x1b.telex:1: ", 14);
		assert_true(strlen(f.text) > 14);
		assert_int_equal(f.status, STATUS_USAGE);
	}
	assert_int_equal(transcript_text(&t, "x", "C: a\0b\n", 7, &f), -1);
	assert_string_equal(f.text,
	    "x:1: this line has a NUL byte in it (which C$, S$ and S% write "
	    "as \\x00)");
}

/* An event so long that its argument needs new memory. */
static void
test_long_event(void **state)
{
	char text[480], *end = text + sizeof text;
	struct transcript t;
	struct item item;
	struct fail f;

	(void)state;
	memset(text, 'x', sizeof text);
	memcpy(text, "<set n=", 7);
	end[-1] = '>';
	assert_int_equal(transcript_text(&t, "x", text, sizeof text, &f), 0);
	assert_int_equal(transcript_next(&t, &item, &f), 1);
	assert_int_equal(item.source_len, sizeof text);
	assert_memory_equal(item.source, text, sizeof text);
	assert_int_equal(item.len, sizeof text - 6);
	assert_memory_equal(item.text, text + 5, sizeof text - 6);
	transcript_close(&t);
}

static void
test_rewind_at_once(void **state)
{
	struct transcript t;
	struct item item;
	struct fail f;

	(void)state;
	assert_int_equal(transcript_text(&t, "x", "C: a\nS: b\n", 10, &f), 0);
	assert_int_equal(transcript_next(&t, &item, &f), 1);
	transcript_rewind(&t);
	assert_items(&t, "1 say|a|\n2 hear|b|\n");
	transcript_close(&t);
}

/* A line of 16 MiB is none too long, but is with another behind it. */
static void
test_longest(void **state)
{
	size_t n = SHEET_MOST;
	char *text = malloc(n + 3);
	struct transcript t;
	struct fail f;

	(void)state;
	memset(text, 'x', n);
	memcpy(text, "C: ", 3);
	memcpy(text + n, "\n y", 3);
	assert_int_equal(transcript_text(&t, "x", text, n + 1, &f), 0);
	transcript_close(&t);
	assert_int_equal(transcript_text(&t, "x", text, n + 3, &f), -1);
	assert_string_equal(f.text,
	    "x:1: this line and those that continue it are longer than 16 "
	    "MiB");
	free(text);
}

/* Memory is that of a line, however many there are. */
static void
test_memory(void **state)
{
	char name[] = "/tmp/telex-transcript-XXXXXX";
	FILE *out = fdopen(mkstemp(name), "w");
	struct transcript t;
	struct item item;
	struct fail f;
	unsigned count = 0;
	int i;

	(void)state;
	for (i = 0; i < 100000; i++)
		fprintf(out, "C: command %d\nS: 250 reply\n   %d\n", i, i);
	fclose(out);
	assert_int_equal(transcript_open(&t, name, &f), 0);
	while (transcript_next(&t, &item, &f) > 0)
		count++;
	assert_int_equal(count, 200000);
	assert_int_equal(item.line, 299999);
	assert_true(t.here.size + t.sheet.line.size < 8192);
	transcript_close(&t);
	unlink(name);
	assert_int_equal(transcript_open(&t, name, &f), -1);
}

/* The manual's examples. */
static const char relay[] =
    "# telex transcript 1\n"
    "S: 220 foo.com Simple Mail Transfer Service Ready\n"
    "C: EHLO bar.com\n"
    "S: 250-foo.com greets bar.com\n"
    "S: 250-8BITMIME\n"
    "S: 250-SIZE\n"
    "S: 250-DSN\n"
    "S: 250 HELP\n"
    "C: MAIL FROM:<Smith@bar.com>\n"
    "S: 250 OK\n"
    "C: RCPT TO:<Green@foo.com>\n"
    "S: 550 No such user here\n"
    "C: DATA\n"
    "S: 354 Start mail input; end with <CRLF>.<CRLF>\n"
    "C: Blah blah blah...\n"
    "C: ...etc. etc. etc.\n"
    "C: .\n"
    "S: 250 OK\n"
    "C: QUIT\n"
    "S: 221 foo.com Service closing transmission channel\n";

static const char relay_items[] =
    "2 hear|220 foo.com Simple Mail Transfer Service Ready|\n"
    "3 say|EHLO bar.com|\n"
    "4 hear|250-foo.com greets bar.com|\n"
    "5 hear|250-8BITMIME|\n"
    "6 hear|250-SIZE|\n"
    "7 hear|250-DSN|\n"
    "8 hear|250 HELP|\n"
    "9 say|MAIL FROM:<Smith@bar.com>|\n"
    "10 hear|250 OK|\n"
    "11 say|RCPT TO:<Green@foo.com>|\n"
    "12 hear|550 No such user here|\n"
    "13 say|DATA|\n"
    "14 hear|354 Start mail input; end with <CRLF>.<CRLF>|\n"
    "15 say|Blah blah blah...|\n"
    "16 say|...etc. etc. etc.|\n"
    "17 say|.|\n"
    "18 hear|250 OK|\n"
    "19 say|QUIT|\n"
    "20 hear|221 foo.com Service closing transmission channel|\n";

static const char submission[] =
    "# telex transcript 1\n"
    "<protocol submission>\n"
    "S: 220 mail.example.org ESMTP\n"
    "C: EHLO client.example.org\n"
    "S! ^250[- ]AUTH\n"
    "S$ 250-STARTTLS\n"
    "S: 250 HELP\n"
    "C: STARTTLS\n"
    "S: 220 2.0.0 Ready to start TLS\n"
    "<TLS verified: TLSv1.3 TLS_AES_256_GCM_SHA384, mail.example.org>\n"
    "C: EHLO client.example.org\n"
    "S~ ^250[- ]AUTH .*PLAIN\n"
    "S: 250 HELP\n"
    "C$ AUTH PLAIN ${secret:1}\n"
    "S: 235 2.7.0 Authentication successful\n"
    "C: Subject: a \\backslash and a ${dollar} are themselves here\n"
    "C:\n"
    "C: ..a line that began with one dot\n"
    "C: .\n"
    "S$ 250 2.0.0 Ok: queued as ${id}\n"
    "C: QUIT\n"
    "S: 221 2.0.0 Bye\n"
    "<closed>\n";

static const char submission_items[] =
    "2 protocol|submission|\n"
    "3 hear|220 mail.example.org ESMTP|\n"
    "4 say|EHLO client.example.org|\n"
    "5 none|^250[- ]AUTH|\n"
    "6 hear$|250-STARTTLS|\n"
    "7 hear|250 HELP|\n"
    "8 say|STARTTLS|\n"
    "9 hear|220 2.0.0 Ready to start TLS|\n"
    "10 upgrade|2|\n"
    "11 say|EHLO client.example.org|\n"
    "12 some|^250[- ]AUTH .*PLAIN|\n"
    "13 hear|250 HELP|\n"
    "14 say$|AUTH PLAIN ${secret:1}|\n"
    "15 hear|235 2.7.0 Authentication successful|\n"
    "16 say|Subject: a \\backslash and a ${dollar} are themselves here|\n"
    "17 say||\n"
    "18 say|..a line that began with one dot|\n"
    "19 say|.|\n"
    "20 hear$|250 2.0.0 Ok: queued as ${id}|\n"
    "21 say|QUIT|\n"
    "22 hear|221 2.0.0 Bye|\n"
    "23 upgrade|8|\n";

/* As RFC 1939 has it, with four blanks, and two at the end. */
static const char pop3[] =
    "      S:    <wait for connection on TCP port 110>\n"
    "      C:    <open connection>\n"
    "      S:    +OK POP3 server ready <1896.697170952@dbc.mtview.ca.us>\n"
    "      C:    APOP mrose c4c9334bac560ecc979e58001b3e22fb\n"
    "      S:    +OK mrose's maildrop has 2 messages (320 octets)\n"
    "      C:    RETR 1\n"
    "      S:    +OK 120 octets\n"
    "      S:    <the POP3 server sends message 1>\n"
    "      S:    .\n"
    "      C:    QUIT\n"
    "      S:    +OK dewey POP3 server signing off (maildrop empty)\n"
    "      C:  <close connection>\n"
    "      S:  <wait for next connection>\n";

static const char pop3_items[] =
    "3 hear|+OK POP3 server ready <1896.697170952@dbc.mtview.ca.us>|\n"
    "4 say|APOP mrose c4c9334bac560ecc979e58001b3e22fb|\n"
    "5 hear|+OK mrose's maildrop has 2 messages (320 octets)|\n"
    "6 say|RETR 1|\n"
    "7 hear|+OK 120 octets|\n"
    "8 rest||\n"
    "9 hear|.|\n"
    "10 say|QUIT|\n"
    "11 hear|+OK dewey POP3 server signing off (maildrop empty)|\n"
    "12 close||\n";

static const char imap[] = "# telex transcript 1\n"
			   "<protocol imap>\n"
			   "S: * OK [CAPABILITY IMAP4rev1] ready\n"
			   "C: a001 SELECT INBOX\n"
			   "S$ * ${n} EXISTS\n"
			   "S: a001 OK [READ-WRITE] SELECT completed\n"
			   "C$ a002 FETCH ${n} BODY[HEADER]\n"
			   "S$ * ${n} FETCH (BODY[HEADER] {${}}\n"
			   "S: Subject: IMAP4rev1 WG mtg summary and minutes\n"
			   "S:\n"
			   "S: )\n"
			   "S: a002 OK FETCH completed\n"
			   "C: a003 APPEND INBOX {23}\n"
			   "S: + Ready for literal data\n"
			   "C: Subject: hi\n"
			   "C:\n"
			   "C: Hello.\n"
			   "C:\n"
			   "S: a003 OK APPEND completed\n";

static const char imap_items[] =
    "2 protocol|imap|\n"
    "3 hear|* OK [CAPABILITY IMAP4rev1] ready|\n"
    "4 say|a001 SELECT INBOX|\n"
    "5 hear$|* ${n} EXISTS|\n"
    "6 hear|a001 OK [READ-WRITE] SELECT completed|\n"
    "7 say$|a002 FETCH ${n} BODY[HEADER]|\n"
    "8 hear$|* ${n} FETCH (BODY[HEADER] {${}}|\n"
    "9 hear|Subject: IMAP4rev1 WG mtg summary and minutes|\n"
    "10 hear||\n"
    "11 hear|)|\n"
    "12 hear|a002 OK FETCH completed|\n"
    "13 say|a003 APPEND INBOX {23}|\n"
    "14 hear|+ Ready for literal data|\n"
    "15 say|Subject: hi|\n"
    "16 say||\n"
    "17 say|Hello.|\n"
    "18 say||\n"
    "19 hear|a003 OK APPEND completed|\n";

static const char refusal[] = "# This server must not relay for strangers.\n"
			      "S: 220\n"
			      "C: HELO stranger.example\n"
			      "S: 250\n"
			      "C: RCPT TO:<victim@example.net>\n"
			      "S$ 550 5.7.1 ${}\n"
			      "C: QUIT\n"
			      "S: 221\n";

static const char refusal_items[] = "2 hear|220|\n"
				    "3 say|HELO stranger.example|\n"
				    "4 hear|250|\n"
				    "5 say|RCPT TO:<victim@example.net>|\n"
				    "6 hear$|550 5.7.1 ${}|\n"
				    "7 say|QUIT|\n"
				    "8 hear|221|\n";

/* RFC 3207, section 5. */
static const char starttls[] =
    "   S: <waits for connection on TCP port 25>\n"
    "   C: <opens connection>\n"
    "   S: 220 mail.imc.org SMTP service ready\n"
    "   C: STARTTLS\n"
    "   S: 220 Go ahead\n"
    "   C: <starts TLS negotiation>\n"
    "   C & S: <negotiate a TLS session>\n"
    "   C & S: <check result of negotiation>\n"
    "   C: EHLO mail.example.com\n"
    "   S: 250-mail.imc.org touches your hand gently for a moment\n"
    "   . . .\n";

static const char starttls_items[] =
    "3 hear|220 mail.imc.org SMTP service ready|\n"
    "4 say|STARTTLS|\n"
    "5 hear|220 Go ahead|\n"
    "6 upgrade|1|\n"
    "7 upgrade|1|\n"
    "9 say|EHLO mail.example.com|\n"
    "10 hear|250-mail.imc.org touches your hand gently for a moment|\n"
    "11 rest||\n";

static void
test_examples(void **state)
{
	(void)state;
	assert_text_anyhow(relay, relay_items);
	assert_text_anyhow(submission, submission_items);
	assert_text_anyhow(pop3, pop3_items);
	assert_text_anyhow(imap, imap_items);
	assert_text_anyhow(refusal, refusal_items);
	assert_text_anyhow(starttls, starttls_items);
}

/* The text comes from a pipe. */
static void
test_standard_input(void **state)
{
	int before = dup(STDIN_FILENO), ends[2];
	struct transcript t;
	struct fail f;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_true(write(ends[1], relay, sizeof relay - 1) > 0);
	close(ends[1]);
	dup2(ends[0], STDIN_FILENO);
	close(ends[0]);
	assert_int_equal(transcript_open(&t, "-", &f), 0);
	assert_items(&t, relay_items);
	transcript_close(&t);
	assert_int_equal(pipe(ends), 0);
	assert_true(write(ends[1], "C: a\nb\n", 7) > 0);
	close(ends[1]);
	dup2(ends[0], STDIN_FILENO);
	close(ends[0]);
	assert_int_equal(transcript_open(&t, "-", &f), -1);
	assert_memory_equal(f.text, "standard input:2: \"b\"", 21);
	dup2(before, STDIN_FILENO);
	close(before);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_long_event),
		cmocka_unit_test(test_rewind_at_once),
		cmocka_unit_test(test_longest),
		cmocka_unit_test(test_memory),
		cmocka_unit_test(test_examples),
		cmocka_unit_test(test_standard_input),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
