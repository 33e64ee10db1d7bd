/* SPDX-License-Identifier: ISC */
/* paper_test.c - the dialogue that a transcript tells. */
#include <stdlib.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "buf.h"
#include "paper.h"
#include "protos.h"
#include "transcript.h"
#include "vars.h"

enum { STEPS = 16 };

/*
 * "C:" and "S:" say something, "C-" and "S-" without a line end, "P:" names
 * the protocol, "TLS" settles.  Behind it the replies that it completes, and
 * the turn that follows.
 */
struct step {
	const char *line;
	unsigned replies;
	enum turn turn;
};

struct row {
	const char *name;
	const char *proto; /* NULL: the lines tell */
	struct step steps[STEPS];
	const char *told; /* the protocol in the end */
};

static unsigned
step(struct paper *p, const char *line)
{
	const char *text = line + 2;
	struct heard h;

	switch (line[0]) {
	case 'C':
		paper_said_all(p, text, strlen(text), line[1] == '-');
		return 0;
	case 'S':
		return paper_heard(p, text, strlen(text), line[1] == '-', &h);
	case 'P':
		paper_proto(p, protos_find(text));
		return 0;
	default:
		paper_settle(p);
		return 0;
	}
}

static void
test_steps(void **state)
{
	static const struct row rows[] = {
		{ "SMTP", "smtp",
		    { { "S:220-a", 0, TURN_SERVER },
			{ "S:220 b", 1, TURN_COMMAND },
			{ "C:DATA", 0, TURN_SERVER }, { "S:354", 1, TURN_DATA },
			{ "C:QUIT", 0, TURN_DATA }, { "C:.", 0, TURN_SERVER },
			{ "S:250", 1, TURN_COMMAND },
			{ "C:QUIT", 0, TURN_SERVER },
			{ "S:221", 1, TURN_OVER } },
		    "smtp" },
		{ "DATA refused", "smtp",
		    { { "S:220", 1, TURN_COMMAND },
			{ "C:DATA", 0, TURN_SERVER },
			{ "S:503", 1, TURN_COMMAND } },
		    "smtp" },
		{ "in pieces", "smtp",
		    { { "S-22", 0, TURN_SERVER }, { "S-0 a", 0, TURN_SERVER },
			{ "S:", 1, TURN_COMMAND } },
		    "smtp" },
		{ "several lines", "smtp",
		    { { "S:220-a\r\n220 b\r\n250 c", 2, TURN_COMMAND },
			{ "C:RSET\r\nNOOP", 0, TURN_SERVER },
			{ "S:250", 1, TURN_SERVER },
			{ "S:250", 1, TURN_COMMAND },
			{ "C-NOOP\r\n", 0, TURN_SERVER },
			{ "S:250", 1, TURN_COMMAND } },
		    "smtp" },
		{ "junk", "smtp",
		    { { "S:what", 0, TURN_SERVER }, { "S:650", 0, TURN_SERVER },
			{ "S:220", 1, TURN_COMMAND } },
		    "smtp" },
		{ "STARTTLS", "smtp",
		    { { "S:220", 1, TURN_COMMAND },
			{ "C:STARTTLS", 0, TURN_SERVER },
			{ "S:220", 1, TURN_UPGRADE },
			{ "TLS", 0, TURN_COMMAND },
			{ "C:EHLO me", 0, TURN_SERVER } },
		    "smtp" },
		{ "a greeting under TLS", "sieve",
		    { { "S:OK", 1, TURN_COMMAND },
			{ "C:STARTTLS", 0, TURN_SERVER },
			{ "S:OK", 1, TURN_UPGRADE }, { "TLS", 0, TURN_SERVER },
			{ "S:OK", 1, TURN_COMMAND } },
		    "sieve" },
		{ "IMAP", "imap",
		    { { "S:* OK a", 1, TURN_COMMAND },
			{ "C:a LOGIN {2}", 0, TURN_SERVER },
			{ "S:* 1 EXISTS", 0, TURN_SERVER },
			{ "S:+ go", 1, TURN_LITERAL },
			{ "C:me {3}", 0, TURN_SERVER },
			{ "S:+ go", 1, TURN_LITERAL },
			{ "C:you", 0, TURN_SERVER },
			{ "S:a OK", 1, TURN_COMMAND } },
		    "imap" },
		{ "octets", "imap",
		    { { "S:* OK a", 1, TURN_COMMAND },
			{ "C:a FETCH 1", 0, TURN_SERVER },
			{ "S:* 1 FETCH {8}", 0, TURN_SERVER },
			{ "S:a OK", 0, TURN_SERVER },
			{ "S:a)", 0, TURN_SERVER },
			{ "S:a OK", 1, TURN_COMMAND } },
		    "imap" },
		{ "a literal without an end", "imap",
		    { { "S:* OK a", 1, TURN_COMMAND },
			{ "C:a LOGIN {4+}", 0, TURN_LITERAL },
			{ "C-me", 0, TURN_LITERAL }, { "C-us", 0, TURN_MORE },
			{ "C: x", 0, TURN_SERVER } },
		    "imap" },
		{ "POP3", "pop3",
		    { { "S:+OK", 1, TURN_COMMAND },
			{ "C:RETR 1", 0, TURN_SERVER },
			{ "S:+OK", 0, TURN_SERVER },
			{ "S:-ERR", 0, TURN_SERVER },
			{ "S:.", 1, TURN_COMMAND } },
		    "pop3" },
		{ "LMTP", "lmtp",
		    { { "S:220", 1, TURN_COMMAND },
			{ "C:RCPT TO:<a>", 0, TURN_SERVER },
			{ "S:250", 1, TURN_COMMAND },
			{ "C:RCPT TO:<b>", 0, TURN_SERVER },
			{ "S:250", 1, TURN_COMMAND },
			{ "C:DATA", 0, TURN_SERVER }, { "S:354", 1, TURN_DATA },
			{ "C:.", 0, TURN_SERVER }, { "S:250", 1, TURN_SERVER },
			{ "S:550", 1, TURN_COMMAND } },
		    "lmtp" },
		{ "XMPP", "xmpp",
		    { { "C:<stream:stream to='a' version='1.0'>", 0,
			  TURN_SERVER },
			{ "S-<stream:stream version='1.0'>", 0, TURN_SERVER },
			{ "S-<stream:features/>", 1, TURN_COMMAND },
			{ "C:<iq type='get' id='1'/>", 0, TURN_SERVER },
			{ "C:<iq type='get' id='2'/>", 0, TURN_SERVER },
			{ "S-<iq type='result' id='1'/><iq type='result' "
			  "id='2'/>",
			    2, TURN_COMMAND } },
		    "xmpp" },
		{ "told by the greeting", NULL,
		    { { "S:+OK hi", 1, TURN_COMMAND } }, "pop3" },
		{ "told by the first line", NULL,
		    { { "C:LHLO me", 0, TURN_SERVER },
			{ "S:220", 1, TURN_SERVER },
			{ "S:250", 1, TURN_COMMAND } },
		    "lmtp" },
		{ "told by none", NULL,
		    { { "S:hi", 1, TURN_COMMAND },
			{ "C:there", 0, TURN_COMMAND },
			{ "S:220 hi", 1, TURN_COMMAND } },
		    "raw" },
		{ "told by the second line", NULL,
		    { { "S:hi", 1, TURN_COMMAND },
			{ "C:EHLO me", 0, TURN_SERVER },
			{ "S:250", 1, TURN_COMMAND } },
		    "smtp" },
		{ "named before", "smtp",
		    { { "P:pop3", 0, TURN_SERVER },
			{ "S:+OK", 1, TURN_COMMAND } },
		    "pop3" },
		{ "named behind the greeting", NULL,
		    { { "S:hi", 1, TURN_COMMAND },
			{ "P:pop3", 0, TURN_COMMAND } },
		    "pop3" },
		{ "named later", "raw",
		    { { "C:open", 0, TURN_COMMAND },
			{ "P:smtp", 0, TURN_COMMAND },
			{ "C:EHLO me", 0, TURN_SERVER } },
		    "smtp" },
		{ "who does not greet", NULL, { { "P:irc", 0, TURN_COMMAND } },
		    "irc" },
	};
	size_t i, k;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct row *r = &rows[i];
		struct paper p;

		paper_start(&p,
		    r->proto == NULL ? NULL : protos_find(r->proto));
		for (k = 0; k < STEPS && r->steps[k].line != NULL; k++) {
			const struct step *s = &r->steps[k];
			unsigned replies = step(&p, s->line);

			if (replies != s->replies ||
			    dialog_turn(&p.dialog) != s->turn)
				fail_msg("%s, %s: %u replies, turn %d", r->name,
				    s->line, replies,
				    (int)dialog_turn(&p.dialog));
		}
		assert_string_equal(p.dialog.proto->name, r->told);
		paper_end(&p);
	}
}

static struct item
item_of(const char *text, enum item_text how)
{
	return (struct item){ .kind = ITEM_SAY,
		.how = how,
		.text = text,
		.len = strlen(text) };
}

static void
is(struct buf *b, const char *name, const char *text)
{
	buf_add(b, "", 1);
	if (strcmp(buf_bytes(b), text) != 0)
		fail_msg("%s: \"%s\" for \"%s\"", name, buf_bytes(b), text);
	buf_free(b);
}

static void
test_text(void **state)
{
	static const struct {
		const char *text;
		enum item_text how;
		const char *says;
		bool ended;
	} rows[] = {
		{ "${a}\\x41\\c", TEXT_VERBATIM, "${a}\\x41\\c", true },
		{ "${a}\\x41\\\\", TEXT_ESCAPED, "${a}A\\", true },
		{ "x\\c", TEXT_ESCAPED, "x", false },
		{ "${a}${b}${}${a}", TEXT_TEMPLATE, "1${b}${}1", true },
		{ "\\${a}\\x24{a}${b}\\c", TEXT_TEMPLATE, "${a}${a}${b}",
		    false },
		{ "", TEXT_TEMPLATE, "", true },
		{ "\\c", TEXT_TEMPLATE, "", false },
	};
	struct vars v = { NULL, 0 };
	size_t i;

	(void)state;
	vars_set(&v, "a", 1, "1", 1);
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct item item = item_of(rows[i].text, rows[i].how);
		struct buf b = { 0 };

		assert_int_equal(paper_text(&v, &item, &b), rows[i].ended);
		is(&b, rows[i].text, rows[i].says);
	}
	vars_free(&v);
}

/* What a report shows of a line of ours. */
static void
test_title(void **state)
{
	static const struct {
		const char *text;
		enum item_text how;
		const char *title;
	} rows[] = {
		{ "USER me", TEXT_VERBATIM, "USER me" },
		{ "PASS you", TEXT_VERBATIM, "PASS ********" },
		{ "PASS ${secret:a}", TEXT_VERBATIM, "PASS ********" },
		{ "PASS ${secret:a}", TEXT_TEMPLATE, "PASS ${secret:a}" },
		{ "PASS you${secret:a}", TEXT_TEMPLATE, "PASS ********" },
		{ "\\x50ASS you", TEXT_TEMPLATE, "********" },
		{ "PASS\\x20you", TEXT_TEMPLATE, "PASS********" },
		{ "PASS you\\c", TEXT_TEMPLATE, "PASS ********" },
		{ "USER me\\r\\nPASS you", TEXT_TEMPLATE, "USER me" },
		{ "PASS me\\r\\nPASS you", TEXT_TEMPLATE, "PASS ********" },
		{ "AUTH PLAIN ${secret:a}", TEXT_TEMPLATE,
		    "AUTH PLAIN ${secret:a}" },
		{ "", TEXT_VERBATIM, "" },
	};
	struct paper p;
	size_t i;

	(void)state;
	paper_start(&p, protos_find("pop3"));
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct item item = item_of(rows[i].text, rows[i].how);
		struct buf b = { 0 };

		paper_title(&p, &item, &b);
		is(&b, rows[i].text, rows[i].title);
	}
	paper_end(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_steps),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_title),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
