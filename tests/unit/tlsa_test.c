/* SPDX-License-Identifier: ISC */
/* tlsa_test.c - TLSA records as text, and which of them are of use. */
#include <stdbool.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "buf.h"
#include "tlsa.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])
#define EIGHT "00112233aabbccdd"
#define SHA256 EIGHT EIGHT EIGHT EIGHT

static void
test_text(void **state)
{
	static const struct {
		const char *text;
		const char *again; /* NULL: it is none */
	} rows[] = {
		{ "3 1 1 " SHA256, "3 1 1 " SHA256 },
		{ "  2\t0  2 00 FF aB\tcd ", "2 0 2 00ffabcd" },
		{ "255 254 253 00", "255 254 253 00" },
		{ "03 01 1 00", "3 1 1 00" },
		{ "", NULL },
		{ "3", NULL },
		{ "3 1", NULL },
		{ "3 1 1", NULL },
		{ "3 1 1 ", NULL },
		{ "3 1 1 0", NULL },
		{ "3 1 1 001", NULL },
		{ "3 1 1 0 0", NULL },
		{ "3 1 1 00g0", NULL },
		{ "3 1 1 0:0", NULL },
		{ "256 1 1 00", NULL },
		{ "-3 1 1 00", NULL },
		{ "mail.example.org", NULL },
	};
	struct tlsa t;
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct buf data = { 0 }, text = { 0 };
		int rc = tlsa_read(&t, &data, rows[i].text);

		if (rc != (rows[i].again == NULL ? -1 : 0))
			fail_msg("\"%s\": %d", rows[i].text, rc);
		if (rc == 0) {
			tlsa_text(&text, &t);
			buf_add(&text, "", 1);
			assert_string_equal(buf_bytes(&text), rows[i].again);
		}
		buf_free(&data);
		buf_free(&text);
	}
}

static void
test_faults(void **state)
{
	static const struct {
		const char *text;
		bool smtp;
		const char *why; /* NULL: none */
	} rows[] = {
		{ "3 1 1 " SHA256, true, NULL },
		{ "2 0 2 " SHA256 SHA256, true, NULL },
		{ "2 0 0 30", true, NULL },
		{ "0 1 1 " SHA256, false, NULL },
		{ "1 1 1 " SHA256, false, NULL },
		{ "0 1 1 " SHA256, true,
		    "usage 0 is not for SMTP (RFC 7672, 3.1.3)" },
		{ "1 0 1 " SHA256, true,
		    "usage 1 is not for SMTP (RFC 7672, 3.1.3)" },
		{ "4 1 1 " SHA256, true, "usage 4 is unknown" },
		{ "255 1 1 " SHA256, false, "usage 255 is unknown" },
		{ "3 2 1 " SHA256, true, "selector 2 is unknown" },
		{ "3 1 3 " SHA256, true, "matching type 3 is unknown" },
		{ "3 1 1 00", true, "matching type 1 has 32 bytes, not 1" },
		{ "3 1 1 " SHA256 "00", true,
		    "matching type 1 has 32 bytes, not 33" },
		{ "3 1 2 " SHA256, true,
		    "matching type 2 has 64 bytes, not 32" },
	};
	struct tlsa t = { .usage = 3 };
	struct buf why = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct buf data = { 0 };
		bool fault;

		assert_int_equal(0, tlsa_read(&t, &data, rows[i].text));
		fault = tlsa_fault(&t, rows[i].smtp, &why);
		buf_add(&why, "", 1);
		assert_string_equal(buf_bytes(&why),
		    rows[i].why == NULL ? "" : rows[i].why);
		assert_int_equal(fault, rows[i].why != NULL);
		buf_clear(&why);
		buf_free(&data);
	}
	t = (struct tlsa){ .usage = 3 };
	assert_true(tlsa_fault(&t, true, &why));
	buf_free(&why);
}

static void
test_owner(void **state)
{
	char text[TLSA_OWNER_SIZE];
	char host[256];

	(void)state;
	tlsa_owner(text, sizeof text, 25, "mail.example.org");
	assert_string_equal(text, "_25._tcp.mail.example.org");
	tlsa_owner(text, sizeof text, 65535, "mail.example.org.");
	assert_string_equal(text, "_65535._tcp.mail.example.org");
	memset(host, 'a', sizeof host - 1);
	host[sizeof host - 1] = '\0';
	tlsa_owner(text, sizeof text, 65535, host);
	assert_int_equal(strlen(text), 12 + sizeof host - 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_owner),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
