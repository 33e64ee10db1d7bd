/* SPDX-License-Identifier: ISC */
/* transcript_fuzz.c - a transcript is the same whenever it is read, whatever
 * its line ends are, and however far all of it is indented. */
#include <string.h>

#include "buf.h"
#include "fail.h"
#include "fuzz.h"
#include "transcript.h"

static void
add_item(struct buf *to, const struct item *item)
{
	buf_addf(to, "%lu %d %d %d %d %u %d %g %s|", item->line,
	    (int)item->kind, (int)item->how, (int)item->event, item->joined,
	    item->accepts, item->number, item->seconds, item->label);
	buf_add(to, item->source, item->source_len);
	buf_adds(to, "|");
	buf_add(to, item->text, item->len);
	buf_adds(to, "\n");
}

static void
check(const struct item *item, unsigned long before)
{
	MUST(item->line > before);
	MUST(item->text[item->len] == '\0');
	MUST(memchr(item->text, '\0', item->len) == NULL);
	MUST(memchr(item->text, '\n', item->len) == NULL);
	MUST(item->len <= item->source_len);
	MUST((item->accepts != 0) ==
	    (item->kind == ITEM_EVENT && item->event == EVENT_UPGRADE));
	MUST(item->seconds >= 0);
	MUST(!item->joined || item->kind == ITEM_SAY);
}

/* All items; false if it is no transcript. */
static bool
items(struct buf *to, const char *text, size_t n)
{
	char *copy = exact(text, n);
	struct transcript t;
	struct item item;
	struct fail f = { .status = STATUS_OK };
	size_t again;
	int rc = transcript_text(&t, "f", copy, n, &f), i;

	free(copy);
	if (rc < 0) {
		MUST(f.status == STATUS_USAGE);
		MUST(strncmp(f.text, "f:", 2) == 0);
		return false;
	}
	for (i = 0; i < 2; i++) {
		unsigned long before = 0;

		again = to->len;
		while ((rc = transcript_next(&t, &item, &f)) > 0) {
			check(&item, before);
			before = item.line;
			add_item(to, &item);
		}
		MUST(rc == 0);
		transcript_rewind(&t);
	}
	MUST(again * 2 == to->len);
	MUST(again == 0 ||
	    memcmp(buf_bytes(to), buf_bytes(to) + again, again) == 0);
	transcript_close(&t);
	return true;
}

/* A text with something before each line, and something before each LF. */
static void
dress(struct buf *to, const char *p, size_t n, const char *indent,
    const char *end)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (i == 0 || p[i - 1] == '\n')
			buf_adds(to, indent);
		if (p[i] == '\n')
			buf_adds(to, end);
		buf_add(to, p + i, 1);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct buf plain = { 0 }, dressed = { 0 }, got = { 0 };
	bool is = items(&plain, text, size);
	bool bare = memchr(text, '\r', size) == NULL;

	/* What begins as UTF-8 does on Windows does not so behind blanks. */
	if (size > 0 && data[0] != 0xef) {
		dress(&dressed, text, size, " \t ", bare ? "\r" : "");
		MUST(items(&got, buf_bytes(&dressed), dressed.len) == is);
		MUST(got.len == plain.len);
		MUST(got.len == 0 ||
		    memcmp(buf_bytes(&got), buf_bytes(&plain), got.len) == 0);
	}
	buf_free(&plain);
	buf_free(&dressed);
	buf_free(&got);
	return 0;
}
