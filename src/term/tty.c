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

#include "buf.h"
#include "clock.h"
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
	struct buf typed; /* read already, see tty_column */
	bool unsure;      /* where things are, see tty_resized */
	int64_t resized;  /* when that was */
	int64_t written;  /* the last output */
};

enum {
	/* tmux gives a second size to a program 250 ms after the first. */
	QUIET_MS = 350,
	/* Output may be under way so long. */
	CROSS_MS = 100,
	/* For the answer to a question. */
	ANSWER_MS = 250,
	ROOM = 4096,
	/* So much output is held back while nothing is certain. */
	HELD_MOST = 1 << 16
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
	if (t == NULL)
		return;
	if (t->kept)
		tty_lend(t);
	if (t->file != NULL)
		fclose(t->file);
	signals_guard(-1, NULL);
	if (t->opened)
		close(t->out);
	free(t->data);
	buf_free(&t->typed);
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
	if (n > 0)
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

void
tty_move(struct tty *t, unsigned n, char how)
{
	if (n > 0)
		fprintf(t->file, "\033[%u%c", n, how);
}

/* Upwards: a screen erased downwards from its first row goes to the
 * scrollback of some terminals. */
void
tty_erase(struct tty *t, unsigned below, unsigned above)
{
	unsigned i;

	tty_move(t, below, 'B');
	tty_puts(t, "\r");
	for (i = 0; i < below + above; i++)
		tty_puts(t, "\033[K\033[A");
	tty_puts(t, "\033[K");
}

void
tty_reclaim(struct tty *t, unsigned above)
{
	struct buf rest = { 0 };

	fflush(t->file);
	buf_add(&rest, t->data, tty_length(t));
	tty_cut(t, 0);
	tty_puts(t, "\r");
	tty_move(t, above, 'A');
	tty_puts(t, "\0337\033[K\033[B\033[J\0338");
	tty_put(t, buf_bytes(&rest), rest.len);
	buf_free(&rest);
	t->unsure = false;
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

static void
write_all(struct tty *t, const char *p, size_t length)
{
	size_t done = 0;
	ssize_t n;

	while (done < length && !t->gone) {
		n = write(t->out, p + done, length - done);
		if (n >= 0)
			done += (size_t)n;
		else
			t->gone = !may_write_again(t);
	}
}

void
tty_flush(struct tty *t)
{
	size_t length = tty_length(t);

	if (length == 0)
		return;
	fflush(t->file);
	write_all(t, t->data, length);
	t->written = clock_us();
	tty_cut(t, 0);
}

ssize_t
tty_read(struct tty *t, char *p, size_t n)
{
	ssize_t got;

	if (t->typed.len > 0) {
		if (n > t->typed.len)
			n = t->typed.len;
		memcpy(p, buf_bytes(&t->typed), n);
		buf_drop(&t->typed, n);
		if (t->typed.len == 0)
			buf_wipe(&t->typed);
		return (ssize_t)n;
	}
	got = read(t->in, p, n);
	if (got < 0 && (errno == EINTR || errno == EAGAIN))
		return -1;
	if (got <= 0)
		t->gone = true;
	return got > 0 ? got : 0;
}

bool
tty_resized(struct tty *t, unsigned *columns, unsigned *rows)
{
	struct winsize size = { 0 };

	ioctl(t->out, TIOCGWINSZ, &size);
	*columns = size.ws_col;
	*rows = size.ws_row;
	t->resized = clock_us();
	t->unsure = true;
	return clock_since(t->written) < CROSS_MS;
}

void
tty_sure(struct tty *t)
{
	t->unsure = false;
}

int
tty_unsure(const struct tty *t)
{
	int elapsed;

	if (!t->unsure)
		return -1;
	elapsed = clock_since(t->resized);
	return elapsed < QUIET_MS && tty_length(t) < HELD_MOST ?
	    QUIET_MS - elapsed :
	    0;
}

/* The number that these digits are; they end at *p. */
static unsigned
number(const char **p, const char *end)
{
	unsigned n = 0;

	while (*p < end && **p >= '0' && **p <= '9' && n < 100000)
		n = n * 10 + (unsigned)(*(*p)++ - '0');
	return n;
}

/* Take "ESC [ row ; column R" out of what was typed. */
static bool
take_answer(struct buf *typed, unsigned *row, unsigned *column)
{
	char *at = buf_bytes(typed), *end = at + typed->len;
	const char *p;

	for (; (at = memchr(at, '\033', (size_t)(end - at))) != NULL; at++) {
		p = at + 1;
		if (p == end || *p++ != '[' || (*row = number(&p, end)) == 0 ||
		    p == end || *p++ != ';' ||
		    (*column = number(&p, end)) == 0 || p == end || *p != 'R')
			continue;
		memmove(at, p + 1, (size_t)(end - p - 1));
		typed->len -= (size_t)(p + 1 - at);
		*column -= 1;
		return true;
	}
	return false;
}

/* Write this and "where is the cursor?", and wait for the answer. */
static bool
ask(struct tty *t, const struct buf *before, unsigned *row, unsigned *column)
{
	struct pollfd pfd = { .fd = t->in, .events = POLLIN };
	int64_t since;
	ssize_t got;
	int left;

	since = clock_us();
	write_all(t, buf_bytes(before), before->len);
	while (!t->gone && (left = ANSWER_MS - clock_since(since)) > 0) {
		if (poll(&pfd, 1, left) < 0 && errno == EINTR)
			continue;
		if (pfd.revents == 0)
			break;
		got = read(t->in, buf_room(&t->typed, ROOM), ROOM);
		if (got <= 0)
			break;
		buf_grew(&t->typed, (size_t)got);
		if (take_answer(&t->typed, row, column))
			return true;
	}
	return false;
}

bool
tty_column(struct tty *t, unsigned *column)
{
	struct buf question = { 0 };
	unsigned row;
	bool told;

	buf_adds(&question, "\033[6n");
	told = ask(t, &question, &row, column);
	buf_free(&question);
	return told;
}

unsigned
tty_back(struct tty *t, unsigned cells)
{
	struct buf question = { 0 };
	unsigned from, to, column;
	bool told;

	buf_adds(&question, "\033[6n");
	told = ask(t, &question, &from, &column);
	buf_clear(&question);
	buf_adds(&question, "\0337\r");
	memset(buf_room(&question, cells), '\b', cells);
	buf_grew(&question, cells);
	buf_adds(&question, "\033[6n\0338");
	told = told && ask(t, &question, &to, &column);
	buf_free(&question);
	return told && to > 1 && to < from ? from - to : 0;
}

bool
tty_has_typed(const struct tty *t)
{
	return t->typed.len > 0;
}
