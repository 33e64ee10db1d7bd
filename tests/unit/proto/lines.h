/* SPDX-License-Identifier: ISC */
/* lines.h - what a protocol makes of single lines, as tables. */
#ifndef LINES_H
#define LINES_H

#include <stdbool.h>
#include <string.h>

#include "buf.h"
#include "proto.h"

/* How much a greeting is like one of the protocol's: 0, 1 or 2. */
struct greets_row {
	const char *line;
	int like;
};

/* The remark on a line; "": there is none. */
struct remark_row {
	const char *line, *text;
};

/* The class of a reply to a verb that is not known. */
struct class_row {
	const char *line;
	enum reply_class class;
};

static inline void
lines_greet(const struct proto *p, const struct greets_row *rows, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		int like = p->greets(rows[i].line, strlen(rows[i].line));

		if (like != rows[i].like)
			fail_msg("\"%s\": %d", rows[i].line, like);
	}
}

static inline void
lines_remark(const struct proto *p, const struct remark_row *rows, size_t n)
{
	static const struct asked nothing = { .verb = NULL };
	size_t i;

	for (i = 0; i < n; i++) {
		struct buf to = { 0 };
		bool said = p->remark(&nothing, rows[i].line,
		    strlen(rows[i].line), &to);

		buf_add(&to, "", 1);
		if (said != (rows[i].text[0] != '\0') ||
		    strcmp(buf_bytes(&to), rows[i].text) != 0)
			fail_msg("\"%s\": %s", rows[i].line, buf_bytes(&to));
		buf_free(&to);
	}
}

static inline void
lines_judge(const struct proto *p, const struct class_row *rows, size_t n)
{
	static const struct asked nothing = { .verb = NULL };
	size_t i;

	for (i = 0; i < n; i++) {
		struct hold h = { 0 };
		struct judged j =
		    p->judge(&h, &nothing, rows[i].line, strlen(rows[i].line));

		if (j.class != rows[i].class)
			fail_msg("\"%s\": %d", rows[i].line, (int)j.class);
	}
}

#endif
