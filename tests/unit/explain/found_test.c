/* SPDX-License-Identifier: ISC */
/* found_test.c - where in a line of the server its codes are. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "buf.h"
#include "explain/codes.h"
#include "explain/found.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

/* A copy of that very size, so that memory checkers see it all. */
static char *
exactly(const char *text, size_t n)
{
	char *copy = malloc(n == 0 ? 1 : n);

	assert_non_null(copy);
	memcpy(copy, text, n);
	return copy;
}

/*
 * "550 5.1.1 ..." as "550+5.1.1"; with ":" before a code in brackets and "="
 * before a challenge; "-" where nothing is found.
 */
static void
describe(const struct codes *table, const char *line, char *to, size_t size)
{
	size_t n = strlen(line);
	char *copy = exactly(line, n);
	struct found f;
	bool found = found_line(&f, table, copy, n);

	assert_ptr_equal(f.line, copy);
	assert_int_equal(f.line_len, n);
	snprintf(to, size, "%.*s%s%.*s", found ? (int)f.len : 1,
	    found ? f.word : "-",
	    f.enhanced              ? "+" :
		f.extra_len > 0     ? ":" :
		f.challenge != NULL ? "=" :
				      "",
	    (int)(f.challenge != NULL ? f.challenge_len : f.extra_len),
	    f.challenge != NULL ? f.challenge : f.extra);
	free(copy);
}

static void
test_lines(void **state)
{
	static const struct {
		const struct codes *table;
		const char *line, *found;
	} rows[] = {
		{ &codes_smtp, "250 ok", "250" },
		{ &codes_smtp, "250", "250" },
		{ &codes_smtp, "250-SIZE", "250" },
		{ &codes_smtp, "250\tok", "250" },
		{ &codes_smtp, "", "-" },
		{ &codes_smtp, "25", "-" },
		{ &codes_smtp, "2500 ok", "-" },
		{ &codes_smtp, " 250 ok", "-" },
		{ &codes_smtp, "x50 ok", "-" },
		{ &codes_smtp, "550 5.1.1 nobody", "550+5.1.1" },
		{ &codes_smtp, "550-5.1.1 nobody", "550+5.1.1" },
		{ &codes_smtp, "550  5.1.1", "550+5.1.1" },
		{ &codes_smtp, "550 5.7.128 x", "550+5.7.128" },
		/* The first digits agree (RFC 2034, 4). */
		{ &codes_smtp, "550 4.1.1 nobody", "550" },
		{ &codes_smtp, "550 5.1.1: nobody", "550" },
		{ &codes_smtp, "550 nobody 5.1.1", "550" },
		{ &codes_smtp, "334 VXNlcm5hbWU6", "334=VXNlcm5hbWU6" },
		{ &codes_smtp, "334 VXNlcm5hbWU6 ", "334=VXNlcm5hbWU6" },
		{ &codes_smtp, "334 ", "334=" },
		{ &codes_smtp, "334", "334=" },
		{ &codes_nntp, "383 =", "383=" },
		{ &codes_nntp, "383 ==", "383" },
		{ &codes_smtp, "354 go on then", "354" },
		{ &codes_smtp, "334 VXN", "334" },
		{ &codes_smtp, "250 VXNl", "250" },
		{ &codes_imap, "a1 NO [AUTHENTICATIONFAILED] no",
		    "NO:AUTHENTICATIONFAILED" },
		{ &codes_imap, "* OK [UIDNEXT 5] next", "OK:UIDNEXT" },
		{ &codes_imap, "a1 no [inUse", "no:inUse" },
		{ &codes_imap, "NO [X]", "NO:X" },
		{ &codes_imap, "a1 BAD what", "BAD" },
		{ &codes_imap, "a1 OK", "OK" },
		{ &codes_imap, "a1 OK [", "OK" },
		{ &codes_imap, "a1 OK []", "OK" },
		{ &codes_imap, "a1 OK text [ALERT]", "OK" },
		{ &codes_imap, "a1 b2 OK", "-" },
		{ &codes_imap, "* 5 EXISTS", "-" },
		{ &codes_imap, "", "-" },
		{ &codes_imap, "+ VXNlcm5hbWU6", "+=VXNlcm5hbWU6" },
		{ &codes_imap, "+ go on", "+" },
		{ &codes_pop3, "-ERR [IN-USE] locked", "-ERR:IN-USE" },
		{ &codes_pop3, "+OK", "+OK" },
		{ &codes_sieve, "NO (QUOTA/MAXSIZE) \"x\"",
		    "NO:QUOTA/MAXSIZE" },
		{ &codes_sieve, "OK (SASL \"x\")", "OK:SASL" },
		{ &codes_http, "HTTP/1.1 404 Not Found", "404" },
		{ &codes_http, "http/1.0 200", "200" },
		{ &codes_http, "404 Not Found", "404" },
		{ &codes_http, "HTTP/ 404", "-" },
		{ &codes_http, "HTTP/1.1", "-" },
		{ &codes_http, "HTTP/1.1 40", "-" },
		{ &codes_http, "Content-Length: 404", "-" },
		{ &codes_irc, ":irc.example.net 433 * bob :in use", "433" },
		{ &codes_irc, "433 bob", "433" },
		{ &codes_irc, ":x PRIVMSG bob :433", "-" },
		{ &codes_irc, ":x 4334 bob", "-" },
		{ &codes_irc, ":x", "-" },
		{ &codes_irc, "", "-" },
	};
	unsigned wrong = 0;
	char got[200];
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		describe(rows[i].table, rows[i].line, got, sizeof got);
		if (strcmp(got, rows[i].found) == 0)
			continue;
		wrong++;
		print_error("%s: \"%s\", not \"%s\"\n", rows[i].line, got,
		    rows[i].found);
	}
	assert_int_equal(wrong, 0);
}

static void
test_digits(void **state)
{
	static const struct {
		const char *text;
		size_t n;
	} rows[] = {
		{ "250", 3 },
		{ "250 ", 3 },
		{ "250-", 3 },
		{ "250\r", 3 },
		{ "25", 0 },
		{ "", 0 },
		{ "2500", 0 },
		{ "250a", 0 },
		{ "250.", 0 },
		{ "a50", 0 },
		{ "2a0", 0 },
		{ "25a", 0 },
		{ "25:", 0 },
		{ "25/", 0 },
		{ "099 ", 3 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		size_t n = strlen(rows[i].text);
		char *copy = exactly(rows[i].text, n);

		if (found_digits(copy, n) != rows[i].n)
			fail_msg("\"%s\"", rows[i].text);
		free(copy);
	}
}

static void
test_enhanced(void **state)
{
	static const struct {
		const char *text;
		bool is;
	} rows[] = {
		{ "5.1.1", true },
		{ "2.0.0", true },
		{ "4.999.999", true },
		{ "X.7.1", true },
		{ "x.7.1", true },
		{ "5.7.10", true },
		{ "3.1.1", false },
		{ "5.1", false },
		{ "5.1.", false },
		{ "5.1.1.", false },
		{ "5.1.1.1", false },
		{ "5..11", false },
		{ "5.1111.1", false },
		{ "5.1.1111", false },
		{ "511.1", false },
		{ "55.1.1", false },
		{ "5.1.1a", false },
		{ "5.a.1", false },
		{ "5.1111", false },
		{ "", false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		size_t n = strlen(rows[i].text);
		char *copy = exactly(rows[i].text, n);

		if (found_is_enhanced(copy, n) != rows[i].is)
			fail_msg("\"%s\"", rows[i].text);
		free(copy);
	}
}

static void
test_text(void **state)
{
	static const struct {
		const char *text;
		bool is;
	} rows[] = {
		{ "Username:", true }, { "\303\274ber", true }, { " ", true },
		{ "", false }, { "a\tb", false }, { "a\nb", false },
		{ "a\033b", false }, { "\177", false }, { "a\377", false },
		{ "a\303", false },
		{ "a\342\200\256b", false }, /* right to left */
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		size_t n = strlen(rows[i].text);
		char *copy = exactly(rows[i].text, n);

		if (found_is_text(copy, n) != rows[i].is)
			fail_msg("row %zu", i);
		free(copy);
	}
	assert_false(found_is_text("\0", 1));
}

static void
test_codes(void **state)
{
	static const struct code none = { .word = NULL };
	static const struct codes empty = { .codes = NULL },
				  no = { .codes = &none };
	static const struct {
		const struct codes *table;
		const char *word, *found; /* NULL: none */
	} rows[] = {
		{ &codes_smtp, "550", "550" },
		{ &codes_smtp, "55", NULL },
		{ &codes_smtp, "5500", NULL },
		{ &codes_smtp, "", NULL },
		{ &codes_imap, "inuse", "INUSE" },
		{ &codes_imap, "INUSE", "INUSE" },
		{ &codes_enhanced, "5.1.1", "X.1.1" },
		{ &codes_enhanced, "4.1.1", "X.1.1" },
		{ &codes_enhanced, "5.1.10", "X.1.10" },
		{ &codes_enhanced, "5.1.100", NULL },
		{ &codes_enhanced, "5", NULL },
		{ &codes_enhanced, "", NULL },
		{ &empty, "550", NULL },
		{ &no, "550", NULL },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		const char *word = rows[i].word;
		const struct code *c =
		    found_code(rows[i].table, word, strlen(word));

		if ((c == NULL) != (rows[i].found == NULL) ||
		    (c != NULL && strcmp(c->word, rows[i].found) != 0))
			fail_msg("\"%s\"", word);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_digits),
		cmocka_unit_test(test_enhanced),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_codes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
