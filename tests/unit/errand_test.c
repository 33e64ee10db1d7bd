/* SPDX-License-Identifier: ISC */
/* errand_test.c - another program has the terminal, as it was. */
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "desk.h"
#include "errand.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

/* All that was on the terminal: "+" where telex takes it, "-" where it gives
 * it back, and no CR. */
static void
tell(const char *seen, char *to, size_t size)
{
	static const char takes[] = "\033[?2004h", gives[] = "\033[?2004l";
	size_t n = 0;

	while (*seen != '\0' && n + 1 < size) {
		bool taken = strncmp(seen, takes, sizeof takes - 1) == 0;
		bool given = strncmp(seen, gives, sizeof gives - 1) == 0;

		if (*seen != '\r')
			to[n++] = *seen;
		if (taken || given)
			to[n - 1] = taken ? '+' : '-';
		seen += taken || given ? sizeof takes - 1 : 1;
	}
	to[n] = '\0';
}

/* How it ends, and what it shows behind what we said before. */
static void
test_end(void **state)
{
	static const struct {
		const char *words[12];
		int status;
		const char *seen;
	} rows[] = {
		{ { "/bin/sh", "-c", "exit 0" }, 0, "before\n+-+-" },
		{ { "/bin/sh", "-c", "exit 3" }, 3, "before\n+-+-" },
		{ { "/bin/sh", "-c", "kill -TERM $$" }, 128 + SIGTERM,
		    "before\n+-+-" },
		{ { "/bin/sh", "-c", "echo \"$@\"", "a", "b", "c d" }, 0,
		    "before\n+-b c d\n+-" },
		/* More words than anybody wants are left out. */
		{ { "/bin/sh", "-c", "echo \"$@\"", "0", "1", "2", "3", "4",
		      "5", "6" },
		    0, "before\n+-1 2 3\n+-" },
		{ { "/nonexistent/program" }, 127, "before\n+-+-" },
		{ { NULL }, 127, "before\n+-+-" },
		/* The terminal is not raw. */
		{ { "/bin/sh", "-c",
		      "case $(stty -a) in *' -icanon'*) echo raw ;; *) echo "
		      "fine ;; esac" },
		    0, "before\n+-fine\n+-" },
	};
	static struct desk d;
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		char seen[200];
		int status;

		desk_begin(&d, &proto_smtp, NULL);
		outlet_report(&d.st.s.out, "before\n", 7);
		status = errand_run(&d.st.s.out, d.term, rows[i].words);
		desk_end(&d);
		tell(buf_bytes(&d.seen), seen, sizeof seen);
		assert_int_equal(status, rows[i].status);
		assert_string_equal(seen, rows[i].seen);
		desk_free(&d);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
