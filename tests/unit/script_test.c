/* SPDX-License-Identifier: ISC */
/* script_test.c - lines from files, pipes and the command line. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "buf.h"
#include "fail.h"
#include "script.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

/* An unnamed file with these bytes, at its beginning. */
static int
make_file(const char *p, size_t n)
{
	FILE *file = tmpfile();
	int fd;

	assert_non_null(file);
	assert_int_equal(fwrite(p, 1, n, file), n);
	assert_int_equal(fflush(file), 0);
	fd = dup(fileno(file));
	assert_true(fd >= 0);
	fclose(file);
	lseek(fd, 0, SEEK_SET);
	return fd;
}

/* Take all lines that are there: "[^text|2$]", where ^ begins a line, $ ends
 * it, and 2 is the length of its line end. */
static void
take_lines(struct script *s, struct buf *to)
{
	struct script_piece piece;

	while (script_line(s, &piece)) {
		const char *end = piece.text + piece.len;

		buf_adds(to, piece.first ? "[^" : "[");
		buf_add(to, piece.text, piece.len);
		buf_addf(to, "|%zu%s]", piece.end, piece.last ? "$" : "");
		if (piece.end == 2)
			assert_memory_equal(end, "\r\n", 2);
		if (piece.end == 1)
			assert_true(*end == '\n' || *end == '\r');
	}
}

static void
take_all(struct script *s, struct buf *to)
{
	struct fail f;

	while (!script_at_end(s)) {
		if (script_has_line(s))
			take_lines(s, to);
		else
			assert_int_not_equal(script_fill(s, &f), SCRIPT_ERROR);
	}
}

static void
assert_holds(struct buf *b, const char *want)
{
	buf_add(b, "", 1);
	assert_string_equal(buf_bytes(b), want);
	buf_clear(b);
}

static const struct {
	const char *text, *want;
} rows[] = {
	{ "", "" },
	{ "a\n", "[^a|1$]" },
	{ "a\r\n", "[^a|2$]" },
	{ "a", "[^a|0$]" },
	{ "a\r", "[^a|1$]" },
	{ "\r", "[^|1$]" },
	{ "a\rb\n", "[^a\rb|1$]" },
	{ "a\r\r\n", "[^a\r|2$]" },
	{ "\n\r\n", "[^|1$][^|2$]" },
	{ "a\n\nb", "[^a|1$][^|1$][^b|0$]" },
	{ "EHLO a\r\nQUIT\r\n", "[^EHLO a|2$][^QUIT|2$]" },
};

static void
test_text(void **state)
{
	struct buf b = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct script s;

		script_text(&s, rows[i].text, strlen(rows[i].text));
		assert_true(s.ready);
		assert_true(script_has_line(&s));
		take_all(&s, &b);
		assert_holds(&b, rows[i].want);
		assert_true(script_at_end(&s));
		script_rewind(&s);
		script_close(&s);
	}
	buf_free(&b);
}

static void
test_file(void **state)
{
	struct buf b = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		int fd = make_file(rows[i].text, strlen(rows[i].text));
		struct script s;

		script_open(&s, fd);
		assert_true(s.ready);
		assert_false(script_at_end(&s));
		take_all(&s, &b);
		assert_holds(&b, rows[i].want);
		script_close(&s);
		/* The descriptor stays the caller's. */
		assert_int_equal(close(fd), 0);
	}
	buf_free(&b);
}

/* In two parts, cut at every place. */
static void
test_pipe(void **state)
{
	struct buf b = { 0 };
	struct fail f;
	size_t i, cut;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		size_t n = strlen(rows[i].text);

		for (cut = 1; cut < n; cut++) {
			struct script s;
			int fds[2];

			assert_int_equal(pipe(fds), 0);
			script_open(&s, fds[0]);
			assert_false(s.ready);
			assert_false(script_has_line(&s));
			assert_int_equal(write(fds[1], rows[i].text, cut), cut);
			assert_int_equal(script_fill(&s, &f), cut);
			take_lines(&s, &b);
			assert_int_equal(
			    write(fds[1], rows[i].text + cut, n - cut),
			    n - cut);
			close(fds[1]);
			assert_int_equal(script_fill(&s, &f), n - cut);
			take_lines(&s, &b);
			assert_false(script_at_end(&s));
			assert_int_equal(script_fill(&s, &f), SCRIPT_EOF);
			take_lines(&s, &b);
			assert_holds(&b, rows[i].want);
			assert_true(script_at_end(&s));
			assert_int_equal(script_fill(&s, &f), SCRIPT_EOF);
			script_close(&s);
			close(fds[0]);
		}
	}
	buf_free(&b);
}

static void
test_nul(void **state)
{
	struct script s;
	struct script_piece piece;

	(void)state;
	script_text(&s, "a\0b\n\0\n", 6);
	assert_true(script_line(&s, &piece));
	assert_int_equal(piece.len, 3);
	assert_memory_equal(piece.text, "a\0b", 3);
	assert_true(script_line(&s, &piece));
	assert_int_equal(piece.len, 1);
	assert_false(script_line(&s, &piece));
	script_close(&s);
}

/* A line longer than a block comes in pieces, each byte once. */
static void
assert_whole(const char *p, size_t n, size_t end)
{
	int fd = make_file(p, n);
	struct script s;
	struct script_piece piece = { 0 };
	struct fail f;
	size_t done = 0;

	script_open(&s, fd);
	while (!script_at_end(&s)) {
		if (!script_line(&s, &piece)) {
			assert_int_not_equal(script_fill(&s, &f), SCRIPT_ERROR);
			continue;
		}
		assert_int_equal(piece.first, done == 0);
		assert_true(piece.len <= SCRIPT_BLOCK);
		assert_true(piece.last || piece.end == 0);
		assert_memory_equal(piece.text, p + done,
		    piece.len + piece.end);
		done += piece.len + piece.end;
	}
	assert_int_equal(done, n);
	assert_true(piece.last);
	assert_int_equal(piece.end, end);
	script_close(&s);
	close(fd);
}

static void
test_long(void **state)
{
	static const size_t lengths[] = { SCRIPT_BLOCK - 2, SCRIPT_BLOCK - 1,
		SCRIPT_BLOCK, SCRIPT_BLOCK + 1, 2 * SCRIPT_BLOCK - 1,
		2 * SCRIPT_BLOCK, 200000 };
	static const char *const ends[] = { "\n", "\r\n", "\r" };
	char *p = malloc(200002);
	size_t i, k;

	(void)state;
	assert_non_null(p);
	for (i = 0; i < ROWS(lengths); i++) {
		for (k = 0; k < ROWS(ends); k++) {
			size_t n = strlen(ends[k]);

			memset(p, 'x', lengths[i]);
			memcpy(p + lengths[i], ends[k], n);
			assert_whole(p, lengths[i] + n, n);
		}
	}
	/* A CR in the middle of a line, where a block ends. */
	memset(p, 'x', 200000);
	p[SCRIPT_BLOCK - 1] = '\r';
	p[199999] = '\n';
	assert_whole(p, 200000, 1);
	free(p);
}

/* The last line has no end, wherever the last block ends. */
static void
test_long_without_end(void **state)
{
	static const size_t lengths[] = { SCRIPT_BLOCK - 1, SCRIPT_BLOCK + 1,
		SCRIPT_BLOCK, 2 * SCRIPT_BLOCK };
	char *p = malloc(2 * SCRIPT_BLOCK);
	size_t i;

	(void)state;
	assert_non_null(p);
	memset(p, 'x', 2 * SCRIPT_BLOCK);
	for (i = 0; i < ROWS(lengths); i++)
		assert_whole(p, lengths[i], 0);
	free(p);
}

/* A block that is full takes no more until something was used. */
static void
test_full(void **state)
{
	char *p = calloc(3, SCRIPT_BLOCK);
	int fd = make_file(p, 3 * SCRIPT_BLOCK);
	struct script s;
	struct fail f;
	size_t n;

	(void)state;
	assert_non_null(p);
	script_open(&s, fd);
	assert_int_equal(script_fill(&s, &f), SCRIPT_BLOCK);
	assert_int_equal(script_fill(&s, &f), SCRIPT_AGAIN);
	assert_non_null(script_block(&s, &n));
	assert_int_equal(n, SCRIPT_BLOCK);
	script_used(&s, 10);
	script_block(&s, &n);
	assert_int_equal(n, SCRIPT_BLOCK - 10);
	assert_int_equal(script_fill(&s, &f), 10);
	script_block(&s, &n);
	assert_int_equal(n, SCRIPT_BLOCK);
	script_close(&s);
	close(fd);
	free(p);
}

/* The lines of -c are more than one block, and handed out as several. */
static void
test_text_in_blocks(void **state)
{
	char *p = calloc(2, SCRIPT_BLOCK);
	struct script s;
	size_t n;

	(void)state;
	assert_non_null(p);
	script_text(&s, p, SCRIPT_BLOCK + 10);
	assert_non_null(script_block(&s, &n));
	assert_int_equal(n, SCRIPT_BLOCK);
	script_used(&s, n);
	script_block(&s, &n);
	assert_int_equal(n, 10);
	script_used(&s, n);
	assert_true(script_at_end(&s));
	script_close(&s);
	free(p);
}

/* What was not used is left for the next program. */
static void
test_rewind(void **state)
{
	static const char text[] = "EHLO a\nQUIT\nfor others\n";
	int fd = make_file(text, sizeof text - 1);
	struct script s;
	struct buf rest = { 0 };
	struct script_piece piece;
	struct fail f;
	size_t n;

	(void)state;
	script_open(&s, fd);
	assert_int_equal(script_fill(&s, &f), sizeof text - 1);
	assert_true(script_line(&s, &piece));
	assert_true(script_line(&s, &piece));
	script_rewind(&s);
	assert_int_equal(lseek(fd, 0, SEEK_CUR), 12);
	script_close(&s);

	script_open(&s, fd);
	assert_int_equal(script_fill(&s, &f), 11);
	assert_memory_equal(script_block(&s, &n), "for others\n", 11);
	script_used(&s, 4);
	script_rewind(&s);
	assert_int_equal(lseek(fd, 0, SEEK_CUR), 16);
	script_close(&s);

	script_open(&s, fd);
	take_all(&s, &rest);
	buf_free(&rest);
	script_rewind(&s);
	assert_int_equal(lseek(fd, 0, SEEK_CUR), sizeof text - 1);
	script_close(&s);
	close(fd);
}

static void
test_rewind_pipe(void **state)
{
	struct script s;
	struct script_piece piece;
	struct fail f;
	int fds[2];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(write(fds[1], "a\nb\n", 4), 4);
	script_open(&s, fds[0]);
	assert_int_equal(script_fill(&s, &f), 4);
	assert_true(script_line(&s, &piece));
	script_rewind(&s);
	assert_true(script_line(&s, &piece));
	assert_memory_equal(piece.text, "b", 1);
	script_close(&s);
	close(fds[0]);
	close(fds[1]);
}

static void
test_unreadable(void **state)
{
	struct script s;
	struct fail f;
	int fd = open("/", O_RDONLY | O_DIRECTORY);

	(void)state;
	script_open(&s, fd);
	assert_int_equal(script_fill(&s, &f), SCRIPT_ERROR);
	assert_int_equal(f.status, STATUS_USAGE);
	assert_non_null(strstr(f.text, "directory"));
	assert_true(script_at_end(&s));
	script_close(&s);
	close(fd);

	script_open(&s, fd);
	assert_int_equal(script_fill(&s, &f), SCRIPT_ERROR);
	assert_int_equal(f.status, STATUS_NETWORK);
	script_close(&s);
	script_close(&s);
	assert_true(script_at_end(&s));
}

static void
test_not_ready(void **state)
{
	struct script s;
	struct fail f;
	int fds[2];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(fcntl(fds[0], F_SETFL, O_NONBLOCK), 0);
	script_open(&s, fds[0]);
	assert_int_equal(script_fill(&s, &f), SCRIPT_AGAIN);
	assert_false(script_has_line(&s));
	assert_false(script_at_end(&s));
	close(fds[1]);
	assert_int_equal(script_fill(&s, &f), SCRIPT_EOF);
	assert_true(script_at_end(&s));
	script_close(&s);
	close(fds[0]);
}

/* Is there more?  Nobody waits to find out. */
static void
test_exhausted(void **state)
{
	struct script s;
	int fds[2], fd = make_file("a\nb\n", 4);

	(void)state;
	script_open(&s, fd);
	assert_false(script_exhausted(&s));
	assert_int_equal(s.len, 4);
	script_used(&s, 2);
	assert_false(script_exhausted(&s));
	script_rewind(&s);
	assert_int_equal(lseek(fd, 0, SEEK_CUR), 2);
	script_close(&s);
	script_open(&s, fd);
	assert_false(script_exhausted(&s));
	script_used(&s, 2);
	assert_true(script_exhausted(&s));
	script_close(&s);
	close(fd);

	assert_int_equal(pipe(fds), 0);
	script_open(&s, fds[0]);
	assert_false(script_exhausted(&s));
	assert_int_equal(write(fds[1], "a", 1), 1);
	assert_false(script_exhausted(&s));
	assert_int_equal(s.len, 1);
	script_used(&s, 1);
	assert_false(script_exhausted(&s));
	close(fds[1]);
	assert_true(script_exhausted(&s));
	script_close(&s);
	close(fds[0]);

	script_text(&s, "a", 1);
	assert_false(script_exhausted(&s));
	script_used(&s, s.len);
	assert_true(script_exhausted(&s));
	script_close(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_pipe),
		cmocka_unit_test(test_nul),
		cmocka_unit_test(test_long),
		cmocka_unit_test(test_long_without_end),
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_text_in_blocks),
		cmocka_unit_test(test_rewind),
		cmocka_unit_test(test_rewind_pipe),
		cmocka_unit_test(test_unreadable),
		cmocka_unit_test(test_not_ready),
		cmocka_unit_test(test_exhausted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
