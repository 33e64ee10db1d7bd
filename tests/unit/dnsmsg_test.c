/* SPDX-License-Identifier: ISC */
/* dnsmsg_test.c - messages of name servers, good, odd and hostile. */
#include <stdlib.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "buf.h"
#include "dnsmsg.h"
#include "dnstext.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

enum { ID = 0x1234, HEAD = 12, OPT = 11 };

/* A question, and the message that is put together as its answer. */
struct talk {
	unsigned char asked[DNS_QUESTION_MOST];
	size_t nasked;
	unsigned char p[4096];
	size_t n;
};

static void
put(struct talk *t, const void *p, size_t n)
{
	assert_true(t->n + n <= sizeof t->p);
	memcpy(t->p + t->n, p, n);
	t->n += n;
}

static void
put16(struct talk *t, unsigned value)
{
	unsigned char p[] = { (unsigned char)(value >> 8),
		(unsigned char)value };

	put(t, p, 2);
}

/* Labels of a name with dots, at the root's end. */
static void
put_name(struct talk *t, const char *name)
{
	while (*name != '\0') {
		size_t n = strcspn(name, ".");
		unsigned char length = (unsigned char)n;

		put(t, &length, 1);
		put(t, name, n);
		name += n + (name[n] == '.');
	}
	put(t, "", 1);
}

/* A head with these flags and no record yet, and the question again. */
static void
begin(struct talk *t, const char *name, enum dns_type type, unsigned flags)
{
	t->n = 0;
	t->nasked = dnsmsg_question(t->asked, sizeof t->asked, ID, name, type);
	assert_true(t->nasked > HEAD + OPT);
	put(t, t->asked, t->nasked - OPT);
	t->p[2] = (unsigned char)(flags >> 8);
	t->p[3] = (unsigned char)flags;
	t->p[11] = 0;
}

/* One more record of the answer. */
static void
add(struct talk *t, const char *name, unsigned type, const void *data, size_t n)
{
	put_name(t, name);
	put16(t, type);
	put16(t, 1);
	put16(t, 0);
	put16(t, 3600);
	put16(t, (unsigned)n);
	put(t, data, n);
	t->p[7]++;
}

/* The same, its data a number and a name. */
static void
add_named(struct talk *t, const char *name, unsigned type, const char *numbers,
    const char *host)
{
	struct talk data = { .n = 0 };

	for (; *numbers != '\0'; numbers += 4) {
		char digits[5] = { numbers[0], numbers[1], numbers[2],
			numbers[3], '\0' };

		put16(&data, (unsigned)strtoul(digits, NULL, 16));
	}
	put_name(&data, host);
	add(t, name, type, data.p, data.n);
}

static enum dnsmsg_kind
got(struct talk *t, struct dns_answer *a)
{
	unsigned char *copy = malloc(t->n);
	enum dnsmsg_kind kind;

	assert_non_null(copy);
	memcpy(copy, t->p, t->n);
	*a = (struct dns_answer){ 0 };
	kind = dnsmsg_read(a, t->asked, t->nasked, copy, t->n);
	free(copy);
	return kind;
}

static void
lines_are(const struct dns_answer *a, const char *lines)
{
	struct buf text = { 0 };
	size_t i;

	for (i = 0; i < a->n; i++)
		dnstext_line(&text, &a->records[i]);
	buf_add(&text, "", 1);
	assert_string_equal(buf_bytes(&text), lines);
	buf_free(&text);
}

static void
test_questions(void **state)
{
	static const unsigned char wanted[] = "\x12\x34\x01\x20\0\1\0\0\0\0\0\1"
					      "\7example\3org\0\0\x0f\0\1"
					      "\0\0\x29\x04\xd0\0\0\x80\0\0\0";
	unsigned char p[DNS_QUESTION_MOST];

	(void)state;
	assert_int_equal(
	    dnsmsg_question(p, sizeof p, ID, "example.org", DNS_MX),
	    sizeof wanted - 1);
	assert_memory_equal(p, wanted, sizeof wanted - 1);
	/* A last dot changes nothing. */
	assert_int_equal(
	    dnsmsg_question(p, sizeof p, ID, "example.org.", DNS_MX),
	    sizeof wanted - 1);
}

/* For a server that knows RFC 1035 alone, and the other way back. */
static void
test_old_questions(void **state)
{
	static const unsigned char wanted[] = "\x12\x34\x01\0\0\1\0\0\0\0\0\0"
					      "\7example\3org\0\0\x0f\0\1";
	unsigned char p[DNS_QUESTION_MOST], again[DNS_QUESTION_MOST];
	size_t n = dnsmsg_question(p, sizeof p, ID, "example.org", DNS_MX);

	(void)state;
	memcpy(again, p, n);
	assert_int_equal(dnsmsg_edns(p, n, false), sizeof wanted - 1);
	assert_memory_equal(p, wanted, sizeof wanted - 1);
	assert_int_equal(dnsmsg_edns(p, n, true), n);
	assert_memory_equal(p, again, n);
}

/* What answers it is read as if it had been asked with EDNS. */
static void
test_old_answers(void **state)
{
	struct talk t;
	struct dns_answer a;

	(void)state;
	begin(&t, "h.example", DNS_A, 0x8180);
	add(&t, "h.example", DNS_A, "\300\0\2\1", 4);
	dnsmsg_edns(t.asked, t.nasked, false);
	assert_int_equal(got(&t, &a), DNSMSG_ANSWER);
	lines_are(&a, "h.example.  3600  IN  A  192.0.2.1\n");
	dnsmsg_free(&a);
}

static void
test_no_questions(void **state)
{
	static const char label[] =
	    "0123456789012345678901234567890123456789012345678901234567890123";
	static const char *const names[] = { "", ".", "a..b", ".a", "a b",
		"a\\046b", "a\tb", "\xc3\xa9.example", label };
	unsigned char p[DNS_QUESTION_MOST];
	char name[600] = "";
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(names); i++)
		assert_int_equal(
		    dnsmsg_question(p, sizeof p, ID, names[i], DNS_A), 0);
	/* 127 labels of one letter fill the 255 bytes, 128 do not. */
	for (i = 0; i < 127; i++)
		memcpy(name + 2 * i, "a.", 3);
	assert_int_not_equal(dnsmsg_question(p, sizeof p, ID, name, DNS_A), 0);
	memcpy(name + 2 * i, "a.", 3);
	assert_int_equal(dnsmsg_question(p, sizeof p, ID, name, DNS_A), 0);
}

static void
test_every_type(void **state)
{
	struct talk t;
	struct dns_answer a;

	(void)state;
	begin(&t, "h.example", DNS_A, 0x81a0);
	add(&t, "h.example", DNS_A, "\300\0\2\1", 4);
	assert_int_equal(got(&t, &a), DNSMSG_ANSWER);
	assert_true(a.authentic);
	assert_string_equal(a.canonical, "h.example");
	lines_are(&a, "h.example.  3600  IN  A  192.0.2.1\n");
	dnsmsg_free(&a);

	begin(&t, "h.example", DNS_AAAA, 0x8180);
	add(&t, "h.example", DNS_AAAA, "\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1",
	    16);
	assert_int_equal(got(&t, &a), DNSMSG_ANSWER);
	assert_false(a.authentic);
	lines_are(&a, "h.example.  3600  IN  AAAA  2001:db8::1\n");
	dnsmsg_free(&a);

	begin(&t, "example", DNS_MX, 0x8180);
	add_named(&t, "example", DNS_MX, "000a", "mx.example");
	add_named(&t, "example", DNS_MX, "0000", "");
	assert_int_equal(got(&t, &a), DNSMSG_ANSWER);
	lines_are(&a,
	    "example.  3600  IN  MX  10 mx.example.\n"
	    "example.  3600  IN  MX  0 .\n");
	dnsmsg_free(&a);

	begin(&t, "_imaps._tcp.example", DNS_SRV, 0x8180);
	add_named(&t, "_imaps._tcp.example", DNS_SRV, "0001000203e1",
	    "mx.example");
	assert_int_equal(got(&t, &a), DNSMSG_ANSWER);
	assert_int_equal(a.records[0].port, 993);
	lines_are(&a,
	    "_imaps._tcp.example.  3600  IN  SRV  1 2 993 mx.example.\n");
	dnsmsg_free(&a);

	begin(&t, "_25._tcp.mx.example", DNS_TLSA, 0x8180);
	add(&t, "_25._tcp.mx.example", DNS_TLSA, "\3\1\1\xab\xcd", 5);
	assert_int_equal(got(&t, &a), DNSMSG_ANSWER);
	assert_int_equal(a.records[0].usage, 3);
	assert_int_equal(a.records[0].len, 2);
	lines_are(&a, "_25._tcp.mx.example.  3600  IN  TLSA  3 1 1 ABCD\n");
	dnsmsg_free(&a);

	begin(&t, "example", DNS_TXT, 0x8180);
	add(&t, "example", DNS_TXT, "\3v=S\4\033[2J", 9);
	assert_int_equal(got(&t, &a), DNSMSG_ANSWER);
	lines_are(&a, "example.  3600  IN  TXT  \"v=S\\x1b[2J\"\n");
	dnsmsg_free(&a);
}

static void
test_aliases(void **state)
{
	struct talk t;
	struct dns_answer a;

	(void)state;
	/* In any order, in any letters, with a record of somebody else. */
	begin(&t, "WWW.example", DNS_A, 0x8180);
	add(&t, "other.example", DNS_A, "\300\0\2\2", 4);
	add_named(&t, "b.example", DNS_CNAME, "", "C.example");
	add(&t, "c.EXAMPLE", DNS_A, "\300\0\2\1", 4);
	add_named(&t, "www.example", DNS_CNAME, "", "b.example");
	assert_int_equal(got(&t, &a), DNSMSG_ANSWER);
	assert_int_equal(a.aliases, 2);
	assert_int_equal(a.n, 3);
	assert_string_equal(a.canonical, "C.example");
	assert_string_equal(a.records[2].address, "192.0.2.1");
	dnsmsg_free(&a);

	/* A loop ends, and leads to no record. */
	begin(&t, "a.example", DNS_A, 0x8180);
	add_named(&t, "a.example", DNS_CNAME, "", "b.example");
	add_named(&t, "b.example", DNS_CNAME, "", "a.example");
	assert_int_equal(got(&t, &a), DNSMSG_ANSWER);
	assert_int_equal(a.aliases, 2);
	assert_int_equal(a.n, 2);
	assert_string_equal(a.canonical, "a.example");
	dnsmsg_free(&a);

	/* Asked for themselves they are not followed. */
	begin(&t, "a.example", DNS_CNAME, 0x8180);
	add_named(&t, "a.example", DNS_CNAME, "", "b.example");
	assert_int_equal(got(&t, &a), DNSMSG_ANSWER);
	assert_int_equal(a.aliases, 0);
	assert_int_equal(a.n, 1);
	dnsmsg_free(&a);
}

static void
test_codes(void **state)
{
	struct talk t;
	struct dns_answer a;

	(void)state;
	begin(&t, "no.example", DNS_MX, 0x8183);
	assert_int_equal(got(&t, &a), DNSMSG_ANSWER);
	assert_int_equal(a.rcode, DNS_NXDOMAIN);
	assert_int_equal(a.n, 0);
	dnsmsg_free(&a);

	/* The upper bits of the code are in the pseudo-record. */
	begin(&t, "example", DNS_MX, 0x8180);
	put(&t, "\0\0\x29\x04\xd0\1\0\0\0\0\0", OPT);
	t.p[11] = 1;
	assert_int_equal(got(&t, &a), DNSMSG_ANSWER);
	assert_int_equal(a.rcode, 16);
	dnsmsg_free(&a);

	/* An error may come without the question, an answer may not. */
	begin(&t, "example", DNS_MX, 0x8185);
	t.p[5] = 0;
	t.n = HEAD;
	assert_int_equal(got(&t, &a), DNSMSG_ANSWER);
	assert_int_equal(a.rcode, DNS_REFUSED);
	t.p[3] = 0x83;
	assert_int_equal(got(&t, &a), DNSMSG_STRANGER);

	begin(&t, "example", DNS_MX, 0x8380);
	assert_int_equal(got(&t, &a), DNSMSG_TRUNCATED);
}

static void
test_strangers(void **state)
{
	struct talk t;
	struct dns_answer a;
	size_t i;

	(void)state;
	/* Each byte of the head and of the question counts. */
	begin(&t, "example", DNS_MX, 0x8180);
	assert_int_equal(got(&t, &a), DNSMSG_ANSWER);
	dnsmsg_free(&a);
	for (i = 0; i < t.n; i++) {
		unsigned char kept = t.p[i];

		/* Codes, counts of records. */
		if (i == 3 || (i >= 6 && i < HEAD))
			continue;
		t.p[i] ^= 0x08;
		if (i == 2)
			t.p[i] = 0x01; /* a question */
		assert_int_equal(got(&t, &a), DNSMSG_STRANGER);
		t.p[i] = kept;
	}
	for (i = 0; i < t.n; i++) {
		size_t n = t.n;

		t.n = i;
		assert_int_equal(got(&t, &a), DNSMSG_STRANGER);
		t.n = n;
	}
}

static void
test_broken(void **state)
{
	static const struct {
		enum dns_type type;
		const char *data;
		size_t n;
	} rows[] = {
		{ DNS_A, "\300\0\2", 3 },
		{ DNS_A, "\300\0\2\1\1", 5 },
		{ DNS_AAAA, "\300\0\2\1", 4 },
		{ DNS_MX, "\0\1", 2 },
		{ DNS_MX, "\0\1\1a\0\0", 6 },
		{ DNS_MX, "\0\1\1a", 4 },
		{ DNS_SRV, "\0\1\0\1\0\1", 6 },
		{ DNS_TLSA, "\3\1", 2 },
		{ DNS_TXT, "\5abc", 4 },
		/* a name that leads to itself, and one beyond the end */
		{ DNS_MX, "\0\1\xc0\x28", 4 },
		{ DNS_MX, "\0\1\xff\xff", 4 },
	};
	struct talk t;
	struct dns_answer a;
	size_t i, whole;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		begin(&t, "example", rows[i].type, 0x8180);
		add(&t, "example", rows[i].type, rows[i].data, rows[i].n);
		assert_int_equal(got(&t, &a), DNSMSG_BROKEN);
		assert_null(a.records);
	}
	/* Cut anywhere behind the question. */
	begin(&t, "example", DNS_MX, 0x8180);
	i = t.n;
	add_named(&t, "example", DNS_MX, "000a", "mx.example");
	for (whole = t.n; i < whole; i++) {
		t.n = i;
		assert_int_equal(got(&t, &a), DNSMSG_BROKEN);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_questions),
		cmocka_unit_test(test_old_questions),
		cmocka_unit_test(test_old_answers),
		cmocka_unit_test(test_no_questions),
		cmocka_unit_test(test_every_type),
		cmocka_unit_test(test_aliases),
		cmocka_unit_test(test_codes),
		cmocka_unit_test(test_strangers),
		cmocka_unit_test(test_broken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
