/* SPDX-License-Identifier: ISC */
/* sheet.c - the lines of a file, read as often as wanted. */
#include <sys/stat.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "sheet.h"

#include "fail.h"
#include "text.h"

/* How much of a line is read at a time, and of a name shown. */
enum { PIECE = 512, NAME_SHOWN = 100 };

int
sheet_wrong(const struct sheet *s, unsigned long line, struct fail *f,
    const char *fmt, ...)
{
	struct buf place = { 0 };
	char why[sizeof f->text];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, sizeof why, fmt, ap);
	va_end(ap);
	text_quote(&place, s->name, strlen(s->name), NAME_SHOWN);
	buf_addf(&place, ":%lu", line);
	buf_add(&place, "", 1);
	fail_set(f, STATUS_USAGE, "%s: %s", buf_bytes(&place), why);
	buf_free(&place);
	return -1;
}

/* "NAME: why", of errno. */
static int
unreadable(const struct sheet *s, struct fail *f)
{
	char why[128];

	return fail_about(f, STATUS_USAGE, s->name,
	    fail_strerror(errno, why, sizeof why));
}

/* The next byte, also where the descriptor was made not to wait for it. */
static int
next_byte(FILE *file)
{
	int c;

	while ((c = getc_unlocked(file)) == EOF && ferror(file) &&
	    (errno == EAGAIN || errno == EINTR)) {
		struct pollfd p = { .fd = fileno(file), .events = POLLIN };

		clearerr(file);
		poll(&p, 1, -1);
	}
	return c;
}

/* A line, or as much as shows that it is too long.  Returns how it ended. */
static int
read_line(struct sheet *s)
{
	int c = EOF;
	size_t n;

	buf_clear(&s->line);
	do {
		char *to = buf_room(&s->line, PIECE);

		for (n = 0; n < PIECE; to[n++] = (char)c) {
			c = next_byte(s->file);
			if (c == EOF || c == '\n')
				break;
		}
		buf_grew(&s->line, n);
	} while (n == PIECE && s->line.len <= SHEET_MOST);
	return c;
}

int
sheet_next(struct sheet *s, struct fail *f)
{
	int c = read_line(s);
	char *p = buf_bytes(&s->line);
	size_t n = s->line.len;

	if (ferror(s->file))
		return unreadable(s, f);
	if (c == EOF && n == 0)
		return 0;
	s->number++;
	if (n > SHEET_MOST)
		return sheet_wrong(s, s->number, f,
		    "this line is longer than 16 MiB");
	if (memchr(p, '\0', n) != NULL)
		return sheet_wrong(s, s->number, f,
		    "this line has a NUL byte in it (which C$, S$ and S%% "
		    "write as \\x00)");
	if (n > 0 && p[n - 1] == '\r')
		s->line.len--;
	/* What some editors put before a text in UTF-8. */
	if (s->number == 1 && n > 2 && memcmp(p, "\xef\xbb\xbf", 3) == 0)
		buf_drop(&s->line, 3);
	return 1;
}

/* Go on with a copy, which has all that sheet_next gives. */
static int
copy_all(struct sheet *s, struct fail *f)
{
	FILE *copy = tmpfile();
	int rc;

	if (copy == NULL)
		return fail_errno(f, STATUS_NETWORK,
		    "no temporary file can be made");
	while ((rc = sheet_next(s, f)) > 0 && !ferror(copy)) {
		fwrite(buf_bytes(&s->line), 1, s->line.len, copy);
		putc('\n', copy);
	}
	if (rc >= 0 && (fflush(copy) != 0 || ferror(copy)))
		rc = fail_errno(f, STATUS_NETWORK,
		    "a temporary file cannot be written");
	fclose(s->file);
	s->file = copy;
	sheet_rewind(s);
	return rc;
}

int
sheet_open(struct sheet *s, const char *name, struct fail *f)
{
	bool standard = strcmp(name, "-") == 0;
	struct stat st = { 0 };
	int fd;

	memset(s, 0, sizeof *s);
	s->name = standard ? "standard input" : name;
	if (standard)
		fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
	else
		fd = open(name, O_RDONLY | O_NOCTTY | O_CLOEXEC);
	if (fd >= 0 && fstat(fd, &st) == 0)
		s->file = fdopen(fd, "r");
	if (s->file == NULL) {
		unreadable(s, f);
		if (fd >= 0)
			close(fd);
		return -1;
	}
	/* The standard input may not begin where its file does. */
	if ((standard || !S_ISREG(st.st_mode)) && copy_all(s, f) < 0) {
		sheet_close(s);
		return -1;
	}
	return 0;
}

void
sheet_file(struct sheet *s, const char *name, FILE *file)
{
	memset(s, 0, sizeof *s);
	s->name = name;
	s->file = file;
	sheet_rewind(s);
}

int
sheet_text(struct sheet *s, const char *name, const char *text, size_t n,
    struct fail *f)
{
	memset(s, 0, sizeof *s);
	s->name = name;
	s->file = fmemopen(NULL, n + 1, "w+");
	if (s->file == NULL || (n > 0 && fwrite(text, 1, n, s->file) != n) ||
	    fflush(s->file) != 0) {
		fail_errno(f, STATUS_NETWORK, "no memory for a text");
		sheet_close(s);
		return -1;
	}
	sheet_rewind(s);
	return 0;
}

void
sheet_rewind(struct sheet *s)
{
	rewind(s->file);
	s->number = 0;
}

void
sheet_close(struct sheet *s)
{
	if (s->file != NULL)
		fclose(s->file);
	s->file = NULL;
	buf_free(&s->line);
}
