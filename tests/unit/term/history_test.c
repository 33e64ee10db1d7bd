/* SPDX-License-Identifier: ISC */
/* history_test.c - lines in memory and in a file that sessions share. */
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <fcntl.h>
#include <signal.h>
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
#include "term/history.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

/* A folder for each test; all names are relative to it. */
static int
enter_folder(void **state)
{
	char name[] = "/tmp/history.XXXXXX";

	if (mkdtemp(name) == NULL || chdir(name) != 0)
		return -1;
	*state = strdup(name);
	return 0;
}

static int
leave_folder(void **state)
{
	unlink("file");
	unlink("link");
	unlink("a/b/file");
	rmdir("a/b");
	rmdir("a");
	if (chdir("/") != 0 || rmdir(*state) != 0)
		return -1;
	free(*state);
	return 0;
}

static void
write_file(const char *text)
{
	FILE *file = fopen("file", "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void
read_file(struct buf *to)
{
	int fd = open("file", O_RDONLY);
	ssize_t n;

	buf_clear(to);
	assert_true(fd >= 0);
	while ((n = read(fd, buf_room(to, 65536), 65536)) > 0)
		buf_grew(to, (size_t)n);
	close(fd);
	buf_add(to, "", 1);
}

static void
assert_file(const char *text)
{
	struct buf is = { 0 };

	read_file(&is);
	assert_string_equal(buf_bytes(&is), text);
	buf_free(&is);
}

static struct history *
open_well(const char *path)
{
	char why[256];
	struct history *h = history_open(path, why);

	assert_string_equal(why, "");
	return h;
}

static void
add(struct history *h, const char *line)
{
	assert_int_equal(history_add(h, line, strlen(line)), 0);
}

static void
test_what_is_kept(void **state)
{
	static const struct {
		const char *line;
		size_t count;
	} rows[] = {
		{ "", 0 },
		{ "one", 1 },
		{ "one", 1 },
		{ "two", 2 },
		{ "one", 3 },
		{ "a\tb", 3 },
		{ "esc\033", 3 },
		{ "del\177", 3 },
		{ "gr\303\274\303\237e", 4 },
		{ "\377\376", 5 },
	};
	struct history *h = open_well(NULL);
	char *longest = calloc(1, 8194);
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		add(h, rows[i].line);
		assert_int_equal(history_count(h), rows[i].count);
	}
	memset(longest, 'x', 8192);
	add(h, longest);
	assert_int_equal(history_count(h), 6);
	longest[8192] = 'y';
	add(h, longest);
	assert_int_equal(history_count(h), 6);
	assert_string_equal(history_at(h, 0), "one");
	free(longest);
	history_close(h);
}

static void
test_the_oldest_go(void **state)
{
	struct history *h = open_well(NULL);
	char line[32];
	int i;

	(void)state;
	for (i = 0; i < HISTORY_MOST + 5; i++) {
		snprintf(line, sizeof line, "line %d", i);
		add(h, line);
	}
	assert_int_equal(history_count(h), HISTORY_MOST);
	assert_string_equal(history_at(h, 0), "line 5");
	history_close(h);
}

static void
test_search(void **state)
{
	static const struct {
		size_t from;
		const char *begin, *other;
		size_t older, newer;
	} rows[] = {
		{ 5, "", NULL, 4, 5 },
		{ 5, "MAIL", NULL, 4, 5 },
		{ 4, "MAIL", "MAIL b", 0, 5 },
		{ 4, "MAIL", NULL, 2, 5 },
		{ 0, "MAIL", NULL, 5, 2 },
		{ 0, "MAIL", "MAIL b", 5, 5 },
		{ 5, "mail", NULL, 5, 5 },
		{ 5, "NOOP", NULL, 1, 5 },
		{ 5, "[", NULL, 5, 5 },
		{ 3, "", "MAIL b", 1, 5 },
	};
	struct history *h = open_well(NULL);
	size_t i;

	(void)state;
	add(h, "MAIL a");
	add(h, "NOOP MAIL");
	add(h, "MAIL b");
	add(h, "RCPT x");
	add(h, "MAIL b");
	for (i = 0; i < ROWS(rows); i++) {
		size_t len = strlen(rows[i].begin);

		assert_int_equal(history_older(h, rows[i].from, rows[i].begin,
				     len, rows[i].other),
		    rows[i].older);
		assert_int_equal(history_newer(h, rows[i].from, rows[i].begin,
				     len, rows[i].other),
		    rows[i].newer);
	}
	history_close(h);
}

static void
test_a_new_file(void **state)
{
	struct history *h = open_well("a/b/file");
	struct stat st;

	(void)state;
	add(h, "one");
	assert_int_equal(stat("a/b/file", &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(stat("a", &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	history_close(h);
	h = open_well("a/b/file");
	assert_int_equal(history_count(h), 1);
	assert_string_equal(history_at(h, 0), "one");
	history_close(h);
}

static void
test_old_files(void **state)
{
	static const struct {
		const char *text;
		size_t count;
		const char *last, *after;
	} rows[] = {
		{ "", 0, NULL, "new\n" },
		{ "one\ntwo\n", 2, "two", "one\ntwo\nnew\n" },
		{ "one\n\n\001\ntwo\n", 2, "two", "one\n\n\001\ntwo\nnew\n" },
		{ "one\ntor", 1, "one", "one\ntor\nnew\n" },
		{ "torn", 0, NULL, "torn\nnew\n" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct history *h;
		size_t n;

		write_file(rows[i].text);
		h = open_well("file");
		n = history_count(h);
		assert_int_equal(n, rows[i].count);
		if (n > 0)
			assert_string_equal(history_at(h, n - 1), rows[i].last);
		add(h, "new");
		assert_file(rows[i].after);
		history_close(h);
	}
}

/* A line of 1024 bytes was one too many for libedit's own reader. */
static void
test_long_lines_of_a_file(void **state)
{
	char text[3000] = { 0 };
	struct history *h;

	(void)state;
	memset(text, 'x', 1024);
	text[1024] = '\n';
	memset(text + 1025, 'y', 1500);
	text[2525] = '\n';
	write_file(text);
	h = open_well("file");
	assert_int_equal(history_count(h), 2);
	assert_int_equal(strlen(history_at(h, 0)), 1024);
	assert_int_equal(strlen(history_at(h, 1)), 1500);
	history_close(h);
}

static void
test_a_file_others_may_read(void **state)
{
	struct stat st;

	(void)state;
	write_file("one\n");
	assert_int_equal(chmod("file", 0644), 0);
	history_close(open_well("file"));
	assert_int_equal(stat("file", &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

static void
assert_refused(const char *path, const char *reason)
{
	char why[256];
	struct history *h = history_open(path, why);

	assert_non_null(strstr(why, reason));
	add(h, "one");
	assert_int_equal(history_count(h), 1);
	history_close(h);
}

static void
test_what_is_no_file(void **state)
{
	(void)state;
	assert_int_equal(mkdir("a", 0700), 0);
	assert_refused("a", "a: ");
	assert_int_equal(mkfifo("file", 0600), 0);
	assert_refused("file", "not a regular file");
	assert_refused("/dev/null", "not a regular file");
	assert_refused("file/x", "file/x: ");
}

static void
test_two_sessions(void **state)
{
	struct history *one = open_well("file"), *two = open_well("file");

	(void)state;
	add(one, "a");
	add(two, "b");
	add(one, "c");
	assert_file("a\nb\nc\n");
	history_close(one);
	history_close(two);
}

static size_t
lines_of_file(const char **first, struct buf *all)
{
	size_t n = 0;
	char *p;

	read_file(all);
	for (p = buf_bytes(all); *p != '\0'; p++)
		n += *p == '\n';
	*first = buf_bytes(all);
	return n;
}

static void
test_trimming(void **state)
{
	struct history *h = open_well("file"), *other = open_well("file");
	struct buf all = { 0 };
	const char *first;
	char line[32];
	int i;

	(void)state;
	for (i = 1; i <= 2 * HISTORY_MOST; i++) {
		snprintf(line, sizeof line, "line %d", i);
		add(h, line);
		if (i == HISTORY_MOST + HISTORY_MOST / 2)
			add(other, "of another session");
	}
	assert_int_equal(lines_of_file(&first, &all), HISTORY_MOST);
	assert_non_null(strstr(first, "of another session\n"));
	assert_non_null(strstr(first, "line 2000\n"));
	assert_null(strstr(first, "line 1000\n"));
	/* The other session has the old file open. */
	add(other, "more");
	add(h, "last");
	assert_int_equal(lines_of_file(&first, &all), HISTORY_MOST + 2);
	assert_non_null(strstr(first, "\nmore\nlast\n"));
	history_close(other);
	history_close(h);
	h = open_well("file");
	assert_int_equal(history_count(h), HISTORY_MOST);
	history_close(h);
	buf_free(&all);
}

static void
write_lines(int n, size_t width)
{
	FILE *file = fopen("file", "w");
	int i;

	assert_non_null(file);
	for (i = 0; i < n; i++)
		fprintf(file, "%0*d\n", (int)width, i);
	assert_int_equal(fclose(file), 0);
}

/* Of a file that is too large, what is read may begin in mid line. */
static void
test_large_files(void **state)
{
	static const struct {
		int lines;
		size_t width, kept;
	} rows[] = {
		{ 2 * HISTORY_MOST - 1, 8, HISTORY_MOST },
		{ 5 * HISTORY_MOST, 8, HISTORY_MOST },
		{ 700, 8000, 4 * 1024 * 1024 / 8001 },
	};
	struct buf all = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct history *h;
		const char *first;

		write_lines(rows[i].lines, rows[i].width);
		h = open_well("file");
		assert_int_equal(history_count(h), rows[i].kept);
		assert_int_equal(strlen(history_at(h, 0)), rows[i].width);
		history_close(h);
		assert_int_equal(lines_of_file(&first, &all),
		    i == 0 ? (size_t)rows[i].lines : rows[i].kept);
		assert_int_equal(strcspn(first, "\n"), rows[i].width);
	}
	buf_free(&all);
}

enum { SESSIONS = 4, LINES = 40 };

static void
one_of_many(int number)
{
	char line[32], why[256];
	int i;

	for (i = 0; i < LINES; i++) {
		struct history *h = history_open("file", why);

		snprintf(line, sizeof line, "s%d %d", number, i);
		history_add(h, line, strlen(line));
		history_close(h);
	}
	_exit(0);
}

/* Sessions that append while one of them trims lose no line. */
static void
test_sessions_at_once(void **state)
{
	struct buf all = { 0 };
	const char *first;
	char line[32];
	int round, s, status;

	(void)state;
	for (round = 0; round < 5; round++) {
		write_lines(2 * HISTORY_MOST - LINES, 8);
		for (s = 0; s < SESSIONS; s++) {
			if (fork() == 0)
				one_of_many(s);
		}
		for (s = 0; s < SESSIONS; s++) {
			assert_true(wait(&status) > 0);
			assert_int_equal(status, 0);
		}
		assert_true(lines_of_file(&first, &all) < 2 * HISTORY_MOST);
		for (s = 0; s < SESSIONS * LINES; s++) {
			snprintf(line, sizeof line, "\ns%d %d\n", s / LINES,
			    s % LINES);
			assert_non_null(strstr(first, line));
		}
	}
	buf_free(&all);
}

/* Said once, and the lines are in memory. */
static void
test_a_full_disk(void **state)
{
	struct rlimit none = { 0, 0 }, before;
	struct history *h = open_well("file");

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	none.rlim_max = before.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
	assert_int_equal(history_add(h, "one", 3), -1);
	assert_int_equal(history_add(h, "two", 3), 0);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(history_count(h), 2);
	add(h, "three");
	assert_file("\nthree\n");
	history_close(h);
}

static void
test_path(void **state)
{
	static const struct {
		const char *file, *state, *home, *path; /* NULL: none */
	} rows[] = {
		{ "/x/h", "/s", "/home", "/x/h" },
		{ "", "/s", "/home", NULL },
		{ NULL, "/s", "/home", "/s/telex/history" },
		{ NULL, "relative", "/home",
		    "/home/.local/state/telex/history" },
		{ NULL, "", "/home", "/home/.local/state/telex/history" },
		{ NULL, NULL, "/home", "/home/.local/state/telex/history" },
		{ NULL, NULL, "/no/home", NULL },
		{ NULL, NULL, NULL, NULL },
		{ "/0123456789012345678901234567890123456789", NULL, NULL,
		    NULL },
	};
	static const char *const names[] = { "TELEX_HISTFILE", "XDG_STATE_HOME",
		"HOME" };
	char path[40];
	size_t i, n;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		const char *const values[] = { rows[i].file, rows[i].state,
			rows[i].home };

		for (n = 0; n < 3; n++) {
			unsetenv(names[n]);
			if (values[n] != NULL)
				setenv(names[n], values[n], 1);
		}
		assert_int_equal(history_path(path, sizeof path),
		    rows[i].path != NULL);
		if (rows[i].path != NULL)
			assert_string_equal(path, rows[i].path);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_kept),
		cmocka_unit_test(test_the_oldest_go),
		cmocka_unit_test(test_search),
		cmocka_unit_test_setup_teardown(test_a_new_file, enter_folder,
		    leave_folder),
		cmocka_unit_test_setup_teardown(test_old_files, enter_folder,
		    leave_folder),
		cmocka_unit_test_setup_teardown(test_long_lines_of_a_file,
		    enter_folder, leave_folder),
		cmocka_unit_test_setup_teardown(test_a_file_others_may_read,
		    enter_folder, leave_folder),
		cmocka_unit_test_setup_teardown(test_what_is_no_file,
		    enter_folder, leave_folder),
		cmocka_unit_test_setup_teardown(test_two_sessions, enter_folder,
		    leave_folder),
		cmocka_unit_test_setup_teardown(test_trimming, enter_folder,
		    leave_folder),
		cmocka_unit_test_setup_teardown(test_large_files, enter_folder,
		    leave_folder),
		cmocka_unit_test_setup_teardown(test_sessions_at_once,
		    enter_folder, leave_folder),
		cmocka_unit_test_setup_teardown(test_a_full_disk, enter_folder,
		    leave_folder),
		cmocka_unit_test(test_path),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
