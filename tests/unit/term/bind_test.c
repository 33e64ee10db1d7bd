/* SPDX-License-Identifier: ISC */
/* bind_test.c - which key does what, whatever ~/.editrc says. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "keyed.h"
#include "term/complete.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])
#define UP "\033[A"
#define DOWN "\033[B"

/* What is said in rows of this file, all with one history. */
struct row {
	const char *steps[PTY_STEPS];
	const char *text; /* see keyed_text */
};

static void
remember(struct history *h)
{
	static const char *const said[] = { "EHLO a", "MAIL FROM:<a>",
		"RCPT TO:<b>", "MAIL FROM:<c>" };
	size_t i;

	for (i = 0; i < ROWS(said) && history_count(h) < 4; i++)
		history_add(h, said[i], strlen(said[i]));
}

static void
play(struct keyed *k, const struct row *row)
{
	remember(k->history);
	keyed_run(k, row->steps);
	if (strcmp(keyed_text(k), row->text) != 0)
		print_error("after %s\n", row->steps[0]);
	assert_string_equal(keyed_text(k), row->text);
}

/* Where libedit has its own way to put the cursor. */
static void
play_whole(struct keyed *k, const struct row *row)
{
	struct buf text = { 0 };

	remember(k->history);
	keyed_run(k, row->steps);
	edit_text(&k->edit, &text, &text);
	buf_add(&text, "", 1);
	assert_string_equal(buf_bytes(&text), row->text);
	buf_free(&text);
}

static void
play_all(void **state, const struct row *rows, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		play(keyed_row(state, i), &rows[i]);
}

static void
test_history(void **state)
{
	static const struct row rows[] = {
		{ { UP "\r" }, "MAIL FROM:<c>" },
		{ { UP UP "\r" }, "RCPT TO:<b>" },
		{ { "\020\020\016\r" }, "MAIL FROM:<c>" },
		{ { "\033p\033p\033n\r" }, "MAIL FROM:<c>" },
		/* At its end nothing happens, and nothing is lost. */
		{ { UP UP UP UP UP UP "\r" }, "EHLO a" },
		{ { DOWN "x\r" }, "x" },
		{ { UP DOWN DOWN "\r" }, "" },
		/* Lines that begin so; back to what was typed. */
		{ { "MA" UP UP "\r" }, "MAIL FROM:<a>" },
		{ { "MA" UP UP DOWN "\r" }, "MAIL FROM:<c>" },
		{ { "MA" UP UP UP DOWN DOWN DOWN "x\r" }, "MAx" },
		{ { "MAx\033[D" UP "\r" }, "MAIL FROM:<c>" },
		{ { "MAx\033[D" UP DOWN "y\r" }, "MAy|x" },
		{ { "QU" UP "\r" }, "QU" },
		/* A line that was picked and changed is typed. */
		{ { UP UP UP "\177\177\177" UP "x\r" }, "MAIL FROM:<c>x" },
	};

	play_all(state, rows, ROWS(rows));
}

static void
test_search(void **state)
{
	static const struct row last = { { "\022RC\r" }, "RCPT TO:<b>" };
	static const struct row twice = { { "\022MA\022\r" }, "MAIL FROM:<a>" };
	struct keyed *k = *state;

	play_whole(k, &last);
	play_whole(k, &twice);
}

static void
test_editing(void **state)
{
	static const struct row rows[] = {
		{ { "ab cd\001x\005y\r" }, "xab cdy" },
		{ { "ab cd\033[1;5Dx\r" }, "ab x|cd" },
		{ { "ab cd\001\033[1;5Cx\r" }, "abx| cd" },
		{ { "ab\033[D\033[D\033[Cx\r" }, "ax|b" },
		/* Nothing throws a line away. */
		{ { "ab\033xcd\r" }, "abcd" },
		{ { "ab\033Xcd\r" }, "abcd" },
	};

	play_all(state, rows, ROWS(rows));
}

/* The first word is offered, once it is begun with a letter. */
static void
offer(void *arg, const char *line, size_t len, struct complete *c)
{
	static const char *const words[] = { "MAIL FROM:<", "NOOP", "NOTE",
		"NOTED", "\303\244x" };
	size_t i;

	(void)arg;
	if (line[0] == ' ')
		return;
	complete_begin(c, line, 0, len);
	for (i = 0; i < ROWS(words); i++)
		complete_offer(c, words[i]);
}

static void
test_completion(void **state)
{
	static const struct row rows[] = {
		/* A blank behind a word, unless it goes on by itself. */
		{ { "noo\tx" }, "NOOP x" },
		{ { "ma\tx" }, "MAIL FROM:<x" },
		{ { "\303\244\tx" }, "\303\244x x" },
		{ { "n\tx" }, "NOx" },
		{ { "NOT\tx" }, "NOTEx" },
		{ { "NO\tx" }, "NOx" },
		{ { "x\ty" }, "xy" },
		{ { "noo|\033[D\ty" },
		    "NOOP y|"
		    "|" },
		/* Where nothing is completed it is a letter. */
		{ { " \tx" }, " \tx" },
	};
	size_t i;

	for (i = 0; i < ROWS(rows); i++) {
		struct keyed *k = keyed_row(state, i);

		k->edit.complete = offer;
		play(k, &rows[i]);
	}
}

/* A second TAB lists them, and the line is there again. */
static void
test_candidates(void **state)
{
	static const struct row row = { { "no\t\t", "x" }, "NOx" };
	static const struct row one = { { " \tx" }, " x" };
	static const struct row none = { { "no\t\t" }, "no" };
	struct keyed *k = *state;
	const char *shown, *list;

	edit_prompt(&k->edit, "S: ", NULL);
	play(k, &none);
	k->edit.complete = offer;
	edit_flush(&k->edit);
	pty_shown(&k->pty);
	play(k, &row);
	edit_flush(&k->edit);
	shown = pty_shown(&k->pty);
	list = strstr(shown, "NOOP");
	assert_non_null(list);
	assert_non_null(strstr(list, "NOTED"));
	assert_null(strstr(list, "MAIL"));
	assert_non_null(strstr(list, "S: NO"));
	k->edit.tabs = false;
	play(k, &one);
}

static void
test_clear(void **state)
{
	static const struct row row = { { "ab", "\014", "c" }, "abc" };
	struct keyed *k = *state;
	const char *shown, *clear;

	edit_prompt(&k->edit, "S: ", NULL);
	play(k, &row);
	edit_flush(&k->edit);
	shown = pty_shown(&k->pty);
	clear = strstr(shown, "\033[H\033[2J");
	assert_non_null(clear);
	assert_non_null(strstr(clear, "S: ab"));
}

/* With a file of the user's. */
static void
reopen(struct keyed *k, const char *editrc)
{
	char name[] = "/tmp/bind_test.XXXXXX";
	int fd = mkstemp(name);
	size_t n = strlen(editrc);

	assert_true(fd >= 0 && write(fd, editrc, n) == (ssize_t)n);
	close(fd);
	setenv("EDITRC", name, 1);
	keyed_close(k);
	keyed_open(k);
	unlink(name);
}

static void
test_users_keys(void **state)
{
	static const struct row rows[] = {
		{ { "ab\017c\r" }, "c|ab" },
		/* Some are not the user's to take. */
		{ { "a" UP "\r" }, "a" },
		{ { "ab\033[Hx\r" }, "x|ab" },
	};
	struct keyed *k = *state;
	size_t i;

	reopen(k,
	    "bind ^O ed-move-to-beg\nbind ^M ed-newline\n"
	    "bind ^P ed-kill-line\n");
	for (i = 0; i < ROWS(rows); i++)
		play(k, &rows[i]);
}

static void
test_vi(void **state)
{
	static const struct row rows[] = {
		{ { "ab cd\033", "bix\r" }, "ab xcd" },
		{ { "\033", "k\r" }, "MAIL FROM:<c>" },
		{ { "\033", "kkk\r" }, "MAIL FROM:<a>" },
		{ { "\033", "--+\r" }, "MAIL FROM:<c>" },
		{ { "\033", "G\r" }, "EHLO a" },
		{ { "\033", UP "\r" }, "MAIL FROM:<c>" },
		/* Neither an editor nor its own command line. */
		{ { "ab\033", "v:\r" }, "ab" },
	};
	struct keyed *k = *state;
	size_t i;

	reopen(k, "bind -v\n");
	for (i = 0; i < ROWS(rows); i++)
		play_whole(k, &rows[i]);
}

/* Another local-command key, or none. */
static void
test_local(void **state)
{
	static const char *const steps[] = { "a\002b\r", NULL };
	struct keyed *k = *state;

	bind_keys(&k->edit, 2);
	assert_int_equal(keyed_run(k, steps), EDIT_LOCAL);
	assert_string_equal(keyed_text(k), "a");
	input_drop(k->input);
	bind_keys(&k->edit, -1);
	assert_int_equal(keyed_run(k, steps), EDIT_LINE);
	assert_string_equal(keyed_text(k), "b|a");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		KEYED_TEST(test_history),
		KEYED_TEST(test_search),
		KEYED_TEST(test_editing),
		KEYED_TEST(test_completion),
		KEYED_TEST(test_candidates),
		KEYED_TEST(test_clear),
		KEYED_TEST(test_users_keys),
		KEYED_TEST(test_vi),
		KEYED_TEST(test_local),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
