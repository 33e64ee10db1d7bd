/* SPDX-License-Identifier: ISC */
/* transcript.c - a transcript, read item by item. */
#include <stdint.h>
#include <string.h>

#include "transcript.h"

#include "fail.h"
#include "pattern.h"
#include "template.h"
#include "text.h"

/* How much of a line a sentence shows. */
enum { SHOWN = 60 };

static const struct label {
	const char *sign;
	enum item_kind kind;
	enum item_text how;
	bool plain; /* what follows may be a stage direction instead */
	bool joined;
} labels[] = {
	{ .sign = "C:", .kind = ITEM_SAY, .plain = true },
	{ .sign = "S:", .kind = ITEM_HEAR, .plain = true },
	{ .sign = "C$", .kind = ITEM_SAY, .how = TEXT_TEMPLATE },
	{ .sign = "S$", .kind = ITEM_HEAR, .how = TEXT_TEMPLATE },
	{ .sign = "S%", .kind = ITEM_HEAR, .how = TEXT_ESCAPED },
	{ .sign = "S~", .kind = ITEM_SOME },
	{ .sign = "S!", .kind = ITEM_NONE },
	{ .sign = "C<", .kind = ITEM_FILE },
	{ .sign = "C+", .kind = ITEM_SAY, .joined = true },
	/* RFC 3977 and its kin. */
	{ .sign = "[C]", .kind = ITEM_SAY, .plain = true },
	{ .sign = "[S]", .kind = ITEM_HEAR, .plain = true },
	/* RFC 3207. */
	{ .sign = "C & S:", .kind = ITEM_EVENT, .plain = true },
};

/* "FILE:LINE: ", and the text of an item in front. */
static int
wrong_line(const struct transcript *t, const struct item *item, struct fail *f,
    const char *why)
{
	struct buf line = { 0 };

	text_quote(&line, item->text, item->len, SHOWN);
	buf_add(&line, "", 1);
	sheet_wrong(&t->sheet, item->line, f, "\"%s\" %s", buf_bytes(&line),
	    why);
	buf_free(&line);
	return -1;
}

static size_t
white(const char *p, size_t n)
{
	size_t i = 0;

	while (i < n && (p[i] == ' ' || p[i] == '\t'))
		i++;
	return i;
}

/* How many of the bytes come before white space at the end. */
static size_t
trimmed(const char *p, size_t n)
{
	while (n > 0 && white(p + n - 1, 1) > 0)
		n--;
	return n;
}

/* "<...>", whole. */
static bool
is_direction(const char *p, size_t n)
{
	n = trimmed(p, n);
	return n > 1 && p[0] == '<' && p[n - 1] == '>';
}

static bool
is_ellipsis(const char *p, size_t n)
{
	n = trimmed(p, n);
	return text_is(p, n, "...") || text_is(p, n, ". . .") ||
	    text_is(p, n, "[...]");
}

/* The label that a line begins with, if a blank or nothing follows it. */
static const struct label *
label_of(const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < sizeof labels / sizeof labels[0]; i++) {
		size_t len = strlen(labels[i].sign);

		if (n >= len && memcmp(p, labels[i].sign, len) == 0 &&
		    (n == len || white(p + len, 1) > 0))
			return &labels[i];
	}
	return NULL;
}

/* Have the line that follows in t->sheet.line: 1, 0 if there is none, -1. */
static int
look_ahead(struct transcript *t, struct fail *f)
{
	int rc = t->ahead ? 1 : sheet_next(&t->sheet, f);

	t->ahead = rc > 0;
	return rc;
}

/*
 * May a line be continued by one that is indented deeper?  Those with a
 * label, and an event that has not ended.
 */
static bool
is_open(const char *p, size_t n)
{
	return label_of(p, n) != NULL ||
	    (n > 0 && p[0] == '<' && !is_direction(p, n));
}

/*
 * Does t->sheet.line continue the line before it?  Where an example is
 * indented unevenly, what has a label of its own or tells of TLS does not.
 */
static bool
is_wrapped(const struct transcript *t)
{
	const char *p = buf_bytes(&t->sheet.line);
	size_t n = t->sheet.line.len, at = white(p, n);

	p += at;
	n -= at;
	return at > t->indent && n > 0 && label_of(p, n) == NULL &&
	    !is_ellipsis(p, n) &&
	    !(is_direction(p, n) && text_begins(p, n, "<TLS"));
}

/* Put t->sheet.line behind the line in t->here. */
static void
join(struct transcript *t)
{
	const char *p = buf_bytes(&t->sheet.line);
	size_t n = t->sheet.line.len, at = white(p, n);

	t->here.len = trimmed(buf_bytes(&t->here), t->here.len);
	buf_add(&t->here, " ", 1);
	buf_add(&t->here, p + at, n - at);
	t->ahead = false;
}

/* Have a line with all that continues it in t->here: 1, 0 at the end. */
static int
read_whole(struct transcript *t, struct item *item, struct fail *f)
{
	struct buf swap = t->here, *b = &t->here;
	int rc = look_ahead(t, f);

	if (rc <= 0)
		return rc;
	t->here = t->sheet.line;
	t->sheet.line = swap;
	t->ahead = false;
	*item = (struct item){ .line = t->sheet.number, .label = "" };
	buf_drop(b, white(buf_bytes(b), b->len));
	if (is_open(buf_bytes(b), b->len)) {
		while ((rc = look_ahead(t, f)) > 0 && is_wrapped(t)) {
			join(t);
			if (b->len > SHEET_MOST)
				return sheet_wrong(&t->sheet, item->line, f,
				    "this line and those that continue it "
				    "are longer than 16 MiB");
		}
	}
	buf_add(b, "", 1);
	item->text = buf_bytes(b);
	item->len = b->len - 1;
	item->source = item->text;
	item->source_len = item->len;
	return rc < 0 ? -1 : 1;
}

/* A comment may be the file's first line or a time. */
static int
take_comment(const struct transcript *t, struct item *item, struct fail *f)
{
	static const char head[] = "# telex transcript ";
	const char *p = item->text;
	size_t n = trimmed(p, item->len), len = sizeof head - 1;

	if (n > len && memcmp(p, head, len) == 0 && p[len] >= '0' &&
	    p[len] <= '9' &&
	    !text_is(p + len, text_word(p + len, n - len), "1"))
		return wrong_line(t, item, f,
		    "is of a newer telex (this one reads transcripts of "
		    "version 1)");
	if (n < 6 || memcmp(p, "# +", 3) != 0 ||
	    memcmp(p + n - 2, " s", 2) != 0 ||
	    !event_seconds(p + 3, n - 5, 1e9, &item->seconds))
		return 0;
	item->kind = ITEM_TIME;
	return 1;
}

static int
take_event(struct transcript *t, struct item *item, struct fail *f)
{
	struct event_args e;
	size_t at;

	item->len = trimmed(item->text, item->len);
	if (!is_direction(item->text, item->len))
		return wrong_line(t, item, f,
		    "has no \">\" at its end, as an event has");
	if (event_read(&e, item->text, item->len, f) < 0)
		return sheet_wrong(&t->sheet, item->line, f, "%s", f->text);
	item->kind = ITEM_EVENT;
	item->event = e.event;
	item->accepts = e.accepts;
	item->number = e.number;
	item->seconds = e.seconds;
	item->len = e.len;
	/* Its own copy, for there is more behind it than a NUL. */
	at = (size_t)(e.text - item->source);
	buf_room(&t->here, e.len + 1);
	item->source = buf_bytes(&t->here);
	item->text = item->source + t->here.len;
	buf_add(&t->here, item->source + at, e.len);
	buf_add(&t->here, "", 1);
	return 1;
}

/* "<...>" behind a label. */
static int
take_direction(const struct transcript *t, struct item *item, struct fail *f)
{
	static const enum stage_side sides[] = {
		[ITEM_SAY] = STAGE_OURS,
		[ITEM_HEAR] = STAGE_THEIRS,
		[ITEM_EVENT] = STAGE_BOTH,
	};

	switch (event_stage(sides[item->kind], item->text, item->len)) {
	case STAGE_NOTHING:
		return 0;
	case STAGE_ELLIPSIS:
		item->kind = ITEM_REST;
		return 1;
	case STAGE_UPGRADE:
		item->event = EVENT_UPGRADE;
		item->accepts = ACCEPT_TLS;
		break;
	case STAGE_CLOSE:
		item->event = EVENT_CLOSE;
		break;
	default:
		return wrong_line(t, item, f,
		    "is no stage direction that is known (behind \"C$\" it is "
		    "a line to send)");
	}
	item->kind = ITEM_EVENT;
	item->text += item->len;
	item->len = 0;
	return 1;
}

static void
find_any(void *arg, const char *name, size_t len)
{
	bool *found = arg;

	(void)name;
	*found = *found || len == 0;
}

/* Is the text behind a label what has to stand there? */
static int
check_text(const struct transcript *t, const struct item *item, struct fail *f)
{
	bool any = false;
	int rc = 0;

	if (item->how != TEXT_VERBATIM)
		rc = template_check(item->text, item->len,
		    item->how == TEXT_TEMPLATE, f);
	if (rc == 0 && item->how == TEXT_TEMPLATE)
		template_names(item->text, item->len, find_any, &any);
	if (item->kind == ITEM_SOME || item->kind == ITEM_NONE)
		rc = pattern_check(item->text, item->len, f);
	if (rc < 0)
		return sheet_wrong(&t->sheet, item->line, f, "%s", f->text);
	if (item->kind == ITEM_SAY && any)
		return sheet_wrong(&t->sheet, item->line, f,
		    "\"${}\" stands for what the server says (a line of ours "
		    "has variables with names)");
	if (item->kind == ITEM_FILE && item->len == 0)
		return sheet_wrong(&t->sheet, item->line, f,
		    "\"C<\" has no name of a file behind it");
	if (item->joined && !t->said)
		return sheet_wrong(&t->sheet, item->line, f,
		    "\"C+\" has no line of ours right before it that it could "
		    "be sent with");
	return 1;
}

static int
take_labelled(const struct transcript *t, struct item *item,
    const struct label *l, struct fail *f)
{
	size_t sign = strlen(l->sign), blanks, most = t->blanks;
	bool direction;

	item->kind = l->kind;
	item->how = l->how;
	item->joined = l->joined;
	item->label = l->sign;
	item->text += sign;
	item->len -= sign;
	blanks = white(item->text, item->len);
	direction =
	    l->plain && is_direction(item->text + blanks, item->len - blanks);
	/* Nothing but directions tells how many there are. */
	if (most == SIZE_MAX && !direction)
		most = 1;
	if (blanks > most)
		blanks = most;
	item->text += blanks;
	item->len -= blanks;
	if (direction && item->text[0] == '<')
		return take_direction(t, item, f);
	if (item->kind == ITEM_EVENT)
		return wrong_line(t, item, f,
		    "is no stage direction (\"C & S:\" has one behind it, as "
		    "<negotiate a TLS session>)");
	return check_text(t, item, f);
}

/* Say what a line that is nothing may have been meant to be. */
static int
take_unknown(const struct transcript *t, struct item *item, struct fail *f)
{
	size_t i, n;

	if (text_begins(item->text, item->len, "R:"))
		return sheet_wrong(&t->sheet, item->line, f,
		    "RFC 821 has \"R:\" for the receiver and \"S:\" for the "
		    "sender (write \"S:\" and \"C:\")");
	for (i = 0; i < sizeof labels / sizeof labels[0]; i++) {
		n = strlen(labels[i].sign);
		if (item->len > n && memcmp(item->text, labels[i].sign, n) == 0)
			return sheet_wrong(&t->sheet, item->line, f,
			    "there is no blank behind \"%s\"", labels[i].sign);
	}
	return wrong_line(t, item, f,
	    "has no label (\"C:\" is for what we say, \"S:\" for the server, "
	    "\"#\" for a comment)");
}

/* What a line is: 1 with the item filled in, 0 if it is none, -1. */
static int
take(struct transcript *t, struct item *item, struct fail *f)
{
	const struct label *l;

	if (item->len == 0)
		return 0;
	if (item->text[0] == '#')
		return take_comment(t, item, f);
	if (item->text[0] == '<')
		return take_event(t, item, f);
	l = label_of(item->text, item->len);
	if (l != NULL)
		return take_labelled(t, item, l, f);
	if (!is_ellipsis(item->text, item->len))
		return take_unknown(t, item, f);
	item->kind = ITEM_REST;
	return 1;
}

int
transcript_next(struct transcript *t, struct item *item, struct fail *f)
{
	int rc;

	do {
		rc = read_whole(t, item, f);
		if (rc <= 0)
			return rc;
		rc = take(t, item, f);
	} while (rc == 0);
	if (rc < 0)
		return -1;
	if (item->kind != ITEM_TIME)
		t->said = item->kind == ITEM_SAY;
	return 1;
}

void
transcript_rewind(struct transcript *t)
{
	sheet_rewind(&t->sheet);
	t->ahead = false;
	t->said = false;
}

void
transcript_close(struct transcript *t)
{
	sheet_close(&t->sheet);
	buf_free(&t->here);
}

/* How far a line is indented, and the text behind its label. */
static void
measure(struct transcript *t)
{
	const char *p = buf_bytes(&t->sheet.line);
	size_t n = t->sheet.line.len, at = white(p, n), sign;
	const struct label *l = label_of(p + at, n - at);

	if (l == NULL)
		return;
	if (t->indent == SIZE_MAX)
		t->indent = at;
	sign = at + strlen(l->sign);
	at = sign + white(p + sign, n - sign);
	if ((l->plain || l->joined) && at < n &&
	    !is_direction(p + at, n - at) && at - sign < t->blanks)
		t->blanks = at - sign;
}

/*
 * Everything is read twice: for what lines have in common, and to see that
 * all of them are well-formed.
 */
static int
begin(struct transcript *t, struct fail *f)
{
	struct item item;
	int rc;

	t->name = t->sheet.name;
	t->indent = t->blanks = SIZE_MAX;
	while ((rc = sheet_next(&t->sheet, f)) > 0)
		measure(t);
	if (rc == 0) {
		transcript_rewind(t);
		while ((rc = transcript_next(t, &item, f)) > 0)
			continue;
	}
	transcript_rewind(t);
	if (rc < 0)
		transcript_close(t);
	return rc;
}

int
transcript_open(struct transcript *t, const char *name, struct fail *f)
{
	memset(t, 0, sizeof *t);
	return sheet_open(&t->sheet, name, f) < 0 ? -1 : begin(t, f);
}

int
transcript_file(struct transcript *t, FILE *file, struct fail *f)
{
	memset(t, 0, sizeof *t);
	sheet_file(&t->sheet, "a transcript", file);
	return begin(t, f);
}

int
transcript_text(struct transcript *t, const char *name, const char *text,
    size_t n, struct fail *f)
{
	memset(t, 0, sizeof *t);
	return sheet_text(&t->sheet, name, text, n, f) < 0 ? -1 : begin(t, f);
}
