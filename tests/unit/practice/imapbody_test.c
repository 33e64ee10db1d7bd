/* SPDX-License-Identifier: ISC */
/* imapbody_test.c - envelopes and structures of messages good and bad. */
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "buf.h"
#include "crlf.h"
#include "practice/imapbody.h"

#define PLAIN "\"TEXT\" \"PLAIN\" (\"CHARSET\" \"US-ASCII\") NIL NIL \"7BIT\" "
#define MIXED "Content-Type: multipart/mixed; boundary=x\n\n"

static void
test_structure(void **state)
{
	static const struct {
		const char *text;
		const char *want; /* a "|" begins what BODY leaves out */
	} rows[] = {
		{ "Subject: x\n\nHi\nyou\n",
		    "(" PLAIN "9 2| NIL NIL NIL NIL|)" },
		{ "", "(" PLAIN "0 0| NIL NIL NIL NIL|)" },
		{ "Content-Type: text/html; charset=\"utf-8\" (c); x=y\n"
		  "Content-Transfer-Encoding: quoted-printable\n"
		  "Content-ID: <1>\nContent-Description: d\n"
		  "Content-Disposition: inline\n\n<p>\n",
		    "(\"text\" \"html\" (\"charset\" \"utf-8\" \"x\" \"y\") "
		    "\"<1>\" \"d\" \"quoted-printable\" 5 1"
		    "| NIL (\"inline\" NIL) NIL NIL|)" },
		{ "Content-Type: image/jpeg; name=\"a;b.jpg\"\n"
		  "Content-Disposition: attachment;\n filename=\"a;b.jpg\"\n"
		  "Content-Transfer-Encoding: base64\n\nAAAA\n",
		    "(\"image\" \"jpeg\" (\"name\" \"a;b.jpg\") NIL NIL "
		    "\"base64\" 6| NIL (\"attachment\" (\"filename\" "
		    "\"a;b.jpg\")) NIL NIL|)" },
		{ MIXED "pre\n--x\n\none\n--x\nContent-Type: a/b\n\ntwo\n\n"
			"--x--\npost\n",
		    "((" PLAIN "3 1| NIL NIL NIL NIL|)"
		    "(\"a\" \"b\" NIL NIL NIL \"7BIT\" 5| NIL NIL NIL NIL|) "
		    "\"mixed\"| (\"boundary\" \"x\") NIL NIL NIL|)" },
		/* No end, a longer boundary, an empty part. */
		{ MIXED "--x\n\none\n--xy\n--x \n--x\n\n\n",
		    "((" PLAIN "9 2| NIL NIL NIL NIL|)"
		    "(" PLAIN "0 0| NIL NIL NIL NIL|)"
		    "(" PLAIN "2 1| NIL NIL NIL NIL|) "
		    "\"mixed\"| (\"boundary\" \"x\") NIL NIL NIL|)" },
		/* What is no multipart after all. */
		{ MIXED "no parts\n", "(" PLAIN "10 1| NIL NIL NIL NIL|)" },
		{ "Content-Type: multipart/mixed\n\n--x\n",
		    "(" PLAIN "5 1| NIL NIL NIL NIL|)" },
		{ "Content-Type: text\n\nx\n",
		    "(" PLAIN "3 1| NIL NIL NIL NIL|)" },
		{ "Content-Type: message/rfc822\n\nSubject: in\n\nHi\n",
		    "(\"message\" \"rfc822\" NIL NIL NIL \"7BIT\" 19 "
		    "(NIL \"in\" NIL NIL NIL NIL NIL NIL NIL NIL) "
		    "(" PLAIN "4 1| NIL NIL NIL NIL|) 3| NIL NIL NIL NIL|)" },
		{ "Content-Type: multipart/digest; boundary=x\n\n"
		  "--x\n\nSubject: in\n\nHi\n--x--\n",
		    "((\"MESSAGE\" \"RFC822\" NIL NIL NIL \"7BIT\" 17 "
		    "(NIL \"in\" NIL NIL NIL NIL NIL NIL NIL NIL) "
		    "(" PLAIN "2 1| NIL NIL NIL NIL|) 3| NIL NIL NIL NIL|) "
		    "\"digest\"| (\"boundary\" \"x\") NIL NIL NIL|)" },
	};
	size_t i;
	bool more;

	(void)state;
	for (i = 0; i < 2 * sizeof rows / sizeof rows[0]; i++) {
		struct buf in = crlf_text(rows[i / 2].text), out = { 0 };
		struct buf want = { 0 };
		const char *p;

		more = i % 2 == 1;
		for (p = rows[i / 2].want; *p != '\0'; p++) {
			if (*p == '|' && !more)
				p = strchr(p + 1, '|');
			else if (*p != '|')
				buf_add(&want, p, 1);
		}
		buf_add(&want, "", 1);
		imapbody_structure(&out, in.len == 0 ? "" : buf_bytes(&in),
		    in.len, more);
		buf_add(&out, "", 1);
		assert_string_equal(buf_bytes(&out), buf_bytes(&want));
		buf_free(&in);
		buf_free(&out);
		buf_free(&want);
	}
}

static void
test_envelope(void **state)
{
	static const char *const rows[][2] = {
		{ "", "(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)" },
		{ "From: A <a@b>\nTo: c@d\nSubject: a\n  b\nDate: today\n"
		  "Message-ID: <1@b>\nIn-Reply-To: <0@b>\nBcc: e@f\n\n"
		  "Subject: not this\n",
		    "(\"today\" \"a  b\" ((\"A\" NIL \"a\" \"b\")) "
		    "((\"A\" NIL \"a\" \"b\")) ((\"A\" NIL \"a\" \"b\")) "
		    "((NIL NIL \"c\" \"d\")) NIL ((NIL NIL \"e\" \"f\")) "
		    "\"<0@b>\" \"<1@b>\")" },
		{ "From: a@b\nSender: s@b\nReply-To: r@b\nSubject:\n\n",
		    "(NIL \"\" ((NIL NIL \"a\" \"b\")) "
		    "((NIL NIL \"s\" \"b\")) ((NIL NIL \"r\" \"b\")) "
		    "NIL NIL NIL NIL NIL)" },
		{ "Subject: caf\xc3\xa9\n\n",
		    "(NIL {5}\r\ncaf\xc3\xa9 NIL NIL NIL NIL NIL NIL NIL "
		    "NIL)" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct buf in = crlf_text(rows[i][0]), out = { 0 };

		imapbody_envelope(&out, in.len == 0 ? "" : buf_bytes(&in),
		    in.len);
		buf_add(&out, "", 1);
		assert_string_equal(buf_bytes(&out), rows[i][1]);
		buf_free(&in);
		buf_free(&out);
	}
}

/* A thousand levels, and ten thousand parts. */
static void
test_too_much(void **state)
{
	struct buf deep = { 0 }, nested = { 0 }, wide = { 0 };
	struct buf out = { 0 };
	size_t i;

	(void)state;
	buf_adds(&wide, "Content-Type: multipart/mixed; boundary=x\r\n\r\n");
	for (i = 0; i < 1000; i++)
		buf_adds(&deep, "Content-Type: message/rfc822\r\n\r\n");
	for (i = 0; i < 1000; i++)
		buf_addf(&nested,
		    "Content-Type: multipart/mixed; boundary=b%zu\r\n\r\n"
		    "--b%zu\r\n",
		    i, i);
	for (i = 0; i < 10000; i++)
		buf_adds(&wide, "--x\r\n\r\n");
	imapbody_structure(&out, buf_bytes(&deep), deep.len, true);
	assert_true(out.len < 10000);
	buf_clear(&out);
	imapbody_structure(&out, buf_bytes(&nested), nested.len, true);
	assert_true(out.len < 2000);
	buf_clear(&out);
	imapbody_structure(&out, buf_bytes(&wide), wide.len, true);
	assert_true(out.len < 100000);
	buf_free(&deep);
	buf_free(&nested);
	buf_free(&wide);
	buf_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_structure),
		cmocka_unit_test(test_envelope),
		cmocka_unit_test(test_too_much),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
