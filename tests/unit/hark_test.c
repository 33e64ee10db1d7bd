/* SPDX-License-Identifier: ISC */
/* hark_test.c - what a client says, held against one line of a transcript. */
#include <stdlib.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "hark.h"
#include "transcript.h"
#include "visitor.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

/*
 * One line that is expected.  How: x byte for byte; w the item is the whole
 * line, t a template; b no line end follows; L anything will do, g more of
 * ours follows at once, o octets do; f the client ends its lines in LF; E it
 * says no more.
 */
struct row {
	const char *name, *proto, *how;
	const char *before; /* as visitor_comes has it */
	const char *had;    /* of what it says, this has come; and then: */
	const char *said;
	enum said_kind kind;
	const char *text;
	const char *left; /* what is not taken; of a failure: its sentence */
	enum turn turn;
};

static bool
has(const struct row *row, char flag)
{
	return strchr(row->how, flag) != NULL;
}

static int
play(const struct row *row, struct visitor *v)
{
	struct item item = { .kind = ITEM_SAY,
		.how = has(row, 't') ? TEXT_TEMPLATE : TEXT_VERBATIM,
		.line = 7,
		.text = row->text,
		.len = strlen(row->text) };
	struct cue cue = { .item = &item,
		.text = row->text,
		.len = item.len,
		.bare = has(row, 'b'),
		.whole = has(row, 'w'),
		.loose = has(row, 'L'),
		.kind = row->kind,
		.goes_on = has(row, 'g'),
		.octets = has(row, 'o') };

	visitor_comes(v, row->proto, row->before);
	v->g.exact = has(row, 'x');
	v->g.lf = has(row, 'f');
	if (row->had[0] != '\0') {
		visitor_says(v, row->had);
		visitor_is_read(v);
	}
	if (row->said[0] != '\0')
		visitor_says(v, row->said);
	if (has(row, 'E'))
		shutdown(v->client, SHUT_WR);
	return hark(&v->g, &cue);
}

static void
play_rows(const struct row *rows, size_t n, bool good)
{
	unsigned wrong = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		const struct row *row = &rows[i];
		static struct visitor v;
		int rc = play(row, &v);
		enum turn turn = dialog_turn(&v.g.paper.dialog);

		if (good ? rc != 0 || !visitor_left(&v, row->left) ||
			    turn != row->turn :
			   rc != -1 || strcmp(v.g.why.text, row->left) != 0 ||
			    v.g.why.status != STATUS_DIFFERS) {
			wrong++;
			print_error("%s: %d, turn %d, left \"%.*s\", \"%s\"\n",
			    row->name, rc, (int)turn, (int)v.g.conn.in.len,
			    v.g.conn.in.len == 0 ? "" : buf_bytes(&v.g.conn.in),
			    v.g.why.text);
		}
		visitor_goes(&v);
	}
	assert_int_equal(wrong, 0);
}

#define GREETED "S:220 a\n"
#define DATA \
	GREETED "C:HELO a\nS:250 b\nC:MAIL FROM:<a@b>\nS:250 c\n" \
		"C:RCPT TO:<a@b>\nS:250 d\nC:DATA\nS:354 e\n"
#define AUTH GREETED "C:EHLO a\nS:250 b\nC:AUTH PLAIN\nS:334 \n"
#define IMAP "S:* OK a\n"
#define APPEND IMAP "C:a APPEND b {5}\nS:+ c\n"

/* Commands: the verb counts. */
static void
test_commands(void **state)
{
	static const struct row rows[] = {
		{ "itself", "smtp", "w", GREETED, "", "NOOP\r\n", SAID_COMMAND,
		    "NOOP", "", TURN_SERVER },
		{ "any arguments", "smtp", "w", GREETED, "", "helo b c\r\n",
		    SAID_COMMAND, "HELO a", "", TURN_SERVER },
		{ "no arguments", "smtp", "w", GREETED, "", "NOOP\r\n",
		    SAID_COMMAND, "NOOP twice", "", TURN_SERVER },
		{ "the next one stays", "smtp", "w", GREETED, "",
		    "NOOP\r\nQUIT\r\n", SAID_COMMAND, "NOOP", "QUIT\r\n",
		    TURN_SERVER },
		{ "in two parts", "smtp", "w", GREETED, "NO", "OP\r\n",
		    SAID_COMMAND, "NOOP", "", TURN_SERVER },
		{ "the end in two parts", "smtp", "w", GREETED, "NOOP\r", "\n",
		    SAID_COMMAND, "NOOP", "", TURN_SERVER },
		{ "before it leaves", "smtp", "wE", GREETED, "", "NOOP\r\n",
		    SAID_COMMAND, "NOOP", "", TURN_SERVER },
		{ "a verb that nobody knows", "smtp", "w", GREETED, "",
		    "xblurdy 2\r\n", SAID_COMMAND, "XBLURDY 1", "",
		    TURN_SERVER },
		{ "the rest of one", "smtp", "w", GREETED "c:HEL\n", "",
		    "O b c\r\n", SAID_COMMAND, "O a", "", TURN_SERVER },
		{ "its arguments", "smtp", "w", GREETED "c:HELO \n", "",
		    "b c\r\n", SAID_COMMAND, "a", "", TURN_SERVER },
		{ "the rest of one that nobody knows", "smtp", "w",
		    GREETED "c:XX\n", "", "Y b\r\n", SAID_COMMAND, "Y a", "",
		    TURN_SERVER },
		{ "another tag", "imap", "w", IMAP, "", "b2 noop\r\n",
		    SAID_COMMAND, "a1 NOOP", "", TURN_SERVER },
		{ "no verb at all", "raw", "w", "", "", "hello\r\n", SAID_FREE,
		    "HELLO", "", TURN_COMMAND },
		{ "a template, else", "smtp", "wt", GREETED, "", "HELO b\r\n",
		    SAID_COMMAND, "HELO a", "", TURN_SERVER },
		{ "an XML tag", "xmpp", "w", "", "", "<a/><b/>", SAID_FREE,
		    "<a/>", "<b/>", TURN_COMMAND },
		{ "two tags, and ends", "xmpp", "w", "", "\r\n<a>", "\n</a>\n",
		    SAID_FREE, "<a>\n</a>", "\n", TURN_COMMAND },
	};

	(void)state;
	play_rows(rows, ROWS(rows), true);
}

#define DIFFERS(line, said) \
	"t:7: expected \"" line "\", the client said \"" said "\""
#define LEFT(line) \
	"t:7: expected \"" line "\", the client closed the connection"

static void
test_other_commands(void **state)
{
	static const struct row rows[] = {
		{ "another verb", "smtp", "w", GREETED, "", "RSET\r\n",
		    SAID_COMMAND, "NOOP", DIFFERS("NOOP", "RSET"), 0 },
		{ "one that is unknown", "smtp", "w", GREETED, "", "NOOPS\r\n",
		    SAID_COMMAND, "NOOP", DIFFERS("NOOP", "NOOPS"), 0 },
		{ "two that are unknown", "smtp", "w", GREETED, "", "XONES\r\n",
		    SAID_COMMAND, "XONE", DIFFERS("XONE", "XONES"), 0 },
		{ "of the same length", "smtp", "w", GREETED, "", "XTWO\r\n",
		    SAID_COMMAND, "XONE", DIFFERS("XONE", "XTWO"), 0 },
		{ "the rest of another", "smtp", "w", GREETED "c:NO\n", "",
		    "OPS\r\n", SAID_COMMAND, "OP", DIFFERS("OP", "OPS"), 0 },
		{ "a secret in parts", "smtp", "xw", GREETED "c:AUTH PLAIN A\n",
		    "", "GFi\r\n", SAID_COMMAND, "GFh",
		    DIFFERS("GFh", "********"), 0 },
		{ "nothing", "smtp", "w", GREETED, "", "\r\n", SAID_COMMAND,
		    "NOOP", DIFFERS("NOOP", ""), 0 },
		{ "it leaves", "smtp", "wE", GREETED, "", "", SAID_COMMAND,
		    "NOOP", LEFT("NOOP"), 0 },
		{ "half a line, and it leaves", "smtp", "wE", GREETED, "",
		    "NOO", SAID_COMMAND, "NOOP", DIFFERS("NOOP", "NOO"), 0 },
		{ "octets where none are", "imap", "w", IMAP, "",
		    "a APPEND b {5}\r\n", SAID_COMMAND, "a APPEND b c",
		    DIFFERS("a APPEND b c", "a APPEND b {5}"), 0 },
		{ "octets at once", "imap", "wo", IMAP, "",
		    "a APPEND b {5+}\r\n", SAID_COMMAND, "a APPEND b {5}",
		    DIFFERS("a APPEND b {5}", "a APPEND b {5+}"), 0 },
		{ "one tag of two", "xmpp", "wE", "", "", "<a>", SAID_FREE,
		    "<a><b>", DIFFERS("<a><b>", "<a>"), 0 },
	};

	(void)state;
	play_rows(rows, ROWS(rows), false);
}

/* Byte for byte, but for line ends. */
static void
test_exact(void **state)
{
	static const struct row good[] = {
		{ "itself", "smtp", "xw", GREETED, "", "HELO a\r\n",
		    SAID_COMMAND, "HELO a", "", TURN_SERVER },
		{ "LF alone", "smtp", "xw", GREETED, "", "HELO a\n",
		    SAID_COMMAND, "HELO a", "", TURN_SERVER },
		{ "a template", "smtp", "xwt", GREETED, "", "HELO bcd\r\n",
		    SAID_COMMAND, "HELO ${name}", "", TURN_SERVER },
		{ "a part of a template", "smtp", "xt", GREETED, "",
		    "HELO a\r\n", SAID_COMMAND, "HELO a", "", TURN_SERVER },
		{ "a line of data", "smtp", "xwg", DATA, "", "b\r\n.\r\n",
		    SAID_DATA, "b", ".\r\n", TURN_DATA },
		{ "the end of data", "smtp", "xw", DATA, "", ".\r\n",
		    SAID_DATA_END, ".", "", TURN_SERVER },
		{ "a tag behind line ends", "xmpp", "xw", "", "", "\r\n\n<a/>",
		    SAID_FREE, "<a/>", "", TURN_COMMAND },
		{ "a secret", "smtp", "xw", AUTH, "", "AGEAYg==\r\n",
		    SAID_SECRET, "AGEAYg==", "", TURN_SERVER },
	};
	static const struct row bad[] = {
		{ "another argument", "smtp", "xw", GREETED, "", "HELO b\r\n",
		    SAID_COMMAND, "HELO a", DIFFERS("HELO a", "HELO b"), 0 },
		{ "a longer one", "smtp", "xw", GREETED, "", "HELO ab\r\n",
		    SAID_COMMAND, "HELO a", DIFFERS("HELO a", "HELO ab"), 0 },
		{ "small letters", "smtp", "xw", GREETED, "", "helo a\r\n",
		    SAID_COMMAND, "HELO a", DIFFERS("HELO a", "helo a"), 0 },
		{ "no such template", "smtp", "xwt", GREETED, "", "EHLO a\r\n",
		    SAID_COMMAND, "HELO ${a}", DIFFERS("HELO ${a}", "EHLO a"),
		    0 },
		{ "the text of a template", "smtp", "xwt", GREETED, "",
		    "HELO \\\\\r\n", SAID_COMMAND, "HELO \\\\",
		    DIFFERS("HELO \\\\", "HELO \\\\"), 0 },
		{ "other data", "smtp", "xwg", DATA, "", "c\r\n", SAID_DATA,
		    "b", DIFFERS("b", "c"), 0 },
		{ "another secret", "smtp", "xw", AUTH, "", "AGEAYw==\r\n",
		    SAID_SECRET, "AGEAYg==", DIFFERS("AGEAYg==", "********"),
		    0 },
	};

	(void)state;
	play_rows(good, ROWS(good), true);
	play_rows(bad, ROWS(bad), false);
}

/* What is no command is taken whatever it is, up to its end. */
static void
test_rest(void **state)
{
	static const struct row good[] = {
		{ "of data that goes on nothing is awaited", "smtp", "g", DATA,
		    "", "b\r\n", SAID_DATA, "x", "", TURN_DATA },
		{ "data", "smtp", "", DATA, "", "b\r\n..c\r\n.\r\nQUIT\r\n",
		    SAID_DATA_END, ".", "QUIT\r\n", TURN_SERVER },
		{ "no data", "smtp", "", DATA, "", ".\r\nQUIT\r\n",
		    SAID_DATA_END, ".", "QUIT\r\n", TURN_SERVER },
		{ "no data, in two parts", "smtp", "", DATA, ".", "\r\nQ",
		    SAID_DATA_END, ".", "Q", TURN_SERVER },
		{ "no data, later cut", "smtp", "", DATA, ".\r", "\nQ",
		    SAID_DATA_END, ".", "Q", TURN_SERVER },
		{ "the end cut behind CR", "smtp", "", DATA, "b\r", "\n.\r\nQ",
		    SAID_DATA_END, ".", "Q", TURN_SERVER },
		{ "the end cut behind LF", "smtp", "", DATA, "b\r\n", ".\r\nQ",
		    SAID_DATA_END, ".", "Q", TURN_SERVER },
		{ "the end cut behind the dot", "smtp", "", DATA,
		    "bcdefgh\r\n.", "\r\nQ", SAID_DATA_END, ".", "Q",
		    TURN_SERVER },
		{ "the end cut before LF", "smtp", "", DATA, "b\r\n.\r", "\nQ",
		    SAID_DATA_END, ".", "Q", TURN_SERVER },
		{ "a dot of LF is data", "smtp", "", DATA, "b\n.\n",
		    "c\r\n.\r\n", SAID_DATA_END, ".", "", TURN_SERVER },
		{ "a dot in the line is data", "smtp", "", DATA, "abcde",
		    ".\r\nb\r\n.\r\n", SAID_DATA_END, ".", "", TURN_SERVER },
		{ "LF alone, as it does", "smtp", "f", DATA, "b\n", "c\n.\nQ",
		    SAID_DATA_END, ".", "Q", TURN_SERVER },
		{ "no data, LF alone", "smtp", "f", DATA, "", ".\nQ",
		    SAID_DATA_END, ".", "Q", TURN_SERVER },
		{ "loose, where all else is exact", "smtp", "xL", DATA, "",
		    "b\r\n.\r\n", SAID_DATA, "x", "", TURN_SERVER },
		{ "octets", "imap", "", APPEND, "", "ab\r\nc\r\nd NOOP\r\n",
		    SAID_LITERAL, "x", "d NOOP\r\n", TURN_SERVER },
		{ "octets of LF alone", "imap", "", APPEND, "", "a\nb\nc\r\nd",
		    SAID_LITERAL, "x", "d", TURN_SERVER },
		{ "octets in parts", "imap", "", APPEND, "abc", "de\r\n",
		    SAID_LITERAL, "x", "", TURN_SERVER },
		{ "a secret", "smtp", "", AUTH, "", "AGEAYg==\r\n", SAID_SECRET,
		    "x", "", TURN_SERVER },
	};
	static const struct row bad[] = {
		{ "no end of data", "smtp", "E", DATA, "", "b\r\n.",
		    SAID_DATA_END, ".", DIFFERS(".", "b"), 0 },
		{ "no octets", "imap", "E", APPEND, "", "abc", SAID_LITERAL,
		    "x", LEFT("x"), 0 },
	};

	(void)state;
	play_rows(good, ROWS(good), true);
	play_rows(bad, ROWS(bad), false);
}

/* Octets that no line end follows. */
static void
test_bytes(void **state)
{
	static const struct row good[] = {
		{ "of a command", "smtp", "b", GREETED, "", "NOOP\r\n",
		    SAID_COMMAND, "NO", "OP\r\n", TURN_COMMAND },
		{ "all there", "raw", "b", "", "", "abcd", SAID_FREE, "abc",
		    "d", TURN_COMMAND },
		{ "in parts", "raw", "b", "", "a", "bc", SAID_FREE, "abc", "",
		    TURN_COMMAND },
		{ "none", "raw", "b", "", "", "", SAID_FREE, "", "",
		    TURN_COMMAND },
		{ "but tags are lines", "xmpp", "b", "", "", "<b/>", SAID_FREE,
		    "<b/>", "", TURN_COMMAND },
	};
	static const struct row bad[] = {
		{ "others", "raw", "b", "", "", "axc", SAID_FREE, "abc",
		    DIFFERS("abc", "axc"), 0 },
		{ "others at once", "raw", "b", "", "", "x", SAID_FREE, "abc",
		    DIFFERS("abc", "x"), 0 },
		{ "too few", "raw", "bE", "", "", "ab", SAID_FREE, "abc",
		    DIFFERS("abc", "ab"), 0 },
	};

	(void)state;
	play_rows(good, ROWS(good), true);
	play_rows(bad, ROWS(bad), false);
}

/* The rest of a line that was begun has no tag of its own. */
static void
test_tag_of_the_rest(void **state)
{
	static const struct {
		const char *before;
		size_t tags;
	} rows[] = { { IMAP, 1 }, { IMAP "c:a X \n", 0 } };
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct row row = { "rest", "imap", "w", rows[i].before, "",
			"b NOOP\r\n", SAID_COMMAND, "b NOOP", "", TURN_SERVER };
		static struct visitor v;

		assert_int_equal(play(&row, &v), 0);
		assert_int_equal(v.g.tags, rows[i].tags);
		visitor_goes(&v);
	}
}

/* How it ends its lines is kept, for the end of its data. */
static void
test_line_ends(void **state)
{
	struct row row = { "LF", "smtp", "w", GREETED, "", "NOOP\n",
		SAID_COMMAND, "NOOP", "", TURN_SERVER };
	static struct visitor v;

	(void)state;
	assert_int_equal(play(&row, &v), 0);
	assert_true(v.g.lf);
	visitor_goes(&v);
	row.said = "NOOP\r\n";
	row.how = "wf";
	assert_int_equal(play(&row, &v), 0);
	assert_false(v.g.lf);
	visitor_goes(&v);
}

#define TAG40 "a123456789b123456789c123456789d123456789"

/* Both tags of a command are kept, of what has some. */
static void
test_tags(void **state)
{
	static const struct {
		const char *text, *said, *tag, *own;
	} rows[] = {
		{ "a1 NOOP", "xyz9 noop\r\n", "a1", "xyz9" },
		{ "a1 NOOP", TAG40 " NOOP\r\n", "a1", TAG40 },
		{ TAG40 " NOOP", "a NOOP\r\n", TAG40, "a" },
		{ "NOOP", "NOOP\r\n", NULL, NULL },
		{ "NOOP", "a NOOP\r\n", NULL, NULL },
		{ "a1 NOOP", TAG40 "e NOOP\r\n", NULL, NULL },
		{ TAG40 "e NOOP", "a NOOP\r\n", NULL, NULL },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct row row = { "", "imap", "w", IMAP, "", rows[i].said,
			SAID_COMMAND, rows[i].text, "", TURN_SERVER };
		static struct visitor v;
		const struct alias *a = &v.g.aliases[0];

		assert_int_equal(play(&row, &v), 0);
		assert_int_equal(v.g.tags, rows[i].tag != NULL);
		if (rows[i].tag != NULL) {
			assert_int_equal(a->len, strlen(rows[i].tag));
			assert_memory_equal(a->tag, rows[i].tag, a->len);
			assert_int_equal(a->own_len, strlen(rows[i].own));
			assert_memory_equal(a->own, rows[i].own, a->own_len);
		}
		visitor_goes(&v);
	}
}

/* What a template takes is known from then on. */
static void
test_variables(void **state)
{
	struct row row = { "", "smtp", "wt", GREETED, "", "HELO bcd\r\n",
		SAID_COMMAND, "HELO ${name}", "", TURN_SERVER };
	static struct visitor v;
	const struct var *name;

	(void)state;
	assert_int_equal(play(&row, &v), 0);
	name = vars_get(&v.g.vars, "name", 4);
	assert_non_null(name);
	assert_int_equal(name->len, 3);
	assert_memory_equal(name->value, "bcd", 3);
	visitor_goes(&v);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_commands),
		cmocka_unit_test(test_other_commands),
		cmocka_unit_test(test_exact),
		cmocka_unit_test(test_rest),
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_tag_of_the_rest),
		cmocka_unit_test(test_line_ends),
		cmocka_unit_test(test_tags),
		cmocka_unit_test(test_variables),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
