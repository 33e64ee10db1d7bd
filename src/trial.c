/* SPDX-License-Identifier: ISC */
/* trial.c - what the server said, held against what it should. */
#include <string.h>

#include "report.h"
#include "template.h"
#include "text.h"
#include "trial.h"
#include "vars.h"

/* Bytes of the server that may wait for the transcript to get there. */
enum { INBOX_MOST = 16 << 20 };

void
trial_start(struct trial *t, struct vars *vars, const struct proto *proto,
    enum match_mode mode)
{
	memset(t, 0, sizeof *t);
	t->vars = vars;
	t->mode = mode;
	paper_start(&t->paper, proto);
}

void
trial_end(struct trial *t)
{
	paper_end(&t->paper);
	match_free(&t->match);
	line_free(&t->cut);
	buf_free(&t->held);
	inbox_free(&t->inbox);
	watch_free(&t->watch);
	titles_free(&t->titles);
}

static struct standing
standing_of(const struct heard *h, const struct dialog *d)
{
	struct standing is = { .class = h->class,
		.code = h->code,
		.mixed = d->code != h->code };

	memcpy(is.status, d->status, sizeof is.status);
	/* What is said beside a reply says nothing of it. */
	if (h->aside)
		is = (struct standing){ .code = 0 };
	return is;
}

void
trial_heard(struct trial *t, const struct dialog *d, const char *bytes,
    size_t n, const struct heard *h)
{
	if (inbox_size(&t->inbox) + n > INBOX_MOST)
		t->flooded = true;
	if (t->flooded)
		return;
	inbox_bytes(&t->inbox, d->proto->cut, bytes, n, t->since_said);
	if (h == NULL || h->aside || h->junk)
		return;
	t->latest = standing_of(h, d);
	if (h->last)
		inbox_end(&t->inbox, &t->latest);
}

/* Report one comparison. */
static void
tell(struct trial *t, struct check *c)
{
	struct buf got = { 0 };

	t->checks++;
	t->bad += !c->good;
	if (c->got != NULL) {
		vars_mask(t->vars, &got, c->got, c->got_len);
		c->got = got.len == 0 ? "" : buf_bytes(&got);
		c->got_len = got.len;
	}
	if (t->check != NULL)
		t->check(t->arg, c);
	buf_free(&got);
}

void
trial_tell(struct trial *t, const struct item *item, const char *why,
    const char *got, size_t got_len)
{
	struct check c = { .line = item->line,
		.what = item->source,
		.what_len = item->source_len,
		.good = why == NULL,
		.got = why == NULL ? NULL : got,
		.got_len = got_len,
		.why = why };
	struct buf title = { 0 };

	if (c.what == NULL)
		c.what = "";
	if (item->kind == ITEM_SAY) {
		paper_title(&t->paper, item, &title);
		c.what = title.len == 0 ? "" : buf_bytes(&title);
		c.what_len = title.len;
	}
	tell(t, &c);
	buf_free(&title);
}

/* What is answered: a command, by its number on paper. */
static const char *
asked_text(const struct trial *t, size_t *len)
{
	const char *text =
	    t->unasked ? NULL : titles_get(&t->titles, t->asked, len);

	if (text == NULL) {
		text = t->unasked ? "what is said unasked" :
		    t->asked == 0 ? "the greeting" :
				    "a command";
		*len = strlen(text);
	}
	return text;
}

void
trial_drop(struct trial *t)
{
	match_clear(&t->match);
	line_reset(&t->cut);
	buf_clear(&t->held);
	t->odd = false;
	t->arm = ARM_NONE;
	t->settled++;
}

/* What is held against the server's lines has been met, or not. */
static void
tell_match(struct trial *t, bool good, const char *why, double seconds)
{
	const struct matcher *m = &t->match;
	struct check c = { .good = good, .why = why };
	size_t at = good || m->why == NULL || m->wrong >= m->count ?
	    m->count :
	    m->wrong + 1;

	c.what = asked_text(t, &c.what_len);
	c.seconds = seconds;
	if (at > 0) {
		const struct want *w = &m->list[at - 1];

		c.line = w->line;
		c.expected = match_text(m, w);
		c.expected_len = w->len;
	}
	if (!good && why == NULL) {
		c.got = m->got.len == 0 ? "" : buf_bytes(&m->got);
		c.got_len = m->got.len;
		/* Of two lines everybody sees how they differ. */
		if (c.expected == NULL || m->list[at - 1].pattern != NULL ||
		    m->lines == 0)
			c.why = m->why;
	}
	tell(t, &c);
	trial_drop(t);
}

static void
judge_time(struct trial *t, double seconds)
{
	struct check c = { .line = t->since,
		.good = seconds <= t->within,
		.why = "the reply took longer",
		.seconds = seconds };

	if (t->within <= 0)
		return;
	c.what = asked_text(t, &c.what_len);
	t->within = 0;
	tell(t, &c);
}

/* No line may match what is watched. */
static void
judge_watched(struct trial *t, const char *line, size_t len)
{
	const struct watched *w;

	while ((w = watch_line(&t->watch, line, len)) != NULL) {
		struct check c = { .line = w->line,
			.what = w->text,
			.what_len = w->len,
			.got = line,
			.got_len = len,
			.why = "no line may match this pattern" };

		tell(t, &c);
	}
}

/*
 * A refusal that the paper leaves out: what it says next may be the text that
 * was refused, or a secret, and must not go out as commands.
 */
static void
note_refusal(struct trial *t, const struct heard *h, bool challenge)
{
	bool silent = t->match.count == 0;
	bool negative =
	    h->class == CLASS_TRANSIENT || h->class == CLASS_PERMANENT;

	if (h->data_refused)
		t->astray = silent ? ASTRAY : ASTRAY_UNLESS;
	else if (h->upgrade_refused || h->disagreed)
		t->astray = silent ? ASTRAY : ASTRAY_NO;
	else if (h->last && challenge && negative)
		t->astray = ASTRAY_UNLESS;
}

/* The paper hears what it leaves out. */
static void
follow_line(struct trial *t, const char *line, size_t len)
{
	const struct dialog *d = &t->paper.dialog;
	const struct owed *o = owing_first(&d->owing);
	bool challenge = o != NULL &&
	    (o->kind == OWED_SECRET || (o->asked.flags & VERB_CHALLENGE) != 0);
	struct heard h;

	paper_heard(&t->paper, line, len, false, &h);
	note_refusal(t, &h, challenge);
}

/* A line of the server is due to what is armed. */
static void
judge_line(struct trial *t, const char *line, size_t len)
{
	judge_watched(t, line, len);
	if (t->arm == ARM_FOLLOW)
		follow_line(t, line, len);
	match_line(&t->match, t->mode, t->vars, line, len);
}

/* All that is armed has come; `is` is the status of a reply, if it is one. */
static void
settle(struct trial *t, const struct standing *is, double seconds)
{
	bool good;

	judge_time(t, seconds);
	/* What the transcript says nothing of is no check. */
	if (t->match.count == 0) {
		trial_drop(t);
		return;
	}
	good = match_end(&t->match, t->mode,
	    t->arm == ARM_REPLY || t->odd ? is : NULL);
	tell_match(t, good, NULL, seconds);
}

bool
trial_judge(struct trial *t)
{
	bool lines = t->arm == ARM_LINES;
	struct came c = { .seconds = 0 };
	const char *line;

	while (inbox_next(&t->inbox, &c, &line)) {
		if (!c.end)
			judge_line(t, line, c.len);
		if (lines ? t->waits && match_is_met(&t->match, t->mode) :
			    c.end && --t->due == 0) {
			settle(t, lines ? NULL : &c.is, c.seconds);
			return true;
		}
	}
	/* Where nothing has to come, what is there is all. */
	if (!lines || t->waits)
		return false;
	settle(t, NULL, c.seconds);
	return true;
}

void
trial_fault(struct trial *t, const char *why)
{
	tell_match(t, false, why, 0);
}

void
trial_over(struct trial *t)
{
	const char *line;
	struct came c;
	size_t i;

	while (inbox_next(&t->inbox, &c, &line))
		if (!c.end)
			judge_watched(t, line, c.len);
	for (i = 0; i < t->watch.count; i++) {
		const struct watched *w = &t->watch.list[i];
		struct check good = { .line = w->line,
			.what = w->text,
			.what_len = w->len,
			.good = true };

		if (!w->matched)
			tell(t, &good);
	}
}

/* A line of the server on paper, as bytes: the lines that it makes. */
static void
want_lines(struct trial *t, const struct item *item, const struct buf *b,
    bool rest, const struct standing *says)
{
	struct line_piece piece;
	const char *bytes = buf_bytes(b);
	size_t n = b->len;

	t->cut.end = t->paper.dialog.proto->cut;
	while (line_next(&t->cut, &bytes, &n, &piece))
		match_add(&t->match, item, piece.text, piece.len, says);
	if (rest && line_rest(&t->cut, &piece))
		match_add(&t->match, item, piece.text, piece.len, says);
	if (rest)
		line_reset(&t->cut);
}

/* The same of a template, or of what goes on with one. */
static void
want_template(struct trial *t, const struct item *item, const struct buf *b,
    bool ended, const struct standing *says)
{
	struct item whole = *item;
	struct line_piece piece;
	char cut = t->paper.dialog.proto->cut;
	const char *p, *end;
	size_t n;

	whole.how = TEXT_TEMPLATE;
	if (line_rest(&t->cut, &piece))
		template_escape(&t->held, piece.text, piece.len);
	line_reset(&t->cut);
	if (item->how == TEXT_TEMPLATE)
		/* Without its "\c". */
		buf_add(&t->held, item->text, item->len - (ended ? 0 : 2));
	else if (b->len > 0)
		template_escape(&t->held, buf_bytes(b), b->len);
	if (!ended)
		return;
	p = t->held.len == 0 ? "" : buf_bytes(&t->held);
	n = t->held.len;
	while (cut != '\0' && (end = memchr(p, cut, n)) != NULL) {
		size_t len = (size_t)(end + 1 - p);

		match_add(&t->match, &whole, p, len, says);
		p += len;
		n -= len;
	}
	if (n > 0 || cut == '\0')
		match_add(&t->match, &whole, p, n, says);
	buf_clear(&t->held);
}

/*
 * A line that is no reply at all, where one is owed, has no status by which it
 * could be compared: its text counts.
 */
static bool
is_junk(const struct dialog *d, const struct heard *h, const struct buf *b)
{
	size_t word = b->len == 0 ? 0 : text_word(buf_bytes(b), b->len);

	if (!h->junk || dialog_owed(d) == 0)
		return false;
	return !d->proto->tagged ||
	    (word > 0 && owing_find(&d->owing, buf_bytes(b), word) != NULL);
}

/* LF alone ends a line, too. */
static bool
drop_lf(struct buf *b)
{
	bool ended = b->len > 0 && buf_bytes(b)[b->len - 1] == '\n';

	b->len -= ended;
	return ended;
}

/* Is it, or does it go on with, what counts in all modes? */
static bool
counts_whole(const struct trial *t, const struct item *item,
    const struct heard *h, const struct buf *b)
{
	return item->how == TEXT_TEMPLATE || t->held.len > 0 ||
	    is_junk(&t->paper.dialog, h, b);
}

/* S:, S% or S$. */
static void
want_heard(struct trial *t, const struct item *item)
{
	const struct dialog *d = &t->paper.dialog;
	bool greeting = dialog_greeting_owed(d), ended;
	struct buf bytes = { 0 };
	struct standing says;
	struct heard h;
	unsigned replies;

	ended = paper_text(t->vars, item, &bytes);
	replies = paper_heard(&t->paper,
	    bytes.len == 0 ? "" : buf_bytes(&bytes), bytes.len, !ended, &h);
	/* It answers what a variable names that is not set. */
	if (item->how == TEXT_TEMPLATE && h.unsolicited && dialog_owed(d) > 0)
		replies = 0;
	says = standing_of(&h, d);
	/* It may be meant as a greeting. */
	t->odd = t->odd || (greeting && h.aside && h.class != CLASS_NONE);
	if (counts_whole(t, item, &h, &bytes)) {
		if (item->how != TEXT_TEMPLATE && drop_lf(&bytes))
			ended = true;
		want_template(t, item, &bytes, ended || replies > 0, &says);
	} else {
		if (ended)
			buf_adds(&bytes, "\r\n");
		want_lines(t, item, &bytes, replies > 0, &says);
	}
	buf_free(&bytes);
	if (replies == 0)
		return;
	t->arm = ARM_REPLY;
	t->due = replies;
	t->asked = h.id;
	t->unasked = h.unsolicited;
}

void
trial_want(struct trial *t, const struct item *item)
{
	if (item->kind == ITEM_HEAR)
		want_heard(t, item);
	else
		match_add(&t->match, item, item->text, item->len, NULL);
}

void
trial_follow(struct trial *t)
{
	const struct owed *o = owing_first(&t->paper.dialog.owing);

	t->arm = ARM_FOLLOW;
	t->due = 1;
	t->unasked = false;
	t->asked = o == NULL ? t->paper.dialog.id : o->id;
}

bool
trial_tail(struct trial *t, bool event)
{
	const struct dialog *d = &t->paper.dialog;
	bool owed = dialog_turn(d) == TURN_SERVER;

	if (t->match.count == 0 || (d->in_reply && (event || !owed)))
		return true;
	/* The rest of a reply may be left out, too. */
	if (owed && (d->in_reply || t->odd)) {
		t->odd = t->odd || !d->stray;
		trial_follow(t);
		return false;
	}
	if (match_bites(&t->match, t->mode)) {
		trial_follow(t);
		if (!owed)
			t->arm = ARM_LINES;
		t->unasked = !owed;
		t->waits = !match_is_met(&t->match, t->mode);
		return false;
	}
	/* What was said unasked need not be said again. */
	match_clear(&t->match);
	t->odd = false;
	return true;
}
