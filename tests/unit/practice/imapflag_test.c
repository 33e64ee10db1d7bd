/* SPDX-License-Identifier: ISC */
/* imapflag_test.c - flags of messages, read and said. */
#include <string.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "crlf.h"
#include "practice/imapflag.h"
#include "practice/imapin.h"
#include "practice/mailbox.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

static void
test_list(void **state)
{
	static const struct {
		const char *text;
		bool good;
		unsigned flags;
		bool others;
		const char *rest; /* where the reader stands then */
	} rows[] = {
		{ "()", true, 0, false, "" },
		{ "(\\Seen)", true, MAIL_SEEN, false, "" },
		{ "(\\seen \\DELETED  \\Draft) x", true,
		    MAIL_SEEN | MAIL_DELETED | MAIL_DRAFT, false, " x" },
		{ "\\Answered", true, MAIL_ANSWERED, false, "" },
		{ "\\Flagged \\Seen ", true, MAIL_FLAGGED | MAIL_SEEN, false,
		    " " },
		{ "($Junk \\Seen)", true, MAIL_SEEN, true, "" },
		{ "Seen", true, 0, true, "" },
		{ "(\\Seen \\RECENT)", false, 0, false, "\\RECENT)" },
		{ "(\\Seen \\Sean)", false, 0, false, "\\Sean)" },
		{ "\\Recently", false, 0, false, "\\Recently" },
		{ "(\\Seen", false, 0, false, "" },
		{ "( \\Seen)", false, 0, false, " \\Seen)" },
		{ "(\\Seen )", false, 0, false, ")" },
		{ "", false, 0, false, "" },
		{ "\\Seen)", true, MAIL_SEEN, false, ")" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct imapin in = { rows[i].text, strlen(rows[i].text), 0 };
		unsigned flags = MAIL_DRAFT;
		bool others = true;

		if (imapflag_list(&in, &flags, &others) != rows[i].good)
			fail_msg("row %zu: %s", i, rows[i].text);
		assert_string_equal(in.p + in.at, rows[i].rest);
		if (!rows[i].good)
			continue;
		assert_int_equal(flags, rows[i].flags);
		assert_int_equal(others, rows[i].others);
	}
}

static void
test_say(void **state)
{
	static const struct {
		unsigned flags;
		const char *said;
	} rows[] = {
		{ 0, "()" },
		{ MAIL_SEEN, "(\\Seen)" },
		{ MAIL_DRAFT | MAIL_ANSWERED, "(\\Answered \\Draft)" },
		{ MAIL_SEEN | MAIL_ANSWERED | MAIL_FLAGGED | MAIL_DELETED |
			MAIL_DRAFT,
		    "(\\Answered \\Flagged \\Deleted \\Seen \\Draft)" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct buf out = { 0 };

		imapflag_say(&out, rows[i].flags);
		assert_string_equal(crlf_bare(&out), rows[i].said);
		buf_free(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_list),
		cmocka_unit_test(test_say),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
