/* SPDX-License-Identifier: ISC */
/* cert_test.c - certificates good and odd, in words. */
#include <string.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "buf.h"
#include "cert.h"
#include "certs.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])
#define TEN "0123456789"
#define FIFTY TEN TEN TEN TEN TEN

/* One that is valid for 30 days, with these names; all are freed by it. */
struct stage {
	EVP_PKEY *key;
	X509 *cert;
};

static struct stage
begin(const char *san)
{
	const struct extension e[] = {
		{ san == NULL ? 0 : NID_subject_alt_name, san }, { 0, NULL }
	};
	struct stage s = { .key = EVP_EC_gen("P-256") };

	assert_non_null(s.key);
	s.cert = cert_make("mail.example.org", s.key, NULL, e, 30);
	return s;
}

static void
end(struct stage *s)
{
	X509_free(s->cert);
	EVP_PKEY_free(s->key);
}

/* One more name of it, of any bytes. */
static void
name_it(struct stage *s, int type, const char *bytes, int len)
{
	GENERAL_NAMES *names = GENERAL_NAMES_new();
	GENERAL_NAME *one = GENERAL_NAME_new();
	ASN1_STRING *value = ASN1_STRING_type_new(
	    type == GEN_IPADD ? V_ASN1_OCTET_STRING : V_ASN1_IA5STRING);

	ASN1_STRING_set(value, bytes, len);
	GENERAL_NAME_set0_value(one, type, value);
	sk_GENERAL_NAME_push(names, one);
	assert_int_equal(
	    X509_add1_ext_i2d(s->cert, NID_subject_alt_name, names, 0, 0), 1);
	GENERAL_NAMES_free(names);
}

static const char *
text(struct buf *b)
{
	buf_add(b, "", 1);
	return buf_bytes(b);
}

/* "CN=a|O=b" */
static X509_NAME *
name_of(const char *text)
{
	X509_NAME *name = X509_NAME_new();
	char field[8], value[600];
	int used;

	while (sscanf(text, "%7[^=]=%599[^|]%n", field, value, &used) == 2) {
		assert_int_equal(X509_NAME_add_entry_by_txt(name, field,
				     MBSTRING_UTF8,
				     (const unsigned char *)value, -1, -1, 0),
		    1);
		text += used;
		text += *text == '|';
	}
	assert_string_equal(text, "");
	return name;
}

static void
test_name(void **state)
{
	static const char *const rows[][2] = {
		{ "", "(no name)" },
		{ "CN=a", "CN=a" },
		{ "C=NL|O=Example|CN=Example CA",
		    "CN=Example CA, O=Example, C=NL" },
		/* A value cannot pass for a field more. */
		{ "O=a, CN=b", "O=a\\, CN=b" },
		{ "O=a+b", "O=a\\+b" },
		{ "O=caf\303\251", "O=caf\303\251" },
		{ "O=a\033[31m", "O=a\\1B[31m" },
		{ "O=\342\200\256a", "O=\\u{202E}a" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		X509_NAME *name = name_of(rows[i][0]);
		struct buf b = { 0 };

		cert_name(&b, name);
		assert_string_equal(text(&b), rows[i][1]);
		buf_free(&b);
		X509_NAME_free(name);
	}
}

/* However long it is, what is shown of it is not. */
static void
test_long_name(void **state)
{
	static const char *const units[] = { "OU=", "|OU=" };
	struct buf many = { 0 }, b = { 0 };
	X509_NAME *name;
	size_t i;

	(void)state;
	for (i = 0; i < 10; i++)
		buf_addf(&many, "%s%s", units[i > 0], FIFTY);
	name = name_of(text(&many));
	cert_name(&b, name);
	assert_string_equal(text(&b) + 400, "...");
	X509_NAME_free(name);
	buf_free(&many);
	buf_free(&b);
}

static void
test_subject(void **state)
{
	static const struct {
		const char *subject;
		const char *san;
		const char *want;
	} rows[] = {
		{ "O=x|CN=a", NULL, "CN=a" },
		/* The last is the most special. */
		{ "CN=a|CN=b|O=x", NULL, "CN=b" },
		{ "CN=a\nb", NULL, "CN=a\\x0ab" },
		{ "O=x", "DNS:a.example,DNS:b.example",
		    "a.example and 1 more" },
		{ "O=x", "DNS:a.example", "a.example" },
		{ "O=x", "email:a@b.example", "O=x" },
		{ "", NULL, "(no name)" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		X509_NAME *name = name_of(rows[i].subject);
		struct stage s = begin(rows[i].san);
		struct buf b = { 0 };

		assert_int_equal(X509_set_subject_name(s.cert, name), 1);
		cert_subject(&b, s.cert);
		assert_string_equal(text(&b), rows[i].want);
		buf_free(&b);
		X509_NAME_free(name);
		end(&s);
	}
}

/* A certificate's names, `most` of them at most. */
struct listed {
	const char *san;
	size_t most, count;
	const char *want;
};

static void
assert_listed(const struct listed *rows, size_t n,
    size_t (*list)(struct buf *, const X509 *, size_t))
{
	size_t i;

	for (i = 0; i < n; i++) {
		struct stage s = begin(rows[i].san);
		struct buf b = { 0 };

		assert_int_equal(list(&b, s.cert, rows[i].most), rows[i].count);
		assert_string_equal(text(&b), rows[i].want);
		buf_free(&b);
		end(&s);
	}
}

static void
test_names(void **state)
{
	static const struct listed rows[] = {
		{ NULL, 9, 0, "" },
		{ "DNS:a.example", 9, 1, "a.example" },
		{ "DNS:*.a-b.example,IP:192.0.2.1,IP:2001:db8::1", 9, 3,
		    "*.a-b.example, 192.0.2.1, 2001:db8::1" },
		{ "email:a@b.example,DNS:c,URI:http://d.example", 9, 1, "c" },
		{ "email:a@b.example", 9, 0, "" },
		{ "DNS:a,DNS:b,DNS:c", 3, 3, "a, b, c" },
		{ "DNS:a,DNS:b,DNS:c", 2, 3, "a, b and 1 more" },
		{ "DNS:a,DNS:b,DNS:c", 0, 3, " and 3 more" },
	};

	(void)state;
	assert_listed(rows, ROWS(rows), cert_names);
}

/* Those that are of no host are told too, each with its kind. */
static void
test_others(void **state)
{
	static const struct listed rows[] = {
		{ NULL, 9, 0, "" },
		{ "DNS:a.example,IP:192.0.2.1", 9, 0, "" },
		{ "email:a@b.example,DNS:c,URI:http://d.example/", 9, 2,
		    "email:a@b.example, URI:http://d.example/" },
		{ "RID:1.2.3.4", 9, 1, "RID:1.2.3.4" },
		{ "otherName:1.3.6.1.5.5.7.8.5;UTF8:_xmpp.example", 9, 1,
		    "otherName:1.3.6.1.5.5.7.8.5=_xmpp.example" },
		{ "otherName:1.3.6.1.5.5.7.8.7;IA5:_imap.example", 9, 1,
		    "otherName:1.3.6.1.5.5.7.8.7=_imap.example" },
		/* What is no text is told by its kind alone. */
		{ "otherName:1.2.3.4;NULL:", 9, 1, "otherName:1.2.3.4" },
		{ "otherName:1.2.3.4;OBJECT:1.2.3", 9, 1, "otherName:1.2.3.4" },
		{ "email:a@b,email:c@d,email:e@f", 3, 3,
		    "email:a@b, email:c@d, email:e@f" },
		{ "email:a@b,DNS:x,email:c@d,email:e@f", 2, 3,
		    "email:a@b, email:c@d and 1 more" },
	};

	(void)state;
	assert_listed(rows, ROWS(rows), cert_others);
}

/* Whatever a stranger signs as an address, it is one, and harmless. */
static void
test_odd_others(void **state)
{
	static const struct {
		int type;
		const char *bytes;
		int len;
		const char *want;
	} rows[] = {
		{ GEN_EMAIL, "a, URI:b", 8, "email:a\\x2c URI:b" },
		{ GEN_EMAIL, "a\033[1m", 5, "email:a\\x1b[1m" },
		{ GEN_URI, "a\0b\n", 4, "URI:a\\x00b\\x0a" },
		{ GEN_EMAIL, "", 0, "email:" },
		{ GEN_URI, FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY "+",
		    401,
		    "URI:" FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY
		    "..." },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct stage s = begin(NULL);
		struct buf b = { 0 };

		name_it(&s, rows[i].type, rows[i].bytes, rows[i].len);
		assert_int_equal(cert_others(&b, s.cert, 9), 1);
		assert_string_equal(text(&b), rows[i].want);
		buf_free(&b);
		end(&s);
	}
}

/* A whole name within one. */
static void
test_directory_name(void **state)
{
	struct stage s = begin(NULL);
	GENERAL_NAMES *names = GENERAL_NAMES_new();
	GENERAL_NAME *one = GENERAL_NAME_new();
	struct buf b = { 0 };

	(void)state;
	GENERAL_NAME_set0_value(one, GEN_DIRNAME, name_of("O=b|CN=a"));
	sk_GENERAL_NAME_push(names, one);
	assert_int_equal(
	    X509_add1_ext_i2d(s.cert, NID_subject_alt_name, names, 0, 0), 1);
	assert_int_equal(cert_others(&b, s.cert, 9), 1);
	assert_string_equal(text(&b), "dirName:CN=a\\x2c O=b");
	buf_free(&b);
	GENERAL_NAMES_free(names);
	end(&s);
}

/* Names that nobody in their right mind signs. */
static void
test_odd_names(void **state)
{
	static const struct {
		int type;
		const char *bytes;
		int len;
		const char *want;
	} rows[] = {
		{ GEN_DNS, "a, b", 4, "a\\x2c\\x20b" },
		{ GEN_DNS, "a\0b", 3, "a\\x00b" },
		{ GEN_DNS, "\\\n\377", 3, "\\x5c\\x0a\\xff" },
		{ GEN_DNS, "", 0, "" },
		{ GEN_IPADD, "\1\2\3\4", 4, "1.2.3.4" },
		{ GEN_IPADD, "\1\2\3\4\5", 5, "(an address of 5 bytes)" },
		{ GEN_IPADD, "", 0, "(an address of 0 bytes)" },
		{ GEN_DNS, FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY "+",
		    401,
		    FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY "..." },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct stage s = begin(NULL);
		struct buf b = { 0 };

		name_it(&s, rows[i].type, rows[i].bytes, rows[i].len);
		assert_int_equal(cert_names(&b, s.cert, 9), 1);
		assert_string_equal(text(&b), rows[i].want);
		buf_free(&b);
		end(&s);
	}
}

static void
test_times(void **state)
{
	static const struct {
		const char *time;
		const char *day, *moment;
	} rows[] = {
		{ "20270201120003Z", "2027-02-01", "2027-02-01T12:00:03Z" },
		{ "19991231235959Z", "1999-12-31", "1999-12-31T23:59:59Z" },
		{ NULL, "(no date)", "" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct buf day = { 0 }, moment = { 0 };
		ASN1_TIME *time = ASN1_TIME_new();

		/* An ill-formed one is as a stranger would send it. */
		if (rows[i].time == NULL)
			ASN1_STRING_set(time, "soon", 4);
		else
			ASN1_TIME_set_string_X509(time, rows[i].time);
		cert_day(&day, time);
		cert_time(&moment, time);
		assert_string_equal(text(&day), rows[i].day);
		assert_string_equal(text(&moment), rows[i].moment);
		buf_free(&day);
		buf_free(&moment);
		ASN1_TIME_free(time);
	}
}

static void
test_how_far(void **state)
{
	static const struct {
		long seconds; /* from now, some more or less */
		const char *when;
		int days;
	} rows[] = {
		{ 71 * 86400 + 3600, "in 71 days", 71 },
		{ 86400 + 3600, "in 1 day", 1 },
		{ 86400 - 600, "in 23 hours", 0 },
		{ 3600 + 1800, "in 1 hour", 0 },
		{ 3600 - 30, "in 59 minutes", 0 },
		{ -90, "1 minute ago", 0 },
		{ -7200 - 600, "2 hours ago", 0 },
		{ -2 * 86400L - 600, "2 days ago", -2 },
	};
	ASN1_TIME *time = ASN1_TIME_new();
	struct buf b = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		X509_gmtime_adj(time, rows[i].seconds);
		buf_clear(&b);
		cert_when(&b, time);
		assert_string_equal(text(&b), rows[i].when);
		assert_int_equal(cert_days(time), rows[i].days);
	}
	X509_gmtime_adj(time, 3600);
	buf_clear(&b);
	assert_int_equal(cert_left(&b, time), 0);
	assert_int_equal(b.len, 0);
	X509_gmtime_adj(time, 2 * 86400 + 600);
	assert_int_equal(cert_left(&b, time), 2);
	assert_int_equal(b.len, 0);
	X509_gmtime_adj(time, -7200 - 600);
	assert_int_equal(cert_left(&b, time), -1);
	assert_string_equal(text(&b), "2 hours ago");
	X509_gmtime_adj(time, -2 * 86400L - 600);
	buf_clear(&b);
	assert_int_equal(cert_left(&b, time), -2);
	assert_string_equal(text(&b), "2 days ago");
	X509_gmtime_adj(time, 40);
	buf_clear(&b);
	cert_when(&b, time);
	assert_non_null(strstr(text(&b), " seconds"));
	ASN1_STRING_set(time, "soon", 4);
	buf_clear(&b);
	cert_when(&b, time);
	assert_string_equal(text(&b), "at no time");
	assert_int_equal(cert_days(time), 0);
	buf_free(&b);
	ASN1_TIME_free(time);
}

static void
test_key_and_signature(void **state)
{
	struct stage s = begin(NULL);
	EVP_PKEY *other = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	X509 *empty = X509_new();
	struct buf b = { 0 };

	(void)state;
	cert_key(&b, s.cert);
	buf_adds(&b, "|");
	cert_signature(&b, s.cert);
	buf_adds(&b, "|");
	X509_set_pubkey(s.cert, other);
	cert_key(&b, s.cert);
	buf_adds(&b, "|");
	cert_key(&b, empty);
	buf_adds(&b, "|");
	cert_signature(&b, empty);
	assert_string_equal(text(&b),
	    "EC, 256 bits|ecdsa-with-SHA256|ED25519, 256 bits|"
	    "of an unknown kind|unknown");
	buf_free(&b);
	X509_free(empty);
	EVP_PKEY_free(other);
	end(&s);
}

static void
test_digests(void **state)
{
	struct stage s = begin(NULL);
	unsigned char *der = NULL, want[32], md[32];
	char hex[65];
	int n = i2d_X509(s.cert, &der);

	(void)state;
	assert_true(n > 0);
	EVP_Digest(der, (size_t)n, want, NULL, EVP_sha256(), NULL);
	cert_digest(s.cert, md);
	assert_memory_equal(md, want, 32);
	OPENSSL_free(der);
	der = NULL;
	n = i2d_PUBKEY(s.key, &der);
	assert_true(n > 0);
	EVP_Digest(der, (size_t)n, want, NULL, EVP_sha256(), NULL);
	cert_key_digest(s.cert, md);
	assert_memory_equal(md, want, 32);
	OPENSSL_free(der);
	memset(md, 0, sizeof md);
	md[0] = 0xff;
	md[31] = 0x0a;
	cert_hex(hex, md);
	assert_int_equal(strlen(hex), 64);
	assert_memory_equal(hex, "ff00", 4);
	assert_string_equal(hex + 60, "000a");
	end(&s);
}

static void
test_address(void **state)
{
	static const struct {
		const char *host;
		size_t len;
		const char *bytes;
	} rows[] = {
		{ "192.0.2.1", 4, "\300\0\2\1" },
		{ "::1", 16, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1" },
		{ "fe80::1%eth0", 16, "\376\200\0\0\0\0\0\0\0\0\0\0\0\0\0\1" },
		{ "192.0.2.1%eth0", 0, NULL },
		{ "", 0, NULL },
		{ "%eth0", 0, NULL },
		{ "192.0.2", 0, NULL },
		{ "[::1]", 0, NULL },
		{ "example.org", 0, NULL },
		{ FIFTY, 0, NULL },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		unsigned char bytes[16];

		assert_int_equal(cert_address(rows[i].host, bytes),
		    rows[i].len);
		if (rows[i].len > 0)
			assert_memory_equal(bytes, rows[i].bytes, rows[i].len);
	}
}

static void
test_is_for(void **state)
{
	static const struct {
		const char *san, *host;
		bool is;
	} rows[] = {
		{ "DNS:a.example", "a.example", true },
		{ "DNS:a.example", "A.EXAMPLE", true },
		{ "DNS:a.example", "b.example", false },
		{ "DNS:a.example", "", false },
		{ "DNS:b,DNS:a.example", "a.example", true },
		{ "DNS:*.a.example", "b.a.example", true },
		{ "DNS:*.a.example", "a.example", false },
		{ "DNS:*.a.example", "c.b.a.example", false },
		{ "DNS:b*.a.example", "bc.a.example", false },
		{ "IP:192.0.2.1", "192.0.2.1", true },
		{ "IP:192.0.2.1", "192.0.2.2", false },
		{ "DNS:192.0.2.1", "192.0.2.1", false },
		{ "IP:fe80::1", "fe80::1%eth0", true },
		/* The common name counts for nothing, names or none. */
		{ NULL, "mail.example.org", false },
		{ "email:a@b.example", "mail.example.org", false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct stage s = begin(rows[i].san);

		if (cert_is_for(s.cert, rows[i].host) != rows[i].is)
			fail_msg("row %zu", i);
		end(&s);
	}
}

/* The validity in the lines of a certificate from and to these days. */
static void
expect_valid(long from, long to, const char *words)
{
	struct stage s = begin("DNS:a.example");
	struct buf b = { 0 };
	const char *line;

	X509_gmtime_adj(X509_getm_notBefore(s.cert), from * CERT_DAY + 600);
	X509_gmtime_adj(X509_getm_notAfter(s.cert), to * CERT_DAY + 600);
	cert_lines(&b, s.cert);
	line = strstr(text(&b), "   valid       ");
	assert_non_null(line);
	assert_non_null(strstr(line, " to "));
	assert_non_null(strstr(line, words));
	buf_free(&b);
	end(&s);
}

/* This line has what the function gives. */
static void
expect_digest(const char *lines, const char *label,
    void (*digest)(const X509 *, unsigned char md[32]), const X509 *cert)
{
	const char *line = strstr(lines, label);
	unsigned char md[32];
	char hex[65];

	assert_non_null(line);
	digest(cert, md);
	cert_hex(hex, md);
	assert_memory_equal(line + strlen(label), hex, 64);
	assert_int_equal(line[strlen(label) + 64], '\n');
}

static void
test_lines(void **state)
{
	struct stage s = begin("DNS:a.example");
	struct stage none = begin(NULL);
	struct buf b = { 0 };
	const char *lines;

	(void)state;
	cert_lines(&b, s.cert);
	lines = text(&b);
	assert_ptr_equal(strstr(lines,
			     "   issued by   CN=mail.example.org\n"
			     "   for         a.example\n"
			     "   valid       "),
	    lines);
	assert_non_null(strstr(lines,
	    " (ends in 30 days)\n   key         EC, 256 bits\n"
	    "   signed with ecdsa-with-SHA256\n   sha256      "));
	expect_digest(lines, "\n   sha256      ", cert_digest, s.cert);
	expect_digest(lines, "\n   key sha256  ", cert_key_digest, s.cert);
	assert_int_equal(lines[strlen(lines) - 1], '\n');
	buf_clear(&b);
	cert_lines(&b, none.cert);
	assert_non_null(strstr(text(&b), "   for         none\n"));
	expect_valid(-9, 5, "(ends in 5 days)");
	expect_valid(-9, -3, "(expired 2 days ago)");
	expect_valid(3, 9, "(begins in 3 days)");
	expect_valid(9, -3, "(expired 2 days ago)");
	buf_free(&b);
	end(&s);
	end(&none);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_name),
		cmocka_unit_test(test_long_name),
		cmocka_unit_test(test_subject),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_others),
		cmocka_unit_test(test_odd_others),
		cmocka_unit_test(test_directory_name),
		cmocka_unit_test(test_odd_names),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_how_far),
		cmocka_unit_test(test_key_and_signature),
		cmocka_unit_test(test_digests),
		cmocka_unit_test(test_address),
		cmocka_unit_test(test_is_for),
		cmocka_unit_test(test_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
