/* SPDX-License-Identifier: ISC */
/* court.h - the server's replies held against a transcript's, in memory. */
#ifndef COURT_H
#define COURT_H

#include <stdbool.h>
#include <string.h>

#include "buf.h"
#include "protos.h"
#include "report.h"
#include "transcript.h"
#include "trial.h"
#include "vars.h"

/* A trial, and the live dialogue beside it. */
struct court {
	struct trial trial;
	struct dialog live;
	struct vars vars;
	struct buf found; /* "4 -5 " */
	struct buf got;   /* of the last one */
};

static inline void
court_found(void *arg, const struct check *c)
{
	struct court *k = arg;

	buf_addf(&k->found, "%s%lu ", c->good ? "" : "-", c->line);
	buf_clear(&k->got);
	if (c->got != NULL)
		buf_add(&k->got, c->got, c->got_len);
}

static inline void
court_begin(struct court *k, const char *proto)
{
	const struct proto *p = protos_find(proto);

	memset(k, 0, sizeof *k);
	dialog_start(&k->live, p, true);
	trial_start(&k->trial, &k->vars, p, MATCH_BY_STATUS);
	k->trial.check = court_found;
	k->trial.arg = k;
}

static inline void
court_end(struct court *k, const char *checks)
{
	buf_add(&k->found, "", 1);
	assert_string_equal(buf_bytes(&k->found), checks);
	trial_end(&k->trial);
	dialog_end(&k->live);
	vars_free(&k->vars);
	buf_free(&k->found);
	buf_free(&k->got);
}

/* We say it, on paper and live. */
static inline void
court_say(struct court *k, const char *line)
{
	paper_said(&k->trial.paper, line, strlen(line), false);
	dialog_said(&k->live, line, strlen(line));
}

/* The server says it, live. */
static inline void
court_hear(struct court *k, const char *line)
{
	struct heard h = verdict_line(&k->live, line, strlen(line));
	struct buf bytes = { 0 };

	buf_adds(&bytes, line);
	buf_adds(&bytes, "\r\n");
	trial_heard(&k->trial, &k->live, buf_bytes(&bytes), bytes.len, &h);
	buf_free(&bytes);
}

/* The transcript says it: "S: text" and so on, in this line. */
static inline void
court_want(struct court *k, unsigned long line, const char *text)
{
	struct item item = { .line = line, .source = text };

	item.source_len = strlen(text);
	item.text = text + 3;
	item.len = item.source_len - 3;
	item.kind = text[1] == '~' ? ITEM_SOME :
	    text[1] == '!'         ? ITEM_NONE :
				     ITEM_HEAR;
	item.how = text[1] == '$' ? TEXT_TEMPLATE :
	    text[1] == '%'        ? TEXT_ESCAPED :
				    TEXT_VERBATIM;
	trial_want(&k->trial, &item);
}

#endif
