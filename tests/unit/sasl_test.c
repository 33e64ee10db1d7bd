/* SPDX-License-Identifier: ISC */
/* sasl_test.c - the mechanisms: the examples of their RFCs, and others. */
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "buf.h"
#include "fail.h"
#include "sasl.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])
#define BYTES(text) text, sizeof(text) - 1

enum { STEPS = 6 };

struct bytes {
	const char *p;
	size_t n;
};

/*
 * An exchange: in turn what the server says and what we say, "!words" where
 * it fails with these.  NULL at the start: we begin.
 */
struct exchange {
	const char *mechanism;
	struct sasl_plan plan;
	struct bytes steps[STEPS];
	int accepted;
	const char *words; /* all of them, or NULL */
};

#define TIM \
	{ \
		.user = "tim", .secret = "tanstaaftanstaaf" \
	}
#define TOKEN "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg=="
#define NONCE "fyko+d2lbbFgONRv9qkxdawL"
#define FULL NONCE "3rfcNHYJY1ZVvWVs7j"

static const struct exchange exchanges[] = {
	/* RFC 4616, section 4. */
	{ "plain", TIM, { { NULL, 0 }, { BYTES("\0tim\0tanstaaftanstaaf") } },
	    0, "user tim, password ********\n" },
	{ "PLAIN", TIM,
	    { { NULL, 0 }, { BYTES("\0tim\0tanstaaftanstaaf") }, { BYTES("") },
		{ BYTES("!does not have") } },
	    0, NULL },
	{ "PLAIN", { .user = "gr\xc3\xbc\xc3\x9f", .secret = "a\xc2\xa0z" },
	    { { NULL, 0 }, { BYTES("\0gr\xc3\xbc\xc3\x9f\0a z") } }, 0, NULL },
	/* RFC 2195, section 2. */
	{ "CRAM-MD5", TIM,
	    { { BYTES("<1896.697170952@postoffice.reston.mci.net>") },
		{ BYTES("tim b913a602c7eda7a495b4e6e7334d3890") },
		{ BYTES("<again>") }, { BYTES("!second challenge") } },
	    0,
	    "challenge: <1896.697170952@postoffice.reston.mci.net>\n"
	    "user tim, digest of challenge and password ********\n" },
	{ "CRAM-MD5", TIM, { { BYTES("") }, { BYTES("!empty") } }, 0, "" },
	{ "LOGIN", TIM,
	    { { BYTES("Username:") }, { BYTES("tim") }, { BYTES("Password:") },
		{ BYTES("tanstaaftanstaaf") }, { BYTES("More?") },
		{ BYTES("!third") } },
	    0,
	    "the server asks: Username:\nuser tim\n"
	    "the server asks: Password:\npassword ********\n" },
	{ "LOGIN", TIM,
	    { { BYTES("") }, { BYTES("tim") }, { BYTES("\033[m\n") },
		{ BYTES("tanstaaftanstaaf") } },
	    0, "user tim\nthe server asks: \\x1b[m\\x0a\npassword ********\n" },
	/* RFC 5802, section 5; the RFC 7677 example is in scram_test.c. */
	{ "SCRAM-SHA-1", { .user = "user", .secret = "pencil", .nonce = NONCE },
	    { { NULL, 0 }, { BYTES("n,,n=user,r=" NONCE) },
		{ BYTES("r=" FULL ",s=QSXCR+Q6sek8bf92,i=4096") },
		{ BYTES("c=biws,r=" FULL ",p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=") },
		{ BYTES("v=rmF9pqV8S7suAoZWja4dJRkFsKQ=") }, { BYTES("") } },
	    0,
	    "client-first: user user, nonce " NONCE ", no channel binding\n"
	    "server-first: its nonce, salt of 12 octets, 4096 iterations\n"
	    "client-final: the proof ********\n"
	    "server-final: its signature is right, it knows the password\n" },
	{ "SCRAM-SHA-1", { .user = "user", .secret = "pencil", .nonce = NONCE },
	    { { NULL, 0 }, { BYTES("n,,n=user,r=" NONCE) },
		{ BYTES("r=" FULL ",s=QSXCR+Q6sek8bf92,i=4096") },
		{ BYTES("c=biws,r=" FULL ",p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=") },
		{ BYTES("v=rmF9pqV8S7suAoZWja4dJRkFsKA=") },
		{ BYTES("!does not know the password") } },
	    -1, NULL },
	/* It says yes, and has proved nothing. */
	{ "SCRAM-SHA-1", { .user = "user", .secret = "pencil", .nonce = NONCE },
	    { { NULL, 0 }, { BYTES("n,,n=user,r=" NONCE) } }, -1, NULL },
	{ "SCRAM-SHA-256-PLUS",
	    { .user = "user",
		.secret = "pencil",
		.nonce = "abc",
		.binding = "tls-exporter",
		.bound = "\0\1\2\377,",
		.bound_len = 5 },
	    { { NULL, 0 }, { BYTES("p=tls-exporter,,n=user,r=abc") },
		{ BYTES("r=abcDEF,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096") },
		{ BYTES("c=cD10bHMtZXhwb3J0ZXIsLAABAv8s,r=abcDEF,"
			"p=ajcs8N1WW6OMC0Q0AsBySlKdW86kcSJV4ETG2lxNgY0=") } },
	    -1,
	    "client-first: user user, nonce abc, bound to TLS by "
	    "tls-exporter\n"
	    "server-first: its nonce, salt of 16 octets, 4096 iterations\n"
	    "client-final: the proof ********\n" },
	{ "SCRAM-SHA-256",
	    { .user = "user",
		.secret = "pencil",
		.nonce = "abc",
		.binding = "tls-exporter",
		.bound = "x",
		.bound_len = 1 },
	    { { NULL, 0 }, { BYTES("n,,n=user,r=abc") } }, -1, NULL },
	{ "SCRAM-SHA-256",
	    { .user = "user",
		.secret = "pencil",
		.nonce = "abc",
		.binding = "tls-exporter",
		.bound = "x",
		.bound_len = 1,
		.unbound = true },
	    { { NULL, 0 }, { BYTES("y,,n=user,r=abc") } }, -1, NULL },
	{ "SCRAM-SHA-256",
	    { .user = "user",
		.secret = "pencil",
		.nonce = "abc",
		.unbound = true },
	    { { NULL, 0 }, { BYTES("n,,n=user,r=abc") } }, -1, NULL },
	/* RFC 7628, sections 4.1 and 4.3. */
	{ "OAUTHBEARER",
	    { .user = "user@example.com",
		.secret = TOKEN,
		.host = "server.example.com",
		.port = 143 },
	    { { NULL, 0 },
		{ BYTES("n,a=user@example.com,\001host=server.example.com\001"
			"port=143\001auth=Bearer " TOKEN "\001\001") },
		{ BYTES("{\"status\":\"invalid_token\"}") }, { BYTES("\001") },
		{ BYTES("{}") }, { BYTES("!second challenge") } },
	    0,
	    "user user@example.com, token ********\n"
	    "the server refuses the token: {\"status\":\"invalid_token\"}\n" },
	{ "OAUTHBEARER", { .user = "a,b=c", .secret = "t" },
	    { { NULL, 0 },
		{ BYTES("n,a=a=2Cb=3Dc,\001auth=Bearer t\001\001") } },
	    0, NULL },
	{ "OAUTHBEARER", { .secret = "t" },
	    { { NULL, 0 }, { BYTES("n,,\001auth=Bearer t\001\001") } }, 0,
	    NULL },
	{ "XOAUTH2", { .user = "someuser@example.com", .secret = "ya29.x" },
	    { { NULL, 0 },
		{ BYTES("user=someuser@example.com\001auth=Bearer ya29.x\001"
			"\001") },
		{ BYTES("{\"status\":\"401\"}") }, { BYTES("") } },
	    0, NULL },
	{ "EXTERNAL", { .user = NULL }, { { NULL, 0 }, { BYTES("") } }, 0,
	    "whoever the certificate says\n" },
	{ "EXTERNAL", { .user = "fred" }, { { NULL, 0 }, { BYTES("fred") } }, 0,
	    "as fred\n" },
	{ "ANONYMOUS", { .user = NULL },
	    { { NULL, 0 }, { BYTES("anonymous") } }, 0, NULL },
	{ "ANONYMOUS", { .user = "sirhc" }, { { NULL, 0 }, { BYTES("sirhc") } },
	    0, NULL },
};

/* What we say, or how we fail. */
static void
check_step(const struct sasl *a, const struct bytes *want, int rc,
    const struct buf *got)
{
	if (want->n > 0 && want->p[0] == '!') {
		assert_int_equal(rc, -1);
		if (strstr(sasl_why(a)->text, want->p + 1) == NULL)
			fail_msg("%s for %s", sasl_why(a)->text, want->p);
		assert_int_equal(got->len, 0);
		return;
	}
	assert_int_equal(rc, 0);
	assert_int_equal(got->len, want->n);
	if (want->n > 0)
		assert_memory_equal(buf_bytes(got), want->p, want->n);
}

static void
play(const struct exchange *x)
{
	struct buf out = { 0 }, words = { 0 };
	struct fail why;
	struct sasl *a = sasl_open(x->mechanism, &x->plan, &why);
	size_t i;

	assert_non_null(a);
	for (i = 0; i + 1 < STEPS && x->steps[i + 1].p != NULL; i += 2) {
		const struct bytes *came = &x->steps[i];
		int rc;

		buf_clear(&out);
		rc = came->p == NULL ?
		    sasl_first(a, &out, &words) - 1 :
		    sasl_step(a, came->p, came->n, &out, &words);
		check_step(a, &x->steps[i + 1], rc, &out);
	}
	if (x->words != NULL) {
		assert_int_equal(words.len, strlen(x->words));
		if (words.len > 0)
			assert_memory_equal(buf_bytes(&words), x->words,
			    words.len);
	}
	assert_int_equal(sasl_accepted(a), x->accepted);
	sasl_close(a);
	buf_free(&out);
	buf_free(&words);
}

static void
test_exchanges(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(exchanges); i++)
		play(&exchanges[i]);
}

static void
test_refusals(void **state)
{
	static const struct {
		const char *mechanism;
		struct sasl_plan plan;
		const char *why;
	} rows[] = {
		{ "GSSAPI", TIM, "does not know mechanism GSSAPI" },
		{ "", TIM, "does not know" },
		{ "PLAINER", TIM, "does not know" },
		{ "X\033", TIM, "mechanism X\\x1b" },
		{ "PLAIN", { .secret = "x" }, "needs a user" },
		{ "PLAIN", { .user = "", .secret = "x" }, "needs a user" },
		{ "PLAIN", { .user = "x" }, "needs a password" },
		{ "LOGIN", { .user = "x" }, "needs a password" },
		{ "XOAUTH2", { .user = "x" }, "needs a token" },
		{ "SCRAM-SHA-256-PLUS", { .user = "x", .secret = "y" },
		    "needs TLS" },
		{ "PLAIN", { .user = "a\001b", .secret = "x" }, "user's name" },
		{ "PLAIN", { .user = "a", .secret = "x\ny" }, "password" },
		{ "PLAIN", { .user = "\xc2\xad", .secret = "x" }, "empty" },
		{ "XOAUTH2", { .user = "a", .secret = "x\001y" }, "control" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct fail why = { .status = 0 };

		assert_null(sasl_open(rows[i].mechanism, &rows[i].plan, &why));
		assert_int_equal(why.status, STATUS_USAGE);
		if (strstr(why.text, rows[i].why) == NULL)
			fail_msg("\"%s\" has no \"%s\"", why.text, rows[i].why);
	}
}

static void
test_choose(void **state)
{
	enum { P = SASL_PASSWORD, T = SASL_TOKEN, C = SASL_CERT };
	enum { B = SASL_BINDING, S = SASL_PRIVATE };
	static const char all[] =
	    "login PLAIN ANONYMOUS EXTERNAL XOAUTH2 OAUTHBEARER CRAM-MD5 "
	    "DIGEST-MD5 SCRAM-SHA-1 scram-sha-256 SCRAM-SHA-256-PLUS NTLM";
	static const struct {
		const char *offered;
		unsigned have;
		const char *want;
	} rows[] = {
		{ all, P | B | S, "SCRAM-SHA-256-PLUS" },
		{ all, P | S, "SCRAM-SHA-256" },
		{ all, P, "SCRAM-SHA-256" },
		{ all, T | S, "OAUTHBEARER" },
		{ all, T, NULL },
		{ all, C | S, "EXTERNAL" },
		{ all, S, NULL },
		{ all, 0, NULL },
		{ "SCRAM-SHA-1-PLUS SCRAM-SHA-256", P | B, "SCRAM-SHA-1-PLUS" },
		{ "SCRAM-SHA-1 CRAM-MD5", P | B | S, "SCRAM-SHA-1" },
		{ "PLAIN CRAM-MD5", P | S, "CRAM-MD5" },
		{ "  LOGIN   PLAIN ", P | S, "PLAIN" },
		{ "LOGIN", P | S, "LOGIN" },
		{ "PLAIN LOGIN", P, NULL },
		{ "XOAUTH2", T | S, "XOAUTH2" },
		{ "PLAINER XPLAIN", P | S, NULL },
		{ "", P | S, NULL },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		const char *got = sasl_choose(rows[i].offered, rows[i].have);

		if (rows[i].want == NULL)
			assert_null(got);
		else
			assert_string_equal(got, rows[i].want);
	}
}

static void
test_what_they_need(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; sasl_known(i) != NULL; i++)
		assert_int_not_equal(sasl_needs(sasl_known(i)), 0);
	assert_int_equal(i, 11);
	assert_int_equal(sasl_needs("GSSAPI"), 0);
	assert_true(sasl_reveals("login"));
	assert_true(sasl_reveals("XOAUTH2"));
	assert_false(sasl_reveals("SCRAM-SHA-1"));
	assert_false(sasl_reveals("CRAM-MD5"));
}

static void
test_few_iterations(void **state)
{
	static const struct {
		const char *first;
		bool warns;
	} rows[] = {
		{ "r=abcDEF,s=W22Z,i=4095", true },
		{ "r=abcDEF,s=W22Z,i=4096", false },
		{ "r=abcDEF,s=W22Z,i=1", true },
	};
	static const struct sasl_plan plan = { .user = "u",
		.secret = "p",
		.nonce = "abc" };
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct buf out = { 0 }, words = { 0 };
		struct fail why;
		struct sasl *a = sasl_open("scram-sha-1", &plan, &why);

		assert_string_equal(sasl_name(a), "SCRAM-SHA-1");
		sasl_first(a, &out, &words);
		assert_null(sasl_warning(a));
		assert_int_equal(sasl_step(a, rows[i].first,
				     strlen(rows[i].first), &out, &words),
		    0);
		assert_int_equal(sasl_warning(a) != NULL, rows[i].warns);
		sasl_close(a);
		buf_free(&out);
		buf_free(&words);
	}
	sasl_close(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_exchanges),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_choose),
		cmocka_unit_test(test_what_they_need),
		cmocka_unit_test(test_few_iterations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
