/* SPDX-License-Identifier: ISC */
/* template_test.c - escapes, variables, and lines that fit or do not. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "buf.h"
#include "fail.h"
#include "template.h"
#include "vars.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

static void
set(struct vars *v, const char *name, const char *value)
{
	vars_set(v, name, strlen(name), value, strlen(value));
}

static void
note_name(void *arg, const char *name, size_t len)
{
	struct buf *names = arg;

	buf_adds(names, "[");
	buf_add(names, name, len);
	buf_adds(names, "]");
}

#define ESCAPES \
	" is not an escape (they are \\\\ \\$ \\r \\n \\t \\xHH, and \\c at " \
	"the end)"
#define NAMES \
	" is not a variable: names are of letters, digits, \"_\" and \":\", " \
	"64 at most (\"\\${\" is no variable)"
#define OPEN " has no \"}\" (\"\\${\" is no variable)"
#define TEN "0123456789"

static void
test_check(void **state)
{
	static const struct {
		const char *text, *names, *why;
	} rows[] = {
		{ "", "", NULL },
		{ "plain", "", NULL },
		{ "$ $$ $a {} } $", "", NULL },
		{ "\\\\\\$\\r\\n\\t\\x00\\xfF", "", NULL },
		{ "a\\c", "", NULL },
		{ "\\c", "", NULL },
		{ "\\\\c", "", NULL },
		{ "${a}${}${secret:b_1}", "[a][][secret:b_1]", NULL },
		{ "\\${a}", "", NULL },
		{ "$\\{a}", "", "\"\\{\"" ESCAPES },
		{ "$${a}", "[a]", NULL },
		{ "\\", "", "\"\\\"" ESCAPES },
		{ "a\\q", "", "\"\\q\"" ESCAPES },
		{ "\\N", "", "\"\\N\"" ESCAPES },
		{ "\\\xc3\xa9", "", "\"\\\xc3\xa9\"" ESCAPES },
		{ "\\\x1b[m", "", "\"\\\\x1b\"" ESCAPES },
		{ "\\x", "", "\"\\x\"" ESCAPES },
		{ "\\x4", "", "\"\\x4\"" ESCAPES },
		{ "\\x4g7", "", "\"\\x4g\"" ESCAPES },
		{ "\\xg4", "", "\"\\xg4\"" ESCAPES },
		{ "\\c.", "", "\"\\c\" stands at the end of a text only" },
		{ "\\c\\c", "", "\"\\c\" stands at the end of a text only" },
		{ "${a} ${b", "", "\"${b\"" OPEN },
		{ "${", "", "\"${\"" OPEN },
		{ "${a-b}", "", "\"${a-b}\"" NAMES },
		{ "${ }", "", "\"${ }\"" NAMES },
		{ "${${a}}", "", "\"${${a}\"" NAMES },
		{ "${" TEN TEN TEN TEN TEN TEN "1234}",
		    "[" TEN TEN TEN TEN TEN TEN "1234]", NULL },
		{ "${" TEN TEN TEN TEN TEN TEN "12345}", "",
		    "\"${" TEN TEN TEN "01234567...\"" NAMES },
	};
	struct buf names = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct fail f = { STATUS_OK, "" };
		int rc;

		buf_clear(&names);
		rc = template_check(rows[i].text, strlen(rows[i].text), true,
		    &f);
		if (rc == 0)
			template_names(rows[i].text, strlen(rows[i].text),
			    note_name, &names);
		buf_add(&names, "", 1);
		assert_string_equal(buf_bytes(&names), rows[i].names);
		assert_int_equal(rc, rows[i].why == NULL ? 0 : -1);
		assert_string_equal(f.text,
		    rows[i].why == NULL ? "" : rows[i].why);
		if (rc < 0)
			assert_int_equal(f.status, STATUS_USAGE);
	}
	buf_free(&names);
}

/* In S% the dollar is a letter like any other. */
static void
test_check_without_variables(void **state)
{
	struct fail f;

	(void)state;
	assert_int_equal(template_check("${a} ${ \\$\\c", 12, false, &f), 0);
	assert_int_equal(template_check("${a}\\q", 6, false, &f), -1);
	assert_int_equal(template_check("a\0\\\0b", 5, false, &f), -1);
	assert_string_equal(f.text, "\"\\\\x00\"" ESCAPES);
	/* What stands behind the end is no part of an escape. */
	assert_int_equal(template_check("\\x41", 3, false, &f), -1);
	assert_int_equal(template_check("\\n", 1, false, &f), -1);
}

static void
test_expand(void **state)
{
	static const struct {
		const char *text, *bytes;
		size_t len, open;
		bool bare;
	} rows[] = {
		{ "", "", 0, 0, false },
		{ "MAIL", "MAIL", 4, 4, false },
		{ "\\\\\\$\\r\\n\\t", "\\$\r\n\t", 5, 5, false },
		{ "\\x00\\xfF\\x0aB", "\0\377\nB", 4, 4, false },
		{ "a${a}$b", "a1$b", 4, 4, false },
		{ "\\${a}", "${a}", 4, 4, false },
		{ "${empty}", "", 0, 0, false },
		{ "${a}\\c", "1", 1, 1, true },
		{ "P ${secret:1} ${a}", "P geheim 1", 10, 2, false },
		{ "${secret:1}${secret:1}", "geheimgeheim", 12, 0, false },
		{ "a${secret:0}", "a", 1, 1, false },
	};
	struct vars v = { 0 };
	struct buf b = { 0 };
	size_t i;

	(void)state;
	set(&v, "a", "1");
	set(&v, "empty", "");
	set(&v, "secret:1", "geheim");
	set(&v, "secret:0", "");
	for (i = 0; i < ROWS(rows); i++) {
		struct expanded x = { .open = 77, .bare = !rows[i].bare };

		buf_clear(&b);
		buf_adds(&b, "C: ");
		assert_int_equal(template_expand(&v, rows[i].text,
				     strlen(rows[i].text), &b, &x),
		    0);
		assert_int_equal(b.len, 3 + rows[i].len);
		assert_memory_equal(buf_bytes(&b) + 3, rows[i].bytes,
		    rows[i].len);
		assert_int_equal(x.open, rows[i].open);
		assert_int_equal(x.bare, rows[i].bare);
	}
	buf_free(&b);
	vars_free(&v);
}

static void
test_expand_unset(void **state)
{
	struct vars v = { 0 };
	struct buf b = { 0 };
	struct expanded x;
	struct fail f;

	(void)state;
	buf_adds(&b, "before");
	set(&v, "a", "1");
	assert_int_equal(template_expand(&v, "${a} ${ab}", 10, &b, &x), -1);
	assert_int_equal(template_unset(&x, &f), -1);
	assert_string_equal(f.text, "the variable ${ab} has no value");
	assert_int_equal(f.status, STATUS_USAGE);
	assert_int_equal(b.len, 6);
	assert_int_equal(template_expand(&v, "${}", 3, &b, &x), -1);
	assert_int_equal(template_unset(&x, &f), -1);
	assert_string_equal(f.text, "the variable ${} has no value");
	assert_int_equal(b.len, 6);
	buf_free(&b);
	vars_free(&v);
}

static void
test_unescape(void **state)
{
	struct buf b = { 0 };

	(void)state;
	assert_true(template_unescape("${a}\\x41\\r\\$", 12, &b));
	assert_int_equal(b.len, 7);
	assert_memory_equal(buf_bytes(&b), "${a}A\r$", 7);
	assert_false(template_unescape("b\\c", 3, &b));
	assert_int_equal(b.len, 8);
	buf_free(&b);
}

static void
test_escape(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		const char *text, *plain;
	} rows[] = {
		{ "", 0, "", "" },
		{ "250 Ok", 6, "250 Ok", "250 Ok" },
		{ "\\c", 2, "\\\\c", "\\\\c" },
		{ "${a}", 4, "\\${a}", "${a}" },
		{ "a$", 2, "a\\$", "a$" },
		{ "\r\n\t\0\033\177", 6, "\\r\\n\\t\\x00\\x1b\\x7f",
		    "\\r\\n\\t\\x00\\x1b\\x7f" },
		{ "\xc3\xa9", 2, "\xc3\xa9", "\xc3\xa9" },
		{ "\xe9t\xe9", 3, "\\xe9t\\xe9", "\\xe9t\\xe9" },
		{ "\xc2\x85", 2, "\\xc2\\x85", "\\xc2\\x85" },
		{ "\xe2\x80\xae", 3, "\\xe2\\x80\\xae", "\\xe2\\x80\\xae" },
		{ "\xe2\x80", 2, "\\xe2\\x80", "\\xe2\\x80" },
		{ " a b ", 5, "\\x20a b\\x20", "\\x20a b\\x20" },
		{ "  ", 2, "\\x20\\x20", "\\x20\\x20" },
	};
	struct buf b = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		buf_clear(&b);
		template_escape(&b, rows[i].bytes, rows[i].len);
		buf_add(&b, "", 1);
		assert_string_equal(buf_bytes(&b), rows[i].text);
		buf_clear(&b);
		template_escape_plain(&b, rows[i].bytes, rows[i].len);
		buf_add(&b, "", 1);
		assert_string_equal(buf_bytes(&b), rows[i].plain);
	}
	buf_free(&b);
}

/* All pairs of bytes come back, through both forms. */
static void
test_escape_round_trip(void **state)
{
	struct buf text = { 0 }, back = { 0 };
	struct vars v = { 0 };
	unsigned i;

	(void)state;
	for (i = 0; i < 65536; i++) {
		char pair[2] = { (char)(i >> 8), (char)(i & 255) };
		struct expanded x;

		buf_clear(&text);
		buf_clear(&back);
		template_escape(&text, pair, 2);
		template_expand(&v, buf_bytes(&text), text.len, &back, &x);
		assert_false(x.bare);
		buf_clear(&text);
		template_escape_plain(&text, pair, 2);
		assert_true(
		    template_unescape(buf_bytes(&text), text.len, &back));
		assert_int_equal(back.len, 4);
		assert_memory_equal(buf_bytes(&back), pair, 2);
		assert_memory_equal(buf_bytes(&back) + 2, pair, 2);
	}
	buf_free(&text);
	buf_free(&back);
}

/* The variables but "set" as "[name=value]". */
static void
show(const struct vars *v, struct buf *to)
{
	size_t i;

	for (i = 0; i < v->count; i++) {
		const struct var *var = &v->list[i];

		if (strcmp(var->name, "set") != 0) {
			buf_addf(to, "[%s=", var->name);
			buf_add(to, var->value, var->len);
			buf_adds(to, "]");
		}
	}
	buf_add(to, "", 1);
}

static void
test_fits(void **state)
{
	static const struct {
		const char *text, *line;
		bool fits;
		const char *vars;
	} rows[] = {
		{ "", "", true, "" },
		{ "", "x", false, "" },
		{ "x", "", false, "" },
		{ "250 Ok", "250 Ok", true, "" },
		{ "250 Ok", "250 OK", false, "" },
		{ "250 Ok", "250 Ok.", false, "" },
		{ "250 Ok", "a250 Ok", false, "" },
		{ "250\\x20\\$\\c", "250 $", true, "" },
		{ "${}", "", true, "" },
		{ "${}", "anything", true, "" },
		{ "550 5.7.1 ${}", "550 5.7.1 No", true, "" },
		{ "550 5.7.1 ${}", "554 5.7.1 No", false, "" },
		{ "${} Ok", "250 Ok Ok", true, "" },
		{ "${}Ok", "Ok", true, "" },
		{ "${}Ok", "O", false, "" },
		{ "ab${}bc", "abc", false, "" },
		{ "ab${}bc", "abbc", true, "" },
		{ "${a}", "", true, "[a=]" },
		{ "${a}", "all of it", true, "[a=all of it]" },
		{ "as ${id}", "as 7F", true, "[id=7F]" },
		{ "* ${n} EXISTS", "* 12 EXISTS", true, "[n=12]" },
		{ "* ${n} EXISTS", "* 12 RECENT", false, "" },
		{ "${a} ${b}", "1 2 3", true, "[a=1][b=2 3]" },
		{ "${a} ${b}.", "1 2.3.", true, "[a=1][b=2.3]" },
		{ "${a}${b}", "12", true, "[a=][b=12]" },
		{ "${a}${}.", "12.", true, "[a=]" },
		{ "${} ${a}", "1 2", true, "[a=2]" },
		{ "${a}-${a}", "1-1", true, "[a=1]" },
		{ "${a}-${a}", "1-2", false, "" },
		{ "${a}-${a}-${b}", "1-1-2", true, "[a=1][b=2]" },
		{ "${a} ${b} ${a}", "1 2 3 1", true, "[a=1][b=2 3]" },
		{ "${a} ${b} ${a}", "1 2 3 2", false, "" },
		{ "${a},${a}", "1,2,1,2", false, "" },
		{ "<${set}>", "<yes>", true, "" },
		{ "<${set}>", "<no>", false, "" },
		{ "${a}-${set}", "1-2-yes", true, "[a=1-2]" },
		{ "${a}-${set}-${b}", "1-2-yes-3", true, "[a=1-2][b=3]" },
		{ "${set}", "yes", true, "" },
		{ "${set}", "yess", false, "" },
		{ "${set}${a}", "yess", true, "[a=s]" },
		{ "${x:1}aab", "aaaab", true, "[x:1=aa]" },
		{ "${a}aab${b}", "aaaabaab", true, "[a=aa][b=aab]" },
	};
	struct buf b = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct vars v = { 0 };

		set(&v, "set", "yes");
		buf_clear(&b);
		print_message("\"%s\", \"%s\"\n", rows[i].text, rows[i].line);
		assert_int_equal(template_fits(&v, rows[i].text,
				     strlen(rows[i].text), rows[i].line,
				     strlen(rows[i].line)),
		    rows[i].fits);
		show(&v, &b);
		assert_string_equal(buf_bytes(&b), rows[i].vars);
		vars_free(&v);
	}
	buf_free(&b);
}

static void
test_fits_any_bytes(void **state)
{
	struct vars v = { 0 };

	(void)state;
	assert_true(template_fits(&v, "a\\x00${b}\\xff", 13, "a\0\0\n\377", 5));
	assert_int_equal(vars_get(&v, "b", 1)->len, 2);
	assert_memory_equal(vars_get(&v, "b", 1)->value, "\0\n", 2);
	assert_true(template_fits(&v, NULL, 0, NULL, 0));
	assert_true(template_fits(&v, "${c}", 4, NULL, 0));
	assert_int_equal(vars_get(&v, "c", 1)->len, 0);
	assert_false(template_fits(&v, "x", 1, NULL, 0));
	vars_free(&v);
}

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

enum { LINE = 65536, NAMES_MANY = 1000 };

/* The form 1,000 times, with a number for "#" in it; behind each `between` of
 * 'a' and a 'b'. */
static void
many(struct buf *to, const char *form, size_t between)
{
	int i;

	for (i = 0; i < NAMES_MANY; i++) {
		size_t len = strcspn(form, "#");

		buf_add(to, form, len);
		if (form[len] == '#')
			buf_addf(to, "%d%s", i, form + len + 1);
		memset(buf_room(to, between), 'a', between);
		buf_grew(to, between);
		if (between > 0)
			buf_adds(to, "b");
	}
}

/* Where going back would take longer than the world has been there. */
static void
test_fits_in_time(void **state)
{
	static const struct {
		const char *form;
		size_t between;
		const char *end;
		bool fits;
	} rows[] = {
		{ "${v#}", 57, "", false },
		{ "${v#}", 1, "", false },
		{ "${v#}a", 0, "", true },
		{ "${v#}a", 0, "b", false },
		{ "${v#}${v0}", 0, "b", false },
		{ "${}a", 0, "${}b", false },
		{ "a", LINE / 2 / NAMES_MANY, "${x}", false },
		{ "${v#}", 0, "", true },
	};
	char *line = malloc(LINE);
	struct buf text = { 0 };
	size_t i;

	(void)state;
	assert_non_null(line);
	memset(line, 'a', LINE);
	for (i = 0; i < ROWS(rows); i++) {
		struct vars v = { 0 };
		double begin = now();

		print_message("\"%s\"\n", rows[i].form);
		buf_clear(&text);
		many(&text, rows[i].form, rows[i].between);
		buf_adds(&text, rows[i].end);
		assert_int_equal(
		    template_fits(&v, buf_bytes(&text), text.len, line, LINE),
		    rows[i].fits);
		assert_int_equal(v.count, rows[i].fits ? NAMES_MANY : 0);
		vars_free(&v);
		assert_true(now() - begin < 5);
	}
	/* Half a line of 'a' and a 'b', to be found nowhere. */
	buf_clear(&text);
	buf_adds(&text, "${}");
	buf_add(&text, line, LINE / 2);
	buf_adds(&text, "b${}");
	assert_false(template_fits(&(struct vars){ 0 }, buf_bytes(&text),
	    text.len, line, LINE));
	buf_free(&text);
	free(line);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_check),
		cmocka_unit_test(test_check_without_variables),
		cmocka_unit_test(test_expand),
		cmocka_unit_test(test_expand_unset),
		cmocka_unit_test(test_unescape),
		cmocka_unit_test(test_escape),
		cmocka_unit_test(test_escape_round_trip),
		cmocka_unit_test(test_fits),
		cmocka_unit_test(test_fits_any_bytes),
		cmocka_unit_test(test_fits_in_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
