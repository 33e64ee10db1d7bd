/* SPDX-License-Identifier: ISC */
/* report.c - what a replay found, in the form that is wanted. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "fail.h"
#include "report.h"
#include "shown.h"
#include "text.h"

/* How many bytes of a command, an expectation or a reply are shown. */
enum { SHOWN = 300 };

/* Telex's own words and the names of files are shown whole. */
static void
add_words(struct buf *to, shown *add, const char *words)
{
	add(to, words, strlen(words), SIZE_MAX);
}

/* The first reason is kept. */
static void
failed(int *error)
{
	if (*error == 0)
		*error = errno != 0 ? errno : EIO;
}

static void
put(FILE *to, struct buf *text, int *error)
{
	size_t n = text->len;

	errno = 0;
	if (n > 0 && fwrite(buf_bytes(text), 1, n, to) != n)
		failed(error);
	buf_clear(text);
}

/* Each line at once: who reads a pipe sees how far it is. */
static void
put_out(struct report *r)
{
	put(r->out, &r->text, &r->error);
	if (fflush(r->out) != 0)
		failed(&r->error);
}

/* What stands around the lines of a difference. */
struct look {
	const char *expected, *got, *why, *end;
};

static void
add_difference(struct buf *to, const struct look *look, shown *add,
    const struct check *c)
{
	const char *why = c->why;

	if (why == NULL && c->got == NULL)
		why = "nothing came";
	if (c->expected != NULL) {
		buf_adds(to, look->expected);
		add(to, c->expected, c->expected_len, SHOWN);
		buf_adds(to, look->end);
	}
	if (c->got != NULL) {
		buf_adds(to, look->got);
		add(to, c->got, c->got_len, SHOWN);
		buf_adds(to, look->end);
	}
	if (why != NULL) {
		buf_adds(to, look->why);
		add_words(to, add, why);
		buf_adds(to, look->end);
	}
}

/* "FILE:LINE: COMMAND" */
static void
add_place(const struct report *r, struct buf *to, shown *add,
    const struct check *c)
{
	add_words(to, add, r->file);
	buf_addf(to, ":%lu: ", c->line);
	add(to, c->what, c->what_len, SHOWN);
}

/* For people. */

static void
text_check(struct report *r, const struct check *c)
{
	static const struct look plain = { "  - ", "  + ", "  ! ", "\n" };
	static const struct look colored = { "  \033[31m- ", "  \033[32m+ ",
		"  \033[33m! ", "\033[0m\n" };

	if (c->good)
		return;
	add_place(r, &r->text, text_quote, c);
	buf_adds(&r->text, "\n");
	add_difference(&r->text, r->color ? &colored : &plain, text_quote, c);
}

static void
add_checks(struct report *r, double seconds)
{
	unsigned long count = r->file_count, bad = r->file_bad;

	if (count == 0)
		buf_adds(&r->text, "no checks");
	else
		buf_addf(&r->text, "%lu check%s", count, count == 1 ? "" : "s");
	if (bad > 0)
		buf_addf(&r->text, ", %lu differ%s", bad, bad == 1 ? "s" : "");
	else if (count > 0)
		buf_addf(&r->text, ", %sas expected", count > 1 ? "all " : "");
	buf_addf(&r->text, ", %.2f s", seconds);
}

static void
text_file(struct report *r, enum outcome how, const char *why, double seconds)
{
	const char *word = "not played";

	if (how == OUTCOME_SKIPPED)
		word = "skipped";
	else if (r->file_count > 0)
		word = "not played to its end";
	add_words(&r->text, text_quote, r->file);
	buf_adds(&r->text, ": ");
	if (how == OUTCOME_FAILED || how == OUTCOME_SKIPPED) {
		buf_addf(&r->text, "%s: ", word);
		add_words(&r->text, text_quote, why);
	} else {
		add_checks(r, seconds);
	}
	buf_adds(&r->text, "\n");
}

static void
text_end(struct report *r)
{
	static const char *const names[] = { "as expected", "differ",
		"not played", "skipped" };
	const char *between = ": ";
	unsigned long files = 0;
	size_t i;

	for (i = 0; i < 4; i++)
		files += r->outcomes[i];
	if (files < 2)
		return;
	buf_addf(&r->text, "%lu files", files);
	for (i = 0; i < 4; i++) {
		unsigned long n = r->outcomes[i];

		if (n == 0)
			continue;
		buf_addf(&r->text, "%s%lu %s%s", between, n, names[i],
		    n == 1 && i == OUTCOME_DIFFERS ? "s" : "");
		between = ", ";
	}
	buf_adds(&r->text, "\n");
}

/* TAP 13. */

static void
add_point(struct report *r, bool good)
{
	buf_addf(&r->text, "%sok %lu - ", good ? "" : "not ", ++r->points);
}

static void
tap_check(struct report *r, const struct check *c)
{
	static const struct look look = { "# -", "# +", "# !", "\n" };

	add_point(r, c->good);
	add_place(r, &r->text, shown_tap, c);
	buf_adds(&r->text, "\n");
	if (!c->good)
		add_difference(&r->text, &look, text_quote, c);
}

static void
tap_file(struct report *r, enum outcome how, const char *why, double seconds)
{
	(void)seconds;
	if (how != OUTCOME_FAILED && how != OUTCOME_SKIPPED)
		return;
	add_point(r, how == OUTCOME_SKIPPED);
	add_words(&r->text, shown_tap, r->file);
	if (how == OUTCOME_SKIPPED) {
		buf_adds(&r->text, " # SKIP ");
		add_words(&r->text, text_quote, why);
	} else {
		buf_adds(&r->text, ": ");
		add_words(&r->text, shown_tap, why);
	}
	buf_adds(&r->text, "\n");
}

static void
tap_end(struct report *r)
{
	buf_addf(&r->text, "1..%lu\n", r->points);
}

/* JSON. */

/* ,"name":"text" unless there is none. */
static void
add_member(struct buf *to, const char *name, const char *p, size_t n,
    size_t most)
{
	if (p == NULL)
		return;
	buf_addf(to, ",\"%s\":\"", name);
	shown_json(to, p, n, most);
	buf_adds(to, "\"");
}

static void
add_why(struct buf *to, const char *why)
{
	add_member(to, "why", why, why == NULL ? 0 : strlen(why), SIZE_MAX);
}

static void
json_check(struct report *r, const struct check *c)
{
	struct buf *to = &r->text;

	buf_adds(to, "{\"file\":\"");
	add_words(to, shown_json, r->file);
	buf_addf(to, "\",\"line\":%lu", c->line);
	add_member(to, "what", c->what, c->what_len, SHOWN);
	buf_addf(to, ",\"ok\":%s", c->good ? "true" : "false");
	add_member(to, "expected", c->expected, c->expected_len, SHOWN);
	add_member(to, "got", c->got, c->got_len, SHOWN);
	add_why(to, c->why);
	buf_addf(to, ",\"seconds\":%.3f}\n", c->seconds);
}

static void
json_file(struct report *r, enum outcome how, const char *why, double seconds)
{
	static const char *const names[] = { "same", "differs", "failed",
		"skipped" };
	struct buf *to = &r->text;

	buf_adds(to, "{\"file\":\"");
	add_words(to, shown_json, r->file);
	buf_addf(to, "\",\"checks\":%lu,\"bad\":%lu,\"outcome\":\"%s\"",
	    r->file_count, r->file_bad, names[how]);
	add_why(to, why);
	buf_addf(to, ",\"seconds\":%.3f}\n", seconds);
}

/* What a form says, and when. */
static const struct shape {
	const char *begin;
	void (*check)(struct report *r, const struct check *c);
	void (*file)(struct report *r, enum outcome how, const char *why,
	    double seconds);
	void (*end)(struct report *r);
} shapes[] = {
	[REPORT_TEXT] = { "", text_check, text_file, text_end },
	[REPORT_TAP] = { "TAP version 13\n", tap_check, tap_file, tap_end },
	[REPORT_JSON] = { "", json_check, json_file, NULL },
};

/*
 * JUnit.  A test suite begins with its totals, so a file's cases wait in a
 * temporary file until they are known.
 */

/* <testcase name="LINE: COMMAND" ...; c NULL: the file as a whole. */
static void
add_case(struct report *r, const struct check *c, double seconds)
{
	buf_adds(&r->text, "<testcase name=\"");
	if (c == NULL) {
		add_words(&r->text, shown_xml, r->file);
	} else {
		buf_addf(&r->text, "%lu: ", c->line);
		shown_xml(&r->text, c->what, c->what_len, SHOWN);
	}
	buf_adds(&r->text, "\" classname=\"");
	add_words(&r->text, shown_xml, r->file);
	buf_addf(&r->text, "\" time=\"%.3f\"", seconds);
}

static void
junit_check(struct report *r, const struct check *c)
{
	static const struct look look = { "-", "+", "!", "\n" };

	add_case(r, c, c->seconds);
	if (c->good) {
		buf_adds(&r->text, "/>\n");
	} else {
		buf_adds(&r->text, ">\n<failure message=\"");
		if (c->why != NULL || c->got == NULL)
			add_words(&r->text, shown_xml,
			    c->why != NULL ? c->why : "nothing came");
		else
			shown_xml(&r->text, c->got, c->got_len, SHOWN);
		buf_adds(&r->text, "\">");
		add_difference(&r->text, &look, shown_xml, c);
		buf_adds(&r->text, "</failure>\n</testcase>\n");
	}
	put(r->cases, &r->text, &r->junit_error);
}

/* Move the cases from the temporary file into the report. */
static void
junit_move(struct report *r)
{
	size_t n;

	if (fflush(r->cases) != 0)
		failed(&r->junit_error);
	rewind(r->cases);
	do {
		char *room = buf_room(&r->text, BUFSIZ);

		n = fread(room, 1, BUFSIZ, r->cases);
		buf_grew(&r->text, n);
		put(r->junit, &r->text, &r->junit_error);
	} while (n > 0);
	rewind(r->cases);
	if (ftruncate(fileno(r->cases), 0) < 0)
		failed(&r->junit_error);
}

static void
junit_file(struct report *r, enum outcome how, const char *why, double seconds)
{
	bool error = how == OUTCOME_FAILED, skipped = how == OUTCOME_SKIPPED;

	if (error || skipped) {
		add_case(r, NULL, seconds);
		buf_addf(&r->text, ">\n<%s message=\"",
		    error ? "error" : "skipped");
		add_words(&r->text, shown_xml, why);
		buf_adds(&r->text, "\"/>\n</testcase>\n");
		put(r->cases, &r->text, &r->junit_error);
	}
	buf_adds(&r->text, "<testsuite name=\"");
	add_words(&r->text, shown_xml, r->file);
	buf_addf(&r->text,
	    "\" tests=\"%lu\" failures=\"%lu\" errors=\"%d\" skipped=\"%d\" "
	    "time=\"%.3f\">\n",
	    r->file_count + error + skipped, r->file_bad, error, skipped,
	    seconds);
	put(r->junit, &r->text, &r->junit_error);
	junit_move(r);
	buf_adds(&r->text, "</testsuite>\n");
	put(r->junit, &r->text, &r->junit_error);
}

static int
cannot_write(struct fail *f, enum status status, const char *name, int error)
{
	char text[128], why[160];

	snprintf(why, sizeof why, "cannot write the report: %s",
	    fail_strerror(error, text, sizeof text));
	return fail_about(f, status, name, why);
}

static int
junit_open(struct report *r, const char *name, struct fail *f)
{
	r->junit_name = name;
	r->junit = fopen(name, "we");
	if (r->junit == NULL)
		return cannot_write(f, STATUS_USAGE, name, errno);
	r->cases = tmpfile();
	if (r->cases == NULL) {
		fail_errno(f, STATUS_USAGE, "cannot make a temporary file");
		fclose(r->junit);
		return -1;
	}
	buf_adds(&r->text,
	    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	    "<testsuites>\n");
	put(r->junit, &r->text, &r->junit_error);
	return 0;
}

static void
junit_close(struct report *r)
{
	buf_adds(&r->text, "</testsuites>\n");
	put(r->junit, &r->text, &r->junit_error);
	if (fclose(r->junit) != 0)
		failed(&r->junit_error);
	fclose(r->cases);
}

int
report_open(struct report *r, enum report_form form, FILE *out,
    const char *junit, struct fail *f)
{
	memset(r, 0, sizeof *r);
	r->form = form;
	r->out = out;
	if (junit != NULL && junit_open(r, junit, f) < 0)
		return -1;
	buf_adds(&r->text, shapes[form].begin);
	put_out(r);
	return 0;
}

void
report_file(struct report *r, const char *name)
{
	r->file = name;
	r->file_count = 0;
	r->file_bad = 0;
}

void
report_check(struct report *r, const struct check *c)
{
	r->count++;
	r->file_count++;
	r->bad += !c->good;
	r->file_bad += !c->good;
	shapes[r->form].check(r, c);
	put_out(r);
	if (r->junit != NULL)
		junit_check(r, c);
}

void
report_file_end(struct report *r, enum outcome how, const char *why,
    double seconds)
{
	if (why == NULL && (how == OUTCOME_FAILED || how == OUTCOME_SKIPPED))
		why = "nobody said why";
	r->outcomes[how]++;
	shapes[r->form].file(r, how, why, seconds);
	put_out(r);
	if (r->junit != NULL)
		junit_file(r, how, why, seconds);
}

int
report_close(struct report *r, struct fail *f)
{
	if (shapes[r->form].end != NULL)
		shapes[r->form].end(r);
	put_out(r);
	if (r->junit != NULL)
		junit_close(r);
	buf_free(&r->text);
	errno = r->error;
	if (r->error != 0)
		return fail_errno(f, STATUS_NETWORK, "cannot write the report");
	if (r->junit_error != 0)
		return cannot_write(f, STATUS_NETWORK, r->junit_name,
		    r->junit_error);
	return 0;
}
