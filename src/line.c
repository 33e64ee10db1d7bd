/* SPDX-License-Identifier: ISC */
/* line.c - cutting and converting line ends in large blocks. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#if defined __x86_64__ && defined __GNUC__
#include <immintrin.h>
#define LINE_AVX2 1
#endif

#include "fail.h"
#include "line.h"
#include "text.h"

/* Hand out n bytes at p as a piece; `end` is the line end's length in them. */
static void
piece_set(struct line *l, struct line_piece *piece, const char *p, size_t n)
{
	piece->text = p;
	piece->len = n;
	piece->first = !l->continued;
	piece->last = false;
	piece->crlf = false;
	if (l->end != '\0') {
		piece->first = piece->last = piece->crlf = true;
		l->continued = false;
		return;
	}
	if (n > 0 && p[n - 1] == '\n') {
		piece->last = true;
		piece->len--;
		piece->crlf = n > 1 && p[n - 2] == '\r';
		if (piece->crlf)
			piece->len--;
		else
			l->bare++;
	}
	l->continued = !piece->last;
}

/* So many bytes more of the unfinished line. */
static void
line_keep(struct line *l, const char **p, size_t *n, size_t more)
{
	if (l->data == NULL)
		l->data = xmalloc(LINE_MOST);
	memcpy(l->data + l->len, *p, more);
	l->len += more;
	*p += more;
	*n -= more;
}

/*
 * The unfinished line with `more` bytes behind it.  A piece never ends in
 * CR, so that CR LF stays together however the stream was cut.
 */
static bool
line_append(struct line *l, const char **p, size_t *n, size_t more,
    struct line_piece *piece)
{
	bool ended = more > 0 && (*p)[more - 1] == '\n';

	if (more > LINE_MOST - l->len) {
		more = LINE_MOST - l->len;
		ended = false;
	}
	line_keep(l, p, n, more);
	if (!ended && l->len < LINE_MOST)
		return false;
	more = l->len;
	if (!ended && l->data[more - 1] == '\r')
		more--;
	piece_set(l, piece, l->data, more);
	l->len -= more;
	l->held = l->len > 0;
	l->len = 0;
	return true;
}

/* A CR held back is the first byte of what comes next. */
static void
line_unhold(struct line *l)
{
	if (l->held) {
		l->held = false;
		l->data[0] = '\r';
		l->len = 1;
	}
}

/* The next line where a byte of its own ends each. */
static bool
line_next_marked(struct line *l, const char **p, size_t *n,
    struct line_piece *piece)
{
	const char *end;
	size_t len;

	while (l->len == 0 && *n > 0 && (**p == '\r' || **p == '\n')) {
		(*p)++;
		(*n)--;
	}
	if (*n == 0)
		return false;
	end = memchr(*p, l->end, *n);
	len = end == NULL ? *n : (size_t)(end - *p) + 1;
	if (l->len == 0 && end != NULL && len <= LINE_MOST) {
		piece_set(l, piece, *p, len);
		*p += len;
		*n -= len;
		return true;
	}
	if (len > LINE_MOST - l->len) {
		len = LINE_MOST - l->len;
		end = NULL;
	}
	line_keep(l, p, n, len);
	if (end == NULL && l->len < LINE_MOST)
		return false;
	piece_set(l, piece, l->data, l->len);
	l->len = 0;
	return true;
}

bool
line_next(struct line *l, const char **p, size_t *n, struct line_piece *piece)
{
	const char *end;
	size_t len;

	if (*n == 0)
		return false;
	line_unhold(l);
	if (l->end != '\0')
		return line_next_marked(l, p, n, piece);
	end = memchr(*p, '\n', *n);
	len = end == NULL ? *n : (size_t)(end - *p) + 1;
	if (l->len > 0 || end == NULL || len > LINE_MOST)
		return line_append(l, p, n, len, piece);
	piece_set(l, piece, *p, len);
	*p += len;
	*n -= len;
	return true;
}

bool
line_rest(struct line *l, struct line_piece *piece)
{
	line_unhold(l);
	if (l->len == 0)
		return false;
	piece_set(l, piece, l->data, l->len);
	l->len = 0;
	return true;
}

void
line_keep_ends(struct line_ends *e, const struct line_piece *piece)
{
	enum { TAIL = 64, HEAD = sizeof e->text - TAIL };
	char *tail = e->text + HEAD;
	size_t skip = 0, n, old;

	if (piece->first) {
		skip = piece->len < HEAD ? piece->len : HEAD;
		memcpy(e->text, piece->text, skip);
		e->len = skip;
	}
	n = piece->len - skip < TAIL ? piece->len - skip : TAIL;
	if (n == 0)
		return;
	old = e->len - HEAD < TAIL - n ? e->len - HEAD : TAIL - n;
	memmove(tail, e->text + e->len - old, old);
	memcpy(tail + old, piece->text + piece->len - n, n);
	e->len = HEAD + old + n;
}

bool
line_is_open(const struct line *l)
{
	return l->len > 0 || l->held || l->continued;
}

void
line_reset(struct line *l)
{
	if (l->data != NULL)
		text_wipe(l->data, l->len);
	l->len = 0;
	l->held = false;
	l->continued = false;
}

void
line_free(struct line *l)
{
	line_reset(l);
	free(l->data);
	memset(l, 0, sizeof *l);
}

size_t
line_crlf_portable(char *dst, const char *src, size_t n, char *last)
{
	const char *end = src + n;
	char *d = dst;
	char before = *last;

	while (src < end) {
		const char *lf = memchr(src, '\n', (size_t)(end - src));
		size_t len = (size_t)((lf == NULL ? end : lf) - src);

		memcpy(d, src, len);
		d += len;
		src += len;
		if (len > 0)
			before = src[-1];
		if (lf == NULL)
			break;
		if (before != '\r')
			*d++ = '\r';
		*d++ = '\n';
		before = '\n';
		src++;
	}
	*last = before;
	return (size_t)(d - dst);
}

#ifdef LINE_AVX2
/*
 * 32 bytes at a time.  Each block is stored as it is; then, from its first
 * line feed on, it is stored again one byte further with CR in the gap.
 */
__attribute__((target("avx2"))) static size_t
crlf_avx2(char *dst, const char *src, size_t n, char *last)
{
	const __m256i lf = _mm256_set1_epi8('\n');
	const __m256i cr = _mm256_set1_epi8('\r');
	uint32_t before_cr = *last == '\r';
	char *d = dst;
	size_t i;

	/* The second store of a block may read 32 bytes behind its start. */
	for (i = 0; i + 64 <= n; i += 32) {
		__m256i v = _mm256_loadu_si256((const void *)(src + i));
		uint32_t crs =
		    (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(v, cr));
		uint32_t m =
		    (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(v, lf));

		m &= ~(crs << 1 | before_cr);
		before_cr = crs >> 31;
		_mm256_storeu_si256((void *)d, v);
		for (; m != 0; m &= m - 1) {
			unsigned k = (unsigned)__builtin_ctz(m);

			d[k] = '\r';
			v = _mm256_loadu_si256((const void *)(src + i + k));
			d++;
			_mm256_storeu_si256((void *)(d + k), v);
		}
		d += 32;
	}
	if (i > 0)
		*last = src[i - 1];
	d += line_crlf_portable(d, src + i, n - i, last);
	return (size_t)(d - dst);
}

/* The first "\n." of n bytes whose dot is inside them. */
__attribute__((target("avx2"))) static const char *
lf_dot_avx2(const char *p, size_t n)
{
	const __m256i lf = _mm256_set1_epi8('\n');
	const __m256i dot = _mm256_set1_epi8('.');
	size_t i;

	for (i = 0; i + 33 <= n; i += 32) {
		__m256i a = _mm256_loadu_si256((const void *)(p + i));
		__m256i b = _mm256_loadu_si256((const void *)(p + i + 1));
		uint32_t m = (uint32_t)_mm256_movemask_epi8(_mm256_and_si256(
		    _mm256_cmpeq_epi8(a, lf), _mm256_cmpeq_epi8(b, dot)));

		if (m != 0)
			return p + i + __builtin_ctz(m);
	}
	return memmem(p + i, n - i, "\n.", 2);
}
#endif

size_t
line_crlf(char *dst, const char *src, size_t n, char *last)
{
#ifdef LINE_AVX2
	if (__builtin_cpu_supports("avx2"))
		return crlf_avx2(dst, src, n, last);
#endif
	return line_crlf_portable(dst, src, n, last);
}

static const char *
lf_dot(const char *p, size_t n)
{
#ifdef LINE_AVX2
	if (__builtin_cpu_supports("avx2"))
		return lf_dot_avx2(p, n);
#endif
	return memmem(p, n, "\n.", 2);
}

size_t
line_lf(char *dst, const char *src, size_t n, bool *cr)
{
	char *d = dst;
	size_t i = 0;

	while (i < n) {
		const char *next;
		size_t len;

		if (*cr && src[i] != '\n')
			*d++ = '\r';
		*cr = false;
		next = memchr(src + i, '\r', n - i);
		len = next == NULL ? n - i : (size_t)(next - (src + i));
		memcpy(d, src + i, len);
		d += len;
		i += len;
		if (next != NULL) {
			*cr = true;
			i++;
		}
	}
	return (size_t)(d - dst);
}

/* Does the line that begins at p end the data?  Its length with the line
 * end; 0: no; (size_t)-1: more bytes are needed to tell. */
static size_t
dot_line(const char *p, size_t n)
{
	if (n == 0 || (n == 1 && p[0] == '.') ||
	    (n == 2 && p[0] == '.' && p[1] == '\r'))
		return (size_t)-1;
	if (p[0] != '.')
		return 0;
	if (p[1] == '\n')
		return 2;
	return p[1] == '\r' && p[2] == '\n' ? 3 : 0;
}

size_t
line_dot(const char *p, size_t n, bool at_start, size_t *safe)
{
	const char *from = p;
	size_t len;

	*safe = n;
	if (at_start) {
		len = dot_line(p, n);
		if (len == (size_t)-1) {
			*safe = 0;
			return 0;
		}
		if (len > 0)
			return len;
	}
	while ((from = lf_dot(from, n - (size_t)(from - p))) != NULL) {
		size_t at = (size_t)(++from - p);

		len = dot_line(from, n - at);
		if (len == (size_t)-1) {
			*safe = at;
			return 0;
		}
		if (len > 0)
			return at + len;
	}
	return 0;
}

size_t
line_fit(const char *p, size_t n, uint64_t most, uint64_t *made)
{
	size_t used = 0;
	uint64_t out = 0;

	while (used < n && out < most) {
		const char *lf = memchr(p + used, '\n', n - used);
		size_t len = lf == NULL ? n - used : (size_t)(lf - p) - used;

		if (len >= most - out) {
			used += (size_t)(most - out);
			out = most;
			break;
		}
		used += len;
		out += len;
		if (lf == NULL)
			break;
		out += used > 0 && p[used - 1] == '\r' ? 1 : 2;
		used++;
	}
	*made = out < most ? out : most;
	return used;
}
