/* SPDX-License-Identifier: ISC */
/* skip_test.c - what belongs to a refused command, and what does not. */
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "dialog.h"
#include "skip.h"
#include "verdict.h"

/* The lines behind a refused command, of which `mine` belong to it. */
struct row {
	const struct proto *proto;
	const char *command, *refusal;
	const char *lines[6];
	size_t mine;
};

static void
test_lines(void **state)
{
	static const struct row rows[] = {
		{ &proto_smtp, "DATA", "503 no",
		    { "Subject: x", "", "..", ".", "QUIT" }, 4 },
		{ &proto_nntp, "POST", "440 no", { ".", "QUIT" }, 1 },
		{ &proto_imap, "a1 APPEND INBOX {12}", "a1 NO no",
		    { "12345678", "", "", "a2 NOOP" }, 3 },
		/* The rest of the command stands behind the octets. */
		{ &proto_imap, "a1 APPEND INBOX {4}", "a1 NO no",
		    { "1234 more", "a2 NOOP" }, 1 },
		/* Another literal follows in it. */
		{ &proto_imap, "a1 LOGIN {5}", "a1 BAD no",
		    { "alice {10}", "wonderland", "a2 NOOP" }, 2 },
		{ &proto_imap, "a1 LOGIN {5}", "a1 BAD no",
		    { "alice {3+}", "a", "", "a2 NOOP" }, 3 },
	};
	size_t i, k;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct row *r = &rows[i];
		struct dialog d;
		struct heard h;

		dialog_start(&d, r->proto, false);
		dialog_said(&d, r->command, strlen(r->command));
		h = verdict_line(&d, r->refusal, strlen(r->refusal));
		assert_true(h.data_refused);
		for (k = 0; r->lines[k] != NULL; k++) {
			if (skip_line(&d, r->lines[k], strlen(r->lines[k]),
				true, true))
				break;
		}
		dialog_end(&d);
		if (k + 1 != r->mine)
			fail_msg("row %zu: %zu lines", i, k + 1);
	}
}

/* A long line comes in pieces. */
static void
test_pieces(void **state)
{
	struct dialog d;

	(void)state;
	dialog_start(&d, &proto_imap, false);
	dialog_said(&d, "a APPEND x {10}", 15);
	verdict_line(&d, "a NO", 4);
	assert_false(skip_line(&d, "12345", 5, true, false));
	assert_false(skip_line(&d, "67890", 5, false, false));
	assert_true(skip_line(&d, "", 0, false, true));
	dialog_end(&d);
	dialog_start(&d, &proto_smtp, false);
	dialog_said(&d, "DATA", 4);
	verdict_line(&d, "503 no", 6);
	assert_false(skip_line(&d, ".", 1, true, false));
	assert_false(skip_line(&d, ".", 1, false, true));
	assert_true(skip_line(&d, ".", 1, true, true));
	dialog_end(&d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_pieces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
