/* SPDX-License-Identifier: ISC */
/* vouch_test.c - the example of RFC 7677, and what is no message. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "buf.h"
#include "practice/vouch.h"
#include "text.h"

#define FIRST "n,,n=user,r=rOprNGfwEbeRWgbNEkqO"
#define OURS "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
#define BOTH "rOprNGfwEbeRWgbNEkqO" OURS
#define PROOF "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="

static void
begin(struct vouch *v)
{
	struct buf salt = { 0 }, to = { 0 };

	memset(v, 0, sizeof *v);
	assert_null(vouch_first(v, FIRST, strlen(FIRST)));
	assert_string_equal(v->user, "user");
	assert_int_equal(text_unbase64(&salt, "W22ZaJ0SNY7soEsUEjb6gQ==", 24),
	    0);
	vouch_challenge(v, OURS, (unsigned char *)buf_bytes(&salt), &to);
	buf_add(&to, "", 1);
	assert_string_equal(buf_bytes(&to),
	    "r=" BOTH ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096");
	buf_free(&salt);
	buf_free(&to);
}

/* NULL and the server's signature, or why not. */
static void
test_final(void **state)
{
	static const struct {
		const char *text, *password, *why;
	} rows[] = {
		{ "c=biws,r=" BOTH "," PROOF, "pencil", NULL },
		{ "c=biws,r=" BOTH "," PROOF, "pen", "password is wrong" },
		{ "c=eSws,r=" BOTH "," PROOF, "pencil", "c= does not" },
		{ "c=biws,r=" BOTH "x," PROOF, "pencil", "r= is not" },
		{ "c=biws,r=rOpr," PROOF, "pencil", "r= is not" },
		{ "c=biws,r=" BOTH ",p=AAAA", "pencil", "password is wrong" },
		{ "c=biws,r=" BOTH ",p=!", "pencil", "no last message" },
		{ "c=biws,r=" BOTH, "pencil", "no last message" },
		{ "r=" BOTH "," PROOF, "pencil", "no last message" },
		{ "c=,r=" BOTH "," PROOF, "pencil", "c= does not" },
		{ "", "pencil", "no last message" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct vouch_secret secret = { "SHA256", rows[i].password };
		struct buf text = { 0 }, to = { 0 };
		struct vouch v;
		const char *why;

		begin(&v);
		buf_adds(&text, rows[i].text);
		why = vouch_final(&v, &secret, &text, &to);
		buf_add(&to, "", 1);
		if (rows[i].why == NULL) {
			assert_null(why);
			assert_string_equal(buf_bytes(&to),
			    "v=6rriTRBi23WpRR/wtup+mMhUZUn/"
			    "dB5nLTJRsjl95G4=");
		} else {
			assert_non_null(why);
			assert_non_null(strstr(why, rows[i].why));
			assert_int_equal(to.len, 1);
		}
		vouch_free(&v);
		buf_free(&text);
		buf_free(&to);
	}
}

static void
test_first(void **state)
{
	static const struct {
		const char *text, *user; /* or NULL: refused */
	} rows[] = {
		{ "n,,n=user,r=abc", "user" },
		{ "y,,n=user,r=abc", "user" },
		{ "n,,n=a=2Cb=3Dc,r=abc", "a,b=c" },
		{ "n,,n=user,r=abc,x=extension", "user" },
		{ "n,,n=a=2cb,r=abc", NULL },
		{ "n,,n=a=2,r=abc", NULL },
		{ "n,,n=,r=abc", NULL },
		{ "n,,n=user,r=", NULL },
		{ "n,,n=user,r=a b", NULL },
		{ "n,,n=user", NULL },
		{ "n,a=root,n=user,r=abc", NULL },
		{ "p=tls-exporter,,n=user,r=abc", NULL },
		{ "n,,m=must,n=user,r=abc", NULL },
		{ "nx,,n=user,r=abc", NULL },
		{ "n,", NULL },
		{ "", NULL },
	};
	char name[400], text[500];
	struct vouch v = { .user = "" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const char *why =
		    vouch_first(&v, rows[i].text, strlen(rows[i].text));

		assert_int_equal(why == NULL, rows[i].user != NULL);
		if (why == NULL)
			assert_string_equal(v.user, rows[i].user);
		vouch_free(&v);
	}
	memset(name, 'x', sizeof name);
	name[sizeof name - 1] = '\0';
	snprintf(text, sizeof text, "n,,n=%s,r=abc", name);
	assert_non_null(vouch_first(&v, text, strlen(text)));
	vouch_free(&v);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_first),
		cmocka_unit_test(test_final),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
