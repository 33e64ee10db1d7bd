/* SPDX-License-Identifier: ISC */
/* template_fuzz.c - texts are refused, or mean the same in all directions. */
#include <stdbool.h>

#include "buf.h"
#include "fail.h"
#include "fuzz.h"
#include "template.h"
#include "vars.h"

static bool
is(const struct buf *b, const char *p, size_t n)
{
	return b->len == n && (n == 0 || memcmp(buf_bytes(b), p, n) == 0);
}

/* Any bytes come back from both kinds of escapes, which hold no control. */
static void
check_escape(const char *p, size_t n)
{
	struct buf text = { 0 }, back = { 0 };
	struct vars none = { 0 };
	struct expanded x;
	struct fail f;
	size_t i;

	template_escape(&text, p, n);
	MUST(template_check(buf_bytes(&text), text.len, true, &f) == 0);
	MUST(
	    template_expand(&none, buf_bytes(&text), text.len, &back, &x) == 0);
	MUST(is(&back, p, n) && !x.bare && x.open == n);
	for (i = 0; i < text.len; i++)
		MUST((unsigned char)text.data[i] >= ' ');
	buf_clear(&text);
	buf_clear(&back);
	template_escape_plain(&text, p, n);
	MUST(template_check(buf_bytes(&text), text.len, false, &f) == 0);
	MUST(template_unescape(buf_bytes(&text), text.len, &back));
	MUST(is(&back, p, n));
	buf_free(&text);
	buf_free(&back);
}

/* What the variables of a text are. */
struct names {
	struct vars set; /* each with its name, twice, as its value */
	bool any;        /* ${} */
	bool twice;      /* one stands there more than once */
};

static void
note_name(void *arg, const char *name, size_t len)
{
	struct names *names = arg;
	char value[2 * VARS_NAME_MOST];

	if (len == 0) {
		names->any = true;
		return;
	}
	MUST(vars_name(name, len));
	names->twice |= vars_get(&names->set, name, len) != NULL;
	memcpy(value, name, len);
	memcpy(value + len, name, len);
	vars_set(&names->set, name, len, value, 2 * len);
}

/* A text fits what it says itself, whatever of it is known before. */
static void
check_expand(const struct names *names, const char *text, size_t n)
{
	struct vars known = { 0 }, unknown = { 0 };
	struct buf bytes = { 0 };
	struct expanded x;
	int rc;

	vars_copy(&known, &names->set);
	rc = template_expand(&known, text, n, &bytes, &x);
	MUST(rc == (names->any ? -1 : 0));
	if (rc == 0) {
		MUST(x.open <= bytes.len);
		MUST(template_fits(&known, text, n, buf_bytes(&bytes),
		    bytes.len));
		MUST(known.count == names->set.count);
	} else {
		MUST(bytes.len == 0);
	}
	if (rc == 0 && !names->twice) {
		MUST(template_fits(&unknown, text, n, buf_bytes(&bytes),
		    bytes.len));
		MUST(unknown.count == names->set.count);
	}
	vars_free(&known);
	vars_free(&unknown);
	buf_free(&bytes);
}

/* What was set by a line that fits gives that line again. */
static void
check_fits(const struct names *names, const char *text, size_t n,
    const char *line, size_t line_len)
{
	struct buf back = { 0 };
	struct vars v = { 0 };
	struct expanded x;

	if (!template_fits(&v, text, n, line, line_len)) {
		MUST(v.count == 0);
		return;
	}
	MUST(v.count == names->set.count);
	MUST(template_fits(&v, text, n, line, line_len));
	if (!names->any) {
		MUST(template_expand(&v, text, n, &back, &x) == 0);
		MUST(is(&back, line, line_len));
	}
	buf_free(&back);
	vars_free(&v);
}

/* Up to the first line feed a text, behind it a line. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *lf = size == 0 ? NULL : memchr(data, '\n', size);
	size_t n = lf == NULL ? size : (size_t)(lf - data);
	size_t line_len = lf == NULL ? 0 : size - n - 1;
	char *text = exact(data, n);
	char *line = exact(lf == NULL ? data : lf + 1, line_len);
	struct names names = { 0 };
	struct buf plain = { 0 };
	struct fail f;

	check_escape(text, n);
	check_escape(line, line_len);
	if (template_check(text, n, false, &f) == 0)
		template_unescape(text, n, &plain);
	MUST(plain.len <= n);
	if (template_check(text, n, true, &f) == 0) {
		template_names(text, n, note_name, &names);
		check_expand(&names, text, n);
		check_fits(&names, text, n, line, line_len);
	} else {
		MUST(f.status == STATUS_USAGE && f.text[0] == '"');
	}
	vars_free(&names.set);
	buf_free(&plain);
	free(text);
	free(line);
	return 0;
}
