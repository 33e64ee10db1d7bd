/* SPDX-License-Identifier: ISC */
/* match_test.c - lines of the server against those of a transcript. */
#include <stdlib.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "match.h"
#include "proto.h"
#include "reply.h"
#include "transcript.h"
#include "vars.h"

enum { MOST = 6 };

/*
 * Lines of a transcript, "S: text", "S$ text" and so on, against those of a
 * server; statuses are the codes that they begin with, or words.
 */
struct row {
	const char *name;
	enum match_mode mode;
	const char *wants[MOST];
	const char *lines[MOST];
	const char *why; /* how it begins; NULL: all is well */
	int wrong;       /* the line that is named; -1: none */
};

static struct standing
standing_of(const char *text)
{
	static const struct {
		const char *word;
		int class;
	} words[] = {
		{ "OK", CLASS_OK },
		{ "NO", CLASS_PERMANENT },
		{ "BAD", CLASS_PERMANENT },
		{ "NO?", CLASS_TRANSIENT },
	};
	size_t len = strlen(text), word = strcspn(text, " -"), i;
	struct standing is = { .code = reply_code(text, len) };

	is.class = (int)reply_class_of(is.code);
	for (i = 0; i < sizeof words / sizeof words[0]; i++) {
		if (strncmp(text, words[i].word, word) == 0 &&
		    strlen(words[i].word) == word)
			is.class = words[i].class;
	}
	memcpy(is.status, text, word < 3 ? word : 3);
	if (strncmp(text, "NO?", 3) == 0)
		is.status[2] = '\0';
	return is;
}

static void
want(struct matcher *m, unsigned long line, const char *text)
{
	static const struct {
		const char *label;
		enum item_kind kind;
		enum item_text how;
	} labels[] = {
		{ "S: ", ITEM_HEAR, TEXT_VERBATIM },
		{ "S$ ", ITEM_HEAR, TEXT_TEMPLATE },
		{ "S~ ", ITEM_SOME, TEXT_VERBATIM },
		{ "S! ", ITEM_NONE, TEXT_VERBATIM },
		{ "...", ITEM_REST, TEXT_VERBATIM },
	};
	struct standing says = standing_of(text + 3);
	size_t i = 0;
	struct item item = { .line = line };

	while (strncmp(text, labels[i].label, 3) != 0)
		i++;
	item.kind = labels[i].kind;
	item.how = labels[i].how;
	match_add(m, &item, text + 3, strlen(text + 3), &says);
}

/* True if the reply is as wanted. */
static bool
run(struct matcher *m, const struct row *r, struct vars *v)
{
	struct standing is = standing_of("");
	size_t i;

	for (i = 0; i < MOST && r->wants[i] != NULL; i++)
		want(m, 10 + i, r->wants[i]);
	for (i = 0; i < MOST && r->lines[i] != NULL; i++) {
		match_line(m, r->mode, v, r->lines[i], strlen(r->lines[i]));
		is = standing_of(r->lines[i]);
	}
	return match_end(m, r->mode, &is);
}

static void
play(const struct row *rows, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		const struct row *r = &rows[i];
		struct matcher m = { .list = NULL };
		struct vars v = { NULL, 0 };
		bool good = run(&m, r, &v);
		size_t len = r->why == NULL ? 0 : strlen(r->why);

		if (good != (r->why == NULL) || good != (m.why == NULL) ||
		    (!good && strncmp(m.why, r->why, len) != 0))
			fail_msg("%s: %s", r->name,
			    m.why == NULL ? "well" : m.why);
		if (!good && (int)m.wrong != r->wrong &&
		    (r->wrong >= 0 || m.wrong != m.count))
			fail_msg("%s: line %zu", r->name, m.wrong);
		/* Nothing of it is left for the next one. */
		match_clear(&m);
		want(&m, 1, "S: 250");
		match_line(&m, MATCH_BY_STATUS, &v, "250 x", 5);
		assert_true(match_end(&m, MATCH_BY_STATUS,
		    &(struct standing){ .class = CLASS_OK, .code = 250 }));
		match_free(&m);
		vars_free(&v);
	}
}

static void
test_status(void **state)
{
	static const struct row rows[] = {
		{ "the same", MATCH_BY_STATUS, { "S: 250 a" }, { "250 b" },
		    NULL, 0 },
		{ "another", MATCH_BY_STATUS, { "S: 250 a" }, { "251 a" },
		    "another status", 0 },
		{ "the first of several", MATCH_BY_STATUS,
		    { "S: 250-a", "S: 251-b", "S: 252 c" }, { "250 a" },
		    "another status", 1 },
		{ "nothing wanted", MATCH_BY_STATUS, { NULL }, { "250 a" },
		    NULL, 0 },
		{ "words", MATCH_BY_STATUS, { "S: OK a" }, { "OK b" }, NULL,
		    0 },
		{ "other words", MATCH_BY_STATUS, { "S: NO a" }, { "BAD b" },
		    "another status", 0 },
		{ "a reason does not count", MATCH_BY_STATUS, { "S: NO a" },
		    { "NO? b" }, NULL, 0 },
		{ "a class", MATCH_BY_CLASS, { "S: 250 a" }, { "299 b" }, NULL,
		    0 },
		{ "another class", MATCH_BY_CLASS, { "S: 450 a" }, { "550 b" },
		    "another status", 0 },
		{ "bad is bad", MATCH_BY_CLASS, { "S: BAD a" }, { "NO? b" },
		    NULL, 0 },
		{ "good is not", MATCH_BY_CLASS, { "S: BAD a" }, { "OK b" },
		    "another status", 0 },
	};

	(void)state;
	play(rows, sizeof rows / sizeof rows[0]);
}

static void
test_lines(void **state)
{
	static const struct row rows[] = {
		{ "a template", MATCH_BY_STATUS,
		    { "S$ 250-${a} x", "S: 250 b" },
		    { "250-1 y", "250-2 x", "250 z" }, NULL, 0 },
		{ "none fits", MATCH_BY_STATUS, { "S$ 250-${a} x", "S: 250 b" },
		    { "250-1 y", "250 z" }, "no line of the reply fits", 0 },
		{ "each takes one line", MATCH_BY_STATUS,
		    { "S$ 250-x", "S$ 250-x", "S: 250 b" },
		    { "250-x", "250 z" }, "no line of the reply fits", 1 },
		{ "a set variable", MATCH_BY_STATUS,
		    { "S$ 250-${a}", "S$ 250 ${a}" }, { "250-1", "250 1" },
		    NULL, 0 },
		{ "another value", MATCH_BY_STATUS,
		    { "S$ 250-${a}", "S$ 250 ${a}" }, { "250-1", "250 2" },
		    "no line of the reply fits", 1 },
		{ "patterns", MATCH_BY_STATUS,
		    { "S~ B", "S! C", "S~ A", "S: 250 x" },
		    { "250-AB", "250 x" }, NULL, 0 },
		{ "one that must", MATCH_BY_STATUS,
		    { "S~ A", "S~ B", "S: 250 x" }, { "250-A", "250 x" },
		    "no line of the reply matches", 1 },
		{ "one that must not", MATCH_BY_STATUS,
		    { "S~ A", "S! B", "S: 250 x" }, { "250-B", "250 A" },
		    "no line may match", 1 },
		{ "the status comes before what it brings", MATCH_BY_STATUS,
		    { "S~ B", "S: 250 x" }, { "550 x" }, "another status", 1 },
	};

	(void)state;
	play(rows, sizeof rows / sizeof rows[0]);
}

static void
test_text(void **state)
{
	static const struct row rows[] = {
		{ "the same", MATCH_BY_TEXT, { "S: 250-a", "S: 250 b" },
		    { "250-a", "250 b" }, NULL, 0 },
		{ "another", MATCH_BY_TEXT, { "S: 250-a", "S: 250 b" },
		    { "250-a", "250 B" }, "another line is expected", 1 },
		{ "one less", MATCH_BY_TEXT, { "S: 250 a", "S: 250 b" },
		    { "250 a" }, "no line of the reply fits", 1 },
		{ "one more", MATCH_BY_TEXT, { "S: 250 a" },
		    { "250 a", "250 b" }, "the reply has a line more", -1 },
		{ "an ellipsis", MATCH_BY_TEXT,
		    { "S: 250-a", "...", "S: 250 d" },
		    { "250-a", "250-b", "250-c", "250 d" }, NULL, 0 },
		{ "one at the end", MATCH_BY_TEXT, { "S: 250-a", "..." },
		    { "250-a", "250-b", "250 c" }, NULL, 0 },
		{ "one at the beginning", MATCH_BY_TEXT, { "...", "S: 250 c" },
		    { "250-a", "250 c" }, NULL, 0 },
		{ "but no line behind it", MATCH_BY_TEXT,
		    { "S: 250-a", "...", "S: 250 d" }, { "250-a", "250 b" },
		    "no line of the reply fits", 2 },
		{ "patterns take no line", MATCH_BY_TEXT,
		    { "S~ a", "S: 250-a", "S! c", "S$ 250 ${b}" },
		    { "250-a", "250 b" }, NULL, 0 },
		{ "patterns alone", MATCH_BY_TEXT, { "S~ a", "S! c" },
		    { "250-a", "250 b" }, NULL, 0 },
	};

	(void)state;
	play(rows, sizeof rows / sizeof rows[0]);
}

/* Whether anything has to come, and whether it has. */
static void
test_met(void **state)
{
	static const struct {
		const char *want;
		enum match_mode mode;
		bool bites, met;
	} rows[] = {
		{ "S: 250", MATCH_BY_STATUS, false, true },
		{ "S: 250", MATCH_BY_TEXT, true, false },
		{ "S$ 250", MATCH_BY_STATUS, true, false },
		{ "S~ 250", MATCH_BY_STATUS, true, false },
		{ "S! 250", MATCH_BY_STATUS, true, true },
		{ "...", MATCH_BY_TEXT, false, true },
	};
	struct vars v = { NULL, 0 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct matcher m = { .list = NULL };

		want(&m, 1, rows[i].want);
		assert_int_equal(match_bites(&m, rows[i].mode), rows[i].bites);
		assert_int_equal(match_is_met(&m, rows[i].mode), rows[i].met);
		match_line(&m, rows[i].mode, &v, "250", 3);
		assert_true(match_is_met(&m, rows[i].mode));
		match_free(&m);
	}
	vars_free(&v);
}

/* A report shows the line, whole: secrets are masked in it later. */
static void
test_got(void **state)
{
	struct matcher m = { .list = NULL };
	struct vars v = { NULL, 0 };
	char line[3000];

	(void)state;
	memset(line, 'x', sizeof line);
	want(&m, 1, "S! x");
	match_line(&m, MATCH_BY_STATUS, &v, line, sizeof line);
	match_line(&m, MATCH_BY_STATUS, &v, "250", 3);
	assert_false(match_end(&m, MATCH_BY_STATUS, NULL));
	assert_int_equal(m.got.len, sizeof line);
	assert_memory_equal(match_text(&m, &m.list[0]), "x", 1);
	match_free(&m);
	vars_free(&v);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_status),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_met),
		cmocka_unit_test(test_got),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
