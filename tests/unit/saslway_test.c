/* SPDX-License-Identifier: ISC */
/* saslway_test.c - how SASL travels in each protocol. */
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "buf.h"
#include "proto.h"
#include "saslway.h"
#include "words.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

static void
same(const struct buf *got, const char *want)
{
	if (got->len != strlen(want) ||
	    (got->len > 0 && memcmp(buf_bytes(got), want, got->len) != 0))
		fail_msg("\"%.*s\" for \"%s\"", (int)got->len, buf_bytes(got),
		    want);
}

static void
learn(struct words *w, const char *words)
{
	words_clear(w);
	for (; *words != '\0'; words += strcspn(words, "|") + 1)
		words_add(w, words, strcspn(words, "|"));
}

static void
test_capabilities(void **state)
{
	static const struct {
		const struct proto *proto;
		const char *words, *offered;
		bool early;
	} rows[] = {
		{ &proto_smtp, "SIZE 1|AUTH PLAIN LOGIN|", "PLAIN LOGIN",
		    true },
		{ &proto_smtp, "AUTH=LOGIN|auth PLAIN|", "LOGIN PLAIN", true },
		{ &proto_smtp, "AUTHX PLAIN|AUTH|", "", true },
		{ &proto_lmtp, "", "", true },
		{ &proto_pop3, "USER|SASL CRAM-MD5 PLAIN|", "CRAM-MD5 PLAIN",
		    true },
		{ &proto_pop3, "USER|", "", false },
		{ &proto_imap, "IMAP4rev1|AUTH=PLAIN|AUTH=X-Y|", "PLAIN X-Y",
		    false },
		{ &proto_imap, "IMAP4rev1|SASL-IR|AUTH=PLAIN|", "PLAIN", true },
		{ &proto_imap, "IMAP4rev2|AUTH=PLAIN|", "PLAIN", true },
		{ &proto_imap, "IMAP4rev20|", "", false },
		{ &proto_sieve, "SASL PLAIN|SIEVE x|", "PLAIN", true },
		{ &proto_sieve, "SASL|", "", true },
		{ &proto_nntp, "SASL PLAIN|AUTHINFO USER SASL|", "PLAIN",
		    true },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		const struct saslway *way = saslway_of(rows[i].proto);
		struct words words;
		struct buf got = { 0 };

		assert_non_null(way);
		learn(&words, rows[i].words);
		saslway_offered(way, &words, &got);
		same(&got, rows[i].offered);
		assert_int_equal(saslway_early(way, &words), rows[i].early);
		buf_free(&got);
	}
	assert_null(saslway_of(&proto_raw));
	assert_null(saslway_of(&proto_redis));
}

static void
test_lists(void **state)
{
	(void)state;
	assert_true(saslway_lists("PLAIN LOGIN", "login"));
	assert_true(saslway_lists(" PLAIN  LOGIN ", "PLAIN"));
	assert_false(saslway_lists("PLAINER", "PLAIN"));
	assert_false(saslway_lists("", "PLAIN"));
}

/* "x" n times, NULL if n is negative. */
static void
fill(struct buf *b, int n)
{
	for (; n > 0; n--)
		buf_add(b, "x", 1);
}

static void
test_what_we_say(void **state)
{
	static const struct {
		const struct proto *proto;
		int first;
		const char *begin, *respond, *cancel;
	} rows[] = {
		{ &proto_smtp, -1, "AUTH X", "", "*" },
		{ &proto_smtp, 0, "AUTH X =", "", "*" },
		{ &proto_smtp, 3, "AUTH X eHh4", "eHh4", "*" },
		{ &proto_pop3, 0, "AUTH X =", "", "*" },
		{ &proto_pop3, 3, "AUTH X eHh4", "eHh4", "*" },
		{ &proto_imap, -1, "AUTHENTICATE X", "", "*" },
		{ &proto_imap, 0, "AUTHENTICATE X =", "", "*" },
		{ &proto_imap, 3, "AUTHENTICATE X eHh4", "eHh4", "*" },
		{ &proto_sieve, -1, "AUTHENTICATE \"X\"", "\"\"", "\"*\"" },
		{ &proto_sieve, 0, "AUTHENTICATE \"X\" \"\"", "\"\"", "\"*\"" },
		{ &proto_sieve, 3, "AUTHENTICATE \"X\" \"eHh4\"", "\"eHh4\"",
		    "\"*\"" },
		{ &proto_nntp, 0, "AUTHINFO SASL X =", "=", "*" },
		{ &proto_nntp, 3, "AUTHINFO SASL X eHh4", "eHh4", "*" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		const struct saslway *way = saslway_of(rows[i].proto);
		struct buf first = { 0 }, got = { 0 };

		fill(&first, rows[i].first);
		assert_true(saslway_begin(way, "X",
		    rows[i].first < 0 ? NULL : &first, &got));
		same(&got, rows[i].begin);
		buf_clear(&got);
		saslway_respond(way, &first, &got);
		same(&got, rows[i].respond);
		assert_string_equal(saslway_cancel(way), rows[i].cancel);
		buf_free(&first);
		buf_free(&got);
	}
}

/* The longest initial response that fits, by the octets it has. */
static void
test_limits(void **state)
{
	static const struct {
		const struct proto *proto;
		int most;
	} rows[] = {
		/* 512 - "AUTH X " - CR LF: 503, thus 500 of base64. */
		{ &proto_smtp, 375 },
		/* 255 - 9: 246, thus 244. */
		{ &proto_pop3, 183 },
		/* 512 - "AUTHINFO SASL X " - CR LF: 494, thus 492. */
		{ &proto_nntp, 369 },
	};
	struct buf first, got = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		const struct saslway *way = saslway_of(rows[i].proto);

		memset(&first, 0, sizeof first);
		fill(&first, rows[i].most);
		assert_true(saslway_begin(way, "X", &first, &got));
		buf_clear(&got);
		fill(&first, 1);
		assert_false(saslway_begin(way, "X", &first, &got));
		assert_int_equal(got.len, 0);
		buf_free(&first);
	}
	/* Strings of ManageSieve become literals. */
	memset(&first, 0, sizeof first);
	fill(&first, 769);
	saslway_respond(saslway_of(&proto_sieve), &first, &got);
	assert_int_equal(got.len, 9 + 1028);
	assert_memory_equal(buf_bytes(&got), "{1028+}\r\neHh4", 13);
	buf_free(&first);
	buf_free(&got);
}

static void
test_what_they_say(void **state)
{
	static const struct {
		const struct proto *proto;
		const char *reply;
		const char *challenge; /* NULL: bad */
		int proof;
	} rows[] = {
		{ &proto_smtp, "334 eHh4\r\n", "xxx", 0 },
		{ &proto_smtp, "334 \r\n", "", 0 },
		{ &proto_smtp, "334\r\n", "", 0 },
		{ &proto_smtp, "334\n", "", 0 },
		{ &proto_smtp, "334-first\r\n334 eHh4\r\n", "xxx", 0 },
		{ &proto_smtp, "334 eHh\r\n", NULL, 0 },
		{ &proto_smtp, "334 go on\r\n", NULL, 0 },
		{ &proto_pop3, "+ eHh4\r\n", "xxx", 0 },
		{ &proto_pop3, "+\r\n", "", 0 },
		{ &proto_imap, "+ eHh4 \r\n", "xxx", 0 },
		{ &proto_imap, "", "", 0 },
		{ &proto_nntp, "383 eHh4\r\n", "xxx", 0 },
		{ &proto_nntp, "383 =\r\n", "", 0 },
		{ &proto_nntp, "283 eHh4\r\n", "xxx", 1 },
		{ &proto_nntp, "283 ?\r\n", NULL, -1 },
		{ &proto_nntp, "281 ok\r\n", NULL, 0 },
		{ &proto_smtp, "283 eHh4\r\n", "xxx", 0 },
		{ &proto_sieve, "\"eHh4\"\r\n", "xxx", 0 },
		{ &proto_sieve, "\"\"\r\n", "", 0 },
		{ &proto_sieve, "{4}\r\neHh4\r\n", "xxx", 0 },
		{ &proto_sieve, "{0}\r\n\r\n", "", 0 },
		{ &proto_sieve, "{5}\r\neHh4", NULL, 0 },
		{ &proto_sieve, "{4}", NULL, 0 },
		{ &proto_sieve, "\"eHh4", NULL, 0 },
		{ &proto_sieve, "eHh4\r\n", NULL, 0 },
		{ &proto_sieve, "OK\r\n", NULL, 0 },
		{ &proto_sieve, "OK (SASL \"eHh4\") \"in\"\r\n", NULL, 1 },
		{ &proto_sieve, "OK (sasl {4}\r\neHh4) \"in\"\r\n", NULL, 1 },
		{ &proto_sieve, "OK (SASL \"eHh\")\r\n", NULL, -1 },
		{ &proto_sieve, "OK (WARNINGS) \"x\"\r\n", NULL, 0 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		const struct saslway *way = saslway_of(rows[i].proto);
		const char *p = rows[i].reply;
		struct buf got = { 0 };
		int rc = saslway_challenge(way, p, strlen(p), &got);

		if (rc != (rows[i].challenge == NULL ? -1 : 0))
			fail_msg("%s: %d", p, rc);
		same(&got, rc < 0 ? "" : rows[i].challenge);
		buf_clear(&got);
		rc = saslway_proof(way, p, strlen(p), &got);
		if (rc != rows[i].proof)
			fail_msg("%s: proof %d", p, rc);
		same(&got, rc == 1 ? "xxx" : "");
		buf_free(&got);
	}
}

static void
test_own_commands(void **state)
{
	static const struct {
		const struct proto *proto;
		const char *user, *password, *want;
	} rows[] = {
		{ &proto_pop3, "a", "b c", "USER a\r\nPASS b c" },
		{ &proto_nntp, "a", "b", "AUTHINFO USER a\r\nAUTHINFO PASS b" },
		{ &proto_imap, "a", "b", "LOGIN \"a\" \"b\"" },
		{ &proto_imap, "a\\", "\"b c", "LOGIN \"a\\\\\" \"\\\"b c\"" },
		{ &proto_imap, "a", "", "LOGIN \"a\" \"\"" },
		{ &proto_imap, "a", "\xc3\xa4", "LOGIN \"a\" {2}\r\n\xc3\xa4" },
		{ &proto_imap, "\xc3\xa4", "b", "LOGIN {2}\r\n\xc3\xa4 \"b\"" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct buf got = { 0 };

		saslway_own(saslway_of(rows[i].proto), rows[i].user,
		    rows[i].password, &got);
		same(&got, rows[i].want);
		buf_free(&got);
	}
	assert_null(saslway_of(&proto_smtp)->pass);
}

static void
test_secrets(void **state)
{
	(void)state;
	assert_true(saslway_needs_secret("plain"));
	assert_true(saslway_needs_secret("pass"));
	assert_false(saslway_needs_secret("EXTERNAL"));
	assert_true(saslway_reveals("Pass"));
	assert_true(saslway_reveals("LOGIN"));
	assert_false(saslway_reveals("SCRAM-SHA-256"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_capabilities),
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_what_we_say),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_what_they_say),
		cmocka_unit_test(test_own_commands),
		cmocka_unit_test(test_secrets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
