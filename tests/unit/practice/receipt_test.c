/* SPDX-License-Identifier: ISC */
/* receipt_test.c - envelope beside header, harmless whatever they say. */
#include <stdbool.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "buf.h"
#include "practice/mailbox.h"
#include "practice/receipt.h"

struct row {
	const char *from, *to, *text, *wanted, *unwanted;
};

static void
check_note(const struct row *row, bool parted)
{
	struct mailbox box = { .most = 0 };
	struct buf text = { 0 };
	struct mail *mail =
	    mailbox_add(&box, row->text, strlen(row->text), row->from, row->to);

	mail->parted = parted;
	receipt_note(mail, &text);
	buf_add(&text, "", 1);
	if (strstr(buf_bytes(&text), row->wanted) == NULL)
		fail_msg("%s", buf_bytes(&text));
	if (row->unwanted != NULL)
		assert_null(strstr(buf_bytes(&text), row->unwanted));
	buf_free(&text);
	mailbox_free(&box);
}

static void
test_note(void **state)
{
	static const struct row rows[] = {
		{ "a@x", "b@x", "From: A <a@x>\r\nTo: b@x\r\n\r\n",
		    "  header    From       A <a@x>\n", "blind" },
		{ "a@x", "b@x", "From: A <a@x>\r\nTo: b@x\r\n\r\n",
		    "  envelope  RCPT TO    b@x\n", "the author" },
		{ "a@x", "b@x", "To: b@x\r\n\r\n", "To         b@x\n",
		    "empty line" },
		{ "a@x", "b@x, c@x", "To: b@x\r\n\r\n",
		    "  c@x gets it, and no header says so", "b@x gets" },
		{ "a@x", "b@x, c@x", "To: b@x\r\nCc:\r\n C@X\r\n\r\n",
		    "  header    Cc         C@X\n", "blind" },
		{ "a@x", "b@x", "From: b@x\r\n\r\n",
		    "the sender is not the author", NULL },
		{ "a@x", "b@x", "To: b@x\r\n\r\n",
		    "  header    From       (there is none)\n", "the author" },
		{ "", "", "From: b@x\r\n\r\n", "  envelope  (there is none",
		    "MAIL" },
		{ "", "b@x", "From: b@x\r\n\r\n", "MAIL FROM  <>\n",
		    "the author" },
		{ "a@x", "b@x", "\r\nSubject: of the body\r\n",
		    "  header    Subject    (there is none)\n", "of the" },
		{ "a@x", "b@x", "Subject: a\033[31mred\x9b\r\n\r\n",
		    "Subject    a\\x1b[31mred\\x9b\n", "\033" },
		{ "a@x", "b@x", "Subject: \t\033[31mred\033 \r\n\r\n",
		    "Subject    \\x1b[31mred\\x1b\n", "\033" },
		{ "a\xe2\x80\xae@x", "b@x", "\r\n", "<a\\u{202E}@x>",
		    "\xe2\x80\xae" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++)
		check_note(&rows[i], false);
}

/* A header that ran into the text. */
static void
test_parted(void **state)
{
	static const struct row rows[] = {
		{ "a@x", "b@x", "Received: x\r\n\r\nHi Bob,\r\n",
		    "RCPT TO    b@x\n  header    (there is none: it comes "
		    "first, and an empty line parts it from the text)\n",
		    "blind" },
		{ "a@x", "b@x", "Received: x\r\n\r\nHi Bob,\r\n", "(there is",
		    "Subject" },
		{ "a@x", "b@x", "To: b@x\r\n\r\nHi Bob,\r\n",
		    "(there is none)\n  an empty line was missing between",
		    "blind" },
		{ "a@x", "b@x", "To: c@x\r\n\r\nHi Bob,\r\n", "blind",
		    "it comes first" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++)
		check_note(&rows[i], true);
}

static void
test_list_and_show(void **state)
{
	static const char mail[] =
	    "Subject: one\r\n\r\n\tbody\033\r\n.\r\nlast";
	struct mailbox box = { .most = 0 };
	struct buf text = { 0 };

	(void)state;
	receipt_list(&box, &text);
	buf_add(&text, "", 1);
	assert_string_equal(buf_bytes(&text), "no mail has arrived\n");
	buf_clear(&text);
	mailbox_add(&box, mail, strlen(mail), "", "b@x");
	receipt_list(&box, &text);
	buf_add(&text, "", 1);
	assert_non_null(strstr(buf_bytes(&text), "  <> -> b@x  one\n"));
	buf_clear(&text);
	receipt_show(box.list[0], &text);
	buf_add(&text, "", 1);
	assert_non_null(strstr(buf_bytes(&text),
	    "\n\nSubject: one\n\n    body\\x1b\n.\nlast\n"));
	buf_free(&text);
	mailbox_free(&box);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_note),
		cmocka_unit_test(test_parted),
		cmocka_unit_test(test_list_and_show),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
