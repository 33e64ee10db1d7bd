/* SPDX-License-Identifier: ISC */
/* keyboard_test.c - keys that come, and why none does. */
#include <sys/wait.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "keyed.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

/* All keys of these steps in hexadecimal, then why there are no more. */
static const char *
keys(struct keyed *k, const char *const *steps)
{
	static const char *const ends[] = { [KEYBOARD_LINES] = "lines",
		[KEYBOARD_ABANDONED] = "abandoned",
		[KEYBOARD_INTERRUPT] = "interrupt",
		[KEYBOARD_SIGNAL] = "signal",
		[KEYBOARD_HANGUP] = "hangup" };
	uint32_t key;

	k->pty.steps = steps;
	buf_clear(&k->line);
	while (keyboard_key(&k->keyboard, &key) == 1) {
		buf_addf(&k->line, "%x ", (unsigned)key);
		if (key != KEY_INSERT)
			continue;
		buf_addf(&k->line, "(%.*s) ", (int)k->edit.insert->len,
		    buf_bytes(k->edit.insert));
		buf_clear(k->edit.insert);
	}
	buf_adds(&k->line, ends[k->keyboard.why]);
	buf_add(&k->line, "", 1);
	return buf_bytes(&k->line);
}

static void
test_keys(void **state)
{
	static const struct {
		const char *steps[PTY_STEPS];
		const char *keys;
	} rows[] = {
		{ { NULL }, "abandoned" },
		{ { "a\002", "b" }, "61 2 62 abandoned" },
		{ { "\303\244\033[A\033[3~" }, "e4 80 86 abandoned" },
		/* Nobody waits for ever for the rest of a key. */
		{ { "\303", "\244" }, "dcc3 dca4 abandoned" },
		{ { "\033", "a" }, "1b 61 abandoned" },
		{ { "x", "!hangup" }, "78 hangup" },
		{ { "x", "!term" }, "78 signal" },
		{ { "x", "!int" }, "78 interrupt" },
		{ { "x", "!winch", "y" }, "78 79 abandoned" },
		{ { "x", "!cont", "y" }, "78 79 abandoned" },
		{ { "a\r", "b\r" }, "61 d 62 d abandoned" },
		{ { "\033[200~a\rb\033[201~" }, "lines" },
		{ { "\033[200~a b\033[201~\r" }, "89 (a b) d abandoned" },
	};
	size_t i;

	for (i = 0; i < ROWS(rows); i++) {
		assert_string_equal(keys(keyed_row(state, i), rows[i].steps),
		    rows[i].keys);
	}
}

static void
test_signal_that_is_told(void **state)
{
	struct keyed *k = *state;

	assert_int_equal(keyboard_signals(&k->keyboard), 0);
	raise(SIGTERM);
	assert_int_equal(keyboard_signals(&k->keyboard), -1);
	assert_int_equal(k->keyboard.why, KEYBOARD_SIGNAL);
	assert_int_equal(k->keyboard.signo, SIGTERM);
	raise(SIGINT);
	assert_int_equal(keyboard_signals(&k->keyboard), -1);
	assert_int_equal(k->keyboard.why, KEYBOARD_INTERRUPT);
	assert_int_equal(keyboard_signals(&k->keyboard), 0);
}

/* Continued, it is ours again whatever the shell made of it. */
static void
test_continued(void **state)
{
	struct keyed *k = *state;
	struct termios now;

	assert_int_equal(tcgetattr(STDIN_FILENO, &now), 0);
	assert_int_equal(now.c_lflag & (ECHO | ICANON), 0);
	now.c_lflag |= ECHO | ICANON;
	assert_int_equal(tcsetattr(STDIN_FILENO, TCSANOW, &now), 0);
	pty_shown(&k->pty);
	raise(SIGCONT);
	assert_int_equal(keyboard_signals(&k->keyboard), 0);
	assert_int_equal(tcgetattr(STDIN_FILENO, &now), 0);
	assert_int_equal(now.c_lflag & (ECHO | ICANON), 0);
	assert_non_null(strstr(pty_shown(&k->pty), "\033[?2004h"));
}

/* What the owner puts in comes before what is typed. */
static void
test_put_in(void **state)
{
	static const char *const steps[] = { "x", NULL };
	struct keyed *k = *state;

	buf_adds(k->edit.insert, "put in");
	k->keyboard.typed = true;
	pty_type(&k->pty, "k");
	assert_string_equal(keys(k, steps), "89 (put in) 6b 78 abandoned");
	assert_false(k->keyboard.typed);
}

/* The terminal's answer is not typed, what comes with it is. */
static void
test_typed_already(void **state)
{
	static const char *const steps[] = { NULL };
	struct keyed *k = *state;
	unsigned column;

	pty_type(&k->pty, "ab\033[1;1R");
	while (!tty_has_typed(k->tty))
		tty_column(k->tty, &column);
	assert_string_equal(keys(k, steps), "61 62 abandoned");
}

/* What is typed is on the screen while more is waited for. */
static bool
see_half(struct pty *p)
{
	if (*p->steps == NULL)
		assert_non_null(strstr(pty_shown(p), p->arg));
	return false;
}

static void
test_screen(void **state)
{
	static const char *const steps[] = { "half", NULL };
	static const char *const stopped[] = { "half", "!cont", NULL };
	char typed[] = "half";
	char again[] = "\033[?2004h\r\033[KS: half";
	struct keyed *k = *state;

	edit_prompt(&k->edit, "S: ", NULL);
	k->pty.idle = see_half;
	k->pty.arg = typed;
	assert_int_equal(keyed_run(k, steps), EDIT_LEFT);
	k->pty.arg = again;
	assert_int_equal(keyed_run(k, stopped), EDIT_LEFT);
}

/* While a line is on the screen, a size is not certain at once. */
static bool
shrink(struct pty *p)
{
	static const struct winsize size = { .ws_row = 24, .ws_col = 40 };

	if (*p->steps != NULL && strcmp(*p->steps, "!winch") == 0)
		assert_int_equal(ioctl(STDOUT_FILENO, TIOCSWINSZ, &size), 0);
	return false;
}

static void
test_another_size(void **state)
{
	static const char *const steps[] = { "a", "!winch", "b", NULL };
	struct keyed *k = *state;

	edit_prompt(&k->edit, "S: ", NULL);
	k->pty.idle = shrink;
	assert_int_equal(keyed_run(k, steps), EDIT_LEFT);
	assert_string_equal(keyed_text(k), "ab");
	assert_int_equal(edit_columns(&k->edit), 40);
	assert_int_equal(tty_unsure(k->tty), -1);
}

/* In a session of its own nobody would continue it: it goes on at once. */
static void
test_stop(void **state)
{
	struct keyed *k = *state;
	const char *shown;
	int status;
	pid_t pid;

	pty_shown(&k->pty);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		if (setsid() < 0)
			_exit(1);
		raise(SIGTSTP);
		_exit(keyboard_signals(&k->keyboard) == 0 ? 0 : 2);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	/* Given back, then taken again. */
	shown = strstr(pty_shown(&k->pty), "\033[?2004l");
	assert_non_null(shown);
	assert_non_null(strstr(shown, "\033[?2004h"));
}

static void
test_drain(void **state)
{
	static const char *const steps[] = { NULL };
	struct keyed *k = *state;

	assert_int_equal(keyboard_drain(&k->keyboard), 0);
	pty_type(&k->pty, "a\rb\rc");
	assert_int_equal(keyboard_drain(&k->keyboard), 2);
	assert_string_equal(keys(k, steps), "abandoned");
	pty_hangup(&k->pty);
	assert_int_equal(keyboard_drain(&k->keyboard), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		KEYED_TEST(test_keys),
		KEYED_TEST(test_signal_that_is_told),
		KEYED_TEST(test_continued),
		KEYED_TEST(test_put_in),
		KEYED_TEST(test_typed_already),
		KEYED_TEST(test_screen),
		KEYED_TEST(test_another_size),
		KEYED_TEST(test_stop),
		KEYED_TEST(test_drain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
