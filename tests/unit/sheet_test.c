/* SPDX-License-Identifier: ISC */
/* sheet_test.c - lines of files, of pipes, and of memory, twice. */
#include <sys/stat.h>
#include <sys/wait.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "buf.h"
#include "fail.h"
#include "sheet.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])
#define BYTES(text) text, sizeof(text) - 1

/* All lines, each with "|" behind it; the sentence where one is wrong. */
static void
dump(struct sheet *s, struct buf *to)
{
	struct fail f;
	unsigned long before = 0;
	int rc;

	while ((rc = sheet_next(s, &f)) > 0) {
		assert_int_equal(s->number, ++before);
		buf_add(to, buf_bytes(&s->line), s->line.len);
		buf_adds(to, "|");
	}
	if (rc < 0)
		buf_adds(to, f.text);
	buf_add(to, "", 1);
}

/* They are these, both times. */
static void
assert_lines(struct sheet *s, const char *want)
{
	int i;

	for (i = 0; i < 2; i++) {
		struct buf got = { 0 };

		dump(s, &got);
		assert_string_equal(buf_bytes(&got), want);
		buf_free(&got);
		sheet_rewind(s);
	}
}

static void
test_text(void **state)
{
	static const struct {
		const char *text;
		size_t len;
		const char *want;
	} rows[] = {
		{ BYTES(""), "" },
		{ BYTES("\n"), "|" },
		{ BYTES("a\nb\n"), "a|b|" },
		{ BYTES("a\nb"), "a|b|" },
		{ BYTES("a\r\n\r\nb\r"), "a||b|" },
		{ BYTES("a\r\r\nb\rc\n"), "a\r|b\rc|" },
		{ BYTES("\xef\xbb\xbf"
			"a\n"
			"\xef\xbb\xbf"
			"b\n"),
		    "a|\xef\xbb\xbf"
		    "b|" },
		{ BYTES("\xef\xbb\xbf"), "|" },
		{ BYTES("\xff\xfe\x80\n"), "\xff\xfe\x80|" },
		{ BYTES("a\nb\0c\nd\n"),
		    "a|x.telex:2: this line has a NUL byte in it (which C$, "
		    "S$ and S% write as \\x00)" },
	};
	struct sheet s;
	struct fail f;
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		assert_int_equal(
		    sheet_text(&s, "x.telex", rows[i].text, rows[i].len, &f),
		    0);
		assert_lines(&s, rows[i].want);
		sheet_close(&s);
		sheet_close(&s);
	}
}

/* A line may have 16 MiB, and what is longer is not read. */
static void
test_longest(void **state)
{
	size_t n = SHEET_MOST + 4096;
	char *text = malloc(n);
	struct sheet s;
	struct fail f;

	(void)state;
	memset(text, 'x', n);
	text[SHEET_MOST] = '\n';
	assert_int_equal(sheet_text(&s, "long", text, n, &f), 0);
	assert_int_equal(sheet_next(&s, &f), 1);
	assert_int_equal(s.line.len, SHEET_MOST);
	assert_int_equal(sheet_next(&s, &f), 1);
	assert_int_equal(s.line.len, 4095);
	sheet_close(&s);
	text[SHEET_MOST] = 'x';
	assert_int_equal(sheet_text(&s, "long", text, n, &f), 0);
	assert_int_equal(sheet_next(&s, &f), -1);
	assert_string_equal(f.text, "long:1: this line is longer than 16 MiB");
	assert_int_equal(f.status, STATUS_USAGE);
	assert_true(s.line.len < SHEET_MOST + 1024);
	sheet_close(&s);
	free(text);
}

static void
test_wrong(void **state)
{
	struct sheet s = { .name = "a\x1b[2J" };
	char longer[1200];
	struct fail f;

	(void)state;
	assert_int_equal(sheet_wrong(&s, 7, &f, "no %s", "good"), -1);
	assert_string_equal(f.text, "a\\x1b[2J:7: no good");
	assert_int_equal(f.status, STATUS_USAGE);
	/* A sentence may be made of the one before. */
	snprintf(f.text, sizeof f.text, "it is wrong");
	sheet_wrong(&s, 7, &f, "%s", f.text);
	assert_string_equal(f.text, "a\\x1b[2J:7: it is wrong");
	memset(longer, 'x', sizeof longer);
	longer[sizeof longer - 1] = '\0';
	s.name = longer;
	sheet_wrong(&s, 7, &f, "%s", longer);
	assert_memory_equal(f.text + 100, "...:7: xxx", 10);
}

static void
test_files(void **state)
{
	char dir[] = "/tmp/telex-sheet-XXXXXX", file[64], fifo[64];
	char want[128];
	struct sheet s;
	struct fail f;
	FILE *out;
	pid_t pid;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(file, sizeof file, "%s/file", dir);
	snprintf(fifo, sizeof fifo, "%s/fifo", dir);
	assert_int_equal(sheet_open(&s, file, &f), -1);
	snprintf(want, sizeof want, "%s: no such file or directory", file);
	assert_string_equal(f.text, want);
	assert_int_equal(f.status, STATUS_USAGE);
	assert_int_equal(sheet_open(&s, dir, &f), -1);
	snprintf(want, sizeof want, "%s: is a directory", dir);
	assert_string_equal(f.text, want);
	assert_int_equal(f.status, STATUS_USAGE);

	out = fopen(file, "w");
	fputs("one\r\ntwo", out);
	fclose(out);
	assert_int_equal(sheet_open(&s, file, &f), 0);
	assert_true(fcntl(fileno(s.file), F_GETFD) & FD_CLOEXEC);
	assert_lines(&s, "one|two|");
	sheet_close(&s);

	assert_int_equal(mkfifo(fifo, 0600), 0);
	pid = fork();
	if (pid == 0) {
		out = fopen(fifo, "w");
		fputs("three\r\nfour", out);
		fclose(out);
		_exit(0);
	}
	assert_int_equal(sheet_open(&s, fifo, &f), 0);
	assert_lines(&s, "three|four|");
	sheet_close(&s);
	waitpid(pid, NULL, 0);
	unlink(file);
	unlink(fifo);
	rmdir(dir);
	assert_int_equal(sheet_open(&s, "/dev/null", &f), 0);
	assert_lines(&s, "");
	sheet_close(&s);
}

/* Have a child write these pieces, with pauses, to our standard input. */
static pid_t
feed(const char *const pieces[], size_t count)
{
	int ends[2];
	pid_t pid;
	size_t i;

	assert_int_equal(pipe(ends), 0);
	pid = fork();
	if (pid == 0) {
		struct timespec pause = { .tv_nsec = 20000000 };

		for (i = 0; i < count; i++) {
			nanosleep(&pause, NULL);
			if (write(ends[1], pieces[i], strlen(pieces[i])) < 0)
				_exit(1);
		}
		_exit(0);
	}
	dup2(ends[0], STDIN_FILENO);
	close(ends[0]);
	close(ends[1]);
	return pid;
}

static void
test_standard_input(void **state)
{
	static const char *const pieces[] = { "one\r", "\ntw", "o" };
	int before = dup(STDIN_FILENO), i, flags;
	FILE *file = tmpfile();
	struct sheet s;
	struct fail f;
	pid_t pid;

	(void)state;
	/* A pipe that waits, and one that does not. */
	for (i = 0; i < 2; i++) {
		pid = feed(pieces, ROWS(pieces));
		flags = fcntl(STDIN_FILENO, F_GETFL);
		if (i == 1)
			fcntl(STDIN_FILENO, F_SETFL, flags | O_NONBLOCK);
		assert_int_equal(sheet_open(&s, "-", &f), 0);
		assert_string_equal(s.name, "standard input");
		assert_lines(&s, "one|two|");
		sheet_close(&s);
		waitpid(pid, NULL, 0);
		assert_true(fcntl(STDIN_FILENO, F_GETFD) >= 0);
	}
	/* A file that somebody has read the first line of. */
	fputs("one\ntwo\nthree\n", file);
	fflush(file);
	lseek(fileno(file), 4, SEEK_SET);
	dup2(fileno(file), STDIN_FILENO);
	assert_int_equal(sheet_open(&s, "-", &f), 0);
	assert_lines(&s, "two|three|");
	sheet_close(&s);
	fclose(file);
	close(STDIN_FILENO);
	assert_int_equal(sheet_open(&s, "-", &f), -1);
	assert_string_equal(f.text, "standard input: bad file descriptor");
	dup2(before, STDIN_FILENO);
	close(before);
}

/* What never ends is not copied for ever. */
static void
test_endless(void **state)
{
	struct sheet s;
	struct fail f;

	(void)state;
	assert_int_equal(sheet_open(&s, "/dev/zero", &f), -1);
	assert_string_equal(f.text,
	    "/dev/zero:1: this line is longer than 16 MiB");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_longest),
		cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_standard_input),
		cmocka_unit_test(test_endless),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
