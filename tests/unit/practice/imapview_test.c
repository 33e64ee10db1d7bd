/* SPDX-License-Identifier: ISC */
/* imapview_test.c - what a client knows of a mailbox that changes. */
#include <string.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "client.h"
#include "practice/imapview.h"

static const char *const letters[] = { "a\n", "b\n", "c\n", "d\n", NULL };

static void
expect(struct imapview *v, const struct mailbox *box, bool keep, bool uid,
    const char *want)
{
	struct buf out = { 0 };

	imapview_tell(v, box, &out, keep, uid);
	assert_string_equal(crlf_bare(&out), want);
	buf_free(&out);
}

static void
test_news(void **state)
{
	struct mailbox box = { .most = 0 };
	struct imapview v = { .count = 0 };

	(void)state;
	client_fill(&box, letters);
	imapview_open(&v, &box);
	assert_int_equal(v.count, 4);
	expect(&v, &box, false, false, "");
	mailbox_add(&box, "e\r\n", 3, "", "");
	mailbox_flags(&box, box.list[4], MAIL_SEEN);
	expect(&v, &box, false, false, "* 5 EXISTS\n");
	mailbox_flags(&box, box.list[4], MAIL_DRAFT);
	mailbox_flags(&box, box.list[1], MAIL_SEEN);
	expect(&v, &box, false, true,
	    "* 2 FETCH (UID 2 FLAGS (\\Seen))\n"
	    "* 5 FETCH (UID 5 FLAGS (\\Draft))\n");
	expect(&v, &box, false, true, "");
	/* Back to what was told already. */
	mailbox_flags(&box, box.list[1], 0);
	mailbox_flags(&box, box.list[1], MAIL_SEEN);
	expect(&v, &box, false, false, "");
	imapview_close(&v);
	assert_int_equal(v.count + v.room + v.last, 0);
	mailbox_free(&box);
}

/* Each EXPUNGE changes the numbers behind it (RFC 9051, section 7.5.1). */
static void
test_expunge(void **state)
{
	struct mailbox box = { .most = 0 };
	struct imapview v = { .count = 0 };

	(void)state;
	client_fill(&box, letters);
	imapview_open(&v, &box);
	mailbox_remove(&box, box.list[2]);
	mailbox_remove(&box, box.list[0]);
	mailbox_flags(&box, box.list[1], MAIL_SEEN);
	mailbox_add(&box, "e\r\n", 3, "", "");
	expect(&v, &box, false, false,
	    "* 1 EXPUNGE\n* 2 EXPUNGE\n* 2 FETCH (FLAGS (\\Seen))\n"
	    "* 3 EXISTS\n");
	assert_ptr_equal(imapview_mail(&v, &box, 1), box.list[1]);
	assert_ptr_equal(imapview_mail(&v, &box, 2), box.list[2]);
	while (box.count > 0)
		mailbox_remove(&box, box.list[0]);
	expect(&v, &box, false, false,
	    "* 1 EXPUNGE\n* 1 EXPUNGE\n* 1 EXPUNGE\n");
	/* The highest UID is known though its message is gone. */
	mailbox_add(&box, "f\r\n", 3, "", "");
	expect(&v, &box, false, false, "* 1 EXISTS\n");
	imapview_close(&v);
	mailbox_free(&box);
}

/* Where numbers must stay, the rest is told, and this later. */
static void
test_kept_numbers(void **state)
{
	struct mailbox box = { .most = 0 };
	struct imapview v = { .count = 0 };

	(void)state;
	client_fill(&box, letters);
	imapview_open(&v, &box);
	mailbox_remove(&box, box.list[1]);
	mailbox_flags(&box, box.list[1], MAIL_SEEN);
	mailbox_add(&box, "e\r\n", 3, "", "");
	expect(&v, &box, true, false,
	    "* 3 FETCH (FLAGS (\\Seen))\n* 5 EXISTS\n");
	assert_null(imapview_mail(&v, &box, 1));
	assert_ptr_equal(imapview_mail(&v, &box, 2), box.list[1]);
	expect(&v, &box, true, false, "");
	expect(&v, &box, false, false, "* 2 EXPUNGE\n");
	assert_ptr_equal(imapview_mail(&v, &box, 1), box.list[1]);
	expect(&v, &box, false, false, "");
	imapview_close(&v);
	mailbox_free(&box);
}

/* More than there is room for at first; and a view is opened anew. */
static void
test_many(void **state)
{
	struct mailbox box = { .most = 0 };
	struct imapview v = { .count = 0 };
	size_t i;

	(void)state;
	for (i = 0; i < 100; i++)
		mailbox_add(&box, "x\r\n", 3, "", "");
	imapview_open(&v, &box);
	for (i = 0; i < 100; i++)
		assert_ptr_equal(imapview_mail(&v, &box, i), box.list[i]);
	mailbox_remove(&box, box.list[0]);
	imapview_open(&v, &box);
	assert_int_equal(v.count, 99);
	expect(&v, &box, false, false, "");
	mailbox_free(&box);
	imapview_open(&v, &box);
	mailbox_add(&box, "x\r\n", 3, "", "");
	expect(&v, &box, false, false, "* 1 EXISTS\n");
	imapview_close(&v);
	mailbox_free(&box);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_news),
		cmocka_unit_test(test_expunge),
		cmocka_unit_test(test_kept_numbers),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
