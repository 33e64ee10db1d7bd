/* SPDX-License-Identifier: ISC */
/* answer.c - lines of replies. */
#include <stdarg.h>
#include <stdio.h>

#include "buf.h"
#include "practice/answer.h"
#include "practice/peer.h"
#include "text.h"

enum { LINE = 512, WORD = 40 };

void
answer(struct peer *p, const char *fmt, ...)
{
	char line[LINE];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof line, fmt, ap);
	va_end(ap);
	buf_addf(&p->out, "%s\r\n", line);
}

void
answer_word(struct peer *p, const char *before, const char *word, size_t n,
    const char *behind)
{
	buf_addf(&p->out, "%s\"", before);
	text_quote(&p->out, word, n, WORD);
	buf_addf(&p->out, "\"%s\r\n", behind);
}
