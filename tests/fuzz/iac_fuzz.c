/* SPDX-License-Identifier: ISC */
/* iac_fuzz.c - Telnet's commands: the same however they are cut, few words
 * in answer, and what is doubled comes back as it was. */
#include <string.h>

#include "buf.h"
#include "fuzz.h"
#include "iac.h"

static void
take(uint8_t kind, const char *data, size_t size, struct buf *out,
    struct buf *say)
{
	struct cuts cuts = cuts_begin(kind, size);
	struct iac t = { .state = 0 };

	while (size > 0) {
		size_t piece = cuts_next(&cuts, size), left;
		char *copy = exact(data, piece);

		left = iac_take(&t, copy, piece, say);
		MUST(left <= piece);
		buf_add(out, copy, left);
		free(copy);
		data += piece;
		size -= piece;
	}
}

static void
same(const struct buf *a, const struct buf *b)
{
	MUST(a->len == b->len);
	MUST(a->len == 0 || memcmp(buf_bytes(a), buf_bytes(b), a->len) == 0);
}

/* A NUL behind a CR is no data. */
static bool
has_padding(const uint8_t *data, size_t size)
{
	size_t i;

	for (i = 1; i < size; i++) {
		if (data[i - 1] == '\r' && data[i] == '\0')
			return true;
	}
	return false;
}

static void
check_words(const struct buf *say)
{
	struct buf words = { 0 };
	size_t i;

	MUST(say->len % 3 == 0);
	MUST(say->len <= (size_t)2 * 256 * 3 * IAC_REFUSALS);
	for (i = 0; i < say->len; i += 3)
		iac_words(buf_bytes(say) + i, &words);
	buf_free(&words);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf out[2] = { { 0 }, { 0 } }, say[2] = { { 0 }, { 0 } };
	struct buf doubled = { 0 }, back = { 0 }, none = { 0 };
	struct buf in = { 0 };

	if (size == 0)
		return 0;
	buf_add(&in, data + 1, size - 1);
	if (in.len > 0) {
		take(data[0], buf_bytes(&in), in.len, &out[0], &say[0]);
		take('1', buf_bytes(&in), in.len, &out[1], &say[1]);
		iac_double(&doubled, buf_bytes(&in), in.len);
		take(data[0], buf_bytes(&doubled), doubled.len, &back, &none);
	}
	same(&out[0], &out[1]);
	same(&say[0], &say[1]);
	if (!has_padding(data, size))
		same(&back, &in);
	MUST(none.len == 0);
	check_words(&say[0]);
	buf_free(&out[0]);
	buf_free(&out[1]);
	buf_free(&say[0]);
	buf_free(&say[1]);
	buf_free(&doubled);
	buf_free(&back);
	buf_free(&in);
	return 0;
}
