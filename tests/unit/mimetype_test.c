/* SPDX-License-Identifier: ISC */
/* mimetype_test.c - the media type of a file. */
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "buf.h"
#include "magic.h"
#include "mimepart.h"
#include "mimetype.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

static void
test_suffixes(void **state)
{
	static const struct {
		const char *name, *type;
	} rows[] = {
		{ "cat.jpg", "image/jpeg" },
		{ "CAT.JPG", "image/jpeg" },
		{ "a.tar.gz", "application/gzip" },
		{ "a.7z", "application/x-7z-compressed" },
		{ "folder/a.txt", "text/plain" },
		{ "mail.eml", "application/octet-stream" },
		{ ".txt", NULL },
		{ "folder/.txt", NULL },
		{ "txt", NULL },
		{ "a.", NULL },
		{ "", NULL },
		{ "a.txtx", NULL },
		{ "a.tx", NULL },
		{ "dir.txt/a", NULL },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		const char *type = mimetype_suffix(rows[i].name);

		if (rows[i].type == NULL) {
			assert_null(type);
			continue;
		}
		assert_non_null(type);
		assert_string_equal(type, rows[i].type);
		assert_true(mimepart_is_type(type));
		assert_false(mimepart_is_bare(type));
	}
}

static const char png[] = "\211PNG\r\n\032\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1";

/* Only where it is installed. */
static void
test_magic(void **state)
{
	static const char mail[] = "From: a@b\nTo: c@d\nSubject: x\n\n";
	struct buf b = { 0 };

	(void)state;
	buf_adds(&b, "had");
	if (!magic_type(&b, png, sizeof png)) {
		assert_int_equal(b.len, 3);
		skip();
	}
	buf_add(&b, "", 1);
	assert_string_equal(buf_bytes(&b), "hadimage/png");
	buf_clear(&b);
	assert_string_equal(mimetype_guess(&b, "a", png, sizeof png),
	    "by libmagic");
	/* What it knows can be something that is not to be sent. */
	buf_clear(&b);
	mimetype_guess(&b, "a", mail, strlen(mail));
	buf_add(&b, "", 1);
	assert_string_equal(buf_bytes(&b), "text/plain");
	buf_free(&b);
}

/* With libmagic or without. */
static void
test_guesses(void **state)
{
	static const struct {
		const char *name, *bytes, *type;
	} rows[] = {
		{ "a.jpg", "x", "image/jpeg" },
		{ "a", "", "application/octet-stream" },
		{ "a", "x\n\ty\r\n\f", "text/plain" },
		{ "a", "gr\303\274n", "text/plain" },
		{ "a", "\1\2\3\4\377", "application/octet-stream" },
	};
	struct buf b = { 0 };
	const char *told;
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		buf_clear(&b);
		told = mimetype_guess(&b, rows[i].name, rows[i].bytes,
		    strlen(rows[i].bytes));
		if (i == 0)
			assert_string_equal(told, "by its suffix");
		buf_add(&b, "", 1);
		assert_string_equal(buf_bytes(&b), rows[i].type);
	}
	buf_free(&b);
}

static void
test_charsets(void **state)
{
	(void)state;
	assert_string_equal(mimetype_charset("abc", 3, true), "us-ascii");
	assert_string_equal(mimetype_charset("abc", 3, false), "utf-8");
	assert_string_equal(mimetype_charset("", 0, true), "us-ascii");
	assert_string_equal(mimetype_charset("\303\274", 2, true), "utf-8");
	assert_string_equal(mimetype_charset("a\303", 2, false), "utf-8");
	assert_null(mimetype_charset("a\303", 2, true));
	assert_null(mimetype_charset("\374", 1, true));
	assert_null(mimetype_charset("\374n", 2, false));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_suffixes),
		cmocka_unit_test(test_magic),
		cmocka_unit_test(test_guesses),
		cmocka_unit_test(test_charsets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
