/* SPDX-License-Identifier: ISC */
/* tty_test.c - the modes, the bytes and the size of a terminal. */
#include <sys/wait.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "pty.h"
#include "term/tty.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])
#define PASTE_ON "\033[?2004h"
#define PASTE_OFF "\033[?2004l"

struct stage {
	struct pty pty;
	struct tty *tty;
	char why[128];
};

static int
set_up(void **state)
{
	static struct stage s;

	pty_begin(&s.pty);
	s.tty = tty_open(s.why);
	*state = &s;
	return s.tty == NULL;
}

static int
tear_down(void **state)
{
	struct stage *s = *state;

	tty_close(s->tty);
	pty_end(&s->pty);
	return 0;
}

static void
expect(struct stage *s, const char *want)
{
	tty_flush(s->tty);
	assert_string_equal(pty_shown(&s->pty), want);
}

static void
test_what_it_is(void **state)
{
	struct stage *s = *state;

	assert_int_equal(tty_in(s->tty), STDIN_FILENO);
	assert_int_equal(tty_out(s->tty), STDOUT_FILENO);
	assert_true(tty_shows(s->tty, STDOUT_FILENO));
	assert_false(tty_shows(s->tty, STDERR_FILENO));
	tty_close(NULL);
}

static void
test_output(void **state)
{
	struct stage *s = *state;
	size_t length;

	tty_puts(s->tty, "one ");
	tty_put(s->tty, "two three", 4);
	tty_put(s->tty, NULL, 0);
	length = tty_length(s->tty);
	assert_int_equal(length, 8);
	tty_puts(s->tty, "never");
	tty_cut(s->tty, length);
	/* Until then nothing is written. */
	assert_string_equal(pty_shown(&s->pty), "");
	expect(s, "one two ");
	assert_int_equal(tty_length(s->tty), 0);
	expect(s, "");
	fputs("by the file", tty_file(s->tty));
	assert_int_equal(tty_length(s->tty), 11);
	tty_cut(s->tty, 0);
	tty_puts(s->tty, "x");
	expect(s, "x");
}

static void
test_cursor(void **state)
{
	struct stage *s = *state;

	tty_move(s->tty, 0, 'A');
	tty_move(s->tty, 3, 'A');
	tty_move(s->tty, 12, 'C');
	expect(s, "\033[3A\033[12C");
	tty_erase(s->tty, 0, 0);
	expect(s, "\r\033[K");
	tty_erase(s->tty, 1, 2);
	expect(s, "\033[1B\r\033[K\033[A\033[K\033[A\033[K\033[A\033[K");
	/* What is collected comes behind. */
	tty_puts(s->tty, "text");
	tty_reclaim(s->tty, 2);
	expect(s, "\r\033[2A\0337\033[K\033[B\033[J\0338text");
	tty_reclaim(s->tty, 0);
	expect(s, "\r\0337\033[K\033[B\033[J\0338");
}

static tcflag_t
local_modes(void)
{
	struct termios now;

	assert_int_equal(tcgetattr(STDIN_FILENO, &now), 0);
	return now.c_lflag & (ECHO | ICANON);
}

static void
set_local_modes(tcflag_t modes)
{
	struct termios now;

	assert_int_equal(tcgetattr(STDIN_FILENO, &now), 0);
	now.c_lflag &= ~(tcflag_t)(ECHO | ICANON);
	now.c_lflag |= modes;
	assert_int_equal(tcsetattr(STDIN_FILENO, TCSANOW, &now), 0);
}

static void
test_modes(void **state)
{
	struct stage *s = *state;

	/* Not kept: not given back either. */
	set_local_modes(ICANON);
	tty_close(s->tty);
	assert_int_equal(local_modes(), ICANON);
	s->tty = tty_open(s->why);
	assert_non_null(s->tty);
	set_local_modes(ECHO);
	tty_keep(s->tty);
	expect(s, PASTE_ON);
	set_local_modes(0);
	/* However the program may end. */
	signals_restore();
	assert_string_equal(pty_shown(&s->pty), PASTE_OFF);
	assert_int_equal(local_modes(), ICANON);
	tty_puts(s->tty, "x");
	tty_lend(s->tty);
	assert_string_equal(pty_shown(&s->pty), "x" PASTE_OFF);
	assert_int_equal(local_modes(), ICANON);
	tty_take(s->tty);
	assert_string_equal(pty_shown(&s->pty), PASTE_ON);
	assert_int_equal(local_modes(), ECHO);
	signals_restore();
	assert_string_equal(pty_shown(&s->pty), PASTE_OFF);
	assert_int_equal(local_modes(), ICANON);
	tty_puts(s->tty, "left");
	tty_close(s->tty);
	s->tty = NULL;
	assert_string_equal(pty_shown(&s->pty), "left" PASTE_OFF);
	assert_int_equal(local_modes(), ICANON);
}

static void
test_read(void **state)
{
	struct stage *s = *state;
	char bytes[8];

	pty_type(&s->pty, "abcdef");
	assert_int_equal(tty_read(s->tty, bytes, 4), 4);
	assert_memory_equal(bytes, "abcd", 4);
	assert_int_equal(tty_read(s->tty, bytes, sizeof bytes), 2);
	assert_memory_equal(bytes, "ef", 2);
	/* Somebody we share it with made it so. */
	assert_int_equal(fcntl(STDIN_FILENO, F_SETFL, O_RDWR | O_NONBLOCK), 0);
	assert_int_equal(tty_read(s->tty, bytes, sizeof bytes), -1);
	pty_hangup(&s->pty);
	assert_int_equal(tty_read(s->tty, bytes, sizeof bytes), 0);
	/* What is written then is lost, and that is all. */
	tty_puts(s->tty, "lost");
	tty_flush(s->tty);
	assert_int_equal(tty_length(s->tty), 0);
}

static void
test_hangup_while_writing(void **state)
{
	struct stage *s = *state;

	tty_keep(s->tty);
	pty_hangup(&s->pty);
	tty_puts(s->tty, "lost");
	tty_flush(s->tty);
	tty_lend(s->tty);
	assert_int_equal(tty_length(s->tty), 0);
}

/* Ask, and again where the machine is so busy that an answer which is there
 * already comes too late. */
static bool
column(struct stage *s, bool answered, unsigned *column)
{
	int tries = 0;
	bool told;

	do {
		tty_puts(s->tty, "not yet");
		told = tty_column(s->tty, column);
		assert_string_equal(pty_shown(&s->pty), "\033[6n");
		tty_cut(s->tty, 0);
	} while (!told && answered && tries++ < 20);
	return told;
}

/* The answer is taken out of what is typed meanwhile. */
static void
test_column(void **state)
{
	static const struct {
		const char *typed;
		int column; /* -1: no answer came */
		const char *left;
	} rows[] = {
		{ "\033[3;7R", 6, "" },
		{ "a\033[Ab\033[12;1Rc\033[1;9R", 0, "a\033[Abc\033[1;9R" },
		{ "\033\033[\033[1\033[1;\033[1;2\033[1;80R", 79,
		    "\033\033[\033[1\033[1;\033[1;2" },
		{ "\033[0;7R\033[;7R\033[7R", -1, "\033[0;7R\033[;7R\033[7R" },
		{ "\033[7;0R\033[7;1S", -1, "\033[7;0R\033[7;1S" },
		{ "x", -1, "x" },
	};
	struct stage *s = *state;
	char bytes[64];
	size_t i;

	for (i = 0; i < ROWS(rows); i++) {
		size_t n = strlen(rows[i].left);
		bool answered = rows[i].column >= 0;
		unsigned at = 0;

		pty_type(&s->pty, rows[i].typed);
		assert_int_equal(column(s, answered, &at), answered);
		if (answered)
			assert_int_equal(at, rows[i].column);
		assert_int_equal(tty_has_typed(s->tty), n > 0);
		if (n == 0)
			continue;
		assert_int_equal(tty_read(s->tty, bytes, 1), 1);
		assert_int_equal(bytes[0], rows[i].left[0]);
		assert_int_equal(tty_has_typed(s->tty), n > 1);
		if (n == 1)
			continue;
		assert_int_equal(tty_read(s->tty, bytes, sizeof bytes), n - 1);
		assert_memory_equal(bytes, rows[i].left + 1, n - 1);
		assert_false(tty_has_typed(s->tty));
	}
}

static void
test_back(void **state)
{
	static const struct {
		const char *typed; /* two answers: before and behind */
		unsigned rows;
	} rows[] = {
		{ "\033[5;1R\033[3;1R", 2 },
		{ "\033[5;1R\033[5;1R", 0 },
		{ "\033[5;1R\033[6;1R", 0 },
		/* At the top of the screen it may have been held up. */
		{ "\033[5;1R\033[1;1R", 0 },
	};
	static const char asked[] = "\033[6n\0337\r\b\b\b\033[6n\0338";
	struct stage *s = *state;
	struct termios lines;
	size_t i;

	/* The second answer is not read with the first. */
	assert_int_equal(tcgetattr(STDIN_FILENO, &lines), 0);
	lines.c_lflag |= ICANON;
	lines.c_cc[VEOL] = 'R';
	assert_int_equal(tcsetattr(STDIN_FILENO, TCSANOW, &lines), 0);
	for (i = 0; i < ROWS(rows); i++) {
		const char *shown;
		unsigned got;
		int tries = 0;

		/* Answers may come too late here as well. */
		do {
			tcflush(STDIN_FILENO, TCIFLUSH);
			pty_type(&s->pty, rows[i].typed);
			got = tty_back(s->tty, 3);
			shown = pty_shown(&s->pty);
		} while (strcmp(shown, asked) != 0 && tries++ < 20);
		assert_string_equal(shown, asked);
		assert_int_equal(got, rows[i].rows);
		assert_false(tty_has_typed(s->tty));
	}
}

static void
test_size(void **state)
{
	struct winsize size = { .ws_row = 11, .ws_col = 33 };
	struct stage *s = *state;
	unsigned columns, rows, i;
	int ms;

	assert_int_equal(tty_unsure(s->tty), -1);
	assert_int_equal(ioctl(STDOUT_FILENO, TIOCSWINSZ, &size), 0);
	/* Nothing was ever written here: nothing can have crossed. */
	assert_false(tty_resized(s->tty, &columns, &rows));
	assert_int_equal(columns, 33);
	assert_int_equal(rows, 11);
	ms = tty_unsure(s->tty);
	assert_in_range(ms, 0, 350);
	/* After it nothing is certain, until somebody says so. */
	poll(NULL, 0, ms + 50);
	assert_int_equal(tty_unsure(s->tty), 0);
	tty_sure(s->tty);
	assert_int_equal(tty_unsure(s->tty), -1);
	tty_resized(s->tty, &columns, &rows);
	for (i = 0; i < 65536 / 16; i++)
		tty_puts(s->tty, "0123456789abcdef");
	assert_int_equal(tty_unsure(s->tty), 0);
	tty_cut(s->tty, 0);
	tty_reclaim(s->tty, 0);
	assert_int_equal(tty_unsure(s->tty), -1);
}

/* In a session of its own, with stdin and stdout elsewhere. */
static int
alone(struct stage *s, bool terminal, int (*part)(struct tty *t))
{
	const char *name = ptsname(s->pty.master);
	pid_t pid = fork();
	int status = -1, null;

	assert_true(pid >= 0);
	if (pid == 0) {
		char why[128] = "";
		struct tty *t;

		if (setsid() < 0)
			_exit(101);
		if (terminal && ioctl(open(name, O_RDWR), TIOCSCTTY, 0) != 0)
			_exit(102);
		null = open("/dev/null", O_RDWR);
		dup2(null, STDIN_FILENO);
		dup2(null, STDOUT_FILENO);
		dup2(null, STDERR_FILENO);
		t = tty_open(why);
		status = t != NULL                           ? part(t) :
		    strcmp(why, "there is no terminal") == 0 ? 0 :
							       103;
		tty_close(t);
		_exit(status);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static int
never(struct tty *t)
{
	(void)t;
	return 104;
}

static int
use(struct tty *t)
{
	if (tty_in(t) != tty_out(t) || tty_out(t) <= STDERR_FILENO)
		return 105;
	if (tty_shows(t, STDOUT_FILENO) || tty_shows(t, STDERR_FILENO))
		return 106;
	tty_puts(t, "here");
	tty_flush(t);
	return 0;
}

static void
test_elsewhere(void **state)
{
	struct stage *s = *state;

	assert_int_equal(alone(s, false, never), 0);
	assert_int_equal(alone(s, true, use), 0);
	assert_string_equal(pty_shown(&s->pty), "here");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_what_it_is),
		TEST(test_output),
		TEST(test_cursor),
		TEST(test_modes),
		TEST(test_read),
		TEST(test_hangup_while_writing),
		TEST(test_column),
		TEST(test_back),
		TEST(test_size),
		TEST(test_elsewhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
