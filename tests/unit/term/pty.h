/* SPDX-License-Identifier: ISC */
/* pty.h - a terminal of 80 columns that is ours, and someone who types. */
#ifndef PTY_H
#define PTY_H

#include <sys/ioctl.h>
#include <fcntl.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "buf.h"
#include "signals.h"

enum {
	PTY_WAIT = 30000, /* milliseconds, for what surely comes */
	PTY_STEPS = 12
};

/*
 * Stdin and stdout are the terminal from pty_begin to pty_end; `master` is its
 * other end.  What is typed comes step by step, whenever somebody waits for a
 * key.  Some steps are none:
 *
 *	!int !term !winch	a signal comes
 *	!hangup			the terminal goes
 *
 * Behind the last one the line is to be abandoned.
 */
struct pty {
	int master;
	int kept[2]; /* what stdin and stdout are otherwise */
	const char *const *steps;
	/* First of all, at each wait; true: that is over; or NULL. */
	bool (*idle)(struct pty *p);
	void *arg;
	struct buf shown; /* all that pty_shown has seen */
};

static inline void
pty_begin(struct pty *p)
{
	static const int signos[] = { SIGINT, SIGTERM, SIGTSTP, SIGCONT,
		SIGWINCH };
	struct winsize size = { .ws_row = 24, .ws_col = 80 };
	struct termios raw;
	const char *name;
	size_t i;
	int fd;

	memset(p, 0, sizeof *p);
	/* Nothing of the user's takes part. */
	/* What libtinfo makes of some other types it never frees. */
	setenv("TERM", "xterm-color", 1);
	setenv("HOME", "/nonexistent", 1);
	setenv("EDITRC", "/nonexistent", 1);
	p->master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_true(p->master >= 0 && grantpt(p->master) == 0 &&
	    unlockpt(p->master) == 0);
	name = ptsname(p->master);
	assert_non_null(name);
	fd = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_true(fd >= 0 && tcgetattr(fd, &raw) == 0);
	/* What is written comes as it is, and nothing is echoed. */
	raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ISIG | IEXTEN);
	raw.c_iflag &= ~(tcflag_t)(ICRNL | IXON | INLCR);
	raw.c_oflag &= ~(tcflag_t)OPOST;
	assert_int_equal(tcsetattr(fd, TCSANOW, &raw), 0);
	assert_int_equal(ioctl(fd, TIOCSWINSZ, &size), 0);
	fflush(stdout);
	for (i = 0; i < 2; i++) {
		p->kept[i] = fcntl((int)i, F_DUPFD_CLOEXEC, 3);
		assert_true(p->kept[i] >= 0 && dup2(fd, (int)i) == (int)i);
	}
	close(fd);
	for (i = 0; i < sizeof signos / sizeof signos[0]; i++)
		signal(signos[i], SIG_DFL);
	assert_int_equal(signals_open(NULL), 0);
}

static inline void
pty_hangup(struct pty *p)
{
	if (p->master >= 0)
		close(p->master);
	p->master = -1;
}

static inline void
pty_end(struct pty *p)
{
	int i;

	signals_close();
	for (i = 0; i < 2; i++) {
		dup2(p->kept[i], i);
		close(p->kept[i]);
	}
	pty_hangup(p);
	buf_free(&p->shown);
}

static inline bool
pty_readable(int fd)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };

	return poll(&pfd, 1, PTY_WAIT) > 0;
}

/* Type it; it is there to be read then. */
static inline void
pty_type(struct pty *p, const char *text)
{
	assert_int_equal(write(p->master, text, strlen(text)), strlen(text));
	assert_true(pty_readable(STDIN_FILENO));
}

/* All that was written to the terminal since it was asked last. */
static inline const char *
pty_shown(struct pty *p)
{
	static const char end[] = "\001end";
	char some[4096];
	ssize_t n;

	buf_clear(&p->shown);
	assert_int_equal(write(STDOUT_FILENO, end, 4), 4);
	do {
		assert_true(pty_readable(p->master));
		n = read(p->master, some, sizeof some);
		assert_true(n > 0);
		buf_add(&p->shown, some, (size_t)n);
	} while (p->shown.len < 4 ||
	    memcmp(buf_bytes(&p->shown) + p->shown.len - 4, end, 4) != 0);
	p->shown.len -= 4;
	buf_add(&p->shown, "", 1);
	return buf_bytes(&p->shown);
}

/* Do a step that is no typing, or type it. */
static inline int
pty_step(struct pty *p, const char *step)
{
	static const struct {
		const char *step;
		int signo;
	} signos[] = { { "!int", SIGINT }, { "!term", SIGTERM },
		{ "!winch", SIGWINCH }, { "!cont", SIGCONT } };
	size_t i;

	for (i = 0; i < sizeof signos / sizeof signos[0]; i++) {
		if (strcmp(signos[i].step, step) == 0) {
			raise(signos[i].signo);
			return 0;
		}
	}
	if (strcmp(step, "!hangup") == 0)
		pty_hangup(p);
	else
		pty_type(p, step);
	return 1;
}

/* The hook that waits: see struct term_hooks. */
static inline int
pty_wait(void *arg, int fd, int ms)
{
	struct pty *p = arg;
	struct pollfd pfd = { .fd = fd, .events = POLLIN };

	if (fd < 0 || ms >= 0)
		return poll(&pfd, fd >= 0, ms) > 0;
	if (p->idle != NULL && p->idle(p))
		return 0;
	if (poll(&pfd, 1, 0) > 0)
		return 1;
	return p->steps == NULL || *p->steps == NULL ? -1 :
						       pty_step(p, *p->steps++);
}

#endif
