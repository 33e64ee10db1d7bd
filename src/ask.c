/* SPDX-License-Identifier: ISC */
/* ask.c - a question at the terminal, without an editor. */
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "ask.h"
#include "buf.h"
#include "fail.h"

/* A question under way. */
struct asking {
	int tty;
	struct termios before;
	sigset_t mask;
};

enum key { KEY_CANCEL = 3, KEY_END = 4, KEY_RUBOUT = 8, KEY_DROP = 21 };

/*
 * Keys come one by one and make no signals; signals from elsewhere wait until
 * the modes are back, which is when the question is answered.
 */
static int
begin(struct asking *a)
{
	struct termios now;
	sigset_t all;

	a->tty = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (a->tty < 0)
		return -1;
	sigfillset(&all);
	sigdelset(&all, SIGTTOU);
	sigdelset(&all, SIGTTIN);
	sigprocmask(SIG_BLOCK, &all, &a->mask);
	if (tcgetattr(a->tty, &a->before) < 0) {
		sigprocmask(SIG_SETMASK, &a->mask, NULL);
		close(a->tty);
		return -1;
	}
	now = a->before;
	now.c_lflag &= ~(tcflag_t)(ECHO | ICANON | ISIG);
	now.c_cc[VMIN] = 0;
	now.c_cc[VTIME] = 1;
	tcsetattr(a->tty, TCSAFLUSH, &now);
	return 0;
}

static void
finish(struct asking *a)
{
	tcsetattr(a->tty, TCSAFLUSH, &a->before);
	close(a->tty);
	sigprocmask(SIG_SETMASK, &a->mask, NULL);
}

static void
show(const struct asking *a, const char *p, size_t n)
{
	/* Nobody can be told that the terminal is gone. */
	if (write(a->tty, p, n) < 0)
		return;
}

/* Is a signal waiting that would end the process? */
static bool
interrupted(void)
{
	sigset_t waiting;

	sigpending(&waiting);
	return sigismember(&waiting, SIGTERM) ||
	    sigismember(&waiting, SIGHUP) || sigismember(&waiting, SIGINT);
}

/* Nothing is read from a terminal that is gone, either. */
static bool
is_gone(const struct asking *a)
{
	struct termios now;

	return tcgetattr(a->tty, &now) < 0;
}

/* Deal with one key: 1 when the line is complete, -1 when it is given up. */
static int
take_key(struct asking *a, char c, bool hidden, struct buf *line)
{
	switch (c) {
	case '\r':
	case '\n':
		return 1;
	case KEY_CANCEL:
		return -1;
	case KEY_END:
		return line->len == 0 ? -1 : 0;
	case KEY_RUBOUT:
	case 0x7f:
		if (line->len > 0) {
			line->len--;
			if (!hidden)
				show(a, "\b \b", 3);
		}
		return 0;
	case KEY_DROP:
		while (!hidden && line->len > 0 && line->len--)
			show(a, "\b \b", 3);
		line->len = 0;
		return 0;
	default:
		buf_add(line, &c, 1);
		if (!hidden)
			show(a, &c, 1);
		return 0;
	}
}

int
ask(const char *question, bool hidden, struct buf *to, struct fail *f)
{
	struct asking a;
	struct buf line = { 0 };
	ssize_t got = 0;
	int done = 0;
	char c;

	if (begin(&a) < 0)
		return fail_set(f, STATUS_USAGE, "there is no terminal to ask");
	show(&a, question, strlen(question));
	while (done == 0 && got >= 0) {
		got = read(a.tty, &c, 1);
		if (got > 0)
			done = take_key(&a, c, hidden, &line);
		else if (interrupted() || is_gone(&a))
			done = -1;
	}
	show(&a, "\n", 1);
	finish(&a);
	if (done > 0)
		buf_add(to, line.len == 0 ? "" : buf_bytes(&line), line.len);
	buf_free(&line);
	return done > 0 ? 0 : fail_set(f, STATUS_USAGE, "no answer was given");
}
