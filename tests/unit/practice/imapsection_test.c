/* SPDX-License-Identifier: ISC */
/* imapsection_test.c - what may stand in BODY[...], and what it means. */
#include <string.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "crlf.h"
#include "practice/imapin.h"
#include "practice/imapsection.h"
#include "practice/mime.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])
#define TWELVE "1.2.3.4.5.6.7.8.9.10.11.12"

static void
test_read_and_say(void **state)
{
	static const struct {
		const char *text; /* "[" is behind it already */
		const char *said; /* NULL: no section */
		const char *rest;
	} rows[] = {
		{ "]<0.1>", "", "<0.1>" },
		{ "HEADER]", "HEADER", "" },
		{ "text] x", "TEXT", " x" },
		{ "1]", "1", "" },
		{ "1.22.333]", "1.22.333", "" },
		{ "1.2.MIME]", "1.2.MIME", "" },
		{ "1.header]", "1.HEADER", "" },
		{ TWELVE "]", TWELVE, "" },
		{ "HEADER.FIELDS (To)]", "HEADER.FIELDS (To)", "" },
		{ "3.HEADER.FIELDS.NOT (To from  x-Y_1.z)]",
		    "3.HEADER.FIELDS.NOT (To from x-Y_1.z)", "" },
		{ "HEADER.FIELDS (\"a b\" {3}\r\nc\"d \"\" e+f)]",
		    "HEADER.FIELDS (\"a b\" \"c\\\"d\" \"\" \"e+f\")", "" },
		{ "", NULL, NULL },
		{ "1", NULL, NULL },
		{ "1.", NULL, NULL },
		{ "1.]", NULL, NULL },
		{ ".]", NULL, NULL },
		{ "0]", NULL, NULL },
		{ "1.0]", NULL, NULL },
		{ "1x]", NULL, NULL },
		{ "1HEADER]", NULL, NULL },
		{ "-1]", NULL, NULL },
		{ "4294967296]", NULL, NULL },
		{ TWELVE ".13]", NULL, NULL },
		{ "MIME]", NULL, NULL },
		{ "HEADER", NULL, NULL },
		{ "HEADERS]", NULL, NULL },
		{ "HEADER.1]", NULL, NULL },
		{ "TEXT (To)]", NULL, NULL },
		{ "HEADER.FIELDS]", NULL, NULL },
		{ "HEADER.FIELDS ()]", NULL, NULL },
		{ "HEADER.FIELDS(To)]", NULL, NULL },
		{ "HEADER.FIELDS (To]", NULL, NULL },
		{ "HEADER.FIELDS (To)", NULL, NULL },
		{ "HEADER.FIELDS To]", NULL, NULL },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct imapin in = { rows[i].text, strlen(rows[i].text), 0 };
		struct imapsection s = { .depth = 0 };
		struct buf out = { 0 };
		bool good = imapsection_read(&s, &in);

		if (good != (rows[i].said != NULL))
			fail_msg("row %zu: %s", i, rows[i].text);
		if (good) {
			imapsection_say(&s, &out);
			assert_string_equal(crlf_bare(&out), rows[i].said);
			assert_string_equal(in.p + in.at, rows[i].rest);
		}
		imapsection_free(&s);
		buf_free(&out);
	}
}

/* A NUL in a name would end it early; names are at most 100. */
static void
test_names(void **state)
{
	static const char nul[] = "HEADER.FIELDS ({3}\r\na\0b)]";
	struct imapin in = { nul, sizeof nul - 1, 0 };
	struct imapsection s = { .depth = 0 };
	int i, n;

	(void)state;
	assert_false(imapsection_read(&s, &in));
	imapsection_free(&s);
	for (n = 100; n <= 101; n++) {
		struct buf b = { 0 };

		buf_adds(&b, "HEADER.FIELDS (a");
		for (i = 1; i < n; i++)
			buf_adds(&b, " a");
		buf_adds(&b, ")]");
		s = (struct imapsection){ .depth = 0 };
		in = (struct imapin){ buf_bytes(&b), b.len, 0 };
		assert_int_equal(imapsection_read(&s, &in), n == 100);
		imapsection_free(&s);
		buf_free(&b);
	}
}

static const char mixed[] =
    "Subject: outer\nContent-Type: multipart/mixed; boundary=x\n\n"
    "pre\n--x\nContent-ID: <1>\n\none\n--x\nContent-Type: message/rfc822\n"
    "X: y\n\nSubject: inner\nTo: b\n\ndeep\n--x--\n";
static const char plain[] = "From: a\n b\nTo: c\nfrom: d\nbare\n\nHi\n";

static void
test_find(void **state)
{
	static const struct {
		const char *message, *section;
		const char *found; /* NULL: no such part */
	} rows[] = {
		{ plain, "]", plain },
		{ plain, "HEADER]", "From: a\n b\nTo: c\nfrom: d\nbare\n\n" },
		{ plain, "TEXT]", "Hi\n" },
		{ plain, "1]", "Hi\n" },
		{ plain, "2]", NULL },
		{ plain, "1.HEADER]", NULL },
		{ plain, "1.TEXT]", NULL },
		{ plain, "1.MIME]", "From: a\n b\nTo: c\nfrom: d\nbare\n\n" },
		{ plain, "HEADER.FIELDS (FROM)]", "From: a\n b\nfrom: d\n\n" },
		{ plain, "HEADER.FIELDS (x to from)]",
		    "From: a\n b\nTo: c\nfrom: d\n\n" },
		{ plain, "HEADER.FIELDS (x)]", "\n" },
		{ plain, "HEADER.FIELDS.NOT (from)]", "To: c\nbare\n\n" },
		{ "", "]", "" },
		{ "", "HEADER]", "" },
		{ "", "HEADER.FIELDS (x)]", "\n" },
		{ mixed, "1]", "one" },
		{ mixed, "1.MIME]", "Content-ID: <1>\n\n" },
		{ mixed, "1.HEADER]", NULL },
		{ mixed, "1.HEADER.FIELDS (x)]", NULL },
		{ mixed, "2]", "Subject: inner\nTo: b\n\ndeep" },
		{ mixed, "2.MIME]", "Content-Type: message/rfc822\nX: y\n\n" },
		{ mixed, "2.HEADER]", "Subject: inner\nTo: b\n\n" },
		{ mixed, "2.TEXT]", "deep" },
		{ mixed, "2.HEADER.FIELDS.NOT (to)]", "Subject: inner\n\n" },
		{ mixed, "2.1]", "deep" },
		{ mixed, "2.1.MIME]", "Subject: inner\nTo: b\n\n" },
		{ mixed, "3]", NULL },
		{ mixed, "3.TEXT]", NULL },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		const char *section = rows[i].section, *p;
		struct imapin in = { section, strlen(section), 0 };
		struct buf text = crlf_text(rows[i].message);
		struct buf store = { 0 }, found = { 0 };
		struct imapsection s = { .depth = 0 };
		struct mime m;
		size_t n = 0;

		mime_parse(&m, text.len == 0 ? "" : buf_bytes(&text), text.len);
		assert_true(imapsection_read(&s, &in));
		p = imapsection_find(&s, &m, &store, &n);
		if ((p != NULL) != (rows[i].found != NULL))
			fail_msg("row %zu: %s", i, section);
		if (p != NULL) {
			buf_add(&found, p, n);
			assert_string_equal(crlf_bare(&found), rows[i].found);
		}
		imapsection_free(&s);
		mime_free(&m);
		buf_free(&text);
		buf_free(&store);
		buf_free(&found);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read_and_say),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_find),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
