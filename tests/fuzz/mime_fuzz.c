/* SPDX-License-Identifier: ISC */
/* mime_fuzz.c - text and names encoded for mail, and a message followed. */
#include <string.h>

#include "buf.h"
#include "fuzz.h"
#include "mimepart.h"
#include "mimetype.h"
#include "posting.h"
#include "practice/mimecode.h"
#include "quoted.h"
#include "text.h"

/* The text as it travels. */
static void
canonical(struct buf *to, const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (p[i] == '\n' && (i == 0 || p[i - 1] != '\r'))
			buf_adds(to, "\r");
		buf_add(to, p + i, 1);
	}
}

static void
check_lines(const char *p, size_t n, size_t most)
{
	size_t i, columns = 0;

	for (i = 0; i < n; i++) {
		if (p[i] == '\r' && i + 1 < n && p[i + 1] == '\n') {
			MUST(columns == 0 || !strchr(" \t", p[i - 1]));
			columns = 0;
			i++;
			continue;
		}
		MUST(p[i] == '\t' || (p[i] >= ' ' && p[i] <= '~'));
		MUST(++columns <= most);
	}
}

static void
check_quoted(const char *p, size_t n, uint8_t kind)
{
	struct buf coded = { 0 }, back = { 0 }, want = { 0 };
	struct cuts cuts = cuts_begin(kind, n);
	struct quoted q = { .columns = 0 };
	size_t at, len;

	for (at = 0; at < n; at += len) {
		char *to;

		len = cuts_next(&cuts, n - at);
		to = buf_room(&coded, QUOTED_MOST * len + QUOTED_HELD);
		buf_grew(&coded, quoted_add(&q, to, p + at, len));
	}
	buf_grew(&coded, quoted_end(&q, buf_room(&coded, QUOTED_HELD), false));
	canonical(&want, p, n);
	if (coded.len > 0) {
		check_lines(buf_bytes(&coded), coded.len, QUOTED_COLUMNS);
		mimecode_quoted(&back, buf_bytes(&coded), coded.len, false);
	}
	MUST(back.len == want.len);
	MUST(back.len == 0 ||
	    memcmp(buf_bytes(&back), buf_bytes(&want), back.len) == 0);
	buf_free(&coded);
	buf_free(&back);
	buf_free(&want);
}

static void
check_base64(const char *p, size_t n)
{
	size_t lines = (n + MIMEPART_BYTES - 1) / MIMEPART_BYTES;
	char *coded = malloc(lines * MIMEPART_LINE + 1);
	size_t len = mimepart_base64(coded, p, n);
	struct buf back = { 0 };

	MUST(len <= lines * MIMEPART_LINE);
	check_lines(coded, len, 76);
	MUST(mimecode_base64(&back, coded, len));
	MUST(back.len == n);
	MUST(n == 0 || memcmp(buf_bytes(&back), p, n) == 0);
	free(coded);
	buf_free(&back);
}

static void
check_header(const char *name)
{
	struct mimepart part = { "text/plain", NULL, name };
	struct buf b = { 0 };

	mimepart_header(&b, &part);
	check_lines(buf_bytes(&b), b.len, 78);
	MUST(b.len <= 200 + 20 * strlen(name));
	buf_free(&b);
	mimetype_suffix(name);
	mimepart_is_type(name);
}

/* What is known of a message does not depend on how it came. */
static void
check_posting(const char *p, size_t n, uint8_t kind)
{
	struct posting *a = malloc(2 * sizeof *a), *b = a + 1;
	struct cuts cuts = cuts_begin(kind, n);
	size_t at, len;

	posting_begin(a);
	posting_begin(b);
	for (at = 0; at < n; at += len) {
		len = cuts_next(&cuts, n - at);
		posting_said(a, p + at, len);
	}
	posting_said(b, p, n);
	MUST(a->place == b->place && a->kind == b->kind);
	MUST(a->version == b->version);
	MUST(strcmp(a->boundary, b->boundary) == 0);
	MUST(strlen(a->boundary) <= POSTING_BOUNDARY);
	MUST(a->boundary[0] == '\0' || a->kind == POSTING_MULTIPART);
	free(a);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *p, *s;

	if (size == 0)
		return 0;
	p = exact(data + 1, size - 1);
	s = malloc(size);
	memcpy(s, data + 1, size - 1);
	s[size - 1] = '\0';
	check_quoted(p, size - 1, data[0]);
	check_base64(p, size - 1);
	check_posting(p, size - 1, data[0]);
	mimetype_charset(p, size - 1, data[0] % 2 == 0);
	check_header(s);
	free(p);
	free(s);
	return 0;
}
