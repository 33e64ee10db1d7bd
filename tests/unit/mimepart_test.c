/* SPDX-License-Identifier: ISC */
/* mimepart_test.c - the header of one part of a message, and base64. */
#include <stdlib.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "buf.h"
#include "mimepart.h"
#include "text.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

static void
test_types(void **state)
{
	static const struct {
		const char *type;
		bool is, bare;
	} rows[] = {
		{ "image/jpeg", true, false },
		{ "text/plain;charset=utf-8", true, false },
		{ "text/plain;charset=\"utf-8\";x=\"a\\\"b;c\"", true, false },
		{ "application/vnd.ms-excel", true, false },
		{ "x-a/x+b", true, false },
		{ "message/rfc822", true, true },
		{ "Multipart/mixed;boundary=a", true, true },
		{ "", false, false },
		{ "image", false, false },
		{ "image/", false, false },
		{ "/jpeg", false, false },
		{ "image/jp eg", false, false },
		{ "image/jpeg;", false, false },
		{ "image/jpeg;a", false, false },
		{ "image/jpeg;a=", false, false },
		{ "image/jpeg;a=\"", false, false },
		{ "image/jpeg;a=\"b\\", false, false },
		{ "image/jpeg;a=\"b\r\nX: y\"", false, false },
		{ "image/jpeg\r\nX: y", false, false },
		{ "image/j\303\274", false, false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		if (mimepart_is_type(rows[i].type) != rows[i].is)
			fail_msg("\"%s\"", rows[i].type);
		assert_int_equal(mimepart_is_bare(rows[i].type), rows[i].bare);
	}
}

#define N10 "nnnnnnnnnn"
#define N60 N10 N10 N10 N10 N10 N10

/* What stands behind "Content-Disposition: attachment". */
static void
test_names(void **state)
{
	static const struct {
		const char *name, *want;
	} rows[] = {
		{ "cat.jpg", "; filename=\"cat.jpg\"" },
		{ "my cat (1).jpg", "; filename=\"my cat (1).jpg\"" },
		{ "a\"b\\c", "; filename=\"a\\\"b\\\\c\"" },
		{ ".hidden", "; filename=\".hidden\"" },
		{ N10 N10 N10 "n", "; filename=\"" N10 N10 N10 "n\"" },
		{ N10 N10 N10 N10, ";\r\n filename=\"" N10 N10 N10 N10 "\"" },
		{ N60, ";\r\n filename=\"" N60 "\"" },
		{ N60 "n",
		    ";\r\n filename*0*=us-ascii''" N10 N10 N10 N10 N10
		    ";\r\n filename*1*=" N10 "n" },
		/* RFC 2231, section 4 */
		{ "gr\303\274n", "; filename*=utf-8''gr%C3%BCn" },
		{ "gr\374n", "; filename*=''gr%FCn" },
		{ "a\r\nX: b", "; filename*=us-ascii''a%0D%0AX%3A%20b" },
		{ "a\177\t", "; filename*=us-ascii''a%7F%09" },
		{ "\303\274*'%()<>@,;:\\\"/[]?= ",
		    ";\r\n filename*0*=utf-8''%C3%BC%2A%27%25%28%29%3C%3E%40"
		    "%2C%3B%3A%5C%22%2F%5B%5D;\r\n filename*1*=%3F%3D%20" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct mimepart part = { "image/jpeg", NULL, rows[i].name };
		struct buf b = { 0 };
		const char *at;
		size_t n;

		mimepart_header(&b, &part);
		buf_add(&b, "", 1);
		at = strstr(buf_bytes(&b), ": attachment");
		assert_non_null(at);
		n = strlen(at);
		assert_string_equal(at + n - 2, "\r\n");
		buf_bytes(&b)[b.len - 3] = '\0';
		assert_string_equal(at + strlen(": attachment"), rows[i].want);
		buf_free(&b);
	}
}

static void
test_header(void **state)
{
	struct mimepart part = { "text/plain", "utf-8", "a.txt" };
	struct buf b = { 0 };

	(void)state;
	mimepart_header(&b, &part);
	buf_add(&b, "", 1);
	assert_string_equal(buf_bytes(&b),
	    "Content-Type: text/plain; charset=utf-8; name=\"a.txt\"\r\n"
	    "Content-Transfer-Encoding: base64\r\n"
	    "Content-Disposition: attachment; filename=\"a.txt\"\r\n");
	buf_free(&b);
}

/* Names of all lengths: no line too long, and all of the name is there. */
static void
test_long_names(void **state)
{
	char name[400] = "";
	size_t n;

	(void)state;
	for (n = 0; n + 3 < sizeof name; n += 2) {
		struct mimepart part = { "image/jpeg", NULL, name };
		struct buf b = { 0 };
		size_t i, columns = 0, found = 0;

		memcpy(name + n, "\303\244", 3);
		mimepart_header(&b, &part);
		for (i = 0; i < b.len; i++) {
			columns = buf_bytes(&b)[i] == '\n' ? 0 : columns + 1;
			assert_true(columns <= 79);
			found +=
			    text_begins(buf_bytes(&b) + i, b.len - i, "%C3%A4");
		}
		assert_true(n > 150 || found >= n / 2 + 1);
		buf_free(&b);
	}
}

/* RFC 4648, section 10, and lines as in RFC 2045, section 6.8. */
static void
test_base64(void **state)
{
	unsigned char data[300];
	struct buf want = { 0 };
	char got[800];
	size_t n, i, len;

	(void)state;
	for (i = 0; i < sizeof data; i++)
		data[i] = (unsigned char)(i * 151 + i / 7);
	for (n = 0; n <= sizeof data; n++) {
		len = mimepart_base64(got, data, n);
		buf_clear(&want);
		for (i = 0; i < n; i += MIMEPART_BYTES) {
			text_base64(&want, data + i,
			    n - i < MIMEPART_BYTES ? n - i : MIMEPART_BYTES);
			buf_adds(&want, "\r\n");
		}
		assert_int_equal(len, want.len);
		if (n > 0)
			assert_memory_equal(got, buf_bytes(&want), len);
	}
	assert_int_equal(mimepart_base64(got, "foob", 4), 10);
	assert_memory_equal(got, "Zm9vYg==\r\n", 10);
	buf_free(&want);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_types),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_header),
		cmocka_unit_test(test_long_names),
		cmocka_unit_test(test_base64),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
