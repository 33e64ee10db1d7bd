/* template.h - text with escapes and variables in it.  Floor 2. */
/* SPDX-License-Identifier: ISC */
#ifndef TEMPLATE_H
#define TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>

struct buf;
struct fail;
struct vars;

/*
 * The text behind C$ and S$ in a transcript (telex-transcript(5)): the
 * escapes \\ \$ \r \n \t \xHH, \c at the end (no line end follows), and the
 * variables ${name} and, where it is matched, ${}.  Behind S% it has escapes
 * alone.  A lone "$" is itself.
 */

/* Is it well-formed?  -1 and a sentence without file and line (status 2). */
int template_check(const char *text, size_t len, bool variables,
    struct fail *f);

/* Hand each variable of a well-formed text to this in order, its name where
 * it stands in the text; "" for ${}. */
typedef void template_each(void *arg, const char *name, size_t len);
void template_names(const char *text, size_t len, template_each *each,
    void *arg);

/* What a text says when its variables have been put in. */
struct expanded {
	const char *unset; /* name in the text of the one without a value */
	size_t unset_len;
	size_t open; /* of those appended, up to the first secret; or all */
	bool bare;   /* \c: no line end follows */
};

/*
 * Append the bytes that a well-formed text stands for.  -1 when a variable is
 * not set, with `unset`; `to` is then as it was.
 */
int template_expand(const struct vars *v, const char *text, size_t len,
    struct buf *to, struct expanded *x);

/* The sentence about that (status 2); -1. */
int template_unset(const struct expanded *x, struct fail *f);

/* The same of escapes alone; cannot fail.  True unless \c stood there. */
bool template_unescape(const char *text, size_t len, struct buf *to);

/* Append p so that template_expand gives exactly these n bytes again. */
void template_escape(struct buf *to, const char *p, size_t n);

/* The same for template_unescape, where "$" is nothing special. */
void template_escape_plain(struct buf *to, const char *p, size_t n);

/*
 * Does this line of the server fit a well-formed text?  ${} takes any bytes;
 * an unset ${name} takes any and is set to them; one that is set, before or
 * further left in this text, must stand there.  Each that takes any takes as
 * few as let the text up to the next such one fit, and there is no going
 * back: "${a},${a}" does not fit "1,2,1,2".  At the end of the text it takes
 * all.  Variables are set only when the whole line fits.  Time is linear in
 * the product of both lengths at worst.
 */
bool template_fits(struct vars *v, const char *text, size_t len,
    const char *line, size_t line_len);

#endif
