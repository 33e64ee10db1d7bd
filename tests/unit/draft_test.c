/* SPDX-License-Identifier: ISC */
/* draft_test.c - the message that is being sent. */
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "draft.h"
#include "say.h"
#include "stage.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

enum { STEPS = 14 };

static void
test_place(void **state)
{
	static const struct {
		const char *name;
		const char *steps[STEPS]; /* C: and S:, ATTACHED, OPENED */
		bool open;
		enum posting_place place;
		bool attached;
		const char *err; /* is in what stderr has; NULL: it is empty */
	} rows[] = {
		{ "not yet", { "S:220 a\r\n" }, false, POSTING_HEADER, false,
		    NULL },
		{ "asked for", { "S:220 a\r\n", "C:DATA" }, false,
		    POSTING_HEADER, false, NULL },
		{ "begun", { "S:220 a\r\n", "C:DATA", "S:354 b\r\n" }, true,
		    POSTING_HEADER, false, NULL },
		{ "in the body",
		    { "S:220 a\r\n", "C:DATA", "S:354 b\r\n", "C:Subject: c",
			"C:", "C:d" },
		    true, POSTING_BODY, false, NULL },
		{ "over",
		    { "S:220 a\r\n", "C:DATA", "S:354 b\r\n", "C:Subject: c",
			"C:", "C:d", "C:.", "S:250 e\r\n", "C:NOOP" },
		    false, POSTING_HEADER, false, NULL },
		{ "the next one begins anew",
		    { "S:220 a\r\n", "C:DATA", "S:354 b\r\n", "C:a: b",
			"C:", "C:.", "S:250 e\r\n", "C:DATA", "S:354 b\r\n" },
		    true, POSTING_HEADER, false, NULL },
		{ "another connection",
		    { "S:220 a\r\n", "C:DATA", "S:354 b\r\n", "C:a: b",
			"C:", "OPENED" },
		    true, POSTING_HEADER, false, NULL },
		{ "with an attachment",
		    { "S:220 a\r\n", "C:DATA", "S:354 b\r\n", "C:a: b",
			"C:", "ATTACHED", "C:c" },
		    true, POSTING_BODY, true, NULL },
		{ "... whose end is missing",
		    { "S:220 a\r\n", "C:DATA", "S:354 b\r\n",
			"C:Content-Type: multipart/mixed; boundary=x", "C:",
			"C:--x", "ATTACHED", "C:.", "S:250 e\r\n", "C:NOOP" },
		    false, POSTING_HEADER, false,
		    "the message ended without the line \"--x--\"" },
		{ "... or is there",
		    { "S:220 a\r\n", "C:DATA", "S:354 b\r\n",
			"C:Content-Type: multipart/mixed; boundary=x",
			"C:", "C:--x", "ATTACHED", "C:--x--", "C:.",
			"S:250 e\r\n", "C:NOOP" },
		    false, POSTING_HEADER, false, NULL },
	};
	struct options opt = { .timeout = -1, .proto_given = true };
	static struct stage st;
	size_t i, k;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct draft d;
		bool open, followed;

		stage_begin(&st, &opt, false, &proto_smtp);
		draft_begin(&d, &st.s);
		for (k = 0; k < STEPS && rows[i].steps[k] != NULL; k++) {
			const char *step = rows[i].steps[k];

			if (strcmp(step, "ATTACHED") == 0)
				d.attached = true;
			else if (strcmp(step, "OPENED") == 0)
				session_changed(&st.s, CHANGE_OPENED);
			else if (step[0] == 'S')
				stage_hears(&st, step + 2);
			else
				say_line(&st.s, step + 2, strlen(step + 2));
		}
		open = draft_is_open(&d);
		draft_end(&d);
		followed = st.s.followers != NULL;
		stage_end(&st);
		assert_false(followed);
		if (open != rows[i].open || d.posting.place != rows[i].place ||
		    d.attached != rows[i].attached ||
		    (rows[i].err == NULL ? st.err[0] != '\0' :
					   strstr(st.err, rows[i].err) == NULL))
			fail_msg("%s: open %d, place %d, attached %d, \"%s\"",
			    rows[i].name, open, (int)d.posting.place,
			    d.attached, st.err);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
