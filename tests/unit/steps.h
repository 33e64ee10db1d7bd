/* SPDX-License-Identifier: ISC */
/* steps.h - playing preambles: for the tests of those protocols. */
#ifndef STEPS_H
#define STEPS_H

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "buf.h"
#include "preamble.h"
#include "proto.h"

#define BYTES(text) text, sizeof(text) - 1

/* What the server says, and what becomes of it. */
struct step_row {
	const char *in;
	size_t n;
	enum preamble_says says;
	const char *why; /* exactly; NULL: nothing */
	size_t left;     /* bytes behind the preamble */
};

/* A preamble as begin.c plays it. */
struct steps {
	const struct preamble *p;
	struct preamble_talk t;
	struct buf in, say, why;
	enum preamble_says says;
};

/* More bytes came (at first: none were there). */
static inline void
steps_take(struct steps *s, const char *in, size_t n)
{
	char *exact;

	if (n > 0)
		buf_add(&s->in, in, n);
	/* A copy of that very size, so that memory checkers see it all. */
	exact = calloc(1, s->in.len);
	if (s->in.len > 0)
		memcpy(exact, buf_bytes(&s->in), s->in.len);
	s->t.used = 0;
	s->t.say = &s->say;
	s->t.why = &s->why;
	s->says = s->p->step(&s->t, exact, s->in.len);
	free(exact);
	assert_true(s->t.used <= s->in.len);
	buf_drop(&s->in, s->t.used);
}

static inline void
steps_end(struct steps *s)
{
	buf_free(&s->in);
	buf_free(&s->say);
	buf_free(&s->why);
}

static inline void
steps_say(const struct steps *s, const char *bytes, size_t n)
{
	assert_int_equal(s->say.len, n);
	if (n > 0)
		assert_memory_equal(buf_bytes(&s->say), bytes, n);
}

/* The server's words in two parts, the first of which may say all. */
static inline void
steps_cut(const struct preamble *p, const struct step_row *row, size_t cut,
    const struct buf *say)
{
	struct steps s = { .p = p };

	steps_take(&s, "", 0);
	assert_int_equal(s.says, PREAMBLE_MORE);
	steps_take(&s, row->in, cut);
	if (s.says == PREAMBLE_AGREED)
		assert_true(cut >= row->n - row->left);
	if (s.says == PREAMBLE_MORE) {
		steps_take(&s, row->in + cut, row->n - cut);
		steps_say(&s, buf_bytes(say), say->len);
	}
	assert_int_equal(s.says, row->says);
	steps_end(&s);
}

/* A byte of them is another one: anything may be said of it. */
static inline void
steps_bend(const struct preamble *p, const struct step_row *row, size_t at)
{
	static const unsigned char others[] = { 0, 1, 4, 0x30, 0x7f, 0x80, 0x81,
		0x84, 0xf0, 0xfa, 0xfd, 0xff };
	char *bent = malloc(row->n);
	size_t i;

	memcpy(bent, row->in, row->n);
	for (i = 0; i < sizeof others; i++) {
		struct steps s = { .p = p };

		bent[at] = (char)others[i];
		steps_take(&s, "", 0);
		steps_take(&s, bent, row->n);
		assert_true(s.says == PREAMBLE_REFUSED || s.why.len == 0);
		steps_end(&s);
	}
	free(bent);
}

/* One row: at once, in two parts cut anywhere, and bent. */
static inline void
steps_row(const struct preamble *p, const struct step_row *row)
{
	struct steps s = { .p = p };
	const char *why = row->why == NULL ? "" : row->why;
	size_t at;

	steps_take(&s, "", 0);
	steps_take(&s, row->in, row->n);
	if (s.why.len != strlen(why) ||
	    (s.why.len > 0 && memcmp(buf_bytes(&s.why), why, s.why.len) != 0))
		fail_msg("\"%s\" is expected, not \"%.*s\"", why,
		    (int)s.why.len, buf_bytes(&s.why));
	assert_int_equal(s.says, row->says);
	if (s.says == PREAMBLE_AGREED)
		assert_int_equal(s.in.len, row->left);
	for (at = 0; at <= row->n; at++)
		steps_cut(p, row, at, &s.say);
	for (at = 0; at < row->n; at++)
		steps_bend(p, row, at);
	steps_end(&s);
}

#define STEPS_ROWS(proto, rows) \
	do { \
		size_t row_; \
		for (row_ = 0; row_ < sizeof(rows) / sizeof(rows)[0]; row_++) \
			steps_row((proto).preamble, &(rows)[row_]); \
	} while (0)

#endif
