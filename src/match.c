/* SPDX-License-Identifier: ISC */
/* match.c - holding the server's lines against a transcript's. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "fail.h"
#include "match.h"
#include "pattern.h"
#include "proto.h"
#include "template.h"

static const char other_status[] = "another status is expected";
static const char not_met[] = "no line of the reply fits";

void
match_clear(struct matcher *m)
{
	size_t i;

	for (i = 0; i < m->count; i++)
		pattern_close(m->list[i].pattern);
	m->count = m->first = m->latest = 0;
	m->next = m->lines = m->unmet = 0;
	m->has_lines = false;
	m->why = NULL;
	buf_clear(&m->text);
	buf_clear(&m->got);
	buf_clear(&m->last);
}

void
match_free(struct matcher *m)
{
	match_clear(m);
	buf_free(&m->text);
	buf_free(&m->got);
	buf_free(&m->last);
	free(m->list);
	memset(m, 0, sizeof *m);
}

void
match_add(struct matcher *m, const struct item *item, const char *text,
    size_t len, const struct standing *says)
{
	struct want *w;
	struct fail f;

	if (m->count == m->room) {
		m->room = m->room == 0 ? 16 : 2 * m->room;
		m->list = xrealloc(m->list, m->room * sizeof *m->list);
	}
	w = &m->list[m->count++];
	*w = (struct want){ .kind = item->kind,
		.how = item->how,
		.line = item->line,
		.text = m->text.len,
		.len = len };
	if (says != NULL)
		w->says = *says;
	m->has_lines = m->has_lines || w->kind == ITEM_HEAR;
	buf_add(&m->text, text, len);
	if (w->kind != ITEM_SOME && w->kind != ITEM_NONE)
		return;
	w->pattern = pattern_open(text, len, &f);
	if (m->first == 0)
		m->first = m->count;
	else
		m->list[m->latest - 1].after = m->count;
	m->latest = m->count;
}

const char *
match_text(const struct matcher *m, const struct want *w)
{
	return m->text.len == 0 ? "" : buf_bytes(&m->text) + w->text;
}

static void
fault(struct matcher *m, size_t i, const char *why, const char *line,
    size_t len)
{
	if (m->why != NULL)
		return;
	m->why = why;
	m->wrong = i;
	buf_clear(&m->got);
	buf_add(&m->got, line, len);
}

static bool
is_template(const struct want *w)
{
	return w->kind == ITEM_HEAR && w->how == TEXT_TEMPLATE;
}

static bool
meets(const struct matcher *m, const struct want *w, struct vars *v,
    const char *line, size_t len)
{
	const char *text = match_text(m, w);

	if (is_template(w))
		return template_fits(v, text, w->len, line, len);
	return w->len == len && memcmp(text, line, len) == 0;
}

/* Templates, in their order, each take the first line that fits. */
static void
match_free_line(struct matcher *m, struct vars *v, const char *line, size_t len)
{
	while (m->next < m->count && !is_template(&m->list[m->next]))
		m->next++;
	if (m->next < m->count && meets(m, &m->list[m->next], v, line, len))
		m->list[m->next++].met = true;
}

/* The next line that has to stand there, behind patterns and ellipses. */
static size_t
next_line(const struct matcher *m, bool *rest)
{
	size_t i = m->next;

	*rest = false;
	while (i < m->count && m->list[i].kind != ITEM_HEAR) {
		*rest = *rest || m->list[i].kind == ITEM_REST;
		i++;
	}
	return i;
}

/* Every line counts, but where an ellipsis stands. */
static void
match_text_line(struct matcher *m, struct vars *v, const char *line, size_t len)
{
	bool rest;
	size_t i = next_line(m, &rest);

	/* Patterns that stand alone say nothing of other lines. */
	rest = rest || !m->has_lines;
	if (i < m->count && meets(m, &m->list[i], v, line, len)) {
		m->list[i].met = true;
		m->next = i + 1;
	} else if (!rest && i < m->count) {
		fault(m, i, "another line is expected here", line, len);
	} else if (!rest) {
		fault(m, m->count, "the reply has a line more than expected",
		    line, len);
	}
}

void
match_line(struct matcher *m, enum match_mode mode, struct vars *v,
    const char *line, size_t len)
{
	size_t i, after;

	m->lines++;
	for (i = m->first; i > 0; i = after) {
		struct want *w = &m->list[i - 1];

		after = w->after;
		if (w->met || !pattern_matches(w->pattern, line, len))
			continue;
		if (w->kind == ITEM_NONE)
			fault(m, i - 1, "no line may match this pattern", line,
			    len);
		w->met = true;
	}
	if (mode == MATCH_BY_TEXT)
		match_text_line(m, v, line, len);
	else
		match_free_line(m, v, line, len);
	buf_clear(&m->last);
	buf_add(&m->last, line, len);
}

static bool
is_negative(const struct standing *s)
{
	return s->class == CLASS_TRANSIENT || s->class == CLASS_PERMANENT;
}

/*
 * Where there are no numbers, the word says it all: "NO [INUSE]" is a NO, and
 * as bad as any.
 */
static bool
same_standing(enum match_mode mode, const struct standing *a,
    const struct standing *b)
{
	bool numbers = a->code != 0 && b->code != 0;

	if (mode == MATCH_BY_CLASS)
		return a->class == b->class ||
		    (!numbers && is_negative(a) && is_negative(b));
	if (numbers)
		return a->code == b->code;
	if (a->status[0] == '\0' && b->status[0] == '\0')
		return a->class == b->class;
	return strcasecmp(a->status, b->status) == 0;
}

/* What is wrong with one line of S:, where replies have numbers. */
static const char *
wrong_number(const struct want *w, enum match_mode mode,
    const struct standing *is)
{
	if (is->code == 0)
		return NULL;
	if (w->says.code != 0 && !is->mixed)
		return same_standing(mode, &w->says, is) ? NULL : other_status;
	return is_template(w) && !w->met ? not_met : NULL;
}

/* The line that says the status which the last one, a dot perhaps, bears. */
static size_t
status_line(const struct matcher *m, size_t last)
{
	const struct standing *says = &m->list[last].says;
	size_t i = 0;

	if (memmem(match_text(m, &m->list[last]), m->list[last].len,
		says->status, strlen(says->status)) != NULL)
		return last;
	while (m->list[i].kind != ITEM_HEAR ||
	    strcmp(m->list[i].says.status, says->status) != 0)
		i++;
	return i;
}

/* Which line of S: says otherwise than the reply? */
static void
check_status(struct matcher *m, enum match_mode mode, const struct standing *is)
{
	const char *got = buf_bytes(&m->last), *why = NULL;
	size_t i, last = m->count;

	for (i = 0; i < m->count && why == NULL; i++) {
		if (m->list[i].kind != ITEM_HEAR)
			continue;
		last = i;
		why = wrong_number(&m->list[i], mode, is);
	}
	if (last == m->count)
		return;
	if (why == NULL && !same_standing(mode, &m->list[last].says, is)) {
		why = other_status;
		last = status_line(m, last);
	}
	if (why != NULL)
		fault(m, last, why, got, m->last.len);
}

/* Must some line of the server meet this one? */
static bool
must_be_met(const struct want *w, enum match_mode mode)
{
	return w->kind == ITEM_SOME || is_template(w) ||
	    (mode == MATCH_BY_TEXT && w->kind == ITEM_HEAR);
}

/* The first that is not met; m->count if all are. */
static size_t
first_unmet(struct matcher *m, enum match_mode mode)
{
	while (m->unmet < m->count &&
	    (m->list[m->unmet].met || !must_be_met(&m->list[m->unmet], mode)))
		m->unmet++;
	return m->unmet;
}

bool
match_end(struct matcher *m, enum match_mode mode, const struct standing *is)
{
	size_t unmet;

	if (m->why == NULL && is != NULL && mode != MATCH_BY_TEXT)
		check_status(m, mode, is);
	unmet = first_unmet(m, mode);
	if (unmet < m->count)
		fault(m, unmet,
		    m->list[unmet].kind == ITEM_SOME ?
			"no line of the reply matches this pattern" :
			not_met,
		    buf_bytes(&m->last), m->last.len);
	return m->why == NULL;
}

bool
match_is_met(struct matcher *m, enum match_mode mode)
{
	return first_unmet(m, mode) == m->count;
}

bool
match_bites(const struct matcher *m, enum match_mode mode)
{
	size_t i;

	for (i = 0; i < m->count; i++)
		if (m->list[i].kind == ITEM_NONE ||
		    must_be_met(&m->list[i], mode))
			return true;
	return false;
}
