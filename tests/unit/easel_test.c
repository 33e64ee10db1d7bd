/* SPDX-License-Identifier: ISC */
/* easel_test.c - a picture of a session, when it has ended. */
#include <sys/stat.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "easel.h"
#include "fail.h"
#include "say.h"
#include "stage.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

static size_t
size_of(const char *name)
{
	struct stat st;

	return stat(name, &st) < 0 ? 0 : (size_t)st.st_size;
}

static void
test_draw(void **state)
{
	static const struct {
		const char *name;
		bool there, force;
		bool met; /* a server */
		int open, close;
		bool drawn;
	} rows[] = {
		{ "drawn", false, false, true, 0, 0, true },
		{ "nobody was met", false, false, false, 0, 0, false },
		{ "in place of another", true, true, true, 0, 0, true },
		{ "not over another", true, false, true, -1, 0, false },
	};
	char folder[] = "/tmp/easel-XXXXXX";
	char name[sizeof folder + 10];
	static struct stage st;
	size_t i;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(name, sizeof name, "%s/a.svg", folder);
	for (i = 0; i < ROWS(rows); i++) {
		struct options opt = { .timeout = -1,
			.proto_given = true,
			.draw = name,
			.force = rows[i].force };
		struct easel e = { .to = NULL };
		struct fail f = { .text = "" };
		int open, ended = 0;
		FILE *old;
		size_t size;

		if (rows[i].there && (old = fopen(name, "w")) != NULL) {
			fputs("x", old);
			fclose(old);
		}
		stage_begin(&st, &opt, false, &proto_smtp);
		if (!rows[i].met)
			st.s.opened = 0;
		open = easel_open(&e, &st.s, &f);
		session_changed(&st.s, CHANGE_OPENED);
		stage_hears(&st, "220 a\r\n");
		say_line(&st.s, "NOOP", 4);
		stage_hears(&st, "250 b\r\n");
		if (open == 0)
			ended = easel_close(&e, &st.s, &f);
		stage_end(&st);
		size = size_of(name);
		unlink(name);
		if (open != rows[i].open || ended != rows[i].close ||
		    (size > 500) != rows[i].drawn)
			fail_msg("%s: %d, %d, %zu bytes, \"%s\"", rows[i].name,
			    open, ended, size, f.text);
	}
	rmdir(folder);
}

/* None is wanted, or it has no place. */
static void
test_none(void **state)
{
	struct options opt = { .timeout = -1 };
	struct easel e = { .to = NULL };
	struct session s;
	struct fail f;

	(void)state;
	session_init(&s, &opt, false);
	assert_int_equal(easel_open(&e, &s, &f), 0);
	assert_null(s.followers);
	assert_int_equal(easel_close(&e, &s, &f), 0);
	opt.draw = "-";
	assert_int_equal(easel_open(&e, &s, &f), -1);
	assert_int_equal(f.status, STATUS_USAGE);
	assert_int_equal(easel_close(&e, &s, &f), 0);
	session_free(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_draw),
		cmocka_unit_test(test_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
