/* SPDX-License-Identifier: ISC */
/* secret_test.c - lines that nobody sees. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "keyed.h"
#include "term/secret.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

static enum secret_end
read_one(struct keyed *k, const char *const *steps, struct buf *kept)
{
	enum secret_end end;

	k->pty.steps = steps;
	buf_adds(&k->line, "from before");
	end = secret_read(&k->keyboard, kept, &k->line);
	buf_add(&k->line, "", 1);
	return end;
}

static void
test_lines(void **state)
{
	static const struct {
		const char *steps[PTY_STEPS];
		enum secret_end end;
		const char *line;
	} rows[] = {
		{ { "secret\r" }, SECRET_LINE, "secret" },
		{ { "sec", "ret", "\n" }, SECRET_LINE, "secret" },
		{ { "\r" }, SECRET_LINE, "" },
		{ { "abc\177\177d\r" }, SECRET_LINE, "ad" },
		{ { "a\bb\r" }, SECRET_LINE, "b" },
		{ { "a\177\177\177b\r" }, SECRET_LINE, "b" },
		/* Whole characters go, a stray byte alone. */
		{ { "a\303\244\342\202\254\177\177b\r" }, SECRET_LINE, "ab" },
		{ { "\303\244\377\177\r" }, SECRET_LINE, "\303\244" },
		{ { "wrong\025right\r" }, SECRET_LINE, "right" },
		{ { "a\tb\037\002 c~\r" }, SECRET_LINE, "a\tb c~" },
		{ { "a\033[Ab\033[D\033[Hc\r" }, SECRET_LINE, "abc" },
		{ { "\004" }, SECRET_EOF, "" },
		{ { "a\004b\r" }, SECRET_LINE, "ab" },
		{ { "a\177\004" }, SECRET_EOF, "" },
		{ { "ab\035" }, SECRET_LOCAL, "ab" },
		{ { "\033[200~pass word\033[201~\r" }, SECRET_LINE,
		    "pass word" },
		{ { "\033[200~one\rtwo\rthree\r\033[201~" }, SECRET_LINE,
		    "one" },
		{ { "half" }, SECRET_NONE, "half" },
		{ { "half", "!int" }, SECRET_NONE, "half" },
		{ { "half", "!hangup" }, SECRET_NONE, "half" },
	};
	size_t i;

	for (i = 0; i < ROWS(rows); i++) {
		struct buf kept = { 0 };
		struct keyed *k = keyed_row(state, i);

		assert_int_equal(read_one(k, rows[i].steps, &kept),
		    rows[i].end);
		assert_string_equal(buf_bytes(&k->line), rows[i].line);
		assert_int_equal(kept.len,
		    rows[i].end == SECRET_LOCAL ? strlen(rows[i].line) : 0);
		assert_int_equal(k->edit.insert->len, 0);
		assert_false(input_flows(k->input));
		buf_free(&kept);
	}
}

/* Its prompt is seen from the beginning, and nothing of it. */
static bool
see_prompt(struct pty *p)
{
	p->idle = NULL;
	assert_non_null(strstr(pty_shown(p), "Password: "));
	return false;
}

static void
test_screen(void **state)
{
	static const char *const steps[] = { "xyzzy", "plugh\177\r", NULL };
	struct keyed *k = *state;
	struct buf kept = { 0 };

	edit_prompt(&k->edit, "Password: ", NULL);
	k->pty.idle = see_prompt;
	assert_int_equal(read_one(k, steps, &kept), SECRET_LINE);
	assert_null(k->pty.idle);
	assert_string_equal(buf_bytes(&k->line), "xyzzyplug");
	edit_flush(&k->edit);
	assert_string_equal(pty_shown(&k->pty), "\r\r\n");
}

/* When it is left for a while its prompt goes; for ever, it stays. */
static void
test_left(void **state)
{
	static const struct {
		const char *steps[PTY_STEPS];
		const char *shown;
	} rows[] = {
		{ { "a\035" }, "\r\033[K" },
		{ { "a" }, "\r\033[K" },
		{ { "a", "!int" }, "\r\r\n" },
		{ { "\004" }, "\r\r\n" },
	};
	struct keyed *k = *state;
	size_t i;

	edit_prompt(&k->edit, "Password: ", NULL);
	for (i = 0; i < ROWS(rows); i++) {
		struct buf kept = { 0 };

		k->pty.idle = see_prompt;
		read_one(k, rows[i].steps, &kept);
		edit_flush(&k->edit);
		assert_string_equal(pty_shown(&k->pty), rows[i].shown);
		buf_free(&kept);
	}
}

/* The local-command key interrupts it; it goes on with what was kept. */
static void
test_kept(void **state)
{
	static const char *const steps[] = { "ab\035", "c\035", "d\r", "e\r",
		NULL };
	struct keyed *k = *state;
	struct buf kept = { 0 };

	buf_adds(&kept, "0");
	assert_int_equal(read_one(k, steps, &kept), SECRET_LOCAL);
	assert_int_equal(kept.len, 3);
	assert_int_equal(read_one(k, steps + 1, &kept), SECRET_LOCAL);
	assert_int_equal(kept.len, 4);
	assert_int_equal(read_one(k, steps + 2, &kept), SECRET_LINE);
	assert_string_equal(buf_bytes(&k->line), "0abcd");
	assert_int_equal(kept.len, 0);
	assert_int_equal(read_one(k, steps + 3, &kept), SECRET_LINE);
	assert_string_equal(buf_bytes(&k->line), "e");
	/* Where no key is it, that is a control like others. */
	k->keyboard.local = -1;
	assert_int_equal(read_one(k, steps, &kept), SECRET_LINE);
	assert_string_equal(buf_bytes(&k->line), "abcd");
	buf_free(&kept);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		KEYED_TEST(test_lines),
		KEYED_TEST(test_screen),
		KEYED_TEST(test_left),
		KEYED_TEST(test_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
