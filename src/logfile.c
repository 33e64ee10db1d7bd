/* SPDX-License-Identifier: ISC */
/* logfile.c - a file of whole lines that only grows. */
#include <sys/stat.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "fail.h"
#include "logfile.h"
#include "text.h"
#include "writeall.h"

/* -1 and a sentence about the file. */
static int
refuse(const char *name, int error, struct fail *f)
{
	struct buf shown = { 0 };
	const char *text;

	text_quote(&shown, name, strlen(name), 100);
	buf_add(&shown, "", 1);
	text = buf_bytes(&shown);
	errno = error;
	if (error == EEXIST)
		fail_set(f, STATUS_USAGE,
		    "%s is there already (--force overwrites it, \">>%s\" "
		    "appends)",
		    text, text);
	else if (error == ELOOP)
		fail_set(f, STATUS_USAGE,
		    "%s is a symbolic link, and no transcript goes through one",
		    text);
	else
		fail_errno(f, STATUS_USAGE, "cannot write to %s", text);
	buf_free(&shown);
	return -1;
}

/* A file to write at the end of, of a kind that can be written so. */
static int
open_kind(struct logfile *l, const char *name, int flags, struct stat *st)
{
	l->fd = open(name,
	    O_WRONLY | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY |
		O_CLOEXEC | flags,
	    0600);
	if (l->fd < 0 || fstat(l->fd, st) < 0)
		return -1;
	if (S_ISREG(st->st_mode))
		return 0;
	errno = (flags & O_CREAT) != 0 ? EINVAL : EEXIST;
	if (!S_ISCHR(st->st_mode) && !S_ISFIFO(st->st_mode))
		return -1;
	/* It was for the opening alone, which must not wait. */
	return fcntl(l->fd, F_SETFL, O_APPEND);
}

/* There is nothing to lose in /dev/null or in a FIFO. */
static int
open_device(struct logfile *l, const char *name)
{
	struct stat st;

	if (lstat(name, &st) == 0 && !S_ISREG(st.st_mode) &&
	    !S_ISLNK(st.st_mode) && open_kind(l, name, 0, &st) == 0 &&
	    !S_ISREG(st.st_mode))
		return 0;
	errno = EEXIST;
	return -1;
}

static int
open_file(struct logfile *l, const char *name)
{
	bool fresh = !l->append && !l->force;
	struct stat st;

	if (open_kind(l, name, O_CREAT | (fresh ? O_EXCL : 0), &st) < 0)
		return fresh && errno == EEXIST ? open_device(l, name) : -1;
	l->made = fresh;
	l->filled = l->append && st.st_size > 0;
	if (fresh || l->append || !S_ISREG(st.st_mode))
		return 0;
	return fchmod(l->fd, 0600) < 0 ? -1 : ftruncate(l->fd, 0);
}

int
logfile_open(struct logfile *l, const char *name, struct fail *f)
{
	int error;

	l->fd = -1;
	l->made = l->filled = false;
	if (open_file(l, name) == 0)
		return 0;
	error = errno;
	if (l->fd >= 0)
		close(l->fd);
	l->fd = -1;
	return refuse(name, error, f);
}

/*
 * A line that was written in part is taken away again, if nobody has written
 * behind it.
 */
static void
cut_back(int fd, const char *from, const char *to)
{
	off_t end = lseek(fd, 0, SEEK_CUR);
	struct stat st;
	off_t part = 0;

	while (to > from && to[-1] != '\n')
		to--, part++;
	if (part == 0 || end < part || fstat(fd, &st) < 0 ||
	    !S_ISREG(st.st_mode) || st.st_size != end)
		return;
	/* If that fails too, a reader finds a line that has no end. */
	while (ftruncate(fd, end - part) < 0 && errno == EINTR)
		;
}

int
logfile_write(int fd, const char *p, size_t n)
{
	size_t done = writeall(fd, p, n);
	int error = errno;

	if (done == n)
		return 0;
	cut_back(fd, p, p + done);
	errno = error;
	return -1;
}
