/* SPDX-License-Identifier: ISC */
/* notepad_test.c - a text in a file that nobody else sees. */
#include <sys/stat.h>
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
#include "notepad.h"

static unsigned
mode_of(const char *path)
{
	struct stat st;

	assert_int_equal(lstat(path, &st), 0);
	return st.st_mode & 07777;
}

static void
test_there_and_back(void **state)
{
	struct buf text = { 0 }, back = { 0 };
	struct notepad n;
	struct fail f;

	(void)state;
	umask(0);
	buf_add(&text, "a\0b\n", 4);
	assert_int_equal(notepad_open(&n, "x.txt", &text, &f), 0);
	assert_int_equal(mode_of(n.folder), 0700);
	assert_int_equal(mode_of(n.path), 0600);
	assert_int_equal(notepad_read(&n, &back, &f), 0);
	assert_int_equal(back.len, 4);
	assert_memory_equal(buf_bytes(&back), "a\0b\n", 4);
	notepad_close(&n);
	assert_int_equal(access(n.folder, F_OK), -1);
	buf_free(&text);
	buf_free(&back);
}

/* What had the text has it no more, whatever name it goes by. */
static void
test_it_is_wiped(void **state)
{
	struct buf text = { 0 };
	struct notepad n;
	struct fail f;
	char got[10] = "", other[500];
	int fd;

	(void)state;
	buf_adds(&text, "secret");
	assert_int_equal(notepad_open(&n, "x.txt", &text, &f), 0);
	snprintf(other, sizeof other, "%s~", n.path);
	assert_int_equal(rename(n.path, other), 0);
	assert_int_equal(symlink("/etc/passwd", n.path), 0);
	fd = open(other, O_RDONLY);
	assert_true(fd >= 0);
	notepad_close(&n);
	assert_int_equal(access(n.folder, F_OK), -1);
	assert_int_equal(access("/etc/passwd", R_OK), 0);
	assert_int_equal(read(fd, got, sizeof got - 1), 9);
	assert_null(strstr(got, "secret"));
	assert_int_equal(got[0], 0);
	close(fd);
	buf_free(&text);
}

static void
test_no_file(void **state)
{
	struct buf none = { 0 }, back = { 0 };
	struct notepad n;
	struct fail f;

	(void)state;
	assert_int_equal(notepad_open(&n, "x.txt", &none, &f), 0);
	unlink(n.path);
	assert_int_equal(notepad_read(&n, &back, &f), -1);
	assert_int_equal(f.status, STATUS_USAGE);
	assert_int_equal(symlink("/etc/passwd", n.path), 0);
	assert_int_equal(notepad_read(&n, &back, &f), -1);
	unlink(n.path);
	assert_int_equal(mkfifo(n.path, 0600), 0);
	assert_int_equal(notepad_read(&n, &back, &f), -1);
	assert_int_equal(back.len, 0);
	notepad_close(&n);
	assert_int_equal(access(n.folder, F_OK), -1);
	setenv("TMPDIR", "/nonexistent", 1);
	assert_int_equal(notepad_open(&n, "x.txt", &none, &f), -1);
	assert_non_null(strstr(f.text, "/nonexistent"));
}

static void
test_too_long(void **state)
{
	struct buf none = { 0 }, back = { 0 };
	struct notepad n;
	struct fail f;

	(void)state;
	assert_int_equal(notepad_open(&n, "x.txt", &none, &f), 0);
	assert_int_equal(truncate(n.path, NOTEPAD_MOST), 0);
	assert_int_equal(notepad_read(&n, &back, &f), 0);
	assert_int_equal(back.len, NOTEPAD_MOST);
	assert_int_equal(truncate(n.path, NOTEPAD_MOST + 1), 0);
	buf_clear(&back);
	assert_int_equal(notepad_read(&n, &back, &f), -1);
	notepad_close(&n);
	buf_free(&back);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_there_and_back),
		cmocka_unit_test(test_it_is_wiped),
		cmocka_unit_test(test_too_long),
		cmocka_unit_test(test_no_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
