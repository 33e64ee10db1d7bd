/* SPDX-License-Identifier: ISC */
/* begun_test.c - a line of ours that goes out in parts. */
#include <stdlib.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "begun.h"
#include "buf.h"
#include "dialog.h"
#include "protos.h"

#define PARTS 4

/* A part ends in "\" where no line end follows. */
static struct said
say(struct dialog *d, const char *part)
{
	size_t n = strlen(part);
	bool bare = n > 0 && part[n - 1] == '\\';
	struct said would = begun_would(d, part, n - bare);
	struct said s = begun_said(d, part, n - bare, bare);

	assert_int_equal(s.kind, would.kind);
	assert_ptr_equal(s.verb, would.verb);
	assert_int_equal(s.secret, would.secret);
	return s;
}

static void
test_parts(void **state)
{
	static const struct {
		const char *proto, *parts[PARTS];
		enum said_kind kind;
		const char *verb;
		size_t secret; /* of the last part */
		unsigned commands;
		enum turn turn;
	} rows[] = {
		{ "smtp", { "NOOP" }, SAID_COMMAND, "NOOP", 4, 1, TURN_SERVER },
		{ "smtp", { "NO\\" }, SAID_COMMAND, NULL, 2, 0, TURN_COMMAND },
		{ "smtp", { "NO\\", "OP" }, SAID_COMMAND, "NOOP", 2, 1,
		    TURN_SERVER },
		{ "smtp", { "N\\", "O\\", "\\", "OP" }, SAID_COMMAND, "NOOP", 2,
		    1, TURN_SERVER },
		{ "smtp", { "NO\\", "OP", "RSET" }, SAID_COMMAND, "RSET", 4, 2,
		    TURN_SERVER },
		/* what is secret of a part */
		{ "pop3", { "PA\\", "SS hunter2" }, SAID_COMMAND, "PASS", 3, 1,
		    TURN_SERVER },
		{ "pop3", { "PASS h\\", "unter2" }, SAID_COMMAND, "PASS", 0, 1,
		    TURN_SERVER },
		{ "pop3", { "PASS h\\", "unt\\" }, SAID_COMMAND, "PASS", 0, 0,
		    TURN_COMMAND },
		/* octets, and what stands behind them */
		{ "imap", { "a LOGIN {4+}", "us\\" }, SAID_LITERAL, NULL, 0, 1,
		    TURN_LITERAL },
		{ "imap", { "a LOGIN {4+}", "us\\", "er \\", "pw" }, SAID_MORE,
		    NULL, 0, 1, TURN_SERVER },
		{ "imap", { "a LOGIN {4+}", "user {2\\", "+}", "pw" },
		    SAID_LITERAL, NULL, 0, 1, TURN_SERVER },
		{ "imap", { "a LOGIN {4+}", "us\\", "er\\", " pw" }, SAID_MORE,
		    NULL, 1, 1, TURN_SERVER },
		{ "imap", { "a LOGIN {4+}", "user {2\\", "+}" }, SAID_MORE,
		    NULL, 2, 1, TURN_LITERAL },
		/* LF ends a line for some */
		{ "smtp", { "NOOP\n\\" }, SAID_COMMAND, "NOOP", 5, 1,
		    TURN_SERVER },
		{ "smtp", { "NO\\", "OP\n\\", "RSET" }, SAID_COMMAND, "RSET", 4,
		    2, TURN_SERVER },
		{ "smtp", { "NOOP\nRS\\", "ET" }, SAID_COMMAND, "NOOP", 2, 1,
		    TURN_SERVER },
		/* a line end in parts */
		{ "smtp", { "NOOP\r\\", "\n\\" }, SAID_COMMAND, "NOOP", 1, 1,
		    TURN_SERVER },
		{ "smtp", { "AUTH PLAIN A\\", "GFi\r\\", "\n\\" }, SAID_COMMAND,
		    "AUTH", 0, 1, TURN_SERVER },
		/* what others may take for a line */
		{ "smtp", { "X\\", "AUTH PLAIN AGFi" }, SAID_COMMAND, NULL, 11,
		    1, TURN_SERVER },
		/* lines that end elsewhere, or nowhere */
		{ "xmpp", { "<stream:stream>\\" }, SAID_COMMAND,
		    "<stream:stream>", 15, 1, TURN_SERVER },
		{ "raw", { "a\\", "b" }, SAID_FREE, NULL, 1, 0, TURN_COMMAND },
	};
	size_t i, n;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct said s = { .kind = SAID_FREE };
		struct dialog d;

		dialog_start(&d, protos_find(rows[i].proto), false);
		for (n = 0; n < PARTS && rows[i].parts[n] != NULL; n++)
			s = say(&d, rows[i].parts[n]);
		if (s.kind != rows[i].kind || s.secret != rows[i].secret ||
		    d.commands != rows[i].commands ||
		    dialog_turn(&d) != rows[i].turn)
			fail_msg("row %zu: kind %d, secret %zu, %u commands, "
				 "turn %d",
			    i, (int)s.kind, s.secret, d.commands,
			    (int)dialog_turn(&d));
		if (rows[i].verb != NULL && s.kind == SAID_COMMAND &&
		    (s.verb == NULL ||
			strncmp(s.verb->word, rows[i].verb, 4) != 0))
			fail_msg("row %zu: another verb", i);
		dialog_end(&d);
	}
}

/* A dot alone ends the data, one in a part does not. */
static void
test_data(void **state)
{
	struct dialog d;

	(void)state;
	dialog_start(&d, protos_find("smtp"), false);
	d.state = TURN_DATA;
	assert_int_equal(say(&d, "a\\").kind, SAID_DATA);
	assert_int_equal(say(&d, ".").kind, SAID_DATA);
	say(&d, ".\\");
	assert_int_equal(d.state, TURN_DATA);
	assert_int_equal(say(&d, "a").kind, SAID_DATA);
	say(&d, ".\\");
	assert_int_equal(say(&d, "").kind, SAID_DATA_END);
	assert_int_equal(d.state, TURN_COMMAND);
	d.state = TURN_DATA;
	say(&d, ".\r\\");
	assert_int_equal(say(&d, "\n\\").kind, SAID_DATA_END);
	assert_int_equal(d.state, TURN_COMMAND);
	dialog_end(&d);
}

/* Bytes of a file go on with what was begun. */
static void
test_file(void **state)
{
	struct dialog d;
	bool ended;

	(void)state;
	dialog_start(&d, protos_find("smtp"), false);
	d.state = TURN_DATA;
	d.at_start = true;
	say(&d, "a\\");
	assert_int_equal(dialog_block(&d, ".\r\n", 3, false, &ended), 3);
	assert_false(ended);
	assert_int_equal(dialog_block(&d, "a\r\n", 3, false, &ended), 3);
	assert_int_equal(say(&d, ".").kind, SAID_DATA_END);
	dialog_end(&d);
}

/* The line so far, with what follows. */
static void
test_line(void **state)
{
	struct buf line = { 0 };
	struct dialog d;
	const char *p = "OP", *all;
	size_t n = 2;

	(void)state;
	dialog_start(&d, protos_find("smtp"), false);
	assert_ptr_equal(begun_line(&d, p, &n, &line), p);
	assert_int_equal(n, 2);
	say(&d, "NO\\");
	all = begun_line(&d, p, &n, &line);
	assert_int_equal(n, 4);
	assert_memory_equal(all, "NOOP", 4);
	buf_free(&line);
	dialog_end(&d);
	/* Octets are of no line, ... */
	n = 2;
	dialog_start(&d, protos_find("imap"), false);
	say(&d, "a LOGIN {4+}");
	say(&d, "user {\\");
	all = begun_line(&d, "2}", &n, &line);
	assert_int_equal(n, 4);
	assert_memory_equal(all, " {2}", 4);
	buf_free(&line);
	dialog_end(&d);
	/* ... and where there are no rules nothing is kept. */
	n = 2;
	dialog_start(&d, protos_find("raw"), false);
	say(&d, "NO\\");
	assert_ptr_equal(begun_line(&d, p, &n, &line), p);
	dialog_end(&d);
}

/* With TLS, and on another connection, lines begin anew. */
static void
test_anew(void **state)
{
	struct dialog d;

	(void)state;
	dialog_start(&d, protos_find("smtp"), false);
	say(&d, "NO\\");
	dialog_upgraded(&d);
	assert_string_equal(say(&d, "RSET").verb->word, "RSET");
	say(&d, "NO\\");
	dialog_again(&d, d.proto, false);
	assert_string_equal(say(&d, "RSET").verb->word, "RSET");
	dialog_end(&d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_data),
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_line),
		cmocka_unit_test(test_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
