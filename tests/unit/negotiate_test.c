/* SPDX-License-Identifier: ISC */
/* negotiate_test.c - Telnet's commands between the session and its wire. */
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "negotiate.h"
#include "options.h"
#include "stage.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

enum { BLOCK = 64 };

/* One read of what came, and what is answered. */
static void
test_read(void **state)
{
	static const struct {
		const char *name;
		const char *how; /* t: --telnet, v: -vv, e: our end is said,
				    c: the server closes, b: ... and is gone */
		const char *in;
		ssize_t got;
		const char *out, *sent, *err;
		bool open;
	} rows[] = {
		{ "nothing", "t", "", WIRE_AGAIN, "", "", "", false },
		{ "data", "t", "ab", 2, "ab", "", "", false },
		{ "without --telnet", "", "a\377\373\1", 4, "a\377\373\1", "",
		    "", false },
		{ "a command and data", "t", "a\377\373\1b", 2, "ab",
		    "\377\376\1", "", false },
		{ "a command alone", "t", "\377\373\1", WIRE_AGAIN, "",
		    "\377\376\1", "", false },
		{ "half of one", "t", "a\377\373", 1, "a", "", "", true },
		{ "more than a block of them", "t",
		    "\377\361\377\361\377\361\377\361\377\361\377\361\377\361"
		    "\377\361\377\361\377\361\377\361\377\361\377\361\377\361"
		    "\377\361\377\361\377\361\377\361\377\361\377\361\377\361"
		    "\377\361\377\361\377\361\377\361\377\361\377\361\377\361"
		    "\377\361\377\361\377\361\377\361\377\361\377\361\377\361"
		    "xyz",
		    3, "xyz", "", "", false },
		{ "in words", "tv", "\377\375\30\377\373\1a", 1, "a",
		    "\377\374\30\377\376\1",
		    "* refused of Telnet: DO TERMINAL-TYPE, WILL ECHO\n",
		    false },
		{ "nothing to refuse", "tv", "\377\374\1a", 1, "a", "", "",
		    false },
		{ "behind our end", "te", "\377\373\1a", 1, "a", "", "",
		    false },
		{ "... and without data", "te", "\377\373\1", WIRE_AGAIN, "",
		    "", "", false },
		{ "the end", "tc", "", WIRE_EOF, "", "", "", false },
		{ "commands and the end", "tc", "\377\361", WIRE_EOF, "", "",
		    "", false },
		{ "no answer is possible", "tb", "\377\373\1", WIRE_ERROR, "",
		    "", "", false },
		{ "... but data came", "tb", "\377\373\1a", 1, "a", "", "",
		    false },
	};
	static struct stage st;
	unsigned wrong = 0;
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		const char *how = rows[i].how;
		struct options opt = { .telnet = strchr(how, 't') != NULL,
			.verbose = strchr(how, 'v') != NULL ? 2 : 0,
			.escape = -1 };
		char block[BLOCK + 1] = "";
		ssize_t got;
		bool open;

		stage_begin(&st, &opt, false, &proto_raw);
		if (send(st.server, rows[i].in, strlen(rows[i].in),
			MSG_NOSIGNAL) < 0)
			abort();
		if (strchr(how, 'e') != NULL)
			wire_shut(&st.s.wire);
		if (strchr(how, 'c') != NULL)
			shutdown(st.server, SHUT_WR);
		if (strchr(how, 'b') != NULL) {
			close(st.server);
			st.server = -1;
		}
		got = negotiate_read(&st.s, block, BLOCK, false);
		open = negotiate_is_open(&st.s);
		negotiate_begin(&st.s);
		open = open && !negotiate_is_open(&st.s);
		outlet_flush(&st.s.out);
		stage_end(&st);
		if (got > 0)
			block[got] = '\0';
		else
			block[0] = '\0';
		if (got == rows[i].got && open == rows[i].open &&
		    strcmp(block, rows[i].out) == 0 &&
		    strcmp(st.sent, rows[i].sent) == 0 &&
		    strcmp(st.err, rows[i].err) == 0)
			continue;
		wrong++;
		print_error("%s: %zd \"%s\", sent %zu, open %d, \"%s\"\n",
		    rows[i].name, got, block, st.sent_len, open, st.err);
	}
	assert_int_equal(wrong, 0);
}

/* Others want to be heard too, a signal or a time limit. */
static void
test_flood(void **state)
{
	static struct stage st;
	static char flood[20000], block[BLOCK];
	struct options opt = { .telnet = true, .escape = -1 };
	unsigned reads = 0;
	ssize_t first, got;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof flood - 2; i += 2)
		memcpy(flood + i, "\377\361", 2);
	memcpy(flood + i, "ab", 2);
	stage_begin(&st, &opt, false, &proto_raw);
	if (write(st.server, flood, sizeof flood) != sizeof flood)
		abort();
	got = first = negotiate_read(&st.s, block, BLOCK, false);
	while (got == WIRE_AGAIN && reads++ < sizeof flood / BLOCK)
		got = negotiate_read(&st.s, block, BLOCK, false);
	stage_end(&st);
	assert_int_equal(first, WIRE_AGAIN);
	assert_int_equal(got, 2);
	assert_memory_equal(block, "ab", 2);
}

static void
test_write(void **state)
{
	static const struct {
		bool telnet;
		const char *in, *sent;
	} rows[] = {
		{ true, "a\r\n", "a\r\n" },
		{ true, "\377a\377", "\377\377a\377\377" },
		{ false, "\377a", "\377a" },
	};
	static struct stage st;
	size_t i;
	int rc;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct options opt = { .telnet = rows[i].telnet, .escape = -1 };

		stage_begin(&st, &opt, false, &proto_raw);
		rc = negotiate_write(&st.s, rows[i].in, strlen(rows[i].in));
		stage_end(&st);
		assert_int_equal(rc, 0);
		assert_string_equal(st.sent, rows[i].sent);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_flood),
		cmocka_unit_test(test_write),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
