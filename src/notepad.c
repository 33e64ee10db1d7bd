/* SPDX-License-Identifier: ISC */
/* notepad.c - a text in a file that nobody else sees. */
#include <sys/stat.h>
#include <sys/types.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "fail.h"
#include "notepad.h"

enum { READ_SIZE = 65536 };

static int
write_text(const char *path, const struct buf *text)
{
	const char *p = text->len == 0 ? "" : buf_bytes(text);
	int fd = open(path,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	size_t done = 0;
	ssize_t n = 0;

	while (fd >= 0 && n >= 0 && done < text->len) {
		n = write(fd, p + done, text->len - done);
		done += n > 0 ? (size_t)n : 0;
	}
	if (fd < 0 || close(fd) < 0)
		return -1;
	return n < 0 ? -1 : 0;
}

int
notepad_open(struct notepad *n, const char *name, const struct buf *text,
    struct fail *f)
{
	const char *below = getenv("TMPDIR");
	size_t room = sizeof n->folder;

	if (below == NULL || below[0] == '\0')
		below = "/tmp";
	if ((size_t)snprintf(n->folder, room, "%s/telex-XXXXXX", below) >= room)
		return fail_set(f, STATUS_USAGE, "TMPDIR is too long");
	if (mkdtemp(n->folder) == NULL)
		return fail_errno(f, STATUS_USAGE,
		    "cannot make a folder in %.200s", below);
	snprintf(n->path, sizeof n->path, "%s/%.30s", n->folder, name);
	if (write_text(n->path, text) == 0)
		return 0;
	fail_errno(f, STATUS_USAGE, "cannot write %.200s", n->path);
	notepad_close(n);
	return -1;
}

/* What is at this path, if that is a file; -1: it is not. */
static int
open_regular(int folder, const char *name, int how, struct stat *st)
{
	int fd = openat(folder, name, how | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

	if (fd >= 0 && (fstat(fd, st) < 0 || !S_ISREG(st->st_mode))) {
		close(fd);
		return -1;
	}
	return fd;
}

/* Append what is in it; why it cannot be, or NULL. */
static const char *
read_all(int fd, struct buf *to, char *why, size_t size)
{
	size_t before = to->len;
	ssize_t got = 1;

	while (got > 0 && to->len - before <= NOTEPAD_MOST) {
		got = read(fd, buf_room(to, READ_SIZE), READ_SIZE);
		if (got > 0)
			buf_grew(to, (size_t)got);
	}
	if (got < 0)
		return fail_strerror(errno, why, size);
	return got > 0 ? "that is too long (file sends it)" : NULL;
}

int
notepad_read(const struct notepad *n, struct buf *to, struct fail *f)
{
	struct stat st;
	int fd = open_regular(AT_FDCWD, n->path, O_RDONLY | O_NOFOLLOW, &st);
	const char *why;
	char text[128];

	if (fd < 0)
		return fail_errno(f, STATUS_USAGE, "cannot read %.200s",
		    n->path);
	why = read_all(fd, to, text, sizeof text);
	close(fd);
	return why == NULL ? 0 : fail_about(f, STATUS_USAGE, n->path, why);
}

int
notepad_load(const char *name, struct buf *to, struct fail *f)
{
	struct stat st;
	int fd = open_regular(AT_FDCWD, name, O_RDONLY, &st);
	const char *why;
	char text[128];

	if (fd < 0 && stat(name, &st) == 0 && !S_ISREG(st.st_mode))
		why = "it is no text file";
	else if (fd < 0)
		why = fail_strerror(errno, text, sizeof text);
	else
		why = read_all(fd, to, text, sizeof text);
	if (fd >= 0)
		close(fd);
	return why == NULL ? 0 : fail_about(f, STATUS_USAGE, name, why);
}

/* Whoever reads the disk later finds nothing. */
static void
overwrite(int folder, const char *name)
{
	static const char zeros[4096];
	struct stat st;
	int fd = open_regular(folder, name, O_WRONLY | O_NOFOLLOW, &st);
	off_t at = 0;
	ssize_t n = 1;

	if (fd < 0)
		return;
	while (n > 0 && at < st.st_size) {
		n = write(fd, zeros, sizeof zeros);
		at += n;
	}
	fsync(fd);
	close(fd);
}

void
notepad_close(struct notepad *n)
{
	DIR *folder = opendir(n->folder);
	struct dirent *entry;

	while (folder != NULL && (entry = readdir(folder)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 ||
		    strcmp(entry->d_name, "..") == 0)
			continue;
		overwrite(dirfd(folder), entry->d_name);
		unlinkat(dirfd(folder), entry->d_name, 0);
	}
	if (folder != NULL)
		closedir(folder);
	rmdir(n->folder);
}
