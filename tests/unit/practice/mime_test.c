/* SPDX-License-Identifier: ISC */
/* mime_test.c - messages of parts: found, numbered and decoded. */
#include <string.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "crlf.h"
#include "practice/mime.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])
#define CONTENT "Content-Type: "
#define MIXED CONTENT "multipart/mixed; boundary=x\n\n"
#define MAIL CONTENT "message/rfc822\n\n"
#define TEN "0123456789"
#define FIFTY TEN TEN TEN TEN TEN

/*
 * The tree as text: T text, R message, P multipart, O another; a small letter
 * where the part did not say so.  Leaves have their body in <>, others what
 * is in them in parentheses.
 */
static void
draw(struct buf *to, const struct mime *m, size_t place)
{
	const struct part *part = &m->list[place];
	size_t child = part->child;

	buf_add(to, (part->stated ? "TRPO" : "trpo") + part->kind, 1);
	buf_adds(to, child == 0 ? "<" : "(");
	if (child == 0)
		buf_add(to, part->body, part->body_len);
	for (; child != 0; child = m->list[child].next)
		draw(to, m, child);
	buf_adds(to, part->child == 0 ? ">" : ")");
}

static void
test_tree(void **state)
{
	static const char *const rows[][2] = {
		{ "", "t<>" },
		{ "Subject: all is header\n", "t<>" },
		{ "Subject: x\n\nHi\n", "t<Hi\n>" },
		{ CONTENT "text/html\n\n"
			  "<p>\n",
		    "T<<p>\n>" },
		{ CONTENT "TEXT/plain (c); charset=x\n\n"
			  "a",
		    "T<a>" },
		{ CONTENT "image/jpeg\n\n"
			  "a",
		    "O<a>" },
		{ CONTENT "message/partial; id=1\n\n"
			  "a",
		    "O<a>" },
		/* No type can be read. */
		{ CONTENT "text\n\n"
			  "a",
		    "t<a>" },
		{ CONTENT "/plain\n\n"
			  "a",
		    "t<a>" },
		{ CONTENT "image/\n\n"
			  "a",
		    "t<a>" },
		{ CONTENT "\n\n"
			  "a",
		    "t<a>" },
		/* What comes before and behind is in no part, the line end
		 * before a boundary neither. */
		{ MIXED "pre\n--x\n\none\n--x\n\ntwo\n\n--x--\npost\n",
		    "P(t<one>t<two\n>)" },
		{ MIXED "--x\nSubject: head alone\n--x\n\n--x--", "P(t<>t<>)" },
		{ MIXED "--x\n\na\n--xy\n--x \t\nb\n--x--z\n--x--  \nc",
		    "P(t<a\n--xy>t<>)" },
		{ MIXED "--x\n\nnever closed\n", "P(t<never closed\n>)" },
		{ MIXED "--x--\n\n--x\n\na\n", "t<--x--\n\n--x\n\na\n>" },
		{ MIXED "no parts\n", "t<no parts\n>" },
		{ MIXED " --x\n\na\n", "t< --x\n\na\n>" },
		/* The boundary. */
		{ CONTENT "multipart/mixed\n\n"
			  "--\n\na\n",
		    "t<--\n\na\n>" },
		{ CONTENT "multipart/mixed; boundary=\"\"\n\n"
			  "--\n\na\n",
		    "t<--\n\na\n>" },
		{ CONTENT "multipart/mixed; a=b; BOUNDARY=\"y \\\" z\"; c=d\n\n"
			  "--y \" z\n\na\n",
		    "P(t<a\n>)" },
		{ CONTENT "multipart/mixed; boundary=x; boundary=y\n\n"
			  "--y\n\na\n--x\n\nb\n",
		    "P(t<b\n>)" },
		{ CONTENT "multipart/mixed; boundary=" FIFTY FIFTY FIFTY FIFTY
			  "\n\n"
			  "--" FIFTY FIFTY FIFTY FIFTY "\n\na\n",
		    "P(t<a\n>)" },
		{ CONTENT "multipart/mixed; boundary=" FIFTY FIFTY FIFTY FIFTY
			  "+"
			  "\n\n"
			  "--\n",
		    "t<--\n>" },
		/* Parts in parts. */
		{ MIXED "--x\n" CONTENT "multipart/alternative; boundary=xx\n\n"
			"--xx\n\na\n--xx\n" CONTENT "text/html\n\n"
			"b\n--xx--\n\n--x\n" CONTENT "image/png\n\n"
			"c\n--x--\n",
		    "P(P(t<a>T<b>)O<c>)" },
		{ MIXED "--x\n" CONTENT "multipart/mixed\n\n"
			"a\n--x--\n",
		    "P(t<a>)" },
		{ MAIL "Subject: in\n\nHi\n", "R(t<Hi\n>)" },
		{ MAIL, "R(t<>)" },
		{ MAIL MIXED "--x\n" MAIL "\na\n--x--\n", "R(P(R(t<a>)))" },
		/* In a digest it is a message that says nothing. */
		{ CONTENT "multipart/digest; boundary=x\n\n"
			  "--x\n\nSubject: in\n\nHi\n--x\n" CONTENT
			  "text/plain\n\n"
			  "a\n--x--\n",
		    "P(r(t<Hi>)T<a>)" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct buf in = crlf_text(rows[i][0]), out = { 0 };
		struct mime m;

		mime_parse(&m, in.len == 0 ? "" : buf_bytes(&in), in.len);
		draw(&out, &m, 0);
		assert_string_equal(crlf_bare(&out), rows[i][1]);
		mime_free(&m);
		assert_null(m.list);
		buf_free(&in);
		buf_free(&out);
	}
}

static void
test_bare_line_ends(void **state)
{
	static const char text[] =
	    MIXED "--x\n\none\n--x\n\n\r--x\n\ntwo\n--x--";
	struct buf out = { 0 };
	struct mime m = { .count = 77, .room = 77 };

	(void)state;
	mime_parse(&m, text, strlen(text));
	draw(&out, &m, 0);
	buf_add(&out, "", 1);
	assert_string_equal(buf_bytes(&out), "P(t<one>t<\r--x\n\ntwo>)");
	mime_free(&m);
	buf_free(&out);
}

/* There is an end to how deep and how many parts are. */
static void
test_bounds(void **state)
{
	struct buf deep = { 0 }, wide = { 0 }, out = { 0 };
	struct mime m;
	size_t i, n;

	(void)state;
	for (i = 0; i < 11; i++)
		buf_adds(&deep, MAIL);
	mime_parse(&m, buf_bytes(&deep), deep.len);
	draw(&out, &m, 0);
	assert_string_equal(crlf_bare(&out),
	    "R(R(R(R(R(R(R(R(R(R(t<>))))))))))");
	mime_free(&m);
	buf_adds(&wide, MIXED);
	for (i = 0; i < 1100; i++)
		buf_adds(&wide, "--x\n\na\n");
	mime_parse(&m, buf_bytes(&wide), wide.len);
	assert_int_equal(m.count, 1000);
	for (n = 0, i = m.list[0].child; i != 0; i = m.list[i].next)
		n++;
	assert_int_equal(n, 999);
	mime_free(&m);
	buf_free(&deep);
	buf_free(&wide);
	buf_free(&out);
}

/* Parts are numbered from 1; a message's are those of what it carries. */
static void
test_at(void **state)
{
	static const char nested[] = MIXED "--x\n\na\n--x\n" MAIL CONTENT
					   "multipart/mixed; boundary=y\n\n"
					   "--y\n\nb\n--y\n\nc\n--y--\n"
					   "\n--x\n" MAIL "\nd\n--x--\n";
	static const struct {
		const char *text;
		unsigned path[4];
		size_t depth;
		const char *body; /* how it begins; NULL: no such part */
	} rows[] = {
		{ "S: x\n\na\n", { 0 }, 0, "a\n" },
		{ "S: x\n\na\n", { 1 }, 1, "a\n" },
		{ "S: x\n\na\n", { 0 }, 1, NULL },
		{ "S: x\n\na\n", { 2 }, 1, NULL },
		{ "S: x\n\na\n", { 1, 1 }, 2, NULL },
		{ nested, { 0 }, 0, "--x\n" },
		{ nested, { 1 }, 1, "a" },
		{ nested, { 2 }, 1, "Content-Type" },
		{ nested, { 3 }, 1, "\nd" },
		{ nested, { 4 }, 1, NULL },
		{ nested, { 0 }, 1, NULL },
		{ nested, { 1, 1 }, 2, NULL },
		{ nested, { 2, 1 }, 2, "b" },
		{ nested, { 2, 2 }, 2, "c" },
		{ nested, { 2, 3 }, 2, NULL },
		{ nested, { 2, 1, 1 }, 3, NULL },
		{ nested, { 3, 1 }, 2, "d" },
		{ nested, { 3, 2 }, 2, NULL },
		{ MAIL "\na\n", { 1 }, 1, "\na\n" },
		{ MAIL "\na\n", { 1, 1 }, 2, "a\n" },
		{ MAIL MAIL "\na\n", { 1, 1, 1 }, 3, "a\n" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		const char *want = rows[i].body;
		const struct part *part;
		struct mime m;

		mime_parse(&m, rows[i].text, strlen(rows[i].text));
		part = mime_at(&m, rows[i].path, rows[i].depth);
		assert_int_equal(part != NULL, want != NULL);
		if (part != NULL) {
			assert_true(part->body_len >= strlen(want));
			assert_memory_equal(part->body, want, strlen(want));
		}
		mime_free(&m);
	}
}

static void
test_decode(void **state)
{
	static const struct {
		const char *coding, *body;
		const char *want; /* NULL: cannot be known */
	} rows[] = {
		{ "", "a=41\n", "a=41\n" },
		{ "Content-Transfer-Encoding: 7bit\n", "a=41\n", "a=41\n" },
		{ "Content-Transfer-Encoding: 8BIT (c)\n", "a=41", "a=41" },
		{ "Content-Transfer-Encoding: binary\n", "a=41", "a=41" },
		{ "Content-Transfer-Encoding:\n", "a=41", "a=41" },
		{ "content-transfer-encoding: BASE64\n", "aGVs\nbG8=\n",
		    "hello" },
		{ "Content-Transfer-Encoding: base64\n", "a", NULL },
		{ "Content-Transfer-Encoding: base64\n", "", "" },
		{ "Content-Transfer-Encoding: (c) quoted-printable\n",
		    "a=41_=\nb\n", "aA_b\n" },
		{ "Content-Transfer-Encoding: x-uuencode\n", "a", NULL },
		{ "Content-Transfer-Encoding: base6\n", "aGVs", NULL },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct buf in = crlf_text(rows[i].coding);
		struct buf body = crlf_text(rows[i].body), out = { 0 };
		struct mime m;
		bool good;

		buf_adds(&in, "\r\n");
		buf_add(&in, buf_bytes(&body), body.len);
		mime_parse(&m, buf_bytes(&in), in.len);
		good = mime_decode(&m.list[0], &out);
		assert_int_equal(good, rows[i].want != NULL);
		assert_string_equal(crlf_bare(&out), good ? rows[i].want : "");
		mime_free(&m);
		buf_free(&in);
		buf_free(&body);
		buf_free(&out);
	}
}

/* A field's parameters: "[name=text]", of those that have both. */
static void
test_parameters(void **state)
{
	static const char *const rows[][2] = {
		{ "a/b", "" },
		{ "a/b; c=d", "[c=d]" },
		{ "a/b;c=d;e=f;", "[c=d][e=f]" },
		{ "a/b; (;x=y) c = d (e); f=\"g;h=i\"", "[c=d][f=g;h=i]" },
		{ "a/b \"; x=y\"; c=d", "[c=d]" },
		{ "a/b (;x=y); c=d", "[c=d]" },
		{ "a/b;\n c=\"d\\\"e\"", "[c=d\"e]" },
		{ "a/b; c; d=e", "[d=e]" },
		{ "a/b; =c; d=e", "[d=e]" },
		{ "a/b; c=; d=e", "[d=e]" },
		{ "a/b; c=\"\"; d=e", "[c=][d=e]" },
		{ "a/b; c=a/b:d; e=f g; h=i", "[c=a/b:d][e=f][h=i]" },
		{ "a/b; c=\"never closed; d=e", "[c=never closed; d=e]" },
		{ "a/b; c=", "" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct buf in = { 0 }, name = { 0 }, text = { 0 }, out = { 0 };
		struct mimefield f;
		struct mime m;

		buf_addf(&in, "X: y\r\nC: %s\r\n\r\n", rows[i][0]);
		mime_parse(&m, buf_bytes(&in), in.len);
		assert_false(mimefield_open(&f, &m.list[0], "Y"));
		assert_false(mimefield_word(&f, &name));
		assert_true(mimefield_open(&f, &m.list[0], "c"));
		assert_true(mimefield_word(&f, &name));
		assert_true(mimefield_slash(&f));
		assert_false(mimefield_slash(&f));
		assert_true(mimefield_word(&f, &name));
		assert_string_equal(crlf_bare(&name), "ab");
		while (mimefield_param(&f, &name, &text))
			buf_addf(&out, "[%.*s=%.*s]", (int)name.len,
			    buf_bytes(&name), (int)text.len,
			    text.len == 0 ? "" : buf_bytes(&text));
		assert_string_equal(crlf_bare(&out), rows[i][1]);
		mimefield_close(&f);
		mime_free(&m);
		buf_free(&in);
		buf_free(&name);
		buf_free(&text);
		buf_free(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tree),
		cmocka_unit_test(test_bare_line_ends),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_at),
		cmocka_unit_test(test_decode),
		cmocka_unit_test(test_parameters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
