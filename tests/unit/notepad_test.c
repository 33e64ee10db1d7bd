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

/* The user's own files are only read. */
static void
test_load(void **state)
{
	static const struct {
		const char *name; /* below the folder */
		int rc;
		const char *text; /* ... behind "half" */
	} rows[] = {
		{ "mine", 0, "a\nb" },
		{ "link", 0, "a\nb" },
		{ "empty", 0, "" },
		{ "none", -1, "none: no such file or directory" },
		{ "fifo", -1, "fifo: it is no text file" },
		{ ".", -1, ".: it is no text file" },
		{ "long", -1, "long: that is too long (file sends it)" },
	};
	char folder[] = "/tmp/notepad-XXXXXX";
	char path[sizeof folder + 8];
	struct stat st;
	struct fail f;
	size_t i;
	int fd;

	(void)state;
	assert_non_null(mkdtemp(folder));
	assert_int_equal(chdir(folder), 0);
	fd = open("mine", O_WRONLY | O_CREAT, 0400);
	assert_int_equal(write(fd, "a\nb", 3), 3);
	close(fd);
	close(open("empty", O_WRONLY | O_CREAT, 0600));
	fd = open("long", O_WRONLY | O_CREAT, 0600);
	assert_int_equal(ftruncate(fd, NOTEPAD_MOST + 1), 0);
	close(fd);
	assert_int_equal(symlink("mine", "link"), 0);
	assert_int_equal(mkfifo("fifo", 0600), 0);
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct buf text = { 0 };

		buf_adds(&text, "half");
		snprintf(path, sizeof path, "%s/%s", folder, rows[i].name);
		assert_int_equal(notepad_load(path, &text, &f), rows[i].rc);
		if (rows[i].rc == 0) {
			buf_add(&text, "", 1);
			assert_string_equal(buf_bytes(&text) + 4, rows[i].text);
		} else {
			assert_int_equal(f.status, STATUS_USAGE);
			assert_string_equal(f.text + sizeof folder,
			    rows[i].text);
		}
		buf_free(&text);
	}
	assert_int_equal(stat("mine", &st), 0);
	assert_int_equal(st.st_size, 3);
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++)
		unlink(rows[i].name);
	assert_int_equal(chdir("/"), 0);
	assert_int_equal(rmdir(folder), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_load),
		cmocka_unit_test(test_there_and_back),
		cmocka_unit_test(test_it_is_wiped),
		cmocka_unit_test(test_too_long),
		cmocka_unit_test(test_no_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
