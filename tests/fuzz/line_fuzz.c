/* SPDX-License-Identifier: ISC */
/* line_fuzz.c - where lines end, whatever the bytes and the cuts are. */
#include <string.h>

#include "buf.h"
#include "fuzz.h"
#include "line.h"

/* STRETCH and a count stand for that many times 1 KiB of 'x': lines longer
 * than LINE_MOST come from small inputs. */
enum { STRETCH = 0xfe, STRETCH_BYTES = 1024 };

static void
stretch(struct buf *to, const uint8_t *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		size_t more = 0;

		if (p[i] == STRETCH && i + 1 < n && to->len < LINE_MOST)
			more = STRETCH_BYTES * (size_t)(p[++i] % 80);
		if (more == 0) {
			buf_add(to, p + i, 1);
		} else {
			memset(buf_room(to, more), 'x', more);
			buf_grew(to, more);
		}
	}
}

/* Put the piece into `all` with all that is known of it, and into `bytes`
 * as it came. */
static void
keep(const struct line_piece *piece, struct buf *all, struct buf *bytes)
{
	MUST(piece->len <= LINE_MOST);
	MUST(piece->len == 0 || memchr(piece->text, '\n', piece->len) == NULL);
	MUST(piece->last || !piece->crlf);
	buf_addf(all, "%d%d%d%zu:", piece->first, piece->last, piece->crlf,
	    piece->len);
	buf_add(all, piece->text, piece->len);
	buf_add(bytes, piece->text, piece->len);
	if (piece->last)
		buf_adds(bytes, piece->crlf ? "\r\n" : "\n");
}

/* Cut the bytes into lines; c NULL: all at once. */
static unsigned long
split(const struct buf *b, struct cuts *c, struct buf *all, struct buf *bytes)
{
	struct line l = { 0 };
	struct line_piece piece;
	size_t at, len;

	for (at = 0; at < b->len; at += len) {
		char *copy;
		const char *p;
		size_t n;

		len = c == NULL ? b->len : cuts_next(c, b->len - at);
		p = copy = exact(buf_bytes(b) + at, len);
		n = len;
		while (line_next(&l, &p, &n, &piece))
			keep(&piece, all, bytes);
		MUST(n == 0);
		free(copy);
	}
	MUST(line_is_open(&l) == (b->len > 0 && b->data[b->len - 1] != '\n'));
	if (line_rest(&l, &piece)) {
		MUST(!piece.last);
		keep(&piece, all, bytes);
	}
	at = l.bare;
	line_free(&l);
	return at;
}

static bool
same(const struct buf *a, const struct buf *b)
{
	return a->len == b->len &&
	    (a->len == 0 || memcmp(buf_bytes(a), buf_bytes(b), a->len) == 0);
}

static void
check_split(const struct buf *b, struct cuts cuts)
{
	struct buf whole = { 0 }, cut = { 0 }, back = { 0 }, again = { 0 };
	unsigned long bare = 0;
	size_t i;

	for (i = 0; i < b->len; i++)
		bare +=
		    b->data[i] == '\n' && (i == 0 || b->data[i - 1] != '\r');
	MUST(split(b, NULL, &whole, &back) == bare);
	MUST(split(b, &cuts, &cut, &again) == bare);
	MUST(same(&whole, &cut));
	MUST(same(&back, b));
	buf_free(&whole);
	buf_free(&cut);
	buf_free(&back);
	buf_free(&again);
}

/* CR before each LF that has none, byte by byte. */
static void
naive_crlf(struct buf *to, const struct buf *b)
{
	char *d = buf_room(to, 2 * b->len + 1);
	size_t i, n = 0;

	for (i = 0; i < b->len; i++) {
		if (b->data[i] == '\n' && (i == 0 || b->data[i - 1] != '\r'))
			d[n++] = '\r';
		d[n++] = b->data[i];
	}
	buf_grew(to, n);
}

/* No CR before LF. */
static void
naive_lf(struct buf *to, const struct buf *b)
{
	char *d = buf_room(to, b->len + 1);
	size_t i, n = 0;

	for (i = 0; i < b->len; i++) {
		if (b->data[i] != '\r' || i + 1 == b->len ||
		    b->data[i + 1] != '\n')
			d[n++] = b->data[i];
	}
	buf_grew(to, n);
}

static void
check_crlf(const struct buf *b, struct cuts cuts,
    size_t (*crlf)(char *, const char *, size_t, char *))
{
	struct buf wanted = { 0 }, got = { 0 };
	char last = 0;
	size_t at, len;

	naive_crlf(&wanted, b);
	for (at = 0; at < b->len; at += len) {
		char *src, *dst;

		len = cuts_next(&cuts, b->len - at);
		src = exact(b->data + at, len);
		dst = malloc(2 * len + 64);
		buf_add(&got, dst, crlf(dst, src, len, &last));
		MUST(last == src[len - 1]);
		free(src);
		free(dst);
	}
	MUST(same(&wanted, &got));
	buf_free(&wanted);
	buf_free(&got);
}

static void
check_lf(const struct buf *b, struct cuts cuts)
{
	struct buf wanted = { 0 }, got = { 0 };
	bool cr = false;
	size_t at, len;

	naive_lf(&wanted, b);
	for (at = 0; at < b->len; at += len) {
		char *src, *dst;

		len = cuts_next(&cuts, b->len - at);
		src = exact(b->data + at, len);
		dst = malloc(len + 1);
		buf_add(&got, dst, line_lf(dst, src, len, &cr));
		free(src);
		free(dst);
	}
	if (cr)
		buf_adds(&got, "\r");
	MUST(same(&wanted, &got));
	buf_free(&wanted);
	buf_free(&got);
}

/* The first line "." from `at` on, line by line. */
static size_t
naive_dot(const struct buf *b, bool at_start, size_t *safe)
{
	const char *p = b->data, *end = p + b->len, *lf;

	*safe = b->len;
	if (!at_start)
		p = b->len == 0 || (lf = memchr(p, '\n', b->len)) == NULL ?
		    end :
		    lf + 1;
	while ((lf = memchr(p, '\n', (size_t)(end - p))) != NULL) {
		size_t n = (size_t)(lf - p);

		if ((n == 1 && p[0] == '.') ||
		    (n == 2 && memcmp(p, ".\r", 2) == 0))
			return (size_t)(lf - b->data) + 1;
		p = lf + 1;
		if (p == end)
			return 0;
	}
	if ((end - p == 1 && p[0] == '.') ||
	    (end - p == 2 && memcmp(p, ".\r", 2) == 0))
		*safe = (size_t)(p - b->data);
	return 0;
}

static void
check_dot(const struct buf *b, bool at_start)
{
	char *p = exact(b->data, b->len);
	size_t safe, wanted_safe;
	size_t end = line_dot(p, b->len, at_start, &safe);

	MUST(end == naive_dot(b, at_start, &wanted_safe));
	MUST(end > 0 || safe == wanted_safe);
	free(p);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf b = { 0 };

	if (size < 2)
		return 0;
	stretch(&b, data + 1, size - 1);
	check_split(&b, cuts_begin(data[0], b.len));
	check_crlf(&b, cuts_begin(data[0], b.len), line_crlf);
	check_crlf(&b, cuts_begin(data[0], b.len), line_crlf_portable);
	check_lf(&b, cuts_begin(data[0], b.len));
	check_dot(&b, true);
	check_dot(&b, false);
	buf_free(&b);
	return 0;
}
