/* SPDX-License-Identifier: ISC */
/* nokey_test.c - ^] where it is no key. */
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "nokey.h"
#include "script.h"
#include "stage.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

static const struct row {
	const char *name;
	const char *how; /* s: no person, E: -E, w: --raw, h: a secret is
			    awaited, l: a literal, i: within a line */
	const char *script;
	const char *left; /* NULL: nothing was taken */
} rows[] = {
	{ "a command", "", "\x1dhelp\nQUIT\n", "QUIT\n" },
	{ "the key alone", "", "\x1d\r\nQUIT\n", "QUIT\n" },
	{ "at the end", "", "\x1dhelp", "" },
	{ "nothing", "", "", NULL },
	{ "another line", "", "QUIT\n\x1d\n", NULL },
	{ "later in the line", "", "a\x1d\n", NULL },
	{ "a script", "s", "\x1dhelp\n", NULL },
	{ "-E", "E", "\x1dhelp\n", NULL },
	{ "--raw", "w", "\x1dhelp\n", NULL },
	{ "a secret", "h", "\x1dhelp\n", NULL },
	{ "octets", "l", "\x1dhelp\n", NULL },
	{ "the rest of a line", "i", "\x1dhelp\n", NULL },
};

static bool
has(const struct row *row, char what)
{
	return strchr(row->how, what) != NULL;
}

/* Bring the conversation to what the row wants. */
static void
lead(struct stage *st, const struct row *row)
{
	if (has(row, 'h')) {
		stage_hears(st, "220 a\r\n");
		dialog_said(&st->s.dialog, "AUTH LOGIN", 10);
		stage_hears(st, "334 \r\n");
	} else if (has(row, 'l')) {
		stage_hears(st, "* OK\r\n");
		dialog_said(&st->s.dialog, "a APPEND b {6+}", 15);
	}
}

static void
test_rows(void **state)
{
	static struct stage st;
	size_t i, n;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		const struct row *row = &rows[i];
		struct options opt = { .timeout = -1,
			.proto_given = true,
			.raw = has(row, 'w'),
			.escape = has(row, 'E') ? -1 : 0x1d };
		const char *left = row->left, *rest;
		struct script in;
		bool taken, same;

		stage_begin(&st, &opt, !has(row, 's'),
		    has(row, 'l') ? &proto_imap : &proto_smtp);
		lead(&st, row);
		script_text(&in, row->script, strlen(row->script));
		in.inside = has(row, 'i');
		taken = nokey_take(&st.s, &in);
		rest = script_block(&in, &n);
		if (left == NULL)
			left = row->script;
		same = n == strlen(left) && memcmp(rest, left, n) == 0;
		script_close(&in);
		stage_end(&st);
		if (taken != (row->left != NULL) || !same ||
		    taken != (strstr(st.err, "! not sent: ") != NULL))
			fail_msg("%s: %d, %d, \"%s\"", row->name, taken, same,
			    st.err);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
