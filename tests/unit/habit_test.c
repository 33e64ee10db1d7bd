/* SPDX-License-Identifier: ISC */
/* habit_test.c - words of other programs mean options that telex has. */
#include <stdio.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "args.h"
#include "cmdline.h"
#include "fail.h"
#include "habit.h"
#include "options.h"
#include "optlist.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

enum { WORDS = 8 };

static int
read_words(struct options *opt, const char *const *words, struct fail *f)
{
	char copies[WORDS][40] = { "telex" }, *argv[WORDS + 1] = { copies[0] };
	int argc = 1;

	for (; argc < WORDS && words[argc - 1] != NULL; argc++) {
		snprintf(copies[argc], sizeof copies[argc], "%s",
		    words[argc - 1]);
		argv[argc] = copies[argc];
	}
	memset(opt, 0, sizeof *opt);
	return cmdline_read(opt, argc, argv, NULL, f);
}

/* Each stands for one that is there, with a value where that wants one. */
static void
test_words(void **state)
{
	struct args a = { .rows = optlist_rows };
	const struct args_word *w = habit_words;

	(void)state;
	for (; w->word != NULL; w++) {
		const struct args_row *row;

		assert_int_equal(w->word[0], '-');
		assert_int_not_equal(w->word[1], '-');
		if (w->name == NULL)
			continue;
		row = args_named(&a, w->name);
		if (row == NULL)
			fail_msg("%s: no --%s", w->word, w->name);
		if (w->value != NULL)
			assert_non_null(row->value);
	}
}

static void
test_meaning(void **state)
{
	static const char *const words[] = { "-connect", "mx.test:99",
		"-starttls", "smtp", "-servername", "b.test", NULL };
	static const char *const tls[] = { "-tls1_3", "-showcerts", "-quiet",
		"-CAfile", "/dev/null", "mx.test:99", NULL };
	struct options opt;
	struct fail f;

	(void)state;
	if (read_words(&opt, words, &f) < 0)
		fail_msg("%s", f.text);
	assert_string_equal(opt.target.host, "mx.test");
	assert_int_equal(opt.port, 99);
	assert_true(opt.starttls);
	assert_string_equal(opt.tls_plan.servername, "b.test");
	options_free(&opt);
	if (read_words(&opt, tls, &f) < 0)
		fail_msg("%s", f.text);
	assert_int_equal(opt.tls_plan.nopts, 2);
	assert_string_equal(opt.tls_plan.opts[0], "MinProtocol=TLSv1.3");
	assert_string_equal(opt.tls_plan.opts[1], "MaxProtocol=TLSv1.3");
	assert_int_equal(opt.show_certs, CERTS_TEXT);
	assert_true(opt.quiet);
	assert_string_equal(opt.tls_plan.cafile, "/dev/null");
	options_free(&opt);
}

/* What telex does not have is no option of its, and it is said why. */
static void
test_slips(void **state)
{
	struct args a = { .rows = optlist_rows };
	const struct args_slip *s = habit_slips;
	unsigned slips = 0;

	(void)state;
	for (; s->word != NULL; s++, slips++) {
		const char *words[] = { s->word, "mx.test", NULL };
		struct options opt;
		struct fail f;

		if (s->word[1] == '-')
			assert_null(args_named(&a, s->word + 2));
		assert_int_equal(read_words(&opt, words, &f), -1);
		assert_int_equal(f.status, STATUS_USAGE);
		assert_non_null(strstr(f.text, s->text));
		options_free(&opt);
	}
	assert_true(slips > 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_meaning),
		cmocka_unit_test(test_slips),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
