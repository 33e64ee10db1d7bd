/* SPDX-License-Identifier: ISC */
/* scram_test.c - SCRAM: the examples of the RFCs, and servers that err. */
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "buf.h"
#include "fail.h"
#include "scram.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])
#define SHA1(bind) \
	{ \
		"SHA1", "user", "pencil", "fyko+d2lbbFgONRv9qkxdawL", bind
#define ABC(hash, user, bind) \
	{ \
		hash, user, "pencil", "abc", bind
#define SALT ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i="

static void
same(const struct buf *got, const char *want)
{
	assert_int_equal(got->len, strlen(want));
	assert_memory_equal(buf_bytes(got), want, got->len);
}

static void test_exchanges(void **state){
	/* Those with a binding were computed with Python's hashlib. */
	static const struct { struct scram_plan plan;
const char *first, *server, *final, *verify;
}
rows[] = {
		/* RFC 5802, section 5. */
		{ SHA1(NULL), NULL, 0, false },
		    "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL",
		    "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,"
		    "s=QSXCR+Q6sek8bf92,i=4096",
		    "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,"
		    "p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
		    "v=rmF9pqV8S7suAoZWja4dJRkFsKQ=" },
		/* RFC 7677, section 3. */
		{ { "SHA256", "user", "pencil", "rOprNGfwEbeRWgbNEkqO", NULL,
		      NULL, 0, false },
		    "n,,n=user,r=rOprNGfwEbeRWgbNEkqO",
		    "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
		    SALT "4096",
		    "c=biws,"
		    "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
		    "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
		    "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=" },
		{ ABC("SHA256", "user", "tls-exporter"), "\0\1\2\377,", 5,
		      false },
		    "p=tls-exporter,,n=user,r=abc", "r=abcDEF" SALT "4096",
		    "c=cD10bHMtZXhwb3J0ZXIsLAABAv8s,r=abcDEF,"
		    "p=ajcs8N1WW6OMC0Q0AsBySlKdW86kcSJV4ETG2lxNgY0=",
		    "v=w3Nf8TkFzF1pspWBEx23ry4ArGvScmGr04VPvS0obcs="
}
, { ABC("SHA1", "us,er=", "tls-server-end-point"), "xyz", 3, false },
    "p=tls-server-end-point,,n=us=2Cer=3D,r=abc", "r=abcDEF" SALT "4096",
    "c=cD10bHMtc2VydmVyLWVuZC1wb2ludCwseHl6,r=abcDEF,"
    "p=UHRFbtjPUatH0+egSzZCCtNoppE=",
    "v=5WZj3230Ao+o6JflWz3nBgQbed4=,more=ignored"
}
, { ABC("SHA256", "user", NULL), NULL, 0, true }, "y,,n=user,r=abc",
    "r=abcDEF" SALT "1",
    "c=eSws,r=abcDEF,"
    "p=E3Pz7Zs5SDTbbSnNQtU8qLeZ2EVOCoJ8U7yozNT2gFc=",
    "v=PC+wzBgIjjqpSIEMZ6sI42xzXFqMuAgeu8DFl+OUWzw="
}
,
}
;
struct fail why;
size_t i;

(void)state;
for (i = 0; i < ROWS(rows); i++) {
	const char *server = rows[i].server, *verify = rows[i].verify;
	struct buf out = { 0 };
	struct scram c;

	scram_first(&c, &rows[i].plan, &out);
	same(&out, rows[i].first);
	buf_clear(&out);
	assert_int_equal(scram_final(&c, server, strlen(server), &out, &why),
	    0);
	same(&out, rows[i].final);
	assert_int_equal(scram_verify(&c, verify, strlen(verify), &why), 0);
	/* Any other signature is wrong. */
	assert_int_equal(scram_verify(&c, verify, 28, &why), -1);
	scram_free(&c);
	buf_free(&out);
}
}

static const struct scram_plan plan = {
	.digest = "SHA256",
	.user = "user",
	.password = "pencil",
	.nonce = "abc",
};

/* Is this in the sentence? */
static void
says(const struct fail *why, const char *part, size_t row)
{
	if (strstr(why->text, part) == NULL)
		fail_msg("row %zu: \"%s\" has no \"%s\"", row, why->text, part);
}

static void
test_bad_first(void **state)
{
	static const struct {
		const char *server, *why;
	} rows[] = {
		{ "", "no first message" },
		{ "r", "no first message" },
		{ "r=abcDEF", "no first message" },
		{ "r=abcDEF,s=W22Z", "no first message" },
		{ "r=abcDEF,s=W22Z,", "no first message" },
		{ "r=abcDEF,i=4096,s=W22Z", "no first message" },
		{ "s=W22Z,r=abcDEF,i=4096", "no first message" },
		{ "x=1,r=abcDEF,s=W22Z,i=4096", "no first message" },
		{ "m=x,r=abcDEF,s=W22Z,i=4096", "extension" },
		{ "r=abc,s=W22Z,i=4096", "nonce" },
		{ "r=,s=W22Z,i=4096", "nonce" },
		{ "r=abD,s=W22Z,i=4096", "nonce" },
		{ "r=Abcdef,s=W22Z,i=4096", "nonce" },
		{ "r=abc\x01,s=W22Z,i=4096", "nonce" },
		{ "r=abcD F,s=W22Z,i=4096", "nonce" },
		{ "r=abcD\xc3\xbc,s=W22Z,i=4096", "nonce" },
		{ "r=abcDEF,s=,i=4096", "salt" },
		{ "r=abcDEF,s=W22,i=4096", "salt" },
		{ "r=abcDEF,s=W2!Z,i=4096", "salt" },
		{ "r=abcDEF,s=W22Z,i=", "iterations" },
		{ "r=abcDEF,s=W22Z,i=0", "iterations" },
		{ "r=abcDEF,s=W22Z,i=-1", "iterations" },
		{ "r=abcDEF,s=W22Z,i=+1", "iterations" },
		{ "r=abcDEF,s=W22Z,i=1e3", "iterations" },
		{ "r=abcDEF,s=W22Z,i=10000001", "iterations" },
		{ "r=abcDEF,s=W22Z,i=4294967297", "iterations" },
		{ "r=abcDEF,s=W22Z,i=99999999999999999999999999",
		    "iterations" },
		{ "e=unknown-user", "refused: unknown-user" },
		{ "e=a\033[1m", "refused: a\\x1b[1m" },
	};
	struct fail why;
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		const char *server = rows[i].server;
		struct buf out = { 0 };
		struct scram c;

		scram_first(&c, &plan, &out);
		buf_clear(&out);
		assert_int_equal(
		    scram_final(&c, server, strlen(server), &out, &why), -1);
		says(&why, rows[i].why, i);
		assert_int_equal(out.len, 0);
		scram_free(&c);
		buf_free(&out);
	}
}

static void
test_bad_final(void **state)
{
	static const char first[] = "r=abcDEF" SALT "2,x=y";
	static const struct {
		const char *server, *why;
	} rows[] = {
		{ "", "no last message" },
		{ "v", "no last message" },
		{ "x=1", "no last message" },
		{ "v=AAA", "no last message" },
		{ "v=", "does not know the password" },
		{ "v=AAAA", "does not know the password" },
		{ "v=PC+wzBgIjjqpSIEMZ6sI42xzXFqMuAgeu8DFl+OUWzw=",
		    "does not know the password" },
		{ "e=invalid-proof", "refused: invalid-proof" },
		{ "e=", "refused: " },
	};
	struct fail why;
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		const char *server = rows[i].server;
		struct buf out = { 0 };
		struct scram c;

		scram_first(&c, &plan, &out);
		assert_int_equal(
		    scram_final(&c, first, strlen(first), &out, &why), 0);
		assert_int_equal(c.iterations, 2);
		assert_int_equal(c.salt_len, 16);
		assert_int_equal(scram_verify(&c, server, strlen(server), &why),
		    -1);
		says(&why, rows[i].why, i);
		scram_free(&c);
		buf_free(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_exchanges),
		cmocka_unit_test(test_bad_first),
		cmocka_unit_test(test_bad_final),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
