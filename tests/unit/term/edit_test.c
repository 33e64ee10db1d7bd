/* SPDX-License-Identifier: ISC */
/* edit_test.c - a line that is edited, and its place on the screen. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "keyed.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])
#define TEN "0123456789"
#define FIFTY TEN TEN TEN TEN TEN
/* Ten characters of two columns each. */
#define FIVE "\346\274\242\346\274\242\346\274\242\346\274\242\346\274\242"
#define WIDE FIVE FIVE

static void
test_lines(void **state)
{
	static const struct {
		const char *steps[PTY_STEPS];
		enum edit_end end;
		const char *text; /* see keyed_text */
	} rows[] = {
		{ { "abc\r" }, EDIT_LINE, "abc" },
		{ { "a", "b", "c", "\n" }, EDIT_LINE, "abc" },
		{ { "\r" }, EDIT_LINE, "" },
		{ { "abc\033[D\033[D" }, EDIT_LEFT, "a|bc" },
		{ { "ac\033[Db\r" }, EDIT_LINE, "ab|c" },
		{ { "bc\033[Ha\033[Fd\r" }, EDIT_LINE, "abcd" },
		{ { "abc\001\033[3~\005\177" }, EDIT_LEFT, "b" },
		{ { "a \303\244\342\202\254\177b\r" }, EDIT_LINE,
		    "a \303\244b" },
		{ { "a\377b\r" }, EDIT_LINE, "a\377b" },
		{ { "ab\033[D\035" }, EDIT_LOCAL, "a|b" },
		{ { "\035" }, EDIT_LOCAL, "" },
		{ { "\004" }, EDIT_EOF, "" },
		{ { "ab\004\r" }, EDIT_LINE, "ab" },
		{ { "ab\033[D\004\r" }, EDIT_LINE, "a" },
		{ { "a\177\004" }, EDIT_EOF, "" },
		{ { "half", "!int" }, EDIT_LEFT, "half" },
		{ { "half", "!hangup" }, EDIT_LEFT, "half" },
	};
	size_t i;

	for (i = 0; i < ROWS(rows); i++) {
		struct keyed *k = keyed_row(state, i);

		if (keyed_run(k, rows[i].steps) != rows[i].end)
			fail_msg("row %zu: %d", i, (int)k->edit.end);
		assert_string_equal(keyed_text(k), rows[i].text);
	}
}

/* A line is begun with what is there, the cursor so far back. */
static void
test_insert(void **state)
{
	static const char *const steps[] = { "X", NULL };
	static const char *const sent[] = { "\r", NULL };
	struct keyed *k = *state;

	buf_adds(k->edit.insert, "ab\303\244\342\202\254");
	k->edit.back = 2;
	k->keyboard.typed = true;
	assert_int_equal(keyed_run(k, steps), EDIT_LEFT);
	assert_string_equal(keyed_text(k), "abX|\303\244\342\202\254");
	assert_int_equal(k->edit.insert->len, 0);
	assert_int_equal(k->edit.back, 0);
	/* The next line begins empty. */
	assert_int_equal(keyed_run(k, sent), EDIT_LINE);
	assert_string_equal(keyed_text(k), "");
}

/* ^D right behind what was offered is as on an empty line. */
static void
test_offered(void **state)
{
	static const char *const eof[] = { "\004", "\r", NULL };
	static const char *const edited[] = { "x\004", "\r", NULL };
	struct keyed *k = *state;

	buf_adds(k->edit.insert, "QUIT");
	k->edit.offered = k->keyboard.typed = true;
	assert_int_equal(keyed_run(k, eof), EDIT_EOF);
	buf_adds(k->edit.insert, "QUIT");
	k->keyboard.typed = true;
	assert_int_equal(keyed_run(k, edited), EDIT_LINE);
	assert_string_equal(keyed_text(k), "QUITx");
	k->edit.offered = false;
	buf_adds(k->edit.insert, "QUIT");
	k->keyboard.typed = true;
	assert_int_equal(keyed_run(k, eof), EDIT_LINE);
	assert_string_equal(keyed_text(k), "QUIT");
}

/* What is on the screen when so much is typed. */
static bool
idle(struct pty *p)
{
	struct keyed *k = p->arg;

	if (p->steps[1] != NULL)
		return false;
	p->idle = NULL;
	pty_shown(p);
	edit_hide(&k->edit);
	/* It is hidden: not a second time. */
	edit_hide(&k->edit);
	tty_puts(k->tty, "news\n");
	edit_show(&k->edit);
	edit_flush(&k->edit);
	assert_string_equal(pty_shown(p), "\r\033[Knews\r\nS: half");
	return false;
}

static void
test_hide_and_show(void **state)
{
	static const char *const steps[] = { "half", "way\r", NULL };
	struct keyed *k = *state;

	edit_prompt(&k->edit, "S: ", NULL);
	k->pty.idle = idle;
	k->pty.arg = k;
	assert_int_equal(keyed_run(k, steps), EDIT_LINE);
	assert_null(k->pty.idle);
	assert_string_equal(keyed_text(k), "halfway");
	/* Nothing is edited now. */
	edit_flush(&k->edit);
	pty_shown(&k->pty);
	edit_hide(&k->edit);
	edit_show(&k->edit);
	edit_leave(&k->edit);
	edit_flush(&k->edit);
	assert_string_equal(pty_shown(&k->pty), "");
}

/* All rows of a line are taken off, from wherever the cursor is. */
static bool
hide_rows(struct pty *p)
{
	struct keyed *k = p->arg;

	if (*p->steps != NULL)
		return false;
	p->idle = NULL;
	pty_shown(p);
	edit_hide(&k->edit);
	edit_flush(&k->edit);
	buf_clear(&k->line);
	buf_adds(&k->line, pty_shown(p));
	edit_show(&k->edit);
	return false;
}

static void
test_rows(void **state)
{
	static const struct {
		const char *steps[PTY_STEPS];
		const char *hidden;
	} rows[] = {
		{ { TEN }, "\r\033[K" },
		{ { FIFTY, FIFTY, FIFTY, TEN },
		    "\r\033[K\033[A\033[K\033[A\033[K" },
		{ { FIFTY, FIFTY, FIFTY, TEN, "\001" },
		    "\033[2B\r\033[K\033[A\033[K\033[A\033[K" },
		/* Up to the last column but one. */
		{ { FIFTY, TEN TEN, "123456" }, "\r\033[K" },
		{ { WIDE, WIDE WIDE }, "\r\033[K" },
		{ { WIDE, WIDE, WIDE, WIDE }, "\r\033[K\033[A\033[K" },
		{ { WIDE, WIDE, WIDE, WIDE, "\033[H" },
		    "\033[1B\r\033[K\033[A\033[K" },
	};
	struct keyed *k;
	size_t i;

	for (i = 0; i < ROWS(rows); i++) {
		k = keyed_row(state, i);
		edit_prompt(&k->edit, "S: ", NULL);
		k->pty.idle = hide_rows;
		k->pty.arg = k;
		assert_int_equal(keyed_run(k, rows[i].steps), EDIT_LEFT);
		buf_add(&k->line, "", 1);
		assert_string_equal(buf_bytes(&k->line), rows[i].hidden);
	}
}

static void
test_prompt(void **state)
{
	static const char *const steps[] = { NULL };
	/* No colour, or more than one is. */
	static const char *const plain[] = { NULL,
		"38;5;1;38;5;1;38;5;1;38;5;1;38;5;1" };
	struct keyed *k = *state;
	const char *shown;
	size_t i;

	edit_prompt(&k->edit, "S: ", "32");
	keyed_run(k, steps);
	edit_flush(&k->edit);
	shown = pty_shown(&k->pty);
	assert_non_null(strstr(shown, "\033[32mS:\033[0m "));
	for (i = 0; i < ROWS(plain); i++) {
		edit_prompt(&k->edit, "C: ", plain[i]);
		keyed_run(k, steps);
		edit_flush(&k->edit);
		shown = pty_shown(&k->pty);
		assert_non_null(strstr(shown, "C: "));
		assert_null(strstr(shown, "\033[3"));
	}
	/* There is nothing to colour. */
	edit_prompt(&k->edit, "", "32");
	keyed_run(k, steps);
	edit_flush(&k->edit);
	assert_null(strstr(pty_shown(&k->pty), "\033[3"));
	assert_int_equal(edit_columns(&k->edit), 80);
}

/* A prompt alone, while no line is edited. */
static void
test_blind(void **state)
{
	struct keyed *k = *state;

	edit_flush(&k->edit);
	pty_shown(&k->pty);
	edit_prompt(&k->edit, "sending 5%", NULL);
	edit_blind(&k->edit, true);
	edit_show(&k->edit);
	edit_flush(&k->edit);
	assert_non_null(strstr(pty_shown(&k->pty), "sending 5%"));
	edit_hide(&k->edit);
	edit_blind(&k->edit, false);
	edit_show(&k->edit);
	edit_flush(&k->edit);
	assert_string_equal(pty_shown(&k->pty), "\r\033[K");
}

static void
test_terminals_it_cannot_use(void **state)
{
	static const struct {
		const char *term;
		const char *why;
	} rows[] = {
		{ NULL,
		    "the terminal cannot move its cursor (TERM is not set)" },
		{ "", "the terminal cannot move its cursor (TERM is not set)" },
		{ "dumb",
		    "the terminal cannot move its cursor (TERM is dumb)" },
	};
	struct keyed *k = *state;
	size_t i;

	for (i = 0; i < ROWS(rows); i++) {
		struct edit e;
		char why[128];

		if (rows[i].term == NULL)
			unsetenv("TERM");
		else
			setenv("TERM", rows[i].term, 1);
		assert_int_equal(edit_open(&e, k->tty, why), -1);
		assert_string_equal(why, rows[i].why);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		KEYED_TEST(test_lines),
		KEYED_TEST(test_insert),
		KEYED_TEST(test_offered),
		KEYED_TEST(test_hide_and_show),
		KEYED_TEST(test_rows),
		KEYED_TEST(test_prompt),
		KEYED_TEST(test_blind),
		KEYED_TEST(test_terminals_it_cannot_use),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
