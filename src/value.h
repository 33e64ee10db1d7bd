/* value.h - setters for the common kinds of option.  Floor 2. */
/* SPDX-License-Identifier: ISC */
#ifndef VALUE_H
#define VALUE_H

struct args_row;
struct fail;
struct options;

/*
 * A sentence with a word of the user's in it, made harmless.  Returns -1.
 */
int value_refuse(struct fail *f, const char *before, const char *word,
    const char *after);

/*
 * Each checks the value and puts it where the row says.  -1 and a sentence
 * leave what was there.
 */

/* A bool becomes true. */
int value_flag(struct options *o, const struct args_row *row, const char *value,
    struct fail *f);

/* An int, or an enum of its size, becomes the row's number. */
int value_number(struct options *o, const struct args_row *row,
    const char *value, struct fail *f);

/* An int is counted up. */
int value_count(struct options *o, const struct args_row *row,
    const char *value, struct fail *f);

/* A const char * that is not empty. */
int value_text(struct options *o, const struct args_row *row, const char *value,
    struct fail *f);

/* The same, given once at most. */
int value_once(struct options *o, const struct args_row *row, const char *value,
    struct fail *f);

/* An int from 1 up to the row's number. */
int value_upto(struct options *o, const struct args_row *row, const char *value,
    struct fail *f);

/* An int of milliseconds from seconds, which may have a decimal fraction. */
int value_seconds(struct options *o, const struct args_row *row,
    const char *value, struct fail *f);

/* An int64_t of microseconds, likewise. */
int value_micros(struct options *o, const struct args_row *row,
    const char *value, struct fail *f);

/*
 * An enum (an int of the same size): the place of the word in the row's
 * "this|that"; the first if no value was given.
 */
int value_choice(struct options *o, const struct args_row *row,
    const char *value, struct fail *f);

/* An int: a key as "^]" or "x", -1 for "none". */
int value_key(struct options *o, const struct args_row *row, const char *value,
    struct fail *f);

/* A const char *: "sha256:" and 64 hexadecimal digits, colons allowed. */
int value_pin(struct options *o, const struct args_row *row, const char *value,
    struct fail *f);

/* Nothing: what the option asks for is so anyway. */
int value_ignored(struct options *o, const struct args_row *row,
    const char *value, struct fail *f);

#endif
