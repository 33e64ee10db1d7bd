/* SPDX-License-Identifier: ISC */
/* history.c - lines kept in memory and in a file that sessions share. */
#include <sys/file.h>
#include <sys/stat.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "fail.h"
#include "term/history.h"

/* LINE_BYTES: of the longest line kept; FILE_BYTES: read of a file. */
enum { LINE_BYTES = 8192, FILE_BYTES = 4 * 1024 * 1024 };

struct history {
	char *lines[HISTORY_MOST];
	size_t count;
	char *path;
	int fd;         /* -1: in memory only */
	size_t in_file; /* lines there, as far as we know */
	bool torn;      /* the file's last line has no end */
	bool failed;    /* writing did, and it was said */
};

static bool
is_worth(const char *line, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if ((unsigned char)line[i] < 0x20 || line[i] == 0x7f)
			return false;
	}
	return len > 0 && len <= LINE_BYTES;
}

/* In memory; false when the line is the same as the one before. */
static bool
keep(struct history *h, const char *line, size_t len)
{
	const char *last = h->count > 0 ? h->lines[h->count - 1] : "";
	char *copy;

	if (strlen(last) == len && memcmp(last, line, len) == 0)
		return false;
	copy = xstrndup(line, len);
	if (h->count == HISTORY_MOST) {
		free(h->lines[0]);
		h->count--;
		memmove(h->lines, h->lines + 1, h->count * sizeof h->lines[0]);
	}
	h->lines[h->count++] = copy;
	return true;
}

/* Append what the file holds from `from` on, FILE_BYTES at most. */
static void
read_from(int fd, off_t from, struct buf *to)
{
	ssize_t n;

	while (to->len < FILE_BYTES) {
		n = pread(fd, buf_room(to, 65536), 65536,
		    from + (off_t)to->len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return;
		buf_grew(to, (size_t)n);
	}
}

static void
load(struct history *h, off_t size)
{
	off_t from = size > FILE_BYTES ? size - FILE_BYTES : 0;
	struct buf all = { 0 };
	const char *p, *end, *lf;

	read_from(h->fd, from, &all);
	p = buf_bytes(&all);
	end = p + all.len;
	/* The beginning of the first line is not among these bytes. */
	if (from > 0 && (lf = memchr(p, '\n', all.len)) != NULL)
		p = lf + 1;
	while (p < end && (lf = memchr(p, '\n', (size_t)(end - p))) != NULL) {
		if (is_worth(p, (size_t)(lf - p)))
			keep(h, p, (size_t)(lf - p));
		h->in_file++;
		p = lf + 1;
	}
	h->torn = p < end;
	if (from > 0)
		h->in_file += 2 * HISTORY_MOST;
	buf_free(&all);
}

/* Write all or nothing of it matters: -1 and errno. */
static int
write_all(int fd, const char *p, size_t n)
{
	ssize_t done;

	while (n > 0) {
		done = write(fd, p, n);
		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return -1;
		p += done;
		n -= (size_t)done;
	}
	return 0;
}

/* Where the last lines begin, as many as are kept; `cut`: the first one has
 * no beginning. */
static const char *
last_lines(const char *p, size_t n, bool cut)
{
	const char *at = p + n;
	size_t lines = 0;

	while (at > p) {
		if (at[-1] == '\n' && lines++ == HISTORY_MOST)
			return at;
		at--;
	}
	if (cut && (at = memchr(p, '\n', n)) != NULL)
		return at + 1;
	return p;
}

/*
 * The file's last lines, those of other sessions too, as a new file.  *upto
 * becomes the length of the old one that was seen.
 */
static int
replace(struct history *h, const char *temp, int fd, off_t *upto)
{
	off_t from = *upto > FILE_BYTES ? *upto - FILE_BYTES : 0;
	struct buf all = { 0 };
	const char *p;
	int rc;

	read_from(h->fd, from, &all);
	*upto = from + (off_t)all.len;
	p = last_lines(buf_bytes(&all), all.len, from > 0);
	rc = write_all(fd, p, all.len - (size_t)(p - buf_bytes(&all)));
	if (rc == 0)
		rc = rename(temp, h->path);
	if (rc != 0)
		unlink(temp);
	buf_free(&all);
	return rc;
}

/* O_NONBLOCK: a FIFO of that name must not hold us up. */
static int
open_file(const char *path)
{
	return open(path,
	    O_RDWR | O_APPEND | O_CREAT | O_NONBLOCK | O_NOCTTY | O_CLOEXEC,
	    0600);
}

/* Go on with the new file, and take there what others appended to the old
 * one after we had read it. */
static void
move_over(struct history *h, off_t upto)
{
	struct buf rest = { 0 };
	int old = h->fd;

	h->fd = open_file(h->path);
	read_from(old, upto, &rest);
	if (h->fd >= 0 && rest.len > 0)
		(void)write_all(h->fd, buf_bytes(&rest), rest.len);
	buf_free(&rest);
	close(old);
}

/*
 * Somebody else may trim at the same time or append: the lock keeps other
 * trimmers away, and who appends looks afterwards whether the file is still
 * the one of that name.
 */
static void
trim(struct history *h)
{
	char temp[4096];
	struct stat st;
	int fd = -1;

	if (flock(h->fd, LOCK_EX | LOCK_NB) != 0)
		return;
	if (fstat(h->fd, &st) == 0 && st.st_nlink > 0 &&
	    (size_t)snprintf(temp, sizeof temp, "%s.XXXXXX", h->path) <
		sizeof temp)
		fd = mkstemp(temp);
	if (fd >= 0 && replace(h, temp, fd, &st.st_size) == 0)
		move_over(h, st.st_size);
	else
		flock(h->fd, LOCK_UN);
	if (fd >= 0)
		close(fd);
	h->in_file = HISTORY_MOST;
}

/* The folders that lead to the file. */
static void
make_folders(const char *path)
{
	char *copy = xstrdup(path);
	char *slash = copy;

	while ((slash = strchr(slash + 1, '/')) != NULL) {
		*slash = '\0';
		(void)mkdir(copy, 0700);
		*slash = '/';
	}
	free(copy);
}

static int
check_file(int fd, off_t *size, char why[256], const char *path)
{
	struct stat st;

	if (fd < 0 || fstat(fd, &st) != 0) {
		char text[128];

		snprintf(why, 256, "%.100s: %s", path,
		    fail_strerror(errno, text, sizeof text));
		return -1;
	}
	if (!S_ISREG(st.st_mode) || st.st_uid != geteuid()) {
		snprintf(why, 256, "%.100s: not a regular file of yours", path);
		return -1;
	}
	if ((st.st_mode & 077) != 0)
		(void)fchmod(fd, 0600);
	*size = st.st_size;
	return 0;
}

struct history *
history_open(const char *path, char why[256])
{
	struct history *h = xmalloc(sizeof *h);
	off_t size;

	memset(h, 0, sizeof *h);
	h->fd = -1;
	why[0] = '\0';
	if (path == NULL)
		return h;
	h->path = xstrdup(path);
	make_folders(path);
	h->fd = open_file(path);
	if (check_file(h->fd, &size, why, path) != 0) {
		if (h->fd >= 0)
			close(h->fd);
		h->fd = -1;
		return h;
	}
	load(h, size);
	if (h->in_file >= 2 * HISTORY_MOST)
		trim(h);
	return h;
}

void
history_close(struct history *h)
{
	size_t i;

	if (h->fd >= 0)
		close(h->fd);
	for (i = 0; i < h->count; i++)
		free(h->lines[i]);
	free(h->path);
	free(h);
}

/* The file was replaced: what we wrote may be in the old one only. */
static bool
was_replaced(struct history *h)
{
	struct stat st;

	if (fstat(h->fd, &st) != 0 || st.st_nlink > 0)
		return false;
	close(h->fd);
	h->fd = open_file(h->path);
	h->in_file = 0;
	return h->fd >= 0;
}

static int
append(struct history *h, const char *line, size_t len)
{
	struct buf entry = { 0 };
	int rc;

	if (h->torn)
		buf_adds(&entry, "\n");
	buf_add(&entry, line, len);
	buf_adds(&entry, "\n");
	rc = write_all(h->fd, buf_bytes(&entry), entry.len);
	if (rc == 0 && was_replaced(h))
		rc = write_all(h->fd, buf_bytes(&entry), entry.len);
	h->torn = rc != 0;
	h->in_file++;
	buf_free(&entry);
	return rc;
}

int
history_add(struct history *h, const char *line, size_t len)
{
	int rc;

	if (!is_worth(line, len) || !keep(h, line, len) || h->fd < 0)
		return 0;
	rc = append(h, line, len);
	if (rc == 0 && h->in_file >= 2 * HISTORY_MOST)
		trim(h);
	if (rc == 0 || h->failed)
		return 0;
	h->failed = true;
	return -1;
}

size_t
history_count(const struct history *h)
{
	return h->count;
}

const char *
history_at(const struct history *h, size_t i)
{
	return h->lines[i];
}

static bool
matches(const char *line, const char *begin, size_t len, const char *other)
{
	return strncmp(line, begin, len) == 0 &&
	    (other == NULL || strcmp(line, other) != 0);
}

size_t
history_older(const struct history *h, size_t i, const char *begin, size_t len,
    const char *other)
{
	while (i-- > 0) {
		if (matches(h->lines[i], begin, len, other))
			return i;
	}
	return h->count;
}

size_t
history_newer(const struct history *h, size_t i, const char *begin, size_t len,
    const char *other)
{
	while (++i < h->count) {
		if (matches(h->lines[i], begin, len, other))
			return i;
	}
	return h->count;
}

bool
history_path(char *path, size_t size)
{
	static const struct {
		const char *variable, *rest;
		bool absolute; /* a relative one is to be ignored (XDG) */
	} places[] = {
		{ "TELEX_HISTFILE", "", false },
		{ "XDG_STATE_HOME", "/telex/history", true },
		{ "HOME", "/.local/state/telex/history", true },
	};
	size_t i;

	for (i = 0; i < sizeof places / sizeof places[0]; i++) {
		const char *value = getenv(places[i].variable);

		if (value == NULL || (places[i].absolute && value[0] != '/'))
			continue;
		/* A home that does not exist is not ours to make. */
		if (strcmp(places[i].variable, "HOME") == 0 &&
		    access(value, X_OK) < 0)
			return false;
		return value[0] != '\0' &&
		    (size_t)snprintf(path, size, "%s%s", value,
			places[i].rest) < size;
	}
	return false;
}
