/* SPDX-License-Identifier: ISC */
/* offer_test.c - what is shown of a step, and what was made of it. */
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "begun.h"
#include "offer.h"
#include "protos.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

/* A dialogue in SMTP in which these lines were said, each with success. */
static void
begin(struct dialog *d, const char *said, const char *reply)
{
	dialog_start(d, protos_find("smtp"), false);
	if (said == NULL)
		return;
	dialog_said(d, said, strlen(said));
	verdict_line(d, reply, strlen(reply));
}

static void
make(struct offer *o, enum play_step what, const char *text, size_t open)
{
	*o = (struct offer){ .what = what };
	buf_adds(&o->text, text);
	o->open = open < o->text.len ? open : o->text.len;
}

static void
test_shown(void **state)
{
	static const struct {
		enum play_step what;
		const char *text;
		size_t open;
		bool bare;
		const char *shown; /* NULL: it cannot be edited */
		const char *hint;
	} rows[] = {
		{ PLAY_SAY, "EHLO me", 99, false, "EHLO me", "\"EHLO me\"" },
		{ PLAY_SAY, "", 0, false, "", "\"\"" },
		{ PLAY_SAY, "NOOP gr\xc3\xbc\xc3\x9f", 99, false,
		    "NOOP gr\xc3\xbc\xc3\x9f", "\"NOOP gr\xc3\xbc\xc3\x9f\"" },
		{ PLAY_SAY, "a\tb", 99, false, "a\tb", "\"a\\x09b\"" },
		{ PLAY_SAY, "a\r\nb", 99, false, NULL, "\"a\\x0d\\x0ab\"" },
		{ PLAY_SAY, "a\nb", 99, false, NULL, "\"a\\x0ab\"" },
		{ PLAY_SAY, "a\033[2J", 99, false, NULL, "\"a\\x1b[2J\"" },
		{ PLAY_SAY, "a\xff", 99, false, NULL, "\"a\\xff\"" },
		{ PLAY_SAY, "a\xe2\x80\xae", 99, false, NULL,
		    "\"a\\u{202E}\"" },
		{ PLAY_SAY, "NOOP", 99, true, NULL,
		    "\"NOOP\" without a line end" },
		/* What the file calls secret, and what the protocol does. */
		{ PLAY_SAY, "NOOP hunter2 x", 5, false, "NOOP ********",
		    "\"NOOP ********\"" },
		{ PLAY_SAY, "AUTH PLAIN AGE=", 99, false, "AUTH PLAIN ********",
		    "\"AUTH PLAIN ********\"" },
		{ PLAY_SAY, "AUTH PLAIN AGE=", 3, false, "AUT********",
		    "\"AUT********\"" },
		{ PLAY_SAY, "a\033b hunter2", 4, false, NULL,
		    "\"a\\x1bb ********\"" },
		{ PLAY_FILE, "mail\n.txt", 99, false, NULL,
		    "the lines of mail\\x0a.txt" },
		{ PLAY_AUTH, "PLAIN alice", 99, false, NULL,
		    "authentication, PLAIN alice" },
		{ PLAY_CLOSE, "", 0, false, NULL,
		    "our half of the connection is closed" },
	};
	struct dialog d;
	size_t i;

	(void)state;
	begin(&d, NULL, NULL);
	for (i = 0; i < ROWS(rows); i++) {
		struct buf shown = { 0 }, hint = { 0 };
		struct offer o;
		bool is;

		make(&o, rows[i].what, rows[i].text, rows[i].open);
		o.bare = rows[i].bare;
		is = offer_show(&o, &d, &shown);
		offer_hint(&o, &d, &hint);
		buf_add(&shown, "", 1);
		buf_add(&hint, "", 1);
		assert_int_equal(is, rows[i].shown != NULL);
		assert_string_equal(buf_bytes(&shown),
		    rows[i].shown == NULL ? "" : rows[i].shown);
		assert_string_equal(buf_bytes(&hint), rows[i].hint);
		buf_free(&shown);
		buf_free(&hint);
		buf_free(&o.text);
	}
	dialog_end(&d);
}

/* The rest of a line that was begun is as secret as that. */
static void
test_rest(void **state)
{
	struct buf shown = { 0 }, hint = { 0 };
	struct dialog d;
	struct offer o;

	(void)state;
	begin(&d, NULL, NULL);
	begun_said(&d, "AUTH PLAIN AG", 13, true);
	make(&o, PLAY_SAY, "FsaWNl", 99);
	assert_true(offer_show(&o, &d, &shown));
	assert_int_equal(shown.len, 8);
	assert_memory_equal(buf_bytes(&shown), "********", 8);
	offer_hint(&o, &d, &hint);
	assert_int_equal(hint.len, 10);
	assert_memory_equal(buf_bytes(&hint), "\"********\"", 10);
	buf_free(&shown);
	buf_free(&hint);
	buf_free(&o.text);
	dialog_end(&d);
}

/* A line that is too long for an editor is not shown in one. */
static void
test_long(void **state)
{
	struct dialog d;
	struct offer o = { .what = PLAY_SAY };
	struct buf shown = { 0 };

	(void)state;
	begin(&d, NULL, NULL);
	while (o.text.len < 4000)
		buf_adds(&o.text, "x");
	o.open = o.text.len;
	assert_true(offer_show(&o, &d, &shown));
	assert_int_equal(shown.len, 4000);
	buf_adds(&o.text, "x");
	o.open++;
	assert_false(offer_show(&o, &d, &shown));
	buf_free(&shown);
	buf_free(&o.text);
	dialog_end(&d);
}

static void
test_edited(void **state)
{
	static const struct {
		const char *text;
		size_t open;
		const char *line;
		const char *says;
		size_t shown; /* bytes of it */
	} rows[] = {
		{ "EHLO me", 99, "EHLO you", "EHLO you", 8 },
		{ "EHLO me", 99, "********", "********", 8 },
		{ "PASS hunter2", 5, "PASS ********", "PASS hunter2", 5 },
		{ "PASS hunter2", 5, "pass  ********", "pass  hunter2", 6 },
		{ "PASS hunter2", 5, "********", "hunter2", 0 },
		{ "PASS hunter2", 5, "PASS *******", "PASS *******", 12 },
		{ "PASS hunter2", 5, "PASS ********x", "PASS ********x", 14 },
		{ "PASS hunter2", 5, "PASS another", "PASS another", 12 },
		{ "AUTH PLAIN AGE=", 99, "AUTH PLAIN ********",
		    "AUTH PLAIN AGE=", 11 },
	};
	struct dialog d;
	size_t i;

	(void)state;
	begin(&d, NULL, NULL);
	for (i = 0; i < ROWS(rows); i++) {
		const char *line = rows[i].line;
		struct buf says = { 0 };
		struct offer o;
		size_t open;

		make(&o, PLAY_SAY, rows[i].text, rows[i].open);
		open = offer_edited(&o, &d, line, strlen(line), &says);
		buf_add(&says, "", 1);
		assert_string_equal(buf_bytes(&says), rows[i].says);
		assert_int_equal(open, rows[i].shown);
		buf_free(&says);
		buf_free(&o.text);
	}
	dialog_end(&d);
}

static void
test_fits(void **state)
{
	static const struct {
		enum turn turn;
		const char *said, *reply;
		bool fits, stray;
	} rows[] = {
		{ TURN_COMMAND, NULL, NULL, true, false },
		{ TURN_OVER, NULL, NULL, true, false },
		{ TURN_SERVER, "DATA", "354 go on", true, false },
		{ TURN_COMMAND, "DATA", "354 go on", false, false },
		{ TURN_DATA, "DATA", "354 go on", true, false },
		{ TURN_DATA, "DATA", "554 no", false, true },
		{ TURN_DATA, NULL, NULL, false, true },
		{ TURN_SECRET, "AUTH LOGIN", "334 VXNlcg==", true, false },
		{ TURN_SECRET, "AUTH LOGIN", "535 no", false, true },
		{ TURN_DATA, "AUTH LOGIN", "334 VXNlcg==", false, false },
		{ TURN_LITERAL, NULL, NULL, false, true },
		{ TURN_MORE, NULL, NULL, false, true },
	};
	struct dialog d;
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct offer o = { .what = PLAY_SAY, .turn = rows[i].turn };

		begin(&d, rows[i].said, rows[i].reply);
		assert_int_equal(offer_fits(&o, &d), rows[i].fits);
		assert_int_equal(offer_is_stray(&o, &d), rows[i].stray);
		dialog_end(&d);
	}
	/* Where there are no rules, everything does. */
	dialog_start(&d, protos_raw(), false);
	for (i = 0; i < ROWS(rows); i++) {
		struct offer o = { .what = PLAY_SAY, .turn = rows[i].turn };

		assert_true(offer_fits(&o, &d));
		assert_false(offer_is_stray(&o, &d));
	}
	dialog_end(&d);
}

static void
test_kinds(void **state)
{
	static const struct {
		enum turn turn;
		const char *kind;
	} rows[] = {
		{ TURN_COMMAND, "a command" },
		{ TURN_UPGRADE, "a command" },
		{ TURN_OVER, "a command" },
		{ TURN_DATA, "data" },
		{ TURN_LITERAL, "octets" },
		{ TURN_MORE, "the rest of a command" },
		{ TURN_SECRET, "a secret" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct offer o = { .turn = rows[i].turn };

		assert_string_equal(offer_kind(&o), rows[i].kind);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shown),
		cmocka_unit_test(test_rest),
		cmocka_unit_test(test_long),
		cmocka_unit_test(test_edited),
		cmocka_unit_test(test_fits),
		cmocka_unit_test(test_kinds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
