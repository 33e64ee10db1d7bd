/* SPDX-License-Identifier: ISC */
/* xml_test.c - where elements begin and end. */
#include <stdlib.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "xml.h"

#define ROWS(rows) (sizeof(rows) / sizeof(rows)[0])

static void
test_depth(void **state)
{
	static const struct {
		const char *text;
		int depth;
		bool in_text;
	} rows[] = {
		{ "", 0, true },
		{ "text", 0, true },
		{ "<a>", 1, true },
		{ "<a", 0, false },
		{ "<", 0, false },
		{ "<>", 0, true },
		{ "<a/>", 0, true },
		{ "<a />", 0, true },
		{ "<a b='c'/>", 0, true },
		{ "<a b=c/d>", 1, true },
		{ "<a b='/'>", 1, true },
		{ "<a b='>'/>", 0, true },
		{ "<a b=\"'>\">", 1, true },
		{ "<a b='", 0, false },
		{ "<a><b/></a>", 0, true },
		{ "<a><b></a>", 1, true },
		{ "<a>1 > 0</a>", 0, true },
		{ "</a>", -1, true },
		{ "<?xml version='1.0'?>", 0, true },
		{ "<!DOCTYPE a>", 0, true },
		{ "<a><![CDATA[<b></a>]]></a>", 0, true },
		{ "<a><![CDATA[]]]></a>", 0, true },
		{ "<a><![CDATA[] ]> ]]", 1, false },
		{ "<\xc3\xa4>", 1, true },
	};
	size_t i, k;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		size_t n = strlen(rows[i].text);
		struct xml x = { 0 };

		xml_feed(&x, rows[i].text, n);
		assert_int_equal(x.depth, rows[i].depth);
		assert_int_equal(x.state == 0, rows[i].in_text);
		assert_true(x.state < 16);
		memset(&x, 0, sizeof x);
		for (k = 0; k < n; k++)
			xml_feed(&x, rows[i].text + k, 1);
		assert_int_equal(x.depth, rows[i].depth);
	}
}

static void
test_tags(void **state)
{
	static const struct {
		const char *text, *name, *tag;
		bool ends, empty;
	} rows[] = {
		{ "<a>", "a", "<a>", true, false },
		{ "x <a>b", "a", "<a>", true, false },
		{ "<a/>", "a", "<a/>", true, true },
		{ "<a />", "a", "<a />", true, true },
		{ "</a>", "/a", "</a>", true, false },
		{ "<?xml v='1'?><b>", "?xml", "<?xml v='1'?>", true, false },
		{ "<s:s t='>'>x", "s:s", "<s:s t='>'>", true, false },
		{ "<a\tb='c", "a", "<a\tb='c", false, false },
		{ "<a b='/", "a", "<a b='/", false, false },
		{ "<", "", "<", false, false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct xml_tag t = xml_tag(rows[i].text, strlen(rows[i].text));

		assert_true(xml_tag_is(&t, rows[i].name));
		assert_false(xml_tag_is(&t, "b"));
		assert_int_equal(t.len, strlen(rows[i].tag));
		assert_memory_equal(t.at, rows[i].tag, t.len);
		assert_int_equal(xml_tag_ends(&t), rows[i].ends);
		assert_int_equal(xml_tag_is_empty(&t), rows[i].empty);
	}
	assert_null(xml_tag("none", 4).at);
	assert_null(xml_tag("", 0).at);
}

static void
test_attributes(void **state)
{
	static const struct {
		const char *text, *name, *value;
	} rows[] = {
		{ "<a id='1'>", "id", "1" },
		{ "<a xid='2' id='1'>", "id", "1" },
		{ "<a x=\" id='2'\" id = \"1\"/>", "id", "1" },
		{ "<a\nid='1'\n/>", "id", "1" },
		{ "<a id=''>", "id", "" },
		{ "<a ID='1'>", "id", NULL },
		{ "<a id=1>", "id", NULL },
		{ "<a id>", "id", NULL },
		{ "<a id='1", "id", NULL },
		{ "<a id=", "id", NULL },
		{ "<a>", "id", NULL },
		{ "<a/> id='1'", "id", NULL },
		{ "none", "id", NULL },
	};
	size_t i, len;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct xml_tag t = xml_tag(rows[i].text, strlen(rows[i].text));
		const char *value = xml_attribute(&t, rows[i].name, &len);

		assert_int_equal(value != NULL, rows[i].value != NULL);
		if (value == NULL)
			continue;
		assert_int_equal(len, strlen(rows[i].value));
		assert_memory_equal(value, rows[i].value, len);
		assert_true(xml_attribute_is(&t, rows[i].name, rows[i].value));
		assert_false(xml_attribute_is(&t, rows[i].name, "other"));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_tags),
		cmocka_unit_test(test_attributes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
