/* SPDX-License-Identifier: ISC */
/* hello_test.c - how we greet a server. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "buf.h"
#include "hello.h"
#include "options.h"
#include "session.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

/* What this machine may be called in a command. */
static const char *
own_name(char *name, size_t size)
{
	const char *fine = "abcdefghijklmnopqrstuvwxyz"
			   "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.";

	memset(name, 0, size);
	if (gethostname(name, size - 1) < 0 || name[0] == '\0' ||
	    strspn(name, fine) != strlen(name))
		return "localhost";
	return name;
}

static void
test_line(void **state)
{
	static const struct {
		const char *line, *before, *behind; /* of our name, if any */
		bool ours, local;
	} rows[] = {
		{ "EHLO %o", "EHLO ", "", true, false },
		{ "a CAPABILITY", "a CAPABILITY", "", false, false },
		{ "", "", "", false, false },
		{ "HEAD / %h.", "HEAD / mx.test.", "", false, false },
		{ "HEAD / %h.", "HEAD / localhost.", "", false, true },
		{ "%h %o %h", "mx.test ", " mx.test", true, false },
	};
	char own[128], want[300];
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct options opt = { .unix_path =
					   rows[i].local ? "/x" : NULL };
		struct session s = { .opt = &opt, .ascii = "mx.test" };
		struct buf to = { 0 };

		buf_adds(&to, "- ");
		hello_line(&s, rows[i].line, &to);
		snprintf(want, sizeof want, "- %s%s%s", rows[i].before,
		    rows[i].ours ? own_name(own, sizeof own) : "",
		    rows[i].behind);
		/* Its NUL is behind it. */
		assert_string_equal(buf_bytes(&to), want);
		assert_int_equal(to.len, strlen(want));
		buf_free(&to);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
