/* SPDX-License-Identifier: ISC */
/* tty.c - find, read and write the terminal, and set its modes. */
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "fail.h"
#include "signals.h"
#include "term/tty.h"

struct tty {
	int in, out;
	bool opened;           /* /dev/tty: `out` is ours to close */
	bool kept;             /* it has the modes for editing */
	bool shows[2];         /* what goes to stdout, to stderr */
	bool gone;             /* hung up: nothing can be written */
	struct termios before; /* its modes when we came */
	struct termios edit;
	FILE *file; /* a stream in memory: `data` */
	char *data;
	size_t size;
};

static const char paste_on[] = "\033[?2004h";
static const char paste_off[] = "\033[?2004l";

static int
find(struct tty *t)
{
	t->in = STDIN_FILENO;
	t->out = -1;
	if (isatty(STDIN_FILENO) && isatty(STDOUT_FILENO))
		t->out = STDOUT_FILENO;
	else if (isatty(STDIN_FILENO) && isatty(STDERR_FILENO))
		t->out = STDERR_FILENO;
	if (t->out < 0) {
		t->out = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
		t->opened = t->out >= 0;
		if (!isatty(STDIN_FILENO))
			t->in = t->out;
	}
	return t->out < 0 ? -1 : tcgetattr(t->in, &t->before);
}

/* Is what goes to fd seen here? */
static bool
shows(const struct tty *t, int fd)
{
	struct stat ours, other;

	if (!isatty(fd) || fstat(t->out, &ours) != 0 || fstat(fd, &other) != 0)
		return false;
	/* /dev/tty is a device of its own; only for the controlling terminal
	 * is there a foreground group. */
	return ours.st_rdev == other.st_rdev ||
	    (t->opened && tcgetpgrp(fd) != -1);
}

struct tty *
tty_open(char why[128])
{
	struct tty *t = xmalloc(sizeof *t);

	memset(t, 0, sizeof *t);
	if (find(t) == 0) {
		t->edit = t->before;
		t->shows[0] = shows(t, STDOUT_FILENO);
		t->shows[1] = shows(t, STDERR_FILENO);
		t->file = open_memstream(&t->data, &t->size);
		if (t->file != NULL)
			return t;
	}
	snprintf(why, 128, "there is no terminal");
	tty_close(t);
	return NULL;
}

void
tty_close(struct tty *t)
{
	if (t->kept)
		tty_lend(t);
	if (t->file != NULL)
		fclose(t->file);
	signals_guard(-1, NULL);
	if (t->opened)
		close(t->out);
	free(t->data);
	free(t);
}

int
tty_in(const struct tty *t)
{
	return t->in;
}

int
tty_out(const struct tty *t)
{
	return t->out;
}

bool
tty_shows(const struct tty *t, int fd)
{
	return t->shows[fd == STDERR_FILENO];
}

void
tty_keep(struct tty *t)
{
	tcgetattr(t->in, &t->edit);
	signals_guard(t->out, &t->before);
	tty_puts(t, paste_on);
	t->kept = true;
}

void
tty_lend(struct tty *t)
{
	tty_puts(t, paste_off);
	tty_flush(t);
	if (!t->gone)
		tcsetattr(t->in, TCSANOW, &t->before);
}

void
tty_take(struct tty *t)
{
	tcsetattr(t->in, TCSANOW, &t->edit);
	signals_guard(t->out, &t->before);
	tty_puts(t, paste_on);
	tty_flush(t);
}

FILE *
tty_file(const struct tty *t)
{
	return t->file;
}

void
tty_put(struct tty *t, const char *p, size_t n)
{
	fwrite(p, 1, n, t->file);
}

void
tty_puts(struct tty *t, const char *s)
{
	tty_put(t, s, strlen(s));
}

size_t
tty_length(const struct tty *t)
{
	off_t length = ftello(t->file);

	return length > 0 ? (size_t)length : 0;
}

void
tty_cut(struct tty *t, size_t length)
{
	fseeko(t->file, (off_t)length, SEEK_SET);
}

/* False: it cannot be written any more. */
static bool
may_write_again(const struct tty *t)
{
	struct pollfd pfd = { .fd = t->out, .events = POLLOUT };

	if (errno == EINTR)
		return true;
	/* Somebody we share the terminal with made it non-blocking. */
	return errno == EAGAIN && (poll(&pfd, 1, -1) > 0 || errno == EINTR);
}

void
tty_flush(struct tty *t)
{
	size_t length = tty_length(t), done = 0;
	ssize_t n;

	if (length == 0)
		return;
	fflush(t->file);
	while (done < length && !t->gone) {
		n = write(t->out, t->data + done, length - done);
		if (n >= 0)
			done += (size_t)n;
		else
			t->gone = !may_write_again(t);
	}
	tty_cut(t, 0);
}

ssize_t
tty_read(struct tty *t, char *p, size_t n)
{
	ssize_t got = read(t->in, p, n);

	if (got < 0 && (errno == EINTR || errno == EAGAIN))
		return -1;
	if (got <= 0)
		t->gone = true;
	return got > 0 ? got : 0;
}

void
tty_size(const struct tty *t, unsigned *columns, unsigned *rows)
{
	struct winsize size = { 0 };

	ioctl(t->out, TIOCGWINSZ, &size);
	*columns = size.ws_col;
	*rows = size.ws_row;
}
