/* SPDX-License-Identifier: ISC */
/* popdrop_test.c - a maildrop, while other clients change the mailbox. */
#include <limits.h>
#include <string.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "client.h"
#include "practice/popdrop.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

static const char *const letters[] = { "a\n", "bb\n", "ccc\n", NULL };

static void
test_rows(void **state)
{
	struct mailbox box = { .most = 0 };
	struct buf out = { 0 };
	struct popdrop d;
	size_t octets;

	(void)state;
	client_fill(&box, letters);
	popdrop_open(&d, &box);
	assert_int_equal(d.count, 3);
	assert_true(popdrop_holds(&d) >= 3 * sizeof(uint32_t));
	assert_int_equal(popdrop_left(&d, &octets), 3);
	assert_int_equal(octets, 12);
	d.list[1].deleted = true;
	assert_int_equal(popdrop_left(&d, &octets), 2);
	assert_int_equal(octets, 8);
	popdrop_rows(&out, &d, 0);
	popdrop_rows(&out, &d, 7);
	popdrop_row(&out, &d, 1, 0);
	assert_string_equal(crlf_bare(&out),
	    "1 3\n3 5\n.\n1 7.1\n3 7.3\n.\n2 4\n");
	buf_clear(&out);
	popdrop_keep(&d);
	popdrop_rows(&out, &d, 7);
	assert_string_equal(crlf_bare(&out), "1 7.1\n2 7.2\n3 7.3\n.\n");
	popdrop_free(&d);
	assert_int_equal(d.count, 0);
	buf_free(&out);
	mailbox_free(&box);
}

/* What another client has removed is gone, what came later is not known. */
static void
test_others(void **state)
{
	struct mailbox box = { .most = 0 };
	struct popdrop d;

	(void)state;
	client_fill(&box, letters);
	popdrop_open(&d, &box);
	mailbox_remove(&box, box.list[0]);
	mailbox_add(&box, "d\r\n", 3, "", "");
	assert_null(popdrop_mail(&d, &box, 0));
	assert_ptr_equal(popdrop_mail(&d, &box, 1), box.list[0]);
	assert_int_equal(popdrop_remove(&d, &box), 0);
	d.list[0].deleted = d.list[2].deleted = true;
	assert_int_equal(popdrop_remove(&d, &box), 1);
	assert_int_equal(box.count, 2);
	assert_int_equal(box.list[0]->uid, 2);
	assert_int_equal(box.list[1]->uid, 4);
	popdrop_free(&d);
	mailbox_free(&box);
}

static void
test_empty(void **state)
{
	struct mailbox box = { .most = 0 };
	struct buf out = { 0 };
	struct popdrop d;
	size_t octets = 7;

	(void)state;
	popdrop_open(&d, &box);
	assert_int_equal(popdrop_left(&d, &octets), 0);
	assert_int_equal(octets, 0);
	popdrop_rows(&out, &d, 0);
	assert_string_equal(crlf_bare(&out), ".\n");
	popdrop_free(&d);
	buf_free(&out);
}

static void
test_say(void **state)
{
	static const struct {
		const char *text;
		unsigned long lines;
		const char *said;
	} rows[] = {
		{ "S: x\n\na\nb\n", ULONG_MAX, "S: x\n\na\nb\n.\n" },
		{ "S: x\n\na\nb\n", 0, "S: x\n\n.\n" },
		{ "S: x\n\na\nb\n", 1, "S: x\n\na\n.\n" },
		{ "S: x\n\na\nb\n", 2, "S: x\n\na\nb\n.\n" },
		{ "S: x\n\n.\n..a\nb.\n", 9, "S: x\n\n..\n...a\nb.\n.\n" },
		{ ".S: x\n\na\n", 0, "..S: x\n\n.\n" },
		{ "S: x\n\nno end", 9, "S: x\n\nno end\n.\n" },
		{ "S: no body", 9, "S: no body\n.\n" },
		{ "", 9, ".\n" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		const char *const one[] = { rows[i].text, NULL };
		struct mailbox box = { .most = 0 };
		struct buf out = { 0 };

		client_fill(&box, one);
		popdrop_say(&out, box.list[0], rows[i].lines);
		assert_string_equal(crlf_bare(&out), rows[i].said);
		buf_free(&out);
		mailbox_free(&box);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_others),
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_say),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
