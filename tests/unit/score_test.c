/* SPDX-License-Identifier: ISC */
/* score_test.c - what a server needs to know of a transcript. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "buf.h"
#include "fail.h"
#include "score.h"

/* Load this text, through a file as always. */
static int
load(struct score *s, const char *text, char name[32], struct fail *f)
{
	int fd, rc;

	snprintf(name, 32, "/tmp/score-XXXXXX");
	fd = mkstemp(name);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	rc = score_load(s, name, f);
	unlink(name);
	return rc;
}

/* Each item as one letter and its text. */
static void
show(const struct score *s, char *text, size_t size)
{
	size_t i, at = 0;

	text[0] = '\0';
	for (i = 0; i < s->count; i++) {
		const struct item *item = &s->items[i];

		at += (size_t)snprintf(text + at, size - at, "%lu%c%.*s;",
		    item->line, "CFS   E "[item->kind], (int)item -> len,
		    item -> text);
	}
}

static void
keeps_what_a_server_does(void **state)
{
	static const struct {
		const char *text, *want;
		bool tls;
	} rows[] = {
		{ "", "", false },
		{ "# c\n\nS: 220\n", "3S220;", false },
		{ "S: a\nS$ ${b}\nS% \\x41\nS~ c\nS! d\n...\nC: e\n",
		    "1Sa;2S${b};3S\\x41;7Ce;", false },
		{ "C: a\nC+ b\nC$ c\nC< d\n", "1Ca;2Cb;3Cc;4Fd;", false },
		{ "# +0.214 s\nS: a\n<within 2>\n<silence 1>\n<never x>\n"
		  "<connect smtp://x>\n<skip unless Y>\n",
		    "2Sa;", false },
		{ "<protocol smtp>\n<set a=b>\n<pause 2>\n<close>\n",
		    "1Esmtp;2Ea=b;3E2;4E;", false },
		{ "S: 220\n<TLS>\n", "1S220;2ETLS;", true },
		{ "S: 220\n<TLS verified: x>\n", "1S220;2ETLS verified;",
		    true },
		{ "S: 220\n<closed>\n", "1S220;2Eclosed;", false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char text[512], name[32];
		struct fail f = { .text = "" };
		struct score s;

		if (load(&s, rows[i].text, name, &f) < 0)
			fail_msg("row %zu: %s", i, f.text);
		show(&s, text, sizeof text);
		if (strcmp(text, rows[i].want) != 0 || s.tls != rows[i].tls)
			fail_msg("row %zu: %s", i, text);
		score_free(&s);
	}
}

static void
refuses_what_cannot_be_served(void **state)
{
	static const struct {
		const char *text, *why;
	} rows[] = {
		{ "S: 220\nR: x\n", ":2: " },
		{ "S: 220\n\n<auth PLAIN me>\n",
		    ":3: <auth> cannot be served: its lines are not in the "
		    "file" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char name[32];
		struct fail f = { .text = "" };
		struct score s;

		assert_int_equal(load(&s, rows[i].text, name, &f), -1);
		assert_int_equal(f.status, STATUS_USAGE);
		if (strncmp(f.text, name, strlen(name)) != 0 ||
		    strncmp(f.text + strlen(name), rows[i].why,
			strlen(rows[i].why)) != 0)
			fail_msg("row %zu: %s", i, f.text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_what_a_server_does),
		cmocka_unit_test(refuses_what_cannot_be_served),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
