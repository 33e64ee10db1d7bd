/* SPDX-License-Identifier: ISC */
/* about_test.c - what --version says. */
#include <stdio.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <openssl/crypto.h>
#include <openssl/opensslv.h>
#include <cmocka.h>

#include "about.h"
#include "buf.h"
#include "config.h"
#include "proto.h"
#include "protos.h"
#include "sasl.h"

/* Is this one of the words behind a title?  Its lines go on indented. */
static bool
lists(const char *text, const char *title, const char *word)
{
	const char *p = strstr(text, title);
	size_t n = strlen(word);

	assert_non_null(p);
	for (p += strlen(title); p[0] != '\n' || p[1] == ' '; p++) {
		if (strncmp(p, word, n) == 0 && strchr(" \n", p[-1]) != NULL &&
		    strchr(" \n", p[n]) != NULL)
			return true;
	}
	return false;
}

static void
test_lists(void **state)
{
	struct buf b = { 0 };
	const char *text;
	size_t i;

	(void)state;
	about_telex(&b);
	buf_add(&b, "", 1);
	text = buf_bytes(&b);
	for (i = 0; protos_at(i) != NULL; i++)
		assert_true(lists(text, "\nprotocols: ", protos_at(i)->name));
	assert_true(i > 10);
	for (i = 0; sasl_known(i) != NULL; i++)
		assert_true(lists(text, "\nauth: ", sasl_known(i)));
	assert_true(i > 5);
	assert_false(lists(text, "\nauth: ", "SCRAM"));
	assert_true(lists(text, "\nfeatures: ", "TLS"));
	assert_int_equal(lists(text, "\nfeatures: ", "lazy-libraries"),
	    LAZY_LIBRARIES);
	buf_free(&b);
}

static void
test_versions(void **state)
{
	const char *now = OpenSSL_version(OPENSSL_FULL_VERSION_STRING);
	struct buf b = { 0 };
	char begins[256];

	(void)state;
	about_telex(&b);
	buf_add(&b, "", 1);
	snprintf(begins, sizeof begins, "telex %s\nlibraries: OpenSSL %s%s",
	    PACKAGE_VERSION, now,
	    strcmp(now, OPENSSL_FULL_VERSION_STR) == 0 ?
		", libedit " LIBEDIT_VERSION "\n" :
		" (built with " OPENSSL_FULL_VERSION_STR "), libedit");
	assert_memory_equal(buf_bytes(&b), begins, strlen(begins));
	buf_free(&b);
}

static void
test_fits(void **state)
{
	struct buf b = { 0 };
	const char *p;
	size_t n, lines = 0;

	(void)state;
	about_telex(&b);
	buf_add(&b, "", 1);
	for (p = buf_bytes(&b); *p != '\0'; p += n + 1) {
		n = strcspn(p, "\n");
		assert_true(n > 0 && n <= 79 && p[n - 1] != ' ');
		lines++;
	}
	assert_in_range(lines, 6, 12);
	buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_versions),
		cmocka_unit_test(test_fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
