/* SPDX-License-Identifier: ISC */
/* verify_test.c - whom VRFY means, and what may be said of them. */
#include <stdbool.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "buf.h"
#include "practice/peer.h"
#include "practice/verify.h"

#define FIFTY "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"

static const char *
password(void *arg, const char *user)
{
	(void)arg;
	return strcmp(user, "alice") == 0 ? "wonderland" : NULL;
}

static void
test_rows(void **state)
{
	static const struct {
		const char *text;
		const char *open, *known; /* ... when only users get mail */
	} rows[] = {
		{ "alice", "250 2.1.5 <alice@here>", NULL },
		{ "alice@example.org", "250 2.1.5 <alice@here>", NULL },
		{ "<alice@example.org>", "250 2.1.5 <alice@here>", NULL },
		{ "<alice>  ", "250 2.1.5 <alice@here>", NULL },
		{ "alice of wonderland", "250 2.1.5 <alice@here>", NULL },
		{ "Postmaster", "250 2.1.5 <Postmaster@here>", NULL },
		{ "bob", "252 2.0.0 ", "550 5.1.1 " },
		{ "alic", "252 2.0.0 ", "550 5.1.1 " },
		{ "alicea", "252 2.0.0 ", "550 5.1.1 " },
		{ "<>", "252 2.0.0 ", "550 5.1.1 " },
		{ "@alice", "252 2.0.0 ", "550 5.1.1 " },
		{ FIFTY FIFTY FIFTY, "252 2.0.0 ", "550 5.1.1 " },
		{ "", "501 5.5.4 ", NULL },
	};
	size_t i, k;

	(void)state;
	for (i = 0; i < 2 * (sizeof rows / sizeof rows[0]); i++) {
		struct manners manners = { .host = "here",
			.password = password,
			.known = i % 2 == 1 };
		struct peer p = { .manners = &manners };
		const char *want = rows[i / 2].open;

		if (manners.known && rows[i / 2].known != NULL)
			want = rows[i / 2].known;
		verify(&p, rows[i / 2].text, strlen(rows[i / 2].text));
		buf_add(&p.out, "", 1);
		k = strlen(want);
		if (strncmp(buf_bytes(&p.out), want, k) != 0 ||
		    strchr(buf_bytes(&p.out), '\n')[1] != '\0')
			fail_msg("%s: %s", rows[i / 2].text, buf_bytes(&p.out));
		buf_free(&p.out);
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
