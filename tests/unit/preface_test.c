/* SPDX-License-Identifier: ISC */
/* preface_test.c - the header of the PROXY protocol, to the byte. */
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "buf.h"
#include "fail.h"
#include "lookup.h"
#include "preface.h"

#define BYTES(s) (s), sizeof(s) - 1
#define SIGN "\15\12\15\12\0\15\12QUIT\12"

/* "" is a Unix-domain socket. */
static struct address
end(const char *text, uint16_t port)
{
	struct address a = { .len = 2 };

	a.sa.ss_family = AF_UNIX;
	if (text[0] != '\0') {
		assert_true(lookup_address(text, &a));
		lookup_port(&a, port);
	}
	return a;
}

static void
test_write(void **state)
{
	static const struct {
		const char *option, *from, *to;
		const char *out;
		size_t len;
	} rows[] = {
		{ NULL, "192.0.2.1", "192.0.2.2",
		    BYTES("PROXY TCP4 192.0.2.1 192.0.2.2 4000 25\r\n") },
		{ "v1", "2001:db8::1", "::1",
		    BYTES("PROXY TCP6 2001:db8::1 ::1 4000 25\r\n") },
		{ "198.51.100.7", "192.0.2.1", "192.0.2.2",
		    BYTES("PROXY TCP4 198.51.100.7 192.0.2.2 4000 25\r\n") },
		{ "198.51.100.7:9", "192.0.2.1", "192.0.2.2",
		    BYTES("PROXY TCP4 198.51.100.7 192.0.2.2 9 25\r\n") },
		{ "v1,2001:db8::7", "192.0.2.1", "192.0.2.2",
		    BYTES("PROXY TCP6 2001:db8::7 ::ffff:192.0.2.2 4000 "
			  "25\r\n") },
		{ "[2001:db8::7]:9", "::1", "::1",
		    BYTES("PROXY TCP6 2001:db8::7 ::1 9 25\r\n") },
		{ "198.51.100.7", "::1", "::1",
		    BYTES("PROXY TCP6 ::ffff:198.51.100.7 ::1 4000 25\r\n") },
		{ NULL, "", "", BYTES("PROXY UNKNOWN\r\n") },
		{ "198.51.100.7:9", "", "",
		    BYTES("PROXY TCP4 198.51.100.7 127.0.0.1 9 0\r\n") },
		{ "v2", "192.0.2.1", "192.0.2.2",
		    BYTES(SIGN "!\21\0\14\300\0\2\1\300\0\2\2\17\240\0\31") },
		{ "V2,192.0.2.7:258", "192.0.2.1", "192.0.2.2",
		    BYTES(SIGN "!\21\0\14\300\0\2\7\300\0\2\2\1\2\0\31") },
		{ "v2", "::1", "::2",
		    BYTES(SIGN "!!\0\44\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1"
			       "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\2"
			       "\17\240\0\31") },
		{ "v2", "", "", BYTES(SIGN " \0\0\0") },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct address from = end(rows[i].from, 4000);
		struct address to = end(rows[i].to, 25);
		struct buf out = { 0 };
		struct preface p;
		struct fail f;

		assert_int_equal(preface_parse(&p, rows[i].option, &f), 0);
		preface_write(&p, &from, &to, &out);
		assert_int_equal(out.len, rows[i].len);
		assert_memory_equal(buf_bytes(&out), rows[i].out, out.len);
		buf_free(&out);
	}
}

static void
test_refused(void **state)
{
	static const char *const rows[] = { "", "v3", "v2,", ",", "v1,v2",
		"mail.example", "192.0.2.1:0", "192.0.2.1:65536", "192.0.2.1:x",
		"fe80::1%eth0", "192.0.2", "tcp://192.0.2.1", "a@192.0.2.1" };
	struct preface p;
	struct fail f;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_int_equal(preface_parse(&p, rows[i], &f), -1);
		assert_int_equal(f.status, STATUS_USAGE);
		assert_non_null(strstr(f.text, "client"));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_write),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
