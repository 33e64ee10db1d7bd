/* SPDX-License-Identifier: ISC */
/* term_test.c - lines, local commands and secrets at one terminal. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "pty.h"
#include "term/complete.h"
#include "term/term.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

struct stage {
	struct pty pty;
	struct term *term;
	struct buf line, half;
	bool shown;
};

static void
open_term(struct stage *s, int escape, const char *history)
{
	const struct term_plan plan = {
		.hooks = { .wait = pty_wait, .arg = &s->pty },
		.escape = escape,
		.color = true,
		.history = history,
	};
	char why[128] = "";

	s->term = term_open(&plan, why);
	assert_non_null(s->term);
	term_prompt(s->term, "S: ", NULL);
	s->pty.arg = s;
}

static int
set_up(void **state)
{
	static struct stage s;

	memset(&s, 0, sizeof s);
	pty_begin(&s.pty);
	open_term(&s, 0x1d, NULL);
	*state = &s;
	return 0;
}

static int
tear_down(void **state)
{
	struct stage *s = *state;

	term_close(s->term);
	pty_end(&s->pty);
	buf_free(&s->line);
	buf_free(&s->half);
	return 0;
}

static const char *
text(struct buf *b)
{
	buf_add(b, "", 1);
	b->len--;
	return buf_bytes(b);
}

static const char *
half(struct stage *s)
{
	buf_clear(&s->half);
	term_half(s->term, &s->half);
	return text(&s->half);
}

static enum term_end
line(struct stage *s, const char *const *steps)
{
	s->pty.steps = steps;
	return term_line(s->term, &s->line, &s->shown);
}

static void
expect(struct stage *s, const char *const *steps, enum term_end end,
    const char *want)
{
	assert_int_equal(line(s, steps), end);
	assert_string_equal(text(&s->line), want);
}

static void
test_ends(void **state)
{
	static const struct {
		const char *steps[PTY_STEPS];
		enum term_end end;
		const char *line, *half;
	} rows[] = {
		{ { "NOOP\r" }, TERM_LINE, "NOOP", "" },
		{ { "a\303\244\377\r" }, TERM_LINE, "a\303\244\377", "" },
		{ { "\004" }, TERM_EOF, "", "" },
		{ { "ab\033[D\035" }, TERM_LOCAL, "", "ab" },
		{ { "half" }, TERM_ABANDONED, "", "half" },
		{ { "!int" }, TERM_INTERRUPT, "", "" },
		{ { "half", "!int" }, TERM_DROPPED, "", "" },
		{ { "half", "!term" }, TERM_SIGNAL, "", "half" },
		{ { "half", "!hangup" }, TERM_HANGUP, "", "half" },
	};
	size_t i;

	for (i = 0; i < ROWS(rows); i++) {
		struct stage *s;

		if (i > 0) {
			tear_down(state);
			set_up(state);
		}
		s = *state;
		expect(s, rows[i].steps, rows[i].end, rows[i].line);
		assert_string_equal(half(s), rows[i].half);
		if (rows[i].end == TERM_SIGNAL)
			assert_int_equal(term_signal(s->term), SIGTERM);
		if (rows[i].end == TERM_LINE)
			assert_true(s->shown);
	}
}

/* A half line is there again, its cursor where it was. */
static void
test_half(void **state)
{
	static const char *const begun[] = { "abef\033[D\033[D", NULL };
	static const char *const local[] = { "\035", NULL };
	static const char *const rest[] = { "d\r", NULL };
	struct stage *s = *state;

	expect(s, begun, TERM_ABANDONED, "");
	expect(s, local, TERM_LOCAL, "");
	assert_string_equal(half(s), "abef");
	assert_true(term_insert(s->term, "c", 1));
	assert_string_equal(half(s), "abcef");
	expect(s, rest, TERM_LINE, "abcdef");
	assert_string_equal(half(s), "");
}

static void
test_paste(void **state)
{
	static const char *const pasted[] = {
		"\033[200~one\rtwo\rthree\033[201~", "\r", NULL
	};
	static const char *const dropped[] = {
		"\033[200~one\rtwo\rthree\r\033[201~", NULL
	};
	static const char *const none[] = { NULL };
	struct stage *s = *state;

	assert_false(term_has_paste(s->term));
	expect(s, pasted, TERM_LINE, "one");
	assert_false(s->shown);
	assert_true(term_has_paste(s->term));
	expect(s, pasted + 1, TERM_LINE, "two");
	assert_false(s->shown);
	assert_false(term_has_paste(s->term));
	/* Its last line has no end: it is for the editor. */
	expect(s, pasted + 1, TERM_LINE, "three");
	assert_true(s->shown);
	expect(s, dropped, TERM_LINE, "one");
	assert_int_equal(term_drop_paste(s->term), 2);
	assert_int_equal(term_drop_paste(s->term), 0);
	expect(s, none, TERM_ABANDONED, "");
	assert_string_equal(half(s), "");
}

/* ^C drops what waits behind the line too. */
static void
test_paste_interrupted(void **state)
{
	static const char *const pasted[] = {
		"\033[200~one\rtwo\rthree\r\033[201~", NULL
	};
	static const char *const none[] = { NULL };
	struct stage *s = *state;

	expect(s, pasted, TERM_LINE, "one");
	raise(SIGINT);
	expect(s, none, TERM_DROPPED, "");
	assert_false(term_has_paste(s->term));
	expect(s, none, TERM_ABANDONED, "");
}

static void
test_local(void **state)
{
	static const char *const begun[] = { "MAIL\035", NULL };
	static const char *const first[] = { "status\r", NULL };
	static const char *const again[] = { "\033[A\r", NULL };
	static const char *const left[] = { "half", NULL };
	static const char *const tab[] = { "a\tb\r", NULL };
	static const char *const rest[] = { "\033[A FROM:<>\r", NULL };
	struct stage *s = *state;

	expect(s, begun, TERM_LOCAL, "");
	s->pty.steps = first;
	assert_int_equal(term_local(s->term, "telex> ", &s->line), TERM_LINE);
	assert_string_equal(text(&s->line), "status");
	/* It has a history of its own, and leaves the line alone. */
	s->pty.steps = again;
	assert_int_equal(term_local(s->term, "telex> ", &s->line), TERM_LINE);
	assert_string_equal(text(&s->line), "status");
	s->pty.steps = left;
	assert_int_equal(term_local(s->term, "telex> ", &s->line),
	    TERM_ABANDONED);
	s->pty.steps = tab;
	assert_int_equal(term_local(s->term, "telex> ", &s->line), TERM_LINE);
	assert_string_equal(text(&s->line), "ab");
	assert_string_equal(half(s), "MAIL");
	expect(s, rest, TERM_LINE, "MAIL FROM:<>");
}

/* Another prompt waits until the local one is over. */
static bool
see_local(struct pty *p)
{
	struct stage *s = p->arg;

	p->idle = NULL;
	assert_non_null(strstr(pty_shown(p), "telex> "));
	term_prompt(s->term, "T: ", NULL);
	term_show(s->term);
	assert_string_equal(pty_shown(p), "");
	return false;
}

static bool
see_other(struct pty *p)
{
	p->idle = NULL;
	assert_non_null(strstr(pty_shown(p), "T: "));
	return false;
}

static void
expect_end(struct stage *s, const char *end)
{
	const char *shown = pty_shown(&s->pty);

	assert_in_range(strlen(end), 0, strlen(shown));
	assert_string_equal(shown + strlen(shown) - strlen(end), end);
}

static void
test_local_prompt(void **state)
{
	static const char *const steps[] = { "status\r", NULL };
	static const char *const left[] = { "half\035", NULL };
	struct stage *s = *state;

	s->pty.idle = see_local;
	s->pty.steps = steps;
	assert_int_equal(term_local(s->term, "telex> ", &s->line), TERM_LINE);
	term_show(s->term);
	pty_shown(&s->pty);
	/* A line that is left for it goes from the screen. */
	s->pty.idle = see_other;
	expect(s, left, TERM_LOCAL, "");
	assert_null(s->pty.idle);
	term_show(s->term);
	expect_end(s, "\r\033[K");
	expect(s, steps, TERM_LINE, "halfstatus");
	term_show(s->term);
	expect_end(s, "\r\r\n");
}

/* What is pasted at the local prompt is shown there. */
static void
test_local_paste(void **state)
{
	static const char *const pasted[] = { "\033[200~status\r\033[201~",
		NULL };
	struct stage *s = *state;

	s->pty.steps = pasted;
	assert_int_equal(term_local(s->term, "telex> ", &s->line), TERM_LINE);
	assert_string_equal(text(&s->line), "status");
	term_show(s->term);
	assert_non_null(strstr(pty_shown(&s->pty), "telex> status"));
}

static void
test_secret(void **state)
{
	static const struct {
		const char *steps[PTY_STEPS];
		enum term_end end;
		const char *line;
	} rows[] = {
		{ { "one\r" }, TERM_LINE, "one" },
		{ { "\004" }, TERM_EOF, "" },
		{ { "!int" }, TERM_INTERRUPT, "" },
		{ { "one", "!int" }, TERM_DROPPED, "" },
		{ { "one" }, TERM_ABANDONED, "" },
		{ { "one", "!term" }, TERM_SIGNAL, "" },
		{ { "one\035" }, TERM_LOCAL, "" },
		/* It goes on with what it had then. */
		{ { "two\r" }, TERM_LINE, "onetwo" },
	};
	static const char *const next[] = { "\r", NULL };
	struct stage *s = *state;
	size_t i;

	for (i = 0; i < ROWS(rows); i++) {
		s->pty.steps = rows[i].steps;
		assert_int_equal(term_secret(s->term, "Password: ", &s->line),
		    rows[i].end);
		assert_string_equal(text(&s->line), rows[i].line);
		assert_string_equal(half(s), "");
	}
	/* Behind its local command a text goes where nobody sees it. */
	s->pty.steps = rows[6].steps;
	assert_int_equal(term_secret(s->term, "Password: ", &s->line),
	    TERM_LOCAL);
	assert_false(term_insert(s->term, "put", 3));
	s->pty.steps = rows[0].steps;
	assert_int_equal(term_secret(s->term, "Password: ", &s->line),
	    TERM_LINE);
	assert_string_equal(text(&s->line), "oneputone");
	expect(s, next, TERM_LINE, "");
	assert_true(term_insert(s->term, "put", 3));
}

/* Unless the local-command key is a letter, which passwords may have. */
static void
test_secret_with_letters(void **state)
{
	static const char *const typed[] = { "a~b\r", NULL };
	struct stage *s = *state;

	term_close(s->term);
	open_term(s, '~', NULL);
	s->pty.steps = typed;
	assert_int_equal(term_secret(s->term, "Password: ", &s->line),
	    TERM_LINE);
	assert_string_equal(text(&s->line), "a~b");
	expect(s, typed, TERM_LOCAL, "");
	assert_string_equal(half(s), "a");
}

static void
test_offer(void **state)
{
	static const char *const sent[] = { "\r", NULL };
	static const char *const eof[] = { "\004", NULL };
	static const char *const cleared[] = { "\025x\r", NULL };
	static const char *const edited[] = { "x\r", NULL };
	struct stage *s = *state;

	term_insert(s->term, "old", 3);
	term_offer(s->term, "QUIT", 4);
	assert_true(term_offered(s->term));
	assert_string_equal(half(s), "QUIT");
	expect(s, sent, TERM_LINE, "QUIT");
	assert_true(term_offered(s->term));
	term_offer(s->term, "QUIT", 4);
	expect(s, eof, TERM_EOF, "");
	term_offer(s->term, "QUIT", 4);
	expect(s, edited, TERM_LINE, "QUITx");
	assert_true(term_offered(s->term));
	/* Emptied, it is the user's own. */
	term_offer(s->term, "QUIT", 4);
	expect(s, cleared, TERM_LINE, "x");
	assert_false(term_offered(s->term));
	term_offer(s->term, "QUIT", 4);
	term_offer(s->term, "", 0);
	assert_false(term_offered(s->term));
	assert_string_equal(half(s), "");
}

/* From the hook: text comes into the line that is edited, then Enter. */
static bool
type_and_enter(struct pty *p)
{
	struct stage *s = p->arg;

	p->idle = NULL;
	assert_string_equal(half(s), "typed");
	term_type(s->term, " by telex", 9);
	term_enter(s->term);
	return true;
}

static void
test_type(void **state)
{
	static const char *const steps[] = { "typed", NULL };
	struct stage *s = *state;

	term_insert(s->term, "typed", 5);
	s->pty.idle = type_and_enter;
	expect(s, steps + 1, TERM_LINE, "typed by telex");
	assert_true(term_offered(s->term));
	pty_type(&s->pty, "forgotten\r");
	term_ignore(s->term);
	expect(s, steps + 1, TERM_ABANDONED, "");
	assert_string_equal(half(s), "");
}

static void
test_history(void **state)
{
	static const char *const steps[] = { "\033[A\r", NULL };
	struct stage *s = *state;
	struct buf list = { 0 };

	assert_null(term_trouble(s->term));
	term_recall(s->term, 10, &list);
	assert_int_equal(list.len, 0);
	term_remember(s->term, "one", 3);
	term_remember(s->term, "two", 3);
	term_remember(s->term, "three", 5);
	term_recall(s->term, 2, &list);
	assert_string_equal(text(&list), "two\nthree\n");
	buf_clear(&list);
	term_recall(s->term, 99, &list);
	assert_string_equal(text(&list), "one\ntwo\nthree\n");
	expect(s, steps, TERM_LINE, "three");
	buf_free(&list);
}

/* What is wrong with its file is told once. */
static void
test_trouble(void **state)
{
	struct stage *s = *state;

	term_close(s->term);
	open_term(s, 0x1d, "/dev/null/history");
	assert_non_null(term_trouble(s->term));
	assert_null(term_trouble(s->term));
	term_remember(s->term, "one", 3);
	assert_null(term_trouble(s->term));
}

/* Output comes above the line, which is there again. */
static bool
print_news(struct pty *p)
{
	struct stage *s = p->arg;

	if (*p->steps != NULL)
		return false;
	p->idle = NULL;
	pty_shown(p);
	term_print(s->term, "news\n", 5);
	term_print(s->term, "more\n", 5);
	assert_string_equal(pty_shown(p), "");
	term_show(s->term);
	assert_string_equal(pty_shown(p), "\r\033[Knews\r\nmore\r\nS: half");
	/* The same prompt is nothing new, another is. */
	term_prompt(s->term, "S: ", NULL);
	term_show(s->term);
	assert_string_equal(pty_shown(p), "");
	term_prompt(s->term, "T: ", NULL);
	term_show(s->term);
	assert_string_equal(pty_shown(p), "\r\033[KT: half");
	return false;
}

static void
test_output(void **state)
{
	static const char *const steps[] = { "half", NULL };
	struct stage *s = *state;

	s->pty.idle = print_news;
	expect(s, steps, TERM_ABANDONED, "");
	assert_null(s->pty.idle);
}

static void
test_colour(void **state)
{
	static const char *const steps[] = { NULL };
	struct stage *s = *state;

	term_prompt(s->term, "S: ", "32");
	expect(s, steps, TERM_ABANDONED, "");
	term_show(s->term);
	assert_non_null(strstr(pty_shown(&s->pty), "\033[32mS:\033[0m "));
}

/* One line below all output, while nothing is read. */
static void
test_status(void **state)
{
	struct stage *s = *state;

	term_show(s->term);
	pty_shown(&s->pty);
	term_status(s->term, "10 KiB");
	assert_non_null(strstr(pty_shown(&s->pty), "10 KiB"));
	/* A new prompt waits for its end. */
	term_prompt(s->term, "T: ", NULL);
	term_print(s->term, "news\n", 5);
	term_show(s->term);
	assert_string_equal(pty_shown(&s->pty), "\r\033[Knews\r\n10 KiB");
	assert_true(term_obeys(s->term));
	raise(SIGTERM);
	assert_false(term_obeys(s->term));
	assert_int_equal(term_signal(s->term), SIGTERM);
	term_status(s->term, NULL);
	assert_string_equal(pty_shown(&s->pty), "\r\033[K");
}

static void
test_lend(void **state)
{
	struct winsize size = { .ws_row = 24, .ws_col = 40 };
	struct stage *s = *state;
	struct termios before, now;

	assert_int_equal(term_columns(s->term), 80);
	assert_true(term_shows(s->term, STDOUT_FILENO));
	assert_false(term_shows(s->term, STDERR_FILENO));
	assert_int_equal(tcgetattr(STDIN_FILENO, &before), 0);
	term_lend(s->term);
	assert_int_equal(tcgetattr(STDIN_FILENO, &now), 0);
	assert_int_not_equal(now.c_oflag & OPOST, before.c_oflag & OPOST);
	assert_int_equal(ioctl(STDOUT_FILENO, TIOCSWINSZ, &size), 0);
	term_return(s->term);
	assert_int_equal(tcgetattr(STDIN_FILENO, &now), 0);
	assert_int_equal(now.c_oflag & OPOST, before.c_oflag & OPOST);
	assert_int_equal(term_columns(s->term), 40);
}

static void
test_no_terminal(void **state)
{
	const struct term_plan plan = { .escape = -1 };
	struct stage *s = *state;
	char why[128];

	term_close(s->term);
	s->term = NULL;
	setenv("TERM", "dumb", 1);
	assert_null(term_open(&plan, why));
	assert_string_equal(why,
	    "the terminal cannot move its cursor (TERM is dumb)");
	term_close(NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_ends),
		TEST(test_half),
		TEST(test_paste),
		TEST(test_paste_interrupted),
		TEST(test_local),
		TEST(test_local_prompt),
		TEST(test_local_paste),
		TEST(test_secret),
		TEST(test_secret_with_letters),
		TEST(test_offer),
		TEST(test_type),
		TEST(test_history),
		TEST(test_trouble),
		TEST(test_output),
		TEST(test_colour),
		TEST(test_status),
		TEST(test_lend),
		TEST(test_no_terminal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
