/* SPDX-License-Identifier: ISC */
/* choices_test.c - what may stand on telex's own command line. */
#include <stdio.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "args.h"
#include "buf.h"
#include "choices.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

/* Is it one of these words, with blanks between them? */
static bool
among(const struct buf *words, const char *word)
{
	struct buf all = { 0 }, one = { 0 };
	bool is;

	buf_adds(&all, " ");
	if (words->len > 0)
		buf_add(&all, buf_bytes(words), words->len);
	buf_add(&all, " ", 2);
	buf_addf(&one, " %s ", word);
	buf_add(&one, "", 1);
	is = strstr(buf_bytes(&all), buf_bytes(&one)) != NULL;
	buf_free(&all);
	buf_free(&one);
	return is;
}

static void
test_of(void **state)
{
	static const struct {
		const char *value; /* in the table of options */
		enum takes takes;
		bool optional;
		const char *has, *lacks; /* a word, or NULL */
	} rows[] = {
		{ NULL, TAKES_NOTHING, false, NULL, NULL },
		{ "PORT", TAKES_ANY, false, NULL, NULL },
		{ "FILE", TAKES_FILE, false, NULL, NULL },
		{ "DIR", TAKES_FOLDER, false, NULL, NULL },
		{ "PROTO", TAKES_WORD, false, "whois", "whoi" },
		/* Of --starttls: those alone that have it. */
		{ "[=PROTO]", TAKES_WORD, true, "smtp", "whois" },
		{ "[=PROTO]", TAKES_WORD, true, "postgres", "finger" },
		{ "[=TOPIC]", TAKES_WORD, true, "options", "" },
		{ "KNOB", TAKES_WORD, false, "mailbox=", "mailbox" },
		{ "KNOB", TAKES_WORD, false, "greylist", "greylist=" },
		{ "KNOB", TAKES_WORD, false, "certificate=wrong-name",
		    "certificate=" },
		{ "auto|always|never", TAKES_WORD, false, "always", "auto|" },
		{ "[=text|json]", TAKES_WORD, true, "text", "json]" },
		{ "[=text|json]", TAKES_WORD, true, "json", "[=text" },
		{ "a|NAME", TAKES_ANY, false, NULL, NULL },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		const struct args_row row = { .name = "it",
			.value = rows[i].value };
		struct buf words = { 0 };
		enum takes takes = choices_of(&row, &words);

		if (takes != rows[i].takes ||
		    (rows[i].has == NULL ? words.len > 0 :
					   !among(&words, rows[i].has)) ||
		    (rows[i].lacks != NULL && among(&words, rows[i].lacks)))
			fail_msg("%s: %d, \"%.*s\"", rows[i].value, (int)takes,
			    (int)words.len,
			    words.len == 0 ? "" : buf_bytes(&words));
		if (rows[i].value != NULL)
			assert_int_equal(choices_optional(&row),
			    rows[i].optional);
		buf_free(&words);
	}
}

/* Each scheme once, whatever its ports. */
static void
test_urls(void **state)
{
	static const char *const rows[] = { "smtp://", "submission://",
		"imaps://", "tcp://", "tls://", "unix:" };
	struct buf urls = { 0 };
	const char *first;
	size_t i;

	(void)state;
	choices_urls(&urls);
	for (i = 0; i < ROWS(rows); i++)
		assert_true(among(&urls, rows[i]));
	assert_false(among(&urls, "unix://"));
	buf_add(&urls, "", 1);
	for (i = 0; i < ROWS(rows); i++) {
		char word[20];

		snprintf(word, sizeof word, " %s ", rows[i]);
		first = strstr(buf_bytes(&urls), word);
		if (first != NULL)
			assert_null(strstr(first + 1, word));
	}
	buf_free(&urls);
}

/* Only rows that the help shows, up to the end of the table. */
static void
test_row(void **state)
{
	static const struct args_row rows[] = {
		{ .help = "a heading" },
		{ .name = "one", .help = "one" },
		{ .name = "another spelling" },
		{ .help = "another heading" },
		{ .name = "two", .help = "two" },
		{ .name = NULL },
		{ .name = "behind", .help = "the end" },
	};
	const struct args_row *row = choices_row(rows);

	(void)state;
	assert_ptr_equal(row, &rows[1]);
	row = choices_row(row + 1);
	assert_ptr_equal(row, &rows[4]);
	assert_null(choices_row(row + 1));
}

static void
test_add(void **state)
{
	struct buf to = { 0 };

	(void)state;
	choices_add(&to, "abc", 2, "=");
	choices_add(&to, "d", 1, "");
	buf_add(&to, "", 1);
	assert_string_equal(buf_bytes(&to), "ab= d");
	buf_free(&to);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_of),
		cmocka_unit_test(test_urls),
		cmocka_unit_test(test_row),
		cmocka_unit_test(test_add),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
