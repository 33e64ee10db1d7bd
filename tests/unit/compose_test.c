/* SPDX-License-Identifier: ISC */
/* compose_test.c - dates, identifiers, bytes and files for messages. */
#include <sys/stat.h>
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
#include "compose.h"
#include "fail.h"
#include "practice/mimecode.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

static void
test_date(void **state)
{
	static const struct {
		const char *zone;
		time_t when;
		const char *want;
	} rows[] = {
		{ "UTC0", 0, "Thu, 1 Jan 1970 00:00:00 +0000" },
		{ "EST5", 0, "Wed, 31 Dec 1969 19:00:00 -0500" },
		{ "<+0530>-5:30", 951782399,
		    "Tue, 29 Feb 2000 05:29:59 +0530" },
		{ "UTC0", 1767225599, "Wed, 31 Dec 2025 23:59:59 +0000" },
		{ "UTC0", 4102444800, "Fri, 1 Jan 2100 00:00:00 +0000" },
	};
	struct buf b = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		setenv("TZ", rows[i].zone, 1);
		tzset();
		buf_clear(&b);
		compose_date(&b, rows[i].when);
		buf_add(&b, "", 1);
		assert_string_equal(buf_bytes(&b), rows[i].want);
	}
	buf_free(&b);
}

/* "<left@right>" of characters that need no quotes (RFC 5322, 3.6.4). */
static void
assert_is_msgid(const char *id, size_t n)
{
	static const char fine[] = "abcdefghijklmnopqrstuvwxyz"
				   "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "0123456789!#$%&'*+-/=?^_`{|}~.";
	size_t left, right;

	assert_int_equal(id[0], '<');
	left = strspn(id + 1, fine);
	assert_true(left >= 16);
	assert_int_equal(id[1 + left], '@');
	right = strspn(id + left + 2, fine);
	assert_true(right > 0);
	assert_int_equal(left + right + 3, n);
	assert_int_equal(id[n - 1], '>');
}

/* What the machine is called: in place of the C library's function. */
static const char *machine = "mail.example.test";

int
gethostname(char *name, size_t size)
{
	if (machine == NULL)
		return -1;
	/* Like the original it may leave no room for the NUL. */
	strncpy(name, machine, size);
	return 0;
}

/* The name of the machine, or what stands for it. */
static void
test_msgid_host(void **state)
{
	static const char long_name[] =
	    "a123456789.b123456789.c123456789.d123456789.e123456789."
	    "f123456789.g123456789.h123456789.i123456789.j123456789."
	    "k123456789.l123456789.m123456789.n123456789.o123456789";
	static const struct {
		const char *machine, *want;
	} rows[] = {
		{ "mail.example.test", "@mail.example.test>" },
		{ "f3a8189f0ff4", "@f3a8189f0ff4>" },
		{ "my_host-1", "@my_host-1>" },
		{ NULL, "@localhost>" },
		{ "", "@localhost>" },
		{ "my host", "@localhost>" },
		{ "host\n", "@localhost>" },
		{ "host\r\nRCPT TO:<x@y>", "@localhost>" },
		{ "host\033[31m", "@localhost>" },
		{ "h\303\266st", "@localhost>" },
		{ "host>", "@localhost>" },
		{ "a@b", "@localhost>" },
		{ "(none)", "@localhost>" },
		{ ".", "@localhost>" },
		{ ".host", "@localhost>" },
		{ "host.", "@localhost>" },
		{ "a..b", "@localhost>" },
	};
	struct buf b = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		machine = rows[i].machine;
		buf_clear(&b);
		compose_msgid(&b);
		buf_add(&b, "", 1);
		assert_string_equal(strchr(buf_bytes(&b), '@'), rows[i].want);
	}
	/* A name without its end is cut, wherever that is. */
	machine = long_name;
	buf_clear(&b);
	compose_msgid(&b);
	assert_is_msgid(buf_bytes(&b), b.len);
	machine = "mail.example.test";
	buf_free(&b);
}

static int
compare(const void *a, const void *b)
{
	return strcmp(a, b);
}

static void
test_msgid(void **state)
{
	enum { MANY = 1000 };
	char(*ids)[200] = calloc(MANY, sizeof *ids);
	struct buf b = { 0 };
	size_t i;

	(void)state;
	assert_non_null(ids);
	for (i = 0; i < MANY; i++) {
		buf_clear(&b);
		compose_msgid(&b);
		assert_true(b.len < sizeof *ids);
		memcpy(ids[i], buf_bytes(&b), b.len);
		assert_is_msgid(ids[i], b.len);
	}
	qsort(ids, MANY, sizeof *ids, compare);
	for (i = 1; i < MANY; i++)
		assert_string_not_equal(ids[i - 1], ids[i]);
	free(ids);
	buf_free(&b);
}

static void
test_bytes(void **state)
{
	static const struct {
		const char *words, *want;
		size_t n; /* 0: refused */
	} rows[] = {
		{ "crlf", "\r\n", 2 },
		{ "CRLF", "\r\n", 2 },
		{ "lf", "\n", 1 },
		{ "cr", "\r", 1 },
		{ "nul", "\0", 1 },
		{ "tab", "\t", 1 },
		{ "esc", "\033", 1 },
		{ "cr lf", "\r\n", 2 },
		{ "0d0a", "\r\n", 2 },
		{ "0D 0a", "\r\n", 2 },
		{ "41 42\t43", "ABC", 3 },
		{ " 41  42 ", "AB", 2 },
		{ "ff00 esc", "\xff\0\033", 3 },
		{ "", NULL, 0 },
		{ "  ", NULL, 0 },
		{ "4", NULL, 0 },
		{ "414", NULL, 0 },
		{ "4g", NULL, 0 },
		{ "0x41", NULL, 0 },
		{ "+1", NULL, 0 },
		{ "crlfx", NULL, 0 },
		{ "lfcr", NULL, 0 },
		{ "41 oops", NULL, 0 },
		{ "41,42", NULL, 0 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct buf b = { 0 };
		int done;

		/* What was there stays, and of half a list nothing does. */
		buf_adds(&b, "had");
		done = compose_bytes(&b, rows[i].words);
		if (done != (rows[i].n > 0 ? 0 : -1))
			fail_msg("\"%s\": %d", rows[i].words, done);
		if (b.len != 3 + rows[i].n)
			fail_msg("\"%s\": %zu bytes", rows[i].words, b.len);
		assert_memory_equal(buf_bytes(&b), "had", 3);
		if (rows[i].n > 0)
			assert_memory_equal(buf_bytes(&b) + 3, rows[i].want,
			    rows[i].n);
		buf_free(&b);
	}
}

/* A folder of the test's own, with room for a name behind it. */
static int
set_up(void **state)
{
	char *folder = malloc(200);
	const char *tmp = getenv("TMPDIR");

	if (folder == NULL)
		return -1;
	snprintf(folder, 150, "%s/composeXXXXXX", tmp != NULL ? tmp : "/tmp");
	*state = mkdtemp(folder);
	return *state == NULL ? -1 : 0;
}

static int
tear_down(void **state)
{
	int done = rmdir(*state);

	free(*state);
	return done;
}

static void
name_file(char *name, size_t size, void **state)
{
	snprintf(name, size, "%s/file", (const char *)*state);
}

static void
write_file(const char *name, const char *p, size_t n)
{
	FILE *file = fopen(name, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(p, 1, n, file), n);
	assert_int_equal(fclose(file), 0);
}

/* What compose_read promises, byte by byte. */
static void
naive(struct buf *to, const char *p, size_t n, bool stuff)
{
	char last = '\n';
	size_t i;

	for (i = 0; i < n; i++) {
		if (stuff && p[i] == '.' && last == '\n')
			buf_adds(to, ".");
		if (p[i] == '\n' && last != '\r')
			buf_adds(to, "\r");
		buf_add(to, &p[i], 1);
		last = p[i];
	}
	if (last != '\n')
		buf_adds(to, last == '\r' ? "\n" : "\r\n");
}

static void
assert_file(const char *name, const char *p, size_t n, bool stuff)
{
	struct buf got = { 0 }, want = { 0 };
	struct compose_file c;
	struct fail f;
	const char *block;
	size_t len;
	int more;

	write_file(name, p, n);
	naive(&want, p, n, stuff);
	assert_int_equal(
	    compose_open(&c, name, stuff ? COMPOSE_STUFFED : COMPOSE_LINES, &f),
	    0);
	while ((more = compose_read(&c, &block, &len, &f)) > 0) {
		assert_true(len > 0);
		buf_add(&got, block, len);
	}
	assert_int_equal(more, 0);
	assert_int_equal(compose_read(&c, &block, &len, &f), 0);
	assert_int_equal(got.len, want.len);
	if (got.len > 0)
		assert_memory_equal(buf_bytes(&got), buf_bytes(&want), got.len);
	assert_int_equal(c.sent, want.len);
	compose_close(&c);
	unlink(name);
	buf_free(&got);
	buf_free(&want);
}

static void
test_files(void **state)
{
	static const char *const texts[] = { "", "a", "a\n", "a\r\n", "a\r",
		"\n", "\r", ".", ".\n", "..\r\n", "a\n.b\n..c", "a\r\n.\r\n",
		"a\rb\n", "a\r.b\n", "a.\n", "\n\n.\n\n" };
	char name[250];
	size_t i;

	name_file(name, sizeof name, state);
	for (i = 0; i < ROWS(texts); i++) {
		assert_file(name, texts[i], strlen(texts[i]), true);
		assert_file(name, texts[i], strlen(texts[i]), false);
	}
	assert_file(name, "a\0b\n\0", 5, true);
}

/* Line ends and dots where blocks meet. */
static void
test_long_file(void **state)
{
	static const char *const parts[] = { "\r\n", "\n.", "\r\n.", "\r", ".",
		"\n" };
	enum { SIZE = 140000 };
	char *p = malloc(SIZE);
	char name[250];
	size_t at, i, n;

	assert_non_null(p);
	name_file(name, sizeof name, state);
	for (i = 0; i < ROWS(parts); i++) {
		for (n = 0; n < 3; n++) {
			memset(p, 'x', SIZE);
			for (at = 4096 - n; at + 4 < SIZE; at += 4096)
				memcpy(p + at, parts[i], strlen(parts[i]));
			assert_file(name, p, SIZE, true);
		}
	}
	/* As much longer as it can get. */
	for (at = 0; at < SIZE; at++)
		p[at] = at % 2 == 0 ? '.' : '\n';
	assert_file(name, p, SIZE, true);
	memset(p, '\n', SIZE);
	assert_file(name, p, SIZE, false);
	free(p);
}

/* What compose_read gives, from the beginning to the end. */
static void
read_all(struct compose_file *c, struct buf *to)
{
	struct fail f;
	const char *block;
	size_t len;
	int more;

	while ((more = compose_read(c, &block, &len, &f)) > 0)
		buf_add(to, block, len);
	assert_int_equal(more, 0);
	assert_int_equal(c->sent, to->len);
}

/* Sizes about the ends of lines and of blocks. */
static void
test_base64_file(void **state)
{
	static const size_t sizes[] = { 0, 1, 56, 57, 58, 114, 34199, 34200,
		34201, 68400, 100000 };
	enum { MOST = 100000 };
	struct buf got = { 0 }, want = { 0 };
	struct compose_file c;
	struct fail f;
	char *p = malloc(MOST);
	char name[250];
	size_t i;

	assert_non_null(p);
	for (i = 0; i < MOST; i++)
		p[i] = (char)(i * 31 + i / 251);
	name_file(name, sizeof name, state);
	for (i = 0; i < ROWS(sizes); i++) {
		buf_clear(&got);
		buf_clear(&want);
		write_file(name, p, sizes[i]);
		assert_int_equal(compose_open(&c, name, COMPOSE_BASE64, &f), 0);
		read_all(&c, &got);
		assert_int_equal(c.read, sizes[i]);
		compose_close(&c);
		mimecode_base64(&want, buf_bytes(&got), got.len);
		assert_int_equal(want.len, sizes[i]);
		assert_true(sizes[i] == 0 ||
		    memcmp(buf_bytes(&want), p, sizes[i]) == 0);
		assert_int_equal(got.len,
		    (sizes[i] + 2) / 3 * 4 + (sizes[i] + 56) / 57 * 2);
	}
	unlink(name);
	free(p);
	buf_free(&got);
	buf_free(&want);
}

/* A blank alone has to wait; a dot begins a line. */
static void
test_quoted_file(void **state)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "", "" },
		{ " ", "=20\r\n" },
		{ ".\n\303\274", "..\r\n=C3=BC\r\n" },
	};
	struct compose_file c;
	struct fail f;
	char name[250];
	size_t i;

	name_file(name, sizeof name, state);
	for (i = 0; i < ROWS(rows); i++) {
		struct buf got = { 0 };

		write_file(name, rows[i].text, strlen(rows[i].text));
		assert_int_equal(compose_open(&c, name, COMPOSE_QUOTED, &f), 0);
		read_all(&c, &got);
		compose_close(&c);
		buf_add(&got, "", 1);
		assert_string_equal(buf_bytes(&got), rows[i].want);
		buf_free(&got);
	}
	unlink(name);
}

/* It shrinks or grows while it is sent. */
static void
test_changed_file(void **state)
{
	struct buf got = { 0 };
	struct compose_file c;
	struct fail f;
	char name[250], first[4];
	const char *block;
	size_t len;

	name_file(name, sizeof name, state);
	write_file(name, "had", 3);
	assert_int_equal(truncate(name, 100000), 0);
	assert_int_equal(compose_open(&c, name, COMPOSE_BASE64, &f), 0);
	assert_int_equal(compose_peek(&c, first, sizeof first, &f), 4);
	assert_memory_equal(first, "had\0", 4);
	assert_int_equal(compose_read(&c, &block, &len, &f), 1);
	assert_int_equal(truncate(name, 50000), 0);
	assert_int_equal(compose_read(&c, &block, &len, &f), -1);
	assert_int_equal(f.status, STATUS_USAGE);
	assert_non_null(strstr(f.text, "shorter"));
	compose_close(&c);
	write_file(name, "had", 3);
	assert_int_equal(compose_open(&c, name, COMPOSE_STUFFED, &f), 0);
	write_file(name, "had more", 8);
	read_all(&c, &got);
	buf_add(&got, "", 1);
	assert_string_equal(buf_bytes(&got), "had\r\n");
	compose_close(&c);
	unlink(name);
	buf_free(&got);
}

static void
test_boundary(void **state)
{
	struct buf a = { 0 }, b = { 0 };

	(void)state;
	compose_boundary(&a);
	compose_boundary(&b);
	assert_int_equal(a.len, 26);
	assert_int_equal(strlen(buf_bytes(&a)), 26);
	assert_memory_equal(buf_bytes(&a), "=_", 2);
	assert_int_equal(strspn(buf_bytes(&a) + 2, "0123456789abcdef"), 24);
	assert_string_not_equal(buf_bytes(&a), buf_bytes(&b));
	buf_free(&a);
	buf_free(&b);
}

static void
test_no_file(void **state)
{
	struct compose_file c;
	struct fail f;
	char name[250];

	name_file(name, sizeof name, state);
	assert_int_equal(compose_open(&c, name, COMPOSE_STUFFED, &f), -1);
	assert_int_equal(f.status, STATUS_USAGE);
	assert_non_null(strstr(f.text, "no such file"));
	assert_int_equal(compose_open(&c, *state, COMPOSE_STUFFED, &f), -1);
	assert_int_equal(f.status, STATUS_USAGE);
	/* Nobody writes there, and nobody waits for that. */
	assert_int_equal(mkfifo(name, 0600), 0);
	assert_int_equal(compose_open(&c, name, COMPOSE_STUFFED, &f), -1);
	assert_int_equal(f.status, STATUS_USAGE);
	unlink(name);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_date),
		cmocka_unit_test(test_msgid),
		cmocka_unit_test(test_msgid_host),
		cmocka_unit_test(test_bytes),
		cmocka_unit_test_setup_teardown(test_files, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_long_file, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(test_base64_file, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(test_quoted_file, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(test_changed_file, set_up,
		    tear_down),
		cmocka_unit_test(test_boundary),
		cmocka_unit_test_setup_teardown(test_no_file, set_up,
		    tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
