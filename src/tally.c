/* SPDX-License-Identifier: ISC */
/* tally.c - checks written to a temporary file, and read again. */
#include <stdbool.h>
#include <string.h>

#include "buf.h"
#include "tally.h"

/* One record; the strings stand behind it, in this order. */
struct entry {
	enum { ENTRY_CHECK, ENTRY_END } kind;
	int how, status;
	bool good, has_expected, has_got, has_why;
	unsigned long line;
	double seconds;
	size_t what, expected, got, why;
};

FILE *
tally_open(void)
{
	return tmpfile();
}

void
tally_close(FILE *tally)
{
	fclose(tally);
}

static void
put(FILE *to, const char *p, size_t n)
{
	if (p != NULL && n > 0)
		fwrite(p, 1, n, to);
}

void
tally_check(FILE *to, const struct check *c)
{
	struct entry r;

	/* All of it goes to the file, what is between its parts too. */
	memset(&r, 0, sizeof r);
	r.kind = ENTRY_CHECK;
	r.good = c->good;
	r.has_expected = c->expected != NULL;
	r.has_got = c->got != NULL;
	r.has_why = c->why != NULL;
	r.line = c->line;
	r.seconds = c->seconds;
	r.what = c->what_len;
	r.expected = c->expected == NULL ? 0 : c->expected_len;
	r.got = c->got == NULL ? 0 : c->got_len;
	r.why = c->why == NULL ? 0 : strlen(c->why);
	fwrite(&r, sizeof r, 1, to);
	put(to, c->what, r.what);
	put(to, c->expected, r.expected);
	put(to, c->got, r.got);
	put(to, c->why, r.why);
}

void
tally_end(FILE *to, enum outcome how, int status, const char *why,
    double seconds)
{
	struct entry r;

	memset(&r, 0, sizeof r);
	r.kind = ENTRY_END;
	r.how = (int)how;
	r.status = status;
	r.seconds = seconds;
	r.why = why == NULL ? 0 : strlen(why);
	fwrite(&r, sizeof r, 1, to);
	put(to, why, r.why);
	fflush(to);
}

/* n bytes and a NUL behind them; false when they are not there. */
static bool
get(FILE *from, struct buf *b, size_t n, const char **text)
{
	char *p;

	buf_clear(b);
	p = buf_room(b, n + 1);
	if (fread(p, 1, n, from) != n)
		return false;
	p[n] = '\0';
	*text = p;
	return true;
}

static void
report_one(FILE *from, const struct entry *r, struct report *to)
{
	struct buf what = { 0 }, expected = { 0 }, got = { 0 }, why = { 0 };
	struct check c = { .line = r->line,
		.what_len = r->what,
		.good = r->good,
		.expected_len = r->expected,
		.got_len = r->got,
		.seconds = r->seconds };
	bool whole = get(from, &what, r->what, &c.what) &&
	    get(from, &expected, r->expected, &c.expected) &&
	    get(from, &got, r->got, &c.got) && get(from, &why, r->why, &c.why);

	if (!r->has_expected)
		c.expected = NULL;
	if (!r->has_got)
		c.got = NULL;
	if (!r->has_why)
		c.why = NULL;
	if (whole)
		report_check(to, &c);
	buf_free(&what);
	buf_free(&expected);
	buf_free(&got);
	buf_free(&why);
}

int
tally_report(FILE *from, struct report *to)
{
	struct buf why = { 0 };
	struct entry r;
	const char *text;
	int status = -1;

	rewind(from);
	while (status < 0 && fread(&r, sizeof r, 1, from) == 1) {
		if (r.kind == ENTRY_CHECK) {
			report_one(from, &r, to);
		} else if (get(from, &why, r.why, &text)) {
			status = r.status;
			report_file_end(to, (enum outcome)r.how,
			    r.why == 0 ? NULL : text, r.seconds);
		}
	}
	buf_free(&why);
	return status;
}
