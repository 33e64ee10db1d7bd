/* SPDX-License-Identifier: ISC */
/* utter_test.c - lines of ours, put together. */
#include <stdlib.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "fail.h"
#include "paper.h"
#include "protos.h"
#include "titles.h"
#include "transcript.h"
#include "utter.h"
#include "vars.h"

/* Up to three items that make one line; a template where a "$" comes first. */
struct row {
	const char *parts[3];
	const char *text;
	size_t open;
	bool bare;
	const char *title; /* of the command that it is; NULL: of none */
};

static struct item
item_of(const char *text)
{
	bool template = text[0] == '$';

	return (struct item){ .kind = ITEM_SAY,
		.how = template ? TEXT_TEMPLATE : TEXT_VERBATIM,
		.text = text + template,
		.len = strlen(text) - template };
}

static void
test_rows(void **state)
{
	static const struct row rows[] = {
		{ { "NOOP" }, "NOOP", 4, false, "NOOP" },
		{ { "x${a}" }, "x${a}", 5, false, "x${a}" },
		{ { "$${a} \\x41" }, "1 A", 3, false, "${a} \\x41" },
		{ { "$USER ${secret:b}x" }, "USER hiddenx", 5, false,
		    "USER ${secret:b}x" },
		{ { "$NO\\c", "OP" }, "NOOP", 4, false, "NO\\c" },
		{ { "$${a}\\c", "$${a}\\c", "$${secret:b}\\c" }, "11hidden", 2,
		    true, NULL },
		{ { "$a${secret:b}\\c", "$c${secret:b}\\c", "d" },
		    "ahiddenchiddend", 1, false, "a${secret:b}\\c" },
		{ { "PASS x" }, "PASS x", 6, false, "PASS ********" },
		{ { "$NOOP\\r\\nNOOP" }, "NOOP\r\nNOOP", 10, false, "NOOP" },
		{ { "" }, "", 0, false, NULL },
	};
	struct utter u = { .open = 0 };
	struct vars v = { NULL, 0 };
	size_t i, k, len = 0;

	(void)state;
	vars_set(&v, "a", 1, "1", 1);
	vars_set(&v, "secret:b", 8, "hidden", 6);
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct row *r = &rows[i];
		struct titles t = { NULL };
		struct paper p;
		struct fail f;
		const char *title;

		paper_start(&p, protos_find("pop3"));
		for (k = 0; k < 3 && r->parts[k] != NULL; k++) {
			struct item item = item_of(r->parts[k]);

			assert_int_equal(k == 0 ?
				utter_begin(&u, &p, &v, &item, &f) :
				utter_more(&u, &v, &item, &f),
			    0);
		}
		assert_int_equal(u.text.len, strlen(r->text));
		if (u.text.len > 0)
			assert_memory_equal(buf_bytes(&u.text), r->text,
			    u.text.len);
		assert_int_equal(u.open, r->open);
		assert_int_equal(u.bare, r->bare);
		utter_said(&u, &p, &t);
		assert_int_equal(p.dialog.commands,
		    (strstr(r->text, "\r\n") != NULL) + !r->bare);
		title = titles_get(&t, p.dialog.id, &len);
		assert_int_equal(title == NULL, r->title == NULL);
		if (title != NULL) {
			assert_int_equal(len, strlen(r->title));
			assert_memory_equal(title, r->title, len);
		}
		titles_free(&t);
		paper_end(&p);
	}
	utter_free(&u);
	vars_free(&v);
}

/* What goes out in parts has the name of the first, until its end is there. */
static void
test_parts(void **state)
{
	static const char *const parts[] = { "$PA\\c", "$SS hun\\c", "ter2",
		"STAT" };
	static const char *const names[] = { NULL, NULL, "PA\\c", "STAT" };
	static const size_t open[] = { 2, 3, 0, 4 };
	struct utter u = { .open = 0 };
	struct vars v = { NULL, 0 };
	struct titles t = { NULL };
	struct paper p;
	struct fail f;
	size_t i;

	(void)state;
	paper_start(&p, protos_find("pop3"));
	for (i = 0; i < sizeof parts / sizeof parts[0]; i++) {
		struct item item = item_of(parts[i]);
		const char *title;
		size_t len = 0;

		assert_int_equal(utter_begin(&u, &p, &v, &item, &f), 0);
		utter_said(&u, &p, &t);
		assert_int_equal(u.open, open[i]);
		title = titles_get(&t, p.dialog.id, &len);
		assert_int_equal(title == NULL, names[i] == NULL);
		if (title == NULL)
			continue;
		assert_int_equal(len, strlen(names[i]));
		assert_memory_equal(title, names[i], len);
	}
	assert_int_equal(p.dialog.commands, 2);
	titles_free(&t);
	paper_end(&p);
	utter_free(&u);
}

/* What is not set cannot be said; a line that was large takes no time later. */
static void
test_refused(void **state)
{
	struct utter u = { .open = 0 };
	struct vars v = { NULL, 0 };
	struct item item = item_of("$NOOP ${a}");
	char *large = malloc(1 << 20);
	struct paper p;
	struct fail f;

	(void)state;
	paper_start(&p, protos_find("pop3"));
	assert_int_equal(utter_begin(&u, &p, &v, &item, &f), -1);
	assert_string_equal(f.text, "the variable ${a} has no value");
	memset(large, 'x', 1 << 20);
	item.how = TEXT_VERBATIM;
	item.text = large;
	item.len = 1 << 20;
	assert_int_equal(utter_begin(&u, &p, &v, &item, &f), 0);
	assert_int_equal(u.text.len, 1 << 20);
	item.len = 1;
	assert_int_equal(utter_begin(&u, &p, &v, &item, &f), 0);
	assert_true(u.text.size <= 65536);
	free(large);
	paper_end(&p);
	utter_free(&u);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
