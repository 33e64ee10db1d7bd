/* SPDX-License-Identifier: ISC */
/* value.c - setters for the common kinds of option. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "args.h"
#include "buf.h"
#include "fail.h"
#include "text.h"
#include "value.h"

int
value_refuse(struct fail *f, const char *before, const char *word,
    const char *after)
{
	struct buf shown = { 0 };

	text_quote(&shown, word, strlen(word), 60);
	buf_add(&shown, "", 1);
	fail_set(f, STATUS_USAGE, "%s%s%s", before, buf_bytes(&shown), after);
	buf_free(&shown);
	return -1;
}

static void *
place(struct options *o, const struct args_row *row)
{
	return (char *)o + row->at;
}

int
value_flag(struct options *o, const struct args_row *row, const char *value,
    struct fail *f)
{
	(void)value;
	(void)f;
	*(bool *)place(o, row) = true;
	return 0;
}

int
value_number(struct options *o, const struct args_row *row, const char *value,
    struct fail *f)
{
	(void)value;
	(void)f;
	*(int *)place(o, row) = row->number;
	return 0;
}

int
value_count(struct options *o, const struct args_row *row, const char *value,
    struct fail *f)
{
	(void)value;
	(void)f;
	++*(int *)place(o, row);
	return 0;
}

int
value_ignored(struct options *o, const struct args_row *row, const char *value,
    struct fail *f)
{
	(void)o;
	(void)row;
	(void)value;
	(void)f;
	return 0;
}

int
value_text(struct options *o, const struct args_row *row, const char *value,
    struct fail *f)
{
	if (value[0] == '\0')
		return fail_set(f, STATUS_USAGE, "--%s needs a value: --%s=%s",
		    row->name, row->name, row->value);
	*(const char **)place(o, row) = value;
	return 0;
}

int
value_once(struct options *o, const struct args_row *row, const char *value,
    struct fail *f)
{
	char before[64];

	if (*(const char **)place(o, row) == NULL)
		return value_text(o, row, value, f);
	snprintf(before, sizeof before, "--%s is given twice: ", row->name);
	return value_refuse(f, before, value, " is one too many");
}

int
value_upto(struct options *o, const struct args_row *row, const char *value,
    struct fail *f)
{
	unsigned long number;
	char before[80];

	if (text_number(value, 1, (unsigned long)row->number, &number) == -1) {
		snprintf(before, sizeof before,
		    "--%s takes a number from 1 to %d, not \"", row->name,
		    row->number);
		return value_refuse(f, before, value, "\"");
	}
	*(int *)place(o, row) = (int)number;
	return 0;
}

/* Microseconds of "30" or "0.5", or -1. */
static int64_t
microseconds(const char *text)
{
	size_t whole = strcspn(text, ".");
	unsigned long seconds;
	unsigned long us = 0;
	unsigned long unit = 100000;
	const char *p = text + whole;
	char digits[8];

	if (whole >= sizeof digits)
		return -1;
	memcpy(digits, text, whole);
	digits[whole] = '\0';
	/* Eleven days at most: an int can hold them in milliseconds. */
	if (text_number(digits, 0, 1000000, &seconds) == -1)
		return -1;
	if (*p == '.' && *++p == '\0')
		return -1;
	for (; *p >= '0' && *p <= '9'; p++, unit /= 10)
		us += unit * (unsigned long)(*p - '0');
	if (*p != '\0')
		return -1;
	/* 0 means no limit, which the smallest of fractions does not. */
	if (seconds == 0 && us == 0 && strpbrk(text, "123456789") != NULL)
		us = 1;
	return (int64_t)seconds * 1000000 + (int64_t)us;
}

static int
refuse_seconds(const struct args_row *row, struct fail *f)
{
	return fail_set(f, STATUS_USAGE,
	    "--%s takes seconds, such as 30 or 0.5", row->name);
}

int
value_micros(struct options *o, const struct args_row *row, const char *value,
    struct fail *f)
{
	int64_t us = microseconds(value);

	if (us == -1)
		return refuse_seconds(row, f);
	*(int64_t *)place(o, row) = us;
	return 0;
}

int
value_seconds(struct options *o, const struct args_row *row, const char *value,
    struct fail *f)
{
	int64_t us = microseconds(value);

	if (us == -1)
		return refuse_seconds(row, f);
	*(int *)place(o, row) = us > 0 && us < 1000 ? 1 : (int)(us / 1000);
	return 0;
}

/* Where the words of the row begin: behind the "[=" of an optional one. */
static const char *
words_of(const struct args_row *row)
{
	return row->value + (row->value[0] == '[' ? 2 : 0);
}

static int
refuse_choice(const struct args_row *row, const char *value, struct fail *f)
{
	char before[128];

	snprintf(before, sizeof before, "--%s takes %.*s, not \"", row->name,
	    (int)strcspn(words_of(row), "]"), words_of(row));
	return value_refuse(f, before, value, "\"");
}

int
value_choice(struct options *o, const struct args_row *row, const char *value,
    struct fail *f)
{
	const char *word = words_of(row);
	size_t len;
	int i;

	if (value == NULL) {
		*(int *)place(o, row) = 0;
		return 0;
	}
	/* getopt leaves the "=" of -N=WORD in. */
	value += value[0] == '=';
	for (i = 0;; i++, word += len + 1) {
		len = strcspn(word, "|]");
		if (strlen(value) == len && memcmp(word, value, len) == 0)
			break;
		if (word[len] != '|')
			return refuse_choice(row, value, f);
	}
	*(int *)place(o, row) = i;
	return 0;
}

/* The control character that "^X" stands for, or -1. */
static int
control(char letter)
{
	if (letter >= 'a' && letter <= 'z')
		letter = (char)(letter - 'a' + 'A');
	/* "^@" is NUL, which few keyboards have. */
	if (letter != '?' && (letter < 'A' || letter > '_'))
		return -1;
	return letter ^ 0x40;
}

int
value_key(struct options *o, const struct args_row *row, const char *value,
    struct fail *f)
{
	size_t len = strlen(value);
	int key = -1;
	bool good = strcmp(value, "none") == 0;

	if (len == 2 && value[0] == '^')
		key = control(value[1]);
	else if (len == 1 && (value[0] & 0x80) == 0)
		key = (unsigned char)value[0];
	if (key == -1 && !good)
		return fail_set(f, STATUS_USAGE,
		    "--%s takes one key, such as ^] or ~, or none", row->name);
	*(int *)place(o, row) = key;
	return 0;
}

int
value_pin(struct options *o, const struct args_row *row, const char *value,
    struct fail *f)
{
	static const char hex[] = "0123456789abcdefABCDEF:";
	size_t digits = 0;
	const char *p;

	for (p = value; *p != '\0'; p++)
		digits += *p != ':';
	if (strncmp(value, "sha256:", 7) != 0 || digits != 6 + 64 ||
	    value[7 + strspn(value + 7, hex)] != '\0')
		return fail_set(f, STATUS_USAGE,
		    "--%s takes sha256: and 64 hexadecimal digits, as "
		    "^] cert shows them",
		    row->name);
	*(const char **)place(o, row) = value;
	return 0;
}
