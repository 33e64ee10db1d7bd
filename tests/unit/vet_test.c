/* SPDX-License-Identifier: ISC */
/* vet_test.c - what a transcript lacks before it can be played. */
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
#include "proto.h"
#include "protos.h"
#include "transcript.h"
#include "vars.h"
#include "vet.h"

struct row {
	const char *name;
	const char *text;
	const char *why;     /* NULL: nothing is wrong */
	const char *missing; /* "a:3 b:4 " */
	const char *url;
	const char *proto;
	bool tls;
	unsigned long lines;
};

static void
is(const struct row *r, const struct vetted *v)
{
	struct buf missing = { 0 };
	size_t i;

	for (i = 0; i < v->nmissing; i++)
		buf_addf(&missing, "%s:%lu ", v->missing[i].name,
		    v->missing[i].line);
	buf_add(&missing, "", 1);
	if (strcmp(buf_bytes(&missing), r->missing == NULL ? "" : r->missing))
		fail_msg("%s: %s", r->name, buf_bytes(&missing));
	buf_free(&missing);
	assert_int_equal(v->url == NULL, r->url == NULL);
	if (r->url != NULL)
		assert_string_equal(v->url, r->url);
	assert_string_equal(v->proto == NULL ? "" : v->proto->name,
	    r->proto == NULL ? "" : r->proto);
	if (v->tls != r->tls || v->lines != r->lines)
		fail_msg("%s: TLS %d, %lu lines", r->name, v->tls, v->lines);
}

#define IMAP "<protocol imap>\nS: * OK\n"

static void
test_rows(void **state)
{
	static const struct row rows[] = {
		{ .name = "nothing", .text = "" },
		{ .name = "variables",
		    .text = "C$ ${a} ${set}\nS$ ${b} ${}\nC$ ${b} ${a}\n"
			    "<set c=1>\nC$ ${c}${secret:d}\n",
		    .missing = "a:1 secret:d:5 ",
		    .lines = 3 },
		{ .name = "set too late",
		    .text = "C$ ${a}\nS$ ${a}\nC$ ${b}\n<set b=1>\n",
		    .missing = "a:1 b:3 ",
		    .lines = 2 },
		{ .name = "none in verbatim lines",
		    .text = "C: ${a}\nS: ${b}\nC$ ${b}\n",
		    .missing = "b:3 ",
		    .lines = 2 },
		{ .name = "what it is about",
		    .text = "<connect smtps://a:1/>\n<protocol lmtp>\n<TLS>\n"
			    "S: 220\n<protocol pop3>\n<TLS>\n",
		    .url = "smtps://a:1/",
		    .proto = "lmtp",
		    .tls = true },
		{ .name = "TLS that may fail",
		    .text = "<TLS | closed>\nS: 220\n",
		    .tls = true },
		{ .name = "no TLS from the start", .text = "S: 220\n<TLS>\n" },
		{ .name = "a server that closes", .text = "<closed>\n" },
		{ .name = "a second connection",
		    .text = "S: 220\n<connect smtp://a>\nS: 220\n" },
		{ .name = "a literal that the first leaves open",
		    .text = "<protocol imap>\nS: * OK\nC: a APPEND x {9}\n"
			    "S: +\nC: 4\n<connect imap://a>\nS: * OK\n",
		    .why = "t:3: this announces 9 octets, the lines give 3",
		    .proto = "imap",
		    .lines = 2 },
		{ .name = "two of them",
		    .text = "<connect smtp://b>\n<connect smtp://a>\n",
		    .why = "t:2: nothing is said on the connection",
		    .url = "smtp://b" },
		{ .name = "no such protocol",
		    .text = "S: 220\n<protocol x>\n",
		    .why = "t:2: no protocol has this name" },
		{ .name = "no such file",
		    .text = "C< no/such/file\n",
		    .why = "t:1: this file cannot be read",
		    .lines = 1 },
		{ .name = "a literal",
		    .text = IMAP "C: a X {5}\nS: +\nC: abc\nC: x\nS: a OK\n",
		    .proto = "imap",
		    .lines = 3 },
		{ .name = "a short one",
		    .text = IMAP "C: a X {23}\nS: +\nC: abc\nC: x\nS: a OK\n",
		    .why = "t:3: this announces 23 octets, the lines give 8",
		    .proto = "imap",
		    .lines = 3 },
		{ .name = "a short one at the end",
		    .text = IMAP "C: a X {23+}\nC: abc\n",
		    .why = "t:3: this announces 23 octets, the lines give 5",
		    .proto = "imap",
		    .lines = 2 },
		{ .name = "one without a line end",
		    .text = IMAP "C: a X {3}\nS: +\nC$ abc\\c\nC:\nS: a OK\n",
		    .proto = "imap",
		    .lines = 3 },
		{ .name = "one that is refused",
		    .text = IMAP "C: a X {23}\nS: a NO\nC: b NOOP\n",
		    .proto = "imap",
		    .lines = 2 },
		{ .name = "one of a length that nobody knows",
		    .text = IMAP "C: a X {23}\nS: +\nC$ ${set}\nS: a OK\n",
		    .proto = "imap",
		    .lines = 2 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct row *r = &rows[i];
		struct vars set = { NULL, 0 };
		struct transcript t;
		struct vetted v;
		struct fail f;
		int rc;

		vars_set(&set, "set", 3, "", 0);
		assert_int_equal(
		    transcript_text(&t, "t", r->text, strlen(r->text), &f), 0);
		rc = vet_transcript(&t, &set, NULL, &v, &f);
		if (rc != (r->why == NULL ? 0 : -1) ||
		    (rc < 0 && strncmp(f.text, r->why, strlen(r->why)) != 0))
			fail_msg("%s: %d %s", r->name, rc,
			    rc < 0 ? f.text : "");
		if (rc < 0)
			assert_int_equal(f.status, STATUS_USAGE);
		is(r, &v);
		vet_free(&v);
		transcript_close(&t);
		vars_free(&set);
	}
}

static void
test_path(void **state)
{
	static const struct {
		const char *transcript, *name, *path;
	} rows[] = {
		{ "a.telex", "b", "b" },
		{ "x/a.telex", "b", "x/b" },
		{ "/x/y/a.telex", "../b", "/x/y/../b" },
		{ "x/a.telex", "/b", "/b" },
		{ "-", "b", "b" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct buf path = { 0 };

		vet_path(&path, rows[i].transcript, rows[i].name,
		    strlen(rows[i].name));
		assert_string_equal(buf_bytes(&path), rows[i].path);
		buf_free(&path);
	}
}

/* A password that is everybody's is none that is missing. */
static void
test_password(void **state)
{
	static const char text[] = "<auth PLAIN me>\n<auth ANONYMOUS>\n"
				   "<auth PLAIN you>\n<auth Pass him>\n";
	struct vars set = { NULL, 0 };
	struct buf password = { 0 };
	struct transcript t;
	struct vetted v;
	struct fail f;

	(void)state;
	vars_set(&set, "secret:you", 10, "x", 1);
	assert_int_equal(transcript_text(&t, "t", text, sizeof text - 1, &f),
	    0);
	assert_int_equal(vet_transcript(&t, &set, NULL, &v, &f), 0);
	assert_int_equal(v.nmissing, 2);
	assert_string_equal(v.missing[0].name, "secret:me");
	assert_string_equal(v.missing[1].name, "secret:him");
	vet_free(&v);
	vet_password(&set, "you", &password);
	assert_string_equal(buf_bytes(&password), "x");
	buf_free(&password);
	vars_set(&set, VET_PASSWORD, strlen(VET_PASSWORD), "y", 1);
	assert_int_equal(vet_transcript(&t, &set, NULL, &v, &f), 0);
	assert_int_equal(v.nmissing, 0);
	vet_free(&v);
	vet_password(&set, "me", &password);
	assert_string_equal(buf_bytes(&password), "y");
	buf_free(&password);
	vet_password(&set, "you", &password);
	assert_string_equal(buf_bytes(&password), "x");
	buf_free(&password);
	transcript_close(&t);
	vars_free(&set);
}

/* Users whose names no variable can have. */
static void
test_users(void **state)
{
	static const struct {
		const char *user, *name;
		const char *own; /* who the user is, or NULL */
	} rows[] = {
		{ "", VET_PASSWORD, NULL },
		{ "", VET_PASSWORD, "" },
		{ "", "secret:me", "me" },
		{ "me", "secret:me", "you" },
		{ "me", "secret:me", NULL },
		{ "alice@example.org", "secret:alice_example_org", NULL },
		{ "a b", "secret:a_b", NULL },
		{ "\xc3\xa9", "secret:__", NULL },
		{ "a:b", "secret:a:b", NULL },
		{ "1234567890123456789012345678901234567890123456789012345678",
		    "secret:12345678901234567890123456789"
		    "0123456789012345678901234567",
		    NULL },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct vars set = { NULL, 0 };
		struct buf text = { 0 }, user = { 0 }, password = { 0 };
		struct transcript t;
		struct vetted v;
		struct fail f;

		if (rows[i].own != NULL)
			vars_set(&set, "USER", 4, rows[i].own,
			    strlen(rows[i].own));
		buf_addf(&text, "<auth PLAIN %s>\n", rows[i].user);
		assert_int_equal(
		    transcript_text(&t, "t", buf_bytes(&text), text.len, &f),
		    0);
		assert_int_equal(vet_transcript(&t, &set, NULL, &v, &f), 0);
		assert_int_equal(v.nmissing, 1);
		assert_string_equal(v.missing[0].name, rows[i].name);
		vars_set(&set, rows[i].name, strlen(rows[i].name), "x", 1);
		vet_user(&set, "PLAIN", strlen("PLAIN"), &user);
		vet_password(&set,
		    rows[i].user[0] == '\0' ? buf_bytes(&user) : rows[i].user,
		    &password);
		buf_free(&user);
		assert_string_equal(buf_bytes(&password), "x");
		vet_free(&v);
		transcript_close(&t);
		buf_free(&text);
		buf_free(&password);
		vars_free(&set);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_path),
		cmocka_unit_test(test_password),
		cmocka_unit_test(test_users),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
