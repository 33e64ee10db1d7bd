/* SPDX-License-Identifier: ISC */
/* veil_test.c - secrets that nobody marked. */
#include <stdlib.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "buf.h"
#include "veil.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

/* Lines of ours (C) and of the server (S), and where a secret begins. */
static void
test_guess(void **state)
{
	static const struct {
		char who;
		const char *line;
		int secret; /* -1: nowhere */
	} rows[] = {
		{ 'C', "", -1 },
		{ 'C', "hello", -1 },
		{ 'C', "USER alice", -1 },
		{ 'C', "PASS hunter2", 5 },
		{ 'C', "pass hunter2", 5 },
		{ 'C', "a1 LOGIN alice hunter2", 15 },
		{ 'C', "a1 NOOP", -1 },
		{ 'C', "MAIL FROM:<a@example.org>", -1 },
		{ 'C', "AUTH PLAIN AGEAYg==", 11 },
		/* It may be Redis, and a password. */
		{ 'C', "AUTH LOGIN", 5 },
		{ 'S', "334 VXNlcm5hbWU6", 0 },
		{ 'C', "YWxpY2U=", 0 },
		{ 'S', "334 UGFzc3dvcmQ6", 0 },
		{ 'C', "aHVudGVyMg==", 0 },
		{ 'S', "235 ok", 0 },
		{ 'C', "QUIT", -1 },
		{ 'C', "AUTH", -1 },
		{ 'S', "+ ", 0 },
		{ 'C', "aHVudGVyMg==", 0 },
		{ 'S', "+OK", 0 },
		{ 'C', "STAT", -1 },
		/* Nothing asked for it. */
		{ 'S', "354 go ahead", 0 },
		{ 'C', "Dear Bob", -1 },
	};
	struct veil v = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		size_t n = strlen(rows[i].line);

		if (rows[i].who == 'S')
			veil_heard(&v, rows[i].line, n);
		else
			assert_int_equal(veil_guess(&v, rows[i].line, n),
			    rows[i].secret < 0 ? n : (size_t)rows[i].secret);
	}
	veil_free(&v);
}

static void
test_remember(void **state)
{
	struct veil v = { 0 };
	struct buf to = { 0 };
	char many[] = "secret-00";
	int i;

	(void)state;
	veil_remember(&v, "abc", 3);
	veil_remember(&v, "hunter2", 7);
	veil_put(&v, &to, "535 abc hunter2 hunter22", 24);
	buf_add(&to, "", 1);
	assert_string_equal(buf_bytes(&to), "535 abc ******** ********2");
	/* There is a limit to it. */
	for (i = 0; i < 100; i++) {
		many[7] = (char)('0' + i / 10);
		many[8] = (char)('0' + i % 10);
		veil_remember(&v, many, 9);
	}
	assert_true(v.secrets.count < 100);
	buf_free(&to);
	veil_free(&v);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_guess),
		cmocka_unit_test(test_remember),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
