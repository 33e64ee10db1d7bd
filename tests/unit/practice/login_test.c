/* SPDX-License-Identifier: ISC */
/* login_test.c - the server's side of AUTH, against telex's own side. */
#include <stdbool.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "buf.h"
#include "fail.h"
#include "practice/login.h"
#include "practice/peer.h"
#include "sasl.h"
#include "text.h"

static const char *
password(void *arg, const char *user)
{
	(void)arg;
	return strcmp(user, "alice") == 0 ? "wonderland" : NULL;
}

static const struct manners manners = { .host = "localhost",
	.password = password };

/* Both sides until one has had enough. */
static enum login_result
talk(struct login *l, const char *mechanism, const struct sasl_plan *plan)
{
	struct buf said = { 0 }, words = { 0 }, line = { 0 };
	struct buf challenge = { 0 }, plain = { 0 };
	enum login_result result;
	struct fail f;
	struct sasl *a = sasl_open(mechanism, plan, &f);

	assert_non_null(a);
	buf_addf(&line, "%s", mechanism);
	if (sasl_first(a, &said, &words)) {
		buf_adds(&line, " ");
		text_base64(&line, buf_bytes(&said), said.len);
	}
	result =
	    login_begin(l, &manners, buf_bytes(&line), line.len, &challenge);
	while (result == LOGIN_MORE) {
		buf_clear(&said);
		buf_clear(&plain);
		buf_clear(&line);
		text_unbase64(&plain, buf_bytes(&challenge), challenge.len);
		if (sasl_step(a, buf_bytes(&plain), plain.len, &said, &words) <
		    0)
			break;
		text_base64(&line, buf_bytes(&said), said.len);
		buf_clear(&challenge);
		result = login_line(l, buf_bytes(&line), line.len, &challenge);
	}
	if (result == LOGIN_OK)
		assert_int_equal(sasl_accepted(a), 0);
	sasl_close(a);
	buf_free(&said);
	buf_free(&words);
	buf_free(&line);
	buf_free(&plain);
	buf_free(&challenge);
	return result;
}

static void
test_both_sides(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; login_mechanism(i) != NULL; i++) {
		struct sasl_plan plan = { .user = "alice",
			.secret = "wonderland",
			.nonce = "abcdef" };
		struct login l;

		assert_int_equal(talk(&l, login_mechanism(i), &plan), LOGIN_OK);
		assert_string_equal(l.user, "alice");
		assert_int_equal(login_reveals(&l),
		    sasl_reveals(login_mechanism(i)));
		login_end(&l);
		login_end(&l);
		plan.secret = "wunderland";
		assert_int_equal(talk(&l, login_mechanism(i), &plan),
		    LOGIN_WRONG);
		assert_null(strstr(l.why, "wonderland"));
		login_end(&l);
		plan.user = "bob";
		assert_int_equal(talk(&l, login_mechanism(i), &plan),
		    LOGIN_WRONG);
		assert_non_null(strstr(l.why, "\"bob\""));
		login_end(&l);
	}
	assert_int_equal(i, 4);
}

static void
test_lines(void **state)
{
	static const struct {
		const char *words, *line; /* NULL: none is said */
		enum login_result result;
		const char *challenge; /* the last, or NULL */
	} rows[] = {
		{ "plain", NULL, LOGIN_MORE, "" },
		{ "PLAIN AGFsaWNlAHdvbmRlcmxhbmQ=", NULL, LOGIN_OK, NULL },
		{ "PLAIN", "AGFsaWNlAHdvbmRlcmxhbmQ=", LOGIN_OK, NULL },
		{ "PLAIN Ym9iAGFsaWNlAHdvbmRlcmxhbmQ=", NULL, LOGIN_WRONG,
		    NULL },
		{ "PLAIN =", NULL, LOGIN_BAD, NULL },
		{ "PLAIN AA==", NULL, LOGIN_BAD, NULL },
		{ "PLAIN AAA=", NULL, LOGIN_BAD, NULL },
		{ "PLAIN ???", NULL, LOGIN_BAD, NULL },
		{ "PLAIN", "*", LOGIN_CANCELLED, NULL },
		{ "LOGIN", NULL, LOGIN_MORE, "VXNlcm5hbWU6" },
		{ "LOGIN", "YWxpY2U=", LOGIN_MORE, "UGFzc3dvcmQ6" },
		{ "LOGIN YWxpY2U=", "d29uZGVybGFuZA==", LOGIN_OK, NULL },
		{ "LOGIN YWxpY2UK", NULL, LOGIN_WRONG, NULL },
		{ "LOGIN YWxpY2U=", "d29uZGVybGFuZAo=", LOGIN_WRONG, NULL },
		{ "LOGIN", "", LOGIN_BAD, NULL },
		{ "CRAM-MD5 =", NULL, LOGIN_BAD, NULL },
		{ "CRAM-MD5", "YWxpY2U=", LOGIN_BAD, NULL },
		{ "CRAM-MD5", "YWxpY2UgMTIz", LOGIN_WRONG, NULL },
		{ "SCRAM-SHA-256", "", LOGIN_BAD, NULL },
		{ "SCRAM-SHA-1", NULL, LOGIN_UNKNOWN, NULL },
		{ "PLAIN = =", NULL, LOGIN_BAD, NULL },
		{ " ", NULL, LOGIN_BAD, NULL },
		{ "", NULL, LOGIN_BAD, NULL },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct buf challenge = { 0 };
		enum login_result result;
		struct login l;

		result = login_begin(&l, &manners, rows[i].words,
		    strlen(rows[i].words), &challenge);
		if (rows[i].line != NULL) {
			assert_int_equal(result, LOGIN_MORE);
			buf_clear(&challenge);
			result = login_line(&l, rows[i].line,
			    strlen(rows[i].line), &challenge);
		}
		assert_int_equal(result, rows[i].result);
		buf_add(&challenge, "", 1);
		if (result == LOGIN_MORE)
			assert_string_equal(buf_bytes(&challenge),
			    rows[i].challenge);
		else if (result != LOGIN_OK)
			assert_true(l.why[0] != '\0');
		login_end(&l);
		buf_free(&challenge);
	}
}

static void
test_password(void **state)
{
	struct login l;

	(void)state;
	assert_int_equal(login_password(&l, &manners, "alice", "wonderland"),
	    LOGIN_OK);
	assert_string_equal(l.user, "alice");
	assert_int_equal(login_password(&l, &manners, "alice", ""),
	    LOGIN_WRONG);
	assert_int_equal(login_password(&l, &manners, "b\033ob", "x"),
	    LOGIN_WRONG);
	assert_null(strchr(l.why, '\033'));
	assert_int_equal(login_password(&l, &manners, "", "x"), LOGIN_BAD);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_both_sides),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_password),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
