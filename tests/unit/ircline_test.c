/* SPDX-License-Identifier: ISC */
/* ircline_test.c - lines of IRC and their parts. */
#include <stdlib.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "buf.h"
#include "ircline.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

/* The parameters, each in brackets. */
static void
write_down(struct buf *to, const struct ircline *m)
{
	const char *p = m->rest, *found;
	size_t n = m->rest_len, len;

	while ((found = ircline_next(&p, &n, &len)) != NULL) {
		buf_adds(to, "[");
		buf_add(to, found, len);
		buf_adds(to, "]");
	}
	buf_add(to, "", 1);
}

static void
test_parts(void **state)
{
	static const struct {
		const char *line;
		const char *word;
		int code;
		const char *parameters;
		int count;
	} rows[] = {
		{ "", "", 0, "", 0 },
		{ "PING", "PING", 0, "", 0 },
		{ "PING :a b", "PING", 0, "[a b]", 1 },
		{ ":s.test 001 me :hello you", "001", 1, "[me][hello you]", 2 },
		{ ":s.test 433 * me :taken", "433", 433, "[*][me][taken]", 3 },
		{ "@time=1;a=b :n!u@h PRIVMSG #c :a :b", "PRIVMSG", 0,
		    "[#c][a :b]", 2 },
		{ "@time=1 PING x", "PING", 0, "[x]", 1 },
		{ "  :s   NOTICE   a    b  ", "NOTICE", 0, "[a][b]", 2 },
		{ "MODE #c +o a:b", "MODE", 0, "[#c][+o][a:b]", 3 },
		{ "TOPIC #c :", "TOPIC", 0, "[#c][]", 2 },
		{ "12 a", "12", 0, "[a]", 1 },
		{ "1234 a", "1234", 0, "[a]", 1 },
		{ "12x a", "12x", 0, "[a]", 1 },
		{ "999", "999", 999, "", 0 },
		{ ":only", "", 0, "", 0 },
		{ "@only", "", 0, "", 0 },
		{ "@a :b", "", 0, "", 0 },
		{ ":a @b c", "@b", 0, "[c]", 1 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		/* A copy of that very size, so that memory checkers see. */
		size_t n = strlen(rows[i].line);
		char *line = malloc(n + (n == 0));
		struct buf parameters = { 0 };
		struct ircline m;

		memcpy(line, rows[i].line, n);
		m = ircline(line, n);
		write_down(&parameters, &m);
		if (m.word_len != strlen(rows[i].word) ||
		    memcmp(m.word, rows[i].word, m.word_len) != 0 ||
		    m.code != rows[i].code ||
		    strcmp(buf_bytes(&parameters), rows[i].parameters) != 0 ||
		    ircline_count(m.rest, m.rest_len) != rows[i].count)
			fail_msg("\"%s\": \"%.*s\", %d, %s", rows[i].line,
			    (int)m.word_len, m.word, m.code,
			    buf_bytes(&parameters));
		assert_int_equal(ircline_at(line, n), m.word - line);
		buf_free(&parameters);
		free(line);
	}
}

static void
test_parameter(void **state)
{
	static const struct {
		int which;
		const char *want; /* NULL: there is none */
	} rows[] = {
		{ 0, "#c" },
		{ 1, "+o" },
		{ 2, "the rest" },
		{ 3, NULL },
		{ 9, NULL },
	};
	static const char text[] = "#c +o :the rest";
	size_t i, len;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		const char *got = ircline_parameter(text, sizeof text - 1,
		    rows[i].which, &len);

		if (rows[i].want == NULL) {
			assert_null(got);
			continue;
		}
		assert_non_null(got);
		assert_int_equal(len, strlen(rows[i].want));
		assert_memory_equal(got, rows[i].want, len);
	}
}

static void
test_is(void **state)
{
	struct ircline m = ircline(":a ping b", 9);

	(void)state;
	assert_true(ircline_is(&m, "PING"));
	assert_false(ircline_is(&m, "PIN"));
	assert_false(ircline_is(&m, "PINGS"));
	assert_false(ircline_is(&m, ""));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_parameter),
		cmocka_unit_test(test_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
