/* SPDX-License-Identifier: ISC */
/* verdict.c - matching the server's lines to what was said. */
#include <string.h>

#include "dialog.h"
#include "protos.h"
#include "verdict.h"

static const struct asked nothing = { .verb = NULL };

struct text {
	const char *p;
	size_t len;
};

static bool
is_negative(const struct heard *h)
{
	return h->class == CLASS_TRANSIENT || h->class == CLASS_PERMANENT;
}

/* The reply to STARTTLS is complete. */
static void
heard_upgrade(struct dialog *d, struct heard *h, const struct asked *a,
    const struct text *line)
{
	/* Every line of the reply has to say so. */
	bool agrees = d->proto->agrees != NULL &&
	    d->proto->agrees(a, line->p, line->len) && d->code == h->code;

	if (agrees && !d->tls)
		d->state = TURN_UPGRADE;
	else if (is_negative(h))
		h->upgrade_refused = true;
	else
		h->disagreed = true;
}

/* The reply to DATA is complete. */
static void
heard_data(struct dialog *d, struct heard *h, bool agreed)
{
	if (agreed) {
		d->state = TURN_DATA;
		d->at_start = d->data_owes = true;
	} else {
		h->data_refused = true;
		d->skip = SKIP_DATA;
	}
}

/* What a complete reply of each class does, by the flags of the command. */
static void
heard_command(struct dialog *d, struct heard *h, unsigned flags)
{
	bool ok = h->class == CLASS_OK;
	bool more = h->class == CLASS_MORE;

	if ((flags & VERB_DATA) != 0)
		heard_data(d, h, more);
	if ((flags & VERB_CHALLENGE) != 0 && more)
		d->state = TURN_SECRET;
	if (ok && (flags & VERB_RCPT) != 0)
		d->recipients++;
	if (ok && (flags & VERB_RESET) != 0)
		d->recipients = 0;
	if (ok && (flags & VERB_PLAIN) != 0 && d->tls)
		d->state = TURN_PLAIN;
	if (ok && (flags & VERB_END) != 0) {
		d->state = TURN_OVER;
		d->ended = true;
	}
}

/* The command whose literal was to follow was refused. */
static void
literal_refused(struct dialog *d, struct heard *h)
{
	h->data_refused = true;
	d->skip = SKIP_LITERAL;
	d->skip_octets = d->octets;
	d->state = TURN_COMMAND;
}

/* Where commands have tags, "+" asks for the rest of the last one. */
static void
heard_go_ahead(struct dialog *d, struct heard *h)
{
	const struct owed *o = owing_last(&d->owing);
	unsigned flags = o == NULL ? 0 : o->asked.flags;

	d->go = true;
	if (d->state == TURN_LITERAL)
		return;
	if ((flags & VERB_CHALLENGE) != 0) {
		d->state = TURN_SECRET;
	} else if ((flags & VERB_LINES) != 0) {
		d->state = TURN_MORE;
	} else {
		d->go = false;
		h->unsolicited = true;
	}
}

/* The status word may stand in any line of a reply. */
static void
keep_status(struct dialog *d, const struct judged *j)
{
	size_t most = sizeof d->status - 1;
	size_t n = j->word_len < most ? j->word_len : most;

	if (j->first)
		d->status[0] = '\0';
	if (n == 0)
		return;
	memcpy(d->status, j->word, n);
	d->status[n] = '\0';
}

/* Count a refusal, and remember its word. */
static void
count_refusal(struct dialog *d)
{
	d->refused++;
	memcpy(d->refused_as, d->status, sizeof d->refused_as);
}

/* The reply to this one is complete: what it does to the dialogue. */
static void
heard_answer(struct dialog *d, struct heard *h, struct owed *o,
    const struct text *line)
{
	struct asked a = o->asked;
	enum owed_kind kind = o->kind;
	bool waits =
	    d->state == TURN_LITERAL && !d->go && o == owing_last(&d->owing);

	/* PRDR: a reply for each recipient, and one for all, follow. */
	if (kind == OWED_DATA_END && h->code == 353)
		owing_more(&d->owing, o, d->sent_to + 1);
	owing_answered(&d->owing, o);
	if (d->go && d->owing.count == 0 && d->proto->tagged &&
	    d->state != TURN_LITERAL) {
		d->go = false;
		d->state = TURN_COMMAND;
	}
	if (waits)
		literal_refused(d, h);
	else if (kind == OWED_COMMAND && (a.flags & VERB_UPGRADE) != 0)
		heard_upgrade(d, h, &a, line);
	else if (kind == OWED_COMMAND)
		heard_command(d, h, a.flags);
	else if (kind == OWED_SECRET && h->class == CLASS_MORE)
		d->state = TURN_SECRET;
}

/* A server that gave up on the secret says so unasked. */
static void
heard_unasked(struct dialog *d, const struct heard *h)
{
	if (d->state == TURN_SECRET && is_negative(h))
		d->state = TURN_COMMAND;
}

/* HTTP's 100: what was announced may be sent. */
static void
heard_preliminary(struct dialog *d, const struct owed *o)
{
	if (d->state == TURN_LITERAL && o == owing_last(&d->owing))
		d->go = true;
}

/* A reply is complete. */
static void
heard_last(struct dialog *d, struct heard *h, const struct judged *j,
    struct owed *o, const struct text *line)
{
	bool over = d->state == TURN_OVER || j->closes;

	d->in_reply = false;
	if (over) {
		d->state = TURN_OVER;
		d->go = false;
	}
	if (h->unsolicited)
		heard_unasked(d, h);
	else if (h->class == CLASS_PRELIMINARY)
		heard_preliminary(d, o);
	if (h->unsolicited || h->class == CLASS_PRELIMINARY)
		return;
	if (is_negative(h))
		count_refusal(d);
	if (d->proto->tagged && h->class == CLASS_MORE && !over)
		heard_go_ahead(d, h);
	else if (o != NULL)
		heard_answer(d, h, o, line);
	/* Behind a 421 nothing more begins. */
	if (over)
		d->state = TURN_OVER;
}

/* Which of our commands this line answers; NULL: none. */
static struct owed *
answered(const struct dialog *d, const struct judged *j)
{
	if (d->stray)
		return NULL;
	if (j->tag != NULL)
		return owing_find(&d->owing, j->tag, j->tag_len);
	if (d->proto->tagged && j->class == CLASS_MORE)
		return owing_last(&d->owing);
	return owing_first(&d->owing);
}

/* A line begins a reply, or something that answers nothing. */
static void
begin(struct dialog *d, const struct judged *j)
{
	d->stray = j->aside || d->owing.count == 0;
	d->code = j->code;
}

/* One line of a reply, judged by the protocol. */
static struct heard
heard_judged(struct dialog *d, const struct judged *j, const struct text *line)
{
	struct heard h = { .last = !j->more,
		.class = j->class,
		.code = j->code,
		.data = j->data,
		.aside = j->aside };
	struct owed *o;

	if (j->first && j->class == CLASS_NONE && !j->aside) {
		h.unsolicited = h.junk = h.last = true;
		return h;
	}
	if (j->first)
		begin(d, j);
	else if (j->code != d->code)
		d->code = 0;
	keep_status(d, j);
	d->in_reply = j->more;
	o = answered(d, j);
	h.unsolicited = o == NULL;
	if (o != NULL) {
		h.verb = o->asked.verb;
		h.alone = o->asked.alone;
		h.id = o->id;
		h.greeting = o->kind == OWED_GREETING;
		h.message = o->kind == OWED_DATA_END;
	}
	if (h.last)
		heard_last(d, &h, j, o, line);
	return h;
}

/* What the next line of the server is judged by. */
static const struct asked *
asked_first(const struct dialog *d)
{
	const struct owed *o = owing_first(&d->owing);

	return o == NULL || (d->in_reply && d->stray) ? &nothing : &o->asked;
}

bool
verdict_is_data(const struct dialog *d, const char *line, size_t len)
{
	struct hold h = d->hold;
	struct judged j;

	if (d->proto->judge == NULL || d->owing.ring == NULL)
		return false;
	j = d->proto->judge(&h, asked_first(d), line, len);
	return j.data && j.more;
}

struct heard
verdict_line(struct dialog *d, const char *line, size_t len)
{
	struct text text = { line, len };
	struct heard h = { .last = true };
	const struct asked *a;
	struct judged j;

	if (d->proto->judge == NULL || d->owing.ring == NULL)
		return h;
	a = asked_first(d);
	j = d->proto->judge(&d->hold, a, line, len);
	j.first = !d->in_reply;
	if (d->proto->learn != NULL)
		d->proto->learn(&d->words, a, &j, line, len);
	h = heard_judged(d, &j, &text);
	d->coming = j.octets;
	d->ends = j.ends;
	if (j.octets > 0) {
		d->held = j;
		d->held.word = NULL;
		d->held.word_len = 0;
	}
	if (j.raw && h.last && !h.unsolicited)
		dialog_proto(d, protos_raw());
	return h;
}

uint64_t
verdict_octets(const struct dialog *d)
{
	return d->coming;
}

/* The octets were the end of the reply. */
static struct heard
octets_end(struct dialog *d)
{
	static const struct text nowhere = { "", 0 };
	struct judged j = d->held;

	d->coming = 0;
	j.more = j.first = false;
	j.octets = 0;
	j.code = d->code;
	return heard_judged(d, &j, &nowhere);
}

struct heard
verdict_took(struct dialog *d, size_t n)
{
	struct heard h = { .last = false };

	if (d->coming == OCTETS_TO_END)
		return h;
	d->coming -= n;
	return d->coming == 0 && d->ends ? octets_end(d) : h;
}

struct heard
verdict_closed(struct dialog *d)
{
	struct heard h = { .last = false };

	return d->coming == OCTETS_TO_END ? octets_end(d) : h;
}

void
verdict_ungreeted(struct dialog *d)
{
	if (dialog_greeting_owed(d))
		owing_answered(&d->owing, owing_first(&d->owing));
}
