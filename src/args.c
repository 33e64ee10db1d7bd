/* SPDX-License-Identifier: ISC */
/* args.c - the words of a command line, by a table. */
#include <assert.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "args.h"
#include "buf.h"
#include "fail.h"
#include "text.h"

/* Beyond every letter, so that getopt's answer names a row. */
enum { LONG = 256, HELP_COLUMN = 32 };

/* The table in the forms that getopt_long(3) wants. */
struct forms {
	char letters[3 * ARGS_ROWS + 3];
	struct option longs[ARGS_ROWS + 1];
};

static bool
is_end(const struct args_row *row)
{
	return row->name == NULL && row->help == NULL;
}

static int
takes_value(const struct args_row *row)
{
	if (row->value == NULL)
		return no_argument;
	return row->value[0] == '[' ? optional_argument : required_argument;
}

static void
derive(struct forms *to, const struct args_row *rows)
{
	static const char *const colons[] = { "", ":", "::" };
	size_t len = 2;
	size_t n = 0;
	size_t i;

	/* Stop at an operand; tell a missing value from a bad letter. */
	memcpy(to->letters, "+:", 3);
	for (i = 0; !is_end(&rows[i]); i++) {
		int takes = takes_value(&rows[i]);

		assert(i < ARGS_ROWS);
		if (rows[i].name == NULL)
			continue;
		if (rows[i].letter != 0)
			len += (size_t)snprintf(to->letters + len,
			    sizeof to->letters - len, "%c%s", rows[i].letter,
			    colons[takes]);
		to->longs[n++] = (struct option){ .name = rows[i].name,
			.has_arg = takes,
			.val = LONG + (int)i };
	}
	to->longs[n] = (struct option){ .name = NULL };
}

/* The row that getopt's answer means, NULL for an error of its. */
static const struct args_row *
row_of(const struct args *a, int answer)
{
	const struct args_row *row = a->rows;

	if (answer >= LONG)
		return &a->rows[answer - LONG];
	for (; !is_end(row); row++) {
		if (row->letter != 0 && row->letter == answer)
			return row;
	}
	return NULL;
}

static const struct args_row *
row_named(const struct args *a, const char *name, size_t len)
{
	const struct args_row *row = a->rows;

	for (; !is_end(row); row++) {
		if (row->name != NULL && strlen(row->name) == len &&
		    memcmp(row->name, name, len) == 0)
			return row;
	}
	return NULL;
}

/* The first spelling of what this row is a spelling of. */
static const struct args_row *
first_spelling(const struct args *a, const struct args_row *of)
{
	const struct args_row *row = a->rows;

	while (row->set != of->set || row->at != of->at ||
	    row->number != of->number)
		row++;
	return row;
}

static int
apply(struct args *a, struct options *o, const struct args_row *row,
    const char *value, struct fail *f)
{
	args_note(a, row);
	return row->set(o, row, value, f);
}

const struct args_row *
args_named(const struct args *a, const char *name)
{
	const struct args_row *row = row_named(a, name, strlen(name));

	return row == NULL ? NULL : first_spelling(a, row);
}

void
args_note(struct args *a, const struct args_row *row)
{
	a->seen[first_spelling(a, row) - a->rows] = true;
}

bool
args_seen(const struct args *a, const char *name)
{
	const struct args_row *row = args_named(a, name);

	return row != NULL && a->seen[row - a->rows];
}

int
args_clash(const struct args *a, const struct args_clash *clashes,
    struct fail *f)
{
	const struct args_clash *c = clashes;

	for (; c->one != NULL; c++) {
		if (args_seen(a, c->one) && args_seen(a, c->other))
			return fail_set(f, STATUS_USAGE,
			    "--%s and --%s contradict each other: %s", c->one,
			    c->other, c->why);
	}
	return 0;
}

int
args_lack(const struct args *a, const struct args_need *needs, struct fail *f)
{
	const struct args_need *n = needs;

	for (; n->one != NULL; n++) {
		if (!args_seen(a, n->one) || args_seen(a, n->other) ||
		    (n->another != NULL && args_seen(a, n->another)))
			continue;
		return fail_set(f, STATUS_USAGE, "--%s needs --%s%s%s: %s",
		    n->one, n->other, n->another == NULL ? "" : " or --",
		    n->another == NULL ? "" : n->another, n->why);
	}
	return 0;
}

/* Can this long word be completed to more than one name? */
static bool
is_short_for_several(const struct args *a, const char *name, size_t len)
{
	const struct args_row *row = a->rows;
	size_t n = 0;

	for (; !is_end(row); row++) {
		if (row->name != NULL && strncmp(row->name, name, len) == 0)
			n++;
	}
	return n > 1;
}

static const struct args_slip *
slip_of(const struct args *a, const char *word, size_t len)
{
	const struct args_slip *slip = a->slips;

	for (; slip->word != NULL; slip++) {
		if (strlen(slip->word) == len &&
		    memcmp(slip->word, word, len) == 0)
			return slip;
	}
	return NULL;
}

/* Say what is wrong with `word`, of which getopt refused `letter` (or 0). */
static int
refuse(const struct args *a, const char *word, int letter, struct fail *f)
{
	const char *before = "";
	const char *after = "";
	const struct args_slip *slip;
	size_t len = strcspn(word, "=");
	struct buf shown = { 0 };
	char dashed[] = { '-', (char)letter, '\0' };

	if (word[1] != '-' && letter > ' ' && letter < 0x7f) {
		word = dashed;
		len = 2;
	}
	slip = slip_of(a, word, len);
	if (slip != NULL)
		return fail_set(f, STATUS_USAGE, "%s", slip->text);
	if (len > 2 && row_named(a, word + 2, len - 2) != NULL)
		after = " takes no value";
	else if (len > 2 && is_short_for_several(a, word + 2, len - 2))
		after = " is short for several options";
	else
		before = "unknown option ";
	text_quote(&shown, word, len, 40);
	buf_add(&shown, "", 1);
	fail_set(f, STATUS_USAGE, "%s%s%s (telex --help lists them)", before,
	    buf_bytes(&shown), after);
	buf_free(&shown);
	return -1;
}

static int
refuse_missing(const struct args_row *row, struct fail *f)
{
	if (row == NULL)
		return fail_set(f, STATUS_USAGE, "a value is missing");
	return fail_set(f, STATUS_USAGE, "--%s needs a value: --%s=%s",
	    row->name, row->name, row->value);
}

/*
 * Read the options of one word, "-kv", "--port" and "25".  Each word has a
 * getopt of its own: then nothing is left over from the word before, and the
 * words that are not options never need to be put in another order.  Returns
 * how many words were used, or -1.
 */
static int
read_options(struct args *a, const struct forms *forms, struct options *o,
    char **at, struct fail *f)
{
	char *words[] = { *at, at[0], at[1], NULL };
	int n = at[1] == NULL ? 2 : 3;

	opterr = 0;
	optind = 0;
	do {
		int answer =
		    getopt_long(n, words, forms->letters, forms->longs, NULL);
		const struct args_row *row = row_of(a, answer);

		if (answer == ':')
			return refuse_missing(row_of(a, optopt), f);
		if (row == NULL)
			return refuse(a, *at, optopt, f);
		if (apply(a, o, row, optarg, f) == -1)
			return -1;
	} while (optind < 2);
	return optind - 1;
}

/* One meaning of a word of another program. */
static int
apply_word(struct args *a, struct options *o, const struct args_word *w,
    const char *next, struct fail *f)
{
	const struct args_row *row;

	if (w->name == NULL) {
		a->words_operand = true;
		return a->operand(o, next, f);
	}
	row = row_named(a, w->name, strlen(w->name));
	if (row == NULL)
		return fail_set(f, STATUS_USAGE, "no option --%s", w->name);
	return apply(a, o, row, w->value == NULL ? next : w->value, f);
}

/* How many words this one needs: 2 when its value is the next. */
static int
words_needed(const struct args *a, const struct args_word *w)
{
	const struct args_row *row;

	if (w->name == NULL)
		return 2;
	row = w->value == NULL ? row_named(a, w->name, strlen(w->name)) : NULL;
	return row != NULL && row->value != NULL ? 2 : 1;
}

/* Returns how many words were used, 0 for a word that is none, or -1. */
static int
read_word(struct args *a, struct options *o, char **at, struct fail *f)
{
	const struct args_word *w = a->words;
	int used = 0;

	for (; w->word != NULL; w++) {
		if (strcmp(w->word, at[0]) != 0)
			continue;
		used = words_needed(a, w);
		if (used == 2 && at[1] == NULL)
			return fail_set(f, STATUS_USAGE,
			    "%s needs a value behind it", w->word);
		if (apply_word(a, o, w, used == 2 ? at[1] : NULL, f) == -1)
			return -1;
	}
	return used;
}

int
args_read(struct args *a, struct options *o, int argc, char **argv,
    struct fail *f)
{
	struct forms forms;
	bool only_operands = false;
	int i = 1;

	derive(&forms, a->rows);
	while (i < argc) {
		char **at = argv + i;
		int used = 1;

		if (only_operands || at[0][0] != '-' || at[0][1] == '\0') {
			if (a->operand(o, at[0], f) == -1)
				return -1;
		} else if (strcmp(at[0], "--") == 0) {
			only_operands = true;
		} else {
			used = read_word(a, o, at, f);
			if (used == 0)
				used = read_options(a, &forms, o, at, f);
			if (used == -1)
				return -1;
		}
		i += used;
	}
	return 0;
}

static void
help_row(struct buf *to, const struct args_row *row)
{
	const char *value = row->value == NULL ? "" : row->value;
	char left[64];

	if (row->letter != 0)
		snprintf(left, sizeof left, "-%c, ", row->letter);
	else
		snprintf(left, sizeof left, "    ");
	buf_addf(to, "  %s--", left);
	snprintf(left, sizeof left, "%s%s%s", row->name,
	    takes_value(row) == required_argument ? "=" : "", value);
	buf_addf(to, "%-*s %s\n", HELP_COLUMN - 9, left, row->help);
}

void
args_help(struct buf *to, const struct args_row *rows, bool all)
{
	const struct args_row *row = rows;

	for (; !is_end(row); row++) {
		if (row->name == NULL)
			buf_addf(to, "%s\n", row->help);
		else if (row->help != NULL && (all || !row->rare))
			help_row(to, row);
	}
}
