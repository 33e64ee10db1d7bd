/* SPDX-License-Identifier: ISC */
/* step.c - a class goes through a transcript, line by line. */
#include <stdlib.h>
#include <string.h>

#include "deliver.h"
#include "hear.h"
#include "options.h"
#include "report.h"
#include "say.h"
#include "step.h"
#include "text.h"

/* Milliseconds: for a server to close; what is awaited is said after. */
enum { CLOSE_WAIT = 5000, PATIENCE = 2000 };

/* How much is shown of a line. */
enum { SHOWN = 300 };

/* "FILE:LINE: what was expected, and what came", as a warning. */
static void
on_check(void *arg, const struct check *c)
{
	struct step *st = arg;
	struct buf text = { 0 };

	if (c->good)
		return;
	buf_addf(&text, "%s:%lu: ", st->name, c->line);
	if (c->expected != NULL) {
		buf_adds(&text, "expected ");
		text_quote(&text, c->expected, c->expected_len, SHOWN);
	} else {
		text_quote(&text, c->what, c->what_len, SHOWN);
	}
	if (c->got != NULL) {
		buf_adds(&text, ", the server said ");
		text_quote(&text, c->got, c->got_len, SHOWN);
	}
	if (c->why != NULL)
		buf_addf(&text, ": %s", c->why);
	else if (c->got == NULL)
		buf_adds(&text, ": nothing came");
	outlet_warning(&st->s->out, "%.*s", (int)text.len, buf_bytes(&text));
	buf_free(&text);
}

static void
on_heard(void *arg, const char *p, size_t n, const struct heard *h)
{
	struct step *st = arg;

	if (!st->listens || (st->upfront && !deliver_begins(&st->s->dialog, h)))
		return;
	st->play.trial.since_said = session_since_said(st->s);
	trial_heard(&st->play.trial, &st->s->dialog, p, n, h);
}

void
step_begin(struct step *st, struct session *s, struct ready *r, struct vars *v,
    enum match_mode mode)
{
	const struct proto *given = s->opt->proto_given ? s->opt->proto : NULL;
	const struct proto *live = NULL;

	/* Has the greeting been heard? */
	if (session_is_open(s) && !s->undecided &&
	    !dialog_greeting_owed(&s->dialog))
		live = s->dialog.proto;
	st->s = s;
	st->name = xstrdup(r->in.name);
	st->ready = *r;
	st->ready.in.name = st->name;
	st->vars = *v;
	memset(r, 0, sizeof *r);
	memset(v, 0, sizeof *v);
	play_start(&st->play, &st->ready.in, &st->vars, given, mode);
	lesson_begin(&st->play.lesson, &st->play.trial, live);
	st->play.trial.check = on_check;
	st->play.trial.arg = st;
	st->follower = (struct follower){ .heard = on_heard, .arg = st };
	session_follow(s, &st->follower);
	st->listens = true;
	st->upfront = !session_is_open(s) && s->opt->starttls;
	outlet_note(&s->out, 0, "%s: %s; ^] skip, ^] again", st->name,
	    s->opt->speed > 0 ?
		"any key stops the typing, Enter goes on" :
		"Enter sends its next line, ^U clears it for another");
}

/* Lines that the server does not want are told of together. */
static void
tell_passed(struct step *st)
{
	unsigned long n = st->passed;

	st->passed = 0;
	if (n == 1)
		outlet_note(&st->s->out, 0,
		    "%s:%lu is passed over: the server does not want it",
		    st->name, st->passed_from);
	else if (n > 1)
		outlet_note(&st->s->out, 0,
		    "%s:%lu-%lu: %lu lines are passed over: the server does "
		    "not want them",
		    st->name, st->passed_from, st->passed_to, n);
}

/* The end of the transcript, or of its use. */
static void
finish(struct step *st)
{
	const struct play *p = &st->play;
	unsigned long bad;
	struct buf text = { 0 };

	tell_passed(st);
	play_over(&st->play);
	bad = p->trial.bad;
	st->differ += bad;
	if (p->trial.checks == 0)
		buf_adds(&text, "no checks");
	else
		buf_addf(&text, "%lu check%s", p->trial.checks,
		    p->trial.checks == 1 ? "" : "s");
	if (bad > 0)
		buf_addf(&text, ", %lu differ%s", bad, bad == 1 ? "s" : "");
	else if (p->trial.checks > 0)
		buf_addf(&text, ", %sas expected",
		    p->trial.checks > 1 ? "all " : "");
	if (st->has_next || !p->finished)
		buf_addf(&text, "; from line %lu on it was not played",
		    st->has_next ? st->next.line : p->item.line);
	buf_add(&text, "", 1);
	if (p->failed)
		outlet_warning(&st->s->out, "%s", p->why.text);
	else if (p->skipped)
		outlet_note(&st->s->out, 0,
		    "%s: the server does not offer what it needs", st->name);
	else
		outlet_note(&st->s->out, 0, "%s: %s", st->name,
		    buf_bytes(&text));
	buf_free(&text);
	step_free(st);
}

void
step_free(struct step *st)
{
	struct step none = { .serial = st->serial, .differ = st->differ };

	if (st->s == NULL)
		return;
	session_unfollow(st->s, &st->follower);
	play_end(&st->play);
	ready_close(&st->ready);
	vars_free(&st->vars);
	buf_free(&st->next.text);
	buf_free(&st->last.text);
	free(st->name);
	*st = none;
	st->s = NULL;
}

static struct play_state
state_of(const struct step *st)
{
	const struct session *s = st->s;
	bool open = session_is_open(s);

	return (struct play_state){ .dialog = &s->dialog,
		.open = open,
		.tls = open && wire_is_tls(&s->wire),
		.verified = s->tls.verified };
}

void
step_over(struct step *st, bool by_server)
{
	struct play_state now;
	enum play_step what = PLAY_WAIT;

	if (st->s == NULL)
		return;
	now = state_of(st);
	now.open = false;
	/* With nobody there, no step of ours is left. */
	while (by_server && !st->has_next && what != PLAY_END)
		what = play_next(&st->play, &now);
	finish(st);
}

/* <protocol NAME>: a greeting that is owed stays so. */
static void
speak(struct step *st)
{
	struct dialog *d = &st->s->dialog;

	if (dialog_greeting_owed(d))
		dialog_proto(d, st->play.proto);
	else
		dialog_again(d, st->play.proto, false);
	st->s->undecided = false;
}

static void
pause_for(struct step *st, int64_t ms)
{
	st->until = session_now() + ms;
	if (st->play.hushing)
		outlet_note(&st->s->out, 0, "%s:%lu: silence, %g s", st->name,
		    st->play.item.line, st->play.seconds);
	else if (!st->play.ending)
		outlet_note(&st->s->out, 0, "%s:%lu: a pause, %g s", st->name,
		    st->play.item.line, st->play.seconds);
}

/* One step; false when nothing more can be done now. */
static bool
advance(struct step *st)
{
	struct play_state now = state_of(st);
	enum play_step what = play_next(&st->play, &now);

	st->until = 0;
	switch (what) {
	case PLAY_SAY:
	case PLAY_FILE:
	case PLAY_AUTH:
	case PLAY_CLOSE:
		offer_take(&st->next, &st->play, what);
		st->next.serial = ++st->serial;
		st->has_next = true;
		return true;
	case PLAY_HUSH:
		pause_for(st, (int64_t)(st->play.seconds * 1000));
		return true;
	case PLAY_ENDS:
		pause_for(st, CLOSE_WAIT);
		return true;
	case PLAY_PROTO:
		speak(st);
		return true;
	default:
		if (what != PLAY_WAIT)
			finish(st);
		return false;
	}
}

static void
pass_over(struct step *st)
{
	lesson_pass(&st->play.lesson);
	st->has_next = false;
	buf_wipe(&st->next.text);
}

/* Something is awaited that nobody owes: after a while this is said. */
static void
wait_longer(struct step *st, bool ours)
{
	const struct matcher *m = &st->play.trial.match;
	bool waits = ours && !st->has_next && st->until == 0 && m->count > 0;

	if (!waits) {
		st->since = 0;
		st->said = false;
	} else if (st->since == 0) {
		st->since = session_now();
	} else if (!st->said && session_now() >= st->since + PATIENCE) {
		st->said = true;
		outlet_note(&st->s->out, 0,
		    "%s:%lu is awaited (^] skip passes over it)", st->name,
		    m->list[m->count - 1].line);
	}
}

/* A line of ours waits for another turn: say so once. */
static void
tell_waiting(struct step *st)
{
	const struct offer *o = &st->next;

	if (st->told == o->serial)
		return;
	st->told = o->serial;
	outlet_note(&st->s->out, 0, "%s:%lu is offered when %s is wanted",
	    st->name, o->line, offer_kind(o));
}

/* May the play be asked? */
static bool
is_due(const struct step *st, bool ours)
{
	enum turn turn = dialog_turn(&st->s->dialog);

	return turn != TURN_UPGRADE && turn != TURN_PLAIN &&
	    (ours || st->play.trial.arm != ARM_NONE || st->until != 0 ||
		turn == TURN_OVER) &&
	    (st->until == 0 || session_now() >= st->until);
}

void
step_serve(struct step *st, bool ours)
{
	bool more = true;

	st->upfront = false;
	while (more && st->s != NULL && session_is_open(st->s)) {
		if (!st->has_next) {
			more = is_due(st, ours) && advance(st);
		} else if (ours && offer_is_stray(&st->next, &st->s->dialog)) {
			if (st->passed++ == 0)
				st->passed_from = st->next.line;
			st->passed_to = st->next.line;
			pass_over(st);
		} else {
			more = false;
		}
	}
	if (st->s == NULL)
		return;
	if (st->has_next && ours)
		tell_passed(st);
	if (st->has_next && ours && !offer_fits(&st->next, &st->s->dialog))
		tell_waiting(st);
	wait_longer(st, ours);
}

int
step_left(const struct step *st)
{
	int64_t at = st->until, left;

	if (st->s == NULL)
		return -1;
	if (at == 0 && st->since != 0 && !st->said)
		at = st->since + PATIENCE;
	left = at - session_now();
	return at == 0 ? -1 : left < 0 ? 0 : left > 60000 ? 60000 : (int)left;
}

const struct offer *
step_offer(const struct step *st)
{
	const struct offer *o = st->again ? &st->last :
	    st->has_next                  ? &st->next :
					    NULL;
	enum turn turn;

	if (st->s == NULL || o == NULL || !session_is_open(st->s))
		return NULL;
	turn = dialog_turn(&st->s->dialog);
	if (turn == TURN_SERVER || turn == TURN_UPGRADE || turn == TURN_PLAIN ||
	    turn == TURN_OVER || !offer_fits(o, &st->s->dialog))
		return NULL;
	return o;
}

/* The lines of a file, as data. */
static void
send_file(struct step *st, const struct offer *o)
{
	struct buf name = { 0 };
	struct fail f;

	buf_add(&name, buf_bytes(&o->text), o->text.len);
	buf_add(&name, "", 1);
	if (deliver_file(st->s, st->again ? NULL : &st->play, st->name,
		buf_bytes(&name), &f) < 0)
		outlet_error(&st->s->out, "%s", f.text);
	buf_free(&name);
}

/* "MECH USER" */
static void
authenticate(struct step *st, const char *text, size_t len)
{
	int rc = deliver_auth(st->s, &st->vars, text, len);

	if (rc == 0)
		outlet_note(&st->s->out, 0, "authenticated");
	if (!st->again && rc == 0)
		play_passed(&st->play);
	else if (!st->again)
		play_fault(&st->play, st->s->why.text);
}

/* What was done may be wanted again; what was wanted again is done. */
static void
done(struct step *st)
{
	struct offer last = st->last;

	st->last.serial = ++st->serial;
	if (st->again) {
		st->again = false;
		return;
	}
	st->last = st->next;
	st->last.serial = st->serial;
	st->next = last;
	st->has_next = false;
	st->has_last = true;
}

void
step_do(struct step *st, const char *text, size_t len, size_t open)
{
	const struct offer *o = step_offer(st);
	struct session *s = st->s;

	if (o == NULL)
		return;
	st->listens = !st->again;
	if (o->what == PLAY_SAY) {
		if (say_lines(s, text, len, open, o->bare) == 0)
			say_flush(s);
	} else if (o->what == PLAY_FILE) {
		send_file(st, o);
	} else if (o->what == PLAY_AUTH) {
		authenticate(st, text, len);
	} else if (wire_shut(&s->wire) < 0) {
		hear_broken(s);
	}
	done(st);
}

const char *
step_again(struct step *st)
{
	if (!st->has_last)
		return "nothing was played yet";
	if (!offer_fits(&st->last, &st->s->dialog))
		return "the server does not want that line now";
	st->again = true;
	return NULL;
}

const char *
step_skip(struct step *st)
{
	if (st->again) {
		st->again = false;
	} else if (st->has_next) {
		outlet_note(&st->s->out, 0, "%s:%lu is passed over", st->name,
		    st->next.line);
		pass_over(st);
	} else if (st->until != 0 || st->play.trial.arm != ARM_NONE) {
		st->until = 0;
		lesson_pass(&st->play.lesson);
	} else {
		return "nothing is offered";
	}
	return NULL;
}

void
step_own(struct step *st)
{
	st->listens = false;
}
