/* SPDX-License-Identifier: ISC */
/* mailbox_test.c - messages that come and go, within bounds. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "practice/mailbox.h"

static struct mail *
add(struct mailbox *m, const char *text)
{
	return mailbox_add(m, text, strlen(text), "a@x.org", "b@x.org");
}

static void
test_add_and_find(void **state)
{
	struct mailbox m = { .most = 0 };
	struct mail *mail;
	int i;

	(void)state;
	assert_null(mailbox_find(&m, 0));
	for (i = 1; i <= 40; i++)
		assert_int_equal(add(&m, "x\r\n")->uid, i);
	assert_int_equal(m.count, 40);
	assert_int_equal(m.bytes, 120);
	assert_ptr_equal(mailbox_find(&m, 0), m.list[0]);
	assert_ptr_equal(mailbox_find(&m, 17), m.list[16]);
	assert_null(mailbox_find(&m, 41));
	mailbox_remove(&m, mailbox_find(&m, 17));
	assert_int_equal(mailbox_find(&m, 17)->uid, 18);
	assert_int_equal(m.count, 39);
	assert_int_equal(m.bytes, 117);
	mailbox_remove(&m, mailbox_find(&m, 40));
	mail = add(&m, "");
	assert_int_equal(mail->uid, 41);
	assert_int_equal(mail->len, 0);
	assert_string_equal(mail->from, "a@x.org");
	assert_string_equal(mail->to, "b@x.org");
	mailbox_free(&m);
	assert_int_equal(m.count + m.bytes + m.extra, 0);
}

static void
test_changes(void **state)
{
	struct mailbox m = { .most = 0 };
	struct mail *mail = add(&m, "x\r\n");
	uint64_t before = m.changes;

	(void)state;
	mailbox_flags(&m, mail, 0);
	assert_int_equal(m.changes, before);
	mailbox_flags(&m, mail, MAIL_SEEN | MAIL_DELETED);
	assert_int_equal(mail->flags, MAIL_SEEN | MAIL_DELETED);
	assert_int_equal(m.changes, before + 1);
	mailbox_remove(&m, mail);
	assert_int_equal(m.changes, before + 2);
	assert_int_equal(m.extra, 0);
	mailbox_free(&m);
}

static void
test_bounds(void **state)
{
	struct mailbox m = { .most = 1000 };

	(void)state;
	assert_null(mailbox_add(&m, "", SIZE_MAX, "", ""));
	assert_non_null(add(&m, "hello\r\n"));
	assert_false(mailbox_reserve(&m, 1000));
	assert_true(mailbox_reserve(&m, 880));
	assert_null(add(&m, "hello\r\n"));
	mailbox_release(&m, 880);
	assert_non_null(add(&m, "hello\r\n"));
	assert_true(m.bytes + m.extra <= m.most);
	while (add(&m, "more\r\n") != NULL)
		assert_true(m.bytes + m.extra <= m.most);
	m.next_uid = UINT32_MAX;
	m.most = 0;
	assert_null(add(&m, "one too many"));
	mailbox_free(&m);
}

static void
test_header(void **state)
{
	static const struct {
		const char *text;
		size_t header;
	} rows[] = {
		{ "", 0 },
		{ "A: b\r\n", 6 },
		{ "A: b\r\n\r\nbody\r\n", 8 },
		{ "\r\nbody\r\n", 2 },
		{ "A: b\n\nbody\n", 6 },
		{ "A: b", 4 },
		{ "A: b\r\n \r\nc\r\n\r\n", 14 },
	};
	struct mailbox m = { .most = 0 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_int_equal(mail_header(add(&m, rows[i].text)),
		    rows[i].header);
	mailbox_free(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_add_and_find),
		cmocka_unit_test(test_changes),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_header),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
