/* SPDX-License-Identifier: ISC */
/* play.c - what a transcript wants next, and whether the server did it. */
#include <string.h>

#include "cutoff.h"
#include "play.h"
#include "protos.h"
#include "vars.h"

void
play_start(struct play *p, struct transcript *in, struct vars *vars,
    const struct proto *proto, enum match_mode mode)
{
	memset(p, 0, sizeof *p);
	p->in = in;
	trial_start(&p->trial, vars, proto, mode);
	transcript_rewind(in);
}

void
play_end(struct play *p)
{
	trial_end(&p->trial);
	utter_free(&p->say);
	lesson_end(&p->lesson);
}

/* The rest is not played. */
static enum play_step
stop(struct play *p)
{
	p->over = true;
	return PLAY_END;
}

void
play_fault(struct play *p, const char *why)
{
	bool armed = p->trial.arm != ARM_NONE && p->trial.match.count > 0;

	if (armed)
		trial_fault(&p->trial, why);
	else
		trial_tell(&p->trial, &p->item, why, NULL, 0);
	if (!p->lesson.on || p->trial.flooded)
		stop(p);
	else if (!armed)
		p->ahead = false;
}

/* The same, and what is next. */
static enum play_step
fault(struct play *p, const char *why)
{
	play_fault(p, why);
	return p->over ? PLAY_END : PLAY_WAIT;
}

void
play_passed(struct play *p)
{
	trial_tell(&p->trial, &p->item, NULL, NULL, 0);
	p->ahead = false;
}

void
play_block(struct play *p, const char *bytes, size_t n)
{
	bool ended;

	dialog_block(&p->trial.paper.dialog, bytes, n, false, &ended);
}

/* Have the next item; false at the end or when it cannot be read. */
static bool
look_ahead(struct play *p)
{
	int rc;

	if (p->ahead)
		return true;
	rc = transcript_next(p->in, &p->item, &p->why);
	p->ahead = rc > 0;
	p->failed = rc < 0;
	return p->ahead;
}

/* Why there is no connection any more. */
static const char *
ended(const struct play_state *st)
{
	return st->why != NULL ? st->why :
	    st->open           ? "no such reply came" :
				 "the server closed the connection";
}

/* Both dialogues want the same of us. */
static bool
in_step(const struct play *p, const struct play_state *st)
{
	const struct dialog *d = &p->trial.paper.dialog;

	if (d->proto->judge == NULL || st->dialog->proto->judge == NULL)
		return true;
	return d->state == st->dialog->state ||
	    (d->state == TURN_OVER && st->dialog->state == TURN_COMMAND);
}

/* Does the next item belong to what is said now? */
static bool
goes_on(struct play *p)
{
	return (p->say.bare || p->lesson.on) && look_ahead(p) &&
	    p->item.kind == ITEM_SAY && (p->say.bare || p->item.joined);
}

/* The item is a line of ours, and it may be said now. */
static enum play_step
say_now(struct play *p)
{
	struct trial *t = &p->trial;
	struct utter *u = &p->say;
	int rc = utter_begin(u, &t->paper, t->vars, &p->item, &p->why);

	p->joined = p->item.joined;
	p->ahead = rc < 0;
	while (rc == 0 && goes_on(p)) {
		if (!u->bare)
			utter_end(u);
		rc = utter_more(u, t->vars, &p->item, &p->why);
		p->ahead = rc < 0;
	}
	if (rc < 0) {
		lesson_pass(&p->lesson);
		return fault(p, p->why.text);
	}
	utter_said(u, &t->paper, &t->titles);
	lesson_said(&p->lesson, t);
	t->astray = ASTRAY_NO;
	p->text = u->text.len == 0 ? "" : buf_bytes(&u->text);
	p->len = u->text.len;
	p->open = u->open;
	p->bare = u->bare;
	return PLAY_SAY;
}

/* Is this line of ours a command that the protocol has? */
static bool
is_command(const struct play *p)
{
	return p->item.kind == ITEM_EVENT ||
	    dialog_would(&p->trial.paper.dialog, p->item.text, p->item.len)
		.verb != NULL;
}

/* Why a line of ours must not be said; NULL: it may. */
static const char *
forbidden(const struct play *p, const struct play_state *st)
{
	const struct trial *t = &p->trial;
	const struct dialog *d = &t->paper.dialog;

	if (!st->open)
		return ended(st);
	if (t->astray == ASTRAY || (t->astray != ASTRAY_NO && !is_command(p)))
		return "what this belongs to was refused, which the file does "
		       "not say: the rest is not played";
	if (!in_step(p, st))
		return "the dialogues are out of step: the rest is not played";
	if (p->item.kind == ITEM_FILE && d->proto->judge != NULL &&
	    d->state != TURN_DATA && d->state != TURN_LITERAL)
		return "no data is wanted here: the file is not sent";
	return NULL;
}

/* A file that does not tell the protocol, or tells less of it than the
 * server, is of the live one. */
static void
learn_protocol(struct play *p, const struct play_state *st)
{
	struct paper *paper = &p->trial.paper;
	const struct dialog *live = st->dialog;
	const struct proto *told = live->proto;

	if (paper->spoken || paper->dialog.in_reply)
		return;
	if (told->judge == NULL && paper->undecided && p->item.kind == ITEM_SAY)
		told = protos_hello(p->item.text, p->item.len);
	else if (told->judge == NULL ||
	    (!paper->undecided && dialog_greeting_owed(live)))
		return;
	if (told != NULL)
		paper_proto(paper, told);
}

/* The item is a line of ours: whose turn is it? */
static enum play_step
next_say(struct play *p, const struct play_state *st)
{
	const struct dialog *d = &p->trial.paper.dialog;
	const char *why;

	if (!p->item.joined) {
		learn_protocol(p, st);
		if (st->open && dialog_turn_ahead(d) == TURN_SERVER) {
			trial_follow(&p->trial);
			return PLAY_WAIT;
		}
	}
	if (p->lesson.on && !st->open)
		return stop(p);
	why = p->lesson.on ? NULL : forbidden(p, st);
	if (why != NULL)
		return fault(p, why);
	p->turn = lesson_say(&p->lesson, &p->trial);
	p->line = p->item.line;
	if (p->item.kind == ITEM_SAY)
		return say_now(p);
	p->text = p->item.text;
	p->len = p->item.len;
	p->ahead = false;
	return p->item.kind == ITEM_FILE ? PLAY_FILE : PLAY_AUTH;
}

static const char *
not_accepted(unsigned accepts, const struct play_state *st)
{
	if ((accepts & ACCEPT_CLOSED) != 0)
		return "the server did not close";
	if (!st->open)
		return ended(st);
	if (!st->tls)
		return "there is no TLS";
	return accepts == ACCEPT_REFUSED ? "TLS was not refused" :
					   "the server is not verified";
}

/* What <TLS> and <closed> accept: is it so, and is the rest then played? */
static enum play_step
next_upgrade(struct play *p, const struct play_state *st)
{
	unsigned accepts = p->item.accepts;
	bool good = st->tls &&
	    ((accepts & ACCEPT_TLS) != 0 ||
		((accepts & ACCEPT_VERIFIED) != 0 && st->verified));
	bool closed = (accepts & ACCEPT_CLOSED) != 0;

	if (st->open && good) {
		play_passed(p);
		return PLAY_WAIT;
	}
	if (st->open && closed && !p->ending) {
		p->ending = true;
		return PLAY_ENDS;
	}
	p->ending = false;
	good = (closed && !st->open) ||
	    ((accepts & ACCEPT_REFUSED) != 0 && !st->tls);
	if (!good)
		return fault(p, not_accepted(accepts, st));
	if (!st->open)
		cutoff_reply(&p->trial, st->dialog, &p->item);
	play_passed(p);
	if (accepts == ACCEPT_CLOSED)
		return PLAY_WAIT;
	/* What stands behind an end that was one of several is for the
	 * others. */
	p->finished = true;
	return stop(p);
}

static enum play_step
next_silence(struct play *p)
{
	const struct inbox *in = &p->trial.inbox;
	const char *line;
	size_t len = 0;

	if (!p->hushing) {
		/* What nobody has asked for may be here already. */
		p->hushing = true;
		p->hushed = inbox_peek(in, &len) == NULL;
		p->heard = in->bytes;
		p->seconds = p->item.seconds;
		return PLAY_HUSH;
	}
	p->hushing = p->ahead = false;
	line = inbox_peek(in, &len);
	trial_tell(&p->trial, &p->item,
	    p->hushed && in->bytes == p->heard ? NULL :
						 "the server said something",
	    line, len);
	return PLAY_WAIT;
}

/* <protocol NAME>; the live dialogue may have to be told as well. */
static enum play_step
set_protocol(struct play *p, const struct play_state *st)
{
	const struct proto *proto = protos_find(p->item.text);

	if (proto == NULL)
		return PLAY_WAIT;
	paper_proto(&p->trial.paper, proto);
	p->proto = proto;
	return proto == st->dialog->proto ? PLAY_WAIT : PLAY_PROTO;
}

/* <connect URL>: the first one is the caller's affair. */
static enum play_step
connect_again(struct play *p)
{
	if (!p->begun)
		return PLAY_WAIT;
	cutoff_all(&p->trial);
	p->text = p->item.text;
	p->len = p->item.len;
	return PLAY_AGAIN;
}

/* An event that is a step of its own, or none. */
static enum play_step
next_event(struct play *p, const struct play_state *st)
{
	const struct item *item = &p->item;

	p->ahead = false;
	switch (item->event) {
	case EVENT_CONNECT:
		return connect_again(p);
	case EVENT_CLOSE:
		return PLAY_CLOSE;
	case EVENT_PAUSE:
		p->seconds = item->seconds;
		return PLAY_HUSH;
	case EVENT_MATCH:
		p->trial.mode = (enum match_mode)item->number;
		break;
	case EVENT_PROTOCOL:
		return set_protocol(p, st);
	case EVENT_SET:
		vars_assign(p->trial.vars, item->text, item->len);
		break;
	case EVENT_WITHIN:
		p->trial.within = item->seconds;
		p->trial.since = item->line;
		break;
	case EVENT_NEVER:
		watch_add(&p->trial.watch, item->line, item->text, item->len);
		break;
	case EVENT_SKIP:
		p->skipped = !words_have(&st->dialog->words, item->text);
		if (p->skipped)
			return stop(p);
		break;
	default:
		break;
	}
	return PLAY_WAIT;
}

/* Does the item say something? */
static bool
is_ours(const struct item *item)
{
	return item->kind == ITEM_SAY || item->kind == ITEM_FILE ||
	    (item->kind == ITEM_EVENT && item->event == EVENT_AUTH);
}

/* PLAY_WAIT when there is no step yet. */
static enum play_step
next_item(struct play *p, const struct play_state *st)
{
	struct dialog *d = &p->trial.paper.dialog;
	bool ours = is_ours(&p->item);

	/* The go-ahead has been heard, and obeyed. */
	if (st->tls == (dialog_turn(d) == TURN_UPGRADE))
		paper_settle(&p->trial.paper);
	switch (p->item.kind) {
	case ITEM_HEAR:
	case ITEM_SOME:
	case ITEM_NONE:
	case ITEM_REST:
		p->ahead = false;
		p->begun = true;
		trial_want(&p->trial, &p->item);
		return PLAY_WAIT;
	case ITEM_TIME:
		p->ahead = false;
		return PLAY_WAIT;
	default:
		break;
	}
	if (!trial_tail(&p->trial, !ours))
		return PLAY_WAIT;
	p->begun = p->begun || ours || p->item.event == EVENT_UPGRADE;
	if (ours)
		return next_say(p, st);
	if (p->lesson.passing)
		return next_event(p, st);
	if (p->item.event == EVENT_UPGRADE)
		return next_upgrade(p, st);
	if (p->item.event == EVENT_SILENCE)
		return next_silence(p);
	return next_event(p, st);
}

/* Does what is armed wait for more? */
static bool
is_waiting(struct play *p)
{
	return p->trial.arm != ARM_NONE &&
	    !lesson_passes(&p->lesson, &p->trial) && !trial_judge(&p->trial);
}

/* The end of the file, or of what can be read of it. */
static void
end(struct play *p)
{
	if (p->failed)
		stop(p);
	else if (trial_tail(&p->trial, false)) {
		p->finished = true;
		stop(p);
	}
}

enum play_step
play_next(struct play *p, const struct play_state *st)
{
	enum play_step step = PLAY_WAIT;

	if (p->trial.flooded && !p->over)
		play_fault(p, "the server says too much at once");
	while (step == PLAY_WAIT && !p->over) {
		if (is_waiting(p)) {
			if (st->open &&
			    !lesson_lacks(&p->lesson, &p->trial, st->dialog))
				return PLAY_WAIT;
			if (!lesson_leaves(&p->lesson, &p->trial))
				play_fault(p, ended(st));
		} else if (look_ahead(p)) {
			step = next_item(p, st);
		} else {
			end(p);
		}
	}
	return p->over ? PLAY_END : step;
}

void
play_over(struct play *p)
{
	if (p->finished)
		trial_over(&p->trial);
}
