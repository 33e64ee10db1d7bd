/* args.h - the words of a command line, by a table.  Floor 1. */
/* SPDX-License-Identifier: ISC */
#ifndef ARGS_H
#define ARGS_H

#include <stdbool.h>
#include <stddef.h>

struct buf;
struct fail;
struct options;

enum { ARGS_ROWS = 128 };

/*
 * One option.  A row without a name is a heading of the help, and the first
 * without help either ends the table.  A named row without help is another
 * spelling of the row with the same setter and place; the help is silent
 * about it.
 */
struct args_row {
	char letter;       /* 0: none */
	const char *name;  /* of the long option */
	const char *value; /* "PORT", "this|that"; "[=NAME]": it is optional;
			      NULL: none is taken */
	const char *help;
	int (*set)(struct options *o, const struct args_row *row,
	    const char *value, struct fail *f);
	size_t at;  /* for the setter: where in struct options */
	int number; /* for the setter: what to put there */
	bool rare;  /* shown only where all are */
};

/*
 * A word of another program, matched whole ("-servername").  Rows with the
 * same word act one after the other.
 */
struct args_word {
	const char *word;
	const char *name;  /* of the option it stands for; NULL: an operand */
	const char *value; /* that it stands for; NULL: the next word is it */
};

/* What to say about an option that telex does not have. */
struct args_slip {
	const char *word; /* "-l", "--listen" */
	const char *text;
};

/* Two options that cannot both be meant. */
struct args_clash {
	const char *one, *other;
	const char *why;
};

/* An option that means nothing without one of these. */
struct args_need {
	const char *one, *other;
	const char *another; /* or NULL */
	const char *why;
};

/* One command line to be read. */
struct args {
	const struct args_row *rows;
	const struct args_word *words; /* ended by a NULL word, as slips */
	const struct args_slip *slips;
	int (*operand)(struct options *o, const char *word, struct fail *f);
	bool seen[ARGS_ROWS];
	bool words_operand; /* a word of `words` stood for one */
};

/*
 * Call the setters and `operand` in the order of the words; options may
 * stand behind operands, and "--" ends them.  -1 and a sentence at the first
 * that fails or is unknown.
 */
int args_read(struct args *a, struct options *o, int argc, char **argv,
    struct fail *f);

/* The row of this long name, the first of its spellings; NULL: none. */
const struct args_row *args_named(const struct args *a, const char *name);

/* Note that this row was given. */
void args_note(struct args *a, const struct args_row *row);

/* Was this option given, by whatever spelling? */
bool args_seen(const struct args *a, const char *name);

/* -1 and a sentence if two options of a row were given; ended by NULL. */
int args_clash(const struct args *a, const struct args_clash *clashes,
    struct fail *f);

/* The same if an option lacks what it needs. */
int args_lack(const struct args *a, const struct args_need *needs,
    struct fail *f);

/* The rows as the help shows them, with the rare ones or without. */
void args_help(struct buf *to, const struct args_row *rows, bool all);

#endif
