/* SPDX-License-Identifier: ISC */
/* choices.c - what may stand on telex's own command line. */
#include <ctype.h>
#include <string.h>

#include "args.h"
#include "buf.h"
#include "choices.h"
#include "help.h"
#include "optlist.h"
#include "practice/knobs.h"
#include "proto.h"
#include "protos.h"

bool
choices_optional(const struct args_row *row)
{
	return row->value[0] == '[';
}

void
choices_add(struct buf *to, const char *word, size_t n, const char *end)
{
	if (to->len > 0)
		buf_add(to, " ", 1);
	buf_add(to, word, n);
	buf_adds(to, end);
}

static void
add_protocols(struct buf *to, const struct args_row *row)
{
	const struct proto *p;
	size_t i;

	for (i = 0; (p = protos_at(i)) != NULL; i++) {
		/* The optional one is that of --starttls. */
		if (!choices_optional(row) || p->upgrade != NULL ||
		    p->preamble != NULL)
			choices_add(to, p->name, strlen(p->name), "");
	}
}

static void
add_topics(struct buf *to, const struct args_row *row)
{
	size_t i;

	(void)row;
	for (i = 0; help_topic(i) != NULL; i++)
		choices_add(to, help_topic(i), strlen(help_topic(i)), "");
}

static void
add_knobs(struct buf *to, const struct args_row *row)
{
	(void)row;
	knobs_words(to);
}

static const struct kind {
	const char *value; /* in the table of options */
	enum takes takes;
	void (*words)(struct buf *to, const struct args_row *row);
} kinds[] = {
	{ "FILE", TAKES_FILE, NULL },
	{ "PATH", TAKES_FILE, NULL },
	{ "DIR", TAKES_FOLDER, NULL },
	{ "PROTO", TAKES_WORD, add_protocols },
	{ "[=PROTO]", TAKES_WORD, add_protocols },
	{ "[=TOPIC]", TAKES_WORD, add_topics },
	{ "KNOB", TAKES_WORD, add_knobs },
};

/* Words that are to be written as they are: "auto|always|never". */
static void
add_choices(struct buf *to, const char *value)
{
	const char *p = value + (value[0] == '[' ? 2 : 0);
	size_t n;

	for (; *p != '\0' && *p != ']'; p += n + (p[n] == '|')) {
		n = strcspn(p, "|]");
		choices_add(to, p, n, "");
	}
}

bool
choices_fixed(const char *value)
{
	while (*value != '\0' && !isupper((unsigned char)*value))
		value++;
	return *value == '\0';
}

enum takes
choices_of(const struct args_row *row, struct buf *words)
{
	size_t i;

	if (row->value == NULL)
		return TAKES_NOTHING;
	for (i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		if (strcmp(kinds[i].value, row->value) != 0)
			continue;
		if (kinds[i].words != NULL)
			kinds[i].words(words, row);
		return kinds[i].takes;
	}
	if (!choices_fixed(row->value))
		return TAKES_ANY;
	add_choices(words, row->value);
	return TAKES_WORD;
}

void
choices_urls(struct buf *to)
{
	static const char *const others[] = { "tcp://", "tls://", "unix:" };
	const struct proto *p, *ignored;
	const struct scheme *s;
	size_t i;

	for (i = 0; (p = protos_at(i)) != NULL; i++) {
		/* One with several ports has several rows. */
		for (s = p->schemes; s != NULL && s->name != NULL; s++) {
			if (protos_scheme(s->name, &ignored) == s)
				choices_add(to, s->name, strlen(s->name),
				    "://");
		}
	}
	for (i = 0; i < sizeof others / sizeof others[0]; i++)
		choices_add(to, others[i], strlen(others[i]), "");
}

const struct args_row *
choices_row(const struct args_row *row)
{
	for (; row->name != NULL || row->help != NULL; row++) {
		if (row->name != NULL && row->help != NULL)
			return row;
	}
	return NULL;
}
