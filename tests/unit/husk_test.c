/* SPDX-License-Identifier: ISC */
/* husk_test.c - what is written of a secret. */
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "husk.h"

static void
assert_put(const struct husk *h, bool marked, const char *want)
{
	struct buf to = { 0 };

	husk_put(h, marked, 7, &to);
	buf_add(&to, "", 1);
	assert_string_equal(buf_bytes(&to), want);
	buf_free(&to);
}

static void
test_marks(void **state)
{
	static const struct {
		const char *text, *marked;
	} rows[] = {
		{ "", "${secret:7}" },
		{ "hunter2", "${secret:7}" },
		{ "\"hunter2\"", "\"${secret:7}\"" },
		{ "\"a b\"", "\"${secret:7}\"" },
		{ "\"a\\\"b\"", "${secret:7}" },
		{ "\"a\" \"b\"", "${secret:7}" },
		{ "\"\"", "${secret:7}" },
		{ "AGEAYg==</auth>", "${secret:7}</auth>" },
		{ "pw</password></q:query></iq>",
		    "${secret:7}</password></q:query></iq>" },
		{ "pw</a-1.b_c>", "${secret:7}</a-1.b_c>" },
		/* Tags are written only if they are nothing else. */
		{ "pw</password><digest>hid</digest></iq>", "${secret:7}" },
		{ "pw</password>hid</iq>", "${secret:7}" },
		{ "pw</password></iq>hid</iq>", "${secret:7}" },
		{ "pw</password hid='x'>", "${secret:7}" },
		{ "pw</password></>", "${secret:7}" },
		{ "pw</password></", "${secret:7}" },
		{ "pw</></iq>", "${secret:7}" },
		{ "pw</password </iq>", "${secret:7}" },
		{ "pw</pass$word>", "${secret:7}" },
		{ "pw</pass\\word>", "${secret:7}" },
		{ "pw</pass\033word>", "${secret:7}" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		size_t n = strlen(rows[i].text), cut;

		for (cut = 0; cut <= n; cut++) {
			struct husk h = { .unknown = false };

			husk_add(&h, rows[i].text, cut);
			husk_add(&h, rows[i].text + cut, n - cut);
			assert_put(&h, true, rows[i].marked);
			assert_put(&h, false, "${secret:7}");
			husk_free(&h);
		}
	}
}

/* A NUL is no part of a name. */
static void
test_nul(void **state)
{
	struct husk h = { .unknown = false };

	(void)state;
	husk_add(&h, "pw</a\0b>", 8);
	assert_put(&h, true, "${secret:7}");
	husk_free(&h);
}

/* Nothing is told of what is not known to its end, until another begins. */
static void
test_unknown(void **state)
{
	static char most[16384];
	struct husk h = { .unknown = false };

	(void)state;
	husk_add(&h, "\"a", 2);
	husk_lose(&h);
	husk_add(&h, "\"hid\"", 5);
	assert_put(&h, true, "${secret:7}");
	assert_int_equal(h.text.len, 0);
	husk_clear(&h);
	husk_add(&h, "\"b\"", 3);
	assert_put(&h, true, "\"${secret:7}\"");
	husk_clear(&h);
	assert_put(&h, true, "${secret:7}");
	memset(most, 'x', sizeof most);
	most[0] = most[sizeof most - 1] = '"';
	husk_add(&h, most, sizeof most);
	assert_put(&h, true, "\"${secret:7}\"");
	husk_add(&h, "\"", 1);
	assert_int_equal(h.text.len, 0);
	husk_add(&h, "\"c\"", 3);
	assert_put(&h, true, "${secret:7}");
	husk_free(&h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_marks),
		cmocka_unit_test(test_nul),
		cmocka_unit_test(test_unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
