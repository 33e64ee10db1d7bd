/* SPDX-License-Identifier: ISC */
/* complete_test.c - candidates, what they share, files, columns. */
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
#include "term/complete.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

static void
assert_words(const struct complete *c, const char *const *words)
{
	size_t i;

	for (i = 0; words[i] != NULL; i++) {
		assert_true(i < c->count);
		assert_string_equal(c->words[i], words[i]);
	}
	assert_int_equal(c->count, i);
}

static void
test_offers(void **state)
{
	static const struct {
		const char *line;
		size_t from;
		const char *offered[5], *words[5];
		size_t shared;
	} rows[] = {
		{ "", 0, { "MAIL", "RCPT" }, { "MAIL", "RCPT" }, 0 },
		{ "ma", 0, { "MAIL FROM:<", "RCPT" }, { "MAIL FROM:<" }, 11 },
		{ "MA", 0, { "mail", "match" }, { "mail", "match" }, 2 },
		{ "ma", 0, { "MAIL", "mailx" }, { "MAIL", "mailx" }, 4 },
		{ "q", 0, { "QUIT", "QUIT" }, { "QUIT" }, 4 },
		{ "help m", 5, { "MAIL", "RCPT" }, { "MAIL" }, 4 },
		{ "x", 0, { "MAIL" }, { NULL }, 0 },
		{ "mail", 0, { "MAI" }, { NULL }, 0 },
		/* The first bytes of two characters are the same. */
		{ "a", 0, { "a\303\244", "a\303\266" },
		    { "a\303\244", "a\303\266" }, 1 },
	};
	size_t i, w;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct complete c = { 0 };

		complete_begin(&c, rows[i].line, rows[i].from,
		    strlen(rows[i].line));
		for (w = 0; rows[i].offered[w] != NULL; w++)
			complete_offer(&c, rows[i].offered[w]);
		assert_words(&c, rows[i].words);
		assert_int_equal(complete_shared(&c), rows[i].shared);
		assert_true(c.begun);
		assert_int_equal(c.from, rows[i].from);
		complete_free(&c);
	}
}

static void
test_limits(void **state)
{
	char text[600], word[32];
	struct complete c = { 0 };
	int i;

	(void)state;
	memset(text, 'a', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	complete_begin(&c, text, 0, 511);
	complete_offer(&c, text);
	assert_int_equal(c.count, 1);
	complete_begin(&c, text, 0, 512);
	complete_offer(&c, text);
	complete_files(&c);
	assert_int_equal(c.count, 0);
	complete_begin(&c, "", 0, 0);
	for (i = 0; i < COMPLETE_MOST + 10; i++) {
		snprintf(word, sizeof word, "w%d", i);
		complete_offer(&c, word);
	}
	assert_int_equal(c.count, COMPLETE_MOST);
	complete_free(&c);
	assert_int_equal(c.count, 0);
}

static void
make(const char *name)
{
	int fd = open(name, O_CREAT | O_WRONLY, 0600);

	assert_true(fd >= 0);
	close(fd);
}

static void
test_files(void **state)
{
	static const struct {
		const char *typed;
		const char *words[5];
	} rows[] = {
		{ "", { "beta", "with blank", "\303\244", "alpha/" } },
		{ "b", { "beta" } },
		{ "B", { NULL } },
		{ ".", { ".hidden" } },
		{ "al", { "alpha/" } },
		{ "alpha/", { "alpha/in", "alpha/out/" } },
		{ "alpha/o", { "alpha/out/" } },
		{ "~/be", { "~/beta" } },
		{ "alpha/out/", { NULL } },
		{ "none/", { NULL } },
	};
	size_t i, w, found;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct complete c = { 0 };

		complete_begin(&c, rows[i].typed, 0, strlen(rows[i].typed));
		complete_files(&c);
		for (w = 0; rows[i].words[w] != NULL; w++) {
			for (found = 0; found < c.count; found++) {
				if (strcmp(c.words[found], rows[i].words[w]) ==
				    0)
					break;
			}
			assert_true(found < c.count);
			assert_true(found == 0 ||
			    strcmp(c.words[found - 1], c.words[found]) < 0);
		}
		assert_int_equal(c.count, w);
		complete_free(&c);
	}
}

static void
test_list(void **state)
{
	static const struct {
		unsigned columns;
		const char *text;
	} rows[] = {
		{ 80, "a      bbb    cc     ddddd  e\n" },
		{ 20, "a      cc     e\nbbb    ddddd\n" },
		{ 3, "a\nbbb\ncc\nddddd\ne\n" },
	};
	struct complete c = { 0 };
	struct buf to = { 0 };
	size_t i;

	(void)state;
	complete_begin(&c, "", 0, 0);
	complete_offer(&c, "a");
	complete_offer(&c, "bbb");
	complete_offer(&c, "cc");
	complete_offer(&c, "ddddd");
	complete_offer(&c, "e");
	for (i = 0; i < ROWS(rows); i++) {
		buf_clear(&to);
		complete_list(&c, rows[i].columns, &to);
		buf_add(&to, "", 1);
		assert_string_equal(buf_bytes(&to), rows[i].text);
	}
	complete_free(&c);
	buf_free(&to);
}

static int
enter_folder(void **state)
{
	char name[] = "/tmp/complete.XXXXXX";

	if (mkdtemp(name) == NULL || chdir(name) != 0)
		return -1;
	*state = strdup(name);
	setenv("HOME", name, 1);
	make("beta");
	make("with blank");
	make("\303\244");
	make(".hidden");
	make("esc\033[2J");
	make("bad\377");
	if (mkdir("alpha", 0700) != 0 || mkdir("alpha/out", 0700) != 0)
		return -1;
	make("alpha/in");
	return 0;
}

static int
leave_folder(void **state)
{
	static const char *const names[] = { "alpha/in", "beta", "with blank",
		"\303\244", ".hidden", "esc\033[2J", "bad\377" };
	size_t i;

	for (i = 0; i < ROWS(names); i++)
		unlink(names[i]);
	rmdir("alpha/out");
	rmdir("alpha");
	rmdir(*state);
	free(*state);
	return chdir("/");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_offers),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_list),
	};

	return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
