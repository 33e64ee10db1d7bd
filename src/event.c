/* SPDX-License-Identifier: ISC */
/* event.c - what stands between "<" and ">" in a transcript. */
#include <stdio.h>
#include <string.h>

#include "event.h"

#include "buf.h"
#include "fail.h"
#include "pattern.h"
#include "text.h"
#include "vars.h"

/* How much of what is wrong a sentence shows. */
enum { SHOWN = 60 };

bool
event_seconds(const char *p, size_t n, double most, double *value)
{
	double v = 0, scale = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		if (p[i] == '.' && scale == 0 && i > 0 && i + 1 < n) {
			scale = 1;
		} else if (p[i] < '0' || p[i] > '9' || i > 15) {
			return false;
		} else {
			v = v * 10 + (p[i] - '0');
			scale *= 10;
		}
	}
	if (scale > 0)
		v /= scale;
	*value = v;
	return n > 0 && v <= most;
}

/* The n bytes without the white space around them. */
static void
trim(struct event_args *e, const char *p, size_t n)
{
	size_t at = text_blanks(p, n);

	for (; n > at && (unsigned char)p[n - 1] <= ' '; n--)
		;
	e->text = p + at;
	e->len = n - at;
}

/*
 * What stands behind the word of an event: fill in what it means; false if it
 * cannot be meant.
 */
static bool
read_nothing(struct event_args *e)
{
	return e->len == 0;
}

static bool
read_any(struct event_args *e)
{
	return e->len > 0;
}

static bool
read_word(struct event_args *e)
{
	return e->len > 0 && text_word(e->text, e->len) == e->len;
}

static bool
read_match(struct event_args *e)
{
	static const char *const modes[] = { "status", "class", "text" };

	for (e->number = 0; e->number < 3; e->number++) {
		if (text_is(e->text, e->len, modes[e->number]))
			return true;
	}
	return false;
}

/* The text has the word of the event, too. */
static bool
read_upgrade(struct event_args *e)
{
	static const struct {
		const char *words;
		unsigned accepts;
	} ways[] = {
		{ "TLS", ACCEPT_TLS },
		{ "TLS verified", ACCEPT_VERIFIED },
		{ "TLS refused", ACCEPT_REFUSED },
		{ "verified", ACCEPT_VERIFIED },
		{ "refused", ACCEPT_REFUSED },
		{ "closed", ACCEPT_CLOSED },
	};
	const char *p = e->text, *end = p + e->len, *bar;
	struct event_args one;
	size_t i;

	if (text_begins(p, e->len, "TLS negotiation")) {
		e->accepts = ACCEPT_TLS;
		return true;
	}
	for (; p <= end; p = bar + 1) {
		bar = memchr(p, '|', (size_t)(end - p));
		if (bar == NULL)
			bar = end;
		trim(&one, p, (size_t)(bar - p));
		for (i = 0; i < sizeof ways / sizeof ways[0]; i++) {
			if (text_is(one.text, one.len, ways[i].words))
				break;
		}
		if (i == sizeof ways / sizeof ways[0])
			return false;
		e->accepts |= ways[i].accepts;
	}
	return true;
}

static bool
read_seconds(struct event_args *e)
{
	return event_seconds(e->text, e->len, 86400, &e->seconds);
}

static bool
read_set(struct event_args *e)
{
	const char *equals = memchr(e->text, '=', e->len);

	return equals != NULL && vars_name(e->text, (size_t)(equals - e->text));
}

static bool
read_skip(struct event_args *e)
{
	size_t at = text_nth(e->text, e->len, 1);

	if (text_word(e->text, e->len) != 6 ||
	    !text_begins(e->text, e->len, "unless"))
		return false;
	e->text += at;
	e->len -= at;
	return read_word(e);
}

/* Where the note of an event begins. */
enum note { NOTE_ANY, NOTE_APART, NOTE_NONE };

static const struct event_word {
	const char *word;
	enum event event;
	enum note note; /* APART: its sign has a blank behind it */
	bool (*read)(struct event_args *e);
	const char *usage;
} words[] = {
	{ "connect", EVENT_CONNECT, NOTE_APART, read_word, "<connect URL>" },
	{ "protocol", EVENT_PROTOCOL, NOTE_ANY, read_word, "<protocol NAME>" },
	{ "match", EVENT_MATCH, NOTE_ANY, read_match,
	    "<match status>, <match class> or <match text>" },
	{ "TLS", EVENT_UPGRADE, NOTE_ANY, read_upgrade,
	    "<TLS>, <TLS verified>, <TLS refused>, or <TLS | closed>" },
	{ "closed", EVENT_UPGRADE, NOTE_ANY, read_upgrade,
	    "<closed>, or <closed | TLS>" },
	{ "auth", EVENT_AUTH, NOTE_APART, read_any, "<auth MECHANISM USER>" },
	{ "close", EVENT_CLOSE, NOTE_ANY, read_nothing, "<close>" },
	{ "pause", EVENT_PAUSE, NOTE_ANY, read_seconds,
	    "<pause SECONDS>, 0 to 86400" },
	{ "within", EVENT_WITHIN, NOTE_ANY, read_seconds,
	    "<within SECONDS>, 0 to 86400" },
	{ "silence", EVENT_SILENCE, NOTE_ANY, read_seconds,
	    "<silence SECONDS>, 0 to 86400" },
	{ "set", EVENT_SET, NOTE_NONE, read_set, "<set NAME=VALUE>" },
	{ "skip", EVENT_SKIP, NOTE_APART, read_skip,
	    "<skip unless CAPABILITY>" },
	{ "never", EVENT_NEVER, NOTE_NONE, read_any, "<never PATTERN>" },
};

/* Leave out the note. */
static void
cut_note(struct event_args *e, enum note note)
{
	size_t i;

	for (i = 0; note != NOTE_NONE && i < e->len; i++) {
		if ((e->text[i] == ':' || e->text[i] == ',') &&
		    (note == NOTE_ANY || i + 1 == e->len ||
			(unsigned char)e->text[i + 1] <= ' ')) {
			trim(e, e->text, i);
			return;
		}
	}
}

/* -1, with the whole event and the sentence's other half. */
static int
refuse(const char *p, size_t n, const char *why, struct fail *f)
{
	struct buf text = { 0 };

	buf_adds(&text, "\"");
	text_quote(&text, p, n, SHOWN);
	buf_addf(&text, "\" %s", why);
	buf_add(&text, "", 1);
	fail_set(f, STATUS_USAGE, "%s", buf_bytes(&text));
	buf_free(&text);
	return -1;
}

static int
refuse_unknown(const char *p, size_t n, struct fail *f)
{
	struct buf why = { 0 };
	size_t i;
	int rc;

	buf_adds(&why, "is no event (they are");
	for (i = 0; i < sizeof words / sizeof words[0]; i++)
		buf_addf(&why, "%s %s", i == 0 ? "" : ",", words[i].word);
	buf_add(&why, ")", 2);
	rc = refuse(p, n, buf_bytes(&why), f);
	buf_free(&why);
	return rc;
}

static bool
ends_word(char c)
{
	return c == ' ' || c == '\t' || c == ':' || c == ',' || c == '|';
}

/* The word at the front, cut off, in the table; NULL if it is not there. */
static const struct event_word *
take_word(struct event_args *e)
{
	const struct event_word *w = words;
	size_t len = 0;

	while (len < e->len && !ends_word(e->text[len]))
		len++;
	while (!text_is(e->text, len, w->word)) {
		if (++w == words + sizeof words / sizeof words[0])
			return NULL;
	}
	if (w->event == EVENT_UPGRADE)
		return w;
	len += text_blanks(e->text + len, e->len - len);
	e->text += len;
	e->len -= len;
	return w;
}

int
event_read(struct event_args *e, const char *p, size_t n, struct fail *f)
{
	const struct event_word *w;
	char why[128];

	memset(e, 0, sizeof *e);
	trim(e, p + 1, n - 2);
	w = take_word(e);
	if (w == NULL)
		return refuse_unknown(p, n, f);
	e->event = w->event;
	cut_note(e, w->note);
	/* What goes up to the last ">" may end with blanks. */
	if (w->note == NOTE_NONE && e->len > 0)
		e->len = (size_t)(p + n - 1 - e->text);
	if (!w->read(e)) {
		snprintf(why, sizeof why, "is not understood (write %s)",
		    w->usage);
		return refuse(p, n, why, f);
	}
	if (e->event == EVENT_NEVER)
		return pattern_check(e->text, e->len, f);
	return 0;
}

enum stage_means
event_stage(enum stage_side side, const char *p, size_t n)
{
	static const struct {
		enum stage_side side;
		const char *begins;
		enum stage_means means;
	} stages[] = {
		{ STAGE_OURS, "TLS negotiation", STAGE_UPGRADE },
		{ STAGE_OURS, "starts TLS", STAGE_UPGRADE },
		{ STAGE_OURS, "open", STAGE_NOTHING },
		{ STAGE_OURS, "close", STAGE_CLOSE },
		{ STAGE_BOTH, "TLS negotiation", STAGE_UPGRADE },
		{ STAGE_BOTH, "negotiate", STAGE_UPGRADE },
		/* RFC 3207, behind the one before. */
		{ STAGE_BOTH, "check", STAGE_NOTHING },
		{ STAGE_THEIRS, "TLS negotiation", STAGE_UPGRADE },
		{ STAGE_THEIRS, "wait", STAGE_NOTHING },
		{ STAGE_THEIRS, "", STAGE_ELLIPSIS },
	};
	size_t i;

	for (i = 0; i < sizeof stages / sizeof stages[0]; i++) {
		if (stages[i].side == side &&
		    text_begins(p + 1, n - 2, stages[i].begins))
			return stages[i].means;
	}
	return STAGE_UNKNOWN;
}
