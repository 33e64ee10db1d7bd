/* SPDX-License-Identifier: ISC */
/* history_fuzz.c - a history file may hold anything. */
#include <sys/stat.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "fuzz.h"
#include "term/history.h"

enum { LINE_BYTES = 8192, MOST = 12000 };

/* What of a file is to be kept: the lines, as the last of them. */
struct kept {
	char *lines[HISTORY_MOST];
	size_t count;
};

static bool
is_worth(const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if ((unsigned char)p[i] < 0x20 || p[i] == 0x7f)
			return false;
	}
	return n > 0 && n <= LINE_BYTES;
}

/* False for a line that is passed over. */
static bool
keep(struct kept *k, const char *p, size_t n)
{
	char *line;

	if (!is_worth(p, n))
		return false;
	line = malloc(n + 1);
	memcpy(line, p, n);
	line[n] = '\0';
	if (k->count > 0 && strcmp(k->lines[k->count - 1], line) == 0) {
		free(line);
		return false;
	}
	if (k->count == HISTORY_MOST) {
		free(k->lines[0]);
		memmove(k->lines, k->lines + 1,
		    --k->count * sizeof k->lines[0]);
	}
	k->lines[k->count++] = line;
	return true;
}

/* Keep all lines; returns how many bytes behind them are none. */
static size_t
keep_all(struct kept *k, const struct buf *b)
{
	const char *p = b->data, *end = p + b->len, *lf;

	while (p < end && (lf = memchr(p, '\n', (size_t)(end - p))) != NULL) {
		keep(k, p, (size_t)(lf - p));
		p = lf + 1;
	}
	return (size_t)(end - p);
}

static void
forget(struct kept *k)
{
	while (k->count > 0)
		free(k->lines[--k->count]);
}

static void
check(const struct history *h, const struct kept *k)
{
	size_t i, n = history_count(h);

	MUST(n == k->count);
	for (i = 0; i < n; i++)
		MUST(strcmp(history_at(h, i), k->lines[i]) == 0);
	if (n > 0) {
		const char *last = history_at(h, n - 1);

		MUST(history_older(h, n, last, strlen(last), NULL) == n - 1);
		MUST(history_newer(h, n - 1, "", 0, NULL) == n);
	}
}

/* What is in the file in the end; trimming counts the useless lines too, so
 * fewer than could be kept may be left. */
static void
check_again(const char *path, const struct kept *k)
{
	char why[256];
	struct history *h = history_open(path, why);
	size_t i, n = history_count(h);

	MUST(why[0] == '\0' && n >= 3 && n <= k->count);
	for (i = 1; i <= n; i++)
		MUST(strcmp(history_at(h, n - i), k->lines[k->count - i]) == 0);
	history_close(h);
}

/* Read the file, add lines, read what came of it. */
static void
check_file(const char *path, const struct buf *b)
{
	static const char *const more[] = { "MAIL FROM:<a@example.org>", "",
		"a\033b", "NOOP", "NOOP", "RSET" };
	struct kept k = { .count = 0 }, in_file = { .count = 0 };
	char why[256];
	struct history *h = history_open(path, why);
	size_t i, torn = keep_all(&in_file, b);

	MUST(why[0] == '\0');
	keep_all(&k, b);
	check(h, &k);
	for (i = 0; i < sizeof more / sizeof more[0]; i++) {
		MUST(history_add(h, more[i], strlen(more[i])) == 0);
		if (!keep(&k, more[i], strlen(more[i])))
			continue;
		/* A torn last line is ended first. */
		keep(&in_file, b->data + b->len - torn, torn);
		torn = 0;
		keep(&in_file, more[i], strlen(more[i]));
	}
	check(h, &k);
	history_close(h);
	check_again(path, &in_file);
	forget(&k);
	forget(&in_file);
}

/* A number of times that the bytes behind it stand in the file. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *temp = getenv("TMPDIR");
	char folder[4096], path[sizeof folder + 8];
	struct buf b = { 0 };
	size_t i;
	int fd;

	if (size < 1)
		return 0;
	buf_room(&b, size);
	for (i = 0; i < data[0] && b.len < MOST; i++)
		buf_add(&b, data + 1, size - 1);
	snprintf(folder, sizeof folder, "%s/telex-fuzz-XXXXXX",
	    temp == NULL ? "/tmp" : temp);
	MUST(mkdtemp(folder) != NULL);
	snprintf(path, sizeof path, "%s/file", folder);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	MUST(fd >= 0);
	MUST(b.len == 0 || write(fd, buf_bytes(&b), b.len) == (ssize_t)b.len);
	close(fd);
	check_file(path, &b);
	MUST(unlink(path) == 0);
	MUST(rmdir(folder) == 0);
	buf_free(&b);
	return 0;
}
