/* SPDX-License-Identifier: ISC */
/* buf_test.c - bytes in at the end, out at the front, none left behind. */
#include <sys/wait.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "buf.h"

/* The memory wiped last, and how much of it. */
static struct {
	void *at;
	size_t n;
} wiped;

/* In place of what text_wipe calls, on this system or on another. */
void OPENSSL_cleanse(void *p, size_t n);
void explicit_bzero(void *p, size_t n);
void __explicit_bzero_chk(void *p, size_t n, size_t size);

void
OPENSSL_cleanse(void *p, size_t n)
{
	memset(p, 0, n);
	wiped.at = p;
	wiped.n = n;
}

void
explicit_bzero(void *p, size_t n)
{
	OPENSSL_cleanse(p, n);
}

/* What the one above becomes where _FORTIFY_SOURCE checks it. */
void
__explicit_bzero_chk(void *p, size_t n, size_t size)
{
	assert_true(n <= size);
	OPENSSL_cleanse(p, n);
}

static void
assert_holds(const struct buf *b, const char *want)
{
	assert_int_equal(b->len, strlen(want));
	assert_memory_equal(buf_bytes(b), want, b->len);
}

static void
test_empty(void **state)
{
	struct buf b = { 0 };

	(void)state;
	assert_null(buf_bytes(&b));
	buf_add(&b, NULL, 0);
	buf_drop(&b, 5);
	buf_clear(&b);
	buf_wipe(&b);
	assert_int_equal(b.len, 0);
	assert_non_null(buf_room(&b, 0));
	buf_free(&b);
	buf_free(&b);
	assert_null(b.data);
}

static void
test_add_and_drop(void **state)
{
	struct buf b = { 0 };

	(void)state;
	buf_adds(&b, "220 ");
	buf_add(&b, "mail\0x", 6);
	assert_int_equal(b.len, 10);
	assert_memory_equal(buf_bytes(&b), "220 mail\0x", 10);
	buf_drop(&b, 4);
	assert_memory_equal(buf_bytes(&b), "mail\0x", 6);
	buf_drop(&b, 7);
	assert_int_equal(b.len, 0);
	buf_adds(&b, "again");
	assert_holds(&b, "again");
	buf_clear(&b);
	assert_int_equal(b.len, 0);
	buf_free(&b);
}

static void
test_formatted(void **state)
{
	struct buf b = { 0 };
	char long_text[1000];

	(void)state;
	memset(long_text, 'x', sizeof long_text - 1);
	long_text[sizeof long_text - 1] = '\0';
	buf_addf(&b, "%s=%d", "port", 25);
	assert_holds(&b, "port=25");
	buf_addf(&b, "%s", "");
	assert_holds(&b, "port=25");
	buf_clear(&b);
	buf_addf(&b, "%s", long_text);
	assert_holds(&b, long_text);
	buf_free(&b);
}

static void
test_room(void **state)
{
	struct buf b = { 0 };
	char *room;

	(void)state;
	buf_adds(&b, "ab");
	room = buf_room(&b, 5000);
	memset(room, 'c', 5000);
	buf_grew(&b, 5000);
	assert_int_equal(b.len, 5002);
	assert_memory_equal(buf_bytes(&b), "abccc", 5);
	buf_free(&b);
}

/* A queue fed and drained in all kinds of steps keeps its bytes in order. */
static void
test_queue(void **state)
{
	struct buf b = { 0 };
	unsigned in = 0, out = 0, seed = 1;
	size_t i, k, n;

	(void)state;
	for (i = 0; i < 3000; i++) {
		seed = seed * 1103515245u + 12345u;
		n = seed >> 16 & 0xff;
		for (k = 0; k < n; k++) {
			char c = (char)in++;

			buf_add(&b, &c, 1);
		}
		n = seed >> 8 & 0xff;
		n = n < b.len ? n : b.len;
		for (k = 0; k < n; k++)
			assert_int_equal(buf_bytes(&b)[k], (char)out++);
		buf_drop(&b, n);
	}
	assert_int_equal(b.len, in - out);
	buf_free(&b);
}

/* A long queue that never empties stays in a bounded block of memory. */
static void
test_queue_is_bounded(void **state)
{
	struct buf b = { 0 };
	char block[1000] = { 0 };
	size_t i, moves = 0, head;

	(void)state;
	for (i = 0; i < 100; i++)
		buf_add(&b, block, sizeof block);
	for (i = 0; i < 100000; i++) {
		head = b.head;
		buf_add(&b, block, 10);
		moves += b.head < head;
		buf_drop(&b, 10);
	}
	assert_int_equal(b.len, 100000);
	assert_true(b.size <= 800000);
	assert_true(moves <= 20);
	buf_free(&b);
}

static void
test_wipe(void **state)
{
	struct buf b = { 0 };
	size_t i;

	(void)state;
	buf_adds(&b, "a secret that was here");
	buf_drop(&b, 9);
	buf_wipe(&b);
	assert_int_equal(b.len, 0);
	for (i = 0; i < 22; i++)
		assert_int_equal(b.data[i], 0);
	buf_free(&b);
}

/* Growing leaves nothing behind in freed memory, not even what was dropped. */
static void
test_wiped_on_the_way(void **state)
{
	struct buf b = { 0 };
	size_t size;
	void *old;

	(void)state;
	buf_adds(&b, "a secret that was here");
	buf_clear(&b);
	old = b.data;
	size = b.size;
	buf_room(&b, size + 1);
	assert_ptr_equal(wiped.at, old);
	assert_int_equal(wiped.n, size);
	size = b.size;
	old = b.data;
	buf_free(&b);
	assert_ptr_equal(wiped.at, old);
	assert_int_equal(wiped.n, size);
}

/* What does not fit ends the program in an orderly way, with status 1. */
static void
test_too_much(void **state)
{
	static const size_t sizes[] = { SIZE_MAX, SIZE_MAX - 100,
		SIZE_MAX / 4 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		int status = 0;
		pid_t child = fork();

		assert_true(child >= 0);
		if (child == 0) {
			struct buf b = { 0 };

			dup2(open("/dev/null", O_WRONLY), STDERR_FILENO);
			buf_adds(&b, "something");
			buf_drop(&b, 1);
			buf_room(&b, sizes[i]);
			_exit(0);
		}
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), 1);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_add_and_drop),
		cmocka_unit_test(test_formatted),
		cmocka_unit_test(test_room),
		cmocka_unit_test(test_queue),
		cmocka_unit_test(test_queue_is_bounded),
		cmocka_unit_test(test_wipe),
		cmocka_unit_test(test_wiped_on_the_way),
		cmocka_unit_test(test_too_much),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
